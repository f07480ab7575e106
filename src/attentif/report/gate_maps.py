"""Gates and memory of a recurrent layer over one message, as heat maps.

Each column is a token, each row a unit; the units that are most alike stand together, so
that what many do in common can be seen.
"""

from collections.abc import Mapping, Sequence

import numpy as np
from matplotlib.axes import Axes
from matplotlib.colors import LinearSegmentedColormap
from matplotlib.figure import Figure
from numpy.typing import NDArray

from attentif.errors import ShapeError
from attentif.report.palette import BLUE, FAINT, INK, MUTED, ORANGE, PAPER
from attentif.report.style import (
    HEAD,
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

LEFT, RIGHT = 0.95, 0.62
HEIGHT = 0.85  # of a heat map
GAP = 0.12
CURVE = 0.6  # height of the curve of norms
MOST_TOKENS = 60  # that are written below; more would touch
LETTERS = 1.0  # inches that a word has below its column
SHUT_TO_OPEN = LinearSegmentedColormap.from_list("gate", [ORANGE, "#f7f7f5", BLUE])


@house()
def gates(
    words: Sequence[str],
    maps: Mapping[str, NDArray[np.floating]],
    *,
    memory: NDArray[np.floating] | None = None,
    hidden: NDArray[np.floating] | None = None,
    title: str = "Gates",
    second: str = "",
) -> Figure:
    """One heat map for each gate, orange where it is shut and blue where it is open.

    Args:
        words: T tokens, at least one.
        maps: name of the gate -> (T, H) values from 0 to 1; may be empty.
        memory, hidden: (T, H) states, whose norm is drawn below; None where there is none.
        title, second: the two lines above.

    Raises:
        ShapeError: values that are not one row a token.
    """
    states = {"memory": memory, "hidden": hidden}
    curves = {name: values for name, values in states.items() if values is not None}
    check(words, {**maps, **curves})
    cell = (WIDTH - LEFT - RIGHT) / len(words)
    small = NORMAL if cell > 0.2 else SMALL if cell > 0.14 else TINY
    shown = [fitted(word, LETTERS, small) for word in words]
    turned = any(text_width(word, small) > cell * 0.92 for word in shown)
    foot = (max(text_width(word, small) for word in shown) if turned else 0.15) + 0.12
    foot = foot if len(words) <= MOST_TOKENS else 0.2
    rows = [HEIGHT] * len(maps) + [CURVE] * bool(curves)
    height = HEAD + sum(rows) + GAP * len(rows) + foot
    figure = new_figure(height, title, second)
    top = height - HEAD
    order = alike(list(maps.values())[0]) if maps else np.arange(0)
    axes = None
    for place, tall in enumerate(rows):
        axes = panel(figure, LEFT, top - tall, WIDTH - LEFT - RIGHT, tall)
        if place < len(maps):
            name = list(maps)[place]
            draw_map(axes, name, maps[name][:, order])
        else:
            draw_norms(axes, curves)
        axes.set_xticks([])
        top -= tall + GAP
    if axes is not None and len(words) <= MOST_TOKENS:
        axes.set_xticks(range(len(words)), shown, rotation=90 if turned else 0)
        axes.tick_params(axis="x", length=0, labelsize=small, labelcolor=INK, pad=4)
    if maps:
        draw_scale(figure, height - HEAD - HEIGHT)
    return figure


def check(words: Sequence[str], values: Mapping[str, NDArray[np.floating]]) -> None:
    """Refuse values that are not one row a word."""
    for name, own in values.items():
        if len(own) != len(words) or not len(words):
            raise ShapeError(
                f"{name} must have one row for each of the {len(words)} words,"
                f" got the shape {own.shape}."
            )


def alike(values: NDArray[np.floating]) -> NDArray[np.int64]:
    """An order of the units in which those that are open at the same time stand together.

    It is that of the first principal component of their paths.
    """
    centred = values - values.mean(axis=0)
    if len(values) < 2 or not np.any(centred):
        return np.argsort(values.mean(axis=0), kind="stable")
    _, _, units = np.linalg.svd(centred, full_matrices=False)
    return np.argsort(units[0], kind="stable")


def draw_map(axes: Axes, name: str, values: NDArray[np.floating]) -> None:
    """One gate: its name and its mean at the left."""
    axes.imshow(values.T, cmap=SHUT_TO_OPEN, vmin=0, vmax=1, aspect="auto", interpolation="nearest")
    axes.set_xlim(-0.5, len(values) - 0.5)
    axes.set_yticks([])
    for side in axes.spines.values():
        side.set_visible(False)
    if len(values) <= MOST_TOKENS:
        axes.vlines(np.arange(len(values) - 1) + 0.5, *axes.get_ylim(), color=PAPER, linewidth=1)
    look = {"ha": "right", "size": NORMAL, "color": INK}
    note(axes, name, (0, 0.5), (-8, 1), "axes fraction", look | {"va": "bottom", "weight": "bold"})
    said = f"mean {values.mean():.2f}"
    note(axes, said, (0, 0.5), (-8, -1), "axes fraction", look | {"va": "top", "color": MUTED})


def draw_norms(axes: Axes, curves: Mapping[str, NDArray[np.floating]]) -> None:
    """Length of the states' vectors, each curve named at its end."""
    ends = []
    for (name, values), colour in zip(curves.items(), (BLUE, MUTED), strict=False):
        norms = np.linalg.norm(values, axis=1)
        axes.plot(norms, color=colour, marker="o", markersize=3)
        ends.append((float(norms[-1]), name, colour))
    axes.set_xlim(-0.5, len(next(iter(curves.values()))) - 0.5)
    top = axes.get_ylim()[1]
    axes.set_ylim(0, top * 1.05)
    axes.tick_params(axis="y", length=0)
    axes.locator_params(axis="y", nbins=3)
    axes.grid(axis="y", color=FAINT)
    axes.spines["left"].set_visible(False)
    close = len(ends) == 2 and abs(ends[0][0] - ends[1][0]) < 0.2 * top
    for value, name, colour in ends:
        shift = (6 if value == max(ends)[0] else -6) if close else 0
        look = {"va": "center", "color": colour, "size": SMALL}
        note(axes, name, (1, value), (5, shift), ("axes fraction", "data"), look)
    look = {"ha": "right", "va": "center", "size": NORMAL, "weight": "bold"}
    note(axes, "norm", (0, 0.5), (-26, 0), "axes fraction", look)


def draw_scale(figure: Figure, bottom: float) -> None:
    """What the colours mean, at the right of the first map."""
    axes = panel(figure, WIDTH - RIGHT + MARGIN, bottom, 0.09, HEIGHT)
    axes.imshow(np.linspace(1, 0, 64)[:, None], cmap=SHUT_TO_OPEN, aspect="auto")
    axes.set_xticks([])
    axes.set_yticks([0, 63], ["open", "shut"])
    axes.yaxis.tick_right()
    axes.tick_params(length=0, labelsize=SMALL, pad=3)
    for side in axes.spines.values():
        side.set_visible(False)
