"""Curves over any axis, linear or logarithmic, each with its name at its end.

The words and the decimal mark are the caller's, so that a figure reads in one language.
"""

import math
from collections.abc import Mapping, Sequence
from typing import NamedTuple

from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import FuncFormatter, MaxNLocator

from attentif.errors import ShapeError
from attentif.report.gradient_curves import COLOURS, DASHES, plain
from attentif.report.palette import GREY, MUTED, ORANGE
from attentif.report.style import (
    HEAD,
    SMALL,
    WIDTH,
    fitted,
    house,
    new_figure,
    note,
    panel,
    text_width,
)

CLOSE = 0.06  # of the panel's height: closer names are moved apart
READABLE = {"facecolor": "white", "edgecolor": "none", "alpha": 0.8, "pad": 1}  # over a curve
ROOM = 0.1  # of the panel's height, above a level, for its words
NAME = 1.9  # inches that a name may take
SMALLEST = 1e-300


class Labels(NamedTuple):
    """What is written: two lines above, one below, and the decimal mark."""

    title: str
    second: str
    below: str
    decimal: str = "."


class Curve(NamedTuple):
    """Points in their order; a value that is not finite, or 0 on a logarithmic axis, is a gap."""

    x: Sequence[float]
    y: Sequence[float]


class Frame(NamedTuple):
    """Axes and marks.

    log: the vertical axis is logarithmic. log_x: the horizontal one too.
    low, high: ends of the vertical axis, where they should not follow the values.
    level: (height, words) a line that curves are to be read against.
    """

    log: bool = False
    log_x: bool = False
    low: float | None = None
    high: float | None = None
    level: tuple[float, str] | None = None


LINEAR = Frame()


@house()
def named_lines(curves: Mapping[str, Curve], labels: Labels, frame: Frame = LINEAR) -> Figure:
    """All curves in one panel.

    Raises:
        ShapeError: no curve, or one whose x and y are not of one length from 1 on.
    """
    for name, curve in curves.items():
        if not len(curve.x) or len(curve.x) != len(curve.y):
            raise ShapeError(
                f"curve {name!r} must have as many x as y, from 1 on, got {len(curve.x)} and"
                f" {len(curve.y)}."
            )
    if not curves:
        raise ShapeError("named_lines needs a curve, got none.")
    height, bottom, left = 3.5, 0.5, 0.72
    right = max(text_width(fitted(name, NAME, SMALL), SMALL) for name in curves) + 0.25
    figure = new_figure(height, labels.title, labels.second)
    axes = panel(figure, left, bottom, WIDTH - left - right, height - HEAD - bottom - 0.05)
    axes.set_xlabel(labels.below)
    axes.grid(axis="y")
    axes.spines["left"].set_visible(False)
    axes.tick_params(axis="y", length=0)
    size = 3.0 if max((len(curve.x) for curve in curves.values()), default=0) <= 30 else 0.0
    for place, (name, curve) in enumerate(curves.items()):
        shown = [v if math.isfinite(v) and (v > SMALLEST or not frame.log) else math.nan
                 for v in curve.y]  # fmt: skip
        colour, dashes = COLOURS[place % len(COLOURS)], DASHES[place // len(COLOURS) % len(DASHES)]
        axes.plot(
            curve.x, shown, color=colour, linestyle=dashes, marker="o", markersize=size, label=name
        )
    _scale(axes, curves, labels.decimal, frame)
    if frame.level is not None:
        level, words = frame.level
        axes.axhline(level, color=MUTED, linewidth=0.8, linestyle=(0, (2, 2)))
        look = {"ha": "left", "va": "bottom", "size": SMALL, "color": MUTED, "bbox": READABLE}
        note(axes, words, (0, level), (4, 5), ("axes fraction", "data"), look)
    _name_ends(axes, curves)
    return figure


def _scale(axes: Axes, curves: Mapping[str, Curve], decimal: str, frame: Frame) -> None:
    """Ends, ticks and their form."""
    values = [v for curve in curves.values() for v in curve.y if math.isfinite(v)]
    if frame.level is not None:
        values.append(frame.level[0])
    written = FuncFormatter(lambda v, _: plain(v).replace(".", decimal) if v > 0 else f"{v:g}")
    if frame.log_x:
        axes.set_xscale("log")
        ticks = sorted({x for curve in curves.values() for x in curve.x})
        axes.set_xticks(ticks, [f"{x:g}" for x in ticks])
        axes.minorticks_off()
    else:
        axes.xaxis.set_major_locator(MaxNLocator(nbins=8, integer=True, min_n_ticks=1))
    if not frame.log:
        axes.set_ylim(frame.low, frame.high)
        if frame.level is not None and frame.high is None:
            bottom, top = axes.get_ylim()
            axes.set_ylim(bottom, max(top, frame.level[0] + ROOM * (top - bottom)))
        axes.yaxis.set_major_formatter(
            FuncFormatter(lambda v, _: f"{round(v, 10):g}".replace("-", "−").replace(".", decimal))
        )
        return
    some = [v for v in values if v > SMALLEST] or [1.0]
    low = frame.low or min(some) / 1.8
    high = frame.high or max(some) * 1.8
    axes.set_yscale("log")
    axes.set_ylim(low, high)
    axes.minorticks_off()
    first, last = math.ceil(math.log10(low)), math.floor(math.log10(high))
    step = max(1, math.ceil((last - first) / 7))
    ticks = [10.0**power for power in range(last, first - 1, -step)]
    if len(ticks) < 3:
        powers = range(first - 1, last + 1)
        ticks = [part * 10.0**power for power in powers for part in (1, 2, 5)]
    axes.set_yticks([tick for tick in ticks if low <= tick <= high])
    axes.yaxis.set_major_formatter(written)


def _name_ends(axes: Axes, curves: Mapping[str, Curve]) -> None:
    """Each curve's name at the right, in its colour; a cross where a curve breaks off."""
    to_axes = axes.transData + axes.transAxes.inverted()
    shades = {str(line.get_label()): str(line.get_color()) for line in axes.lines}
    floor, positive = axes.get_ylim()[0], axes.get_yscale() == "log"
    named: list[tuple[float, str]] = []
    for name, (x, y) in curves.items():
        good = [k for k, v in enumerate(y) if math.isfinite(v) and (v > 0 or not positive)]
        value = max(y[good[-1]], floor) if good else floor
        if good and good[-1] < len(y) - 1:
            end = x[good[-1]]
            axes.plot(end, value, "x", color=ORANGE, markersize=6, zorder=5, clip_on=False)
        named.append((float(to_axes.transform((x[-1], value))[1]), name))
    named.sort()
    for at, (_, name) in zip(apart([height for height, _ in named]), named, strict=True):
        colour = shades[name]
        look = {"va": "center", "size": SMALL, "color": MUTED if colour == GREY else colour}
        note(axes, fitted(name, NAME, SMALL), (1, at), (7, 0), "axes fraction", look)


def apart(heights: Sequence[float]) -> list[float]:
    """Rising heights moved until none is closer than `CLOSE` to the next, nor above 1.

    >>> [round(height, 2) for height in apart([0.5, 0.51, 0.99, 1.0])]
    [0.5, 0.56, 0.94, 1.0]
    """
    found: list[float] = []
    for height in heights:
        found.append(max(height, found[-1] + CLOSE) if found else height)
    limit = 1.0
    for place in reversed(range(len(found))):
        found[place] = min(found[place], limit)
        limit = found[place] - CLOSE
    return found
