import io
import re

import numpy as np
import pytest
from report_samples import BEATEN, FIFTY, NASTY, ROWS
from rich.cells import cell_len
from rich.console import Console

from attentif.errors import ShapeError
from attentif.report.palette import TERMINAL_BLUE, TERMINAL_ORANGE, channels
from attentif.report.terminal import bars, confusion_table, histogram, label_text, score_table


def shown(renderable, width=80, encoding="utf-8", color=None):
    file = io.TextIOWrapper(io.BytesIO(), encoding=encoding, errors="replace", newline="")
    console = Console(file=file, width=width, force_terminal=color is not None, color_system=color)
    console.print(renderable)
    file.flush()
    return file.buffer.getvalue().decode(encoding).replace("\N{NO-BREAK SPACE}", " ")


SAMPLES = {
    "bars": bars({label: 10 * i + 1 for i, label in enumerate(NASTY)}),
    "histogram": histogram({label: [1, 5, 5, 90] for label in NASTY}),
    "scores": score_table([{**row, "name": name} for row, name in zip(ROWS, NASTY, strict=False)]),
    "grid": confusion_table([[1588, 9], [18, 227]], ["[bold]ham[/]", "spam"]),
    "list": confusion_table(np.ones((6, 6), dtype=int), NASTY),
}


@pytest.mark.parametrize("name", SAMPLES)
@pytest.mark.parametrize("width", [60, 80, 200])
def test_no_line_is_wider_than_the_terminal_or_80_columns(name, width):
    for line in shown(SAMPLES[name], width).splitlines():
        assert cell_len(line) <= min(width, 80)


@pytest.mark.parametrize("name", SAMPLES)
def test_no_control_code_of_a_user_reaches_the_terminal(name):
    text = shown(SAMPLES[name])
    assert "\x1b" not in text and "\x00" not in text


def test_labels_are_no_markup():
    text = shown(bars({"[red]a[/red] :smile:": 2}))
    assert "[red]a[/red] :smile:" in text
    assert "[bold]ham[/]" in shown(SAMPLES["grid"])


def test_the_length_of_a_bar_is_its_share_of_the_largest():
    lines = shown(bars({"spam": 25, "ham": 100})).splitlines()
    assert lines[0].startswith("ham") and "100  80.0 %" in lines[0]
    assert lines[1].count("█") == pytest.approx(lines[0].count("█") / 4, abs=1)


def test_one_of_many_is_still_seen():
    assert "▏" in shown(bars({"ham": 100_000, "spam": 1}))


@pytest.mark.parametrize("name", SAMPLES)
def test_a_terminal_without_block_characters_gets_ascii_charts(name):
    text = shown(SAMPLES[name], encoding="latin-1")
    assert not set(text) & set("█▏▁▂─├●◂")


def test_the_histogram_says_median_longest_and_number():
    text = shown(histogram({"ham": [2, 4, 6, 171], "none": []}))
    ham, none = text.splitlines()[1:3]
    assert ham.split()[-3:] == ["5", "171", "4"]
    assert none.split() == ["none", "–", "–", "0"]


def test_scores_have_intervals_the_best_first_and_the_verdict_below():
    lines = [line for line in shown(score_table(ROWS, "macro F1")).splitlines() if line.strip()]
    assert lines[0].split()[:3] == ["model", "macro", "F1"]
    assert lines[2].startswith("attention") and "0.931 to 0.968" in lines[2] and "●" in lines[2]
    assert lines[4].startswith("majority") and "◂" in lines[4]
    assert lines[5].startswith("Highest: attention")
    assert "A baseline scores higher: words, SVM" in shown(score_table(BEATEN))


def test_rows_are_true_columns_predicted_and_it_is_written():
    text = shown(confusion_table([[1588, 9], [18, 227]], ["ham", "spam"]))
    assert "rows: true class, columns: predicted class" in text
    lines = [line.split() for line in text.splitlines()]
    assert lines[1] == ["true", "ham", "spam", "total", "right"]
    assert lines[3] == ["ham", "1,588", "9", "1,597", "99.4", "%"]
    assert lines[4] == ["spam", "18", "227", "245", "92.7", "%"]


def test_right_answers_are_blue_and_wrong_ones_orange():
    text = shown(confusion_table([[1588, 9], [18, 227]], ["ham", "spam"]), color="truecolor")
    colour = {number: codes for codes, number in re.findall(r"\x1b\[([\d;]+)m *([\d,]+)\x1b", text)}
    blue, orange = (";".join(map(str, channels(c))) for c in (TERMINAL_BLUE, TERMINAL_ORANGE))
    assert blue in colour["1,588"] and blue in colour["227"]
    assert orange in colour["9"] and orange in colour["18"]


def test_many_classes_become_a_list_with_the_largest_errors():
    table = np.eye(50, dtype=int) * 3
    table[4, 7], table[5] = 6, 0
    text = shown(confusion_table(table, FIFTY))
    assert "a:4 taken for a:7 6" in text
    row = next(line for line in text.splitlines() if line.startswith("a:4 "))
    assert row.split() == ["a:4", "9", "33.3", "%", "a:7", "6"]
    assert next(line for line in text.splitlines() if line.startswith("a:5 ")).split()[1:] == [
        "0",
        "–",
    ]


def test_a_label_is_cut_by_columns_not_by_characters():
    assert label_text("日本語" * 20).cell_len <= 24


def test_nothing_to_show_is_an_error():
    for make in (lambda: bars({}), lambda: histogram({"a": []}), lambda: score_table([])):
        with pytest.raises(ShapeError):
            make()
