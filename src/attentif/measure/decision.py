"""From probabilities to an answer: temperature, threshold, and the right not to answer.

numpy only, because prediction needs it where nothing else is installed.
"""

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Self

import numpy as np

from attentif.config import choose
from attentif.errors import ArtifactError, ConfigError, DataError, ShapeError
from attentif.measure.calibration import OperatingPoints, operating_points

UNSURE = -1
TEMPERATURES = (0.25, 8.0)
FEWEST_TO_CALIBRATE = 50  # validation rows below which what they choose is noise
GOLDEN = (math.sqrt(5) - 1) / 2
NO_AND_YES = (
    ("0", "1"), ("-1", "1"), ("false", "true"), ("no", "yes"), ("n", "y"), ("neg", "pos"),
    ("negative", "positive"), ("non", "oui"), ("faux", "vrai"), ("négatif", "positif"),
)  # fmt: skip
NEVER = math.nextafter(1.0, 2.0)  # no probability reaches it


@dataclass(frozen=True)
class Decision:
    """How a model's numbers become one of its labels; saved with the model.

    Args:
        labels: C names, in the order of the columns.
        positive: index of the class looked for; needed for a threshold.
        threshold: two classes: the positive one is answered at or above this probability
            (above 1: never). None: the most probable class, the first of equals.
        unsure: no answer nearer than this to the border. The distance is that to the
            threshold or, without one, half the lead of the best class over the second,
            which for two classes is the distance to one half. 0: always answer.
        temperature: what logits are divided by; above 1 makes a model less certain.

    Example:
        >>> decision = Decision(("ham", "spam"), positive=1, threshold=0.9, unsure=0.05)
        >>> decision.decide(np.array([[0.2, 0.8], [0.08, 0.92], [0.01, 0.99]])).tolist()
        [0, -1, 1]
    """

    labels: tuple[str, ...]
    positive: int | None = None
    threshold: float | None = None
    unsure: float = 0.0
    temperature: float = 1.0

    def __post_init__(self) -> None:
        object.__setattr__(self, "labels", tuple(self.labels))
        n = len(self.labels)
        if self.positive is not None and not 0 <= self.positive < n:
            raise ConfigError(
                f"positive must be the index of one of the {n} labels, got {self.positive}."
            )
        if self.threshold is not None and (self.positive is None or n != 2):
            raise ConfigError(
                f"a threshold needs two labels and the positive one's index, got {n} labels and"
                f" positive={self.positive}. Leave the threshold out."
            )
        if not 0 <= self.unsure < 1:
            raise ConfigError(f"unsure must be from 0 up to 1, without 1, got {self.unsure}.")
        if not 0 < self.temperature < math.inf:
            raise ConfigError(f"temperature must be > 0, got {self.temperature}.")

    def probabilities(self, logits: np.ndarray) -> np.ndarray:
        """softmax(logits / temperature), (N, C); log-probabilities may stand for logits.

        Undefined logits, as of a network that diverged, say nothing: all labels alike.
        """
        scaled = np.asarray(logits, float) / self.temperature
        undefined = np.isnan(scaled) | np.isposinf(scaled)
        lost = undefined.any(axis=1) | np.isneginf(scaled).all(axis=1)
        return np.exp(_log_softmax(np.where(np.expand_dims(lost, 1), 0.0, scaled)))

    def decide(self, probabilities: np.ndarray) -> np.ndarray:
        """The answer for each row: (N, C) probabilities to (N,) indices, -1 for unsure.

        The temperature is not applied here: give what `probabilities` returned.

        Raises:
            ShapeError: the columns are not the labels.
            DataError: something that is not a probability.
        """
        probabilities = checked_probabilities(probabilities, self.labels)
        answer = probabilities.argmax(axis=1)
        if self.threshold is not None and self.positive is not None:
            found = probabilities[:, self.positive]
            answer = np.where(found >= self.threshold, self.positive, 1 - self.positive)
            distance = np.abs(found - self.threshold)
        elif len(self.labels) > 1:
            second, best = np.partition(probabilities, -2, axis=1)[:, -2:].T
            distance = (best - second) / 2
        else:
            distance = np.ones(len(probabilities))
        return np.where(distance < self.unsure, UNSURE, answer)

    def to_dict(self) -> dict[str, Any]:
        """For `model.json`; the positive class by its name."""
        return {
            "labels": list(self.labels),
            "positive": None if self.positive is None else self.labels[self.positive],
            "threshold": self.threshold,
            "unsure": self.unsure,
            "temperature": self.temperature,
        }

    @classmethod
    def from_dict(cls, given: Mapping[str, Any]) -> Self:
        """The inverse of `to_dict`.

        Raises:
            ArtifactError: an entry is missing, or the positive class is not a label.
        """
        try:
            labels, positive = tuple(given["labels"]), given["positive"]
            return cls(
                labels=labels,
                positive=None if positive is None else labels.index(positive),
                threshold=given["threshold"],
                unsure=given["unsure"],
                temperature=given["temperature"],
            )
        except (KeyError, ValueError) as error:
            raise ArtifactError(
                "a decision needs labels, positive (one of them or null), threshold, unsure and"
                f" temperature, got {dict(given)}. Save the model again."
            ) from error


