"""The words that move the answer most, over many texts."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from attentif.inspect.leave_out import left_out
from attentif.inspect.subject import Sample, Subject, sample_of

READINGS = 20_000  # texts with a word left out that are read at most: some seconds
LEAST = 3  # times that a word must have been left out
LISTED = 20  # words of a class


@dataclass(frozen=True)
class WordEffect:
    """What a word does to the probability of a class.

    Args:
        change: mean over its places of the probability with it minus without it, -1 to 1.
        spread: standard deviation of these changes.
        count: places at which it was left out; texts: in how many texts.
        example: the text in which it did most.
    """

    word: str
    change: float
    spread: float
    count: int
    texts: int
    example: str


@dataclass(frozen=True)
class WordView:
    """The words that speak most for each class.

    Args:
        effects: class -> words, the strongest first.
        read: texts that were looked at, of `given`; the others would have cost too much.
    """

    effects: dict[str, list[WordEffect]]
    read: int
    given: int

    def to_dict(self) -> dict[str, Any]:
        """Ready for JSON."""
        return {
            "texts_read": self.read,
            "texts_given": self.given,
            "words": {
                label: [dict(vars(effect)) for effect in effects]
                for label, effects in self.effects.items()
            },
        }


def words_that_move(
    subject: Subject,
    texts: Sequence[str],
    *,
    least: int = LEAST,
    listed: int = LISTED,
    readings: int = READINGS,
    seed: int = 0,
) -> WordView:
    """Leave out every word of the texts, one at a time, and average by word.

    Args:
        least: how often a word must occur among the texts that are read.
        listed: words for each class.
        readings: bound of the cost; texts are drawn until it is reached, one at least.
        seed: of that draw.

    Raises:
        DataError: no text.
    """
    chosen = within(subject, texts, readings, seed)
    sample = sample_of(subject, [texts[row] for row in chosen])
    without = left_out(subject, sample)
    places: dict[str, list[tuple[int, int]]] = {}
    lower = subject.front_end.settings.lowercase
    for row, text in enumerate(sample.texts):
        for t, token in enumerate(subject.front_end.tokens(text)):
            places.setdefault(token.text.lower() if lower else token.text, []).append((row, t))
    found = {}
    for column, label in enumerate(subject.decision.labels):
        effects = [
            effect_of(word, at, [sample.probabilities[r, column] - without[r][t, column]
                                 for r, t in at], sample)
            for word, at in places.items() if len(at) >= least and word
        ]  # fmt: skip
        moving = [effect for effect in effects if effect.change > 0]
        found[label] = sorted(moving, key=lambda effect: (-effect.change, effect.word))[:listed]
    return WordView(found, len(sample), len(texts))


def effect_of(
    word: str, places: Sequence[tuple[int, int]], changes: Sequence[float], sample: Sample
) -> WordEffect:
    """One word's effect on one class."""
    strongest, _ = places[int(np.argmax(changes))]
    return WordEffect(
        word=word,
        change=float(np.mean(changes)),
        spread=float(np.std(changes)),
        count=len(places),
        texts=len({row for row, _ in places}),
        example=sample.texts[strongest],
    )


def within(subject: Subject, texts: Sequence[str], readings: int, seed: int) -> list[int]:
    """Rows drawn at random, in order, whose tokens are no more than `readings` together."""
    if not texts:
        return []
    lengths = subject.front_end.encode(texts).lengths
    order = np.random.default_rng(seed).permutation(len(texts))
    most = max(1, int((np.cumsum(lengths[order]) <= readings).sum()))
    return sorted(order[:most].tolist())
