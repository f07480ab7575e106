import numpy as np
import pytest

from attentif.errors import ShapeError
from attentif.report.save import to_svg
from attentif.report.truth_map import truth_map

LABELS = {"title": "Attention", "second": "beside the truth", "below": "place"}


def drawn(weights, wanted, said):
    return truth_map([np.array(row) for row in weights], wanted, said, **LABELS)


def test_one_box_a_place_and_a_frame_around_the_right_ones(texts_of):
    figure = drawn([[0.0, 1.0], [0.2, 0.3, 0.5]], [[1], [0, 2]], ["1.00", "0.70"])
    (axes,) = figure.axes
    frames = [one for one in axes.patches if one.get_zorder() == 3]
    boxes = [one for one in axes.patches if one.get_zorder() != 3]
    assert len(boxes) == 5
    corners = [(one.get_x() + 0.5, round(one.get_y() + 0.42)) for one in frames]
    assert corners == [(2, 0), (1, 1), (3, 1)]  # places from 1 on
    assert {"1.00", "0.70", "Attention", "place"} <= set(texts_of(figure))
    to_svg(figure)


def test_more_attention_is_darker():
    axes = drawn([[0.0, 0.3, 1.0]], [[2]], [""]).axes[0]
    light = [sum(one.get_facecolor()[:3]) for one in axes.patches[:3]]
    assert light == sorted(light, reverse=True) and len(set(light)) == 3


@pytest.mark.parametrize(
    ("weights", "wanted", "said"),
    [([], [], []), ([[1.0]], [], [""]), ([[1.0]], [[0]], [])],
)
def test_lists_that_do_not_belong_together(weights, wanted, said):
    with pytest.raises(ShapeError, match="a row of each list for each sequence, got"):
        drawn(weights, wanted, said)
