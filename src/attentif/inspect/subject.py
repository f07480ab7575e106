"""What is looked into, and texts as it reads them."""

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn

from attentif.errors import DataError
from attentif.measure.decision import UNSURE, Decision
from attentif.nn.classifier import Classifier
from attentif.text.encode import Encoded, FrontEnd
from attentif.train.predict import read


class Subject(NamedTuple):
    """A trained network, its front end and its decision."""

    network: Classifier
    front_end: FrontEnd
    decision: Decision


@dataclass(frozen=True)
class Sample:
    """Texts and what the network says of them.

    Args:
        encoded: the texts, then the empty text, which stands for a text that has lost all
            its tokens.
        probabilities: (N, C).
        explained: (N,) the class of each text by which its tokens are judged: the answer,
            or the most probable class where that is "unsure".
        weights: attention of each text; None without attention.
    """

    texts: Sequence[str]
    encoded: Encoded
    probabilities: NDArray[np.float64]
    explained: NDArray[np.int64]
    weights: list[NDArray[np.float32]] | None

    def __len__(self) -> int:
        return len(self.texts)

    @property
    def lengths(self) -> NDArray[np.int64]:
        """Tokens of each text."""
        return self.encoded.lengths[:-1]

    def words(self, row: int) -> NDArray[np.int32]:
        """A text's places among the distinct words."""
        return self.encoded.words[self.encoded.starts[row] : self.encoded.starts[row + 1]]

    def of(self, parts: Sequence[NDArray[np.integer]]) -> Encoded:
        """New texts made of these distinct words; one without any is the empty text."""
        blank = self.encoded.words[-1:]
        filled = [part if len(part) else blank for part in parts]
        starts = np.zeros(len(filled) + 1, np.int64)
        np.cumsum([len(part) for part in filled], out=starts[1:])
        none = np.zeros(len(filled), bool)
        return Encoded(
            words=np.concatenate([blank[:0], *filled]).astype(np.int32),
            starts=starts,
            pieces=self.encoded.pieces,
            unknown=none.astype(np.int32),
            cut=none,
            empty=none,
        )


def sample_of(subject: Subject, texts: Iterable[str]) -> Sample:
    """Read some texts, at least one.

    Raises:
        DataError: no text.
    """
    listed = list(texts)
    if not listed:
        raise DataError("looking inside needs at least one text, got none.")
    encoded = subject.front_end.encode([*listed, ""])
    found = read(subject.network, encoded)
    probabilities = subject.decision.probabilities(found.logits)[:-1]
    answers = subject.decision.decide(probabilities)
    explained = np.where(answers == UNSURE, probabilities.argmax(axis=1), answers)
    weights = found.weights[:-1] if found.weighed else None
    return Sample(listed, encoded, probabilities, explained, weights)


def probabilities_of(subject: Subject, encoded: Encoded) -> NDArray[np.float64]:
    """(N, C) of any encoded texts."""
    return subject.decision.probabilities(read(subject.network, encoded).logits)


def chances(logits: Tensor, decision: Decision, classes: Tensor) -> Tensor:
    """(B,) the probability of each row's own class, with gradients."""
    scaled = (logits / decision.temperature).softmax(dim=1)
    return scaled.gather(1, classes[:, None]).squeeze(1)


@contextmanager
def answering(network: nn.Module) -> Iterator[None]:
    """Within it, the network answers as after training; gradients are on."""
    was_training = network.training
    network.eval()
    try:
        with torch.enable_grad():
            yield
    finally:
        network.train(was_training)
