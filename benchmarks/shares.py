"""How much should the linear model count beside the network, and which rows should teach it?

    python -m benchmarks.shares [--data NAME ...] [--seeds 3] [--json FILE]

In each of five folds of the training rows, equal texts in one fold, a model is trained as
`fit` trains it, a tenth of the rows kept aside. On those the share of the evidence is found
by several rules (`measure.opinion.fit_share`: what is usual, and as how many rows that
counts), and each pool is judged on the fold that nothing was taught: errors, and the mean log
loss at the temperature that the rows kept aside gave. Each rule twice: with the evidence as
it was, and with evidence that has afterwards been taught by the rows kept aside too.

As with `benchmarks.choices` an official test part is never read, and `youtube-spam` and
`messages` have none, so that all their rows take part.
"""

import argparse
import sys
from collections.abc import Callable, Iterable, Iterator
from itertools import product
from pathlib import Path
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy.special import log_softmax

from attentif.config import Settings
from attentif.data.corpora import load
from attentif.data.split import folds, stratified
from attentif.estimator import TextClassifier
from attentif.measure.decision import fit_temperature
from attentif.measure.opinion import AS_ROWS, USUAL, fit_share
from attentif.text.encode import Encoded
from attentif.train.predict import read
from benchmarks.choices import FOLDS, SMALLEST
from benchmarks.protocol_runs import each_of
from benchmarks.record import Section

QUESTION = "How much should the linear model count?"
DATA = ("sms-spam-almeida", "youtube-spam", "french-tv-reviews", "messages", "trec")
RULES = tuple(product((2.0, 4.0, 8.0), (0.25, 1.0, 4.0, 16.0)))  # usual, as so many rows
ASIDE = Settings().validation  # share of a fold's training rows
COLUMNS = ("", "errors", "log loss", "errors, taught by all", "log loss, taught by all")


class Opinions(NamedTuple):
    """Both opinions on some rows.

    logits: (N, C) of the network, which hears the evidence. margins: (N, C) of the evidence.
    truth: (N,) right classes.
    """

    logits: NDArray[np.float32]
    margins: NDArray[np.float32]
    truth: NDArray[np.int64]


class Fold(NamedTuple):
    """What one training found on the rows kept aside and on the fold that it did not see.

    later: on that fold, after the rows kept aside have taught the evidence too.
    """

    aside: Opinions
    unseen: Opinions
    later: Opinions


Pooled = tuple[NDArray[np.floating], NDArray[np.integer]]  # calibrated logits and the truth


def main() -> int:
    """All rules on all data; always 0: a choice is no goal."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--data", nargs="+", default=DATA, metavar="NAME")
    parser.add_argument("--seeds", type=int, default=3)
    parser.add_argument("--json", type=Path)
    arguments = parser.parse_args()
    each_of(
        arguments.data, lambda name: section_of(name, arguments.seeds), QUESTION, arguments.json
    )
    return 0


def section_of(name: str, seeds: int) -> Section:
    """All rules on the training rows of one data set."""
    examples = load(name).train.examples
    texts, labels = [e.text for e in examples], [e.label for e in examples]
    by_seed = [list(trained(name, texts, labels, seed)) for seed in range(seeds)]
    rows = [
        row_of("network alone", by_seed, lambda fold: both(fold, 1.0, 0.0)),
        row_of("evidence alone", by_seed, lambda fold: both(fold, 0.0, 1.0)),
    ]
    for usual, as_rows in RULES:
        words = f"usual {usual:g}, as {as_rows:g} rows"
        words += ", the default" if (usual, as_rows) == (USUAL, AS_ROWS) else ""

        def ruled(fold: Fold, usual: float = usual, as_rows: float = as_rows) -> list[Pooled]:
            own = fold.aside
            share = fit_share(own.logits, own.margins, own.truth, usual=usual, as_rows=as_rows)
            return both(fold, 1.0, share)

        rows.append(row_of(words, by_seed, ruled))
    title = f"{name}: {len(texts):,} training rows, {FOLDS} folds, {seeds} seeds"
    return Section(title, COLUMNS, rows)


def trained(name: str, texts: list[str], labels: list[str], seed: int) -> Iterator[Fold]:
    """Each fold's training: the opinions before and after the rows kept aside have taught."""

    def part(rows: NDArray[np.int64]) -> tuple[list[str], list[str]]:
        return [texts[row] for row in rows], [labels[row] for row in rows]

    for number, fold in enumerate(folds(labels, texts, k=FOLDS, seed=0), start=1):
        own = part(fold.train)
        inner = stratified(own[1], own[0], test=0.0, validation=ASIDE, seed=seed)
        aside = part(fold.train[inner.validation])
        model = TextClassifier(seed=seed)
        model.fit(*part(fold.train[inner.train]), validation=aside)
        judged = [aside, part(fold.test)]
        encoded = [model.front_end_.encode(own) for own, _ in judged]
        truth = [np.searchsorted(model.classes_, names) for _, names in judged]
        first, unseen = (opinions(model, *rows) for rows in zip(encoded, truth, strict=True))
        model.teach_evidence(*own)
        yield Fold(first, unseen, opinions(model, encoded[1], truth[1]))
        print(f"{name}: seed {seed}, fold {number} trained", file=sys.stderr, flush=True)


def opinions(model: TextClassifier, encoded: Encoded, truth: NDArray[np.int64]) -> Opinions:
    """Logits of the network alone, and margins of the evidence."""
    evidence = model.network_.evidence
    assert evidence is not None
    evidence.share.fill_(0.0)
    alone = read(model.network_, encoded).logits
    evidence.share.fill_(1.0)
    return Opinions(alone, read(model.network_, encoded).logits - alone, truth)


def both(fold: Fold, network: float, evidence: float) -> list[Pooled]:
    """The pool with the evidence as it was, and as all rows have taught it."""
    return [pool(fold.aside, own, network, evidence) for own in (fold.unseen, fold.later)]


def pool(aside: Opinions, judged: Opinions, network: float, evidence: float) -> Pooled:
    """Calibrated on the rows kept aside, as long as they had not taught."""
    own, other = (network * rows.logits + evidence * rows.margins for rows in (aside, judged))
    return other / fit_temperature(own, aside.truth), judged.truth


def row_of(
    words: str, by_seed: Iterable[Iterable[Fold]], pooled: Callable[[Fold], list[Pooled]]
) -> list[str]:
    """A line of the table: each seed's errors, and the mean log loss."""
    cells = [words]
    found = [[pooled(fold) for fold in folds] for folds in by_seed]
    for taught in range(2):
        errors = [sum(wrong(*pools[taught]) for pools in own) for own in found]
        losses = np.concatenate([log_losses(*pools[taught]) for own in found for pools in own])
        cells += [" ".join(map(str, errors)), f"{losses.mean():.4f}"]
    return cells


def wrong(logits: NDArray[np.floating], truth: NDArray[np.integer]) -> int:
    """How many answers are not right."""
    return int((logits.argmax(axis=1) != truth).sum())


def log_losses(logits: NDArray[np.floating], truth: NDArray[np.integer]) -> NDArray[np.floating]:
    """Of each row."""
    chances = np.exp(log_softmax(logits, axis=1)[np.arange(len(truth)), truth])
    return -np.log(np.maximum(chances, SMALLEST))


if __name__ == "__main__":
    raise SystemExit(main())
