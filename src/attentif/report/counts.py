"""How many texts each class has, and how long they are."""

from collections.abc import Mapping, Sequence

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from attentif.errors import ShapeError
from attentif.report.palette import BLUE, INK, MUTED, ORANGE
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
from attentif.report.wording import count, plural, several, share

MOST_HISTOGRAMS = 6  # classes; more are drawn as one line each
SHOWN = 0.995  # share of the lengths that the axis reaches
BINS = 40


@house()
def class_counts(counts: Mapping[str, int], unit: str = "text") -> Figure:
    """Bars of the number of texts of each class, the largest first, with their shares.

    Args:
        counts: class -> number of texts, 1 to 50 classes.
        unit: what is counted, in the singular.
    """
    if not counts:
        raise ShapeError("counts must name at least one class, got none.")
    ranked = sorted(counts.items(), key=lambda item: -item[1])
    total = sum(counts.values())
    row = 0.3 if len(ranked) <= 15 else 0.2
    size = NORMAL if row == 0.3 else SMALL
    labels = [fitted(label, 2.0, size) for label, _ in ranked]
    left = max(text_width(label, size) for label in labels) + MARGIN + 0.1
    height = HEAD + row * len(ranked) + MARGIN
    figure = new_figure(
        height,
        f"{several(unit).capitalize()} in each class",
        f"{plural(total, unit)}, {plural(len(ranked), 'class')}. " + _lazy_answer(ranked, total),
    )
    right = max(_room_beside(number, total, size) for _, number in ranked)
    axes = panel(figure, left, MARGIN, WIDTH - left - right, row * len(ranked))
    axes.barh(range(len(ranked)), [number for _, number in ranked], height=0.66, color=BLUE)
    row_axis(axes, labels)
    axes.tick_params(axis="y", labelsize=size)
    axes.set_xlim(0, max(1, *(number for _, number in ranked)))
    axes.xaxis.set_visible(False)
    axes.spines["bottom"].set_visible(False)
    for place, (_, number) in enumerate(ranked):
        _write_beside(axes, place, number, total, size)
    return figure


def _lazy_answer(ranked: Sequence[tuple[str, int]], total: int) -> str:
    """What a model reaches that always gives the largest class."""
    if len(ranked) < 2 or not total:
        return ""
    label = fitted(ranked[0][0], 1.2)
    return f"Always answering “{label}” would be right {share(ranked[0][1] / total)} of the time."


def _room_beside(number: int, total: int, size: float) -> float:
    """Inches that a bar's number and share need after it."""
    part = share(number / max(1, total))
    return text_width(count(number), size, "bold") + text_width(part, size) + 0.28


def _write_beside(axes: Axes, place: int, number: int, total: int, size: float) -> None:
    """A bar's number, and its share more quietly after it."""
    look = {"va": "center", "size": size}
    bold = look | {"weight": "bold"}
    written = note(axes, count(number), (number, place), (5, 0), look=bold)
    part = share(number / max(1, total))
    note(axes, part, (1, 0.5), (6, 0), written, look | {"color": MUTED})


@house()
def lengths(
    lengths_by_label: Mapping[str, Sequence[int]], unit: str = "token", limit: int = 0
) -> Figure:
    """How long the texts of each class are: histograms, or one line a class when many.

    The axis stops where nearly all texts end, so that one giant does not flatten the
    rest; what lies beyond is counted and written at the edge.

    Args:
        lengths_by_label: class -> length of each of its texts; a class may be empty.
        unit: what the lengths count, in the singular.
        limit: longest text that is read whole, marked; 0 for none.
    """
    known = {
        label: np.asarray(values, dtype=float)
        for label, values in lengths_by_label.items()
        if len(values)
    }
    if not known:
        raise ShapeError("lengths_by_label must have at least one text, got none.")
    everything = np.concatenate(list(known.values()))
    edges = _edges(everything, limit)
    many = len(lengths_by_label) > MOST_HISTOGRAMS
    beyond = int((everything > edges[-1]).sum())
    second = f"Half of all {count(len(everything))} texts have {np.median(everything):.0f}"
    second += f" {several(unit)} or fewer, the longest has {everything.max():,.0f}."
    if many:
        second += " Dot: median; thick line: half; thin: 90 %."
    draw = _ranges if many else _histograms
    rows = {label: known.get(label, np.empty(0)) for label in lengths_by_label}
    figure = draw(rows, edges, second, HEAD + (0.18 if 0 < limit <= edges[-1] else 0))
    _mark_limit(figure, everything, limit)
    bottom = figure.axes[-1]
    bottom.set_xlabel(f"length of a text, in {several(unit)}")
    if beyond:
        look = {"ha": "right", "va": "top", "size": SMALL, "color": MUTED}
        text = f"{plural(beyond, 'text')} longer →"
        note(bottom, text, (1, 0), (0, -19), "axes fraction", look)
    return figure