@dataclass(frozen=True)
class ThresholdChoice:
    """A threshold, and what it does on the rows it was chosen on."""

    threshold: float
    reached: bool  # a threshold keeps the wish and still catches something
    caught: float  # share of the positives called positive
    blocked: float  # share of the negatives called positive
    precision: float  # share of the rows called positive that are; 0 where none is called so
    note: str  # what a user must know before trusting it; empty: nothing


def choose_threshold(
    truth: np.ndarray,
    probability_of_positive: np.ndarray,
    *,
    max_false_positive_rate: float = 0,
    min_precision: float = 0,
) -> ThresholdChoice:
    """The threshold that catches most of the positives and keeps the wish on these rows.

    Choose it on validation rows, never on test rows, where it would flatter itself. It lies
    half-way to the next lower probability, so that rounding cannot move a row across; where
    the rows are too few to show so small a rate, it stays at the strict end and the note
    says so. Where no threshold keeps the wish and catches something, the threshold is above
    1 (nothing is ever called positive), `reached` is False and the note names the nearest.

    Args:
        truth: (N,) 1 or True for the positive class.
        probability_of_positive: (N,).
        max_false_positive_rate: largest share of the negatives blocked; 0: no such wish.
        min_precision: smallest precision; 0: no such wish. With both, both are kept.

    Raises:
        ConfigError: no wish, or one that is not from 0 up to 1.
        DataError: the rows are all of one class.
    """
    _check_wishes(max_false_positive_rate, min_precision)
    points = operating_points(truth, probability_of_positive)
    if not points.positives or not points.negatives:
        raise DataError(
            "choosing a threshold needs rows of both classes, got"
            f" {points.positives} positive and {points.negatives} negative. Keep more rows aside."
        )
    kept = points.caught > 0
    if max_false_positive_rate:
        kept &= points.blocked / points.negatives <= max_false_positive_rate
    if min_precision:
        kept &= points.precision >= min_precision
    if not kept.any():
        return ThresholdChoice(NEVER, False, 0.0, 0.0, 0.0, _nearest(points, min_precision))
    at = int(np.where(kept, points.caught, -1).argmax())  # the strictest of equals
    note = _doubt(points, at, max_false_positive_rate, min_precision)
    return ThresholdChoice(
        threshold=_between(points.threshold, at, strict=bool(note)),
        reached=True,
        caught=float(points.recall[at]),
        blocked=float(points.blocked[at] / points.negatives),
        precision=float(points.precision[at]),
        note=note,
    )


def fit_temperature(logits: np.ndarray, truth: np.ndarray) -> float:
    """The temperature, from .25 to 8, under which the truth is most probable.

    Fit it on validation rows. The order of the classes, and so the argmax, does not change.

    Args:
        logits: (N, C) logits or log-probabilities; minus infinity is read as 1e-308.
        truth: (N,) indices of the right classes.

    Each row keeps a doubt of 1 / (N + 2) that its label is another: rows without a single
    error would otherwise make the network as sure as the bound allows.

    Source:
        Guo et al. 2017, arXiv:1706.04599, section 4.2; the doubt: Platt 1999, equation for
        `t_+` and `t_-`. The loss is convex in 1/T, so it has one valley, which golden section
        finds.

    Raises:
        ShapeError: `logits` is not (N, C), or `truth` not (N,).
        DataError: no row, or a value that is not a number.
    """
    logits, truth = np.asarray(logits, float), np.asarray(truth)
    if logits.ndim != 2 or truth.shape != logits.shape[:1]:
        raise ShapeError(
            f"logits must be (N, C) and truth (N,), got {logits.shape} and {truth.shape}."
            " Give the validation rows' logits and their classes' indices."
        )
    if not len(truth) or np.isnan(logits).any():
        raise DataError(
            f"fitting a temperature needs at least one row and numbers only, got {len(truth)}"
            f" rows and {int(np.isnan(logits).sum())} values that are not numbers."
        )
    logits = np.maximum(logits, math.log(np.finfo(float).tiny))

    def loss(log_temperature: float) -> float:
        return doubting_loss(logits / math.exp(log_temperature), truth)

    low, high = (math.log(bound) for bound in TEMPERATURES)
    return math.exp(_lowest(loss, low, high))


def doubting_loss(logits: np.ndarray, truth: np.ndarray) -> float:
    """Mean cross-entropy in nats, a doubt of 1 / (N + 2) kept for the other classes."""
    scaled, doubt = _log_softmax(logits), 1 / (len(truth) + 2)
    right = scaled[np.arange(len(truth)), truth]
    wrong = (scaled.sum(axis=1) - right) / max(1, scaled.shape[1] - 1)
    return float(-((1 - doubt) * right + doubt * wrong).mean())


