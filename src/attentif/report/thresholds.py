"""What each threshold would give, and whether the probabilities can be believed."""

from collections.abc import Sequence
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import MultipleLocator, PercentFormatter

from attentif.errors import ShapeError
from attentif.report.palette import BLUE, GREY, MUTED, ORANGE, PAPER
from attentif.report.style import HEAD, SMALL, TINY, house, new_figure, note, panel
from attentif.report.wording import SPACE, count, plural, score, share

CLEAR = {"facecolor": PAPER, "edgecolor": "none", "pad": 1.5}  # no grid through a text
STEPS = {0.0: 0.2, 0.5: 0.1, 0.8: 0.05, 0.9: 0.02}  # where an axis may begin -> its steps
POINTS = 500  # of a curve; more are thinned, evenly along it
BAR = 0.04  # of the axis: width of a bar of counts
ROOM = 0.07  # of the axis: what the number above a bar takes
LEFT = 0.74  # room for the left axis and its title
SQUARE = 5.0  # width of a figure whose panel is nearly square


@house()
def precision_recall(
    recall: Sequence[float],
    precision: Sequence[float],
    chosen: tuple[float, float] | None,
    average_precision: float,
) -> Figure:
    """Precision against recall over all thresholds, the chosen one marked.

    Args:
        recall: of the class looked for, at each threshold, in either order.
        precision: at the same thresholds.
        chosen: (recall, precision) at the threshold in use, if there is one.
        average_precision: area under the steps, written above.
    """
    if len(recall) != len(precision) or not len(recall):
        raise ShapeError(
            "recall and precision must have one value for each threshold,"
            f" got {len(recall)} and {len(precision)}."
        )
    height, bottom = 4.2, 0.5
    second = f"Average precision {score(average_precision)}; 1 would be perfect."
    figure = new_figure(height, "Precision against recall", second, SQUARE)
    axes = panel(figure, LEFT, bottom, SQUARE - LEFT - 0.3, height - HEAD - bottom - 0.1)
    axes.plot(*_seen(recall, precision), drawstyle="steps-post", color=BLUE)
    _percent_axes(axes)
    axes.set_xlabel("recall: share of the class that is found")
    axes.set_ylabel("precision: share of the alarms that are right")
    if chosen:
        _mark_chosen(axes, *chosen)
    return figure


def _seen(recall: Sequence[float], precision: Sequence[float]) -> tuple[np.ndarray, np.ndarray]:
    """The curve by falling recall, in no more points than the eye can tell apart."""
    points = np.array([recall, precision], dtype=float)
    points = points if points[0, 0] >= points[0, -1] else points[:, ::-1]
    if points.shape[1] > POINTS:
        way = np.abs(np.diff(points, prepend=points[:, :1])).sum(axis=0).cumsum()
        kept = np.searchsorted(way, np.linspace(0, way[-1], POINTS))
        points = points[:, np.unique([0, *kept])]
    return points[0], points[1]


def _mark_chosen(axes: Axes, recall: float, precision: float) -> None:
    """The threshold in use, with what it gives, on the side that has room."""
    axes.plot(recall, precision, "o", color=ORANGE, markersize=8, label="chosen", clip_on=False)
    right, high = recall > 0.5, precision > 0.5
    look = {"ha": "right" if right else "left", "va": "top" if high else "bottom"}
    note(
        axes,
        f"threshold in use\nrecall {share(recall)}\nprecision {share(precision)}",
        (recall, precision),
        (-12 if right else 12, -12 if high else 12),
        look=look | {"color": ORANGE, "linespacing": 1.4},
    )


@house()
def calibration(bins: Sequence[tuple[float, float, int]], error: float) -> Figure:
    """Reliability diagram: of the answers given with p, is a share p right?

    Args:
        bins: (mean probability, share that was right, number of answers) of each bin of
            probabilities; a bin without answers is left out of the picture.
        error: expected calibration error, written above.
    """
    used = sorted((stated, right, number) for stated, right, number in bins if number)
    if not used:
        raise ShapeError("bins must hold at least one answer, got none.")
    answers = plural(sum(number for _, _, number in used), "answer")
    second = f"Expected calibration error {score(error)} over {answers}."
    height, bottom, low = 4.6, 0.5, 0.62
    figure = new_figure(height, "Are the probabilities honest?", second, SQUARE)
    room = height - HEAD - bottom - low - 0.3
    axes = panel(figure, LEFT, bottom + low + 0.2, SQUARE - LEFT - 0.3, room)
    stated, right, _ = (np.array(column, dtype=float) for column in zip(*used, strict=True))
    axes.plot([0, 1], [0, 1], color=GREY, linewidth=1, linestyle=(0, (4, 2)), label="honest")
    axes.vlines(stated, np.minimum(stated, right), np.maximum(stated, right), ORANGE, linewidth=1.4)
    axes.plot(stated, right, "o-", color=BLUE, markersize=5, label="observed", linewidth=1.2)
    start = max(s for s in STEPS if s <= min(*stated, *right, 1.0))
    _percent_axes(axes, start)
    axes.tick_params(axis="x", labelbottom=False)
    axes.set_ylabel("share that came true")
    for text, place, across, up in (
        ("surer than it should be", (0.97, 0.06), "right", "bottom"),
        ("less sure than it could be", (0.03, 0.94), "left", "top"),
    ):
        look: dict[str, Any] = {"ha": across, "va": up, "size": SMALL, "color": MUTED}
        axes.text(*place, text, look, transform=axes.transAxes, bbox=CLEAR)
    below = panel(figure, LEFT, bottom, SQUARE - LEFT - 0.3, low)
    below.sharex(axes)
    _counts_below(below, used, 1 - start)
    return figure


def _counts_below(axes: Axes, bins: Sequence[tuple[float, float, int]], span: float) -> None:
    """How many answers the points rest on; bins nearer than a bar is wide share one."""
    wide, bars = BAR * span, dict[float, int]()
    for stated, _, number in bins:
        place = round(stated / wide) * wide
        bars[place] = bars.get(place, 0) + number
    axes.bar(list(bars), list(bars.values()), width=0.8 * wide, color=GREY)
    look = {"ha": "center", "va": "bottom", "size": TINY, "color": MUTED}
    written: list[float] = []
    for place, number in sorted(bars.items(), key=lambda bar: -bar[1]):
        if all(abs(place - other) > ROOM * span for other in written):
            note(axes, count(number), (place, number), (0, 1), look=look)
            written.append(place)
    axes.set_ylim(0, max(bars.values()) * 1.35)
    axes.yaxis.set_visible(False)
    axes.spines["left"].set_visible(False)
    axes.set_xlabel("probability that the model gave (bars: number of answers)")


def _percent_axes(axes: Axes, start: float = 0.0) -> None:
    """Both axes up to 100 %, with a faint grid."""
    air = 0.025 * (1 - start)
    for axis in (axes.xaxis, axes.yaxis):
        axis.set_major_locator(MultipleLocator(STEPS[start]))
        axis.set_major_formatter(PercentFormatter(1, decimals=0, symbol=f"{SPACE}%"))
    axes.set_xlim(start - air, 1 + air)
    axes.set_ylim(start - air, 1 + air)
    axes.grid()
    for spine in ("left", "bottom"):
        axes.spines[spine].set_visible(False)
    axes.tick_params(length=0)
