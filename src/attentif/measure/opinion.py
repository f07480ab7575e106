"""Two opinions on the same rows, pooled: how much does the second one count?"""

import math

import numpy as np
from numpy.typing import NDArray

from attentif.measure.decision import doubting_loss, fit_temperature

SHARES = tuple(2.0 ** (k / 2) for k in range(-8, 13))  # from a sixteenth to 64
USUAL = 8.0  # what a margin of 1 says in nats, before any row has spoken
AS_ROWS = 0.25  # how many rows that speaks for


def fit_share(
    logits: NDArray[np.floating],
    margins: NDArray[np.floating],
    truth: NDArray[np.integer],
    *,
    usual: float = USUAL,
    as_rows: float = AS_ROWS,
) -> float:
    """The share s of SHARES under which logits + s * margins says the truth best.

    Fit it on rows that taught neither. Each s is judged at its own best temperature, so that
    an opinion that is too sure of itself is not punished for that. Rows that both opinions
    have right cannot choose, so what a margin says at that temperature is drawn towards what
    is usual: the more rows, the less. `benchmarks.shares` chose both numbers.

    Args:
        logits: (N, C) of the first opinion, on any scale.
        margins: (N, C) of the second, about 1 for a sure answer.
        truth: (N,) indices of the right classes.
        usual: what a margin of 1 says in nats, before any row has spoken.
        as_rows: how many rows that speaks for, each losing the squared log of how far off it is.

    Source:
        Heskes 1998, "Selecting weighting factors in logarithmic opinion pools", eq. 4.
    """

    def loss(share: float) -> float:
        pooled = logits + share * margins
        temperature = fit_temperature(pooled, truth)
        drawn = as_rows * math.log(share / temperature / usual) ** 2 / len(truth)
        return doubting_loss(pooled / temperature, truth) + drawn

    return min(SHARES, key=loss)
