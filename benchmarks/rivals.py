"""What the network must beat in the quality benchmark: linear models and fastText."""

import sys
import time
from collections.abc import Mapping
from typing import NamedTuple

import numpy as np

from attentif.account import Rows, ids_of
from attentif.measure.baselines import BASELINES
from attentif.measure.metrics import Scores, score
from benchmarks.peers.ask import ask
from benchmarks.peers.environments import PeerMissing
from benchmarks.peers.job import Job

FASTTEXT: dict[str, Mapping[str, float]] = {
    "fasttext": {},
    # n-grams of words and letters; epochs and rate of fastText's own tutorial
    "fasttext-ngrams": {"wordNgrams": 2, "minn": 2, "maxn": 5, "epoch": 25, "lr": 0.5},
}


class Judged(NamedTuple):
    """One model on one split. answers: (N,) ids of the network's labels."""

    scores: Scores
    answers: np.ndarray
    fit_seconds: float


def rivals_on(learnt: Rows, test: Rows, beside: Scores) -> tuple[dict[str, Judged], list[str]]:
    """Every rival on one split, and a sentence on each that is missing.

    Args:
        learnt: all rows that the network had, those it chose its epoch by among them.
        beside: the network's scores, for labels and the class looked for.
    """
    found: dict[str, Judged] = {}
    missing: list[str] = []
    for name, make in BASELINES.items():
        began = time.perf_counter()
        model = make().fit(learnt.texts, learnt.labels)
        seconds = time.perf_counter() - began
        found[name] = judged(model.predict_proba(test.texts), model.classes_, test, beside, seconds)
    for name, settings in FASTTEXT.items():
        job = Job(
            texts=learnt.texts, labels=learnt.labels, test_texts=test.texts, settings=dict(settings)
        )
        try:
            answer = ask("fasttext_peer", job)
        except PeerMissing as error:
            missing.append(f"{name}: skipped: {error}")
            print(missing[-1], file=sys.stderr)
            continue
        probabilities = np.array(answer.probabilities)
        found[name] = judged(probabilities, job.classes, test, beside, answer.fit_seconds)
    return found, missing


def judged(
    found: np.ndarray, classes: list[str], test: Rows, beside: Scores, seconds: float
) -> Judged:
    """Scores of probabilities whose columns are some of the network's labels."""
    labels = beside.labels
    probabilities = np.zeros((len(found), len(labels)))
    probabilities[:, [labels.index(label) for label in classes]] = found
    probabilities /= probabilities.sum(axis=1, keepdims=True)
    positive = None if beside.positive is None else labels.index(beside.positive)
    scores = score(ids_of(test, labels), probabilities, labels, positive=positive)
    return Judged(scores, probabilities.argmax(axis=1), seconds)
