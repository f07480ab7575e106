"""Distinct words as arrays: the pieces of each, and its shape."""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray


class Pieces(NamedTuple):
    """The distinct words: word n is the ids from starts[n] to starts[n + 1], and a shape.

    Word 0 is padding: the one id 0, shape 0.
    """

    ids: NDArray[np.int32]  # (P,)
    starts: NDArray[np.int64]  # (N + 1,)
    shapes: NDArray[np.int32]  # (N,)


def pick(pieces: Pieces, distinct: NDArray[np.integer]) -> Pieces:
    """Some of the distinct words, in the order given, in arrays that own their memory.

    >>> whole = Pieces(np.array([0, 7, 8, 9], np.int32), np.array([0, 1, 3, 4]), np.arange(3))
    >>> [part.tolist() for part in pick(whole, np.array([0, 2]))]
    [[0, 9], [0, 1, 2], [0, 2]]
    """
    begin = pieces.starts[distinct]
    sizes = pieces.starts[distinct + 1] - begin
    starts = np.zeros(len(distinct) + 1, np.int64)
    np.cumsum(sizes, out=starts[1:])
    within = np.arange(starts[-1]) - np.repeat(starts[:-1], sizes)
    ids = pieces.ids[np.repeat(begin, sizes) + within]
    return Pieces(ids, starts, pieces.shapes[distinct])


class Words(NamedTuple):
    """Words, and whether the vocabulary has each of them."""

    pieces: Pieces
    known: NDArray[np.bool_]  # (N,)
