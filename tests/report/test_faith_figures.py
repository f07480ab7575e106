import numpy as np
import pytest
from report_samples import SCRIPT

from attentif.errors import ShapeError
from attentif.report.faith_figures import agreements, deletion_curves, permutations
from attentif.report.save import to_svg

DRAW = np.random.default_rng(0)


def test_agreements_show_mean_spread_and_what_was_published(texts_of):
    taus = DRAW.uniform(-1, 1, 50).tolist()
    figure = agreements({"one": taus, SCRIPT: []}, {"one": 0.351}, "Jain and Wallace")
    (axes,) = figure.axes
    points = {line.get_marker(): line.get_xdata()[0] for line in axes.lines}
    assert points["o"] == pytest.approx(np.mean(taus))
    assert points["D"] == 0.351
    written = texts_of(figure)
    assert f"{np.mean(taus):.2f}" in written and f"± {np.std(taus):.2f}" in written
    assert "no value" in written and "◆ published: Jain and Wallace" in written
    assert sum(bar.get_height() > 0 for bar in axes.patches) <= 41
    assert "<script" not in to_svg(figure)
    to_svg(agreements({"all alike": [0.5, 0.5]}, {}))


def test_deletion_curves_are_named_from_above(texts_of):
    curves = {"attention": [1, 0.9, 0.5], "random": [1, 0.8, 0.5], "left_out": [1, 0.6, 0.5]}
    areas = {"attention": 0.9, "random": 0.8, "left_out": 0.7}
    figure = deletion_curves([0, 0.5, 1], curves, areas, {"left_out": "leaving out"})
    (axes,) = figure.axes
    lines = {line.get_label(): list(line.get_ydata()) for line in axes.lines}
    assert lines["leaving out, area 0.70"] == [1, 0.6, 0.5]
    names = [text.get_text() for text in sorted(axes.texts, key=lambda text: -text.xy[1])]
    assert names == ["attention, area 0.90", "random, area 0.80", "leaving out, area 0.70"]
    with pytest.raises(ShapeError, match="attention must have 2 points"):
        deletion_curves([0, 1], curves, areas, {})


def test_permutations(texts_of):
    figure = permutations([0.9, 0.2], [0.5, 0.1], 100)
    (points, mean) = figure.axes[0].lines
    assert list(points.get_xdata()) == [0.9, 0.2] and list(points.get_ydata()) == [0.5, 0.1]
    assert mean.get_ydata()[0] == pytest.approx(0.3)
    assert "2 texts, the median of 100 permutations each." in texts_of(figure)
    assert figure.axes[0].get_ylim()[1] >= 0.5
    with pytest.raises(ShapeError, match="got 1 and 2"):
        permutations([1], [1, 2], 3)


def test_no_pair_is_refused():
    with pytest.raises(ShapeError, match="at least one pair"):
        agreements({}, {})
