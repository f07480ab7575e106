"""The texts that the experiments read: drawn, split and named."""

from typing import NamedTuple

import numpy as np

from attentif.data.check import require_trainable
from attentif.data.corpora import resolve
from attentif.data.split import stratified
from attentif.lab.language import Language
from attentif.train.classify import Labelled

MOST = 2_000  # texts; more would make the experiments slow without making them clearer
TEST, VALIDATION = 0.25, 0.15


class Parts(NamedTuple):
    """Texts to learn from, to choose by and to judge on; equal texts on one side."""

    name: str
    labels: tuple[str, ...]
    training: Labelled
    validation: Labelled
    test: Labelled

    @property
    def constant_loss(self) -> float:
        """Loss on the validation rows, in nats, of whoever knows but how frequent the classes are.

        A network that has learnt nothing else from the texts ends there.
        """
        counts = np.bincount(self.training.labels, minlength=len(self.labels))
        shares = np.maximum(counts, 1) / counts.sum()
        return float(-np.log(shares)[self.validation.labels].mean())

    def about(self, language: Language) -> dict[str, str]:
        """For the foot of the page."""
        counts = [language.count(len(part.texts)) for part in self[2:]]
        said = language.say(
            "{}: {} to learn from, {} to choose the epoch, {} to judge on",
            "{} : {} pour apprendre, {} pour choisir l'époque, {} pour juger",
        )
        return {language.say("Data", "Données"): said.format(self.name, *counts)}


class Drawn(NamedTuple):
    """Labelled texts, not yet split."""

    name: str
    texts: list[str]
    labels: list[str]


def drawn_from(source: str, seed: int, most: int = MOST) -> Drawn:
    """Read what the user named; of more than `most` texts so many are drawn.

    Raises:
        DataError: neither a file nor a name, or texts that cannot teach.
    """
    loaded = resolve(source)
    texts, named = list(loaded.train.texts), list(loaded.train.labels)
    if len(texts) > most:
        keep = np.sort(np.random.default_rng(seed).permutation(len(texts))[:most])
        texts, named = [texts[row] for row in keep], [named[row] for row in keep]
    require_trainable(named)
    return Drawn(loaded.name, texts, named)


def parts_of(source: str, seed: int, most: int = MOST) -> Parts:
    """Read, draw and split what the user named.

    Raises:
        DataError: neither a file nor a name, or texts that cannot teach.
    """
    name, texts, named = drawn_from(source, seed, most)
    labels = tuple(sorted(set(named)))
    ids = np.array([labels.index(label) for label in named])
    split = stratified(named, texts, test=TEST, validation=VALIDATION, seed=seed)
    parts = [
        Labelled([texts[row] for row in rows], ids[rows])
        for rows in (split.train, split.validation, split.test)
    ]
    return Parts(name, labels, *parts)