def pick_positive(labels: Sequence[str], counts: Sequence[int], wanted: str = "") -> int:
    """Index of the class looked for: the wanted one, 'spam', the yes of a yes and no, the rarest.

    Args:
        labels: names of the classes.
        counts: their training rows; of equally rare classes the last is taken.
        wanted: a label; empty to choose.

    Raises:
        ConfigError: `wanted` is not a label.

    Example:
        >>> pick_positive(["ham", "spam"], [80, 20]), pick_positive(["0", "1"], [20, 80])
        (1, 1)
    """
    if wanted:
        places = {label: place for place, label in enumerate(labels)}
        return choose(places, wanted, "positive_label")
    plain = [label.casefold() for label in labels]
    for yes in ("spam", *(yes for no, yes in NO_AND_YES if {no, yes} == set(plain))):
        if yes in plain:
            return plain.index(yes)
    return min(range(len(counts)), key=lambda place: (counts[place], -place))


def checked_probabilities(probabilities: np.ndarray, labels: Sequence[str]) -> np.ndarray:
    """The same as a float array (N, C).

    Raises:
        ShapeError: the columns are not the labels.
        DataError: a value outside 0 to 1 or not a number, or a row that does not sum to 1.
    """
    probabilities = np.asarray(probabilities, float)
    if probabilities.ndim != 2 or probabilities.shape[1] != len(labels):
        raise ShapeError(
            f"probabilities must have shape (N, {len(labels)}), one column for each of"
            f" {list(labels)}, got {probabilities.shape}."
        )
    inside = (probabilities >= -1e-6) & (probabilities <= 1 + 1e-6)
    wrong = ~inside.all(axis=1) | ~(np.abs(probabilities.sum(axis=1) - 1) <= 1e-3)
    if wrong.any():
        row = int(np.flatnonzero(wrong)[0])
        raise DataError(
            f"probabilities must be from 0 to 1 and sum to 1 in each row, got"
            f" {probabilities[row].tolist()} in row {row}. Give the softmax of the logits."
        )
    return np.clip(probabilities, 0.0, 1.0)


def _between(thresholds: np.ndarray, at: int, *, strict: bool) -> float:
    """A value that lets the rows at `at` pass and none below them."""
    lowest = float(thresholds[at])
    if strict or at + 1 == len(thresholds):
        return lowest
    below = float(thresholds[at + 1])
    middle = below + (lowest - below) / 2
    return middle if middle > below else lowest


def _check_wishes(rate: float, precision: float) -> None:
    """At least one wish, each from 0 up to 1."""
    for name, wish in (("max_false_positive_rate", rate), ("min_precision", precision)):
        if not 0 <= wish < 1:
            raise ConfigError(f"{name} must be from 0 up to 1, without 1, got {wish}.")
    if not (rate or precision):
        raise ConfigError(
            "choosing a threshold needs a wish, got 0 for both. Set max_false_positive_rate or"
            " min_precision above 0."
        )


def _doubt(points: OperatingPoints, at: int, rate: float, precision: float) -> str:
    """What these rows are too few to show, or nothing."""
    if rate and points.negatives < (needed := _rows_to_show(rate)):
        bound = 1 - 0.05 ** (1 / points.negatives)
        return (
            f"{points.negatives} negative rows cannot show a rate of {rate:.2%} (that takes"
            f" {needed}): the threshold blocks none of them, and the true rate may still be"
            f" {bound:.2%}."
        )
    called = int(points.caught[at] + points.blocked[at])
    if precision and called < (needed := _rows_to_show(1 - precision)):
        return (
            f"{called} rows called positive cannot show a precision of {precision:.2%} (that"
            f" takes {needed}): all of them are right, by luck or not."
        )
    return ""


def _rows_to_show(share: float) -> int:
    """The fewest rows of which one is at most this share (rounding of 1 - 0.9 undone)."""
    return math.ceil(round(1 / share, 6))


def _nearest(points: OperatingPoints, precision: float) -> str:
    """Name the threshold that comes nearest to a wish that none keeps."""
    useful = points.caught > 0
    near = -points.precision if precision else points.blocked
    at = int(np.lexsort((-points.caught, np.where(useful, near, np.inf)))[0])
    return (
        "no threshold keeps the wish and catches anything, so nothing is called positive. The"
        f" nearest is {points.threshold[at]:.4g}: it catches {points.recall[at]:.2%}, blocks"
        f" {points.blocked[at] / points.negatives:.2%} of the others, and"
        f" {points.precision[at]:.2%} of what it calls positive is."
    )


def _lowest(function: Callable[[float], float], low: float, high: float) -> float:
    """Where a function with one valley is lowest between `low` and `high`: golden section."""
    left, right = high - GOLDEN * (high - low), low + GOLDEN * (high - low)
    at_left, at_right = function(left), function(right)
    while high - low > 1e-5:
        if at_left <= at_right:
            high, right, at_right = right, left, at_left
            left = high - GOLDEN * (high - low)
            at_left = function(left)
        else:
            low, left, at_left = left, right, at_right
            right = low + GOLDEN * (high - low)
            at_right = function(right)
    return (low + high) / 2


def _log_softmax(logits: np.ndarray) -> np.ndarray:
    """log softmax of each row, without overflow."""
    shifted = logits - logits.max(axis=-1, keepdims=True)
    return shifted - np.log(np.exp(shifted).sum(axis=-1, keepdims=True))
