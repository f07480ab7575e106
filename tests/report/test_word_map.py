import numpy as np
import pytest
from report_samples import NASTY

from attentif.errors import ShapeError
from attentif.report.save import to_svg
from attentif.report.word_map import covers, free_spot, word_map

DRAW = np.random.default_rng(0)


def test_every_point_is_drawn_and_names_do_not_cover_each_other(texts_of):
    words = [f"word{n}" for n in range(80)]
    points = DRAW.normal(size=(80, 2))
    figure = word_map(words, points, (0.4, 0.2))
    (axes,) = figure.axes
    assert np.allclose(axes.collections[0].get_offsets(), points)
    shown = [text for text in axes.texts if text.get_text() in words]
    assert 20 < len(shown) <= 80
    assert shown[0].get_text() == "word0"  # the most important first
    assert any("40.0" in text for text in texts_of(figure))


def test_groups_are_named_and_coloured(texts_of):
    figure = word_map(["a", "b", "c"], np.eye(3)[:, :2], (1, 0), ["for ham", "for spam", "for ham"])
    colours = figure.axes[0].collections[0].get_facecolors()
    assert np.allclose(colours[0], colours[2]) and not np.allclose(colours[0], colours[1])
    assert {"● for ham", "● for spam"} <= set(texts_of(figure))


def test_seven_groups_have_seven_colours_and_more_are_named_together(texts_of):
    groups = [f"for {n}" for n in range(7)]
    points = DRAW.normal(size=(9, 2))
    figure = word_map(list("abcdefg"), points[:7], (1, 0), groups)
    assert len({tuple(one) for one in figure.axes[0].collections[0].get_facecolors()}) == 7
    assert {f"● {group}" for group in groups} <= set(texts_of(figure))
    figure = word_map(list("abcdefghi"), points, (1, 0), [*groups, "for 7", "for 8"])
    colours = figure.axes[0].collections[0].get_facecolors()
    assert len({tuple(one) for one in colours[:6]}) == 6
    assert len({tuple(one) for one in colours[6:]}) == 1
    assert "● others" in texts_of(figure) and "● for 6" not in texts_of(figure)


def test_no_name_covers_the_point_of_another_word():
    points = DRAW.normal(size=(80, 2))
    figure = word_map([f"word{n}" for n in range(80)], points, (0.4, 0.2))
    (axes,) = figure.axes
    figure.canvas.draw()
    places = axes.transData.transform(points)
    for text in axes.texts:
        box = text.get_window_extent()
        other = np.arange(80) != int(text.get_text().removeprefix("word"))
        assert not any(box.contains(*place) for place in places[other])


def test_hostile_words_and_one_place():
    svg = to_svg(word_map(NASTY, np.zeros((len(NASTY), 2)), (0.0, 0.0)))
    assert "<script" not in svg


def test_a_name_takes_the_first_place_that_is_free():
    first = free_spot((1, 1), 0.5, [], (3, 3))
    assert first[0] > 1  # at the right
    second = free_spot((1, 1), 0.5, [first], (3, 3))
    assert second[2] < 1 and not covers(first, second)
    assert free_spot((2.9, 1), 0.5, [], (3, 3))[2] < 2.9  # no room at the right
    assert free_spot((1, 1), 5, [], (3, 3)) is None


def test_another_number_of_points_is_refused():
    with pytest.raises(ShapeError, match=r"shape \(2, 2\)"):
        word_map(["a", "b"], np.zeros((3, 2)), (0, 0))
