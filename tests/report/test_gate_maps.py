import numpy as np
import pytest
from report_samples import NASTY

from attentif.errors import ShapeError
from attentif.report.gate_maps import alike, gates
from attentif.report.save import to_svg

DRAW = np.random.default_rng(0)
WORDS = ["win", "a", "prize"]
MAPS = {"input": DRAW.random((3, 5)), "forget": DRAW.random((3, 5))}


def test_a_map_for_each_gate_and_a_curve_for_each_state(texts_of):
    memory, hidden = np.array([[3.0, 4], [6, 8], [0, 0]]), np.ones((3, 2))
    figure = gates(WORDS, MAPS, memory=memory, hidden=hidden, title="Gates")
    first, second, norms, scale = figure.axes
    order = alike(MAPS["input"])
    assert np.allclose(first.images[0].get_array(), MAPS["input"][:, order].T)
    assert np.allclose(second.images[0].get_array(), MAPS["forget"][:, order].T)
    assert list(norms.lines[0].get_ydata()) == [5, 10, 0]
    written = texts_of(figure)
    assert {"input", "forget", "memory", "hidden", "open", "shut", *WORDS} <= set(written)
    assert f"mean {MAPS['forget'].mean():.2f}" in written
    assert len(scale.images) == 1


def test_units_that_open_together_stand_together():
    path = np.array([0.0, 0.5, 1.0, 0.2])[:, None]
    values = np.hstack([path, 1 - path, path, 1 - path])
    order = alike(values).tolist()
    assert {frozenset(order[:2]), frozenset(order[2:])} == {frozenset({0, 2}), frozenset({1, 3})}
    assert alike(np.array([[0.9, 0.1]])).tolist() == [1, 0]  # one token


def test_states_alone():
    figure = gates(["win"], {}, hidden=np.ones((1, 4)))
    assert list(figure.axes[0].lines[0].get_ydata()) == [2]
    to_svg(figure)


def test_many_and_hostile_words(texts_of):
    svg = to_svg(gates(NASTY, {"input": np.full((len(NASTY), 2), 0.5)}))
    assert "<script" not in svg and "&lt;script" in svg
    many = [f"w{n}" for n in range(200)]
    figure = gates(many, {"input": DRAW.random((200, 3))})
    assert "w7" not in texts_of(figure)  # no room for names
    to_svg(figure)


def test_another_number_of_words_is_refused():
    with pytest.raises(ShapeError, match="forget must have one row for each of the 3 words"):
        gates(WORDS, {"forget": np.ones((2, 4))})
    with pytest.raises(ShapeError):
        gates([], {"forget": np.ones((0, 4))})
