"""Networks and baselines on the same splits: a table, and what may be concluded from it."""

import statistics
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple, Protocol, Self

import numpy as np

from attentif.config import choose
from attentif.errors import ConfigError, DataError
from attentif.measure.baselines import BASELINES
from attentif.measure.decision import pick_positive
from attentif.measure.metrics import METRICS, Scores, score
from attentif.measure.paired import (
    Difference,
    bootstrap_difference,
    corrected_t,
    holm,
    verdict,
)

LOWEST = {"accuracy": 0.0, "macro_f1": 0.0, "mcc": -1.0}
ATTENTION, WITHOUT = "attention", "lstm"  # the same network but for the pooling


class Contender(Protocol):
    """What takes part: our networks, our baselines, any classifier of texts like them.

    `n_parameters_`, where there is one, is reported too.
    """

    @property
    def classes_(self) -> Sequence[str]:
        """Labels in the order of the probabilities' columns, once fitted."""
        ...

    def fit(self, texts: list[str], labels: list[str], /) -> Self:
        """Learn; rows for choosing the epoch are taken out of these."""
        ...

    def predict_proba(self, texts: list[str], /) -> np.ndarray:
        """(N, C) probabilities."""
        ...


class Division(Protocol):
    """Row numbers of one split, as `attentif.data.split` makes them."""

    @property
    def train(self) -> np.ndarray: ...
    @property
    def validation(self) -> np.ndarray: ...
    @property
    def test(self) -> np.ndarray: ...


@dataclass(frozen=True, eq=False)
class Run:
    """One contender on one split."""

    name: str
    split: int
    scores: Scores
    fit_seconds: float
    messages_per_second: float
    parameters: int | None
    truth: np.ndarray  # (n_test,) indices into the comparison's labels
    answers: np.ndarray  # (n_test,)

    def to_dict(self) -> dict[str, Any]:
        """Ready for JSON, without the row by row answers."""
        return {
            "name": self.name,
            "split": self.split,
            "scores": self.scores.to_dict(),
            "fit_seconds": self.fit_seconds,
            "messages_per_second": self.messages_per_second,
            "parameters": self.parameters,
        }


@dataclass(frozen=True)
class Estimate:
    """A mean over the splits and its 95 % interval."""

    mean: float
    low: float
    high: float


@dataclass(frozen=True)
class Row:
    """One line of the table; seconds and messages a second are medians over the splits."""

    name: str
    accuracy: Estimate
    macro_f1: Estimate
    mcc: Estimate
    parameters: int | None
    fit_seconds: float
    messages_per_second: float


