"""Models beside the baselines: one row each, the score with its interval."""

from collections.abc import Sequence

from matplotlib.axes import Axes
from matplotlib.figure import Figure

from attentif.report.palette import BLUE, FAINT, GREY, INK, MUTED, ORANGE
from attentif.report.ranking import Row, baseline_wins, known, ranked, reach, verdict
from attentif.report.style import (
    HEAD,
    MARGIN,
    WIDTH,
    fitted,
    house,
    new_figure,
    note,
    panel,
    row_axis,
    text_width,
)
from attentif.report.wording import SPACE, interval, plural, score


@house()
def scores(rows: Sequence[Row], score_name: str = "score") -> Figure:
    """A dot and an interval for each model and baseline, the best first.

    Args:
        rows: mappings with `name`, `value`, `low`, `high` (or None) and `is_baseline`;
            an interval is expected to be one of 95 %.
        score_name: what the axis measures.
    """
    return _dots(rows, score_name, "Beside the baselines")


@house()
def comparison(rows: Sequence[Row], score_name: str = "score") -> Figure:
    """The same over repeated splits: each split's score is a small mark behind the mean.

    Args:
        rows: as for `scores`, `value` being the mean, and `values`: one score a split.
        score_name: what the axis measures.
    """
    splits = max((len(row.get("values", ())) for row in rows), default=0)
    title = f"Mean over {plural(splits, 'split')}" if splits else "Beside the baselines"
    return _dots(rows, score_name, title)


def _dots(rows: Sequence[Row], score_name: str, title: str) -> Figure:
    """The figure that both kinds share."""
    order = ranked(rows)
    row, bottom = 0.3, 0.5
    labels = [fitted(line["name"], 2.2) for line in order]
    left = max(text_width(label, weight="bold") for label in labels) + MARGIN + 0.1
    named = [{**line, "name": fitted(line["name"], 1.6)} for line in order]
    figure = new_figure(HEAD + row * len(order) + bottom, title, verdict(named))
    if baseline_wins(rows):
        figure.texts[1].set_color(ORANGE)
    axes = panel(figure, left, bottom, WIDTH - left - 1.95, row * len(order))
    row_axis(axes, labels)
    low, high = reach(order)
    air = 0.06 * (high - low) or 0.05
    axes.set_xlim(low - air, high + air)
    axes.set_xlabel(f"{score_name} (line: 95{SPACE}% interval)")
    axes.grid(axis="x")
    axes.spines["bottom"].set_visible(False)
    axes.tick_params(axis="x", length=0)
    for place, (line, tick) in enumerate(zip(order, axes.get_yticklabels(), strict=True)):
        _draw_row(axes, place, line)
        if not line.get("is_baseline"):
            tick.set(color=BLUE, weight="bold")
    return figure


def _draw_row(axes: Axes, place: int, row: Row) -> None:
    """One row: its interval, its splits, its dot, its numbers at the right."""
    baseline = bool(row.get("is_baseline"))
    colour = GREY if baseline else BLUE
    splits = [value for value in row.get("values", ()) if known(value)]
    if splits:
        axes.plot(splits, [place] * len(splits), "|", color=colour, alpha=0.45, markersize=9)
    if known(row["value"]) and row["value"] < axes.get_xlim()[0]:
        axes.plot(0.01, place, "<", color=colour, transform=axes.get_yaxis_transform())
    elif known(row["value"]):
        if interval(row.get("low"), row.get("high")):
            axes.hlines(place, row["low"], row["high"], color=colour, linewidth=2.4)
        axes.plot(row["value"], place, "o", color=colour, markersize=7, markeredgecolor="none")
    look = {"va": "center", "weight": "bold", "color": INK if baseline else BLUE}
    beside = ("axes fraction", "data")
    written = note(axes, score(row["value"]), (1, place), (12, 0), beside, look)
    between = interval(row.get("low"), row.get("high"))
    note(axes, between, (1, 0), (8, 0), written, {"va": "bottom", "color": MUTED})
    axes.axhline(place + 0.5, color=FAINT, linewidth=0.5)
