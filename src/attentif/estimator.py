"""The scikit-learn face: lists of texts in, labels and probabilities out."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self

import numpy as np
from numpy.typing import ArrayLike, NDArray
from sklearn.base import BaseEstimator, ClassifierMixin

from attentif.config import (
    DecisionSettings,
    NetworkSettings,
    Settings,
    TextSettings,
    TrainingSettings,
)
from attentif.data.check import require_trainable
from attentif.data.findings import counted
from attentif.data.split import last, stratified
from attentif.errors import DataError, NotFittedError
from attentif.inputs import alone, one_text, texts_of
from attentif.inspect.explain import Explanation, explain
from attentif.measure.decision import UNSURE
from attentif.ship.artifact import Artifact, load_folder, made_compact
from attentif.ship.card import model_card
from attentif.ship.network import network_of
from attentif.ship.saving import save_folder
from attentif.train.classify import Labelled, train_classifier
from attentif.train.linear import count_pieces, learn_evidence, teaching, wants_more
from attentif.train.loop import Callback
from attentif.train.predict import read

if TYPE_CHECKING:
    from sklearn.utils import Tags

SMALLEST = 1e-300  # probability whose logarithm is still a number


@dataclass(kw_only=True, eq=False, repr=False)
class TextClassifier(
    ClassifierMixin,
    BaseEstimator,
    TextSettings,
    NetworkSettings,
    TrainingSettings,
    DecisionSettings,
):
    """Classify short texts with a recurrent network, with attention or without.

    Every setting of `attentif.config` is a parameter; `get_params`, `clone`, `GridSearchCV`,
    `cross_val_score` and `Pipeline` work as with any estimator of scikit-learn.

    After `fit`:
        classes_: the labels, sorted; the order of the columns of `predict_proba`.
        history_: numbers of each epoch. best_epoch_: the one whose weights are kept.
        stop_reason_: why training ended early, or "". diverged_: whether it had to.
        notes_: sentences about the data and the decision that its user must know.

    Example:
        >>> texts = ["win a prize now", "free cash, win", "see you at noon", "lunch at noon?"]
        >>> model = TextClassifier(epochs=30, validation=0.0, min_count=1, patience=0)
        >>> model = model.fit(texts, ["spam", "spam", "ham", "ham"])
        >>> model.predict(["win free cash"]).tolist()
        ['spam']
    """

    def fit(
        self,
        X: Iterable[str],
        y: ArrayLike,
        *,
        validation: tuple[Sequence[str], Sequence[Any]] | None = None,
        callbacks: Iterable[Callback] = (),
        checkpoint: Path | None = None,
        resume: bool = False,
    ) -> Self:
        """Train; a share `validation` of the rows is kept aside to choose the epoch.

        Args:
            X: N texts: a list, an array, a Series or a generator of strings.
            y: N labels: strings, or whole numbers, which come back as numbers.
            validation: texts and labels to choose the epoch by, instead of a share. They teach
                nothing; a share, once it has chosen, `teach_evidence`.
            callbacks: told of the five events of training, see `train.loop.Callback`.
            checkpoint: a folder in which an interrupted run can be resumed.
            resume: go on from there.

        Raises:
            InputTypeError: something that is no text.
            DataError: no rows, a length that differs, fewer than two classes, a missing label.
            ConfigError: a setting that is out of range.
        """
        settings = Settings.from_dict(self.get_params())
        texts, targets = paired(X, y, "X and y")
        names = [str(label) for label in targets.tolist()]
        require_trainable(names)
        classes = np.unique(targets)
        rows = Labelled(texts, columns_of(targets, classes))
        if validation is None:
            training, held_out, notes = split_rows(settings, names, rows)
        else:
            others, known = paired(*validation, "the validation texts and labels")
            training, held_out, notes = rows, Labelled(others, columns_of(known, classes)), []
        trained = train_classifier(
            settings, [str(label) for label in classes.tolist()], training, held_out,
            callbacks=callbacks, checkpoint=checkpoint, resume=resume,
        )  # fmt: skip
        self.settings_, self.classes_, self.decision_ = settings, classes, trained.decision
        self.front_end_, self.network_ = trained.front_end, trained.network
        self.history_, self.best_epoch_ = trained.history, trained.best_epoch
        self.stop_reason_, self.diverged_ = trained.stop_reason, trained.diverged
        self.notes_, self.seconds_ = [*notes, *trained.notes], trained.seconds
        self.validation_, self.n_training_ = held_out, len(training.texts)
        self.metrics_: dict[str, Any] = {}
        more = validation is None and held_out.texts and wants_more(self.n_training_)
        return self.teach_evidence(texts, targets) if more else self

    def teach_evidence(self, X: Iterable[str], y: ArrayLike) -> Self:
        """Teach the linear model beside the network anew, by these rows alone; all else stays.

        The network that hears it, temperature, threshold and its share remain what training rows
        taught and rows kept aside chose. A convex fit has no epoch to be chosen: once its share
        is known, the rows kept aside may teach it too, and a tenth more texts make fewer errors
        (`python -m benchmarks.shares`). Scores on them then say nothing any more.

        Args:
            X, y: as of `fit`, with labels that it saw. Nothing happens where the network has no
                linear model.
        """
        self._check_fitted()
        texts, targets = paired(X, y, "X and y")
        ids = columns_of(targets, self.classes_, "the rows")
        if self.network_.evidence is not None:
            names = [str(label) for label in self.classes_.tolist()]
            rows = teaching(len(ids), self.settings_.seed)
            encoded, n_pieces = self.front_end_.encode(texts), self.front_end_.n_pieces
            counts = count_pieces(encoded, rows, n_pieces)
            learn_evidence(self.network_.evidence, counts, ids[rows], self.settings_, names)
        return self

    def predict_proba(self, X: Iterable[str] | str) -> NDArray[np.float64]:
        """Probabilities, (N, C) in the order of `classes_`; of one text, (C,)."""
        return alone(X, self._probabilities(X))

    def decision_function(self, X: Iterable[str] | str) -> NDArray[np.float64]:
        """How far the answer is from the border.

        Returns:
            Two classes: (N,) log-odds of `classes_[1]` beyond the threshold, above 0 exactly
            where it is answered, or would be but for `unsure`. More classes: (N, C)
            log-probabilities.
        """
        probabilities = self._probabilities(X)
        logs = np.log(probabilities.clip(SMALLEST))
        if logs.shape[1] > 2:
            return alone(X, logs)
        threshold, positive = self.decision_.threshold, self.decision_.positive
        border = 0.5 if threshold is None else threshold if positive == 1 else 1 - threshold
        border = np.clip(border, SMALLEST, 1 - 1e-16)
        beyond = logs[:, 1] - logs[:, 0] - np.log(border) + np.log1p(-border)
        answered = replace(self.decision_, unsure=0.0).decide(probabilities) == 1
        # On the border itself, rounding must not take the other side than the answer.
        return alone(X, np.where(answered, beyond.clip(min=SMALLEST), beyond.clip(max=0)))

    def predict(self, X: Iterable[str] | str) -> NDArray[Any]:
        """The answers, (N,) labels, in the order of the texts; of one text, its label.

        Within the `unsure` band, if one was set, the answer is the string "unsure".
        """
        probabilities = self._probabilities(X)
        answers = self.decision_.decide(probabilities)
        if (answers == UNSURE).any():
            return alone(X, np.append(self.classes_.astype(object), "unsure")[answers])
        return alone(X, self.classes_[answers])

    def score(
        self, X: Iterable[str], y: ArrayLike, sample_weight: ArrayLike | None = None
    ) -> float:
        """Accuracy; an answer "unsure" is not a right one."""
        self._check_fitted()
        texts, truth = paired(X, y, "X and y")
        if not texts:
            raise DataError("a score needs at least one row, got none.")
        right = self.predict(texts).astype(object) == truth.astype(object)
        weights = np.ones(len(right)) if sample_weight is None else np.asarray(sample_weight)
        return float(np.average(right, weights=weights))

    def explain(self, text: str) -> Explanation:
        """The answer to one text and the part of each of its tokens, see `inspect.explain`."""
        self._check_fitted()
        read_text = partial(read, self.network_)
        return explain(read_text, self.front_end_, self.decision_, one_text(text))

    def save(
        self,
        folder: str | Path,
        *,
        metrics: Mapping[str, Any] | None = None,
        card: str = "",
        compact: bool = False,
    ) -> Path:
        """Write the model folder (see `ship.artifact`); a model that stands there is replaced.

        Args:
            metrics: what was measured, for `metrics.json`; without, what was loaded with it.
            card: the model card; without one, a card of the settings and metrics is written.
            compact: keep the table of word vectors in eight bits: a folder of less than half
                the size; what that costs, `attentif export` measures.

        Raises:
            ArtifactError: the place holds something else, or cannot be written.
            InputTypeError: metrics that JSON cannot hold.
        """
        self._check_fitted()
        measured, labels = self.metrics_ if metrics is None else metrics, self.classes_.tolist()
        artifact = Artifact(
            settings=self.settings_,
            front_end=self.front_end_,
            labels=labels,
            decision=self.decision_,
            weights={name: w.numpy() for name, w in self.network_.state_dict().items()},
            metrics=measured,
            history=self.history_,
            card=card or model_card(self.settings_, labels, measured),
        )
        save_folder(made_compact(artifact) if compact else artifact, Path(folder))
        return Path(folder)

    @classmethod
    def load(cls, folder: str | Path) -> Self:
        """Read a model folder back; the answers are those of the model that was saved.

        Raises:
            ArtifactError: no model there, a file missing or changed, another format.
        """
        artifact = load_folder(Path(folder))
        model = cls.from_settings(artifact.settings)
        model.settings_, model.front_end_ = artifact.settings, artifact.front_end
        model.classes_, model.decision_ = np.array(artifact.labels), artifact.decision
        model.history_ = [dict(row) for row in artifact.history]
        model.metrics_ = dict(artifact.metrics)
        model.network_ = network_of(artifact, folder)
        return model

    @classmethod
    def from_settings(cls, settings: Settings) -> Self:
        """An estimator with those settings."""
        return cls(**settings.to_dict())

    @property
    def n_parameters_(self) -> int:
        """Numbers that training chose: the network's weights and the evidence's."""
        self._check_fitted()
        return sum(weight.numel() for weight in self.network_.state_dict().values())

    def __sklearn_is_fitted__(self) -> bool:
        """Whether `fit` or `load` was called."""
        return hasattr(self, "network_")

    def __sklearn_tags__(self) -> "Tags":
        """Tell scikit-learn that X is a list of strings, not a table of numbers."""
        tags = super().__sklearn_tags__()
        tags.input_tags.string = True
        tags.input_tags.two_d_array = False
        tags.input_tags.one_d_array = True
        return tags

    def _check_fitted(self) -> None:
        if not self.__sklearn_is_fitted__():
            raise NotFittedError(
                "this TextClassifier is not trained yet. Call fit, or TextClassifier.load."
            )

    def _probabilities(self, X: Iterable[str] | str) -> NDArray[np.float64]:
        """(N, C) also for one text."""
        self._check_fitted()
        texts = texts_of([X] if isinstance(X, str) else X)
        if not texts:
            return np.empty((0, len(self.classes_)))
        logits = read(self.network_, self.front_end_.encode(texts)).logits
        return self.decision_.probabilities(logits)


def split_rows(
    settings: Settings, names: Sequence[str], rows: Labelled
) -> tuple[Labelled, Labelled, list[str]]:
    """Training rows, validation rows, and sentences about classes too small to judge."""
    if not settings.validation:
        return rows, part(rows, np.arange(0)), []
    if settings.validation_rows == "last":
        split = last(settings.validation, len(rows.texts))
    else:
        split = stratified(
            names, rows.texts, test=0.0, validation=settings.validation, seed=settings.seed
        )
    if not len(split.train):
        raise DataError(
            f"validation={settings.validation} of {len(rows.texts)} rows leaves none to train"
            " on. Keep fewer aside."
        )
    return part(rows, split.train), part(rows, split.validation), list(split.notes)


def part(rows: Labelled, where: NDArray[np.int64]) -> Labelled:
    """Some of the rows."""
    return Labelled([rows.texts[int(row)] for row in where], rows.labels[where])


def paired(X: Iterable[str], y: ArrayLike, what: str) -> tuple[list[str], NDArray[Any]]:
    """Texts and their labels, as many of the one as of the other."""
    texts, labels = texts_of(X), labels_of(y)
    if len(texts) != len(labels):
        raise DataError(f"{what} must have as many rows, got {len(texts)} and {len(labels)}.")
    return texts, labels


def columns_of(
    labels: NDArray[Any], classes: NDArray[Any], rows: str = "the validation rows"
) -> NDArray[np.int64]:
    """Each label's place among the classes."""
    places = {label: place for place, label in enumerate(classes.tolist())}
    given = labels.tolist()
    unknown = sorted({str(label) for label in given if label not in places})
    if unknown:
        raise DataError(
            f"{rows} have labels that no training row has: {unknown}."
            " Give them training rows too, or leave them out."
        )
    return np.array([places[label] for label in given], np.int64)