@dataclass(frozen=True, eq=False)
class Comparison:
    """Every run, and what follows from them."""

    labels: tuple[str, ...]
    test_share: float  # mean over the splits of n_test / n
    runs: tuple[Run, ...]

    @property
    def names(self) -> list[str]:
        """The contenders, in the order they were given."""
        return list(dict.fromkeys(run.name for run in self.runs))

    @property
    def n_splits(self) -> int:
        """How many splits each contender saw."""
        return len({run.split for run in self.runs})

    def of(self, name: str) -> list[Run]:
        """One contender's runs, by split."""
        return [run for run in self.runs if run.name == name]

    def mean(self, name: str, metric: str) -> float:
        """One contender's mean of 'accuracy', 'macro_f1' or 'mcc'."""
        return statistics.fmean(_value(run, metric) for run in self.of(name))

    def table(self) -> list[Row]:
        """One row for each contender.

        The intervals over several splits are Nadeau and Bengio's; on one split they are
        those of its scores.
        """
        return [self._row(name) for name in self.names]

    def difference(self, name_a: str, name_b: str, metric: str = "macro_f1") -> Difference:
        """First minus second: corrected t over several splits, bootstrap on one."""
        pairs = list(zip(self.of(name_a), self.of(name_b), strict=True))
        if self.n_splits == 1:
            a, b = pairs[0]
            return bootstrap_difference(a.truth, a.answers, b.answers, METRICS[metric])
        gaps = [_value(a, metric) - _value(b, metric) for a, b in pairs]
        return corrected_t(gaps, self.test_share)

    def conclusions(self, metric: str = "macro_f1") -> list[str]:
        """Does a network pay here, and does attention? In sentences a reader can rely on.

        Every network is held against the best baseline, and "attention" against "lstm" where
        both took part; the p-values are corrected together (Holm). A contender is a baseline
        when its name is one of BASELINES.

        Raises:
            ConfigError: `metric` is not one of METRICS.
        """
        choose(METRICS, metric, "metric")
        networks = [name for name in self.names if name not in BASELINES]
        baselines = [name for name in self.names if name in BASELINES]
        sentences = [
            f"{name} is no better than always answering the largest class: accuracy"
            f" {self.mean(name, 'accuracy'):.3f}, and {self._majority():.3f} for doing nothing."
            for name in networks
            if self.mean(name, "accuracy") <= self._majority()
        ]
        best = max(baselines, key=lambda name: self.mean(name, metric), default="")
        pairs = [(name, best) for name in networks] if best else []
        if ATTENTION in networks and WITHOUT in networks:
            pairs.append((ATTENTION, WITHOUT))
        found = self._verdicts(pairs, metric)
        if best and networks:
            strongest = max(networks, key=lambda name: self.mean(name, metric))
            sentences.append(f"Does a network pay? {found[strongest, best]}")
            sentences.append(self._cost(strongest, best))
        elif networks:
            sentences.append("No baseline took part, so nobody can say whether a network pays.")
        if (ATTENTION, WITHOUT) in found:
            sentences.append(f"Does attention pay? {found[ATTENTION, WITHOUT]}")
        if self.n_splits == 1:
            sentences.append("This is one split; another may turn a small difference round.")
        return sentences

    def to_dict(self) -> dict[str, Any]:
        """Ready for JSON."""
        return {
            "labels": list(self.labels),
            "test_share": self.test_share,
            "runs": [run.to_dict() for run in self.runs],
            "conclusions": self.conclusions(),
        }

    def _row(self, name: str) -> Row:
        """One contender's line."""
        runs = self.of(name)
        return Row(
            name=name,
            accuracy=self._estimate(runs, "accuracy"),
            macro_f1=self._estimate(runs, "macro_f1"),
            mcc=self._estimate(runs, "mcc"),
            parameters=runs[-1].parameters,
            fit_seconds=statistics.median(run.fit_seconds for run in runs),
            messages_per_second=statistics.median(run.messages_per_second for run in runs),
        )

    def _estimate(self, runs: list[Run], metric: str) -> Estimate:
        """Mean and interval of one metric."""
        if len(runs) == 1:
            return Estimate(_value(runs[0], metric), *runs[0].scores.intervals[metric])
        found = corrected_t([_value(run, metric) for run in runs], self.test_share)
        return Estimate(found.mean, max(found.low, LOWEST[metric]), min(found.high, 1.0))

    def _majority(self) -> float:
        """Mean accuracy of always answering the test rows' largest class."""
        return statistics.fmean(run.scores.majority for run in self.runs)

    def _verdicts(self, pairs: list[tuple[str, str]], metric: str) -> dict[tuple[str, str], str]:
        """A sentence for each pair, the p-values corrected for all of them."""
        found = [self.difference(*pair, metric) for pair in pairs]
        corrected = holm([difference.p_value for difference in found]).tolist()
        return {
            (a, b): verdict(
                a,
                f"the baseline {b}" if b in BASELINES else b,
                difference._replace(p_value=p_value),
                metric=metric,
                comparisons=len(pairs),
            )
            for (a, b), difference, p_value in zip(pairs, found, corrected, strict=True)
        }

    def _cost(self, network: str, baseline: str) -> str:
        """What the network takes beside what the baseline takes."""
        a, b = self._row(network), self._row(baseline)
        return (
            f"{network} took {a.fit_seconds:.1f} s to fit and answers"
            f" {a.messages_per_second:,.0f} messages a second; {baseline} took"
            f" {b.fit_seconds:.1f} s and answers {b.messages_per_second:,.0f}."
        )


