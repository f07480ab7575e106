"""The picture of scores by source length."""

import pytest

from attentif.errors import ShapeError
from attentif.report.length_lines import LengthLine, LengthPanel, length_lines
from attentif.report.save import to_svg

GROUPS = [(1, 4), (5, 5), (6, 12)]
NONE = LengthLine("none", [[30.0, 20.0, 8.0], [32.0, 22.0, 12.0]])
LUONG = LengthLine("luong", [[31.0, 30.0, 29.0]])


def panels(*lines: LengthLine) -> list[LengthPanel]:
    return [LengthPanel("BLEU", lines), LengthPanel("unit error", lines, "%")]


def test_a_line_is_the_mean_of_its_trainings_and_a_dot_is_one():
    assert NONE.means == [31.0, 21.0, 10.0]
    figure = length_lines(GROUPS, panels(NONE, LUONG))
    assert len(figure.axes) == 2
    axes = figure.axes[0]
    lines = {line.get_label(): line for line in axes.get_lines()}
    assert list(lines["none"].get_ydata()) == [31.0, 21.0, 10.0]
    dots = [line for line in axes.get_lines() if line.get_marker() == "o"]
    assert len(dots) == 3
    titles = [axes.get_title(loc="left") for axes in figure.axes]
    assert titles == ["BLEU", "unit error, %"]


def test_groups_are_named_and_names_do_not_touch():
    same = LengthLine("bahdanau", LUONG.runs)
    axes = length_lines(GROUPS, panels(NONE, LUONG, same)[:1]).axes[0]
    assert [label.get_text() for label in axes.get_xticklabels()] == ["1–4", "5", "6–12"]
    heights = sorted(text.xy[1] for text in axes.texts)
    assert [text.get_text() for text in axes.texts] == ["none", "bahdanau", "luong"]
    assert all(b - a >= 0.09 - 1e-9 for a, b in zip(heights, heights[1:], strict=False))


def test_drawn_the_same_each_time():
    first, again = (to_svg(length_lines(GROUPS, panels(NONE, LUONG))) for _ in range(2))
    assert first == again and "units of the source" in first


@pytest.mark.parametrize(
    ("groups", "several"), [([], 1), (GROUPS[:2], 1), (GROUPS, 0), (GROUPS, 3)]
)
def test_what_does_not_fit_is_refused(groups, several):
    with pytest.raises(ShapeError, match="one or two panels"):
        length_lines(groups, panels(NONE)[:1] * several)
