"""What each threshold would give, and whether the probabilities can be believed."""

from collections.abc import Sequence

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import PercentFormatter

from attentif.errors import ShapeError
from attentif.report.palette import BLUE, GREY, MUTED, ORANGE, PAPER
from attentif.report.style import HEAD, SMALL, house, new_figure, note, panel
from attentif.report.wording import SPACE, count, plural, score, share

CLEAR = {"facecolor": PAPER, "edgecolor": "none", "pad": 1.5}  # no grid through a text
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
    axes = panel(figure, 0.65, bottom, SQUARE - 0.95, height - HEAD - bottom - 0.1)
    order = slice(None) if recall[0] >= recall[-1] else slice(None, None, -1)
    axes.plot(recall[order], precision[order], drawstyle="steps-post", color=BLUE)
    _percent_axes(axes)
    axes.set_xlabel("recall: share of the class that is found")
    axes.set_ylabel("precision: share of the alarms that are right")
    if chosen:
        _mark_chosen(axes, *chosen)
    return figure


def _mark_chosen(axes: Axes, recall: float, precision: float) -> None:
    """The threshold in use, with what it gives, on the side that has room."""
    axes.plot(recall, precision, "o", color=ORANGE, markersize=8, label="chosen", clip_on=False)
    right, high = recall > 0.5, precision > 0.5
    look = {"ha": "right" if right else "left", "va": "top" if high else "bottom"}
    note(
        axes,
        f"chosen threshold\nrecall {share(recall)}\nprecision {share(precision)}",
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
    used = sorted(bin for bin in bins if bin[2])
    if not used:
        raise ShapeError("bins must hold at least one answer, got none.")
    second = f"Expected calibration error {score(error)} over {plural(_total(used), 'answer')}."
    height, bottom, low = 4.6, 0.5, 0.62
    figure = new_figure(height, "Are the probabilities honest?", second, SQUARE)
    room = height - HEAD - bottom - low - 0.3
    axes = panel(figure, 0.65, bottom + low + 0.2, SQUARE - 0.95, room)
    stated, right, _ = (np.array(column, dtype=float) for column in zip(*used, strict=True))
    axes.plot([0, 1], [0, 1], color=GREY, linewidth=1, linestyle=(0, (4, 2)), label="honest")
    axes.vlines(stated, np.minimum(stated, right), np.maximum(stated, right), ORANGE, linewidth=1.4)
    axes.plot(stated, right, "o-", color=BLUE, markersize=5, label="observed", linewidth=1.2)
    _percent_axes(axes)
    axes.tick_params(axis="x", labelbottom=False)
    axes.set_ylabel("share that came true")
    for text, place, across, up in (
        ("surer than it should be", (0.97, 0.06), "right", "bottom"),
        ("less sure than it could be", (0.03, 0.94), "left", "top"),
    ):
        axes.text(*place, text, ha=across, va=up, size=SMALL, color=MUTED, bbox=CLEAR)
    _counts_below(panel(figure, 0.65, bottom, SQUARE - 0.95, low), used)
    return figure


def _total(bins: Sequence[tuple[float, float, int]]) -> int:
    """Answers in all bins."""
    return sum(number for _, _, number in bins)


def _counts_below(axes: Axes, bins: Sequence[tuple[float, float, int]]) -> None:
    """How many answers each point rests on."""
    numbers = [number for _, _, number in bins]
    axes.bar([stated for stated, _, _ in bins], numbers, width=0.03, color=GREY)
    look = {"ha": "center", "va": "bottom", "size": 6.5, "color": MUTED}
    for stated, _, number in bins:
        note(axes, count(number), (stated, number), (0, 1), look=look)
    axes.set_xlim(-0.02, 1.02)
    axes.set_ylim(0, max(numbers) * 1.35)
    axes.yaxis.set_visible(False)
    axes.spines["left"].set_visible(False)
    axes.xaxis.set_major_formatter(PercentFormatter(1, symbol=f"{SPACE}%"))
    axes.set_xlabel("probability that the model gave  (bars: number of answers)")


def _percent_axes(axes: Axes) -> None:
    """Both axes from 0 to 100 %, with a faint grid."""
    for axis in (axes.xaxis, axes.yaxis):
        axis.set_major_formatter(PercentFormatter(1, symbol=f"{SPACE}%"))
    axes.set_xlim(-0.02, 1.02)
    axes.set_ylim(-0.02, 1.03)
    axes.grid()
    for spine in ("left", "bottom"):
        axes.spines[spine].set_visible(False)
    axes.tick_params(length=0)
