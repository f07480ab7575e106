"""The confusion matrix as numbers, for whoever draws or prints it."""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike

from attentif.errors import ShapeError


class Error(NamedTuple):
    """How often one class was taken for another, and its share of the true class."""

    true: str
    predicted: str
    number: int
    share: float


def checked(matrix: ArrayLike, labels: Sequence[str]) -> np.ndarray:
    """The counts as whole numbers; rows are the true classes, columns the predicted ones.

    Raises:
        ShapeError: not one row and one column for each label, or no whole counts.
    """
    table = np.asarray(matrix)
    if table.shape != (len(labels), len(labels)) or not len(labels):
        raise ShapeError(
            f"matrix must have one row and one column for each of the {len(labels)} labels,"
            f" got the shape {table.shape}."
        )
    foreign = table[~((table >= 0) & (table == np.floor(table)))]
    if foreign.size:
        raise ShapeError(
            f"matrix must hold whole counts from 0 on, got {foreign[0]}. Give counts, not shares."
        )
    return table.astype(int)


def row_shares(table: np.ndarray) -> np.ndarray:
    """Each count as a part of its row; 0 in the row of a class that is absent.

    Example:
        >>> row_shares(np.array([[3, 1], [0, 0]])).tolist()
        [[0.75, 0.25], [0.0, 0.0]]
    """
    return table / np.maximum(table.sum(axis=1, keepdims=True), 1)


def worst(table: np.ndarray, labels: Sequence[str], most: int) -> list[Error]:
    """The most frequent errors, the largest first, equal ones in the order of the labels.

    Example:
        >>> worst(np.array([[3, 1], [0, 2]]), ["ham", "spam"], 5)
        [Error(true='ham', predicted='spam', number=1, share=0.25)]
    """
    shares = row_shares(table)
    errors = np.where(np.eye(len(labels), dtype=bool), 0, table)
    order = np.argsort(-errors, axis=None, kind="stable")[:most]
    places = [(int(place) // len(labels), int(place) % len(labels)) for place in order]
    return [
        Error(labels[i], labels[j], int(errors[i, j]), float(shares[i, j]))
        for i, j in places
        if errors[i, j]
    ]
