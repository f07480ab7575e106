"""Writing a model folder: whole or not at all, with graphs that were checked."""

import hashlib
import os
import platform
import secrets
import shutil
from collections.abc import Mapping, Sequence
from importlib.metadata import version
from pathlib import Path

import numpy as np
from safetensors.numpy import save

from attentif import __version__
from attentif.errors import ArtifactError
from attentif.ship.artifact import Artifact
from attentif.ship.compact import compacted
from attentif.ship.folder import (
    CARD,
    CLASSIFIER,
    FORMAT,
    GRAPHS,
    HISTORY,
    METRICS,
    MODEL,
    VOCABULARY,
    WEIGHTS,
    WITHOUT_GRAPH,
    as_csv,
    as_json,
    one_line,
)
from attentif.ship.nodes import Weights
from attentif.ship.parity import check_parity
from attentif.ship.runtime import sizes_of
from attentif.ship.text_graph import lacking, text_graph
from attentif.ship.word_graph import word_graph

REPORT = ("report.html", "pictures", "attention.html", "attention.gif")  # what a training adds
OURS = {WEIGHTS, *GRAPHS, MODEL, VOCABULARY, METRICS, HISTORY, CARD, *REPORT}


def check_place(folder: Path) -> None:
    """Refuse a place where no model can be put; a model that stands there is replaced.

    Raises:
        ArtifactError: a file, a folder that holds something else, or a read-only place.
    """
    try:
        trouble = trouble_at(folder)
    except OSError as error:
        trouble = f"{folder} cannot be read ({error.strerror or error})."
    if trouble:
        raise ArtifactError(f"{trouble} Choose another folder for the model.")


def trouble_at(folder: Path) -> str:
    """Why no model can be put there, or nothing."""
    if folder.exists() and not folder.is_dir():
        return f"{folder} is a file; a model is a folder."
    here = Path.cwd()
    if folder.resolve() in (here, *here.parents):
        return f"{folder} is the folder in which you are, or above it."
    above = next((path for path in folder.absolute().parents if path.exists()), folder)
    if not above.is_dir():
        return f"{above} is a file; it cannot hold a folder."
    if not os.access(above, os.W_OK | os.X_OK):
        return f"{above} is read-only."
    ours = all((folder / name).is_file() for name in (MODEL, WEIGHTS))
    if folder.is_dir() and not ours and any(folder.iterdir()):
        return f"{folder} holds other files."
    return ""


def save_folder(artifact: Artifact, folder: Path) -> None:
    """Write the folder beside its place, then move it there: it is whole or not at all.

    A model that stands there is replaced; files beside it that are not a model's stay.

    Raises:
        ArtifactError: the place is taken, see `check_place`, or cannot be written.
        InputTypeError: metrics that JSON cannot hold.
    """
    check_place(folder)
    write_folder(contents(artifact), folder)


def write_folder(files: Mapping[str, bytes], folder: Path) -> None:
    """Write files as a folder of that name, whole or not at all.

    Raises:
        ArtifactError: it cannot be written.
    """
    place = folder.resolve()
    beside = place.with_name(f".{place.name}.{secrets.token_hex(4)}.part")
    try:
        beside.mkdir(parents=True)
        for name, content in files.items():
            (beside / name).write_bytes(content)
        put(beside, place)
    except OSError as error:
        raise ArtifactError(
            f"the model cannot be written to {folder} ({error.strerror or error})."
            " Choose another place."
        ) from error
    finally:
        shutil.rmtree(beside, ignore_errors=True)


def put(whole: Path, place: Path) -> None:
    """Move a folder to its place; what stands there comes back if that fails."""
    if not place.is_dir():
        os.replace(whole, place)
        return
    before = whole.with_suffix(".before")
    os.replace(place, before)
    try:
        os.replace(whole, place)
    except BaseException:
        os.replace(before, place)
        raise
    for path in list(before.iterdir()):
        if path.name not in OURS:
            os.replace(path, place / path.name)
    shutil.rmtree(before, ignore_errors=True)


def contents(artifact: Artifact) -> dict[str, bytes]:
    """The folder's files, by name."""
    weights = compacted(artifact.weights) if artifact.compact else artifact.weights
    files = {
        WEIGHTS: save({name: np.asarray(w, order="C") for name, w in weights.items()}),
        VOCABULARY: as_json(artifact.front_end.to_json()),
    }
    graphs, without = checked_graphs(artifact, weights, files[WEIGHTS])
    files |= zip(GRAPHS, graphs, strict=False)
    about = {
        "format": FORMAT,
        "kind": CLASSIFIER,
        "labels": list(artifact.labels),
        "decision": artifact.decision.to_dict(),
        "settings": artifact.settings.to_dict(),
        "versions": versions(),
        "sha256": {name: sha256(content) for name, content in files.items()},
    }
    return files | {
        MODEL: as_json(about | ({WITHOUT_GRAPH: without} if without else {})),
        METRICS: as_json(artifact.metrics),
        HISTORY: as_csv(artifact.history).encode("utf-8"),
        CARD: artifact.card.encode("utf-8", "backslashreplace"),
    }


def checked_graphs(
    artifact: Artifact, weights: Weights, saved: bytes
) -> tuple[Sequence[bytes], str]:
    """The graphs, or none and the reason: a model that was trained is saved all the same.

    Args:
        weights, saved: as they are saved, and the content of their file.
    """
    without = lacking(artifact.settings)
    if without:
        return [], f"no ONNX graph can hold a network with {without}"
    about = {
        **sizes_of(artifact.front_end, artifact.labels),
        "labels": list(artifact.labels),
        "decision": artifact.decision.to_dict(),
        "sha256": {WEIGHTS: sha256(saved)},
    }
    try:
        graphs = [
            write(artifact.settings, weights, saved, about, WEIGHTS)
            for write in (word_graph, text_graph)
        ]
        check_parity(artifact, graphs, saved)
    except ArtifactError as error:
        return [], one_line(error)
    return graphs, ""


def sha256(content: bytes) -> str:
    """By which a changed file is noticed."""
    return hashlib.sha256(content).hexdigest()


def versions() -> dict[str, str]:
    """What the model was made with."""
    installed = {name: version(name) for name in ("torch", "numpy")}
    return {"python": platform.python_version(), "attentif": __version__} | installed
