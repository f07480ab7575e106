"""What changes when a word is left out, or many: for many texts at once."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from attentif.inspect.subject import Sample, Subject, probabilities_of


def left_out(subject: Subject, sample: Sample) -> list[NDArray[np.float64]]:
    """Probabilities of each text without each of its tokens: (n, C) for a text of n."""
    parts = [part for row in range(len(sample)) for part in without_each(sample.words(row))]
    found = probabilities_of(subject, sample.of(parts))
    return np.split(found, np.cumsum(sample.lengths)[:-1])


def without_each(words: NDArray[np.int32]) -> list[NDArray[np.int32]]:
    """n words -> n times n - 1 of them, the t-th without word t.

    >>> [part.tolist() for part in without_each(np.array([7, 8, 9], np.int32))]
    [[8, 9], [7, 9], [7, 8]]
    """
    n = len(words)
    kept = ~np.eye(n, dtype=bool)
    return list(np.broadcast_to(words, (n, n))[kept].reshape(n, n - 1))


def changes(sample: Sample, without: Sequence[NDArray[np.float64]]) -> list[NDArray[np.float64]]:
    """Probability of the explained class with each token minus without it, from -1 to 1."""
    return [
        sample.probabilities[row, answer] - left[:, answer]
        for row, (answer, left) in enumerate(zip(sample.explained, without, strict=True))
    ]


def distances(sample: Sample, without: Sequence[NDArray[np.float64]]) -> list[NDArray[np.float64]]:
    """How far the whole answer moves without each token: the total variation, from 0 to 1."""
    return [total_variation(p, left) for p, left in zip(sample.probabilities, without, strict=True)]


def total_variation(p: NDArray[np.float64], q: NDArray[np.float64]) -> NDArray[np.float64]:
    """Half the sum of the differences of two distributions, along the last axis.

    >>> total_variation(np.array([0.9, 0.1]), np.array([[0.9, 0.1], [0.4, 0.6]])).round(3).tolist()
    [0.0, 0.5]
    """
    return np.abs(p - q).sum(axis=-1) / 2
