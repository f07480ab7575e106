"""What an embedding has learnt of words: those that speak for one class come together."""

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from attentif.inspect.embeddings import neighbours, vectors
from attentif.inspect.subject import Subject
from attentif.lab.frames import Framed
from attentif.lab.rows import Parts
from attentif.lab.trials import Trial
from attentif.measure.decision import Decision
from attentif.text.encode import FrontEnd

WORDS = 15  # of each class
SHOWN = 4  # of each class in the table
NEAREST = 4


class Closeness(NamedTuple):
    """Mean cosine of two words that speak for the same class, and for different classes."""

    same: float
    other: float


class NearWords(NamedTuple):
    """The words that tell most, how close they are, and who is near them.

    groups: class -> its words, the most telling first.
    near: word -> its nearest words before training, and after it.
    """

    groups: Mapping[str, Sequence[str]]
    before: Closeness
    after: Closeness
    near: Mapping[str, tuple[list[str], list[str]]]

    def to_dict(self) -> dict[str, Any]:
        """Ready for JSON."""
        return {
            "words": {label: list(words) for label, words in self.groups.items()},
            "cosine_before": self.before._asdict(),
            "cosine_after": self.after._asdict(),
            "near": {word: list(both) for word, both in self.near.items()},
        }


def near_words(trial: Trial, parts: Parts) -> NearWords:
    """Look at the embedding before and after a training."""
    groups = telling_words(trial.front_end, parts)
    chosen = [word for words in groups.values() for word in words]
    places = np.repeat(np.arange(len(groups)), [len(words) for words in groups.values()])
    named = [word for words in groups.values() for word in words[:SHOWN]]
    known = trial.front_end.vocabulary.words
    seen, near = [], []
    for network in (trial.first, trial.network):
        subject = subject_of(network, trial.front_end, parts)
        seen.append(closeness(vectors(subject, chosen), places))
        own, others = vectors(subject, named), vectors(subject, known)
        found = neighbours(named, own, known, others, NEAREST)
        near.append({word: [other for other, _ in found[word]] for word in named})
    before, after = seen
    return NearWords(
        groups, before, after, {word: (near[0][word], near[1][word]) for word in named}
    )


def subject_of(network: Framed, front_end: FrontEnd, parts: Parts) -> Subject:
    """The network as the tools of `inspect` take it."""
    return Subject(network.network, front_end, Decision(parts.labels))


def telling_words(front_end: FrontEnd, parts: Parts) -> dict[str, list[str]]:
    """Of each class the words that are most typical of its training texts.

    Sorted by the share of the class's texts that have the word, less that of all others.
    """
    known = set(front_end.vocabulary.words)
    counts: list[Counter[str]] = [Counter() for _ in parts.labels]
    for text, label in zip(parts.training.texts, parts.training.labels, strict=True):
        words = {token.text for token in front_end.tokens(text)}
        words |= {word.lower() for word in words}
        counts[label].update(words & known)
    sizes = np.bincount(parts.training.labels, minlength=len(parts.labels))
    total = sum(counts, Counter())
    found = {}
    for label, own, size in zip(parts.labels, counts, sizes, strict=True):
        others = max(1, len(parts.training.labels) - size)
        score = {
            word: seen / max(1, size) - (total[word] - seen) / others for word, seen in own.items()
        }
        found[label] = sorted(score, key=lambda word: (-score[word], word))[:WORDS]
    return found


def closeness(of: NDArray[np.float64], places: NDArray[np.int64]) -> Closeness:
    """Mean cosines within the groups and between them.

    Args:
        of: (N, E) vectors.
        places: (N,) the group of each.

    >>> closeness(np.array([[1.0, 0], [2, 0], [0, 1]]), np.array([0, 0, 1]))
    Closeness(same=1.0, other=0.0)
    """
    unit = of / np.maximum(np.linalg.norm(of, axis=1, keepdims=True), 1e-12)
    alike = unit @ unit.T
    same = places[:, None] == places[None, :]
    pairs = ~np.eye(len(of), dtype=bool)
    values = [alike[mask & pairs] for mask in (same, ~same)]
    same_class, other = (float(v.mean()) if v.size else float("nan") for v in values)
    return Closeness(same_class, other)
