"""A model as a folder: its files, read with care; light, so that answering needs nothing else.

    model.safetensors   weights
    words.onnx          the network as two graphs, which point at the weights' bytes: what makes
    texts.onnx          the rows of words, and what reads texts
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
import math
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple, TypeVar

import numpy as np

from attentif.config import Settings
from attentif.errors import ArtifactError, InputTypeError
from attentif.measure.decision import Decision
from attentif.text.encode import FrontEnd

FORMAT, CLASSIFIER, TRANSDUCER = 1, "classifier", "transducer"
WEIGHTS, GRAPHS = "model.safetensors", ("words.onnx", "texts.onnx")
MODEL, VOCABULARY = "model.json", "vocabulary.json"
METRICS, HISTORY, CARD = "metrics.json", "history.csv", "README.md"
WITHOUT_GRAPH = "without_graph"  # entry of model.json: why there is none
PICKLES = (".pt", ".pth", ".pkl", ".bin", ".joblib")
AGAIN = "Copy the whole folder again, or train again."
T = TypeVar("T")


class Core(NamedTuple):
    """What a model is apart from its weights.

    labels: as the user gave them, strings or whole numbers, in the order of the outputs.
    hashes: sha256 of the files that answers depend on, by name.
    without_graph: why there is no graph; empty where there is one, or where nothing is said.
    """

    settings: Settings
    front_end: FrontEnd
    labels: Sequence[str | int]
    decision: Decision
    hashes: Mapping[str, Any]
    without_graph: str


def load_core(folder: Path) -> Core:
    """Read the settings, words, labels and decision of a model.

    Raises:
        ArtifactError: no model there, a file missing or changed, another format.
    """
    about = json_of(folder, MODEL)
    check_format(folder, about)
    hashes = entry(folder, about, "sha256", dict)
    words = as_object(folder, VOCABULARY, unchanged(folder, VOCABULARY, hashes.get(VOCABULARY)))
    try:
        settings = Settings.from_dict(entry(folder, about, "settings", dict))
        front_end = FrontEnd.from_json(settings, words)
        front_end.encode([""])  # refuses a cleaning step that is unknown
    except ArtifactError:
        raise
    except (KeyError, TypeError, ValueError) as error:
        raise ArtifactError(f"{folder} cannot be read: {one_line(error)}. {AGAIN}") from error
    labels = entry(folder, about, "labels", list)
    decision, reason = decision_of(folder, about, labels), str(about.get(WITHOUT_GRAPH) or "")
    return Core(settings, front_end, labels, decision, hashes, reason)


def is_transducer(folder: Path) -> bool:
    """Whether a folder is plainly a transducer; what is wrong with another, opening it says."""
    try:
        return json_of(folder, MODEL).get("kind") == TRANSDUCER
    except ArtifactError:
        return False


def check_format(folder: Path, about: Mapping[str, Any], kind: str = CLASSIFIER) -> None:
    """Refuse a model of another format, or of another kind, before anything of it is read."""
    if about.get("format") != FORMAT:
        made_with = about.get("versions")
        writer = made_with.get("attentif", "unknown") if isinstance(made_with, dict) else "unknown"
        raise ArtifactError(
            f"{folder} is of format {about.get('format')!r}; this version of attentif reads"
            f" format {FORMAT}. Use the version that wrote it ({writer}), or train again."
        )
    if about.get("kind") != kind:
        raise ArtifactError(
            f"{folder} must be a {kind}, got {about.get('kind')!r}."
            " Give another model, or train one."
        )


def entry(folder: Path, about: Mapping[str, Any], name: str, kind: type[T]) -> T:
    """One entry of `model.json`, of the kind that it must be."""
    found = about.get(name)
    if not isinstance(found, kind):
        words = "an object" if kind is dict else "a list"
        raise ArtifactError(
            f"{folder / MODEL} must have {name!r} as {words}, got {type(found).__name__}. {AGAIN}"
        )
    return found


def decision_of(folder: Path, about: Mapping[str, Any], labels: Sequence[Any]) -> Decision:
    """The decision, if its labels are the model's own and its threshold is a number."""
    try:
        decision = Decision.from_dict(entry(folder, about, "decision", dict))
        good = decision.threshold is None or 0 <= decision.threshold < 2  # above 1: never
    except TypeError as error:
        raise ArtifactError(
            f"{folder / MODEL} has a decision that cannot be read: {one_line(error)}. {AGAIN}"
        ) from error
    names = [str(label) for label in labels]
    if not good or len(set(names)) < 2 or list(decision.labels) != names:
        raise ArtifactError(
            f"{folder / MODEL} must have at least two labels, the same ones in its decision, and a"
            f" threshold from 0 to 1, got {names}, {list(decision.labels)} and"
            f" {decision.threshold}. {AGAIN}"
        )
    return decision


