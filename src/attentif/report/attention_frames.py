"""The attention over some messages, word by word, as it was after each epoch.

A message is its words, on as many lines as it needs; a word's shade is its weight. What
is not there, as padding, is not drawn.
"""

import io
import unicodedata
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

import numpy as np
from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.patches import FancyBboxPatch
from numpy.typing import NDArray
from PIL import Image

from attentif.errors import ShapeError
from attentif.report.palette import BLUE, FAINT, INK, MUTED
from attentif.report.save import whole
from attentif.report.style import (
    HEAD,
    MARGIN,
    NORMAL,
    SMALL,
    WIDTH,
    fitted,
    house,
    new_figure,
    panel,
    text_width,
)
from attentif.report.weights import deepest

LINE = 0.235  # height of a line of words, in inches
BETWEEN = 0.15  # two messages
SPACE = 0.05  # between two words
PAD = 0.025  # of a word's shade, left and right of it
DEEPEST = 0.62  # opacity of the heaviest word, which stays readable
LABELS = 0.95  # width of the column of labels at the left
MILLISECONDS = 700  # an epoch is shown
LAST = 2500  # the last one
DPI = 110


class Message(NamedTuple):
    """A text whose attention is shown: its words, and what is written before it, if anything."""

    words: Sequence[str]
    label: str = ""


class Spot(NamedTuple):
    """Where a word stands: its line from the top, and its left end and width in inches."""

    line: int
    left: float
    width: float


def laid_out(words: Sequence[str], room: float) -> list[Spot]:
    """Words on lines of that width, one after the other; a word that is too wide is cut.

    A text that begins from right to left, as Arabic and Hebrew, goes on so.
    """
    spots, line, at = [], 0, 0.0
    for word in words:
        width = min(text_width(word, NORMAL) if word else 0.0, room - 2 * PAD) + 2 * PAD
        if at and at + width > room:
            line, at = line + 1, 0.0
        spots.append(Spot(line, at, width))
        at += width + SPACE
    if not from_the_right(words):
        return spots
    return [spot._replace(left=room - spot.left - spot.width) for spot in spots]


def from_the_right(words: Sequence[str]) -> bool:
    """Whether the first letter that has a direction is written from right to left.

    >>> from_the_right(["1", "שלום"]), from_the_right(["win", "שלום"]), from_the_right([])
    (True, False, False)
    """
    strong = (unicodedata.bidirectional(letter) for word in words for letter in word)
    return next((kind for kind in strong if kind in ("L", "R", "AL")), "L") != "L"


@house()
def attention_over(
    messages: Sequence[Message],
    weights: Sequence[NDArray[np.floating]],
    *,
    title: str = "Attention",
    second: str = "",
) -> Figure:
    """Some messages with their words shaded.

    Args:
        messages: one at least.
        weights: of each message, as many as it has words.
        title, second: the two lines above.

    Raises:
        ShapeError: a message has another number of weights than of words.
    """
    check(messages, [weights])
    left = LABELS if any(message.label for message in messages) else 0.0
    room = WIDTH - 2 * MARGIN - left
    shown = [[fitted(word, room - 2 * PAD) if word else "" for word in m.words] for m in messages]
    spots = [laid_out(words, room) for words in shown]
    heights = [LINE * (own[-1].line + 1 if own else 1) + BETWEEN for own in spots]
    figure = new_figure(HEAD + 0.05 + sum(heights), title, second)
    axes = panel(figure, MARGIN, 0.0, WIDTH - 2 * MARGIN, sum(heights))
    axes.set_xlim(0, WIDTH - 2 * MARGIN)
    axes.set_ylim(sum(heights), 0)
    axes.axis("off")
    top = 0.0
    for message, words, own, alpha, height in zip(
        messages, shown, spots, weights, heights, strict=True
    ):
        axes.hlines(top, 0, WIDTH - 2 * MARGIN, color=FAINT, linewidth=0.7)
        middle = top + BETWEEN / 2 + LINE / 2
        label = fitted(message.label, LABELS - 0.1, SMALL)
        axes.text(0, middle, label, size=SMALL, color=MUTED, va="center")
        draw_words(axes, words, own, alpha, (left, middle))
        top += height
    return figure