def _edges(values: np.ndarray, limit: int) -> np.ndarray:
    """Edges of equal bins of a whole width, up to where nearly all texts end."""
    top = max(float(np.quantile(values, SHOWN)), 1.0)
    if limit and limit < 2 * top:
        top = max(top, limit * 1.05)
    step = next(s for s in _steps() if top / s <= BINS)
    return np.arange(0, top + 2 * step, step) - 0.5


def _steps() -> Sequence[int]:
    """1, 2, 5, 10, 20, 50 ..."""
    return [digit * 10**power for power in range(9) for digit in (1, 2, 5)]


def _histograms(
    rows: Mapping[str, np.ndarray], edges: np.ndarray, second: str, head: float
) -> Figure:
    """One histogram a class, above each other on one axis, each of its own class's share."""
    row, bottom = 0.78, 0.48
    figure = new_figure(head + row * len(rows) + bottom, "Length of the texts", second)
    labels = [fitted(label, 1.6) for label in rows]
    left = max(0.8, *(text_width(label, weight="bold") for label in labels)) + MARGIN + 0.15
    place = bottom + row * len(rows)
    for label, values in zip(labels, rows.values(), strict=True):
        place -= row
        axes = panel(figure, left, place, WIDTH - left - 0.2, row * 0.86)
        heights, _ = np.histogram(values, edges)
        axes.stairs(heights / max(1, len(values)), edges, fill=True, color=BLUE)
        axes.set_xlim(-0.5, edges[-1])
        axes.set_ylim(0, max(heights.max() / max(1, len(values)), 1e-9) * 1.05)
        axes.yaxis.set_visible(False)
        axes.spines["left"].set_visible(False)
        axes.tick_params(axis="x", labelbottom=place < bottom + 0.01)
        _name_row(axes, label, values)
    return figure


def _name_row(axes: Axes, label: str, values: np.ndarray) -> None:
    """A histogram's class at its left, with how many texts and their median; its median marked."""
    for text, height, size, weight, colour in (
        (label, 0.62, NORMAL, "bold", INK),
        (plural(len(values), "text"), 0.36, SMALL, "normal", MUTED),
        (f"median {np.median(values):.0f}" if len(values) else "", 0.1, SMALL, "normal", MUTED),
    ):
        look = {"ha": "right", "size": size, "weight": weight, "color": colour}
        note(axes, text, (0, height), (-10, 0), "axes fraction", look)
    if len(values):
        axes.axvline(float(np.median(values)), 0, 0.96, color=INK, linewidth=1.0)


def _ranges(rows: Mapping[str, np.ndarray], edges: np.ndarray, second: str, head: float) -> Figure:
    """One line a class: its median, the middle half and the middle nine tenths."""
    row, bottom = 0.2, 0.48
    figure = new_figure(head + row * len(rows) + bottom, "Length of the texts", second)
    labels = [fitted(label, 2.0, SMALL) for label in rows]
    left = max(text_width(label, SMALL) for label in labels) + MARGIN + 0.1
    axes = panel(figure, left, bottom, WIDTH - left - 0.2, row * len(rows))
    row_axis(axes, labels)
    axes.tick_params(axis="y", labelsize=SMALL)
    axes.set_xlim(-0.5, edges[-1])
    axes.grid(axis="x")
    for place, values in enumerate(rows.values()):
        if len(values):
            ends = np.quantile(values, (0.05, 0.25, 0.75, 0.95))
            for low, high, width in ((ends[0], ends[3], 1), (ends[1], ends[2], 4)):
                axes.hlines(place, low, high, color=BLUE, linewidth=width)
            axes.plot(np.median(values), place, "o", markersize=4, color=INK)
    return figure


def _mark_limit(figure: Figure, values: np.ndarray, limit: int) -> None:
    """A dashed line through all rows where texts are cut, with the share that is."""
    first = figure.axes[0]
    if not limit or limit > first.get_xlim()[1]:
        return
    for axes in figure.axes:
        axes.axvline(limit, color=ORANGE, linewidth=1.2, linestyle=(0, (4, 2)))
    longer = float((values > limit).mean())
    cut = f"{share(longer)} of the texts are" if longer else "no text is"
    right = limit > first.get_xlim()[1] * 0.6
    text = f"limit {limit}: {cut} longer"
    look = {"ha": "right" if right else "left", "va": "bottom", "size": SMALL, "color": ORANGE}
    note(first, text, (limit, 1), (-4 if right else 4, 2), ("data", "axes fraction"), look)
