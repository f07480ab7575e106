"""The scikit-learn face of transduction: lists of texts in, lists of texts out."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from numbers import Integral
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple, Self

import numpy as np
from numpy.typing import NDArray
from sklearn.base import BaseEstimator

from attentif.config import (
    DecodingSettings,
    Seq2SeqSettings,
    TransducerSettings,
    TransducingSettings,
    UnitSettings,
)
from attentif.data.dates import doubt
from attentif.data.pairs import split_by_source
from attentif.errors import ConfigError, DataError, NotFittedError
from attentif.inputs import alone, one_text, texts_of
from attentif.nn.search import Search
from attentif.ship.transducer_folder import (
    TransducerArtifact,
    load_transducer,
    save_transducer,
    seq2seq_of,
    transducer_card,
)
from attentif.text.units import START, normal, shown
from attentif.text.vocabulary import PADDING
from attentif.train.loop import Callback
from attentif.train.outputs import Output, Writer, write
from attentif.train.transduce import Pairs, train_transducer

if TYPE_CHECKING:
    from sklearn.utils import Tags


class Placed(NamedTuple):
    """A unit of the source, and its place in the text as it was given."""

    text: str
    start: int
    end: int


class Alignment(NamedTuple):
    """What was written for a text, and where the network looked for each unit of it.

    weights: (target units, source units), each row of sum 1; None without attention.
    """

    text: str
    output: Output
    source: tuple[Placed, ...]
    target: tuple[str, ...]
    weights: NDArray[np.float32] | None

    def to_dict(self) -> dict[str, Any]:
        """For JSON."""
        output = self.output
        return {
            "text": self.text,
            "output": output.text,
            "score": output.score,
            "log_probability": output.log_probability,
            "note": output.note,
            "unknown": list(output.unknown),
            "copied": [copied._asdict() for copied in output.copied],
            "source": [unit._asdict() for unit in self.source],
            "target": list(self.target),
            "weights": None if self.weights is None else self.weights.tolist(),
        }


@dataclass(kw_only=True, eq=False, repr=False)
class Transducer(
    BaseEstimator, UnitSettings, Seq2SeqSettings, TransducingSettings, DecodingSettings
):
    """Turn a text into another: translate, pronounce, normalise.

    Every setting of `attentif.config.TransducerSettings` is a parameter; `get_params` and
    `clone` work as with any estimator of scikit-learn.

    After `fit`:
        history_: numbers of each epoch, teacher-forced and free-running ones by their names.
        best_epoch_: the one whose weights are kept. stop_reason_, diverged_: as of
        `TextClassifier`. notes_: sentences that its user must know.

    Example:
        >>> words = ["ab", "ba", "abb", "bab", "bba", "aab"] * 20
        >>> model = Transducer(hidden_size=32, embedding_size=8, epochs=12, validation=0.0)
        >>> model = model.fit(words, [word[::-1] for word in words])
        >>> model.predict(["aab", ""]).tolist()
        ['baa', '']
    """

    def fit(
        self,
        X: Iterable[str],
        y: Iterable[str],
        *,
        validation: tuple[Sequence[str], Sequence[str]] | None = None,
        callbacks: Iterable[Callback] = (),
        checkpoint: Path | None = None,
        resume: bool = False,
    ) -> Self:
        """Train; a share `validation` of the sources is kept aside to choose the epoch.

        Args:
            X: N sources. y: N targets.
            validation: sources and targets to choose the epoch by, instead of a share.
            callbacks: told of the five events of training, see `train.loop.Callback`.
            checkpoint: a folder in which an interrupted run can be resumed.
            resume: go on from there.

        Raises:
            InputTypeError: something that is no text.
            DataError: no pairs, or not as many targets as sources.
            ConfigError: a setting that is out of range.
        """
        settings = TransducerSettings.from_dict(self.get_params())
        pairs = paired_texts(X, y, "X and y")
        if validation is None:
            training, held_out = split_pairs(pairs, settings)
        else:
            given = "the validation sources and targets"
            training, held_out = pairs, paired_texts(*validation, given)
        trained = train_transducer(
            settings, training, held_out,
            callbacks=callbacks, checkpoint=checkpoint, resume=resume,
        )  # fmt: skip
        self.settings_, self.units_, self.ratio_ = settings, trained.units, trained.ratio
        self.network_, self.history_ = trained.network, trained.history
        self.best_epoch_, self.stop_reason_ = trained.best_epoch, trained.stop_reason
        self.diverged_, self.notes_ = trained.diverged, trained.notes
        self.seconds_, self.n_training_ = trained.seconds, len(training.sources)
        self.n_validation_ = len(held_out.sources)
        self.metrics_: dict[str, Any] = {}
        return self

    def predict(self, X: Iterable[str] | str) -> NDArray[Any]:
        """The outputs, (N,) strings, in the order of the texts; of one text, its output."""
        texts = texts_of([X] if isinstance(X, str) else X)
        return alone(X, np.array([output.text for output in self.write(texts)], dtype=object))

    def write(self, X: Iterable[str], *, n_best: int = 1) -> list[Output]:
        """The outputs with all that is known of them, see `train.outputs.Output`.

        Args:
            n_best: outputs of each text, at most the beam; those after the first are `others`.
        """
        self._check_fitted()
        texts = texts_of(X)
        found = write(self.network_, self._writer(n_best), texts)
        return [
            output._replace(others=output.others[: n_best - 1], note=self._noted(text, output))
            for text, output in zip(texts, found, strict=True)
        ]

    def score(self, X: Iterable[str], y: Iterable[str]) -> float:
        """Share of outputs that are the target as a whole (cleaned as the model cleans it)."""
        self._check_fitted()
        pairs = paired_texts(X, y, "X and y")
        if not pairs.sources:
            raise DataError("a score needs at least one pair, got none.")
        right = [normal(self.units_.target, target) for target in pairs.targets]
        written = self.predict(pairs.sources).tolist()
        return float(np.mean([a == b for a, b in zip(written, right, strict=True)]))

    def explain(self, text: str) -> Alignment:
        """What is written for a text, and where the network looked for each unit of it."""
        [output] = self.write([one_text(text)])
        source = tuple(Placed(text[u.start : u.end], u.start, u.end) for u in output.source)
        return Alignment(text, output, source, tuple(map(shown, output.units)), output.weights)

    def save(
        self, folder: str | Path, *, metrics: Mapping[str, Any] | None = None, card: str = ""
    ) -> Path:
        """Write the model folder; a model that stands there is replaced.

        Args:
            metrics: what was measured, for `metrics.json`; without, what was loaded with it.
            card: the model card; without one, a card of the settings and metrics is written.

        Raises:
            ArtifactError: the place holds something else, or cannot be written.
        """
        self._check_fitted()
        measured = self.metrics_ if metrics is None else metrics
        artifact = TransducerArtifact(
            settings=self.settings_,
            units=self.units_,
            ratio=self.ratio_,
            weights={name: w.numpy() for name, w in self.network_.state_dict().items()},
            metrics=measured,
            history=self.history_,
            card=card or transducer_card(self.settings_, measured),
        )
        save_transducer(artifact, Path(folder))
        return Path(folder)

    @classmethod
    def load(cls, folder: str | Path) -> Self:
        """Read a model folder back; the outputs are those of the model that was saved.

        Raises:
            ArtifactError: no transducer there, a file missing or changed, another format.
        """
        artifact = load_transducer(Path(folder))
        model = cls(**artifact.settings.to_dict())
        model.settings_, model.units_, model.ratio_ = (
            artifact.settings,
            artifact.units,
            artifact.ratio,
        )
        model.history_ = [dict(row) for row in artifact.history]
        model.metrics_ = dict(artifact.metrics)
        model.network_ = seq2seq_of(artifact, folder)
        return model

    @property
    def n_parameters_(self) -> int:
        """Numbers that training chose."""
        self._check_fitted()
        return sum(weight.numel() for weight in self.network_.state_dict().values())

    def __sklearn_is_fitted__(self) -> bool:
        """Whether `fit` or `load` was called."""
        return hasattr(self, "network_")

    def __sklearn_tags__(self) -> "Tags":
        """Tell scikit-learn that X is a list of strings, not a table of numbers."""
        tags = super().__sklearn_tags__()
        tags.input_tags.string, tags.input_tags.two_d_array = True, False
        tags.input_tags.one_d_array = True
        return tags

    def _check_fitted(self) -> None:
        if not self.__sklearn_is_fitted__():
            raise NotFittedError(
                "this Transducer is not trained yet. Call fit, or Transducer.load."
            )

    def _noted(self, text: str, output: Output) -> str:
        """What a reader must know of an output; of a date, whether it is certain."""
        if output.note or self.metrics_.get("source") != "dates":
            return output.note
        return doubt(text, output.text, day_first=bool(self.metrics_.get("day_first", True)))

    def _writer(self, n_best: int) -> Writer:
        """How outputs are searched for: by the parameters as they are now."""
        now = replace(
            self.settings_,
            beam=self.beam,
            length_penalty=self.length_penalty,
            copy_unknown=self.copy_unknown,
        )
        if not isinstance(n_best, Integral) or not 1 <= n_best <= now.beam:
            raise ConfigError(
                f"n_best must be a whole number from 1 to the beam ({now.beam}), got {n_best}."
            )
        if now.copy_unknown and now.decoder == "none":
            raise ConfigError("copy_unknown follows the attention; this model has none.")
        search = Search(
            now.beam, now.beam if n_best > 1 else 1, now.length_penalty, (PADDING, START)
        )
        return Writer(self.units_, self.ratio_, search, now.copy_unknown)


def paired_texts(X: Iterable[str], y: Iterable[str], what: str) -> Pairs:
    """Sources and targets, as many of the one as of the other."""
    sources, targets = texts_of(X), texts_of(y)
    if len(sources) != len(targets):
        raise DataError(f"{what} must have as many rows, got {len(sources)} and {len(targets)}.")
    return Pairs(sources, targets)


def split_pairs(pairs: Pairs, settings: TransducerSettings) -> tuple[Pairs, Pairs]:
    """Pairs to learn from and pairs to choose the epoch by; one source is on one side."""
    share = settings.validation
    split = split_by_source(pairs.sources, validation=share, test=0.0, seed=settings.seed)
    if pairs.sources and not split.train:
        raise DataError(
            f"validation={share} of {len(pairs.sources)} pairs leaves none to train on."
            " Keep fewer aside."
        )
    parts = (
        Pairs([pairs.sources[row] for row in rows], [pairs.targets[row] for row in rows])
        for rows in (split.train, split.validation)
    )
    return next(parts), next(parts)
