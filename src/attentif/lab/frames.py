"""Padding made visible: every text brought to one length, its padding at one of the ends.

The library pads a batch to its longest text and never lets padding count. The workshop pads
every text to 50 words, and without the mask a network reads all of them; a `Framed` network
sees what Keras's one saw.
"""

from typing import NamedTuple

import torch
from jaxtyping import Int
from torch import Tensor, nn
from torch.nn import functional

from attentif.nn.classifier import Classified, Classifier
from attentif.nn.embedding import Inputs


class Frame(NamedTuple):
    """How texts are padded.

    length: of every text after padding; 0: the longest of its batch.
    side: "end", or "start" as Keras's `pad_sequences` does by default; the start is for
        networks without a mask, because the others do not see padding at all.
    """

    length: int = 0
    side: str = "end"


AS_BATCHED = Frame()  # what the library does


class Framed(nn.Module):
    """A classifier that is given its texts in a frame."""

    def __init__(self, network: Classifier, frame: Frame) -> None:
        super().__init__()
        self.network, self.frame = network, frame

    def forward(self, inputs: Inputs) -> Classified:
        """Pad, then classify."""
        return self.network(framed(inputs, self.frame))


def framed(inputs: Inputs, frame: Frame) -> Inputs:
    """The batch with its padding where the frame wants it."""
    more = max(0, frame.length - inputs.words.shape[1])
    words = functional.pad(inputs.words, (0, more))
    mask = functional.pad(inputs.mask, (0, more))
    if frame.side == "start":
        order = to_the_end(mask)
        words = words.gather(1, order)
        mask = mask.gather(1, order)
    return inputs._replace(words=words, mask=mask)


def to_the_end(mask: Tensor) -> Int[Tensor, "B T"]:
    """For each place, the place that goes there when real tokens move to the end.

    >>> to_the_end(torch.tensor([[True, True, False]])).tolist()
    [[2, 0, 1]]
    """
    length = mask.shape[1]
    places = torch.arange(length, device=mask.device)[None, :]
    return (places - (length - mask.sum(dim=1, keepdim=True))) % length
