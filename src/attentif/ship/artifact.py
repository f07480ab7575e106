"""A whole model, its weights as arrays, and how it is read back to the bit."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from safetensors import SafetensorError
from safetensors.numpy import load

from attentif.config import Settings
from attentif.errors import ArtifactError
from attentif.measure.decision import Decision
from attentif.ship.compact import compacted, plain
from attentif.ship.folder import (
    AGAIN,
    CARD,
    HISTORY,
    METRICS,
    WEIGHTS,
    from_csv,
    json_of,
    load_core,
    one_line,
    text_of,
    unchanged,
)
from attentif.text.encode import FrontEnd


@dataclass(frozen=True)
class Artifact:
    """All that a model is, apart from the network that carries the weights.

    labels: as the user gave them, strings or whole numbers, in the order of the outputs.
    compact: whether the folder holds the table of word vectors in eight bits; `weights` are
        what that leaves of them.
    metrics: JSON-ready; `validation` and `test` hold scores where they exist.
    """

    settings: Settings
    front_end: FrontEnd
    labels: Sequence[str | int]
    decision: Decision
    weights: Mapping[str, NDArray[np.float32]]
    metrics: Mapping[str, Any] = field(default_factory=dict)
    history: Sequence[Mapping[str, float]] = ()
    card: str = ""
    compact: bool = False


def made_compact(artifact: Artifact) -> Artifact:
    """The same model with its table of word vectors in eight bits."""
    return replace(artifact, weights=plain(compacted(artifact.weights)), compact=True)


def load_folder(folder: Path) -> Artifact:
    """Read a folder that `ship.saving.save_folder` wrote.

    Raises:
        ArtifactError: no model there, a file missing or changed, another format.
    """
    core = load_core(folder)
    saved = unchanged(folder, WEIGHTS, core.hashes.get(WEIGHTS))
    try:
        weights = plain(load(saved))
    except ArtifactError as error:
        raise ArtifactError(f"{folder} cannot be read: {one_line(error)} {AGAIN}") from error
    except (SafetensorError, KeyError, TypeError, ValueError) as error:
        raise ArtifactError(f"{folder} cannot be read: {one_line(error)}. {AGAIN}") from error
    return Artifact(
        settings=core.settings,
        front_end=core.front_end,
        labels=core.labels,
        decision=core.decision,
        weights=weights,
        metrics=json_of(folder, METRICS) if (folder / METRICS).is_file() else {},
        history=from_csv(folder / HISTORY, text_of(folder, HISTORY)),
        card=text_of(folder, CARD),
    )
