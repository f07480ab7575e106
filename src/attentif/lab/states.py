"""The states of a plain RNN: how steep its activation is where they are, and how many are flat."""

from collections.abc import Callable
from typing import NamedTuple

import numpy as np
import torch
from torch import Tensor

from attentif.inspect.gradients import cells, spectra
from attentif.inspect.record import record
from attentif.lab.frames import Framed
from attentif.lab.reach import TEXTS
from attentif.text.encode import Encoded
from attentif.train.batch import gather

FLAT = 0.1  # part of the steepest slope below which a state counts as flat
SLOPES: dict[str, tuple[float, Callable[[Tensor], Tensor]]] = {
    "sigmoid": (0.25, lambda h: h * (1 - h)),
    "tanh": (1.0, lambda h: 1 - h**2),
    "relu": (1.0, lambda h: (h > 0).double()),
    "linear": (1.0, torch.ones_like),
}
"""Activation -> its steepest slope, and its slope where its value is h."""


class States(NamedTuple):
    """Over all states of some texts, before any padding.

    slope: mean of the activation's slope. flat: share of states with less than a tenth of the
    steepest. centre: mean of the states themselves. stretch: largest singular value of U.
    """

    slope: float
    flat: float
    centre: float
    stretch: float


def states_of(network: Framed, encoded: Encoded) -> States:
    """Look at the first `TEXTS` texts with a plain RNN of one layer and one direction."""
    ((_, _, cell),) = cells(network.network)
    steepest, slope_at = SLOPES[cell.options.activation]
    batch = gather(encoded, np.arange(min(TEXTS, len(encoded.lengths))))
    with torch.no_grad(), record(network.network) as trace:
        network(batch.inputs)
    (name,) = (name for name in trace if name.endswith(".forwards.hidden"))
    h = trace[name].double()
    h = h[~h.isnan()]
    slopes = slope_at(h)
    (spectrum,) = spectra(network.network)
    return States(
        slope=float(slopes.mean()),
        flat=float((slopes < FLAT * steepest).double().mean()),
        centre=float(h.mean()),
        stretch=spectrum.values[0],
    )
