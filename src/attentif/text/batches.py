"""Encoded texts -> batches of like length, as arrays, padded no further than their longest text."""

from collections.abc import Iterator, Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from attentif.text.encode import Encoded
from attentif.text.pieces import Pieces, pick

MOST_TOKENS = 32_768  # of one batch, padding included: one long text must not eat the memory

TABLE = 4  # words of a collection for each one of a batch, up to which a table of all is quicker


class Packed(NamedTuple):
    """Some texts, each distinct word of theirs once, and perhaps words of other batches.

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
    return pack_together(encoded, [rows])[0]


def pack_together(encoded: Encoded, batches: Sequence[NDArray[np.int64]]) -> list[Packed]:
    """Batches of rows, at least one in each, with the distinct words of all of them."""
    words = encoded.words[encoded.places(np.concatenate(batches))]
    distinct, places = among_distinct(words, len(encoded.pieces.shapes))
    pieces, packed, first = pick(encoded.pieces, distinct), list[Packed](), 0
    for rows in batches:
        lengths = encoded.lengths[rows]
        last = first + lengths.sum()
        packed.append(Packed(rows, padded(places[first:last], lengths), lengths, pieces))
        first = last
    return packed


def padded(words: NDArray[np.int64], lengths: NDArray[np.int64]) -> NDArray[np.int64]:
    """Texts that stand one after the other as the rows of a table, 0 behind each.

    >>> padded(np.array([5, 6, 7]), np.array([1, 2])).tolist()
    [[5, 0], [6, 7]]
    """
    real = np.arange(lengths.max()) < lengths[:, None]
    table = np.zeros(real.shape, words.dtype)
    table[real] = words
    return table


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
    for (batch,) in packed_groups(encoded, batch_size=batch_size, together=1):
        yield batch


def packed_groups(encoded: Encoded, *, batch_size: int, together: int) -> Iterator[list[Packed]]:
    """The same, in groups of batches that share their distinct words: those of all of them."""
    lengths = encoded.lengths
    batches = cut(lengths, np.argsort(lengths, kind="stable"), batch_size)
    for first in range(0, len(batches), together):
        yield pack_together(encoded, batches[first : first + together])
