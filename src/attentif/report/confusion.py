"""The confusion matrix: which class was taken for which."""

from collections.abc import Sequence
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from numpy.typing import ArrayLike

from attentif.report.matrix import Error, checked, row_shares, worst
from attentif.report.palette import BLUE, FAINT, INK, MUTED, ON_FILL, ORANGE, PAPER, channels
from attentif.report.style import (
    HEAD,
    LARGE,
    MARGIN,
    NORMAL,
    SMALL,
    TINY,
    WIDTH,
    fitted,
    house,
    new_figure,
    note,
    panel,
    text_width,
)
from attentif.report.wording import count, plural, share

MOST_WITH_SHARES = 10  # classes; more have their counts only
MOST_WITH_COUNTS = 15  # classes; more are shades only
DEEP = 0.8  # share of the row above which the text on a cell is light
LISTED = 5
TITLE = "True and predicted classes"


@house()
def confusion(matrix: ArrayLike, labels: Sequence[str]) -> Figure:
    """Rows are the true classes, columns the predicted ones, in the order of `labels`.

    A cell's depth is its share of its row: blue where the answer is right, orange where
    it is wrong. A class that is absent keeps its row and its column.

    Args:
        matrix: (C, C) counts; `matrix[i][j]` texts of class i were taken for class j.
        labels: the C classes, 2 to 50.
    """
    table = checked(matrix, labels)
    size = len(labels)
    small = SMALL if size <= 25 else 6.0  # points; still 8 pixels where the figure is 700 wide
    rows = [fitted(label, 1.7, small) for label in labels]
    name = max(text_width(label, small) for label in rows)
    left = 0.38 + name + MARGIN
    cell = min((WIDTH - left - 0.75) / size, 1.15 if size < 4 else 0.75)
    turned = max(text_width(label, small) for label in rows) > cell * 0.95
    top = HEAD + 0.3 + (name if turned else 0.15) + 0.1
    listed = [_sentence(error) for error in worst(table, labels, LISTED)] if size > 2 else []
    bottom = 0.2 + (0.28 + 0.18 * len(listed) if listed else 0)
    width = max(4.0, left + cell * size + 0.75, *(0.3 + text_width(s, SMALL) for s in listed))
    figure = new_figure(top + cell * size + bottom, TITLE, _right(table), width)
    axes = panel(figure, left, bottom, cell * size, cell * size)
    _fill(axes, table)
    _name_axes(axes, rows, small, 90 if turned else 0)
    _write_totals(axes, table, small)
    _write_cells(axes, table)
    _write_list(figure, listed, bottom)
    return figure


def _sentence(error: Error) -> str:
    """A frequent error, written out."""
    return (
        f"{fitted(error.true, 1.6)} taken for {fitted(error.predicted, 1.6)}:"
        f" {count(error.number)} ({share(error.share)} of its texts)"
    )


def _right(table: np.ndarray) -> str:
    """How many answers are right, in a sentence."""
    total, right = int(table.sum()), int(np.trace(table))
    return f"{count(right)} of {plural(total, 'answer')} right ({share(right / max(1, total))})."


def _fill(axes: Axes, table: np.ndarray) -> None:
    """The shades: one pixel a cell, transparent where there is nothing."""
    shades = np.empty((*table.shape, 4))
    shades[..., :3] = np.array(channels(ORANGE)) / 255
    shades[np.eye(len(table), dtype=bool), :3] = np.array(channels(BLUE)) / 255
    shades[..., 3] = np.where(table > 0, 0.1 + 0.9 * row_shares(table), 0)
    axes.imshow(shades, interpolation="none", aspect="auto")
    lines = np.arange(len(table) + 1) - 0.5
    large = len(table) <= MOST_WITH_SHARES
    colour, width = (PAPER, 2.0) if large else (FAINT, 0.5)
    for draw in (axes.hlines, axes.vlines):
        draw(lines, -0.5, len(table) - 0.5, color=colour, linewidth=width)
    for spine in axes.spines.values():
        spine.set_visible(True)
        spine.set_color(MUTED)


def _name_axes(axes: Axes, labels: list[str], size: float, turned: int) -> None:
    """Every class on both axes, and what the axes are."""
    axes.xaxis.tick_top()
    axes.xaxis.set_label_position("top")
    axes.set_xticks(range(len(labels)), labels, rotation=turned)
    axes.set_yticks(range(len(labels)), labels)
    axes.tick_params(length=0, labelsize=size, labelcolor=INK, pad=4)
    axes.set_xlabel("predicted class →", loc="left", labelpad=6)
    axes.set_ylabel("← true class", loc="top", labelpad=6)


def _write_totals(axes: Axes, table: np.ndarray, size: float) -> None:
    """The answers to each true class, at the right of its row."""
    look = {"size": size, "color": MUTED}
    for row, total in enumerate(table.sum(axis=1)):
        beside = ("axes fraction", "data")
        note(axes, count(total), (1, row), (6, 0), beside, look | {"va": "center"})
    note(axes, "total", (1, 1), (6, 4), "axes fraction", look)


def _write_cells(axes: Axes, table: np.ndarray) -> None:
    """Counts, and shares of the row below them, while the cells have room."""
    size = len(table)
    if size > MOST_WITH_COUNTS:
        return
    with_shares = size <= MOST_WITH_SHARES
    large = LARGE if size < 4 else NORMAL if with_shares else TINY
    small = SMALL if size < 7 else TINY
    shares = row_shares(table)
    for (row, column), number in np.ndenumerate(table):
        part = float(shares[row, column])
        middle: dict[str, Any] = {"ha": "center", "va": "center", "size": large, "color": INK}
        if part > DEEP:
            middle["color"] = ON_FILL
        if number and with_shares:
            axes.text(column, row - 0.12, count(number), middle, weight="bold")
            axes.text(column, row + 0.2, share(part), middle, size=small)
        elif number:
            axes.text(column, row, count(number), middle)
        elif with_shares:
            axes.text(column, row, "0", middle, color=MUTED)


def _write_list(figure: Figure, listed: Sequence[str], bottom: float) -> None:
    """The most frequent errors, below the matrix."""
    across, up = figure.get_size_inches()
    for place, sentence in enumerate(["Most frequent errors", *listed] if listed else []):
        height = bottom - 0.18 * (place + 1)
        weight = "normal" if place else "bold"
        figure.text(MARGIN / across, height / up, sentence, va="top", size=SMALL, weight=weight)
