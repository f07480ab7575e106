"""What `attentif train` does, as one function: train, judge beside the baselines, tell.

An `Account` holds what was found; `metrics.json`, the model card, the report and the
terminal are all written from it, so that they cannot disagree.
"""

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from attentif.config import Settings, choose
from attentif.data.check import require_trainable
from attentif.errors import DataError
from attentif.estimator import TextClassifier
from attentif.inspect.explain import shaded_pieces
from attentif.measure.baselines import BASELINES
from attentif.measure.decision import UNSURE
from attentif.measure.metrics import METRICS, Scores, score
from attentif.measure.metrics import judge as judge_answers
from attentif.measure.paired import bootstrap_difference, verdict
from attentif.ship.folder import strict
from attentif.train.linear import wants_more
from attentif.train.loop import Callback

MISTAKES = 5
JUDGED_BY = "macro_f1"
NETWORK = "the network"


class Rows(NamedTuple):
    """Texts, labels, and the lines of the file they stand on."""

    texts: list[str]
    labels: list[str]
    lines: list[int]

    def at(self, where: NDArray[np.integer]) -> "Rows":
        """Some of them."""
        return Rows(
            [self.texts[row] for row in where],
            [self.labels[row] for row in where],
            [self.lines[row] for row in where],
        )

    def and_also(self, other: "Rows") -> "Rows":
        """These, then the others."""
        return Rows(self.texts + other.texts, self.labels + other.labels, self.lines + other.lines)


class Parts(NamedTuple):
    """Rows to learn from, to choose the epoch by, and to judge on; the last two may be empty.

    how: one sentence that says how they were drawn.
    """

    train: Rows
    validation: Rows
    test: Rows
    how: str


class Judged(NamedTuple):
    """One model's answers on one part.

    probabilities: (N, C); answers: (N,) ids, -1 for unsure; truth: (N,) ids.
    """

    scores: Scores
    probabilities: NDArray[np.float64]
    answers: NDArray[np.int64]
    truth: NDArray[np.int64]


class Fitting(NamedTuple):
    """Who is told of the training, and where it can be resumed; see `TextClassifier.fit`."""

    callbacks: Sequence[Callback] = ()
    checkpoint: Path | None = None
    resume: bool = False


class BaselineRow(NamedTuple):
    """One baseline on the judged part; it learnt from all rows that the network had."""

    name: str
    scores: Scores
    answers: NDArray[np.int64]
    fit_seconds: float
    messages_per_second: float


class Mistake(NamedTuple):
    """A wrong answer that the model was sure of."""

    text: str
    true: str
    predicted: str
    probability: float
    line: int
    tokens: list[tuple[str, float]]  # pieces of the text with their attention


@dataclass(frozen=True)
class Account:
    """All that is told of a training.

    part: which rows the headline is about, "test" or "validation".
    verdict: the honest sentences first; if a baseline wins, the first says so.
    """

    model: TextClassifier
    parts: Parts
    part: str
    validation: Judged | None
    test: Judged | None
    baselines: list[BaselineRow]
    verdict: list[str]
    mistakes: list[Mistake]
    seconds: float

    @property
    def judged(self) -> Judged | None:
        """The part that the headline is about."""
        return self.test if self.part == "test" else self.validation


def train_and_judge(
    settings: Settings,
    parts: Parts,
    *,
    baselines: Sequence[str] = tuple(BASELINES),
    fitting: Fitting = Fitting(),
    on_stage: Callable[[str], None] = lambda stage: None,
) -> Account:
    """Train the network, judge it and the baselines on the same rows, find what to tell.

    The headline is about the test rows where there are some, else about the validation
    rows, which chose the epoch and so flatter a little: the verdict says so. With test rows
    the validation rows teach the linear models too, once they were judged: the baselines, and
    the one beside the network (`TextClassifier.teach_evidence`).

    Args:
        baselines: names from `measure.baselines`; none may be asked for.
        fitting: callbacks and the place of the checkpoint.
        on_stage: told what is being done, for a person who waits.

    Raises:
        DataError: training rows of fewer than two classes, or another row with a label that
            no training row has.
    """
    began = time.perf_counter()
    model = trained(settings, parts, fitting)
    on_stage("judging")
    validation = judge(model, parts.validation)
    learnt = parts.train.and_also(parts.validation) if parts.test.texts else parts.train
    more = len(learnt.texts) > len(parts.train.texts)
    if more and wants_more(len(parts.train.texts)):
        model.teach_evidence(learnt.texts, learnt.labels)
    test = judge(model, parts.test)
    part, judged = ("test", test) if test else ("validation", validation)
    rows = parts.test if test else parts.validation
    beside, left_out = judge_baselines(baselines, learnt, rows, judged, on_stage)
    return Account(
        model, parts, part, validation, test, beside,
        [*verdict_of(judged, beside, part, len(rows.texts)), *left_out],
        mistakes_of(model, rows, judged) if judged else [],
        time.perf_counter() - began,
    )  # fmt: skip


