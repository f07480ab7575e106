import numpy as np
import pytest
from report_samples import FIFTY, NASTY

from attentif.errors import ShapeError
from attentif.report.confusion import confusion
from attentif.report.palette import BLUE, ORANGE, channels
from attentif.report.save import to_svg


def cells(axes):
    """Text on the matrix -> (column, row) of its cell."""
    return {
        text.get_text(): tuple(np.round(text.get_position()).astype(int))
        for text in axes.texts
        if not hasattr(text, "xyann")
    }


def test_rows_are_true_columns_predicted_and_it_is_written():
    axes = confusion([[2, 1], [0, 5]], ["ham", "spam"]).axes[0]
    assert (axes.get_xlabel(), axes.get_ylabel()) == ("predicted class →", "← true class")
    where = cells(axes)
    assert where["2"] == (0, 0)
    assert where["1"] == (1, 0)  # true ham, predicted spam: first row, second column
    assert where["5"] == (1, 1)
    assert where["33.3\N{NO-BREAK SPACE}%"] == (1, 0)


@pytest.mark.parametrize("labels", [["ham", "spam"], NASTY, FIFTY])
def test_as_many_labels_as_rows_each_at_the_middle_of_its_cell(labels):
    figure = confusion(np.eye(len(labels), dtype=int) * 7, labels)
    axes = figure.axes[0]
    for axis in (axes.xaxis, axes.yaxis):
        assert [tick.get_text() != "" for tick in axis.get_ticklabels()] == [True] * len(labels)
        assert list(axis.get_ticklocs()) == list(range(len(labels)))
    assert axes.images[0].get_extent() == [-0.5, len(labels) - 0.5, len(labels) - 0.5, -0.5]
    assert len(to_svg(figure)) < 40_000


def test_the_order_is_that_of_the_labels():
    axes = confusion(np.eye(3, dtype=int), ["c", "a", "b"]).axes[0]
    assert [tick.get_text() for tick in axes.get_yticklabels()] == ["c", "a", "b"]


def test_right_is_blue_wrong_is_orange_and_depth_is_the_share_of_the_row():
    shades = confusion([[3, 1], [0, 8]], ["ham", "spam"]).axes[0].images[0].get_array()
    blue, orange = (np.array(channels(colour)) / 255 for colour in (BLUE, ORANGE))
    assert np.allclose(shades[..., :3], [[blue, orange], [orange, blue]])
    assert np.allclose(shades[..., 3], [[0.775, 0.325], [0, 1]])


def test_an_absent_class_keeps_its_row(texts_of):
    figure = confusion([[3, 0, 1], [0, 0, 0], [0, 0, 2]], ["a", "b", "c"])
    assert texts_of(figure).count("0") == 6 + 1  # its zeros, the other rows', and its total
    assert len(figure.axes[0].get_yticklabels()) == 3


def test_the_largest_errors_are_listed_when_there_are_many_classes(texts_of):
    table = np.eye(50, dtype=int) * 3
    table[4, 7] = 6
    written = [
        text.replace("\N{NO-BREAK SPACE}", " ") for text in texts_of(confusion(table, FIFTY))
    ]
    assert "a:4 taken for a:7: 6 (66.7 % of its texts)" in written


def test_a_full_matrix_stays_small():
    rng = np.random.default_rng(0)
    for size in (10, 15, 50):
        table = rng.integers(1, 999, (size, size))
        assert (
            len(to_svg(confusion(table, [f"a rather long label {i}" for i in range(size)])))
            < 40_000
        )


def test_a_matrix_of_another_shape_is_refused():
    with pytest.raises(ShapeError):
        confusion([[1, 2]], ["ham", "spam"])
