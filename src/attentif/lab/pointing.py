"""Whether attention points at the right places, measured on sequences of which they are known.

Letters: N sequences, T steps, K right places each, D width of a state.
"""

from collections.abc import Mapping
from typing import Any, NamedTuple

import numpy as np
import torch
from numpy.typing import NDArray
from torch import nn

from attentif.lab.sequence_training import Looker
from attentif.lab.sequences import CLOSE, Drawn


class Judged(NamedTuple):
    """What attention does on sequences that were not taught.

    right: share of the answers within `CLOSE`.
    mass: (N,) attention on the right places; even: what equal weights would put there.
    exact: share of the sequences whose largest weights are on the right places.
    elsewhere: how much of the answer can be read from a state at any other place, by a linear
        fit (R^2 on other sequences; 0: nothing).
    """

    right: float
    mass: NDArray[np.floating]
    even: float
    exact: float
    elsewhere: float

    def to_dict(self) -> dict[str, Any]:
        """Ready for JSON."""
        low, high = np.percentile(self.mass, (5, 95)).tolist()
        mass = {"mass": float(self.mass.mean()), "mass_5_percent": low, "mass_95_percent": high}
        return {**self._asdict(), **mass}


class Seen(NamedTuple):
    """Attention and states on held-out sequences.

    weights: (N, T), 0 after the end. states: (N, T, D).
    """

    answers: NDArray[np.floating]
    weights: NDArray[np.floating]
    states: NDArray[np.floating]


def look(model: Looker, drawn: Drawn) -> Seen:
    """Answers, attention and states."""
    with torch.no_grad():
        answer, weights, states = model.look(*drawn.inputs)
    return Seen(answer.squeeze(1).numpy(), weights.numpy(), states.numpy())


def progress(drawn: Drawn, model: nn.Module) -> Mapping[str, float]:
    """Attention on the right places, while the network learns."""
    if not isinstance(model, Looker):
        return {}
    return {"mass": float(mass_on(look(model, drawn).weights, drawn.places).mean())}


def mass_on(weights: NDArray[np.floating], places: NDArray[np.int64]) -> NDArray[np.floating]:
    """(N, T) weights, (N, K) places -> (N,) attention on them."""
    return np.take_along_axis(weights, places, axis=1).sum(axis=1)


def judge(seen: Seen, drawn: Drawn) -> Judged:
    """All that is said of one task."""
    mask, wanted = drawn.inputs.mask.numpy(), drawn.places.shape[1]
    truth = drawn.targets.numpy()
    first = np.argsort(-seen.weights, axis=1, kind="stable")[:, :wanted]
    exact = np.sort(first, axis=1) == np.sort(drawn.places, axis=1)
    return Judged(
        right=float((np.abs(seen.answers - truth) < CLOSE).mean()),
        mass=mass_on(seen.weights, drawn.places),
        even=float((wanted / mask.sum(axis=1)).mean()),
        exact=float(exact.all(axis=1).mean()),
        elsewhere=readable(seen.states, mask, drawn.places, truth),
    )


def readable(
    states: NDArray[np.floating],
    mask: NDArray[np.bool_],
    places: NDArray[np.int64],
    truth: NDArray[np.floating],
) -> float:
    """R^2 of the answer, read by a linear fit from the states at the other places.

    The first half of the sequences gives the fit, the second is judged.
    """
    others = mask.copy()
    np.put_along_axis(others, places, False, axis=1)
    half = len(states) // 2
    rows, columns = np.nonzero(others)
    x = np.column_stack([states[rows, columns], np.ones(len(rows))]).astype(np.float64)
    y = truth[rows].astype(np.float64)
    taught = rows < half
    fit = np.linalg.lstsq(x[taught], y[taught], rcond=None)[0]
    left, spread = y[~taught] - x[~taught] @ fit, y[~taught] - y[taught].mean()
    return float(1 - (left @ left) / max(spread @ spread, 1e-12))
