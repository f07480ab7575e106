"""Encoded texts -> logits and attention, by the network in torch."""

from functools import partial

import torch
from torch import nn

from attentif.text.batches import Packed
from attentif.text.encode import Encoded
from attentif.text.readings import Batch, Readings, read_in_batches
from attentif.train.batch import inputs_of


def read(model: nn.Module, encoded: Encoded, *, batch_size: int = 256) -> Readings:
    """Run the network over all texts, without dropout; the model's mode is left as found."""
    was_training = model.training
    model.eval()
    try:
        with torch.inference_mode():
            return read_in_batches(encoded, partial(run, model), batch_size=batch_size)
    finally:
        model.train(was_training)


def run(model: nn.Module, batch: Packed) -> Batch:
    """The network on one batch."""
    found = model(inputs_of(batch))
    return found.logits.numpy(), None if found.weights is None else found.weights.numpy()
