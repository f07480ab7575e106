"""Does the attention help a simpler model, which knows nothing of the network it came from?

A linear model on word counts is trained twice on the same rows: once every word counts the
same, once as much as the network's attention gives it. If the attention has found which
words matter, the second is better.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix
from sklearn.linear_model import LogisticRegression

from attentif.inspect.controls import scores_of
from attentif.inspect.subject import Sample, Subject
from attentif.train.classify import Labelled
from attentif.train.predict import read


@dataclass(frozen=True)
class Guided:
    """Accuracy and macro-F1 of the linear model on the judged texts.

    Source:
        Wiegreffe and Pinter 2019, arXiv:1908.04626, section 3.4. Their simpler model is a
        network over single words; ours is a logistic regression.
    """

    even_accuracy: float
    even_macro_f1: float
    guided_accuracy: float
    guided_macro_f1: float

    def to_dict(self) -> dict[str, Any]:
        """Ready for JSON."""
        return dict(vars(self))


def guided(
    subject: Subject, sample: Sample, truth: NDArray[np.int64] | None, training: Labelled
) -> Guided | None:
    """Train both linear models; None where there is nothing to judge them by."""
    classes = np.unique(training.labels)
    if truth is None or not len(truth) or len(classes) < 2:
        return None
    encoded = subject.front_end.encode([*training.texts, *sample.texts])
    weights = read(subject.network, encoded).weights
    even = [np.full(len(alpha), 1 / len(alpha)) for alpha in weights]
    scores: list[float] = []
    for own in (even, weights):
        counts = weighted_counts(encoded.words, encoded.starts, own)
        n = len(training.texts)
        model = LogisticRegression(C=10.0, max_iter=300).fit(counts[:n], training.labels)
        found = np.zeros((len(sample), len(subject.decision.labels)))
        found[:, classes] = model.predict_proba(counts[n:])
        accuracy, f1 = scores_of(found, truth)
        scores += [accuracy or 0.0, f1 or 0.0]
    return Guided(*scores)


def weighted_counts(
    words: NDArray[np.int32], starts: NDArray[np.int64], weights: Sequence[NDArray[np.floating]]
) -> csr_matrix:
    """(N, words): for each text the weight of each of its words, times its number of tokens.

    >>> one = [np.array([0.25, 0.5, 0.25])]
    >>> weighted_counts(np.array([1, 2, 1], np.int32), np.array([0, 3]), one).toarray().tolist()
    [[0.0, 1.5, 1.5]]
    """
    sized = np.concatenate([alpha * len(alpha) for alpha in weights])
    shape = (len(starts) - 1, int(words.max()) + 1)
    found = csr_matrix((sized.astype(float), words, starts), shape=shape, copy=True)
    found.sum_duplicates()
    return found
