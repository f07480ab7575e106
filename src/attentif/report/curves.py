"""Loss and score of each epoch, in training and in validation."""

import math
from collections.abc import Mapping, Sequence
from typing import NamedTuple

from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator, StrMethodFormatter

from attentif.errors import ShapeError
from attentif.report.palette import BLUE, GREY, INK, MUTED, ORANGE
from attentif.report.style import HEAD, NORMAL, SMALL, house, new_figure, note, panel
from attentif.report.wording import score

WRITTEN = {"macro_f1": "macro F1", "f1": "F1", "mcc": "MCC", "bleu": "BLEU", "chrf": "chrF"}
"""Names of scores that are not written as they are spelt."""

FLAT = 0.02  # a smaller range is widened, or noise would fill the panel
CROWDED = 0.09  # of the panel's height: closer labels are moved apart


class Line(NamedTuple):
    """One curve: what it is of, its values by epoch, its colour."""

    name: str
    epochs: list[int]
    values: list[float]
    colour: str


@house()
def curves(history: Sequence[Mapping[str, float]], best_epoch: int, score_name: str) -> Figure:
    """Two panels, loss and score: training and validation, the best epoch marked.

    Where a value stops being finite the last good point is marked "diverged here".

    Args:
        history: one mapping an epoch with any of `train_loss`, `validation_loss`,
            `train_<score_name>`, `validation_<score_name>`, and `epoch` (else 1, 2, ...).
        best_epoch: the epoch whose weights were kept; 0 for none.
        score_name: key of the score without its prefix, such as `macro_f1`.
    """
    if not history:
        raise ShapeError("history must have at least one epoch, got none.")
    written = WRITTEN.get(score_name, score_name.replace("_", " "))
    kept = f"The weights of epoch {best_epoch} were kept." if best_epoch else "No epoch was kept."
    height, bottom = 3.3, 0.48
    figure = new_figure(height, "Training, epoch by epoch", kept)
    for left, name, key in ((0.5, "loss", "loss"), (4.0, written, score_name)):
        axes = panel(figure, left, bottom, 2.2, height - HEAD - bottom - 0.4)
        axes.set_title(name, loc="left", size=NORMAL, color=INK, weight="bold", pad=17)
        axes.set_xlabel("epoch")
        _draw(axes, _lines(history, key), best_epoch)
    return figure


def _lines(history: Sequence[Mapping[str, float]], key: str) -> list[Line]:
    """The curves that the history has of one quantity; validation last, on top."""
    lines = []
    for name, prefix, colour in (("training", "train", GREY), ("validation", "validation", BLUE)):
        points = [
            (int(record.get("epoch", place)), float(record[f"{prefix}_{key}"]))
            for place, record in enumerate(history, start=1)
            if record.get(f"{prefix}_{key}") is not None
        ]
        if points:
            lines.append(Line(name, [at for at, _ in points], [v for _, v in points], colour))
    return lines


def _draw(axes: Axes, lines: Sequence[Line], best_epoch: int) -> None:
    """The curves of one panel with their marks and their names."""
    epochs = sorted({at for line in lines for at in line.epochs} | ({best_epoch} - {0}))
    first, last = (epochs[0], epochs[-1]) if epochs else (1, 1)
    spare = max(0.5, 0.03 * (last - first))
    axes.set_xlim(first - spare, last + spare)
    axes.xaxis.set_major_locator(MaxNLocator(nbins=6, integer=True, min_n_ticks=1))
    axes.grid(axis="y")
    axes.spines["left"].set_visible(False)
    axes.tick_params(axis="y", length=0)
    finite = [v for line in lines for v in line.values if math.isfinite(v)]
    if finite and min(finite) > 0 and max(finite) > 50 * min(finite):
        axes.set_yscale("log")
        axes.yaxis.set_major_formatter(StrMethodFormatter("{x:g}"))
        axes.minorticks_off()
    for line in lines:
        axes.plot(
            line.epochs,
            [v if math.isfinite(v) else math.nan for v in line.values],
            color=line.colour,
            marker="o",
            markersize=0 if len(epochs) > 1 else 5,
            label=line.name,
        )
    if not finite:
        axes.set_yticks([])
    elif max(finite) - min(finite) < FLAT:
        axes.set_ylim(min(finite) - FLAT, max(finite) + FLAT)
    axes.set_ylim(axes.get_ylim())
    _mark_divergence(axes, lines)
    _mark_best(axes, lines, best_epoch)
    _name_lines(axes, lines, last + spare)


def _mark_divergence(axes: Axes, lines: Sequence[Line]) -> None:
    """A cross on the last good point of each curve that stops being finite, named once."""
    ends = []
    for line in lines:
        broken = next((i for i, v in enumerate(line.values) if not math.isfinite(v)), None)
        if broken:
            ends.append((line.epochs[broken - 1], line.values[broken - 1]))
        elif broken == 0:
            ends.append(None)
    for end in filter(None, ends):
        axes.plot(*end, "X", color=ORANGE, markersize=7, label="diverged", clip_on=False)
    if ends:
        low, high = axes.get_ylim()
        place = max(filter(None, ends), key=lambda end: end[1], default=None)
        up = place is None or place[1] < (low + high) / 2
        look = {"ha": "center", "va": "bottom" if up else "top", "size": SMALL, "color": ORANGE}
        frame = "data" if place else "axes fraction"
        note(axes, "diverged here", place or (0.5, 0.5), (0, 8 if up else -8), frame, look)


def _mark_best(axes: Axes, lines: Sequence[Line], best_epoch: int) -> None:
    """A thin line at the epoch that was kept, and the validation value there."""
    if not best_epoch:
        return
    axes.axvline(best_epoch, color=INK, linewidth=0.8, label="best epoch", zorder=1)
    text = f"epoch {best_epoch}"
    for line in lines:
        value = dict(zip(line.epochs, line.values, strict=True)).get(best_epoch, math.nan)
        if line.name == "validation" and math.isfinite(value):
            axes.plot(best_epoch, value, "o", color=BLUE, markersize=5.5, label="best")
            text = f"{score(value)} at epoch {best_epoch}"
    low, high = axes.get_xlim()
    across = (best_epoch - low) / (high - low)
    side = "left" if across < 0.25 else "right" if across > 0.75 else "center"
    look = {"ha": side, "va": "bottom", "size": SMALL}
    note(axes, text, (best_epoch, 1), (0, 2), ("data", "axes fraction"), look)


def _name_lines(axes: Axes, lines: Sequence[Line], right: float) -> None:
    """Each curve's name after its end, moved apart where they would touch."""
    to_axes = axes.transData + axes.transAxes.inverted()
    ends = []
    for line in lines:
        finite = [v for v in line.values if math.isfinite(v)]
        if finite:
            ends.append([to_axes.transform((right, finite[-1]))[1], line])
    ends.sort(key=lambda end: end[0])
    for lower, upper in zip(ends, ends[1:], strict=False):
        gap = upper[0] - lower[0]
        if gap < CROWDED:
            lower[0] -= (CROWDED - gap) / 2
            upper[0] += (CROWDED - gap) / 2
    for height, line in ends:
        look = {"va": "center", "color": MUTED if line.colour == GREY else line.colour}
        note(axes, line.name, (1, height), (4, 0), "axes fraction", look)
