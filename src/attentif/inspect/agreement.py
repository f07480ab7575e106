"""Do two judgements of the same tokens put them in the same order? Over many texts."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.stats import kendalltau

from attentif.inspect.explain import rank_agreement

LEVEL = 0.05  # of the test that two orders have nothing to do with each other
SOURCE = "Jain and Wallace 2019, SST, BiLSTM with tanh attention"
PUBLISHED = {"gradient": 0.351, "left_out": 0.291, "ceiling": 0.656}
"""Mean tau that `SOURCE` reports: attention with gradient, attention with leave-one-out,
gradient with leave-one-out."""


@dataclass(frozen=True)
class Agreement:
    """Kendall's tau-b of each text between two judgements of its tokens.

    Args:
        taus: one for each text that has one: two tokens or more, not all judged alike.
        significant: share of these whose order would be rare by chance (p < .05).
        texts: how many were given.
    """

    taus: tuple[float, ...]
    significant: float
    texts: int

    @property
    def mean(self) -> float:
        """Over the texts; NaN without any."""
        return float(np.mean(self.taus)) if self.taus else math.nan

    @property
    def spread(self) -> float:
        """Standard deviation over the texts."""
        return float(np.std(self.taus)) if self.taus else math.nan

    @property
    def margin(self) -> float:
        """Half the width of the mean's 95 % interval (normal)."""
        return 1.96 * self.spread / math.sqrt(len(self.taus)) if self.taus else math.nan

    def to_dict(self) -> dict[str, Any]:
        """Ready for JSON; None where no text has a value."""
        some = bool(self.taus)
        return {
            "mean": self.mean if some else None,
            "spread": self.spread if some else None,
            "margin": self.margin if some else None,
            "significant": self.significant if some else None,
            "texts": self.texts,
            "texts_with_a_value": len(self.taus),
            "taus": [round(tau, 4) for tau in self.taus],
        }


def agreement(
    first: Sequence[NDArray[np.floating]], second: Sequence[NDArray[np.floating]]
) -> Agreement:
    """Compare the judgements of each text, one number a token on both sides.

    Example:
        >>> one, other = [np.array([0.1, 0.2, 0.7])], [np.array([0.0, 0.3, 0.4])]
        >>> agreement(one, other).mean
        1.0
    """
    taus, rare = [], 0
    for a, b in zip(first, second, strict=True):
        tau = rank_agreement(a, b)
        if tau is not None:
            taus.append(tau)
            _, chance = np.asarray(kendalltau(a, b))
            rare += bool(chance < LEVEL)
    return Agreement(tuple(taus), rare / len(taus) if taus else math.nan, len(first))
