"""Some of the distinct words."""

import numpy as np

from attentif.text.pieces import Pieces, pick


def test_pick_takes_words_in_the_order_asked():
    whole = Pieces(
        np.array([0, 7, 8, 9, 5, 6], np.int32), np.array([0, 1, 3, 4, 6]), np.arange(4) * 10
    )
    ids, starts, shapes = pick(whole, np.array([0, 3, 1]))
    assert (ids.tolist(), starts.tolist(), shapes.tolist()) == (
        [0, 5, 6, 7, 8], [0, 1, 3, 5], [0, 30, 10],
    )  # fmt: skip
