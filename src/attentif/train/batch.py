"""Encoded texts -> the network's batches, in an order drawn anew each epoch.

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
from attentif.text.batches import Packed, cut, pack
from attentif.text.encode import Encoded


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
    own = None if labels is None else labels[torch.from_numpy(rows)]
    return Batch(inputs_of(pack(encoded, rows)), rows, own)


def inputs_of(packed: Packed) -> Inputs:
    """A batch's arrays as the network's tensors."""
    return Inputs(
        words=torch.from_numpy(packed.words.astype(np.int64)),
        mask=torch.from_numpy(np.arange(packed.words.shape[1]) < packed.lengths[:, None]),
        pieces=torch.from_numpy(packed.pieces.ids.astype(np.int64)),
        starts=torch.from_numpy(packed.pieces.starts[:-1]),
        shapes=torch.from_numpy(packed.pieces.shapes.astype(np.int64)),
    )


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
