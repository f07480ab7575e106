"""Networks whose attention is something else than what was learnt: does it matter?

Letters: B texts, T tokens.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor
from torch.utils.hooks import RemovableHandle

from attentif.config import Settings, choose
from attentif.errors import InputTypeError
from attentif.inspect.leave_out import total_variation
from attentif.inspect.record import Change, attention_replaced, replace_attention
from attentif.inspect.subject import Sample, Subject, answering, probabilities_of
from attentif.measure.metrics import count_table, macro_f1, margins_of
from attentif.nn.classifier import Classifier
from attentif.nn.embedding import Inputs
from attentif.text.batches import cut
from attentif.train.batch import gather
from attentif.train.classify import Labelled, train_classifier
from attentif.train.loop import Callback, Run

BATCH = 64  # texts
PLACES_SEED = 0  # of the random attention: the same places for every network


@dataclass(frozen=True)
class Control:
    """What is left of the answers when the attention is another one.

    Args:
        name: "uniform" or "random".
        retrained: the network was trained anew under that attention; else it is the one
            that is looked into, its attention exchanged afterwards.
        agreement: share of the texts with the same most probable class.
        change: mean total variation between the two answers, from 0 to 1.
        accuracy, macro_f1: on the texts whose labels are known, else None.
    """

    name: str
    retrained: bool
    agreement: float
    change: float
    accuracy: float | None
    macro_f1: float | None

    def to_dict(self) -> dict[str, Any]:
        """Ready for JSON."""
        return dict(vars(self))


@dataclass(frozen=True)
class Permutation:
    """The same attention weights given to other tokens, drawn at random.

    Args:
        medians: of each text of two tokens or more, the median over the permutations of the
            total variation between the answers.
        heaviest: the largest attention weight of each of these texts.
        times: permutations a text.

    Source:
        Jain and Wallace 2019, arXiv:1902.10186, algorithm 2.
    """

    medians: tuple[float, ...]
    heaviest: tuple[float, ...]
    times: int

    @property
    def mean(self) -> float:
        """Mean over the texts of the medians."""
        return float(np.mean(self.medians))

    def to_dict(self) -> dict[str, Any]:
        """Ready for JSON."""
        return {
            "mean": self.mean,
            "median": float(np.median(self.medians)),
            "unmoved": float((np.array(self.medians) < 0.01).mean()),
            "times": self.times,
            "medians": [round(value, 5) for value in self.medians],
            "heaviest": [round(value, 5) for value in self.heaviest],
        }


def uniform(weights: Tensor, mask: Tensor) -> Tensor:
    """All tokens alike (Wiegreffe and Pinter 2019, arXiv:1908.04626, section 3.2)."""
    real = mask.to(weights.dtype)
    return real / real.sum(dim=1, keepdim=True)


def by_place(weights: Tensor, mask: Tensor) -> Tensor:
    """Weights drawn once for each place in a text, whatever stands there.

    The softmax of Gaussian numbers, the same in every text, batch and run.
    """
    scores = np.random.default_rng(PLACES_SEED).standard_normal(mask.shape[1])
    drawn = torch.from_numpy(scores).to(weights).expand_as(weights)
    return drawn.masked_fill(~mask, float("-inf")).softmax(dim=1)


CHANGES: dict[str, Change] = {"uniform": uniform, "random": by_place}


class FrozenAttention(Callback):
    """Train under an attention that is not learnt: `uniform`, or `random` by place.

    The network stays under it afterwards too, until `release` is called.

    Example:
        >>> FrozenAttention("uniforn")
        Traceback (most recent call last):
        attentif.errors.ConfigError: control must be one of ['random', 'uniform'], \