def labels_of(y: ArrayLike | Iterable[Any]) -> NDArray[Any]:
    """Labels as an array of strings or of whole numbers, one a row.

    Raises:
        DataError: a label that is missing or is something else, or both kinds together.

    >>> labels_of(["spam", "ham"]).tolist(), labels_of(np.array([1.0, 0.0])).tolist()
    (['spam', 'ham'], [1.0, 0.0])
    """
    if isinstance(y, str | bytes | Mapping | set) or not isinstance(y, Iterable):
        raise DataError(f"expected a list of labels, one a row, got {type(y).__name__}.")
    if getattr(y, "ndim", 1) != 1:
        raise DataError(
            f"expected one label a row, got an array of shape {getattr(y, 'shape', '?')}."
        )
    labels = [label.item() if isinstance(label, np.generic) else label for label in y]
    wrong = [row for row, label in enumerate(labels) if not is_label(label)]
    if wrong:
        label = labels[wrong[0]]
        raise DataError(
            f"expected a text or a whole number as label, got {label!r}"
            f" ({type(label).__name__}) at position {wrong[0]} ({counted(len(wrong), 'such row')})."
            " Give the row its label, or drop it."
        )
    if len({isinstance(label, str) for label in labels}) > 1:
        raise DataError("labels must be all strings or all numbers, got both.")
    return np.array(labels)


def is_label(label: object) -> bool:
    """Whether it names a class: a text, or a whole number."""
    return isinstance(label, str | int) or (isinstance(label, float) and label.is_integer())
