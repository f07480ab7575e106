"""Distinct words as arrays: the pieces of each, and its shape."""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

AT_ONCE = 65_536  # words picked together: places among ids need more memory than ids


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
    shift = begin - starts[:-1]  # from a place among the ids picked to one among all
    ids = np.empty(starts[-1], pieces.ids.dtype)
    for first in range(0, len(distinct), AT_ONCE):
        part = slice(first, first + AT_ONCE)
        own = slice(starts[first], starts[min(first + AT_ONCE, len(distinct))])
        places = np.repeat(shift[part], sizes[part])
        places += np.arange(own.start, own.stop)
        ids[own] = pieces.ids[places]
    return Pieces(ids, starts, pieces.shapes[distinct])


class Words(NamedTuple):
    """Words, and whether the vocabulary has each of them."""

    pieces: Pieces
    known: NDArray[np.bool_]  # (N,)
