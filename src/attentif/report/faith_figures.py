"""Can the attention be believed? Its pictures: ranks, shuffled weights, words taken away."""

import math
from collections.abc import Mapping, Sequence

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import PercentFormatter

from attentif.errors import ShapeError
from attentif.report.palette import BLUE, FAINT, GREY, INK, MUTED, ORANGE, PAPER
from attentif.report.style import (
    HEAD,
    MARGIN,
    NORMAL,
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
from attentif.report.wording import plural

WIDEST = 0.4  # of a row: the height of the tallest heap of points
BINS = 41
CLEAR = {"facecolor": PAPER, "edgecolor": "none", "pad": 1.2}


@house()
def agreements(
    taus: Mapping[str, Sequence[float]],
    published: Mapping[str, float],
    source: str = "",
) -> Figure:
    """Kendall's tau of every text, one row for each pair of measures.

    Args:
        taus: pair of measures -> one value a text, from -1 to 1; a row may be empty.
        published: pair -> the mean that others reported, drawn as an orange mark.
        source: who reported them.

    Raises:
        ShapeError: no row.
    """
    if not taus:
        raise ShapeError("agreements needs at least one pair of measures, got none.")
    row, bottom = 0.72, 0.66 if published else 0.5
    labels = list(taus)
    left = max(text_width(label) for label in labels) + MARGIN + 0.1
    second = "Kendall's tau for each text: 1 the same order, 0 none, -1 the reverse."
    figure = new_figure(
        HEAD + row * len(labels) + bottom, "Do they put the words in the same order?", second
    )
    axes = panel(figure, left, bottom, WIDTH - left - 1.15, row * len(labels))
    row_axis(axes, labels)
    axes.set_xlim(-1.02, 1.02)
    axes.grid(axis="x")
    axes.axvline(0, color=GREY, linewidth=0.8)
    axes.spines["bottom"].set_visible(False)
    axes.tick_params(axis="x", length=0)
    for place, (label, values) in enumerate(taus.items()):
        draw_heap(axes, place, values)
        if label in published:
            draw_published(axes, place, published[label])
    if published:
        said = f"◆ published: {source}" if source else "◆ published"
        across, up = figure.get_size_inches()
        figure.text(left / across, 0.14 / up, fitted(said, WIDTH - left - 0.2, SMALL), size=SMALL,
                    color=ORANGE)  # fmt: skip
    return figure


def draw_heap(axes: Axes, place: int, values: Sequence[float]) -> None:
    """The values as a histogram on its side's middle, with mean and spread."""
    beside = ("axes fraction", "data")
    look = {"va": "center", "size": NORMAL}
    if not len(values):
        note(axes, "no value", (1, place), (12, 0), beside, look | {"color": MUTED})
        return
    counts, edges = np.histogram(values, bins=BINS, range=(-1, 1))
    heights = counts / counts.max() * WIDEST
    middles = (edges[1:] + edges[:-1]) / 2
    axes.bar(middles, 2 * heights, width=2 / BINS * 0.86, bottom=place - heights, color=BLUE,
             alpha=0.32)  # fmt: skip
    mean, spread = float(np.mean(values)), float(np.std(values))
    axes.hlines(place, mean - spread, mean + spread, color=BLUE, linewidth=2.2)
    axes.plot(mean, place, "o", color=BLUE, markersize=7)
    bold = look | {"weight": "bold", "color": BLUE}
    said = note(axes, f"{mean:.2f}", (1, place), (12, 0), beside, bold)
    note(axes, f"± {spread:.2f}", (1, 0), (6, 0), said, {"va": "bottom", "color": MUTED})


def draw_published(axes: Axes, place: int, value: float) -> None:
    """The mark of a published mean."""
    axes.plot(value, place - 0.3, "D", color=ORANGE, markersize=5)
    look = {"va": "center", "size": SMALL, "color": ORANGE, "bbox": CLEAR}
    note(axes, f"{value:.2f}", (value, place - 0.3), (6, 0), "data", look)


@house()
def deletion_curves(
    shares: Sequence[float],
    curves: Mapping[str, Sequence[float]],
    areas: Mapping[str, float],
    names: Mapping[str, str],
) -> Figure:
    """How the answer's probability falls as words are taken away, one curve a measure.

    Args:
        shares: of the words that are gone, from 0 to 1.
        curves: measure -> mean probability at each of them; "random" is drawn in grey,
            "attention" in orange.
        areas: measure -> area below its curve.
        names: measure -> how it is written.

    Raises:
        ShapeError: a curve has another number of points than `shares`.
    """
    for name, curve in curves.items():
        if len(curve) != len(shares):
            raise ShapeError(
                f"{name} must have {len(shares)} points, one a share, got {len(curve)}."
            )
    height, bottom, left = 3.5, 0.5, 0.62
    written = {names.get(name, name): name for name in curves}
    right = 1.75
    figure = new_figure(
        height,
        "Taking away the words that count most",
        "Mean probability of the answer. The lower the curve, the more the order knows.",
    )
    axes = panel(figure, left, bottom, WIDTH - left - right, height - HEAD - bottom - 0.05)
    looks = {"random": (GREY, "--"), "attention": (ORANGE, "-"), "left_out": (BLUE, "-")}
    for label, name in written.items():
        colour, dashes = looks.get(name, (INK, "-"))
        said = f"{label}, area {areas[name]:.2f}"
        axes.plot(shares, curves[name], color=colour, linestyle=dashes, label=said)
    axes.set_xlim(0, 1)
    lowest = min(min(curve) for curve in curves.values())
    axes.set_ylim(max(0.0, math.floor(lowest * 10 - 0.5) / 10), 1.02)
    axes.xaxis.set_major_formatter(PercentFormatter(1.0))
    axes.set_xlabel("words taken away")
    axes.grid(axis="y")
    axes.spines["left"].set_visible(False)
    axes.tick_params(axis="y", length=0)
    name_curves(axes)
    return figure


def name_curves(axes: Axes) -> None:
    """The names at the right; all curves end in the empty text, so they go by their middle."""
    middles = {}
    for line in axes.lines:
        values = np.asarray(line.get_ydata(), float)
        middles[str(line.get_label())] = float(values[len(values) // 3 : -1].mean())
    spread = sorted(middles, key=lambda name: -middles[name])
    for place, name in enumerate(spread):
        line = next(line for line in axes.lines if line.get_label() == name)
        colour = line.get_color()
        look = {"va": "center", "size": SMALL, "color": MUTED if colour == GREY else colour}
        note(axes, name, (1, 0.92 - 0.085 * place), (7, 0), "axes fraction", look)


@house()
def permutations(heaviest: Sequence[float], moved: Sequence[float], times: int) -> Figure:
    """How far the answer moves when the weights are shuffled, against the largest weight.

    Args:
        heaviest: largest attention weight of each text.
        moved: median over the permutations of the total variation of its answer.
        times: permutations a text.

    Raises:
        ShapeError: not as many of the one as of the other, or none.
    """
    if len(heaviest) != len(moved) or not len(moved):
        raise ShapeError(
            f"one weight and one change a text are needed, got {len(heaviest)} and {len(moved)}."
        )
    height, bottom, left = 3.3, 0.52, 0.72
    figure = new_figure(
        height,
        "The same weights on other words",
        f"{plural(len(moved), 'text')}, the median of {times} permutations each.",
    )
    axes = panel(figure, left, bottom, WIDTH - left - 1.5, height - HEAD - bottom - 0.05)
    axes.plot(heaviest, moved, "o", color=BLUE, alpha=0.35, markersize=5, markeredgewidth=0)
    mean = float(np.mean(moved))
    axes.axhline(mean, color=ORANGE, linewidth=1)
    look = {"va": "center", "size": SMALL, "color": ORANGE}
    note(axes, f"mean {mean:.3f}", (1, mean), (6, 0), ("axes fraction", "data"), look)
    axes.set_xlim(0, min(1.02, max(heaviest) * 1.12))
    axes.set_ylim(-0.01, max(0.1, math.ceil(max(moved) * 11) / 10))
    axes.set_xlabel("largest attention weight of the text")
    axes.set_ylabel("change of the answer")
    axes.grid(color=FAINT)
    for side in ("left", "bottom"):
        axes.spines[side].set_visible(False)
    axes.tick_params(length=0)
    return figure