def trained(settings: Settings, parts: Parts, fitting: Fitting) -> TextClassifier:
    """The model that training rows taught, and whose epoch validation rows chose.

    Raises:
        DataError: see `train_and_judge`.
    """
    require_trainable(parts.train.labels)
    for rows in (parts.validation, parts.test):
        ids_of(rows, sorted(set(parts.train.labels)))
    return TextClassifier.from_settings(settings).fit(
        parts.train.texts,
        parts.train.labels,
        validation=(parts.validation.texts, parts.validation.labels),
        callbacks=fitting.callbacks,
        checkpoint=fitting.checkpoint,
        resume=fitting.resume,
    )


def judge(model: TextClassifier, rows: Rows) -> Judged | None:
    """Scores of a trained model on labelled rows; None without rows.

    Raises:
        DataError: a label that the model does not know.
    """
    if not rows.texts:
        return None
    truth = ids_of(rows, model.decision_.labels)
    probabilities = model.predict_proba(rows.texts)
    scores = judge_answers(model.decision_, truth, probabilities)
    return Judged(scores, probabilities, model.decision_.decide(probabilities), truth)


def ids_of(rows: Rows, labels: Sequence[str]) -> NDArray[np.int64]:
    """Ids of the rows' labels, or one sentence that names a label the model never learnt."""
    places = {label: place for place, label in enumerate(labels)}
    for label, line in zip(rows.labels, rows.lines, strict=True):
        if label not in places:
            raise DataError(
                f"line {line}: the model was not trained on the label {label!r}; it knows"
                f" {list(places)}. Correct the label, or leave the row out."
            )
    return np.array([places[label] for label in rows.labels], np.int64)


def judge_baselines(
    names: Sequence[str],
    learnt: Rows,
    rows: Rows,
    judged: Judged | None,
    on_stage: Callable[[str], None],
) -> tuple[list[BaselineRow], list[str]]:
    """The baselines beside the network, and a sentence on each that cannot read the texts."""
    beside: list[BaselineRow] = []
    left_out: list[str] = []
    if judged is None:
        return beside, left_out
    for name in names:
        on_stage(f"baseline {name}")
        try:
            beside.append(judge_baseline(name, learnt, rows, judged.scores))
        except DataError as error:
            left_out.append(f"The baseline {name} is left out: {error}")
    return beside, left_out


def judge_baseline(name: str, learnt: Rows, rows: Rows, beside: Scores) -> BaselineRow:
    """Fit a baseline on the rows the network had, and judge it where the network was judged."""
    started = time.perf_counter()
    baseline = choose(BASELINES, name, "baseline")().fit(learnt.texts, learnt.labels)
    fitted = time.perf_counter()
    found = baseline.predict_proba(rows.texts)
    seconds = max(time.perf_counter() - fitted, 1e-9)
    labels = beside.labels
    probabilities = np.zeros((len(found), len(labels)))
    probabilities[:, [labels.index(label) for label in baseline.classes_]] = found
    truth = ids_of(rows, labels)
    positive = None if beside.positive is None else labels.index(beside.positive)
    scores = score(truth, probabilities, labels, positive=positive)
    return BaselineRow(
        name, scores, probabilities.argmax(axis=1), fitted - started, len(truth) / seconds
    )


