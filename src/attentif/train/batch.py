"""Encoded texts -> batches of like length, padded no further than their longest text.

The order depends on the seed and the epoch alone, so that a resumed run and an
uninterrupted one see the same batches.
"""

from collections.abc import Iterator
from typing import NamedTuple

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from attentif.nn.embedding import Inputs
from attentif.text.encode import Encoded, Pieces

MOST_TOKENS = 32_768  # of one batch, padding included: one long text must not eat the memory


class Batch(NamedTuple):
    """Some rows of a collection of texts.

    rows: their positions in the collection, (B,).
    labels: class ids, (B,), or None when there are none to learn from.
    """

    inputs: Inputs
    rows: NDArray[np.int64]
    labels: Tensor | None


def gather(encoded: Encoded, rows: NDArray[np.int64], labels: Tensor | None = None) -> Batch:
    """Make one batch of those rows, in that order."""
    starts, lengths = encoded.starts[rows], encoded.lengths[rows]
    steps = np.arange(lengths.max())
    mask = steps < lengths[:, None]  # (B, T)
    positions = np.where(mask, starts[:, None] + steps, 0)
    words = np.where(mask, encoded.words[positions], 0)  # (B, T), distinct words of the collection
    distinct, inverse = np.unique(words, return_inverse=True)
    if distinct[0] != 0:  # no padding in this batch: keep its row all the same
        distinct, inverse = np.concatenate([[0], distinct]), inverse + 1
    pieces, piece_starts, shapes = pick(encoded.pieces, distinct)
    inputs = Inputs(
        words=torch.from_numpy(inverse.reshape(words.shape).astype(np.int64)),
        mask=torch.from_numpy(mask),
        pieces=torch.from_numpy(pieces.astype(np.int64)),
        starts=torch.from_numpy(piece_starts),
        shapes=torch.from_numpy(shapes.astype(np.int64)),
    )
    return Batch(inputs, rows, None if labels is None else labels[torch.from_numpy(rows)])


def pick(
    pieces: Pieces, distinct: NDArray[np.integer]
) -> tuple[NDArray[np.int32], NDArray[np.int64], NDArray[np.int32]]:
    """The piece ids, starts and shapes of some of the distinct words.

    >>> whole = Pieces(np.array([0, 7, 8, 9], np.int32), np.array([0, 1, 3, 4]), np.arange(3))
    >>> [part.tolist() for part in pick(whole, np.array([0, 2]))]
    [[0, 9], [0, 1], [0, 2]]
    """
    begin = pieces.starts[distinct]
    sizes = pieces.starts[distinct + 1] - begin
    starts = np.cumsum(sizes) - sizes
    within = np.arange(sizes.sum()) - np.repeat(starts, sizes)
    return pieces.ids[np.repeat(begin, sizes) + within], starts, pieces.shapes[distinct]


def cut(
    lengths: NDArray[np.integer], order: NDArray[np.int64], size: int
) -> list[NDArray[np.int64]]:
    """Cut an order of rows into batches of at most `size` rows and MOST_TOKENS tokens.

    >>> [part.tolist() for part in cut(np.array([3, 1, 30_000]), np.array([1, 0, 2]), 3)]
    [[1, 0], [2]]
    """
    batches, first, longest = [], 0, 0
    for end, row in enumerate(order):
        longest = max(longest, int(lengths[row]))
        n = end - first
        if n and (n == size or (n + 1) * longest > MOST_TOKENS):
            batches.append(order[first:end])
            first, longest = end, int(lengths[row])
    return [*batches, order[first:]] if len(order) else []


def training_batches(
    encoded: Encoded,
    labels: Tensor,
    *,
    batch_size: int,
    seed: int,
    epoch: int,
    like_length: bool = True,
) -> Iterator[Batch]:
    """One pass over all rows in random order.

    Args:
        like_length: sort the rows by length, with a random jitter of about a tenth, before
            they are cut into batches: neighbours change from epoch to epoch while little is
            padded. Where length goes with the class, such batches are of uneven classes.
    """
    draw = np.random.default_rng([seed, epoch])
    lengths = encoded.lengths
    order = draw.permutation(len(lengths))
    if like_length:
        jitter = lengths * draw.uniform(0.95, 1.05, len(lengths)) + draw.uniform(0, 1, len(lengths))
        order = np.argsort(jitter, kind="stable")
    batches = cut(lengths, order, batch_size)
    for index in draw.permutation(len(batches)):
        yield gather(encoded, batches[index], labels)


def count_batches(lengths: NDArray[np.integer], batch_size: int) -> int:
    """How many batches an epoch has, but for the one more or less that the jitter makes."""
    return len(cut(lengths, np.argsort(lengths, kind="stable"), batch_size))


def reading_batches(encoded: Encoded, *, batch_size: int = 256) -> Iterator[Batch]:
    """All rows once, from short to long; `rows` says where each belongs."""
    lengths = encoded.lengths
    for rows in cut(lengths, np.argsort(lengths, kind="stable"), batch_size):
        yield gather(encoded, rows)
