"""What a network says of texts, in numpy: the same whichever engine ran it."""

from collections.abc import Callable
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from attentif.text.batches import Packed, packed_batches
from attentif.text.encode import Encoded


class Readings(NamedTuple):
    """What a network says of each text.

    logits: (N, C) float32.
    weights: attention of each text, as many as it has tokens; empty without attention.
    """

    logits: NDArray[np.float32]
    weights: list[NDArray[np.float32]]


Read = Callable[[Encoded], Readings]
"""Reads texts, in the order given: a network with its engine around it."""

Batch = tuple[NDArray[np.float32], NDArray[np.float32] | None]
"""Of one batch: logits (B, C), and attention (B, T) or None."""


def read_in_batches(
    encoded: Encoded, run: Callable[[Packed], Batch], *, batch_size: int
) -> Readings:
    """Run a network over all texts, batch by batch, and bring the answers into their order.

    A text's answer depends on that text alone: not on its neighbours, the batch's size or
    the order (to rounding, below 1e-5).

    Args:
        run: the network on one batch, which has at least one text.
    """
    logits: NDArray[np.float32] | None = None
    weights: list[NDArray[np.float32]] = [np.empty(0, np.float32)] * len(encoded.lengths)
    for batch in packed_batches(encoded, batch_size=batch_size):
        found, attention = run(batch)
        if logits is None:
            logits = np.empty((len(weights), found.shape[1]), np.float32)
        logits[batch.rows] = found
        if attention is not None:
            lengths = batch.lengths.tolist()
            for row, length, alpha in zip(batch.rows.tolist(), lengths, attention, strict=True):
                weights[row] = alpha[:length].copy()
    return Readings(np.empty((0, 0), np.float32) if logits is None else logits, weights)
