"""Long lags: the published problems, the cells that try them, and one training of each."""

import math
from collections.abc import Callable, Iterator
from functools import partial
from typing import Any, NamedTuple

import numpy as np
import torch
from numpy.random import Generator
from torch import nn

from attentif.lab.sequence_training import Learnt, Plan, Reader, learn, seeded
from attentif.lab.sequences import (
    RECALLED,
    SYMBOLS,
    Drawn,
    adding,
    copy_memory,
    temporal_order,
)
from attentif.nn.cells import GRUCell, LSTMCell
from attentif.nn.recurrent import Recurrent

MANY = 4_000


class Problem(NamedTuple):
    """One kind of sequence.

    inputs, outputs: widths. recalled: answers at so many last steps; 0: one answer.
    published: T -> sequences that the LSTM of 1997 needed: means of 10 trials (adding) and of
        20 (order, task 6a).

    Source:
        Hochreiter and Schmidhuber 1997, Long short-term memory, Neural Computation 9(8), tables
        7 and 9.
    """

    draw: Callable[[Generator, int, int], Drawn]
    inputs: int
    outputs: int
    recalled: int
    published: dict[int, int]


PROBLEMS = {
    "adding": Problem(adding, 2, 1, 0, {100: 74_000, 500: 209_000, 1000: 853_000}),
    "order": Problem(temporal_order, SYMBOLS, 4, 0, {100: 31_390}),
    "copying": Problem(copy_memory, SYMBOLS + 2, SYMBOLS, RECALLED, {}),
}


def idle_loss(name: str, length: int) -> float:
    """The loss of the best answer that looks at nothing, from `MANY` sequences."""
    problem = PROBLEMS[name]
    targets = problem.draw(np.random.default_rng(0), MANY, length).targets
    if targets.dtype.is_floating_point:
        return float(targets.var())
    return math.log(problem.outputs)  # each class is as likely


class Contender(NamedTuple):
    """A cell, its step size, and whether its gates start as long as the lag."""

    cell: str
    learning_rate: float
    held_open: bool = False


CONTENDERS = {
    "rnn": Contender("rnn", 0.001),
    "gru": Contender("gru", 0.01, True),
    "lstm": Contender("lstm", 0.01, True),
    "lstm-bias-1": Contender("lstm", 0.01),
}


class Round(NamedTuple):
    """A problem at one length, who tries it, and how far.

    most: sequences at most.
    """

    problem: str
    length: int
    most: int
    contenders: tuple[str, ...] = ("rnn", "gru", "lstm")
    hidden: int = 32


class Attempt(NamedTuple):
    """One contender in one round."""

    round: Round
    contender: str
    weights: int
    learnt: Learnt

    @property
    def right(self) -> float:
        """Share of right answers among the last sequences that were counted."""
        return self.learnt.history[-1]["accuracy"] if self.learnt.history else math.nan

    @property
    def loss(self) -> float:
        """Of the same."""
        return self.learnt.history[-1]["loss"] if self.learnt.history else math.nan

    def to_dict(self) -> dict[str, Any]:
        """Ready for JSON."""
        own = {"contender": self.contender, "weights": self.weights, "right": self.right}
        return {**self.round._asdict(), **own, "loss": self.loss, **self.learnt.to_dict()}


def attempts(
    rounds: tuple[Round, ...], seed: int, until: float, tell: Callable[[str], None]
) -> Iterator[Attempt]:
    """All rounds, one contender after the other.

    Args:
        until: moment (`time.monotonic`) at which what is not done is broken off.
    """
    for one in rounds:
        for name in one.contenders:
            tell(f"{one.problem} {one.length}: {name}")
            yield attempt(one, name, seed, until)


def attempt(one: Round, name: str, seed: int, until: float) -> Attempt:
    """Train one contender on one problem."""
    problem, contender = PROBLEMS[one.problem], CONTENDERS[name]
    model = seeded(seed, partial(made, one, contender))
    plan = Plan(contender.learning_rate, most=one.most, seed=seed, until=until)
    learnt = learn(model, lambda draw, rows: problem.draw(draw, rows, one.length), plan)
    return Attempt(one, name, sum(weight.numel() for weight in model.parameters()), learnt)


def made(one: Round, contender: Contender) -> nn.Module:
    """A fresh network for the problem."""
    problem = PROBLEMS[one.problem]
    recurrent = Recurrent(contender.cell, problem.inputs, one.hidden)
    if contender.held_open:
        hold_open(recurrent, one.length)
    return Reader(recurrent, problem.outputs, problem.recalled)


def hold_open(recurrent: Recurrent, longest: int) -> None:
    """Start the gates so that each unit keeps its memory for another time, up to the lag.

    The bias of the gate that keeps is log(u) with u uniform from 1 to `longest` - 1: about a
    third of the memory is left after u steps. An LSTM's input gate starts as much closed.

    Source:
        Tallec and Ollivier 2018, arXiv:1804.11188, section 2.2 ("chrono"). Their GRU keeps
        with 1 - z, ours with z.
    """
    cell = recurrent.forwards
    size = cell.hidden_size
    kept = torch.log(1 + (longest - 2) * torch.rand(size))
    with torch.no_grad():
        if isinstance(cell, LSTMCell):
            cell.W.bias[:size] = -kept
            cell.W.bias[size : 2 * size] = kept
        elif isinstance(cell, GRUCell):
            cell.W.bias[size : 2 * size] = kept