got 'uniforn'. Did you mean 'uniform'?
    """

    def __init__(self, name: str) -> None:
        self.change = choose(CHANGES, name, "control")
        self.handles: list[RemovableHandle] = []

    def on_start(self, run: Run) -> None:
        """Take hold of the network that is trained."""
        self.handles += replace_attention(run.model.get_submodule("attend"), self.change)

    def release(self) -> None:
        """Let the attention be what the weights make of it."""
        while self.handles:
            self.handles.pop().remove()


def permutation(subject: Subject, sample: Sample, *, times: int, seed: int) -> Permutation:
    """Shuffle each text's attention `times` times and look how far the answers move.

    The texts are read once; only what comes after the attention is computed anew.
    """
    rows = np.flatnonzero(sample.lengths > 1)
    medians, heaviest = np.empty(len(rows)), np.empty(len(rows))
    draw = torch.Generator().manual_seed(seed)
    order = np.argsort(sample.lengths[rows], kind="stable")
    with answering(subject.network), torch.no_grad():
        for some in cut(sample.lengths[rows] * times, order, BATCH):
            inputs = gather(sample.encoded, rows[some]).inputs
            weights, logits = shuffled(subject.network, inputs, times, draw)
            found = subject.decision.probabilities(logits.flatten(0, 1).numpy())
            own = sample.probabilities[rows[some], None]  # (B, 1, C)
            moved = total_variation(own, found.reshape(len(some), times, -1))
            medians[some] = np.median(moved, axis=1)
            heaviest[some] = weights.amax(dim=1).numpy()
    return Permutation(tuple(medians.tolist()), tuple(heaviest.tolist()), times)


def shuffled(
    network: Classifier, inputs: Inputs, times: int, draw: torch.Generator
) -> tuple[Tensor, Tensor]:
    """The attention (B, T), and the logits (B, times, C) with it in other orders."""
    x, mask = network.embed(inputs), network.mask_of(inputs)
    memory, last = network.states(x, inputs)
    weights = network.attend(last, network.attend.keys(memory), memory, mask).weights
    if weights is None:
        raise InputTypeError("there are no weights to shuffle, got a pooling without any.")
    keys = torch.rand(len(weights), times, weights.shape[1], generator=draw)
    order = keys.masked_fill(~mask[:, None, :], 2.0).argsort(dim=2)  # padding stays at the end
    contexts = weights[:, None, :].expand_as(keys).gather(2, order) @ memory  # (B, times, D)
    found = answers_to(network, contexts.flatten(0, 1), last.repeat_interleave(times, dim=0))
    beside = network.beside(x, inputs)  # it knows no attention: the same in every order
    return weights, found.unflatten(0, (-1, times)) + beside[:, None, :]


def answers_to(network: Classifier, context: Tensor, last: Tensor) -> Tensor:
    """The network's own logits (B, C) from contexts and last states (B, D), as in its `read`."""
    vector = context
    if network.combine is not None:
        vector = torch.tanh(network.combine(torch.cat([context, last], dim=1)))
    return network.score(network.output(vector))


def exchanged(
    subject: Subject, sample: Sample, truth: NDArray[np.int64] | None, name: str
) -> Control:
    """The trained network itself, its attention exchanged for that of a name of `CHANGES`."""
    with attention_replaced(subject.network.attend, choose(CHANGES, name, "control")):
        found = probabilities_of(subject, sample.encoded)[:-1]
    return compared(sample, found, truth, name, retrained=False)


def retrained(
    settings: Settings,
    labels: Sequence[str],
    training: Labelled,
    validation: Labelled,
    name: str,
) -> tuple[Subject, FrozenAttention]:
    """A network trained from the same first weights on the same rows, its attention frozen.

    Args:
        name: of `CHANGES`.

    Returns:
        The network, under that attention until the second's `release`.
    """
    frozen = FrozenAttention(name)
    found = train_classifier(settings, labels, training, validation, callbacks=[frozen])
    return Subject(found.network, found.front_end, found.decision), frozen


def compared(
    sample: Sample,
    found: NDArray[np.float64],
    truth: NDArray[np.int64] | None,
    name: str,
    *,
    retrained: bool,
) -> Control:
    """Other answers to the same texts beside the network's own."""
    accuracy, f1 = scores_of(found, truth)
    return Control(
        name=name,
        retrained=retrained,
        agreement=float((found.argmax(axis=1) == sample.probabilities.argmax(axis=1)).mean()),
        change=float(total_variation(sample.probabilities, found).mean()),
        accuracy=accuracy,
        macro_f1=f1,
    )


def scores_of(
    probabilities: NDArray[np.float64], truth: NDArray[np.int64] | None
) -> tuple[float | None, float | None]:
    """Accuracy and macro-F1 of the most probable classes, where the truth is known."""
    if truth is None or not len(truth):
        return None, None
    answers = probabilities.argmax(axis=1)
    table = count_table(truth, answers, probabilities.shape[1])
    return float((answers == truth).mean()), float(macro_f1(margins_of(table)))
