"""What a network says of texts, in numpy: the same whichever engine ran it."""

from collections.abc import Callable, Iterable, Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from attentif.text.batches import Packed, packed_batches
from attentif.text.encode import Encoded


class Weighed(NamedTuple):
    """The attention of one batch: rows of the collection (B,), lengths (B,), weights (B, T)."""

    rows: NDArray[np.int64]
    lengths: NDArray[np.int64]
    weights: NDArray[np.float32]


class Readings(NamedTuple):
    """What a network says of each text.

    logits: (N, C) float32.
    weighed: the attention, batch by batch; none without attention.
    """

    logits: NDArray[np.float32]
    weighed: Sequence[Weighed]

    @property
    def weights(self) -> list[NDArray[np.float32]]:
        """Attention of each text, as many as it has tokens; empty without attention."""
        found: list[NDArray[np.float32]] = [np.empty(0, np.float32)] * len(self.logits)
        for rows, lengths, weights in self.weighed:
            for row, length, alpha in zip(rows.tolist(), lengths.tolist(), weights, strict=True):
                found[row] = alpha[:length].copy()
        return found


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
    batches = packed_batches(encoded, batch_size=batch_size)
    return in_order(len(encoded.lengths), ((batch, run(batch)) for batch in batches))


def in_order(n: int, answered: Iterable[tuple[Packed, Batch]]) -> Readings:
    """What a network says of n texts, brought into their order from the batches they were in."""
    logits, weighed = np.empty((0, 0), np.float32), list[Weighed]()
    for batch, (found, attention) in answered:
        if not len(logits):
            logits = np.empty((n, found.shape[1]), np.float32)
        logits[batch.rows] = found
        if attention is not None:
            weighed.append(Weighed(batch.rows, batch.lengths, attention))
    return Readings(logits, weighed)
