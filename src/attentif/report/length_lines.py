"""Scores by the length of the source: where a network without attention falls behind."""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from attentif.errors import ShapeError
from attentif.report.palette import BLUE, INK, ORANGE
from attentif.report.style import HEAD, NORMAL, SMALL, house, new_figure, note, panel

LOOKS = ((ORANGE, "-"), (BLUE, "-"), (INK, (0, (4, 2))))  # of the lines, in order
CROWDED = 0.09  # of the panel's height: closer names are moved apart
HEIGHT, BOTTOM = 3.3, 0.75


class LengthLine(NamedTuple):
    """One model: its name, and for each training the scores of the groups, short sources first."""

    name: str
    runs: Sequence[Sequence[float]]

    @property
    def means(self) -> list[float]:
        """Of the trainings, by group."""
        return np.mean(np.array(self.runs, float), axis=0).tolist()


class LengthPanel(NamedTuple):
    """One score of all models; unit: of its values."""

    score: str
    lines: Sequence[LengthLine]
    unit: str = ""


@house()
def length_lines(
    groups: Sequence[tuple[int, int]], panels: Sequence[LengthPanel], second: str = ""
) -> Figure:
    """One or two panels: a line a model, a dot a training.

    Args:
        groups: the shortest and the longest source of each, in units.
        second: the quieter line below the title.

    Raises:
        ShapeError: no group, more than two panels, or scores for other groups.
    """
    sizes = {len(run) for each in panels for line in each.lines for run in line.runs}
    if not groups or sizes != {len(groups)} or not 1 <= len(panels) <= 2:
        raise ShapeError(
            f"one or two panels with a score for each of the {len(groups)} groups are wanted, got"
            f" {len(panels)} panels with {sorted(sizes)} scores."
        )
    figure = new_figure(HEIGHT, "By the length of the source", second)
    for left, each in zip((0.5, 4.0), panels, strict=False):
        axes = panel(figure, left, BOTTOM, 2.2, HEIGHT - HEAD - BOTTOM - 0.25)
        title = f"{each.score}, {each.unit}" if each.unit else each.score
        axes.set_title(title, loc="left", size=NORMAL, color=INK, weight="bold")
        draw(axes, groups, each)
    return figure


def draw(axes: Axes, groups: Sequence[tuple[int, int]], each: LengthPanel) -> None:
    """The lines of one panel, their dots and their names."""
    places = range(len(groups))
    labels = [f"{low}–{high}" if low < high else str(low) for low, high in groups]
    axes.set_xticks(places, labels, rotation=45, ha="right", rotation_mode="anchor")
    axes.set_xlim(-0.3, len(groups) - 0.7)
    axes.set_xlabel("units of the source")
    axes.grid(axis="y")
    axes.spines["left"].set_visible(False)
    axes.tick_params(axis="y", length=0)
    ends = []
    for number, line in enumerate(each.lines):
        colour, style = LOOKS[number % len(LOOKS)]
        axes.plot(places, line.means, color=colour, linestyle=style, label=line.name)
        for run in line.runs:
            axes.plot(places, run, "o", color=colour, markersize=2.5, alpha=0.5)
        ends.append((line.means[-1], line.name, colour))
    low, high = axes.get_ylim()
    axes.set_ylim(max(0.0, low), high)
    name_ends(axes, ends)


def name_ends(axes: Axes, ends: list[tuple[float, str, str]]) -> None:
    """Each line's name after its end, moved up where it would touch the one below."""
    low, high = axes.get_ylim()
    last = -1.0
    for value, name, colour in sorted(ends):
        last = max((value - low) / (high - low), last + CROWDED)
        look = {"va": "center", "color": colour, "size": SMALL}
        note(axes, name, (1, last), (4, 0), "axes fraction", look)
