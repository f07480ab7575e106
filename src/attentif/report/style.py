"""The house style of the figures, and the few ways in which they are laid out.

Sizes are inches and points. A figure 7 inches wide is meant to be read at 700 pixels.
Nothing here touches pyplot or leaves a setting changed behind it.
"""

import warnings
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from functools import cache
from typing import Any

import matplotlib.style
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.font_manager import FontProperties, fontManager
from matplotlib.text import Annotation
from matplotlib.textpath import text_to_path

from attentif.report.palette import BLUE, FAINT, GREY, INK, MUTED, PAPER
from attentif.report.printable import one_line, shortened

WIDTH = 7.0
MARGIN = 0.12
HEAD = 0.62  # height of a title with its second line
TINY, SMALL, NORMAL, LARGE = 6.5, 8.0, 9.0, 11.0

FIRST_FONT = "DejaVu Sans"  # comes with matplotlib
MORE_FONTS = (  # for what the first lacks; those that are installed are used, in this order
    "Noto Sans",
    "Noto Sans CJK JP",
    "Noto Sans CJK SC",
    "Noto Sans Devanagari",
    "Noto Emoji",
    "Noto Sans Symbols2",
    "Symbola",
    "Segoe UI Emoji",
    "Segoe UI Symbol",
    "Microsoft YaHei",
    "Yu Gothic",
    "Hiragino Sans",
    "PingFang SC",
    "Arial Unicode MS",
)

HOUSE: dict[str, Any] = {
    "axes.axisbelow": True,
    "axes.edgecolor": GREY,
    "axes.facecolor": "none",
    "axes.labelcolor": MUTED,
    "axes.labelsize": NORMAL,
    "axes.linewidth": 0.7,
    "axes.spines.right": False,
    "axes.spines.top": False,
    "figure.dpi": 100,
    "figure.facecolor": PAPER,
    "font.size": NORMAL,
    "grid.color": FAINT,
    "grid.linewidth": 0.7,
    "lines.color": BLUE,
    "lines.linewidth": 1.8,
    "lines.solid_capstyle": "round",
    "svg.fonttype": "none",
    "svg.hashsalt": "attentif",
    "text.color": INK,
    "text.hinting": "none",  # or a long word is wider in pixels than it was measured
    "text.parse_math": False,
    "xtick.color": GREY,
    "xtick.labelcolor": MUTED,
    "xtick.labelsize": SMALL,
    "xtick.major.size": 3,
    "ytick.color": GREY,
    "ytick.labelcolor": MUTED,
    "ytick.labelsize": SMALL,
    "ytick.major.size": 3,
}


@cache
def families() -> tuple[str, ...]:
    """The first font and the installed ones that may have the characters it lacks."""
    installed = set(fontManager.get_font_names())
    return FIRST_FONT, *(name for name in MORE_FONTS if name in installed)


@contextmanager
def house() -> Iterator[None]:
    """Draw in the house style whatever the user's own settings are; also a decorator.

    A character that no font has is drawn as a box in PNG, without a warning; in SVG the
    text stays text and the reader's browser finds a font.
    """
    style = HOUSE | {"font.family": list(families())}
    with matplotlib.style.context(["default", style]), warnings.catch_warnings():
        warnings.filterwarnings("ignore", message="Glyph .* missing from font")
        warnings.filterwarnings("ignore", message="Matplotlib currently does not support")
        yield


def text_width(text: str, size: float = NORMAL, weight: str = "normal") -> float:
    """Width of one line, in inches."""
    font = FontProperties(family=list(families()), size=size, weight=weight)
    width, _, _ = text_to_path.get_text_width_height_descent(text, font, ismath=False)
    return width / 72


def fitted(label: str, inches: float, size: float = NORMAL) -> str:
    """The label on one line, its middle cut out where it is wider than `inches`."""
    return shortened(one_line(label), inches, lambda text: text_width(text, size))


def new_figure(height: float, title: str, second: str = "", width: float = WIDTH) -> Figure:
    """An empty figure with its title, and a quieter second line, at the top left."""
    figure = Figure(figsize=(width, height))
    left = MARGIN / width
    figure.text(left, 1 - 0.1 / height, title, size=LARGE, weight="bold", va="top")
    room = width - 2 * MARGIN
    figure.text(left, 1 - 0.34 / height, fitted(second, room), color=MUTED, va="top")
    return figure


def panel(figure: Figure, left: float, bottom: float, width: float, height: float) -> Axes:
    """Axes at a place given in inches from the lower left corner."""
    across, up = figure.get_size_inches()
    return figure.add_axes((left / across, bottom / up, width / across, height / up))


def note(
    axes: Axes,
    text: str,
    at: tuple[float, float],
    shift: tuple[float, float],
    frame: Any = "data",
    look: Mapping[str, Any] | None = None,
) -> Annotation:
    """A text beside a point.

    Args:
        at: the point, in `frame`.
        shift: from the point to the text, in points.
        frame: "data", "axes fraction", one of the two for each direction, or another text.
        look: alignment, size, weight and colour, as matplotlib names them.
    """
    return axes.annotate(
        text, at, shift, xycoords=frame, textcoords="offset points", **(look or {})
    )


def row_axis(axes: Axes, labels: list[str]) -> None:
    """One tick label for each row, the first at the top, without ticks or line."""
    axes.set_ylim(len(labels) - 0.5, -0.5)
    axes.set_yticks(range(len(labels)), labels)
    axes.tick_params(axis="y", length=0, labelsize=NORMAL, labelcolor=INK, pad=6)
    axes.spines["left"].set_visible(False)
