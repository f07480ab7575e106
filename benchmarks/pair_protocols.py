"""The protocols of the benchmark on pairs: which pairs, which settings, which lines must hold.

A line is a score of the free-running outputs on the test part; settings were chosen on
validation pairs alone. Where a run takes long the epochs are the budget, and are said.
"""

from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

from attentif.config import TransducerSettings
from attentif.data.pair_corpora import LoadedPairs, load_pairs
from attentif.measure.transduction import TransductionScores


class Line(NamedTuple):
    """One score that must be reached.

    wanted: in words. score: of the outputs. bar: the value. least: whether it must be at
    least that, or at most.
    """

    wanted: str
    score: Callable[[TransductionScores], float]
    bar: float
    least: bool

    def reached(self, value: float) -> bool:
        """Whether a value is good enough.

        >>> Line("WER at most 8 %", word_error, 8.0, False).reached(7.9)
        True
        """
        return value >= self.bar if self.least else value <= self.bar


class PairProtocol(NamedTuple):
    """How one row of the table is found.

    about: which pairs, in words.
    settings: those that are not the defaults.
    beam: beside greedy search.
    anchors: published figures, with their source; not measured here.
    """

    about: str
    settings: Mapping[str, Any]
    lines: tuple[Line, ...]
    beam: int = 5
    anchors: tuple[str, ...] = ()


def exact(scores: TransductionScores) -> float:
    """Exact match in percent."""
    return 100 * scores.exact_match


def word_error(scores: TransductionScores) -> float:
    """Share of words that are not right as a whole, in percent."""
    return 100 * (1 - scores.exact_match)


def phone_error(scores: TransductionScores) -> float:
    """Edits a phone, in percent."""
    return 100 * scores.unit_error


def bleu_of(scores: TransductionScores) -> float:
    """BLEU of sacrebleu; 0 where it was not asked for."""
    return scores.bleu.score if scores.bleu else 0.0


CAPTIONS = {
    "lowercase": True, "max_units": 3000, "embedding_size": 128, "hidden_size": 256,
    "tied": "all", "label_smoothing": 0.1, "epochs": 6, "patience": 0,
}  # fmt: skip

PROTOCOLS: dict[str, PairProtocol] = {
    "multi30k-de-en": PairProtocol(
        "Multi30k German to English, test 2016, lower case",
        CAPTIONS,
        (Line("BLEU above 33, greedy", bleu_of, 33.0, True),),
        anchors=(
            "28.3, the widely used PyTorch tutorial's GRU 512 with additive attention, 20.5 M"
            " weights",
        ),
    ),
    "multi30k-en-fr": PairProtocol(
        "Multi30k English to French, test 2016, lower case",
        CAPTIONS
        | {
            "max_units": 4000, "embedding_size": 192, "hidden_size": 384, "dropout": 0.25,
            "epochs": 14,
        },
        (Line("BLEU above 52, greedy", bleu_of, 52.0, True),),
        anchors=("59.02 (tokenised), LIUM's text-only GRU 256 with attention and BPE",),
    ),
    "cmudict": PairProtocol(
        "CMUdict without stress, split by word",
        {
            "decoder": "bahdanau", "embedding_size": 128, "hidden_size": 384, "batch_size": 128,
            "dropout": 0.2, "label_smoothing": 0.1, "learning_rate": 0.002, "epochs": 20,
            "patience": 0,
        },
        (
            Line("phone error rate at most 7 %", phone_error, 7.0, False),
            Line("word error rate at most 28 %", word_error, 28.0, False),
        ),
    ),
    "g2p-fr": PairProtocol(
        "French words and phones, SIGMORPHON 2020, its own split",
        {
            "embedding_size": 128, "hidden_size": 256, "batch_size": 32, "dropout": 0.4,
            "label_smoothing": 0.1, "epochs": 40, "patience": 0,
        },
        (Line("word error rate at most 8 %", word_error, 8.0, False),),
    ),
    "dates": PairProtocol(
        "Dates in seven languages, no day of one part in another",
        {},
        (Line("exact match at least 99 %", exact, 99.0, True),),
    ),
}  # fmt: skip


def load_for(name: str) -> LoadedPairs:
    """Its pairs; an error of the data room where they are missing."""
    return load_pairs(name)


def settings_for(
    loaded: LoadedPairs, protocol: PairProtocol, seed: int, given: Mapping[str, Any]
) -> TransducerSettings:
    """All settings of a training."""
    units = dict(zip(("source_units", "target_units"), loaded.units, strict=True))
    return TransducerSettings.from_dict({**units, **protocol.settings, "seed": seed, **given})
