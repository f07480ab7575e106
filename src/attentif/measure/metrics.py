"""How good the answers are: counts, scores with intervals, and what doing nothing would give.

numpy only. Each measure of a confusion matrix is written once, over the last axis of its
margins, so that a bootstrap computes a thousand of them in one go; the tests hold every one
against scikit-learn's.
"""

import dataclasses
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple, Self

import numpy as np

from attentif.config import choose
from attentif.errors import ArtifactError, DataError, ShapeError
from attentif.measure.calibration import (
    average_precision,
    calibration_error,
    operating_points,
    reliability,
    wilson,
)
from attentif.measure.decision import UNSURE, Decision, checked_probabilities

PERCENTILES = (2.5, 97.5)
SMALLEST = 1e-15  # a probability of 0 for the truth costs -log of this, 34.5 nats


class Margins(NamedTuple):
    """What accuracy, F1 and MCC need of a confusion matrix; any leading axes, last axis C."""

    right: np.ndarray  # (..., C) the diagonal
    true: np.ndarray  # (..., C) rows of each class
    predicted: np.ndarray  # (..., C) answers of each class; unsure ones are in none

    @property
    def n(self) -> np.ndarray:
        """Rows in all: (...)."""
        return self.true.sum(axis=-1)


Metric = Callable[[Margins], np.ndarray]


@dataclass(frozen=True)
class ClassScores:
    """One class: how many of its answers are right, and how many of its rows are found."""

    precision: float
    recall: float
    f1: float
    support: int


@dataclass(frozen=True)
class Scores:
    """All that is said about one set of answers.

    An unsure answer is right for no class: it lowers accuracy and recall, is in no column of
    the confusion matrix, and is counted in `unsure`. Log loss, calibration error and average
    precision judge the probabilities, whatever was decided.
    """

    n: int
    labels: tuple[str, ...]
    accuracy: float
    macro_f1: float  # mean F1 of the classes that occur, in truth or among the answers
    mcc: float
    per_class: dict[str, ClassScores]
    confusion: tuple[tuple[int, ...], ...]  # counts; rows true, columns predicted
    unsure: tuple[int, ...]  # rows of each true class that got no answer
    intervals: dict[str, tuple[float, float]]  # 95 %
    log_loss: float  # nats a row
    calibration_error: float  # of the most probable class, 15 bins of equal mass
    majority: float  # accuracy of always answering the largest class
    positive: str | None = None
    positive_caught: float | None = None  # recall of the positive class
    negative_blocked: float | None = None  # false-positive rate
    average_precision: float | None = None
    threshold: float | None = None

    def to_dict(self) -> dict[str, Any]:
        """Ready for JSON; None where a measure does not apply."""
        given = dataclasses.asdict(self)
        return given | {
            "labels": list(self.labels),
            "confusion": [list(row) for row in self.confusion],
            "unsure": list(self.unsure),
            "intervals": {name: list(bounds) for name, bounds in self.intervals.items()},
        }

    @classmethod
    def from_dict(cls, given: Mapping[str, Any]) -> Self:
        """The inverse of `to_dict`.

        Raises:
            ArtifactError: an entry is missing or unknown.
        """
        expected = {f.name for f in dataclasses.fields(cls)}
        if set(given) != expected:
            raise ArtifactError(
                f"scores must have the entries {sorted(expected)}, got {sorted(given)}."
                " Measure again with this version."
            )
        per_class = {name: ClassScores(**row) for name, row in given["per_class"].items()}
        return cls(
            **{
                **given,
                "labels": tuple(given["labels"]),
                "per_class": per_class,
                "confusion": tuple(tuple(row) for row in given["confusion"]),
                "unsure": tuple(given["unsure"]),
                "intervals": {
                    name: (low, high) for name, (low, high) in given["intervals"].items()
                },
            }
        )


