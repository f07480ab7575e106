"""Is one model better than another on the same rows? Tests, intervals and one sentence."""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from scipy.special import bdtr, stdtr, stdtrit

from attentif.errors import DataError, ShapeError
from attentif.measure.metrics import PERCENTILES, Metric, margins_of_cells, resample

METRIC_NAMES = {"accuracy": "accuracy", "macro_f1": "macro F1", "mcc": "MCC"}


class Paired(NamedTuple):
    """Where two models disagree, and how likely chance alone would split it so unevenly."""

    better: int  # rows that only the first has right
    worse: int  # rows that only the second has right
    p_value: float


class Difference(NamedTuple):
    """First minus second: mean, 95 % interval, two-sided p-value."""

    mean: float
    low: float
    high: float
    p_value: float


def mcnemar(correct_a: np.ndarray, correct_b: np.ndarray) -> Paired:
    """Exact McNemar test that two models have the same accuracy on one set of rows.

    Args:
        correct_a: (N,) True where the first model is right.
        correct_b: (N,) the same of the second.

    Source:
        McNemar 1947; exact (binomial) as Dietterich 1998 advises for one split.

    Example:
        >>> mcnemar(np.array([1, 1, 1, 1, 0]), np.array([0, 0, 0, 1, 0]))
        Paired(better=3, worse=0, p_value=0.25)
    """
    a, b = np.asarray(correct_a).astype(bool), np.asarray(correct_b).astype(bool)
    if a.ndim != 1 or a.shape != b.shape:
        raise ShapeError(
            f"both models must have answered the same rows, got shapes {a.shape} and {b.shape}."
        )
    better, worse = int((a & ~b).sum()), int((b & ~a).sum())
    p_value = 2 * float(bdtr(min(better, worse), better + worse, 0.5))
    return Paired(better, worse, min(1.0, p_value))


def corrected_t(differences: Sequence[float] | np.ndarray, test_share: float) -> Difference:
    """Mean difference over repeated splits, whose training rows overlap.

    The plain t-test takes the splits for independent and finds differences that are not
    there; here the variance of the mean is (1/n + n_test/n_train) times that of the splits.

    Args:
        differences: (n,) one for each split, at least two.
        test_share: n_test / (n_test + n_train), between 0 and 1.

    Returns:
        Where all splits differ by the same amount the interval is that point, and p is 0,
        or 1 when the amount is 0.

    Source:
        Nadeau and Bengio 2003, "Inference for the generalization error", section 3.

    Raises:
        DataError: fewer than two differences, or a share that leaves no row on one side.
    """
    values = np.asarray(differences, float)
    n = len(values)
    if n < 2 or not 0 < test_share < 1:
        raise DataError(
            "a test over repeated splits needs at least two differences and a share of test"
            f" rows between 0 and 1, got {n} and {test_share}. Use more splits."
        )
    mean, spread = float(values.mean()), float(values.std(ddof=1))
    error = spread * float(np.sqrt(1 / n + test_share / (1 - test_share)))
    if error == 0:
        return Difference(mean, mean, mean, 1.0 if mean == 0 else 0.0)
    half = error * float(stdtrit(n - 1, 0.975))
    return Difference(mean, mean - half, mean + half, 2 * float(stdtr(n - 1, -abs(mean) / error)))


def bootstrap_difference(
    truth: np.ndarray,
    answers_a: np.ndarray,
    answers_b: np.ndarray,
    metric: Metric,
    *,
    draws: int = 2000,
    seed: int = 0,
) -> Difference:
    """Difference of a metric between two models on one split, rows resampled together.

    Args:
        truth: (N,) index of each row's class.
        answers_a: (N,) the first model's answers; -1 for unsure.
        answers_b: (N,) the second's.
        metric: one of METRICS' functions, or any other of the margins.
        draws: resamples; the smallest p-value is 2 / (draws + 1).
        seed: of the draws.
    """
    rows = np.stack([np.asarray(column) for column in (truth, answers_a, answers_b)])
    if rows.ndim != 2 or not rows.size:
        raise ShapeError(f"truth and answers must be (N,) and not empty, got {rows.shape[1:]}.")
    cells, counts = np.unique(rows, axis=1, return_counts=True)
    n_classes = int(cells.max()) + 1

    def gap(tables: np.ndarray) -> np.ndarray:
        first = margins_of_cells(tables, cells[0], cells[1], n_classes)
        second = margins_of_cells(tables, cells[0], cells[2], n_classes)
        return metric(first) - metric(second)

    drawn = gap(resample(counts, draws, seed))
    low, high = np.percentile(drawn, PERCENTILES)
    opposite = min((drawn <= 0).sum(), (drawn >= 0).sum())
    p_value = min(1.0, 2 * float(opposite + 1) / (draws + 1))
    return Difference(float(gap(counts[None])[0]), float(low), float(high), p_value)


def holm(p_values: Sequence[float] | np.ndarray) -> np.ndarray:
    """p-values of several tests, corrected so that one false alarm among all stays rare.

    Source:
        Holm 1979, "A simple sequentially rejective multiple test procedure".

    Example:
        >>> holm([0.01, 0.04, 0.03]).tolist()
        [0.03, 0.06, 0.06]
    """
    p = np.asarray(p_values, float)
    order = np.argsort(p, kind="stable")
    stepped = np.maximum.accumulate(p[order] * np.arange(len(p), 0, -1))
    corrected = np.empty_like(p)
    corrected[order] = np.minimum(stepped, 1.0)
    return corrected


def verdict(
    name_a: str,
    name_b: str,
    difference: Difference,
    *,
    metric: str = "accuracy",
    alpha: float = 0.05,
    comparisons: int = 1,
) -> str:
    """One honest sentence; a point is one hundredth.

    Better is said only when p is below alpha and the interval is on one side of 0.

    Args:
        name_a: as it stands in a sentence: "the network".
        name_b: the same: "the baseline word-svm".
        difference: first minus second, its p-value corrected already where it must be.
        metric: what was measured.
        alpha: chance of a false alarm that is accepted.
        comparisons: how many tests the p-value is corrected for; said when above 1.

    Example:
        >>> print(verdict("the network", "word-svm", Difference(0.012, 0.003, 0.021, 0.0121)))
        ... # doctest: +NORMALIZE_WHITESPACE
        The network is better than word-svm by 1.2 points of accuracy
        (95 %: 0.3 to 2.1, p = 0.012).
    """
    mean, low, high, p = difference
    what = METRIC_NAMES.get(metric, metric)
    chance = "p < 0.001" if p < 0.001 else f"p = {p:.3f}"
    corrected = f" corrected for {comparisons} comparisons" if comparisons > 1 else ""
    shown = p < alpha and (low > 0 or high < 0)
    if shown and mean < 0:
        name_a, name_b = name_b, name_a
        mean, low, high = -mean, -high, -low
    interval = f"(95 %: {_points(low)} to {_points(high)}, {chance}{corrected})"
    if shown:
        sentence = f"{name_a} is better than {name_b} by {_points(mean)} points of {what}"
        return f"{_opened(sentence)} {interval}."
    return (
        f"No difference of {what} can be shown between {name_a} and {name_b}:"
        f" {_points(mean)} points {interval}."
    )


def _points(share: float) -> str:
    """A share in hundredths, one decimal, without a negative zero."""
    return f"{round(100 * share, 1) + 0.0:.1f}"


def _opened(sentence: str) -> str:
    """A capital at the start, but never inside a model's name."""
    return f"T{sentence[1:]}" if sentence.startswith("the ") else sentence
