"""A model as a folder: written whole or not at all, and read back only if nothing was changed.

    model.safetensors   weights
    model.json          format number, settings, labels, decision, versions, hashes
    vocabulary.json     words in the order of their ids
    metrics.json        what was measured
    history.csv         one row an epoch
    README.md           the model card

No pickle, ever: a folder from a stranger can hold wrong numbers, but no program.
"""

import csv
import hashlib
import io
import json
import os
import platform
import shutil
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from importlib.metadata import version
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from safetensors import SafetensorError
from safetensors.numpy import load, save

from attentif.config import Settings
from attentif.errors import ArtifactError
from attentif.measure.decision import Decision
from attentif.text.encode import FrontEnd

FORMAT = 1
WEIGHTS, MODEL, VOCABULARY = "model.safetensors", "model.json", "vocabulary.json"
METRICS, HISTORY, CARD = "metrics.json", "history.csv", "README.md"
HASHED = (WEIGHTS, VOCABULARY)
Weights = Mapping[str, NDArray[Any]]


@dataclass(frozen=True)
class Artifact:
    """All that a model is, apart from the network that carries the weights.

    labels: as the user gave them, strings or whole numbers, in the order of the outputs.
    metrics: JSON-ready; `validation` and `test` hold scores where they exist.
    """

    settings: Settings
    front_end: FrontEnd
    labels: Sequence[str | int]
    decision: Decision
    weights: Weights
    metrics: Mapping[str, Any] = field(default_factory=dict)
    history: Sequence[Mapping[str, float]] = ()
    card: str = ""


def check_place(folder: Path) -> None:
    """Refuse a place that holds something else than a model; a model is replaced.

    Raises:
        ArtifactError: a file, or a folder with other files in it.
    """
    if folder.exists() and not folder.is_dir():
        raise ArtifactError(f"{folder} is a file; a model is a folder. Choose another name.")
    standing = folder.is_dir() and any(folder.iterdir())
    if standing and not (folder / MODEL).is_file():
        raise ArtifactError(f"{folder} holds other files. Choose another folder for the model.")


def save_folder(artifact: Artifact, folder: Path) -> None:
    """Write the folder beside its place, then move it there: it is whole or not at all.

    Raises:
        ArtifactError: the place is taken, see `check_place`.
    """
    check_place(folder)
    folder.parent.mkdir(parents=True, exist_ok=True)
    beside = Path(tempfile.mkdtemp(prefix=f".{folder.name}.", dir=folder.parent))
    try:
        for name, content in contents(artifact).items():
            (beside / name).write_bytes(content)
        beside.chmod(0o755)
        if folder.is_dir():
            shutil.rmtree(folder)
        os.replace(beside, folder)
    except BaseException:
        shutil.rmtree(beside, ignore_errors=True)
        raise


def contents(artifact: Artifact) -> dict[str, bytes]:
    """The folder's files, by name."""
    files = {
        WEIGHTS: save({name: np.ascontiguousarray(w) for name, w in artifact.weights.items()}),
        VOCABULARY: as_json(artifact.front_end.to_json()),
        METRICS: as_json(artifact.metrics),
        HISTORY: as_csv(artifact.history).encode("utf-8"),
        CARD: artifact.card.encode("utf-8"),
    }
    about = {
        "format": FORMAT,
        "kind": "classifier",
        "labels": list(artifact.labels),
        "decision": artifact.decision.to_dict(),
        "settings": artifact.settings.to_dict(),
        "versions": versions(),
        "sha256": {name: hashlib.sha256(files[name]).hexdigest() for name in HASHED},
    }
    return files | {MODEL: as_json(about)}


def load_folder(folder: Path) -> Artifact:
    """Read a folder that `save_folder` wrote.

    Raises:
        ArtifactError: no model there, a file missing or changed, another format.
    """
    about = json_of(folder, MODEL)
    if about.get("format") != FORMAT:
        raise ArtifactError(
            f"{folder} is of format {about.get('format')!r}; this version of attentif reads"
            f" format {FORMAT}. Use the version that wrote it"
            f" ({about.get('versions', {}).get('attentif', 'unknown')}), or train again."
        )
    for name in HASHED:
        if hashlib.sha256(bytes_of(folder, name)).hexdigest() != about["sha256"].get(name):
            raise ArtifactError(
                f"{folder / name} is not the file that was saved (its sha256 differs)."
                " Copy the whole folder again, or train again."
            )
    try:
        settings = Settings.from_dict(about["settings"])
        weights = load(bytes_of(folder, WEIGHTS))
    except (SafetensorError, ValueError) as error:
        raise ArtifactError(f"{folder} cannot be read: {error} Train again.") from error
    history = folder / HISTORY
    card = folder / CARD
    return Artifact(
        settings=settings,
        front_end=FrontEnd.from_json(settings, json_of(folder, VOCABULARY)),
        labels=about["labels"],
        decision=Decision.from_dict(about["decision"]),
        weights=weights,
        metrics=json_of(folder, METRICS) if (folder / METRICS).is_file() else {},
        history=from_csv(history.read_text(encoding="utf-8")) if history.is_file() else [],
        card=card.read_text(encoding="utf-8") if card.is_file() else "",
    )


def bytes_of(folder: Path, name: str) -> bytes:
    """A file of the model, or one sentence that says what is missing."""
    if not folder.is_dir():
        raise ArtifactError(f"no model at {folder}: expected a folder that `attentif train` wrote.")
    path = folder / name
    if not path.is_file():
        pickles = [p.name for p in folder.iterdir() if p.suffix in (".pt", ".pth", ".pkl", ".bin")]
        hint = f" {pickles[0]} may hold a pickle, which is never opened." if pickles else ""
        raise ArtifactError(f"{folder} is not a model: {name} is missing.{hint}")
    return path.read_bytes()


def json_of(folder: Path, name: str) -> dict[str, Any]:
    """A JSON object of the model."""
    try:
        found = json.loads(bytes_of(folder, name).decode("utf-8"))
    except ValueError as error:
        raise ArtifactError(f"{folder / name} is not JSON: {error}.") from error
    if not isinstance(found, dict):
        raise ArtifactError(f"{folder / name} must hold a JSON object, got {type(found).__name__}.")
    return found


def as_json(content: Mapping[str, Any]) -> bytes:
    """JSON for people and machines: UTF-8, indented, in the order given."""
    return (json.dumps(content, ensure_ascii=False, indent=1) + "\n").encode("utf-8")


def as_csv(rows: Sequence[Mapping[str, float]]) -> str:
    """One line a row; the columns are those of the first row.

    >>> as_csv([{"epoch": 1, "loss": 0.5}])
    'epoch,loss\\n1,0.5\\n'
    """
    if not rows:
        return ""
    out = io.StringIO()
    writer = csv.DictWriter(out, list(rows[0]), lineterminator="\n", extrasaction="raise")
    writer.writeheader()
    writer.writerows(rows)
    return out.getvalue()


def from_csv(text: str) -> list[dict[str, float]]:
    """The inverse of `as_csv`.

    >>> from_csv(as_csv([{"epoch": 1.0, "loss": 0.5}]))
    [{'epoch': 1.0, 'loss': 0.5}]
    """
    return [
        {name: float(value) for name, value in row.items()}
        for row in csv.DictReader(io.StringIO(text))
    ]


def versions() -> dict[str, str]:
    """What the model was made with."""
    packages = ("attentif", "torch", "numpy")
    return {"python": platform.python_version()} | {name: version(name) for name in packages}