def compare(
    contenders: Mapping[str, Callable[[int], Contender]],
    texts: Sequence[str],
    labels: Sequence[str],
    splits: Sequence[Division],
    *,
    on_progress: Callable[[str, int, int], None] | None = None,
) -> Comparison:
    """Fit every contender on every split and judge it on the split's test rows.

    All learn from the same rows, those of `train` and `validation` together: a network takes
    the rows that choose its epoch out of these, so that none has seen more than another.

    Args:
        contenders: by name, what makes an unfitted one from a seed (the split's number).
        texts: N texts.
        labels: N labels.
        splits: at least one.
        on_progress: called before each fit with the name, the runs done and the runs in all.

    Raises:
        ConfigError: no contender.
        DataError: lengths differ, no split, or a test row that is also learnt from.
    """
    if not contenders:
        raise ConfigError("a comparison needs a contender, got none. Name a model or a baseline.")
    if len(texts) != len(labels):
        raise DataError(f"each text needs a label, got {len(texts)} and {len(labels)}.")
    shares = [_checked_share(division) for division in splits]
    if not shares:
        raise DataError("a comparison needs a split, got none. Ask for at least one.")
    names = tuple(sorted(set(labels)))
    counts = [sum(label == name for label in labels) for name in names]
    positive = pick_positive(names, counts) if len(names) == 2 else None
    runs: list[Run] = []
    for number, division in enumerate(splits):
        task = _task(texts, labels, division, names, number)
        for name, make in contenders.items():
            if on_progress:
                on_progress(name, len(runs), len(splits) * len(contenders))
            runs.append(_run(name, make(number), task, positive))
    return Comparison(names, statistics.fmean(shares), tuple(runs))


def baseline_contenders(names: Sequence[str] = tuple(BASELINES)) -> dict[str, Any]:
    """Baselines as contenders; they have no seed.

    Raises:
        ConfigError: a name that is not one of BASELINES.
    """

    def seeded(name: str) -> Callable[[int], Contender]:
        make = choose(BASELINES, name, "a baseline")
        return lambda seed: make()

    return {name: seeded(name) for name in names}


class _Task(NamedTuple):
    """What is to be learnt on one split, and what is then asked."""

    split: int
    names: tuple[str, ...]  # all labels
    texts: list[str]
    labels: list[str]
    test_texts: list[str]
    truth: np.ndarray  # (n_test,) indices into names


def _task(
    texts: Sequence[str],
    labels: Sequence[str],
    division: Division,
    names: tuple[str, ...],
    number: int,
) -> _Task:
    """Rows of train and validation to learn from, rows of test to judge on."""
    learnt: list[int] = [*division.train.tolist(), *division.validation.tolist()]
    tested: list[int] = division.test.tolist()
    return _Task(
        split=number,
        names=names,
        texts=[texts[row] for row in learnt],
        labels=[labels[row] for row in learnt],
        test_texts=[texts[row] for row in tested],
        truth=np.array([names.index(labels[row]) for row in tested]),
    )


def _checked_share(division: Division) -> float:
    """Share of the split's rows that are for the test.

    Raises:
        DataError: a side without rows, or a row on both.
    """
    learnt = np.concatenate([division.train, division.validation])
    both = np.intersect1d(learnt, division.test)
    if both.size:
        raise DataError(
            f"a split's test rows must not be learnt from, got {both.size} on both sides, the"
            f" first {both[0]}. Split again."
        )
    if not len(learnt) or not len(division.test):
        raise DataError(
            f"a split needs rows on both sides, got {len(learnt)} to learn from and"
            f" {len(division.test)} to test on. Split again with another share."
        )
    return len(division.test) / (len(learnt) + len(division.test))


def _run(name: str, contender: Contender, task: _Task, positive: int | None) -> Run:
    """Fit, time and judge one contender on one split."""
    started = time.perf_counter()
    contender.fit(task.texts, task.labels)
    fitted = time.perf_counter()
    found = contender.predict_proba(task.test_texts)
    seconds = max(time.perf_counter() - fitted, 1e-9)
    probabilities = _aligned(found, contender.classes_, task.names)
    return Run(
        name=name,
        split=task.split,
        scores=score(task.truth, probabilities, task.names, positive=positive),
        fit_seconds=fitted - started,
        messages_per_second=len(task.truth) / seconds,
        parameters=getattr(contender, "n_parameters_", None),
        truth=task.truth,
        answers=probabilities.argmax(axis=1),
    )


def _aligned(found: np.ndarray, classes: Sequence[str], labels: tuple[str, ...]) -> np.ndarray:
    """Columns in the order of all labels; a class that was not learnt has probability 0."""
    probabilities = np.zeros((len(found), len(labels)))
    probabilities[:, [labels.index(str(label)) for label in classes]] = found
    return probabilities


def _value(run: Run, metric: str) -> float:
    """One of a run's three scores, by name."""
    scores = run.scores
    values = {"accuracy": scores.accuracy, "macro_f1": scores.macro_f1, "mcc": scores.mcc}
    return choose(values, metric, "metric")
