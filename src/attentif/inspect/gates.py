r"""What the gates do: over one message, and how often they are shut or open over many.

Letters: T tokens, H hidden width. A gate that keeps the memory (the forget gate f of an
LSTM, the update gate z of a GRU) says how long it lasts: held at f, a part f^k of what was
stored is left after k steps, and the sum over k is

.. math:: 1 + f + f^2 + \ldots = \frac{1}{1 - f}

steps. A unit's memory length is 1 / (1 - its mean f over all tokens); the mean is taken
first, because a single step with f = 1 would make the mean of 1 / (1 - f) infinite.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from attentif.inspect.record import Trace, record
from attentif.inspect.subject import Sample, Subject, answering
from attentif.text.batches import cut
from attentif.text.encode import KnownToken
from attentif.train.batch import gather

SHUT, OPEN = 0.1, 0.9
BATCH = 64  # texts
KEEPING = ("forget_gate", "update_gate")
GATES = ("input_gate", "forget_gate", "output_gate", "reset_gate", "update_gate")
DIRECTIONS = ("forwards", "backwards")


class Layer(NamedTuple):
    """One direction of one layer.

    gates: name -> (T, H), empty for an RNN; memory: (T, H), None but for an LSTM.
    """

    layer: int
    direction: str
    gates: dict[str, NDArray[np.float32]]
    memory: NDArray[np.float32] | None
    hidden: NDArray[np.float32]


class Watched(NamedTuple):
    """All layers over one message."""

    tokens: list[KnownToken]
    layers: list[Layer]


@dataclass(frozen=True)
class GateUse:
    """How one gate is used over many texts.

    Args:
        layer: from 1 on.
        mean: over all tokens and units.
        shut: share below .1; opened: share above .9. Saturated gates pass little gradient.
        unit_means: (H,) of each unit.
    """

    layer: int
    direction: str
    gate: str
    mean: float
    shut: float
    opened: float
    unit_means: tuple[float, ...]

    @property
    def memory_lengths(self) -> NDArray[np.float64]:
        """(H,) steps, of each unit, for a gate that keeps the memory; else empty."""
        if self.gate not in KEEPING:
            return np.empty(0)
        return 1 / (1 - np.array(self.unit_means).clip(0, 1 - 1e-6))

    def to_dict(self) -> dict[str, Any]:
        """Ready for JSON."""
        found = {name: value for name, value in vars(self).items() if name != "unit_means"}
        lengths = self.memory_lengths
        if len(lengths):
            found |= {
                "memory_length_mean": float(lengths.mean()),
                "memory_length_median": float(np.median(lengths)),
                "memory_length_longest": float(lengths.max()),
            }
        return found


def watch(subject: Subject, text: str) -> Watched:
    """Each gate's and state's value at each token of one message."""
    encoded = subject.front_end.encode([text])
    batch = gather(encoded, np.arange(1))
    with answering(subject.network), torch.no_grad(), record(subject.network) as trace:
        subject.network(batch.inputs)
    layers = []
    for layer, direction, found in states(trace):
        values = {name: value[0].numpy() for name, value in found.items()}
        gates = {name: values[name] for name in GATES if name in values}
        layers.append(Layer(layer, direction, gates, values.get("memory"), values["hidden"]))
    return Watched(subject.front_end.tokens(text), layers)


def gate_use(subject: Subject, sample: Sample) -> list[GateUse]:
    """How every gate is used over some texts; none for an RNN."""
    sums: dict[tuple[int, str, str], NDArray[np.float64]] = {}
    order = np.argsort(sample.lengths, kind="stable")
    with answering(subject.network), torch.no_grad():
        for rows in cut(sample.lengths, order, BATCH):
            with record(subject.network) as trace:
                subject.network(gather(sample.encoded, rows).inputs)
            for layer, direction, found in states(trace):
                for name in (name for name in GATES if name in found):
                    key = (layer, direction, name)
                    sums[key] = sums.get(key, 0) + counted(found[name])
    return [
        GateUse(
            *key,
            mean=float(total / n / len(units)),
            shut=float(shut / n / len(units)),
            opened=float(opened / n / len(units)),
            unit_means=tuple((units / n).tolist()),
        )
        for key, (n, total, shut, opened, *rest) in sums.items()
        for units in [np.array(rest)]
    ]


def counted(values: Tensor) -> NDArray[np.float64]:
    """Of a gate (B, T, H): tokens, sum, values below .1 and above .9, and each unit's sum."""
    real = values[~values[:, :, 0].isnan()].double()  # (tokens, H)
    heads = [len(real), real.sum(), (real < SHUT).sum(), (real > OPEN).sum()]
    return np.array([*map(float, heads), *real.sum(dim=0).tolist()])


def states(trace: Trace) -> Iterator[tuple[int, str, dict[str, Tensor]]]:
    """Layer (from 1), direction, and the values of its cell by name."""
    layers: dict[tuple[int, str], dict[str, Tensor]] = {}
    for name in trace:
        if trace.places[name].stepped:
            *_, number, direction, value = name.split(".")
            layers.setdefault((int(number) + 1, direction), {})[value] = trace[name]
    for (layer, direction), found in sorted(layers.items(), key=lambda one: place(*one[0])):
        yield layer, direction, found


def place(layer: int, direction: str) -> tuple[int, int]:
    """Forwards before backwards, layer by layer."""
    return layer, DIRECTIONS.index(direction)
