"""Where the first number that is not finite is born: on the way forward or on the way back."""

import math
from typing import NamedTuple

import torch
from torch import Tensor

from attentif.inspect.record import Trace, record
from attentif.lab.frames import Framed
from attentif.train.loop import Callback, Run

ORDER = ("input_gate", "forget_gate", "candidate", "memory", "output_gate", "hidden")
"""The values of one step in the order in which an LSTM computes them."""
KEPT = 3  # last steps whose memory is kept word by word


class Birth(NamedTuple):
    """The first number that is infinite or undefined.

    place: value of the cell, or name of the weight whose gradient it is.
    step: training step, from 1 on. word, words: of the text; 0 on the way back.
    value: "inf" or "nan". largest: of all values on the way forward.
    """

    place: str
    step: int
    word: int
    words: int
    value: str
    backward: bool
    largest: float


class Watch(Callback):
    """Look at the memory before every training step, and at everything when it breaks.

    `by_step`: the largest finite memory of each batch. `along`: (step, largest memory at each
    word) of the last steps. `norm`: the largest finite gradient. `birth`: None if nothing broke.
    """

    def __init__(self) -> None:
        self.by_step: list[float] = []
        self.along: list[tuple[int, list[float]]] = []
        self.norm = 0.0
        self.birth: Birth | None = None

    def on_gradients(self, run: Run) -> None:
        """Read the batch again with the weights that gave this gradient."""
        if run.batch is None or not isinstance(run.model, Framed):
            return
        with torch.no_grad(), record(run.model.network) as trace:
            run.model(run.batch.inputs)
        (memory,) = (trace[name] for name in trace if name.endswith(".forwards.memory"))
        sizes = memory.abs().nan_to_num(nan=0.0, posinf=math.inf).amax(dim=(0, 2))  # (T,)
        finite = sizes[sizes.isfinite()]
        self.by_step.append(float(finite.max()) if len(finite) else math.inf)
        self.along = [*self.along, (run.step + 1, sizes.tolist())][-KEPT:]
        if math.isfinite(run.gradient_norm) and math.isfinite(run.loss):
            self.norm = max(self.norm, run.gradient_norm)
        elif self.birth is None:
            self.birth = first_in(trace, run) or first_gradient(run, self.by_step[-1])


def first_in(trace: Trace, run: Run) -> Birth | None:
    """The first value of the first step that is not finite, on the way forward."""
    names = [name for value in ORDER for name in trace if name.endswith(f".forwards.{value}")]
    values = {name.rpartition(".")[2]: trace[name] for name in names}
    real = trace.masks[names[0].rpartition(".forwards")[0]]  # (B, T)
    largest = max(float(v.nan_to_num(0.0, 0.0, 0.0).abs().max()) for v in values.values())
    for t in range(real.shape[1]):
        for place, value in values.items():
            own = value[real[:, t], t]  # texts that have a word there
            if not own.isfinite().all():
                length = real.shape[1]
                return Birth(place, run.step + 1, t + 1, length, kind_of(own), False, largest)
    return None


def first_gradient(run: Run, largest: float) -> Birth | None:
    """The weight nearest to the loss whose gradient is not finite."""
    for name, weight in reversed(list(run.model.named_parameters())):
        if weight.grad is not None and not weight.grad.isfinite().all():
            short = name.removeprefix("network.").removesuffix(".weight")
            return Birth(short, run.step + 1, 0, 0, kind_of(weight.grad), True, largest)
    return None


def kind_of(values: Tensor) -> str:
    """Whether some are infinite, or all bad ones undefined."""
    return "inf" if values.isinf().any() else "nan"
