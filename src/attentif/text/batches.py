"""Encoded texts -> batches of like length, as arrays, padded no further than their longest text."""

from collections.abc import Iterator
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from attentif.text.encode import Encoded
from attentif.text.pieces import Pieces, pick

MOST_TOKENS = 32_768  # of one batch, padding included: one long text must not eat the memory

TABLE = 4  # words of a collection for each one of a batch, up to which a table of all is quicker


class Packed(NamedTuple):
    """Some texts, each distinct word of theirs once.

    rows: their positions in the collection, (B,).
    words: (B, T) places among the distinct words; 0 is padding, which stands at the end.
    lengths: (B,) tokens of each text.
    pieces: of the N distinct words, padding first.
    """

    rows: NDArray[np.int64]
    words: NDArray[np.int64]
    lengths: NDArray[np.int64]
    pieces: Pieces


def pack(encoded: Encoded, rows: NDArray[np.int64]) -> Packed:
    """Those rows, in that order; at least one."""
    starts, lengths = encoded.starts[rows], encoded.lengths[rows]
    steps = np.arange(lengths.max())
    mask = steps < lengths[:, None]  # (B, T)
    positions = np.where(mask, starts[:, None] + steps, 0)
    words = np.where(mask, encoded.words[positions], 0)  # (B, T), distinct words of the collection
    distinct, places = among_distinct(words, len(encoded.pieces.shapes))
    return Packed(rows, places, lengths, pick(encoded.pieces, distinct))


def among_distinct(
    words: NDArray[np.integer], n: int
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """The distinct words, all below n, in order, 0 always the first, and each word's place there.

    >>> [part.tolist() for part in among_distinct(np.array([[7, 3], [7, 9]]), 10)]
    [[0, 3, 7, 9], [[2, 1], [2, 3]]]
    """
    if n > TABLE * words.size:  # sorting these is less work than a look at all n
        distinct, places = np.unique(np.append(0, words), return_inverse=True)
        return distinct.astype(np.int64), places[1:].reshape(words.shape)
    met = np.zeros(n, bool)
    met[words] = met[0] = True
    return np.flatnonzero(met), (np.cumsum(met) - 1)[words]


def cut(
    lengths: NDArray[np.integer], order: NDArray[np.int64], size: int
) -> list[NDArray[np.int64]]:
    """Cut an order of rows into batches of at most `size` rows and MOST_TOKENS tokens.

    >>> [part.tolist() for part in cut(np.array([3, 1, 30_000]), np.array([1, 0, 2]), 3)]
    [[1, 0], [2]]
    """
    batches, first, longest = [], 0, 0
    for end, length in enumerate(lengths[order].tolist()):
        longest = max(longest, length)
        n = end - first
        if n and (n == size or (n + 1) * longest > MOST_TOKENS):
            batches.append(order[first:end])
            first, longest = end, length
    return [*batches, order[first:]] if len(order) else []


def packed_batches(encoded: Encoded, *, batch_size: int) -> Iterator[Packed]:
    """All rows once, from short to long; `rows` says where each belongs. None is empty."""
    lengths = encoded.lengths
    for rows in cut(lengths, np.argsort(lengths, kind="stable"), batch_size):
        yield pack(encoded, rows)
