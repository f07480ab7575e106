"""Take the words away, those first that a measure calls important: how soon does the answer go?

A measure that knows which words matter takes the answer away sooner than chance.
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from attentif.inspect.subject import Sample, Subject, probabilities_of

SHARES = np.linspace(0, 1, 11)  # of the tokens that are taken away
RANDOM_ORDERS = 3


@dataclass(frozen=True)
class Deletion:
    """One measure's curve.

    Args:
        curve: mean probability of the explained class at each share of `SHARES`.
        areas: of each text, the area under its own curve; the smaller, the sooner the
            answer is gone.
    """

    curve: tuple[float, ...]
    areas: tuple[float, ...]

    @property
    def area(self) -> float:
        """Mean over the texts."""
        return float(np.mean(self.areas))


@dataclass(frozen=True)
class Deletions:
    """All measures' curves, and how much sooner than chance each takes the answer away.

    curves: measure -> curve; "random" is among them: the mean of some random orders.
    """

    curves: Mapping[str, Deletion]

    def ahead(self, name: str) -> tuple[float, float]:
        """Area of the random order minus that of a measure, and half its 95 % interval."""
        own, chance = self.curves[name], self.curves["random"]
        saved = np.array(chance.areas) - np.array(own.areas)
        return float(saved.mean()), float(1.96 * saved.std() / math.sqrt(len(saved)))

    def to_dict(self) -> dict[str, Any]:
        """Ready for JSON."""
        found: dict[str, Any] = {"shares": SHARES.round(2).tolist()}
        for name, one in self.curves.items():
            saved, margin = self.ahead(name)
            found[name] = {
                "curve": [round(p, 5) for p in one.curve],
                "area": one.area,
                "ahead_of_random": saved,
                "margin": margin,
            }
        return found


def deletions(
    subject: Subject,
    sample: Sample,
    measures: Mapping[str, Sequence[NDArray[np.floating]]],
    *,
    seed: int,
) -> Deletions:
    """Curves of some measures and of random orders, over the texts of two tokens or more.

    Args:
        measures: name -> for each text one number a token, the largest taken away first.
    """
    rows = np.flatnonzero(sample.lengths > 1)
    draw = np.random.default_rng(seed)
    curves = {
        name: curve_of(subject, sample, rows, [np.argsort(-values[int(r)], kind="stable")
                                               for r in rows])
        for name, values in measures.items()
    }  # fmt: skip
    chance = [
        curve_of(subject, sample, rows, [draw.permutation(sample.lengths[r]) for r in rows])
        for _ in range(RANDOM_ORDERS)
    ]
    curves["random"] = Deletion(
        tuple(np.mean([one.curve for one in chance], axis=0).tolist()),
        tuple(np.mean([one.areas for one in chance], axis=0).tolist()),
    )
    return Deletions(curves)


def curve_of(
    subject: Subject,
    sample: Sample,
    rows: NDArray[np.int64],
    orders: Sequence[NDArray[np.int64]],
) -> Deletion:
    """The curve of one order for each text; the tokens that stay keep their places."""
    parts = [
        sample.words(int(row))[np.sort(order[taken(len(order), share):])]
        for row, order in zip(rows, orders, strict=True)
        for share in SHARES
    ]  # fmt: skip
    found = probabilities_of(subject, sample.of(parts)).reshape(len(rows), len(SHARES), -1)
    p = np.take_along_axis(found, sample.explained[rows, None, None], axis=2)[:, :, 0]
    areas = ((p[:, 1:] + p[:, :-1]) / 2 * np.diff(SHARES)).sum(axis=1)
    return Deletion(tuple(p.mean(axis=0).tolist()), tuple(areas.tolist()))


def taken(tokens: int, share: float) -> int:
    """How many of a text's tokens are that share, rounded half up.

    >>> [taken(5, share) for share in (0.0, 0.1, 0.5, 1.0)]
    [0, 1, 3, 5]
    """
    return math.floor(tokens * share + 0.5 + 1e-9)
