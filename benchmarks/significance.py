"""Whether a network that was trained with several seeds beats a model on one test part."""

import numpy as np
from numpy.typing import NDArray

from attentif.measure.metrics import PERCENTILES, Margins, Metric, margins_of_cells
from attentif.measure.paired import Difference

Ids = NDArray[np.int64]


def over_seeds(
    truth: Ids, networks: list[Ids], other: Ids, metric: Metric, *, draws: int = 2000, seed: int = 0
) -> Difference:
    """Mean over the seeds minus the other model, on the same rows.

    Bootstrap on two levels: in each draw the test rows are drawn again, the same for all
    models, and so are the seeds. The interval holds what another test part and other seeds
    would change.

    Args:
        truth: (N,) class of each row.
        networks: each seed's answers, (N,); -1 for unsure.
        other: (N,) the answers of the model that has no seed.
        metric: one of `measure.metrics.METRICS`.

    Example:
        >>> from attentif.measure.metrics import accuracy
        >>> truth = np.array([0, 1] * 50)
        >>> found = over_seeds(truth, [truth, truth], np.zeros(100, int), accuracy)
        >>> found.mean, found.low > 0.3, found.p_value < 0.01
        (0.5, True, True)
    """
    n, n_classes = len(truth), int(max(truth.max(), other.max())) + 1
    random = np.random.default_rng(seed)
    counts = random.multinomial(n, np.full(n, 1 / n), draws)  # (D, N)
    seeds = random.integers(len(networks), size=(draws, len(networks)))  # (D, S)

    def scores(answers: Ids, rows: NDArray[np.integer]) -> NDArray[np.float64]:
        found: Margins = margins_of_cells(rows, truth, answers, n_classes)
        return metric(found)

    each = np.stack([scores(answers, counts) for answers in networks], axis=1)  # (D, S)
    drawn = np.take_along_axis(each, seeds, axis=1).mean(axis=1) - scores(other, counts)
    once = np.ones((1, n), int)
    mean = float(np.mean([scores(a, once) for a in networks]) - scores(other, once)[0])
    low, high = np.percentile(drawn, PERCENTILES)
    opposite = min((drawn <= 0).sum(), (drawn >= 0).sum())
    p_value = min(1.0, 2 * float(opposite + 1) / (draws + 1))
    return Difference(mean, float(low), float(high), p_value)
