"""Attention while it learns: the messages to watch, a callback that watches, and its pictures."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from torch import nn

from attentif.errors import InputTypeError
from attentif.report.attention_frames import Message, animation
from attentif.report.attention_page import write_page
from attentif.text.encode import FrontEnd
from attentif.train.callbacks import AttentionSnapshots
from attentif.train.predict import read

PAGE, PICTURE = "attention.html", "attention.gif"
MOST = 10  # messages


@dataclass(frozen=True)
class Watching:
    """Messages under watch; `snapshots` is the callback to train with."""

    messages: list[Message]
    snapshots: AttentionSnapshots


def watching(front_end: FrontEnd, texts: Sequence[str], labels: Sequence[str] = ()) -> Watching:
    """Watch the attention over some messages.

    Args:
        front_end: the one the network is trained with; `FrontEnd.fit` on the same training
            rows and settings gives the same one.
        texts: one at least; see `to_watch` for a choice.
        labels: of each, written before it.

    Example: after `model.fit(texts, labels, callbacks=[seen.snapshots])`, `write(seen, folder)`.
    """
    encoded = front_end.encode(texts)

    def weights_of(model: nn.Module) -> list[NDArray[np.float32]]:
        return read(model, encoded).weights

    words = [[token.text for token in front_end.tokens(text)] for text in texts]
    said = list(labels) or [""] * len(words)
    messages = [Message(own, label) for own, label in zip(words, said, strict=True)]
    return Watching(messages, AttentionSnapshots(weights_of))


def to_watch(texts: Sequence[str], labels: Sequence[str], most: int = MOST) -> list[int]:
    """Rows worth watching: of each class in turn, from the shortest to the longest texts.

    The longest tenth is left aside: a page of one message is not read.

    >>> to_watch(["a", "b b", "c c c", "d"], ["x", "x", "x", "y"], 3)
    [0, 1, 3]
    """
    classes = sorted(set(labels))
    chosen: list[int] = []
    for turn, label in enumerate(classes):
        rows = [row for row, own in enumerate(labels) if own == label and texts[row].strip()]
        rows.sort(key=lambda row: (len(texts[row]), row))
        share = most // len(classes) + (turn < most % len(classes))
        places = np.linspace(0, max(0, len(rows) * 0.9 - 1), share).astype(int)
        chosen += [rows[place] for place in sorted(set(places.tolist())) if place < len(rows)]
    return sorted(chosen)


def write(
    seen: Watching, folder: str | Path, history: Sequence[Mapping[str, float]] = ()
) -> tuple[Path, Path]:
    """Write the page with the slider and the GIF; give back their paths.

    Args:
        history: one row an epoch, for what is said of each.

    Raises:
        InputTypeError: the network gave no weights, or no epoch was finished.
    """
    frames = seen.snapshots.frames
    if not frames or not all(len(alpha) for alpha in frames[0]):
        raise InputTypeError(
            "attention can be drawn of a network that has one and has finished an epoch, got"
            f" {len(frames)} epochs{' without weights' if frames else ''}. Train with pooling"
            " dot, general or additive."
        )
    captions = [caption(row) for row in history][: len(frames)]
    place = Path(folder)
    place.mkdir(parents=True, exist_ok=True)
    write_page(seen.messages, frames, place / PAGE, captions=captions)
    animation(seen.messages, frames, place / PICTURE, captions=captions)
    return place / PAGE, place / PICTURE


def caption(row: Mapping[str, float]) -> str:
    """What is said of an epoch.

    >>> caption({"epoch": 1, "loss": 0.5, "validation_loss": 0.25})
    'loss 0.500, validation loss 0.250'
    """
    names = ("loss", "validation_loss", "validation_accuracy")
    return ", ".join(f"{name.replace('_', ' ')} {row[name]:.3f}" for name in names if name in row)
