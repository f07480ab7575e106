"""Encoded texts -> probabilities and attention, in the order given."""

from typing import NamedTuple

import numpy as np
import torch
from numpy.typing import NDArray
from torch import nn

from attentif.text.encode import Encoded
from attentif.train.batch import reading_batches


class Read(NamedTuple):
    """What a network says of each text.

    logits: (N, C) float32.
    weights: attention of each text, as many as it has tokens; empty without attention.
    """

    logits: NDArray[np.float32]
    weights: list[NDArray[np.float32]]


def read(model: nn.Module, encoded: Encoded, *, batch_size: int = 256) -> Read:
    """Run the network over all texts, without dropout; the model's mode is left as found.

    A text's answer depends on that text alone: not on its neighbours, the batch's size or
    the order (to rounding, below 1e-5).
    """
    logits: NDArray[np.float32] | None = None
    weights: list[NDArray[np.float32]] = [np.empty(0, np.float32)] * len(encoded.lengths)
    was_training = model.training
    model.eval()
    try:
        with torch.inference_mode():
            for batch in reading_batches(encoded, batch_size=batch_size):
                found = model(batch.inputs)
                if logits is None:
                    logits = np.empty((len(weights), found.logits.shape[1]), np.float32)
                logits[batch.rows] = found.logits.numpy()
                if found.weights is not None:
                    for row, alpha in zip(batch.rows, found.weights.numpy(), strict=True):
                        weights[row] = alpha[: encoded.lengths[row]].copy()
    finally:
        model.train(was_training)
    return Read(np.empty((0, 0), np.float32) if logits is None else logits, weights)
