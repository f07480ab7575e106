"""Gradients through time, singular values, and weights epoch by epoch, as curves."""

import math
import re
from collections.abc import Mapping, Sequence
from typing import Any

from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.ticker import FuncFormatter, MaxNLocator

from attentif.errors import ShapeError
from attentif.report.palette import BLUE, FAINT, GREY, INK, MUTED, ORANGE
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

COLOURS = (BLUE, ORANGE, INK, GREY)
DASHES = ("-", (0, (5, 1.5)), (0, (1.5, 1.2)), (0, (6, 1.2, 1.2, 1.2)))
SMALLEST = 1e-30  # what is drawn of a norm of 0 on a logarithmic axis
MOST = 16  # curves with a look and a name of their own
IN_LAYER = re.compile(r"recurrent\.layers\.(\d+)\.(forwards|backwards)\.")
NAME = 2.1  # inches that a name may take
SAMPLE = 0.3  # inches of a curve's dashes before its name, where colours come twice
CLOSE = 0.055  # of the panel's height: closer names are moved apart


@house()
def gradient_back(
    curves: Mapping[str, Sequence[float]],
    *,
    title: str = "The gradient on its way back",
    second: str = "Its norm at each step before the last one read, as a part of that at the last.",
) -> Figure:
    """One curve a cell, on a logarithmic axis, the last step read at the left.

    Args:
        curves: name -> norm, or part of it, at 0, 1, 2 ... steps back; at least one curve.
        title, second: the two lines above.

    Raises:
        ShapeError: no curve, or an empty one.
    """
    axes, figure = opened(curves, title, second, "steps before the last one read →")
    longest = max(map(len, curves.values()))
    axes.set_xlim(-0.4, longest - 0.6)
    log_axis(axes, [v for values in curves.values() for v in values])
    for place, (name, values) in enumerate(curves.items()):
        shown = [value if value > SMALLEST else math.nan for value in values]
        axes.plot(shown, label=name, **look_of(place), marker="o", markersize=2.5)
    name_ends(axes, {name: values[-1] for name, values in curves.items()})
    return figure


@house()
def by_epoch(
    curves: Mapping[str, Sequence[float]],
    *,
    title: str,
    second: str = "",
    band: tuple[float, float] | None = None,
) -> Figure:
    """Some value of each weight, epoch by epoch, on a logarithmic axis.

    Args:
        curves: weight -> one value an epoch; those after the first `MOST` are faint, without
            a name.
        band: values between which it is usually well, shaded.
        title, second: the two lines above.

    Raises:
        ShapeError: no curve, or an empty one.
    """
    axes, figure = opened(curves, title, second, "epoch")
    longest = max(map(len, curves.values()))
    axes.set_xlim(0.7, longest + 0.3)
    axes.xaxis.set_major_locator(MaxNLocator(nbins=8, integer=True, min_n_ticks=1))
    values = [v for own in curves.values() for v in own]
    log_axis(axes, [*values, *(band or ())])
    if band:
        axes.axhspan(*band, color=FAINT, alpha=0.6, zorder=0, linewidth=0)
    for place, (name, own) in enumerate(curves.items()):
        shown = [v if v > 0 else math.nan for v in own]
        epochs = range(1, len(own) + 1)
        look: dict[str, Any] = look_of(place) if place < MOST else {"color": FAINT}
        axes.plot(epochs, shown, label=name, **look, marker="o", markersize=3)
    name_ends(axes, dict(list({name: own[-1] for name, own in curves.items()}.items())[:MOST]))
    return figure


@house()
def singular_values(spectra: Mapping[str, Sequence[float]], bound: float | None = None) -> Figure:
    """The singular values of each recurrent matrix, the largest first.

    Args:
        spectra: name of the matrix -> its values; at least one.
        bound: Pascanu's, below which the gradient must vanish; None where it does not hold.

    Raises:
        ShapeError: no matrix.
    """
    second = "Of each recurrent matrix, the largest first."
    if bound is not None:
        second += f" Line at {bound:g}: a largest value below it, and the gradient vanishes."
    axes, figure = opened(spectra, "Singular values", second, "singular value, by rank")
    for place, (name, values) in enumerate(spectra.items()):
        axes.plot(range(1, len(values) + 1), values, label=name, **look_of(place))
    axes.set_ylim(0, None)
    axes.xaxis.set_major_locator(MaxNLocator(nbins=8, integer=True, min_n_ticks=1))
    if bound is not None:
        axes.set_ylim(0, max(axes.get_ylim()[1], bound * 1.1))
        axes.axhline(bound, color=MUTED, linewidth=0.8, linestyle=(0, (2, 2)))
    name_ends(axes, {name: values[-1] for name, values in spectra.items()})
    return figure


def opened(
    curves: Mapping[str, Sequence[float]], title: str, second: str, below: str
) -> tuple[Axes, Figure]:
    """An empty panel with room for the curves' names at the right."""
    if not curves or not all(len(values) for values in curves.values()):
        raise ShapeError("curves must be one or more, each of one value at least, got none.")
    height, bottom, left = 3.4, 0.5, 0.72
    names = [fitted(name, NAME, SMALL) for name in curves]
    right = max(text_width(name, SMALL) for name in names) + 0.2
    right += SAMPLE if len(curves) > len(COLOURS) else 0.0
    figure = new_figure(height, title, second)
    axes = panel(figure, left, bottom, WIDTH - left - right, height - HEAD - bottom - 0.05)
    axes.set_xlabel(below)
    axes.grid(axis="y")
    axes.spines["left"].set_visible(False)
    axes.tick_params(axis="y", length=0)
    return axes, figure