def unchanged(folder: Path, name: str, expected: str | None) -> bytes:
    """A file of the model as it was when the model was saved."""
    content = bytes_of(folder, name)
    if hashlib.sha256(content).hexdigest() != expected:
        raise ArtifactError(
            f"{folder / name} is not the file that was saved (its sha256 differs). {AGAIN}"
        )
    return content


def bytes_of(folder: Path, name: str) -> bytes:
    """A file of the model, or one sentence that says what is missing."""
    if not folder.is_dir():
        raise ArtifactError(f"no model at {folder}: expected a folder that `attentif train` wrote.")
    path = folder / name
    try:
        if path.is_file():
            return path.read_bytes()
        pickles = sorted(p.name for p in folder.iterdir() if p.suffix in PICKLES)
    except OSError as error:
        raise ArtifactError(f"{path} cannot be read ({error.strerror or error}).") from error
    hint = f" {pickles[0]} may hold a pickle, which is never opened." if pickles else ""
    raise ArtifactError(f"{folder} is not a model: {name} is missing.{hint}")


def text_of(folder: Path, name: str) -> str:
    """A text of the model that may be missing."""
    if not (folder / name).is_file():
        return ""
    try:
        return bytes_of(folder, name).decode("utf-8")
    except UnicodeDecodeError as error:
        raise ArtifactError(f"{folder / name} is not UTF-8: {error}. {AGAIN}") from error


def json_of(folder: Path, name: str) -> dict[str, Any]:
    """A JSON object of the model."""
    return as_object(folder, name, bytes_of(folder, name))


def as_object(folder: Path, name: str, content: bytes) -> dict[str, Any]:
    """The JSON object that a file of the model holds."""
    try:
        found = json.loads(content.decode("utf-8"))
    except (ValueError, RecursionError) as error:
        raise ArtifactError(f"{folder / name} is not JSON: {one_line(error)}. {AGAIN}") from error
    if not isinstance(found, dict):
        raise ArtifactError(
            f"{folder / name} must hold a JSON object, got {type(found).__name__}. {AGAIN}"
        )
    return found


def one_line(error: Exception) -> str:
    """What an error says, as a part of a sentence."""
    return " ".join(str(error).split()).rstrip(".")


def as_json(content: Mapping[str, Any]) -> bytes:
    """JSON for people and machines: UTF-8, indented, in the order given, no NaN.

    Raises:
        InputTypeError: something that JSON cannot hold.
    """
    try:
        text = json.dumps(strict(content), ensure_ascii=False, indent=1, allow_nan=False)
    except TypeError as error:
        raise InputTypeError(
            f"expected what JSON can hold, got something else: {one_line(error)}."
            " Convert it to numbers, texts, lists or dicts."
        ) from error
    return (text + "\n").encode("utf-8", "backslashreplace")  # half a character: its escape


def strict(content: Any) -> Any:
    """The same for strict JSON: null for what is no number, numpy's values as Python's.

    >>> strict({"f1": math.nan, "n": np.int64(3), "rates": np.array([0.5, np.inf])})
    {'f1': None, 'n': 3, 'rates': [0.5, None]}
    """
    if isinstance(content, Mapping):
        return {name: strict(value) for name, value in content.items()}
    if isinstance(content, list | tuple):
        return [strict(value) for value in content]
    if isinstance(content, np.ndarray | np.generic):
        return strict(content.tolist())
    return None if isinstance(content, float) and not math.isfinite(content) else content


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


def from_csv(path: Path, text: str) -> list[dict[str, float]]:
    """The inverse of `as_csv`.

    Args:
        path: where the text was read, for the message.

    Raises:
        ArtifactError: a line is not as many numbers as there are columns.

    >>> from_csv(Path("history.csv"), as_csv([{"epoch": 1.0, "loss": 0.5}]))
    [{'epoch': 1.0, 'loss': 0.5}]
    """
    try:
        return [
            {name: float(value) for name, value in row.items()}
            for row in csv.DictReader(io.StringIO(text))
        ]
    except (TypeError, ValueError, csv.Error) as error:
        raise ArtifactError(f"{path} is damaged: {one_line(error)}. {AGAIN}") from error
