"""Curves with their names: gaps, scales, levels, and names that do not touch."""

import math

import pytest

from attentif.errors import ShapeError
from attentif.report.named_lines import CLOSE, Curve, Frame, Labels, apart, named_lines
from attentif.report.save import to_svg

LABELS = Labels("Title", "Second line.", "steps")
FRENCH = LABELS._replace(decimal=",")


def drawn(figure, name):
    (line,) = [line for line in figure.axes[0].lines if line.get_label() == name]
    return list(line.get_ydata())


def ticks(figure, way="y"):
    figure.canvas.draw()
    return [text.get_text() for text in getattr(figure.axes[0], f"get_{way}ticklabels")()]


def test_values_names_and_words(texts_of):
    figure = named_lines({"rnn": Curve([1, 2, 3], [0.5, 0.2, 0.1])}, LABELS)
    assert drawn(figure, "rnn") == [0.5, 0.2, 0.1]
    assert {"rnn", "Title", "Second line.", "steps"} <= set(texts_of(figure))


def test_nothing_is_drawn_where_a_logarithm_has_no_value():
    figure = named_lines({"a": Curve([0, 1, 2], [1, 0.0, 1e-9])}, LABELS, Frame(log=True))
    assert math.isnan(drawn(figure, "a")[1])
    assert drawn(named_lines({"a": Curve([0, 1], [1, 0.0])}, LABELS), "a") == [1, 0.0]


def test_a_curve_that_breaks_off_is_crossed():
    broken = named_lines({"a": Curve([1, 2, 3], [1.0, 2.0, math.inf])}, LABELS)
    whole = named_lines({"a": Curve([1, 2, 3], [1.0, 2.0, 3.0])}, LABELS)
    crosses = [
        [line for line in f.axes[0].lines if line.get_marker() == "x"] for f in (broken, whole)
    ]
    assert [len(found) for found in crosses] == [1, 0]
    assert list(crosses[0][0].get_xdata()) == [2]


@pytest.mark.parametrize(("longest", "size"), [(30, 3.0), (31, 0.0)])
def test_all_curves_show_their_points_or_none_does(longest, size):
    curves = {"a": Curve(range(3), [1, 2, 3]), "b": Curve(range(longest), [1.0] * longest)}
    lines = named_lines(curves, LABELS).axes[0].lines
    assert [line.get_markersize() for line in lines] == [size, size]


def test_nothing_finite_can_be_drawn():
    for frame in (Frame(), Frame(log=True)):
        to_svg(named_lines({"a": Curve([1, 2], [math.nan, math.inf])}, LABELS, frame))


def test_the_decimal_mark_is_the_reader_s():
    curve = {"a": Curve([0, 1], [0.0, 0.5])}
    assert "0,5" in ticks(named_lines(curve, FRENCH)) and "0.5" in ticks(named_lines(curve, LABELS))
    narrow = named_lines({"a": Curve([0, 1], [0.2, 0.5])}, FRENCH, Frame(log=True))
    assert "0,2" in ticks(narrow)


def test_orders_of_magnitude_are_few_and_written_as_powers():
    figure = named_lines({"a": Curve([0, 1], [1e-60, 1.0])}, LABELS, Frame(log=True))
    written = [tick for tick in ticks(figure) if tick]
    assert 3 <= len(written) <= 8 and "10⁻⁵⁰" in to_svg(figure) or "10⁻⁵⁴" in to_svg(figure)


def test_both_axes_may_be_logarithmic():
    figure = named_lines({"a": Curve([25, 50, 100], [1, 2, 3])}, LABELS, Frame(log_x=True))
    assert figure.axes[0].get_xscale() == "log"
    assert ticks(figure, "x") == ["25", "50", "100"]


def test_ends_and_a_level(texts_of):
    frame = Frame(low=0.0, high=1.0, level=(0.7, "always the same answer"))
    figure = named_lines({"a": Curve([0, 1], [0.4, 0.5])}, LABELS, frame)
    assert figure.axes[0].get_ylim() == (0.0, 1.0)
    assert "always the same answer" in texts_of(figure)
    deep = named_lines({"a": Curve([0], [1.0])}, LABELS, Frame(log=True, level=(1e-45, "0")))
    assert deep.axes[0].get_ylim()[0] < 1e-45


def test_names_do_not_touch():
    figure = named_lines({f"curve {n}": Curve([0, 1], [1, 0.5]) for n in range(12)}, LABELS)
    heights = sorted(text.xy[1] for text in figure.axes[0].texts)
    gaps = [b - a for a, b in zip(heights, heights[1:], strict=False)]
    assert len(gaps) == 11 and min(gaps) >= CLOSE * 0.99
    assert heights[-1] <= 1.0


def test_moved_apart_only_as_far_as_needed():
    assert apart([0.1, 0.5]) == [0.1, 0.5]
    assert apart([]) == []


@pytest.mark.parametrize("curves", [{}, {"a": Curve([], [])}, {"a": Curve([1], [1, 2])}])
def test_no_curve_and_uneven_ones_are_refused(curves):
    with pytest.raises(ShapeError):
        named_lines(curves, LABELS)


def test_hostile_names_stay_text():
    svg = to_svg(named_lines({"<script>$x$": Curve([0, 1], [1, 2])}, LABELS))
    assert "<script" not in svg and "&lt;script&gt;$x$" in svg
