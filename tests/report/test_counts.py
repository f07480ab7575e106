import numpy as np
import pytest
from report_samples import FIFTY, NASTY

from attentif.errors import ShapeError
from attentif.report.counts import class_counts, lengths
from attentif.report.save import to_svg


def ticks(axes):
    return [tick.get_text() for tick in axes.get_yticklabels()]


@pytest.mark.parametrize("labels", [["only"], ["ham", "spam"], NASTY, FIFTY])
def test_each_class_has_one_bar_one_label_one_number(labels, texts_of):
    counts = {label: 10 * place + 1 for place, label in enumerate(labels)}
    figure = class_counts(counts)
    axes = figure.axes[0]
    assert len(ticks(axes)) == len(axes.patches) == len(labels)
    assert len(axes.texts) == 2 * len(labels)
    to_svg(figure)


def test_the_largest_is_first_with_its_share_and_the_lazy_answer(texts_of):
    figure = class_counts({"spam": 747, "ham": 4827}, "message")
    axes = figure.axes[0]
    assert ticks(axes) == ["ham", "spam"]
    assert axes.get_ylim() == (1.5, -0.5)
    assert [bar.get_width() for bar in axes.patches] == [4827, 747]
    assert [bar.get_y() + bar.get_height() / 2 for bar in axes.patches] == [0, 1]
    written = " ".join(texts_of(figure)).replace("\N{NO-BREAK SPACE}", " ")
    assert "Messages in each class" in written
    assert "4,827 86.6 %" in written
    assert "Always answering “ham” would be right 86.6 % of the time" in written


def test_empty_classes_are_drawn_and_no_class_is_an_error():
    assert len(class_counts({"a": 0, "b": 0}).axes[0].patches) == 2
    with pytest.raises(ShapeError, match="at least one class"):
        class_counts({})


def test_few_classes_have_a_histogram_each_on_one_axis():
    figure = lengths({"ham": [1, 2, 2, 30], "spam": [20, 25], "none": []}, "word")
    assert len(figure.axes) == 3
    assert len({axes.get_xlim() for axes in figure.axes}) == 1
    assert figure.axes[-1].get_xlabel() == "length of a text, in words"
    shares = [axes.patches[0].get_data().values.sum() for axes in figure.axes]
    assert shares == pytest.approx([1, 1, 0])


def test_many_classes_have_one_row_each():
    figure = lengths({label: range(place + 1) for place, label in enumerate(FIFTY)}, "token")
    assert len(figure.axes) == 1
    assert len(ticks(figure.axes[0])) == 50
    medians = [line.get_xdata()[0] for line in figure.axes[0].lines]
    assert medians == [np.median(range(place + 1)) for place in range(50)]


def test_one_giant_does_not_flatten_the_rest_and_is_counted(texts_of):
    figure = lengths({"ham": [*range(1, 41)] * 10 + [910]}, "token")
    assert figure.axes[0].get_xlim()[1] < 60
    assert "1 text longer →" in texts_of(figure)
    assert any("the longest has 910" in text for text in texts_of(figure))


def test_the_limit_is_marked_where_it_is(texts_of):
    figure = lengths({"ham": range(1, 101), "spam": range(1, 101)}, "token", limit=80)
    for axes in figure.axes:
        assert 80 in [line.get_xdata()[0] for line in axes.lines]
    written = " ".join(texts_of(figure)).replace("\N{NO-BREAK SPACE}", " ")
    assert "limit 80: 20.0 % of the texts are longer" in written


def test_a_limit_that_cuts_nothing_says_so(texts_of):
    figure = lengths({"ham": range(1, 101)}, "token", limit=100)
    assert "limit 100: no text is longer" in texts_of(figure)


def test_a_limit_far_beyond_the_texts_does_not_stretch_the_axis(texts_of):
    figure = lengths({"ham": [3, 4, 5]}, "token", limit=500)
    assert figure.axes[0].get_xlim()[1] < 10
    assert not any("limit" in text for text in texts_of(figure))


def test_no_text_at_all_is_an_error():
    with pytest.raises(ShapeError, match="at least one text"):
        lengths({"ham": []}, "token")


def test_nasty_labels_are_drawn():
    to_svg(lengths({label: [1, 2, 3] for label in NASTY}, "token"))
