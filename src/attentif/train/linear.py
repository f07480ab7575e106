"""Teach the linear model beside the network, in one convex fit, and find its share."""

import warnings
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
import torch
from numpy.typing import NDArray
from scipy.sparse import csr_matrix
from sklearn.exceptions import ConvergenceWarning
from sklearn.svm import LinearSVC

from attentif.config import Settings
from attentif.measure.decision import FEWEST_TO_CALIBRATE
from attentif.measure.opinion import USUAL, fit_share
from attentif.nn.classifier import Classifier
from attentif.nn.evidence import PAIRS, SPREAD, Evidence
from attentif.text.encode import Encoded
from attentif.train.optimize import class_weights
from attentif.train.predict import read

MOST_ROWS = 50_000  # drawn from more: the fit holds every piece of every row in memory


class Counts(NamedTuple):
    """How often each of N texts holds each piece, two sparse matrices with the same columns.

    words: (N, pieces and pairs) words and pairs of words. grams: (N, pieces and pairs) n-grams.
    """

    words: csr_matrix
    grams: csr_matrix

    def of(self, rows: NDArray[np.int64]) -> "Counts":
        """Some of the texts."""
        return Counts(self.words[rows], self.grams[rows])


def learn_evidence(
    evidence: Evidence,
    counts: Counts,
    label_ids: NDArray[np.int64],
    settings: Settings,
    labels: Sequence[str],
) -> None:
    """Fill the tables from training rows: a large-margin fit, each class against the others.

    Args:
        counts: of N texts; where all of them are of one class, they teach nothing.
        label_ids: (N,); a class without a row keeps the margin of "not this one".
        settings: for `class_weight`.
        labels: names of the classes.

    Source:
        Joachims 1998, "Text categorization with support vector machines".
    """
    if len(np.unique(label_ids)) < 2:
        return
    n_pieces, n_classes = len(evidence.pieces), len(evidence.bias)
    texts, idf = weighed(counts)
    factors = class_weights(settings.class_weight, label_ids, labels)
    weights = None if factors is None else dict(enumerate(factors.tolist()))
    machine = LinearSVC(random_state=0, class_weight=weights)
    with warnings.catch_warnings():  # its 1000 rounds end within a thousandth of the optimum
        warnings.simplefilter("ignore", ConvergenceWarning)
        machine.fit(texts, label_ids)
    found = np.asarray(machine.coef_).T  # (F, C), or one column for two classes
    bias = np.asarray(machine.intercept_)
    if len(machine.classes_) == 2:
        found, bias = np.hstack([-found, found]) / 2, np.array([-bias[0], bias[0]]) / 2
    table, borders = np.zeros((len(found), n_classes + 1)), np.full(n_classes, -1.0)
    table[:, machine.classes_], borders[machine.classes_] = found * idf[:, None], bias
    table[:, -1] = idf**2
    evidence.pieces.copy_(torch.from_numpy(table[:n_pieces]))
    evidence.pairs.copy_(torch.from_numpy(table[n_pieces:]))
    evidence.bias.copy_(torch.from_numpy(borders))


def teaching(n: int, seed: int) -> NDArray[np.int64]:
    """Which of n rows teach: all, or MOST_ROWS that are drawn."""
    if n <= MOST_ROWS:
        return np.arange(n)
    return np.sort(np.random.default_rng(seed).choice(n, MOST_ROWS, replace=False))


def wants_more(n: int) -> bool:
    """Whether more than n rows would teach it more: from MOST_ROWS on they take others' places.

    >>> wants_more(1000), wants_more(1_000_000)
    (True, False)
    """
    return n < MOST_ROWS


def find_share(network: Classifier, encoded: Encoded, truth: NDArray[np.int64]) -> None:
    """Give the evidence beside a trained network, if it has one, its share in the answer.

    It is 0 when the network's own answers are not finite: nothing added would mend them.

    Args:
        encoded, truth: validation rows; when they are too few, the share is what is usual.
    """
    if network.evidence is None:
        return
    share = network.evidence.share
    alone = read(network, encoded).logits
    if not np.isfinite(alone).all():
        return
    share.fill_(USUAL)
    if len(truth) >= FEWEST_TO_CALIBRATE:
        share.fill_(1.0)
        share.fill_(fit_share(alone, read(network, encoded).logits - alone, truth))


def weighed(counts: Counts) -> tuple[csr_matrix, NDArray[np.float64]]:
    """(N, pieces and pairs) TF-IDF, each half of length 1, and the idf of each column.

    The square of a length is the sum of the squared idf of all pieces, as in `Evidence`: one that
    comes twice is added twice. The idf of a piece that no row holds is 0: what is new to the
    model must not make the known pieces beside it count for less.

    Source:
        idf as scikit-learn smooths it: log((1 + n) / (1 + df)) + 1.
    """
    n, columns = counts.words.get_shape()
    frequency = np.bincount(counts.words.indices, minlength=columns)
    frequency += np.bincount(counts.grams.indices, minlength=columns)
    idf = (np.log((1 + n) / (1 + frequency)) + 1) * (frequency > 0)
    words, grams = (of_length_one(half, idf) for half in counts)
    return (words + grams).tocsr(), idf


def of_length_one(half: csr_matrix, idf: NDArray[np.float64]) -> csr_matrix:
    """A half's counts times the idf, each text over its length."""
    lengths = np.sqrt(half @ idf**2)
    values = half.data * idf[half.indices] / np.repeat(lengths, np.diff(half.indptr))
    return csr_matrix((values, half.indices, half.indptr), shape=half.shape)


def count_pieces(encoded: Encoded, rows: NDArray[np.int64], n_pieces: int) -> Counts:
    """How often each of those rows holds each word and pair, and each n-gram."""
    shape = len(rows), n_pieces + PAIRS
    words, grams = (
        csr_matrix((np.ones(len(held), np.float32), (texts, held)), shape=shape)
        for texts, held in pieces_of(encoded, rows, n_pieces)
    )
    return Counts(words, grams)


def pieces_of(
    encoded: Encoded, rows: NDArray[np.int64], n_pieces: int
) -> list[tuple[NDArray[np.int64], NDArray[np.int64]]]:
    """Text and column of each word and pair, then of each n-gram."""
    pieces, lengths = encoded.pieces, encoded.lengths[rows]
    words, text = encoded.words[encoded.places(rows)], np.repeat(np.arange(len(rows)), lengths)
    begin, sizes = pieces.starts[words] + 1, np.diff(pieces.starts)[words] - 1  # but the word
    ids = pieces.ids[begin - 1].astype(np.int64)
    before = np.concatenate([[0], ids[:-1]])
    before[np.cumsum(lengths) - lengths] = 0  # of each text's first word
    pairs = n_pieces + (before * SPREAD + ids) % PAIRS
    ends = np.cumsum(sizes)
    grams = pieces.ids[np.repeat(begin - (ends - sizes), sizes) + np.arange(sizes.sum())]
    return [
        (np.concatenate([text, text]), np.concatenate([ids, pairs])),
        (np.repeat(text, sizes), grams.astype(np.int64)),
    ]
