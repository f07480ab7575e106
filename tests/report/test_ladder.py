"""Rungs: two values a row on a logarithmic scale, one row marked."""

import pytest

from attentif.errors import ShapeError
from attentif.report.ladder import SMALLEST, LadderLabels, Rung, ladder
from attentif.report.palette import ORANGE
from attentif.report.save import to_svg

LABELS = LadderLabels("Title", "Second.", "part that is left", ("before", "after"))
RUNGS = [Rung("base", 1e-60, 1e-23, "MCC 0.00", True), Rung("lstm", 0.1, 0.009, "MCC 0.55")]


def dots(figure):
    """(value, row, colour) of every dot."""
    return [
        (float(line.get_xdata()[0]), float(line.get_ydata()[0]), line.get_markeredgecolor())
        for line in figure.axes[0].lines
        if line.get_marker() == "o"
    ]


def test_each_row_has_its_two_values(texts_of):
    figure = ladder(RUNGS, LABELS)
    assert [dot[:2] for dot in dots(figure)] == [(1e-60, 0), (1e-23, 0), (0.1, 1), (0.009, 1)]
    words = set(texts_of(figure))
    assert {"base", "lstm", "MCC 0.00", "MCC 0.55", "○ before", "● after", "Title"} <= words


def test_no_dot_is_cut_at_the_edge():
    figure = ladder([Rung("widest", 1e-60, 1e3)], LABELS)
    figure.canvas.draw()
    axes = figure.axes[0]
    panel = axes.get_window_extent()
    radius = 3 / 72 * figure.dpi
    for value in (1e-60, 1e3):
        at = axes.transData.transform((value, 0))[0]
        assert panel.x0 + radius <= at <= panel.x1 - radius


def test_the_marked_row_alone_is_orange():
    assert [dot[2] == ORANGE for dot in dots(ladder(RUNGS, LABELS))] == [True, True, False, False]


def test_the_scale_holds_all_values_and_has_few_ticks():
    axes = ladder(RUNGS, LABELS).axes[0]
    low, high = axes.get_xlim()
    assert low <= 1e-60 and high >= 0.1
    assert 3 <= len(axes.get_xticks()) <= 8


def test_nothing_left_at_all_can_be_drawn():
    figure = ladder([Rung("dead", 0.0, 0.0)], LABELS)
    assert {dot[0] for dot in dots(figure)} == {SMALLEST}
    to_svg(figure)


def test_the_decimal_mark_is_the_reader_s():
    rungs = [Rung("a", 0.001, 1.0)]
    english, french = (ladder(rungs, LABELS._replace(decimal=mark)) for mark in ".,")
    ticks = [[t.get_text() for t in f.axes[0].get_xticklabels()] for f in (english, french)]
    assert ticks == [["1", "0.1", "0.01", "0.001"], ["1", "0,1", "0,01", "0,001"]]


def test_no_row_is_refused():
    with pytest.raises(ShapeError, match="needs a row"):
        ladder([], LABELS)


def test_hostile_names_stay_text():
    svg = to_svg(ladder([Rung("<script>" * 20, 1.0, 0.5, "<b>")], LABELS))
    assert "<script" not in svg and "<b>" not in svg
