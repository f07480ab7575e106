import io

import pytest
from rich.console import Console

from attentif.report.terminal_charts import Bar, Dot, Histogram


def drawn(chart, width=20):
    console = Console(file=io.StringIO(), width=width)
    console.print(chart)
    return console.file.getvalue().strip("\n")


@pytest.mark.parametrize(
    ("part", "bar"),
    [(0, ""), (0.001, "▏"), (0.5, "█" * 10), (0.525, "█" * 10 + "▌"), (1, "█" * 20)],
)
def test_a_bar_is_its_part_of_the_width_in_eighths(part, bar):
    assert drawn(Bar(part)).rstrip() == bar


def test_a_bin_with_a_single_value_is_seen_and_an_empty_one_is_not():
    line = drawn(Histogram((0,) * 1000 + (9,), 9), 10)
    assert line == "█        ▁"


def test_what_lies_beyond_the_top_is_left_out():
    assert drawn(Histogram((0, 1, 1, 500), 1), 2) == "▄█"


def test_a_dot_stands_on_its_interval():
    assert drawn(Dot(0.5, 0.0, 1.0, 0.0, 1.0), 11) == "├────●────┤"
    assert drawn(Dot(0.5, None, None, 0.0, 1.0), 11).strip() == "●"


def test_a_value_off_the_axis_is_an_arrow_at_its_edge():
    assert drawn(Dot(-5.0, None, None, 0.0, 1.0)).startswith("◂")


def test_an_axis_without_length_is_no_error():
    assert "●" in drawn(Dot(0.5, 0.5, 0.5, 0.5, 0.5))
