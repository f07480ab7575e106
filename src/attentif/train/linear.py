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

LEAST = 0.5  # what a piece that tells nothing counts before the fit
STEADYING = 5  # texts that seem to hold each piece besides, so that a single one tells little
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

    A piece that comes in one class more than in the others counts for more from the start
    (`telling`): the fit then needs less weight to use it.

    Args:
        counts: of N texts; where all of them are of one class, they teach nothing.
        label_ids: (N,); a class without a row keeps the margin of "not this one".
        settings: for `class_weight`.
        labels: names of the classes.

    Source:
        Joachims 1998, "Text categorization with support vector machines"; Wang and Manning
        2012, "Baselines and bigrams", section 2.3, for the pieces' own weights.
    """
    present, n_pieces, n_classes = np.unique(label_ids), len(evidence.pieces), len(evidence.bias)
    if len(present) < 2:
        return
    texts, idf = weighed(counts)
    factors = class_weights(settings.class_weight, label_ids, labels)
    weights = None if factors is None else factors.numpy()[label_ids]
    table, borders = np.zeros((len(idf), n_classes + 1)), np.full(n_classes, -1.0)
    for one in present if len(present) > 2 else present[1:]:
        table[:, one], borders[one] = largest_margin(texts, label_ids == one, weights)
    if len(present) == 2:  # what speaks for one speaks against the other
        other, one = present
        table[:, one], borders[one] = table[:, one] / 2, borders[one] / 2
        table[:, other], borders[other] = -table[:, one], -borders[one]
    table[:, :-1] *= idf[:, None]
    table[:, -1] = idf**2
    evidence.pieces.copy_(torch.from_numpy(table[:n_pieces]))
    evidence.pairs.copy_(torch.from_numpy(table[n_pieces:]))
    evidence.bias.copy_(torch.from_numpy(borders))


def largest_margin(
    texts: csr_matrix, own: NDArray[np.bool_], weights: NDArray[np.floating] | None
) -> tuple[NDArray[np.float64], float]:
    """What each piece weighs (F,), and the bias, where texts of a class are told from others.

    Args:
        texts: (N, F), see `weighed`.
        own: (N,) which of them are of the class.
        weights: (N,) of their errors; None for all alike.
    """
    factors = telling(texts, own)
    machine = LinearSVC(random_state=0)
    with warnings.catch_warnings():  # its 1000 rounds end within a thousandth of the optimum
        warnings.simplefilter("ignore", ConvergenceWarning)
        machine.fit(scaled(texts, factors), own, weights)
    return np.ravel(machine.coef_) * factors, float(np.ravel(machine.intercept_)[0])


def telling(texts: csr_matrix, own: NDArray[np.bool_]) -> NDArray[np.float64]:
    r"""How much each piece counts before the fit, (F,).

    .. math:: f_p \propto \tfrac12 + |r_p|

    r is the logarithm of how much more often texts of the class hold the piece than the others
    do, Wang and Manning's eq. 2; each as if STEADYING more texts held it, in the classes' shares.
    Without that, a piece of a single text would tell most. The values of `texts` keep their mean
    square, so that the fit's own penalty means what it meant.

    Args:
        texts: (N, F), see `weighed`.
        own: (N,) which of them are of the class; some, not all.
    """
    share, n = own.mean(), texts.get_shape()[1]
    inside, outside = (
        (np.bincount(texts[rows].indices, minlength=n) + STEADYING * part)
        / (rows.sum() + STEADYING * part)
        for rows, part in ((own, share), (~own, 1 - share))
    )
    factors = LEAST + np.abs(np.log(inside / outside))
    return factors / np.sqrt(np.mean(factors[texts.indices] ** 2))


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
    whole = scaled(half, idf)
    whole.data /= np.repeat(np.sqrt(half @ idf**2), np.diff(half.indptr))
    return whole


def scaled(matrix: csr_matrix, factors: NDArray[np.floating]) -> csr_matrix:
    """Each column times its factor."""
    values = matrix.data * factors[matrix.indices]
    return csr_matrix((values, matrix.indices, matrix.indptr), shape=matrix.shape)


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