def score(
    truth: np.ndarray,
    probabilities: np.ndarray,
    labels: Sequence[str],
    *,
    decided: np.ndarray | None = None,
    positive: int | None = None,
    bootstrap: int = 1000,
    seed: int = 0,
) -> Scores:
    """Judge answers against the truth.

    A measure that would divide by zero is 0. A class that does not occur keeps its row.
    The intervals of shares are Wilson's, which have a width even without an error; those of
    macro F1 and MCC are bootstrapped, and shrink to a point when there is none.

    Args:
        truth: (N,) index of each row's class.
        probabilities: (N, C), rows summing to 1.
        labels: C names, in the order of the columns.
        decided: (N,) the answers, -1 for unsure; None: the most probable class.
        positive: index of the class looked for; None leaves its measures out.
        bootstrap: draws; 0 leaves the two bootstrapped intervals out.
        seed: of the draws.

    Raises:
        ShapeError: the arguments do not fit together.
        DataError: no row, an index without a label, or something that is not a probability.
    """
    probabilities = checked_probabilities(probabilities, labels)
    truth = _checked_indices(truth, probabilities, "truth", lowest=0)
    answers = probabilities.argmax(axis=1) if decided is None else np.asarray(decided)
    answers = _checked_indices(answers, probabilities, "decided", lowest=UNSURE)
    table = count_table(truth, answers, len(labels))
    total = margins_of(table)
    scores = Scores(
        n=len(truth),
        labels=tuple(labels),
        accuracy=float(accuracy(total)),
        macro_f1=float(macro_f1(total)),
        mcc=float(mcc(total)),
        per_class=_per_class(total, labels),
        confusion=tuple(tuple(row) for row in table[:, :-1].tolist()),
        unsure=tuple(table[:, -1].tolist()),
        intervals=_intervals(table, bootstrap, seed),
        log_loss=_log_loss(truth, probabilities),
        calibration_error=_calibration_error(truth, probabilities),
        majority=float(total.true.max() / len(truth)),
    )
    return scores if positive is None else _with_positive(scores, truth, probabilities, positive)


def judge(
    decision: Decision,
    truth: np.ndarray,
    probabilities: np.ndarray,
    *,
    bootstrap: int = 1000,
    seed: int = 0,
) -> Scores:
    """`score` of what a decision answers; labels, positive class and threshold are its own.

    Args:
        decision: as saved with the model.
        truth: (N,) index of each row's class.
        probabilities: (N, C), after the temperature.
        bootstrap: draws.
        seed: of the draws.
    """
    scores = score(
        truth,
        probabilities,
        decision.labels,
        decided=decision.decide(probabilities),
        positive=decision.positive,
        bootstrap=bootstrap,
        seed=seed,
    )
    return dataclasses.replace(scores, threshold=decision.threshold)


def accuracy(of: Margins) -> np.ndarray:
    """Share of the rows answered rightly."""
    return _ratio(of.right.sum(axis=-1), of.n)


def f1(of: Margins) -> np.ndarray:
    """F1 of each class, (..., C); 0 for a class that does not occur."""
    return _ratio(2 * of.right, of.true + of.predicted)


def macro_f1(of: Margins) -> np.ndarray:
    """Mean F1 of the classes that occur, in truth or among the answers."""
    occurs = of.true + of.predicted > 0
    return _ratio(f1(of).sum(axis=-1), occurs.sum(axis=-1))


def mcc(of: Margins) -> np.ndarray:
    """Matthews correlation for any number of classes, from -1 to 1; 0 where undefined.

    Source:
        Gorodkin 2004, "Comparing two K-category assignments by a K-category correlation
        coefficient". Unsure answers count as one more class, which no row is of.
    """
    n = of.n.astype(float)
    unsure = n - of.predicted.sum(axis=-1)
    together = of.right.sum(axis=-1) * n - (of.true * of.predicted).sum(axis=-1)
    answers = n**2 - (of.predicted**2).sum(axis=-1) - unsure**2
    truth = n**2 - (of.true**2).sum(axis=-1)
    return _ratio(together, np.sqrt(answers * truth))


METRICS: dict[str, Metric] = {"accuracy": accuracy, "macro_f1": macro_f1, "mcc": mcc}


def normalised(confusion: np.ndarray, over: str = "true") -> np.ndarray:
    """Counts as shares of their row, their column or of all; a row without counts stays 0.

    Args:
        confusion: (C, C) counts, rows true, columns predicted.
        over: "true" (rows sum to 1), "predicted" (columns do) or "all".

    Example:
        >>> normalised(np.array([[3, 1], [0, 0]])).tolist()
        [[0.75, 0.25], [0.0, 0.0]]
    """
    axes: dict[str, int | None] = {"true": 1, "predicted": 0, "all": None}
    counts = np.asarray(confusion, float)
    return _ratio(counts, counts.sum(axis=choose(axes, over, "over"), keepdims=True))


def count_table(truth: np.ndarray, answers: np.ndarray, n_classes: int) -> np.ndarray:
    """(C, C + 1) counts: rows true, columns predicted, the last column the unsure answers."""
    columns = np.where(answers == UNSURE, n_classes, answers)
    cells = np.bincount(truth * (n_classes + 1) + columns, minlength=n_classes * (n_classes + 1))
    return cells.reshape(n_classes, n_classes + 1)


def margins_of(table: np.ndarray) -> Margins:
    """The margins of a (C, C + 1) table of counts."""
    return Margins(np.diagonal(table), table.sum(axis=1), table[:, :-1].sum(axis=0))


