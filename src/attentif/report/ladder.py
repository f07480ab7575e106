"""Rows ranked on a logarithmic scale: how much of something is left, before and after."""

import math
from collections.abc import Sequence
from typing import NamedTuple

from matplotlib.axes import Axes
from matplotlib.figure import Figure

from attentif.errors import ShapeError
from attentif.report.gradient_curves import plain
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

ROW = 0.34
EDGE = 0.015  # of the scale, at both ends: half a dot
SMALLEST = 1e-300


class Rung(NamedTuple):
    """One row: its name, its two values above 0, and what is written at the right.

    marked: the row that all others are compared with, in orange.
    """

    name: str
    first: float
    second: float
    said: str = ""
    marked: bool = False


class LadderLabels(NamedTuple):
    """What is written: two lines above, one below, the two values' names, the decimal mark."""

    title: str
    second: str
    below: str
    values: tuple[str, str]
    decimal: str = "."


@house()
def ladder(rungs: Sequence[Rung], labels: LadderLabels) -> Figure:
    """A hollow dot for the first value, a full one for the second, joined by a line.

    Raises:
        ShapeError: no row.
    """
    if not rungs:
        raise ShapeError("ladder needs a row, got none.")
    bottom = 0.75
    names = [fitted(rung.name, 2.3) for rung in rungs]
    left = max(text_width(name) for name in names) + 0.25
    right = max(text_width(rung.said, SMALL) for rung in rungs) + 0.3
    height = HEAD + ROW * len(rungs) + bottom
    figure = new_figure(height, labels.title, labels.second)
    axes = panel(figure, left, bottom, WIDTH - left - right, ROW * len(rungs))
    row_axis(axes, names)
    axes.set_xscale("log")
    values = [max(v, SMALLEST) for rung in rungs for v in (rung.first, rung.second)]
    _decades(axes, min(values), max(values), labels.decimal)
    axes.set_xlabel(labels.below)
    for place, rung in enumerate(rungs):
        _draw(axes, place, rung)
    _legend(axes, labels.values)
    return figure


def _decades(axes: Axes, low: float, high: float, decimal: str) -> None:
    """A few powers of ten, written out."""
    first, last = math.floor(math.log10(low)), math.ceil(math.log10(high))
    last = max(last, first + 1)
    step = max(1, math.ceil((last - first) / 6))
    edge = 10.0 ** max(0.1, EDGE * (last - first))
    axes.set_xlim(10.0**first / edge, 10.0**last * edge)
    powers = [10.0**power for power in range(last, first - 1, -1) if power % step == 0]
    axes.set_xticks(powers, [plain(power).replace(".", decimal) for power in powers])
    axes.minorticks_off()
    axes.grid(axis="x")


def _draw(axes: Axes, place: int, rung: Rung) -> None:
    """One row."""
    colour = ORANGE if rung.marked else BLUE
    first, second = max(rung.first, SMALLEST), max(rung.second, SMALLEST)
    axes.plot([first, second], [place, place], color=FAINT if not rung.marked else ORANGE,
              linewidth=1.6, zorder=1)  # fmt: skip
    axes.plot(first, place, marker="o", markersize=6, markerfacecolor="none",
              markeredgecolor=colour, markeredgewidth=1.3, zorder=2)  # fmt: skip
    axes.plot(second, place, marker="o", markersize=6, color=colour, zorder=3)
    look = {"va": "center", "size": SMALL, "color": ORANGE if rung.marked else INK}
    note(axes, rung.said, (1, place), (10, 0), ("axes fraction", "data"), look)


def _legend(axes: Axes, values: tuple[str, str]) -> None:
    """What hollow and full mean, below the axis at the left."""
    size = axes.get_window_extent().height / 100
    down = -0.6 / size
    look = {"va": "center", "size": SMALL, "color": MUTED, "annotation_clip": False}
    at = 0.0
    for sign, words in zip(("○", "●"), values, strict=True):
        note(axes, f"{sign} {words}", (at, down), (0, 0), "axes fraction", look)
        at += (text_width(f"{sign} {words}", SMALL) + 0.3) * 100 / axes.get_window_extent().width
