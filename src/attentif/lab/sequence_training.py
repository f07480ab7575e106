"""Recurrent networks that read numbers, under the library's own loop and callbacks."""

import math
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any, NamedTuple, TypeVar

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn import functional

from attentif.lab.sequences import CLOSE, Drawn, Sequences
from attentif.nn.attention import General
from attentif.nn.recurrent import Recurrent
from attentif.train.callbacks import ClipNorm, StopOnNonFinite
from attentif.train.loop import Callback, Outcome, Run, fit
from attentif.train.standing import threads

Draw = Callable[[np.random.Generator, int], Drawn]
"""(generator, rows) -> new sequences."""
Made = TypeVar("Made", bound=nn.Module)
EPOCH = 2_000  # sequences; the published criterion looks at so many
TIME = "time"  # the reason to stop that is no property of the network
NEVER = -1  # no errors are few enough to stop


class SequenceBatch(NamedTuple):
    """A batch as the loop hands it on: numbers instead of words."""

    inputs: Sequences
    targets: Tensor


class Reader(nn.Module):
    """A recurrent layer and a linear answer from its last state.

    Args:
        recalled: answer at each of so many last steps instead; 0: once.
    """

    def __init__(self, recurrent: Recurrent, outputs: int, recalled: int = 0) -> None:
        super().__init__()
        self.recurrent, self.recalled = recurrent, recalled
        self.output = nn.Linear(recurrent.memory_size, outputs)

    def forward(self, x: Tensor, mask: Tensor) -> Tensor:
        """(B, T, E) -> (B, O), or (B, R, O)."""
        memory, last = self.recurrent(x, mask)
        return self.output(memory[:, -self.recalled :] if self.recalled else last)


class Looked(NamedTuple):
    """What a `Looker` gives.

    answer: (B, 1). weights: (B, T) attention, 0 on padding. states: (B, T, D).
    """

    answer: Tensor
    weights: Tensor
    states: Tensor


class Looker(nn.Module):
    """A recurrent layer, an attention over its states, and a linear answer from the context."""

    def __init__(self, recurrent: Recurrent) -> None:
        super().__init__()
        size = recurrent.memory_size
        self.recurrent = recurrent
        self.attend = General(size, size)
        self.output = nn.Linear(size, 1)

    def forward(self, x: Tensor, mask: Tensor) -> Tensor:
        """(B, T, E) -> (B, 1)."""
        return self.look(x, mask).answer

    def look(self, x: Tensor, mask: Tensor) -> Looked:
        """(B, T, E) -> the answer and how it was found."""
        states, last = self.recurrent(x, mask)
        context, weights = self.attend(last, self.attend.keys(states), states, mask)
        return Looked(self.output(context), weights, states)


class Plan(NamedTuple):
    """How long and how fast.

    most: sequences at most. solved: wrong answers allowed among `EPOCH` for the training to
    end. until: moment (`time.monotonic`) at which it ends in any case.
    """

    learning_rate: float = 0.01
    batch_size: int = 50
    most: int = 74_000
    solved: int = 3
    seed: int = 0
    until: float = math.inf


@dataclass(frozen=True)
class Learnt:
    """How a network learnt.

    needed: sequences until the last `EPOCH` ones were answered with at most `solved` errors;
        None when that did not happen.
    history: of each `EPOCH` sequences "loss" and "accuracy" as they came, and what the
        validation found.
    """

    needed: int | None
    seen: int
    history: list[dict[str, float]]
    seconds: float
    stop_reason: str

    @property
    def cut(self) -> bool:
        """The time ended it, so it says nothing about what the network can learn."""
        return self.stop_reason == TIME

    def to_dict(self) -> dict[str, Any]:
        """Ready for JSON."""
        return dict(vars(self))


class UntilSolved(Callback):
    """Stop when an epoch is answered well enough, or the time is over."""

    def __init__(self, plan: Plan) -> None:
        self.plan = plan
        self.history: list[dict[str, float]] = []
        self.needed: int | None = None

    def on_epoch(self, run: Run) -> None:
        """Count the errors; an epoch that the watch broke off does not count."""
        if run.stop_now:
            return
        self.history.append(dict(run.metrics))
        if round((1 - run.metrics["accuracy"]) * run.seen) <= self.plan.solved:
            self.needed = run.step * self.plan.batch_size
            run.stop("solved")

    def on_step(self, run: Run) -> None:
        """Look at the watch."""
        if time.monotonic() > self.plan.until:
            run.stop(TIME, now=True)


def nothing(model: nn.Module) -> Mapping[str, float]:
    """No sequence is seen twice: the training errors are those of new sequences."""
    return {}


def learn(
    model: nn.Module,
    draw: Draw,
    plan: Plan,
    validate: Callable[[nn.Module], Mapping[str, float]] = nothing,
) -> Learnt:
    """Train on new sequences until they are answered, or the plan ends."""
    watch, began = UntilSolved(plan), time.monotonic()
    optimizer = torch.optim.Adam(model.parameters(), lr=plan.learning_rate)
    with threads(1):
        run = fit(
            Run(model, optimizer, max(1, plan.most // EPOCH)),
            outcome_of,
            partial(batches, draw, plan),
            validate=validate,
            seed=plan.seed,
            callbacks=[ClipNorm(1.0), StopOnNonFinite(), watch],
        )
    model.eval()
    seen = run.step * plan.batch_size
    spent = time.monotonic() - began
    return Learnt(watch.needed, seen, watch.history, spent, run.stop_reason)


def batches(draw: Draw, plan: Plan, epoch: int) -> Iterator[SequenceBatch]:
    """The epoch's sequences; they depend on the seed and the epoch alone."""
    generator = np.random.default_rng([plan.seed, epoch])
    for _ in range(max(1, EPOCH // plan.batch_size)):
        drawn = draw(generator, plan.batch_size)
        yield SequenceBatch(drawn.inputs, drawn.targets)


def outcome_of(model: nn.Module, batch: SequenceBatch) -> Outcome:
    """Squared error of a number, cross-entropy of classes; hits as the problems count them.

    Several classes of one sequence are right together or not at all.
    """
    found, targets = model(*batch.inputs), batch.targets
    if targets.dtype.is_floating_point:
        error = found.squeeze(1) - targets
        close = (error.detach().abs() < CLOSE).sum()
        return Outcome(error.square().mean(), len(targets), int(close))
    loss = functional.cross_entropy(found.flatten(0, -2), targets.flatten())
    right = found.detach().argmax(dim=-1) == targets
    whole = right.all(dim=1) if right.ndim == 2 else right
    return Outcome(loss, len(targets), int(whole.sum()))


def seeded(seed: int, make: Callable[[], Made]) -> Made:
    """A model with first weights that the seed fixes; other random state untouched."""
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(seed)
        return make()
