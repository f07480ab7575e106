"""Which of several settings is better, by cross-validation?

    python -m benchmarks.choices "SETTINGS" ["SETTINGS" ...] [--data NAME ...] [--json FILE]

SETTINGS are written `cell=gru seed=1`; "" stands for the defaults. Every set of
settings is trained on the same five folds of each data set's training rows, equal texts in
one fold, and judged on the fold it did not see: errors, and the mean log loss, which sees
smaller differences. The second and later ones are held against the first, row by row: errors
by McNemar's exact test, losses by their mean difference and its standard error.

An official test part is never read; of the SMS the rows are those that Almeida's split teaches.
`youtube-spam` and `messages` have no such part: there all rows take part, those too that other
programs draw to judge on, so that a choice made on them makes their scores a little flattering.
The tests see the rows and not the luck of a seed: give several, as `seed=1`.
"""

import argparse
import math
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from attentif.config import Settings
from attentif.data.corpora import load
from attentif.data.split import folds
from attentif.estimator import TextClassifier
from attentif.measure.paired import mcnemar
from benchmarks.protocol_runs import each_of, typed
from benchmarks.record import Section

QUESTION = "Which settings?"
DATA = ("sms-spam-almeida", "youtube-spam", "french-tv-reviews", "trec")
FOLDS = 5
SMALLEST = 1e-9  # probability of the true class that its loss is counted with, at least


class Judged(NamedTuple):
    """What one set of settings did with each row: whether it was right, and its loss."""

    right: NDArray[np.bool_]
    losses: NDArray[np.float64]


def main() -> int:
    """Run all settings on all data; always 0: a choice is no goal."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("settings", nargs="+", metavar="SETTINGS")
    parser.add_argument("--data", nargs="+", default=DATA, metavar="NAME")
    parser.add_argument("--json", type=Path)
    arguments = parser.parse_args()
    chosen = {words or "defaults": settings_of(words) for words in arguments.settings}
    each_of(arguments.data, lambda name: section_of(name, chosen), QUESTION, arguments.json)
    return 0


def settings_of(words: str) -> dict[str, Any]:
    """The settings that the words name.

    >>> settings_of("cell=gru seed=1")
    {'cell': 'gru', 'seed': 1}
    """
    given = dict(pair.split("=", 1) for pair in words.split())
    return typed(given, Settings().to_dict())


def section_of(name: str, chosen: Mapping[str, Mapping[str, Any]]) -> Section:
    """All settings on the training rows of one data set."""
    examples = load(name).train.examples
    texts, labels = [e.text for e in examples], [e.label for e in examples]
    found = {}
    for words, settings in chosen.items():
        found[words] = judged(texts, labels, settings)
        print(f"{name}: {words}: {(~found[words].right).sum()} errors", file=sys.stderr)
    first = next(iter(found.values()))
    rows = [row_of(words, own, first) for words, own in found.items()]
    columns = ("", "errors", "log loss", "right alone", "first right alone", "p", "loss less by")
    title = f"{name}: {len(texts):,} training rows, {FOLDS} folds"
    return Section(title, columns, rows, data={w: own.right.tolist() for w, own in found.items()})


def judged(texts: list[str], labels: list[str], settings: Mapping[str, Any]) -> Judged:
    """Each row judged by the model that was not taught it."""
    right, losses = np.zeros(len(texts), bool), np.zeros(len(texts))
    for fold in folds(labels, texts, k=FOLDS, seed=0):
        model = TextClassifier(**settings)
        model.fit([texts[row] for row in fold.train], [labels[row] for row in fold.train])
        chances = model.predict_proba([texts[row] for row in fold.test])
        truth = np.array([labels[row] for row in fold.test])
        right[fold.test] = model.classes_[chances.argmax(axis=1)] == truth
        own = (chances * (model.classes_[None] == truth[:, None])).sum(axis=1)
        losses[fold.test] = -np.log(np.maximum(own, SMALLEST))
    return Judged(right, losses)


def row_of(words: str, own: Judged, first: Judged) -> list[str]:
    """A line of the table; the first has nothing to be held against."""
    row = [words, str((~own.right).sum()), f"{own.losses.mean():.4f}"]
    if own is first:
        return [*row, "", "", "", ""]
    paired, less = mcnemar(own.right, first.right), first.losses - own.losses
    gain = f"{less.mean():.4f} ± {less.std(ddof=1) / math.sqrt(len(less)):.4f}"
    return [*row, str(paired.better), str(paired.worse), f"{paired.p_value:.3f}", gain]


if __name__ == "__main__":
    raise SystemExit(main())
