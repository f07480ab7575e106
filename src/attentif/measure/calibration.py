"""Are the probabilities true, and what does each threshold cost? Bins and curves to draw."""

from typing import NamedTuple

import numpy as np

from attentif.errors import ShapeError

Z95 = 1.959963984540054  # 97.5 % point of the normal distribution
BINS = 15


class Reliability(NamedTuple):
    """One entry per bin that holds rows, by rising probability; arrays of shape (K,)."""

    mean: np.ndarray  # mean probability
    observed: np.ndarray  # share of the rows in which the event happened
    rows: np.ndarray  # how many the bin holds
    low: np.ndarray  # 95 % interval of `observed`
    high: np.ndarray


class OperatingPoints(NamedTuple):
    """What each threshold lets through, from the strictest; one entry per distinct value."""

    threshold: np.ndarray  # (K,) falling; a row is called positive at or above it
    caught: np.ndarray  # (K,) positives called positive
    blocked: np.ndarray  # (K,) negatives called positive
    positives: int
    negatives: int

    @property
    def precision(self) -> np.ndarray:
        """Share of the rows called positive that are: (K,)."""
        return self.caught / (self.caught + self.blocked)

    @property
    def recall(self) -> np.ndarray:
        """Share of the positives that are called so: (K,); 0 without any positive."""
        return self.caught / max(self.positives, 1)


class PrecisionRecall(NamedTuple):
    """The curve from the strictest threshold to the loosest, arrays of shape (K,)."""

    threshold: np.ndarray
    precision: np.ndarray
    recall: np.ndarray


def wilson(successes: np.ndarray, n: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """95 % interval of a proportion, sensible at 0 and 1 where a bootstrap's has no width.

    Args:
        successes: counts, any shape.
        n: trials, same shape; with none the interval is 0 to 1.

    Source:
        Wilson 1927, "Probable inference", equation 2.

    Example:
        >>> low, high = wilson(np.array(0), np.array(300))
        >>> round(float(low), 4), round(float(high), 4)
        (0.0, 0.0126)
    """
    successes, n = np.asarray(successes, float), np.asarray(n, float)
    safe = np.maximum(n, 1)
    share, spread = successes / safe, Z95**2 / safe
    middle = (share + spread / 2) / (1 + spread)
    half = Z95 / (1 + spread) * np.sqrt(share * (1 - share) / safe + spread / (4 * safe))
    low = np.where((n == 0) | (successes == 0), 0.0, np.clip(middle - half, 0, 1))
    high = np.where((n == 0) | (successes == n), 1.0, np.clip(middle + half, 0, 1))
    return low, high


def reliability(events: np.ndarray, probability: np.ndarray, bins: int = BINS) -> Reliability:
    """Compare stated probabilities with what happened, in bins of about as many rows each.

    Equal probabilities always share a bin, so the order of the rows does not matter and
    a bin may be fuller than another; empty bins are left out.

    Args:
        events: (N,) True where the event happened (the class was right, the text was spam).
        probability: (N,) what the model said of that event.
        bins: how many bins at most, at least 1.
    """
    events, probability = _pairs(events, probability)
    ordered = np.sort(probability)
    below = np.searchsorted(ordered, probability, side="left")
    up_to = np.searchsorted(ordered, probability, side="right")
    place = (below + up_to - 1) * bins // (2 * max(len(events), 1))  # by the middle of a tie
    rows = np.bincount(place, minlength=bins)
    filled = rows > 0
    happened = np.bincount(place, weights=events, minlength=bins)[filled]
    said = np.bincount(place, weights=probability, minlength=bins)[filled]
    rows = rows[filled]
    low, high = wilson(happened, rows)
    return Reliability(said / rows, happened / rows, rows, low, high)


def calibration_error(bins: Reliability) -> float:
    """Mean distance between stated and observed, bins weighted by their rows (the ECE).

    Source:
        Guo et al. 2017, arXiv:1706.04599, equation 3; with bins of equal mass (Nixon et
        al. 2019, arXiv:1904.01685), because most probabilities of a good model are near 1.
    """
    if not bins.rows.size:
        return 0.0
    return float(np.average(np.abs(bins.mean - bins.observed), weights=bins.rows))


def operating_points(events: np.ndarray, probability: np.ndarray) -> OperatingPoints:
    """Count what every possible threshold catches and blocks; ties are one point.

    Args:
        events: (N,) True where the row is of the positive class.
        probability: (N,) of the positive class.

    Example:
        >>> points = operating_points(np.array([1, 0, 1]), np.array([0.9, 0.4, 0.4]))
        >>> points.threshold.tolist(), points.caught.tolist(), points.blocked.tolist()
        ([0.9, 0.4], [1, 2], [0, 1])
    """
    events, probability = _pairs(events, probability)
    order = np.argsort(-probability, kind="stable")
    probability, events = probability[order], events[order]
    last_of_tie = np.append(probability[1:] != probability[:-1], True)[: len(events)]
    caught = np.cumsum(events)[last_of_tie]
    called = np.flatnonzero(last_of_tie) + 1
    positives = int(events.sum())
    return OperatingPoints(
        probability[last_of_tie], caught, called - caught, positives, len(events) - positives
    )


def precision_recall(events: np.ndarray, probability: np.ndarray) -> PrecisionRecall:
    """The precision-recall curve, ready to draw (see `operating_points` for the arguments)."""
    points = operating_points(events, probability)
    return PrecisionRecall(points.threshold, points.precision, points.recall)


def average_precision(points: OperatingPoints) -> float:
    """Area under the precision-recall curve as a sum of steps; 0 without any positive."""
    steps = np.diff(points.recall, prepend=0.0)
    return float(np.sum(steps * points.precision))


def _pairs(events: np.ndarray, probability: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Both as one-dimensional arrays of the same length: bool and float64."""
    events, probability = np.asarray(events).astype(bool), np.asarray(probability, float)
    if events.ndim != 1 or events.shape != probability.shape:
        raise ShapeError(
            f"events and probability must both have shape (N,), got {events.shape} and"
            f" {probability.shape}. Give one class's column of the probabilities."
        )
    return events, probability