def look_of(place: int) -> dict[str, Any]:
    """Colour and dashes of a curve; no two of the first sixteen are alike."""
    colour, dashes = place % len(COLOURS), place // len(COLOURS) % len(DASHES)
    return {"color": COLOURS[colour], "linestyle": DASHES[dashes]}


def log_axis(axes: Axes, values: Sequence[float]) -> None:
    """A logarithmic axis with the powers of ten written out, wide enough for all values."""
    some = [v for v in values if math.isfinite(v) and v > SMALLEST] or [1.0]
    low, high = min(some), max(some)
    axes.set_yscale("log")
    axes.set_ylim(low / 1.6, high * 1.6)
    axes.minorticks_off()
    if high / low > 30:
        step = max(1, round(math.log10(high / low) / 6))
        powers = range(math.floor(math.log10(low)), math.ceil(math.log10(high)) + 1, step)
        ticks = [10.0**power for power in powers if low / 1.6 <= 10.0**power <= high * 1.6]
    else:
        powers = range(math.floor(math.log10(low)), math.ceil(math.log10(high)) + 1)
        ticks = [part * 10.0**power for power in powers for part in (1, 2, 5)]
        ticks = [v for v in ticks if low / 1.6 <= v <= high * 1.6]
    axes.set_yticks(ticks)
    axes.yaxis.set_major_formatter(FuncFormatter(lambda v, _: plain(v)))


def plain(value: float) -> str:
    """A number as it is said.

    >>> [plain(v) for v in (100.0, 0.01, 1e-07)]
    ['100', '0.01', '10⁻⁷']
    """
    if 1e-4 <= value < 1e5:
        return f"{value:g}"
    power = f"{math.log10(value):.0f}"
    return "10" + power.translate(str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹"))


def name_ends(axes: Axes, ends: Mapping[str, float]) -> None:
    """Each curve's name at the right, in its colour, beside its end and not on another's.

    The lines of the axes are the curves, in their order.
    """
    to_axes = axes.transData + axes.transAxes.inverted()
    looks = {str(line.get_label()): look_of(place) for place, line in enumerate(axes.lines)}
    sampled = len(ends) > len(COLOURS)
    inch = 1 / (WIDTH * axes.get_position().width)  # as a part of the axes
    named = []
    for name, value in ends.items():
        fit = value if math.isfinite(value) and value > SMALLEST else axes.get_ylim()[0]
        named.append([float(to_axes.transform((1, fit))[1]), name])
    named.sort(key=lambda one: one[0])
    for place in range(1, len(named)):
        named[place][0] = max(named[place][0], named[place - 1][0] + CLOSE)
    over = max(0.0, (named[-1][0] if named else 0.0) - 1)
    for height, name in named:
        colour, y = looks[name]["color"], height - over
        if sampled:
            x = [1 + 0.08 * inch, 1 + SAMPLE * inch]
            own = Line2D(x, [y, y], **looks[name], linewidth=1.2)
            own.set(transform=axes.transAxes, clip_on=False)
            axes.add_artist(own)
        look = {"va": "center", "size": SMALL, "color": MUTED if colour == GREY else colour}
        beside = (7 + (72 * SAMPLE if sampled else 0), 0)
        note(axes, fitted(name, NAME, SMALL), (1, y), beside, "axes fraction", look)


def rows_as_curves(rows: Sequence[Mapping[str, float | str]], value: str) -> dict[str, list[float]]:
    """Rows of a callback (`WeightPrinter`, `UpdateRatios`): weight -> one value an epoch.

    >>> rows_as_curves([{"name": "attend.W.weight", "norm": 1.0}], "norm")
    {'attend.W': [1.0]}
    """
    found: dict[str, list[float]] = {}
    for row in rows:
        found.setdefault(short(str(row["name"])), []).append(float(row[value]))
    return found


def short(name: str) -> str:
    """A weight's name as it fits beside a curve.

    >>> short("recurrent.layers.0.forwards.U.weight"), short("output.bias")
    ('1 forwards U', 'output.bias')
    """
    found = IN_LAYER.match(name)
    if found:
        name = f"{int(found[1]) + 1} {found[2]} {name[found.end() :]}"
    return name.removesuffix(".weight")


def weight_curves(rows: Sequence[Mapping[str, float | str]]) -> Figure:
    """The weight printer's rows: each weight's norm by epoch."""
    return by_epoch(
        rows_as_curves(rows, "norm"), title="Size of the weights", second="Norm, after each epoch."
    )


def update_curves(rows: Sequence[Mapping[str, float | str]]) -> Figure:
    """The rows of `UpdateRatios`: how far a step moves each weight."""
    return by_epoch(
        rows_as_curves(rows, "ratio"),
        title="How far a step moves the weights",
        second="|change| / |weight|, mean of an epoch's steps; about a thousandth is usual.",
        band=(3e-4, 3e-3),
    )