def verdict_of(
    judged: Judged | None, baselines: Sequence[BaselineRow], part: str, n: int
) -> list[str]:
    """What a reader must know first, in sentences: does the network beat the baselines?"""
    if judged is None:
        return ["No row was kept aside, so nothing is known about how good this model is."]
    sentences = []
    if declined := sum(judged.scores.unsure):
        sentences.append(
            f"{declined:,} of the {judged.scores.n:,} rows got the answer 'unsure', which counts"
            " as wrong here."
        )
    if judged.scores.accuracy <= judged.scores.majority:
        sentences.append(
            f"The network is no better than always answering the largest class: accuracy"
            f" {judged.scores.accuracy:.3f}, and {judged.scores.majority:.3f} for doing nothing."
        )
    if baselines:
        best = max(baselines, key=lambda row: getattr(row.scores, JUDGED_BY))
        found = bootstrap_difference(judged.truth, judged.answers, best.answers, METRICS[JUDGED_BY])
        sentences.append(verdict(NETWORK, f"the baseline {best.name}", found, metric=JUDGED_BY))
    else:
        sentences.append("No baseline was judged: whether a network pays here is not known.")
    if part == "validation":
        sentences.append(
            f"Judged on the {n} validation rows that also chose the epoch, which flatters a"
            " little. Run `attentif test` on rows the training never saw."
        )
    return sentences


def mistakes_of(model: TextClassifier, rows: Rows, judged: Judged) -> list[Mistake]:
    """The most certain wrong answers, the most certain first, with their attention."""
    wrong = np.flatnonzero((judged.answers != judged.truth) & (judged.answers != UNSURE))
    sure = judged.probabilities[wrong, judged.answers[wrong]]
    labels = model.decision_.labels
    found = []
    for row in wrong[np.argsort(-sure, kind="stable")][:MISTAKES]:
        found.append(
            Mistake(
                text=rows.texts[row],
                true=rows.labels[row],
                predicted=labels[judged.answers[row]],
                probability=float(judged.probabilities[row, judged.answers[row]]),
                line=rows.lines[row],
                tokens=shaded_pieces(model.explain(rows.texts[row])),
            )
        )
    return found


def score_rows(account: Account) -> list[dict[str, Any]]:
    """The network and the baselines with their intervals, for tables and pictures."""
    if account.judged is None:
        return []
    settings = account.model.settings_
    named = [(settings.architecture, account.judged.scores, False)]
    named += [(row.name, row.scores, True) for row in account.baselines]
    return [
        {
            "name": name,
            "value": getattr(scores, JUDGED_BY),
            "low": scores.intervals[JUDGED_BY][0],
            "high": scores.intervals[JUDGED_BY][1],
            "is_baseline": is_baseline,
        }
        for name, scores, is_baseline in named
    ]


def metrics_of(account: Account, about: Mapping[str, Any]) -> dict[str, Any]:
    """The content of `metrics.json` and of `train --json`, strict JSON.

    Args:
        about: where the rows came from, and what was said of them (see `app.material`).
    """
    model, parts = account.model, account.parts
    last = model.history_[-1] if model.history_ else {}
    found: dict[str, Any] = {
        **about,
        "split": {
            "how": parts.how,
            "train": len(parts.train.texts),
            "validation": len(parts.validation.texts),
            "test": len(parts.test.texts),
        },
        "judged_on": account.part,
        "verdict": account.verdict,
        "notes": model.notes_,
        "training": {
            "epochs": len(model.history_),
            "best_epoch": model.best_epoch_,
            "stop_reason": model.stop_reason_,
            "diverged": model.diverged_,
            "fit_seconds": model.seconds_,
            "seconds": account.seconds,
            "parameters": model.n_parameters_,
            "texts_per_second": last.get("texts_per_second"),
        },
        "decision": model.decision_.to_dict(),
    }
    for name, judged in (("validation", account.validation), ("test", account.test)):
        if judged:
            found[name] = judged.scores.to_dict()
    found["baselines"] = [
        {
            "name": row.name,
            "fit_seconds": row.fit_seconds,
            "messages_per_second": row.messages_per_second,
            **row.scores.to_dict(),
        }
        for row in account.baselines
    ]
    found["mistakes"] = [
        {name: value for name, value in mistake._asdict().items() if name != "tokens"}
        for mistake in account.mistakes
    ]
    return strict(found)
