"""Words as points: their vectors on the two directions in which they differ most."""

from collections.abc import Sequence
from itertools import zip_longest

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from numpy.typing import NDArray

from attentif.errors import ShapeError
from attentif.report.palette import BLUE, FAINT, GOLD, GREEN, INK, MUTED, ORANGE, PURPLE
from attentif.report.style import (
    HEAD,
    NORMAL,
    SMALL,
    WIDTH,
    fitted,
    house,
    new_figure,
    panel,
    text_width,
)
from attentif.report.wording import share

HEIGHT = 5.2
LINE = 0.15  # inches that a name takes in height
MOVES = ((0.06, 0.0), (-0.06, 0.0), (0.0, 0.11), (0.0, -0.11))  # of a name from its point
DOT = 0.04  # inches from a point's middle that no other point's name may enter
GROUPS = (BLUE, ORANGE, INK, GREEN, PURPLE, GOLD, MUTED)


@house()
def word_map(
    words: Sequence[str],
    points: NDArray[np.floating],
    shares: tuple[float, float],
    groups: Sequence[str] = (),
) -> Figure:
    """Each word at its point; names that would cover another or a point are left out.

    Args:
        words: N, the most important first: they are named first.
        points: (N, 2).
        shares: of the variance, what each direction shows.
        groups: of each word, such as the class that it speaks for; coloured and named above.
            Those beyond the colours are grey together.

    Raises:
        ShapeError: not one point for each word.
    """
    if points.shape != (len(words), 2) or not len(words):
        raise ShapeError(
            f"points must be of shape ({len(words)}, 2), one a word, got {points.shape}."
        )
    second = f"Two directions, {share(shares[0])} and {share(shares[1])} of the differences."
    figure = new_figure(HEIGHT, "Words as the network sees them", second)
    axes = panel(figure, 0.12, 0.12, WIDTH - 0.24, HEIGHT - HEAD - 0.3)
    frame(axes, points)
    names = list(dict.fromkeys(groups))
    colours = dict(zip_longest(names, GROUPS[: len(names)], fillvalue=GROUPS[-1]))
    shades = [colours[group] for group in groups] or [BLUE] * len(words)
    axes.scatter(points[:, 0], points[:, 1], s=14, c=shades, linewidths=0, alpha=0.75)
    room = np.array(figure.get_size_inches()) * axes.get_position().size
    places = axes.transAxes.inverted().transform(axes.transData.transform(points)) * room
    dots = [(x - DOT, y - DOT, x + DOT, y + DOT) for x, y in places.tolist()]
    taken: list[tuple[float, float, float, float]] = []
    for row, (word, place, shade) in enumerate(zip(words, places.tolist(), shades, strict=True)):
        name = fitted(word, 1.2, SMALL)
        others = [*taken, *dots[:row], *dots[row + 1 :]]
        spot = free_spot(place, text_width(name, SMALL), others, room.tolist())
        if name and spot:
            taken.append(spot)
            at = (spot[0] / room[0], (spot[1] + spot[3]) / 2 / room[1])
            axes.text(*at, name, size=SMALL, color=shade, va="center", transform=axes.transAxes)
    name_groups(figure, names)
    return figure


def frame(axes: Axes, points: NDArray[np.floating]) -> None:
    """A frame around all points, without numbers: the directions have no unit."""
    axes.set_xticks([])
    axes.set_yticks([])
    for side in axes.spines.values():
        side.set_visible(True)
        side.set_color(FAINT)
    low, high = points.min(axis=0), points.max(axis=0)
    air = np.maximum((high - low) * (0.09, 0.05), 1e-6)
    axes.set_xlim(low[0] - air[0], high[0] + air[0])
    axes.set_ylim(low[1] - air[1], high[1] + air[1])


def name_groups(figure: Figure, names: Sequence[str]) -> None:
    """The groups in their colours, above the map."""
    left, last = 0.12, len(GROUPS) - 1
    named = [*names[:last], "others"] if len(names) > len(GROUPS) else names
    for name, shade in zip(named, GROUPS, strict=False):
        shown = f"● {fitted(name, min(1.4, WIDTH / len(named) - 0.4))}"
        figure.text(left / WIDTH, 1 - 0.62 / HEIGHT, shown, color=shade, size=NORMAL, va="top")
        left += text_width(shown) + 0.2


def free_spot(
    place: Sequence[float],
    width: float,
    taken: Sequence[tuple[float, float, float, float]],
    room: Sequence[float],
) -> tuple[float, float, float, float] | None:
    """Where a name fits beside its point: (left, bottom, right, top) in inches, or nowhere."""
    x, y = place
    for across, up in MOVES:
        left = x + across if across > 0 else x - width + across if across < 0 else x - width / 2
        box = (left, y + up - LINE / 2, left + width, y + up + LINE / 2)
        inside = left > 0 and box[2] < room[0] and box[1] > 0 and box[3] < room[1]
        if inside and not any(covers(box, other) for other in taken):
            return box
    return None


def covers(one: Sequence[float], other: Sequence[float]) -> bool:
    """Whether two boxes share any place.

    >>> covers((0, 0, 2, 1), (1, 0, 3, 1)), covers((0, 0, 1, 1), (1, 0, 2, 1))
    (True, False)
    """
    return (
        one[0] < other[2] and other[0] < one[2] and one[1] < other[3] and other[1] < one[3]
    )  # fmt: skip
