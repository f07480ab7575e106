"""The vectors of words: in two dimensions, and who is near whom.

Letters: N words, E width of a word's own vector.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray

from attentif.errors import DataError
from attentif.inspect.subject import Subject, answering
from attentif.train.batch import gather

MOST = 20_000  # words of the vocabulary among which neighbours are looked for


@dataclass(frozen=True)
class EmbeddingMap:
    """Words as points, with their nearest words.

    Args:
        points: (N, 2) on the two directions in which these words differ most.
        shares: of all their variance, what each of the two directions shows.
        near: word -> its nearest words of the vocabulary and the cosine, the nearest first.
    """

    words: tuple[str, ...]
    points: NDArray[np.float64]
    shares: tuple[float, float]
    near: dict[str, list[tuple[str, float]]]

    def to_dict(self) -> dict[str, Any]:
        """Ready for JSON."""
        return {
            "variance_shown": list(self.shares),
            "words": [
                {"word": word, "x": x, "y": y, "near": self.near[word]}
                for word, (x, y) in zip(self.words, self.points.round(4).tolist(), strict=True)
            ],
        }


def embedding_map(
    subject: Subject, words: Sequence[str] = (), *, most: int = 60, nearest: int = 5
) -> EmbeddingMap:
    """Place some words by principal components, and look for their neighbours.

    Args:
        words: any words, known or not; without, the most frequent ones of the vocabulary.
        most: words that are placed.
        nearest: neighbours of each.

    Raises:
        DataError: fewer than two different words.
    """
    known = subject.front_end.vocabulary.words[:MOST]
    chosen = tuple(dict.fromkeys(word for word in words or known if word))[:most]
    if len(chosen) < 2:
        raise DataError(f"a map needs at least two different words, got {len(chosen)}.")
    own, others = vectors(subject, chosen), vectors(subject, known)
    points, shares = principal(own)
    return EmbeddingMap(chosen, points, shares, neighbours(chosen, own, known, others, nearest))


def vectors(subject: Subject, words: Sequence[str]) -> NDArray[np.float64]:
    """(N, E) each word's own vector, the mean of its pieces; its shape is left aside.

    A word that the front end cuts in several has the mean of the parts.
    """
    size = subject.network.embedding.pieces.embedding_dim
    if not words:
        return np.empty((0, size))
    encoded = subject.front_end.encode(words)
    batch = gather(encoded, np.arange(len(words)))
    with answering(subject.network), torch.no_grad():
        x = subject.network.embedding(batch.inputs)[:, :, :size]
    mask = batch.inputs.mask[:, :, None]
    return ((x * mask).sum(dim=1) / mask.sum(dim=1)).double().numpy()


def principal(vectors: NDArray[np.float64]) -> tuple[NDArray[np.float64], tuple[float, float]]:
    """(N, 2) on the first two principal components, and their shares of the variance.

    The sign of each is chosen so that its largest coordinate is positive.

    >>> points, shares = principal(np.array([[0.0, 1, 0], [0, -1, 0], [0, 3, 0]]))
    >>> points.round(2).tolist(), round(shares[0], 2)
    ([[0.0, 0.0], [-2.0, 0.0], [2.0, 0.0]], 1.0)
    """
    centred = vectors - vectors.mean(axis=0)
    left, sizes, _ = np.linalg.svd(centred, full_matrices=False)
    points = np.zeros((len(vectors), 2))
    kept = min(2, len(sizes))
    points[:, :kept] = left[:, :kept] * sizes[:kept]
    largest = points[np.abs(points).argmax(axis=0), [0, 1]]
    total = float((sizes**2).sum()) or 1.0
    shares = [float(size**2) / total for size in sizes[:2]] + [0.0, 0.0]
    return points * np.where(largest < 0, -1.0, 1.0) + 0.0, (shares[0], shares[1])


def neighbours(
    words: Sequence[str],
    own: NDArray[np.float64],
    known: Sequence[str],
    others: NDArray[np.float64],
    nearest: int,
) -> dict[str, list[tuple[str, float]]]:
    """For each word the nearest other words by cosine; a zero vector is near none."""

    def unit(x: NDArray[np.float64]) -> NDArray[np.float64]:
        return x / np.maximum(np.linalg.norm(x, axis=1, keepdims=True), 1e-12)

    found = {}
    for word, alike in zip(words, unit(own) @ unit(others).T, strict=True):
        order = [i for i in np.argsort(-alike, kind="stable")[: nearest + 1] if known[i] != word]
        found[word] = [(known[i], round(float(alike[i]), 4)) for i in order[:nearest]]
    return found
