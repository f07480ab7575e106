"""Does the gradient reach the first word? And: what the recurrent matrices do to it.

Letters: B texts, T tokens, H hidden width.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn
from torch.nn import functional

from attentif.inspect.gates import place
from attentif.inspect.record import record
from attentif.inspect.subject import Sample, Subject, answering
from attentif.nn.cells import Cell, GRUCell, LSTMCell
from attentif.nn.classifier import Classifier
from attentif.nn.recurrent import Recurrent
from attentif.text.batches import cut
from attentif.train.batch import gather
from attentif.train.loop import Callback, Run

BATCH = 64  # texts
SMALLEST = 1e-30  # what a norm of 0 counts as in a geometric mean
BOUNDS = {"tanh": 1.0, "relu": 1.0, "linear": 1.0, "sigmoid": 4.0}
"""Activation -> 1 / its steepest slope: below it the largest singular value of U makes the
gradient vanish for certain; above it it may explode (Pascanu, Mikolov, Bengio 2013,
arXiv:1211.5063, section 2.1)."""
BLOCKS = {  # parts of U, in their order
    "RNNCell": ("hidden state",),
    "GRUCell": ("reset gate", "update gate", "candidate"),
    "LSTMCell": ("input gate", "forget gate", "candidate", "output gate"),
}


@dataclass(frozen=True)
class BackInTime:
    """How large the loss's gradient is at each step back from the last one read.

    Args:
        layer: from 1 on.
        direction: "forwards" (the last step is the last token) or "backwards" (the first).
        state: "hidden" or "memory".
        norms: geometric mean over the texts of the gradient's norm, `norms[k]` being k steps
            back.
        parts: the same of the norm as a part of the text's own norm at the last step.
        texts: how many texts reach that far; few at the end, whose means then say little.
    """

    layer: int
    direction: str
    state: str
    norms: tuple[float, ...]
    parts: tuple[float, ...]
    texts: tuple[int, ...]

    @property
    def shared(self) -> int:
        """How many steps a tenth of the texts reach: as far as the means are to be trusted."""
        return sum(10 * n >= self.texts[0] for n in self.texts)

    @property
    def left(self) -> float:
        """What is left of the gradient at the farthest step that half of the texts reach."""
        return self.parts[sum(2 * n >= self.texts[0] for n in self.texts) - 1]

    def to_dict(self) -> dict[str, Any]:
        """Ready for JSON."""
        lists = {name: list(getattr(self, name)) for name in ("norms", "parts", "texts")}
        return {**vars(self), **lists}


@dataclass(frozen=True)
class Spectrum:
    """Singular values of one H x H block of a recurrent matrix, the largest first.

    bound: of `BOUNDS`, for a plain RNN without layer normalisation; else None.
    """

    layer: int
    direction: str
    block: str
    values: tuple[float, ...]
    bound: float | None

    def to_dict(self) -> dict[str, Any]:
        """Ready for JSON."""
        own = {name: value for name, value in vars(self).items() if name != "values"}
        return own | {"largest": self.values[0], "smallest": self.values[-1]}


def back_in_time(
    subject: Subject, sample: Sample, truth: NDArray[np.int64] | None = None
) -> list[BackInTime]:
    """The loss's gradient with respect to every state, by its distance from the last step.

    The loss of a text is the cross-entropy of its class; each text has its own.

    Args:
        truth: (N,) the classes; without, the explained ones.
    """
    wanted = sample.explained if truth is None else truth
    longest = int(sample.lengths.max())
    sums: dict[tuple[int, str, str], NDArray[np.float64]] = {}
    order = np.argsort(sample.lengths, kind="stable")
    with answering(subject.network):
        for rows in cut(sample.lengths, order, BATCH):
            batch = gather(sample.encoded, rows)
            with record(subject.network) as trace:
                logits = subject.network(batch.inputs).logits
                loss = functional.cross_entropy(
                    logits, torch.from_numpy(wanted[rows]), reduction="sum"
                )
                names = [n for n in trace if n.endswith((".hidden", ".memory"))]
                slopes = trace.gradients(loss, names)
            for name, slope in slopes.items():
                *head, direction, state = name.split(".")
                key = (int(head[-1]) + 1, direction, state)
                found = by_distance(slope, longest, backwards=direction == "backwards")
                sums[key] = sums.get(key, 0) + found
    return [
        BackInTime(
            *key,
            norms=tuple(np.exp(norms / n).tolist()),
            parts=tuple(np.exp(parts / n).tolist()),
            texts=tuple(n.astype(int).tolist()),
        )
        for key, (norms, parts, n) in sorted(
            sums.items(), key=lambda one: (place(*one[0][:2]), one[0])
        )
    ]


def by_distance(slope: Tensor, longest: int, *, backwards: bool) -> NDArray[np.float64]:
    """(3, longest) at each step back: sum of the norms' logarithms, the same as parts of the
    last step's, and number of texts.

    Args:
        slope: (B, T, H), NaN on padding.
    """
    norms = slope.norm(dim=2).double().numpy()  # (B, T)
    found = np.zeros((3, longest))
    for row in norms:
        own = row[~np.isnan(row)]
        logs = np.log((own if backwards else own[::-1]).clip(min=SMALLEST))
        found[0, : len(own)] += logs
        found[1, : len(own)] += logs - logs[0]
        found[2, : len(own)] += 1
    return found


def spectra(network: Classifier) -> list[Spectrum]:
    """Singular values of every recurrent matrix, block by block."""
    found = []
    for layer, direction, cell in cells(network):
        blocks = cell.U.weight.detach().double().split(cell.hidden_size)
        gated = isinstance(cell, LSTMCell | GRUCell)
        bound = None if gated or cell.options.layer_norm else BOUNDS[cell.options.activation]
        for name, block in zip(BLOCKS[type(cell).__name__], blocks, strict=True):
            values = torch.linalg.svdvals(block).tolist()
            found.append(Spectrum(layer, direction, name, tuple(values), bound))
    return found


def cells(network: nn.Module) -> Iterator[tuple[int, str, Cell]]:
    """Every cell with its layer (from 1) and direction."""
    layers = [module for module in network.modules() if isinstance(module, Recurrent)]
    for number, layer in enumerate(layers, 1):
        yield number, "forwards", layer.forwards
        if layer.backwards is not None:
            yield number, "backwards", layer.backwards


class UpdateRatios(Callback):
    """How far a step moves each weight, as a part of the weight: `|change| / |weight|`.

    About a thousandth is usual; far less learns nothing, far more does not settle.

    Args:
        every: look at each so many steps; looking copies the weights.

    `rows` keeps the numbers: epoch, name, ratio (mean over the steps looked at).
    """

    def __init__(self, every: int = 10) -> None:
        self.every = every
        self.rows: list[dict[str, float | str]] = []
        self.before: dict[str, Tensor] = {}
        self.found: dict[str, list[float]] = {}

    def on_gradients(self, run: Run) -> None:
        """Remember the weights before the step."""
        if run.step % self.every == 0:
            self.before = {name: w.detach().clone() for name, w in run.model.named_parameters()}

    def on_step(self, run: Run) -> None:
        """Compare."""
        now = dict(run.model.named_parameters()) if self.before else {}
        for name, old in self.before.items():
            size = old.norm().item()
            if size:
                moved = (now[name].detach() - old).norm().item()
                self.found.setdefault(name, []).append(moved / size)
        self.before = {}

    def on_epoch(self, run: Run) -> None:
        """One row a weight."""
        self.rows += [
            {"epoch": run.epoch, "name": name, "ratio": float(np.mean(ratios))}
            for name, ratios in self.found.items()
        ]
        self.found = {}
