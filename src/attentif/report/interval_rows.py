"""One row for each thing measured: a dot, its interval, its single values, words beside it.

The words and the decimal mark are the caller's, so that a figure reads in one language.
"""

import math
from collections.abc import Sequence
from typing import NamedTuple

from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import FuncFormatter, MaxNLocator

from attentif.errors import ShapeError
from attentif.report.palette import BLUE, FAINT, INK, MUTED, ORANGE
from attentif.report.style import (
    HEAD,
    SMALL,
    WIDTH,
    fitted,
    house,
    new_figure,
    note,
    panel,
    row_axis,
    text_width,
)

ROW, BOTTOM = 0.34, 0.55


class Measured(NamedTuple):
    """One row.

    low, high: ends of the interval. values: one of each repetition. marked: in orange.
    """

    name: str
    value: float
    low: float
    high: float
    said: str
    values: Sequence[float] = ()
    marked: bool = False


class RowLabels(NamedTuple):
    """What is written: two lines above, one below, and the decimal mark."""

    title: str
    second: str
    below: str
    decimal: str = "."


@house()
def interval_rows(
    rows: Sequence[Measured], labels: RowLabels, *, level: float | None = None
) -> Figure:
    """Rows in the order given.

    Args:
        level: a value that they are to be read against, such as 0 for differences.

    Raises:
        ShapeError: no row.
    """
    if not rows:
        raise ShapeError("interval_rows needs a row, got none.")
    names = [fitted(row.name, 2.2) for row in rows]
    left = max(text_width(name) for name in names) + 0.25
    right = max(text_width(row.said, SMALL) for row in rows) + 0.3
    tall = ROW * len(rows)
    figure = new_figure(HEAD + tall + BOTTOM, labels.title, labels.second)
    axes = panel(figure, left, BOTTOM, WIDTH - left - right, tall)
    row_axis(axes, names)
    axes.set_xlabel(labels.below)
    axes.grid(axis="x")
    axes.spines["bottom"].set_visible(False)
    axes.tick_params(axis="x", length=0)
    for place, row in enumerate(rows):
        _draw(axes, place, row)
    if level is not None:
        axes.axvline(level, color=INK, linewidth=0.9, zorder=1)
    _scale(axes, rows, labels.decimal, level)
    return figure


def _draw(axes: Axes, place: int, row: Measured) -> None:
    """One row."""
    colour = ORANGE if row.marked else BLUE
    axes.plot(row.values, [place] * len(row.values), "|", color=colour, alpha=0.5, markersize=9)
    axes.hlines(place, row.low, row.high, color=colour, linewidth=2.2)
    axes.plot(row.value, place, "o", color=colour, markersize=6.5, markeredgecolor="none")
    look = {"va": "center", "size": SMALL, "color": ORANGE if row.marked else MUTED}
    note(axes, row.said, (1, place), (10, 0), ("axes fraction", "data"), look)
    axes.axhline(place + 0.5, color=FAINT, linewidth=0.5)


def _scale(axes: Axes, rows: Sequence[Measured], decimal: str, level: float | None) -> None:
    """Ends that hold everything, and ticks in the caller's language."""
    drawn = [value for row in rows for value in (row.value, row.low, row.high, *row.values)]
    drawn = [value for value in drawn if math.isfinite(value)] or [0.0, 1.0]
    drawn += [] if level is None else [level]
    air = 0.06 * (max(drawn) - min(drawn)) or 0.05
    axes.set_xlim(min(drawn) - air, max(drawn) + air)
    axes.xaxis.set_major_locator(MaxNLocator(nbins=6))
    axes.xaxis.set_major_formatter(
        FuncFormatter(lambda v, _: f"{round(v, 10):g}".replace("-", "−").replace(".", decimal))
    )
