import re

import pytest

from attentif.errors import ShapeError
from attentif.report.interval_rows import Measured, RowLabels, interval_rows
from attentif.report.palette import BLUE, ORANGE
from attentif.report.save import to_svg

LABELS = RowLabels("Scores", "with intervals", "points", ",")
ROWS = [
    Measured("first", 0.5, 0.25, 0.75, "0,50", (0.3, 0.7)),
    Measured("second", -0.5, -1.0, 0.25, "−0,50", marked=True),
]


def test_a_dot_a_line_and_marks_for_each_row(texts_of):
    figure = interval_rows(ROWS, LABELS)
    (axes,) = figure.axes
    dots = [line for line in axes.lines if line.get_marker() == "o"]
    marks = [line for line in axes.lines if line.get_marker() == "|"]
    assert [line.get_xdata()[0] for line in dots] == [0.5, -0.5]
    assert [line.get_color() for line in dots] == [BLUE, ORANGE]
    assert list(marks[0].get_xdata()) == [0.3, 0.7] and len(marks[1].get_xdata()) == 0
    ends = [tuple(one.get_segments()[0][:, 0]) for one in axes.collections]
    assert ends == [(0.25, 0.75), (-1.0, 0.25)]
    assert {"first", "second", "0,50", "−0,50", "Scores", "points"} <= set(texts_of(figure))
    low, high = axes.get_xlim()
    assert low < -1 and high > 0.75


def test_numbers_in_the_reader_s_language():
    drawn = to_svg(interval_rows(ROWS, LABELS))
    assert re.search(r">0,\d<", drawn) and re.search(r">−0,\d<", drawn)
    assert not re.search(r">−?0\.\d<", drawn)


def test_the_level_is_always_in_sight():
    axes = interval_rows(ROWS[:1], LABELS, level=0.0).axes[0]
    assert axes.get_xlim()[0] < 0
    assert [line for line in axes.lines if list(line.get_xdata()) == [0.0, 0.0]]
    assert interval_rows(ROWS[:1], LABELS).axes[0].get_xlim()[0] > 0


def test_without_a_row():
    with pytest.raises(ShapeError, match="needs a row, got none"):
        interval_rows([], LABELS)
