"""Teach the linear model beside the network, in one convex fit, and find its share."""

import warnings
from collections.abc import Sequence

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


def learn_evidence(
    evidence: Evidence,
    encoded: Encoded,
    label_ids: NDArray[np.int64],
    settings: Settings,
    labels: Sequence[str],
    rows: NDArray[np.int64] | None = None,
) -> None:
    """Fill the tables from training rows: a large-margin fit, each class against the others.

    Args:
        label_ids: (N,); a class without a row keeps the margin of "not this one".
        settings: for `class_weight`, and the seed that draws rows where there are too many.
        labels: names of the classes.
        rows: which of them teach, without: those of `teaching`. Rows of one class teach nothing.

    Source:
        Joachims 1998, "Text categorization with support vector machines".
    """
    rows = teaching(len(label_ids), settings.seed) if rows is None else rows
    if len(np.unique(label_ids[rows])) < 2:
        return
    n_pieces, n_classes = len(evidence.pieces), len(evidence.bias)
    texts, idf = weighed(encoded, rows, n_pieces)
    factors = class_weights(settings.class_weight, label_ids, labels)
    weights = None if factors is None else dict(enumerate(factors.tolist()))
    machine = LinearSVC(random_state=0, class_weight=weights)
    with warnings.catch_warnings():  # its 1000 rounds end within a thousandth of the optimum
        warnings.simplefilter("ignore", ConvergenceWarning)
        machine.fit(texts, label_ids[rows])
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


def weighed(
    encoded: Encoded, rows: NDArray[np.int64], n_pieces: int
) -> tuple[csr_matrix, NDArray[np.float64]]:
    """(rows, pieces and pairs) TF-IDF, each half of length 1, and the idf of each column.

    The idf of a piece that no row holds is 0: what is new to the model must not make the
    known pieces beside it count for less.

    Source:
        idf as scikit-learn smooths it: log((1 + n) / (1 + df)) + 1.
    """
    halves = pieces_of(encoded, rows, n_pieces)
    shape = len(rows), n_pieces + PAIRS
    texts, columns = (np.concatenate(part) for part in zip(*halves, strict=True))
    counted = csr_matrix((np.ones(len(texts), np.float32), (texts, columns)), shape=shape)
    frequency = np.bincount(counted.indices, minlength=shape[1])  # rows that hold each
    idf = (np.log((1 + len(rows)) / (1 + frequency)) + 1) * (frequency > 0)
    lengths = [
        np.sqrt(np.bincount(own, idf[held] ** 2, minlength=len(rows)))[own] for own, held in halves
    ]
    values = idf[columns] / np.concatenate(lengths)
    return csr_matrix((values, (texts, columns)), shape=shape), idf


def pieces_of(
    encoded: Encoded, rows: NDArray[np.int64], n_pieces: int
) -> list[tuple[NDArray[np.int64], NDArray[np.int64]]]:
    """Text and column of each word and pair, then of each n-gram."""
    pieces, lengths = encoded.pieces, encoded.lengths[rows]
    first = np.cumsum(lengths) - lengths  # of each text, among all their words
    places = np.repeat(encoded.starts[rows] - first, lengths) + np.arange(lengths.sum())
    words, text = encoded.words[places], np.repeat(np.arange(len(rows)), lengths)
    begin, sizes = pieces.starts[words] + 1, np.diff(pieces.starts)[words] - 1  # but the word
    ids = pieces.ids[begin - 1].astype(np.int64)
    before = np.concatenate([[0], ids[:-1]])
    before[first] = 0
    pairs = n_pieces + (before * SPREAD + ids) % PAIRS
    ends = np.cumsum(sizes)
    grams = pieces.ids[np.repeat(begin - (ends - sizes), sizes) + np.arange(sizes.sum())]
    return [
        (np.concatenate([text, text]), np.concatenate([ids, pairs])),
        (np.repeat(text, sizes), grams.astype(np.int64)),
    ]
