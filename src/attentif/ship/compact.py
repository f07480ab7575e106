"""The table of word vectors in eight bits: a folder of less than half the size.

Each row becomes whole numbers from -127 to 127 and one scale, so that a vector keeps its own
resolution whatever its length. The other weights are few, and stay as they are; so do the
tables of the evidence, whose rows mix weights with squared frequencies.
"""

from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from attentif.errors import ArtifactError

TABLE, SCALE = "embedding.pieces.weight", "embedding.pieces.scale"
LARGEST = 127

Arrays = Mapping[str, NDArray[Any]]


def compacted(weights: Arrays) -> dict[str, NDArray[Any]]:
    """The weights with their table in int8, and its scales, (rows, 1), beside it.

    >>> weights = {"embedding.pieces.weight": np.array([[0.5, -1.0], [0.0, 0.0]], np.float32)}
    >>> compacted(weights)["embedding.pieces.weight"].tolist()
    [[64, -127], [0, 0]]
    """
    table = weights[TABLE]
    scale = np.abs(table).max(axis=1, keepdims=True) / np.float32(LARGEST)
    units = np.rint(table / np.where(scale > 0, scale, 1)).astype(np.int8)
    return {**weights, TABLE: units, SCALE: scale.astype(np.float32)}


def plain(weights: Arrays) -> dict[str, NDArray[np.float32]]:
    """The weights as a network takes them, whether they were compacted or not.

    Raises:
        ArtifactError: scales that are not one a row.
    """
    found = dict(weights)
    scale = found.pop(SCALE, None)
    if scale is not None:
        rows = len(found.get(TABLE, ()))
        if scale.shape != (rows, 1):
            raise ArtifactError(f"{SCALE} must be of {(rows, 1)}, got {scale.shape}.")
        found[TABLE] = found[TABLE].astype(np.float32) * scale
    return found
