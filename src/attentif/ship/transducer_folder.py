"""A transducer as a folder: the files of `ship.folder`, of another kind and without a graph."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from safetensors import SafetensorError
from safetensors.numpy import load, save

from attentif.config import TransducerSettings
from attentif.errors import ArtifactError
from attentif.nn.seq2seq import Seq2Seq
from attentif.ship.card import bullets, escaped
from attentif.ship.folder import (
    AGAIN,
    CARD,
    FORMAT,
    HISTORY,
    METRICS,
    MODEL,
    TRANSDUCER,
    VOCABULARY,
    WEIGHTS,
    as_csv,
    as_json,
    as_object,
    check_format,
    entry,
    from_csv,
    json_of,
    one_line,
    text_of,
    unchanged,
)
from attentif.ship.network import WithoutDrawing, filled
from attentif.ship.saving import check_place, sha256, versions, write_folder
from attentif.text.units import END, START, BothUnits

USE = """## Use

```
attentif predict THIS_FOLDER new.txt
attentif explain THIS_FOLDER "a text"
```

```python
from attentif import Transducer

Transducer.load("THIS_FOLDER").predict(["a text"])
```"""


@dataclass(frozen=True)
class TransducerArtifact:
    """All that a transducer is, apart from the network that carries the weights.

    ratio: see `train.outputs.Writer`.
    """

    settings: TransducerSettings
    units: BothUnits
    ratio: float
    weights: Mapping[str, NDArray[np.float32]]
    metrics: Mapping[str, Any] = field(default_factory=dict)
    history: Sequence[Mapping[str, float]] = ()
    card: str = ""


def save_transducer(artifact: TransducerArtifact, folder: Path) -> None:
    """Write the folder, whole or not at all; a model that stands there is replaced.

    Raises:
        ArtifactError: the place is taken, or cannot be written.
        InputTypeError: metrics that JSON cannot hold.
    """
    check_place(folder)
    files = {
        WEIGHTS: save({name: np.asarray(w, order="C") for name, w in artifact.weights.items()}),
        VOCABULARY: as_json(artifact.units.to_json()),
    }
    about = {
        "format": FORMAT,
        "kind": TRANSDUCER,
        "ratio": artifact.ratio,
        "settings": artifact.settings.to_dict(),
        "versions": versions(),
        "sha256": {name: sha256(content) for name, content in files.items()},
    }
    files |= {
        MODEL: as_json(about),
        METRICS: as_json(artifact.metrics),
        HISTORY: as_csv(artifact.history).encode("utf-8"),
        CARD: artifact.card.encode("utf-8", "backslashreplace"),
    }
    write_folder(files, folder)


def load_transducer(folder: Path) -> TransducerArtifact:
    """Read a folder that `save_transducer` wrote.

    Raises:
        ArtifactError: no transducer there, a file missing or changed, another format.
    """
    about = json_of(folder, MODEL)
    check_format(folder, about, TRANSDUCER)
    hashes = entry(folder, about, "sha256", dict)
    cut = as_object(folder, VOCABULARY, unchanged(folder, VOCABULARY, hashes.get(VOCABULARY)))
    saved, ratio = unchanged(folder, WEIGHTS, hashes.get(WEIGHTS)), about.get("ratio")
    if not isinstance(ratio, int | float) or not 0 < ratio < 1e6:
        raise ArtifactError(f"{folder / MODEL} must have a ratio > 0, got {ratio!r}. {AGAIN}")
    try:
        settings = TransducerSettings.from_dict(entry(folder, about, "settings", dict))
        weights = load(saved)
        units = BothUnits.from_json(cut)
    except ArtifactError:
        raise
    except (SafetensorError, KeyError, TypeError, ValueError) as error:
        raise ArtifactError(f"{folder} cannot be read: {one_line(error)}. {AGAIN}") from error
    return TransducerArtifact(
        settings=settings,
        units=units,
        ratio=float(ratio),
        weights=weights,
        metrics=json_of(folder, METRICS) if (folder / METRICS).is_file() else {},
        history=from_csv(folder / HISTORY, text_of(folder, HISTORY)),
        card=text_of(folder, CARD),
    )


def seq2seq_of(artifact: TransducerArtifact, folder: str | Path) -> Seq2Seq:
    """The network with the weights of a folder, ready to write; see `ship.network.network_of`.

    Raises:
        ArtifactError: the weights are not those of such a network.
    """
    with torch.device("meta"), WithoutDrawing():
        network = Seq2Seq(
            artifact.settings,
            source_size=len(artifact.units.source),
            target_size=len(artifact.units.target),
            start=START,
            end=END,
        )
    return filled(network, artifact.weights, folder)


def transducer_card(settings: TransducerSettings, metrics: Mapping[str, Any]) -> str:
    """The folder's README.md.

    Args:
        metrics: the content of `metrics.json`; what it does not hold is left out.
    """
    attention = "no attention" if settings.decoder == "none" else f"{settings.decoder} attention"
    layers = f"{settings.layers} layer{'s' if settings.layers > 1 else ''}"
    sections = [
        "# A transducer: one text into another",
        *map(escaped, metrics.get("verdict", ["Nothing was measured with this model."])),
        "## What it is\n\nAn encoder and a decoder"
        f" ({settings.cell.upper()}, {layers} of {settings.hidden_size}, {attention}); it reads"
        f" {settings.source_units} and writes {settings.target_units}.",
    ]
    if metrics.get("provenance"):
        sections.append(f"## Data\n\n{bullets([metrics['provenance'], *metrics.get('data', [])])}")
    limits = [
        "It knows the kinds of text of its training pairs, and no others.",
        "An output that met the limit of its length is marked “cut”: it is not whole.",
        "Attention shows where the network looked, which is not a reason for what it wrote.",
        *metrics.get("notes", []),
    ]
    sections += [f"## Known limits\n\n{bullets(limits)}", USE]
    return "\n\n".join(sections) + "\n"
