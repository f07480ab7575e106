"""Some of the distinct words."""

import numpy as np
import pytest

from attentif.text import pieces as pieces_module
from attentif.text.pieces import Pieces, pick


@pytest.mark.parametrize("at_once", [1, 2, 3, 65_536])
def test_pick_takes_words_in_the_order_asked(at_once, monkeypatch):
    monkeypatch.setattr(pieces_module, "AT_ONCE", at_once)
    whole = Pieces(
        np.array([0, 7, 8, 9, 5, 6], np.int32), np.array([0, 1, 3, 4, 6]), np.arange(4) * 10
    )
    ids, starts, shapes = pick(whole, np.array([0, 3, 1]))
    assert (ids.tolist(), starts.tolist(), shapes.tolist()) == (
        [0, 5, 6, 7, 8], [0, 1, 3, 5], [0, 30, 10],
    )  # fmt: skip


def test_pick_of_none():
    ids, starts, shapes = pick(
        Pieces(np.array([0], np.int32), np.array([0, 1]), np.zeros(1, np.int32)),
        np.empty(0, np.int64),
    )
    assert (len(ids), starts.tolist(), len(shapes)) == (0, [0], 0)
