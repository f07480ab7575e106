import numpy as np
import pytest

from attentif.errors import ShapeError
from attentif.report.save import to_svg
from attentif.report.thresholds import calibration, precision_recall


@pytest.mark.parametrize("turn", [1, -1])
def test_the_curve_is_the_same_in_either_order(turn):
    recall, precision = [1.0, 0.5, 0.0][::turn], [0.2, 0.8, 1.0][::turn]
    axes = precision_recall(recall, precision, None, 0.9).axes[0]
    assert list(axes.lines[0].get_xdata()) == [1.0, 0.5, 0.0]
    assert list(axes.lines[0].get_ydata()) == [0.2, 0.8, 1.0]
    assert axes.lines[0].get_drawstyle() == "steps-post"
    assert axes.get_xlabel().startswith("recall") and axes.get_ylabel().startswith("precision")


@pytest.mark.parametrize("chosen", [(0.0, 1.0), (0.93, 0.96), (1.0, 0.1), (0.1, 0.1)])
def test_the_chosen_threshold_is_where_it_is(chosen, texts_of):
    figure = precision_recall([1, 0], [0, 1], chosen, 0.5)
    (mark,) = [line for line in figure.axes[0].lines if line.get_label() == "chosen"]
    assert (mark.get_xdata()[0], mark.get_ydata()[0]) == chosen
    assert any(text.startswith("threshold in use") for text in texts_of(figure))


def test_the_average_precision_is_written_and_thousands_of_thresholds_stay_small(texts_of):
    recall = np.linspace(1, 0, 5000)
    noise = np.random.default_rng(0).normal(0, 0.01, 5000)
    figure = precision_recall(recall.tolist(), (1 - 0.3 * recall**8 + noise).tolist(), None, 0.973)
    assert "Average precision 0.973; 1 would be perfect." in texts_of(figure)
    assert len(to_svg(figure)) < 40_000


def test_curves_of_different_length_are_refused():
    with pytest.raises(ShapeError, match="got 2 and 1"):
        precision_recall([1, 0], [1], None, 0)


def test_each_used_bin_has_its_point_and_its_gap(texts_of):
    bins = [(0.9, 0.8, 40), (0.1, 0.2, 10), (0.5, float("nan"), 0)]
    figure = calibration(bins, 0.02)
    diagram, below = figure.axes
    (observed,) = [line for line in diagram.lines if line.get_label() == "observed"]
    assert list(observed.get_xdata()) == [0.1, 0.9] and list(observed.get_ydata()) == [0.2, 0.8]
    gaps = [path.vertices.tolist() for path in diagram.collections[0].get_paths()]
    assert gaps == [[[0.1, 0.1], [0.1, 0.2]], [[0.9, 0.8], [0.9, 0.9]]]
    assert [bar.get_height() for bar in below.patches] == [10, 40]
    assert "Expected calibration error 0.020 over 50 answers." in texts_of(figure)
    assert below.get_xlabel() and diagram.get_ylabel()


@pytest.mark.parametrize(("lowest", "start"), [(0.1, 0), (0.55, 0.5), (0.85, 0.8), (0.95, 0.9)])
def test_the_axes_begin_where_the_points_do(lowest, start):
    axes = calibration([(lowest, 0.97, 5), (1.0, 1.0, 9)], 0.01).axes[0]
    assert start - 0.03 < axes.get_xlim()[0] == axes.get_ylim()[0] < start


def test_crowded_bins_share_a_bar_and_lose_no_answer():
    below = calibration([(0.999 + 0.0001 * i, 1, 100) for i in range(10)], 0.0).axes[1]
    assert sum(bar.get_height() for bar in below.patches) == 1000
    assert len(below.patches) < 10


def test_no_answer_is_an_error():
    with pytest.raises(ShapeError, match="at least one answer"):
        calibration([(0.5, 0.5, 0)], 0)
