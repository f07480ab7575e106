import math

import pytest

from attentif.errors import ShapeError
from attentif.report.gradient_curves import (
    CLOSE,
    by_epoch,
    gradient_back,
    look_of,
    singular_values,
    update_curves,
    weight_curves,
)
from attentif.report.palette import FAINT
from attentif.report.save import to_svg

ROWS = [
    {"epoch": epoch, "name": name, "norm": size * epoch, "ratio": 0.001 * size}
    for epoch in (1, 2, 3)
    for name, size in (("recurrent.layers.1.backwards.U.weight", 1.0), ("output.bias", 2.0))
]


def curve(axes, name):
    (line,) = [line for line in axes.lines if line.get_label() == name]
    return list(line.get_ydata())


def samples_of(figure):
    """The pieces of curves before the names."""
    (axes,) = figure.axes
    return [line for line in axes.lines if line.get_transform() is axes.transAxes]


def test_the_way_back_on_a_logarithmic_axis(texts_of):
    figure = gradient_back({"rnn": [1, 1e-4, 1e-9, 0.0], "lstm": [1, 0.9]})
    (axes,) = figure.axes
    assert axes.get_yscale() == "log"
    assert curve(axes, "rnn")[:3] == [1, 1e-4, 1e-9] and math.isnan(curve(axes, "rnn")[3])
    assert curve(axes, "lstm") == [1, 0.9]
    low, high = axes.get_ylim()
    assert low < 1e-9 and high > 1
    assert {"rnn", "lstm"} <= set(texts_of(figure))
    assert ">10⁻⁷<" in to_svg(figure)


def test_where_colours_come_twice_each_name_has_a_piece_of_its_curve():
    figure = by_epoch({f"curve {n}": [n + 1.0, n + 2.0] for n in range(18)}, title="t")
    (axes,) = figure.axes
    samples = samples_of(figure)
    assert len(samples) == len(axes.texts) == 16
    for sample, text in zip(samples, axes.texts, strict=True):
        (drawn,) = [line for line in axes.lines if line.get_label() == text.get_text()]
        assert sample.get_color() == drawn.get_color()
        assert sample._unscaled_dash_pattern == drawn._unscaled_dash_pattern
        assert sample.get_ydata()[0] == text.xy[1]
    others = [line for line in axes.lines if line.get_label() in ("curve 16", "curve 17")]
    assert {line.get_color() for line in others} == {FAINT}
    assert not samples_of(by_epoch({f"curve {n}": [1.0] for n in range(4)}, title="t"))


def test_names_do_not_touch():
    figure = gradient_back({f"curve {n}": [1, 0.5] for n in range(6)})
    heights = sorted(text.xy[1] for text in figure.axes[0].texts)
    gaps = [b - a for a, b in zip(heights, heights[1:], strict=False)]
    assert len(gaps) == 5 and min(gaps) >= CLOSE * 0.99
    assert heights[-1] <= 1.0


def test_a_gradient_that_is_nothing_at_all_can_be_drawn():
    to_svg(gradient_back({"rnn": [0.0, 0.0, math.inf]}))


def test_weights_and_updates_by_epoch(texts_of):
    figure = weight_curves(ROWS)
    assert curve(figure.axes[0], "2 backwards U") == [1, 2, 3]
    assert curve(figure.axes[0], "output.bias") == [2, 4, 6]
    figure = update_curves(ROWS)
    assert curve(figure.axes[0], "output.bias") == [0.002] * 3
    assert len(figure.axes[0].patches) == 1  # the usual band
    assert "a thousandth is usual" in " ".join(texts_of(figure))


def test_one_epoch():
    to_svg(by_epoch({"w": [0.5]}, title="t"))


def test_singular_values_and_the_bound(texts_of):
    figure = singular_values({"U": [1.2, 0.7]}, 4.0)
    (axes,) = figure.axes
    assert curve(axes, "U") == [1.2, 0.7]
    assert axes.get_ylim()[1] > 4
    assert any("Line at 4" in text for text in texts_of(figure))
    assert (
        "U" in [text.get_text() for text in axes.texts] and len(axes.texts) == 1
    )  # no words over it
    assert not any("Line" in text for text in texts_of(singular_values({"U": [1.2]})))


def test_curves_look_different():
    assert len({(look_of(n)["color"], str(look_of(n)["linestyle"])) for n in range(16)}) == 16


@pytest.mark.parametrize("draw", [gradient_back, singular_values, lambda c: by_epoch(c, title="")])
@pytest.mark.parametrize("curves", [{}, {"a": []}])
def test_nothing_to_draw_is_refused(draw, curves):
    with pytest.raises(ShapeError, match="one or more"):
        draw(curves)