def draw_words(
    axes: Axes,
    words: Sequence[str],
    spots: Sequence[Spot],
    weights: NDArray[np.floating],
    corner: tuple[float, float],
) -> None:
    """One message from its corner on: the left end and the middle of its first line."""
    for word, spot, shade in zip(words, spots, shades_of(weights), strict=True):
        x, y = corner[0] + spot.left, corner[1] + LINE * spot.line
        patch = FancyBboxPatch(
            (x + 0.02, y - LINE * 0.3),
            max(spot.width - 0.04, 0.02),
            LINE * 0.6,
            boxstyle="round,pad=0.02",
            facecolor=BLUE,
            edgecolor="none",
            alpha=shade,
        )
        axes.add_patch(patch)
        axes.text(x + PAD, y, word, va="center_baseline", color=INK)


def shades_of(weights: NDArray[np.floating]) -> list[float]:
    """Opacity of each word of one message; see `weights.deepest`.

    >>> shades_of(np.array([0.9, 0.1, 0.0])), shades_of(np.array([0.5, 0.5]))
    ([0.558, 0.062, 0.0], [0.2067, 0.2067])
    """
    own = weights.tolist()
    largest = deepest(own)
    parts = [min(max(w, 0.0) / largest, 1.0) if np.isfinite(w) else 0.0 for w in own]
    return [round(DEEPEST * part, 4) for part in parts]


def animation(
    messages: Sequence[Message],
    frames: Sequence[Sequence[NDArray[np.floating]]],
    path: str | Path,
    *,
    captions: Sequence[str] = (),
    title: str = "Attention while it learns",
) -> None:
    """Write a GIF that shows one epoch after the other, and rests on the last.

    Args:
        frames: of each epoch the weights of each message.
        captions: of each epoch, such as its loss; said beside its number.

    Raises:
        ShapeError: no epoch, or weights that do not fit the words.
    """
    check(messages, frames)
    figure = attention_over(messages, frames[0], title=title, second=" ")
    pictures = []
    for epoch, weights in enumerate(frames, 1):
        said = f"Epoch {epoch} of {len(frames)}"
        said += f": {captions[epoch - 1]}" if epoch <= len(captions) else ""
        figure.texts[1].set_text(fitted(said, WIDTH - 2 * MARGIN))
        shades = [shade for alpha in weights for shade in shades_of(alpha)]
        for patch, shade in zip(figure.axes[0].patches, shades, strict=True):
            patch.set_alpha(shade)
        pictures.append(pixels(figure))
    palette = pictures[-1].quantize(128)  # one palette for all: no flicker, and a small file
    first, *others = [picture.quantize(128, palette=palette, dither=0) for picture in pictures]
    lasting = [MILLISECONDS] * (len(pictures) - 1) + [LAST]
    written = io.BytesIO()
    first.save(
        written, "GIF", save_all=True, append_images=others, duration=lasting, loop=0, disposal=1
    )
    with whole(Path(path)) as unfinished:
        unfinished.write_bytes(written.getvalue())


@house()
@house()
def pixels(figure: Figure) -> Image.Image:
    """A figure as a picture."""
    figure.set_dpi(DPI)
    canvas = FigureCanvasAgg(figure)
    canvas.draw()
    return Image.fromarray(np.asarray(canvas.buffer_rgba())).convert("RGB")


def check(
    messages: Sequence[Message], frames: Sequence[Sequence[NDArray[np.floating]]]
) -> None:  # fmt: skip
    """Refuse weights that do not belong to the words.

    Raises:
        ShapeError: no message, no epoch, or another number of weights than of words.
    """
    wanted = [len(message.words) for message in messages]
    for epoch, weights in enumerate(frames, 1):
        found = [len(alpha) for alpha in weights]
        if found != wanted:
            raise ShapeError(
                f"each message must have one weight a word, {wanted}, got {found} in epoch"
                f" {epoch}. Give the weights of the messages' own tokens, without padding."
            )
    if not messages or not frames:
        raise ShapeError(
            f"a picture of attention needs a message and an epoch, got {len(messages)} and"
            f" {len(frames)}."
        )
