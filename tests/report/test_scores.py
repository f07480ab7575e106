import pytest
from report_samples import BEATEN, NASTY, ROWS

from attentif.report.palette import BLUE, ORANGE
from attentif.report.save import to_svg
from attentif.report.scores import comparison, scores


def labels(figure):
    return [tick.get_text() for tick in figure.axes[0].get_yticklabels()]


def test_the_best_is_first_and_the_model_stands_out():
    figure = scores(ROWS, "macro F1")
    assert labels(figure) == ["attention", "words, SVM", "majority"]
    colours = [tick.get_color() for tick in figure.axes[0].get_yticklabels()]
    assert colours[0] == BLUE and BLUE not in colours[1:]
    assert figure.axes[0].get_xlabel().startswith("macro F1")


def test_dots_and_intervals_are_where_the_numbers_are(texts_of):
    axes = scores(ROWS[:2]).axes[0]
    dots = [
        (line.get_xdata()[0], line.get_ydata()[0])
        for line in axes.lines
        if line.get_marker() == "o"
    ]
    assert dots == [(0.952, 0), (0.930, 1)]
    spans = [path.vertices.tolist() for part in axes.collections for path in part.get_paths()]
    assert spans == [[[0.931, 0], [0.968, 0]], [[0.905, 1], [0.950, 1]]]
    assert "0.931 to 0.968" in texts_of(axes.figure)


def test_a_far_baseline_is_an_arrow_at_the_edge_with_its_number(texts_of):
    figure = scores(ROWS)
    assert [line.get_marker() for line in figure.axes[0].lines].count("<") == 1
    assert "0.464" in texts_of(figure)


def test_a_baseline_that_wins_is_said_in_the_second_line():
    second = scores(BEATEN).texts[1]
    assert second.get_text().startswith("A baseline scores higher: words, SVM")
    assert second.get_color() == ORANGE
    assert scores(ROWS).texts[1].get_color() != ORANGE


def test_each_split_has_its_mark(texts_of):
    rows = [{**row, "values": [row["value"] - 0.01, row["value"] + 0.01]} for row in ROWS[:2]]
    figure = comparison(rows)
    marks = [line for line in figure.axes[0].lines if line.get_marker() == "|"]
    assert [list(mark.get_ydata()) for mark in marks] == [[0, 0], [1, 1]]
    assert list(marks[0].get_xdata()) == pytest.approx([0.942, 0.962])
    assert "Mean over 2 splits" in texts_of(figure)


def test_missing_values_and_nasty_names_are_drawn():
    rows = [{"name": name, "value": None, "low": None, "high": None} for name in NASTY]
    figure = scores(rows)
    assert len(labels(figure)) == len(NASTY)
    to_svg(figure)
