"""Attention over sequences whose right answer is known, beside that answer.

Each row is a sequence, each column a place; the places where the attention should be are
framed.
"""

from collections.abc import Sequence
from typing import Any

import numpy as np
from matplotlib.colors import LinearSegmentedColormap
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle
from matplotlib.ticker import MaxNLocator
from numpy.typing import NDArray

from attentif.errors import ShapeError
from attentif.report.palette import BLUE, MUTED, ORANGE
from attentif.report.style import (
    HEAD,
    SMALL,
    WIDTH,
    house,
    new_figure,
    note,
    panel,
    row_axis,
    text_width,
)

SHADE = LinearSegmentedColormap.from_list("attention", ["#f4f6f8", BLUE])
LEFT, ROW, BOTTOM = 0.35, 0.27, 0.5


@house()
def truth_map(
    weights: Sequence[NDArray[np.floating]],
    wanted: Sequence[Sequence[int]],
    said: Sequence[str],
    *,
    title: str,
    second: str,
    below: str,
) -> Figure:
    """One row for each sequence.

    Args:
        weights: (T,) attention of each, T may differ.
        wanted: places of each where the attention should be, from 0 on; drawn from 1 on.
        said: what is written at the right of each row, such as the mass on those places.
        title, second, below: the lines above, and the name of the horizontal axis.

    Raises:
        ShapeError: no sequence, or lists of different lengths.
    """
    if not weights or not len(weights) == len(wanted) == len(said):
        raise ShapeError(
            f"truth_map needs a row of each list for each sequence, got {len(weights)} weights,"
            f" {len(wanted)} places and {len(said)} sentences."
        )
    right = max(text_width(one, SMALL) for one in said) + 0.25
    tall = ROW * len(weights)
    figure = new_figure(HEAD + tall + BOTTOM, title, second)
    axes = panel(figure, LEFT, BOTTOM, WIDTH - LEFT - right, tall)
    longest = max(map(len, weights))
    row_axis(axes, [str(row + 1) for row in range(len(weights))])
    axes.tick_params(axis="y", labelsize=SMALL, labelcolor=MUTED)
    axes.set_xlim(0.5, longest + 0.5)
    axes.xaxis.set_major_locator(MaxNLocator(nbins=10, integer=True, min_n_ticks=1))
    axes.spines["bottom"].set_visible(False)
    axes.set_xlabel(below)
    for row, own in enumerate(weights):
        for place, weight in enumerate(own):
            shade = SHADE(float(np.clip(weight, 0, 1)) ** 0.7)
            axes.add_patch(cell(row, place, facecolor=shade, edgecolor="white", linewidth=0.6))
        for place in wanted[row]:
            axes.add_patch(cell(row, place, facecolor="none", edgecolor=ORANGE, linewidth=1.4))
        look = {"va": "center", "size": SMALL, "color": MUTED}
        note(axes, said[row], (1, row), (8, 0), ("axes fraction", "data"), look)
    return figure


def cell(row: int, place: int, *, facecolor: Any, edgecolor: str, linewidth: float) -> Rectangle:
    """The box of one place; frames stand over the boxes beside them."""
    zorder = 3 if facecolor == "none" else 1
    return Rectangle(
        (place + 0.5, row - 0.42), 1.0, 0.84,
        facecolor=facecolor, edgecolor=edgecolor, linewidth=linewidth, zorder=zorder,
    )  # fmt: skip