def margins_of_cells(
    draws: np.ndarray, truth: np.ndarray, answers: np.ndarray, n_classes: int
) -> Margins:
    """The margins of many tables at once, given by their non-empty cells.

    Args:
        draws: (B, K) counts of K cells in B tables.
        truth: (K,) class of each cell's rows.
        answers: (K,) class answered in each cell; anything outside 0 to C - 1 is unsure.
        n_classes: number C of classes.
    """
    classes = np.arange(n_classes)
    draws = draws.astype(float)
    is_true, is_answer = truth[:, None] == classes, answers[:, None] == classes
    return Margins(draws @ (is_true & is_answer), draws @ is_true, draws @ is_answer)


def resample(counts: np.ndarray, draws: int, seed: int) -> np.ndarray:
    """Bootstrap of rows, as counts: (K,) to (draws, K), each row with the same sum."""
    return np.random.default_rng(seed).multinomial(counts.sum(), counts / counts.sum(), draws)


def _intervals(table: np.ndarray, draws: int, seed: int) -> dict[str, tuple[float, float]]:
    """95 % intervals of accuracy and, where there are draws, of macro F1 and MCC."""
    total = margins_of(table)
    found = {"accuracy": _bounds(wilson(total.right.sum(), total.n))}
    if draws:
        truth, answers = np.nonzero(table)
        drawn = resample(table[truth, answers], draws, seed)
        margins = margins_of_cells(drawn, truth, answers, len(table))
        for name in ("macro_f1", "mcc"):
            found[name] = _bounds(np.percentile(METRICS[name](margins), PERCENTILES))
    return found


def _log_loss(truth: np.ndarray, probabilities: np.ndarray) -> float:
    """Mean of -log of the probability given to the truth, in nats."""
    said = probabilities[np.arange(len(truth)), truth]
    return float(-np.log(np.maximum(said, SMALLEST)).mean())


def _calibration_error(truth: np.ndarray, probabilities: np.ndarray) -> float:
    """Of the most probable class: how far "I am p sure" is from being right in p of the rows."""
    right = probabilities.argmax(axis=1) == truth
    return calibration_error(reliability(right, probabilities.max(axis=1)))


def _per_class(total: Margins, labels: Sequence[str]) -> dict[str, ClassScores]:
    """Precision, recall, F1 and rows, by label."""
    precision = _ratio(total.right, total.predicted)
    recall = _ratio(total.right, total.true)
    columns = zip(precision.tolist(), recall.tolist(), f1(total).tolist(), strict=True)
    rows = zip(labels, columns, total.true.tolist(), strict=True)
    return {label: ClassScores(*values, support) for label, values, support in rows}


def _with_positive(
    scores: Scores, truth: np.ndarray, probabilities: np.ndarray, positive: int
) -> Scores:
    """The same scores with the measures of one class against the others."""
    if not 0 <= positive < len(scores.labels):
        raise ShapeError(
            f"positive must be the index of one of {list(scores.labels)}, got {positive}."
        )
    table = np.array(scores.confusion)
    caught, called = table[positive, positive], table[:, positive].sum()
    positives = int((truth == positive).sum())
    blocked, negatives = called - caught, scores.n - positives
    return dataclasses.replace(
        scores,
        positive=scores.labels[positive],
        positive_caught=float(caught / max(positives, 1)),
        negative_blocked=float(blocked / max(negatives, 1)),
        average_precision=average_precision(
            operating_points(truth == positive, probabilities[:, positive])
        ),
        intervals=scores.intervals
        | {
            "positive_caught": _bounds(wilson(caught, np.array(positives))),
            "negative_blocked": _bounds(wilson(blocked, np.array(negatives))),
        },
    )


def _checked_indices(
    indices: np.ndarray, probabilities: np.ndarray, name: str, *, lowest: int
) -> np.ndarray:
    """The same as an int array (N,), each value the index of a column."""
    indices, n_classes = np.asarray(indices), probabilities.shape[1]
    if indices.shape != probabilities.shape[:1]:
        raise ShapeError(
            f"{name} must have one index for each row of probabilities {probabilities.shape},"
            f" got shape {indices.shape}."
        )
    if not indices.size:
        raise DataError("scores need at least one row, got none. Give a file with labelled rows.")
    if indices.dtype.kind not in "iu" or indices.min() < lowest or indices.max() >= n_classes:
        raise DataError(
            f"{name} must be whole numbers from {lowest} to {n_classes - 1}, got"
            f" {indices.min()} to {indices.max()} ({indices.dtype}). Give indices of the labels."
        )
    return indices.astype(np.int64)


def _bounds(pair: Sequence[np.ndarray] | np.ndarray) -> tuple[float, float]:
    """Two numbers as Python's own."""
    low, high = pair
    return float(low), float(high)


def _ratio(top: np.ndarray, bottom: np.ndarray) -> np.ndarray:
    """top / bottom, and 0 where the bottom is 0."""
    top, bottom = np.asarray(top, float), np.asarray(bottom, float)
    return np.divide(top, bottom, out=np.zeros(np.broadcast(top, bottom).shape), where=bottom != 0)
