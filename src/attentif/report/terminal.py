"""Counts, lengths, scores and confusions as text for a terminal 80 columns wide.

Every text of a user goes in as `rich.text.Text`, never as markup, and without control
codes. Where the terminal has no block characters, plain ASCII stands for them.
"""

from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import ArrayLike
from rich import box
from rich.cells import cell_len
from rich.console import Group, RenderableType
from rich.constrain import Constrain
from rich.style import Style
from rich.table import Table
from rich.text import Text

from attentif.errors import ShapeError
from attentif.report.matrix import checked, row_shares, worst
from attentif.report.palette import TERMINAL_BLUE, TERMINAL_ORANGE
from attentif.report.printable import one_line, shortened
from attentif.report.ranking import Row, baseline_wins, known, ranked, reach, verdict
from attentif.report.terminal_charts import Bar, Dot, Histogram
from attentif.report.wording import MISSING, SPACE, count, interval, score, share

WIDTH = 80
LABEL = 24  # most columns of a label
SHOWN = 0.995  # share of the lengths that a histogram reaches
LISTED = 5
GAP = 3  # columns between two columns of a ruled table

MODEL = Style(color=TERMINAL_BLUE, bold=True)
WARNING = Style(color=TERMINAL_ORANGE, bold=True)
QUIET = Style(dim=True)


def _ruled(expand: bool = False) -> Table:
    """An empty table with one line, below its quiet head."""
    return Table(
        box=box.SIMPLE_HEAD, show_edge=False, pad_edge=False, header_style=QUIET, expand=expand
    )


def label_text(label: str, most: int = LABEL) -> Text:
    """A user's text on one line, no wider than `most` columns."""
    return Text(shortened(one_line(label), most, cell_len), no_wrap=True)


def bars(counts: Mapping[str, int]) -> RenderableType:
    """A bar, the number and the share of each class, the largest first."""
    if not counts:
        raise ShapeError("counts must name at least one class, got none.")
    total, largest = max(1, sum(counts.values())), max(1, *counts.values())
    table = Table.grid(padding=(0, 2, 0, 0), expand=True)
    table.add_column()
    table.add_column(ratio=1)
    table.add_column(justify="right")
    table.add_column(justify="right")
    for label, number in sorted(counts.items(), key=lambda item: -item[1]):
        table.add_row(
            label_text(label),
            Bar(number / largest),
            Text(count(number), style="bold"),
            Text(share(number / total), style=QUIET),
        )
    return Constrain(table, WIDTH)


def histogram(lengths_by_label: Mapping[str, Sequence[int]]) -> RenderableType:
    """How long the texts of each class are, with their median and the longest one."""
    everything = [length for values in lengths_by_label.values() for length in values]
    if not everything:
        raise ShapeError("lengths_by_label must have at least one text, got none.")
    top = max(1.0, float(np.ceil(np.quantile(everything, SHOWN))))
    table = Table(box=None, padding=(0, 2, 0, 0), header_style=QUIET, expand=True)
    table.add_column("")
    table.add_column(f"length, 0 to {top:.0f}", ratio=1)
    table.add_column("median", justify="right")
    table.add_column("longest", justify="right")
    table.add_column("texts", justify="right")
    for label, values in lengths_by_label.items():
        middle = f"{np.median(values):.0f}" if len(values) else MISSING
        longest = count(max(values)) if len(values) else MISSING
        drawn = Histogram(tuple(int(value) for value in values), top)
        cells = [Text(cell) for cell in (middle, longest, count(len(values)))]
        table.add_row(label_text(label), drawn, *cells)
    return Constrain(table, WIDTH)


def score_table(rows: Sequence[Row], score_name: str = "score") -> RenderableType:
    """Models and baselines, the best first, each with its interval; the verdict below.

    Args:
        rows: mappings with `name`, `value`, `low`, `high` (or None) and `is_baseline`.
        score_name: heading of the values.
    """
    order = ranked(rows)
    start, end = reach(order)
    table = _ruled(expand=True)
    table.add_column("model")
    table.add_column(Text(score_name), justify="right")
    table.add_column(f"95{SPACE}% interval")
    table.add_column(f"{score(start)} to {score(end)}", ratio=1)
    for row in order:
        style = Style() if row.get("is_baseline") else MODEL
        low, high = row.get("low"), row.get("high")
        dot = Dot(row["value"], low, high, start, end) if known(row["value"]) else ""
        table.add_row(
            label_text(row["name"], 32),
            Text(score(row["value"])),
            Text(interval(low, high), no_wrap=True),
            dot,
            style=style,
        )
    said = Text("\n" + verdict(order), style=WARNING if baseline_wins(order) else "")
    return Constrain(Group(table, said), WIDTH)


def confusion_table(matrix: ArrayLike, labels: Sequence[str]) -> RenderableType:
    """Rows are the true classes, columns the predicted ones; a list when there are many.

    Args:
        matrix: (C, C) counts; `matrix[i][j]` texts of class i were taken for class j.
        labels: the C classes.
    """
    table = checked(matrix, labels)
    names = [label_text(label, 12) for label in labels]
    widest = max(name.cell_len for name in names)
    numbers = [max(5, name.cell_len, len(count(int(table.max())))) for name in names]
    totals = len("total") + len("100.0 %")
    fits = widest + sum(numbers) + totals + GAP * (len(labels) + 2) <= WIDTH
    shown = _grid(table, names) if fits else _list(table, labels)
    return Constrain(shown, WIDTH)


def _grid(table: np.ndarray, names: Sequence[Text]) -> RenderableType:
    """The whole matrix, right answers in bold."""
    grid = _ruled()
    grid.add_column("true")
    for name in (*names, "total", "right"):
        grid.add_column(name, justify="right")
    for row, (name, numbers) in enumerate(zip(names, table, strict=True)):
        total = int(numbers.sum())
        cells = [
            Text(count(number), style=MODEL if row == column else WARNING if number else QUIET)
            for column, number in enumerate(numbers)
        ]
        right = share(numbers[row] / total) if total else MISSING
        grid.add_row(name, *cells, Text(count(total), style=QUIET), Text(right, style=QUIET))
    return Group(Text("rows: true class, columns: predicted class", style=QUIET), grid)


def _list(table: np.ndarray, labels: Sequence[str]) -> RenderableType:
    """One line a class: how many are right, and what it is most often taken for."""
    shares = row_shares(table)
    lines = _ruled()
    lines.add_column("true class")
    lines.add_column("total", justify="right")
    lines.add_column("right", justify="right")
    lines.add_column("most often taken for")
    for row, label in enumerate(labels):
        wrong = np.where(np.arange(len(labels)) == row, 0, table[row])
        other = int(wrong.argmax())
        taken = label_text(labels[other]) if wrong[other] else Text("")
        taken.append(f" {count(wrong[other])}" if wrong[other] else "", style=WARNING)
        total = int(table[row].sum())
        right = Text(share(shares[row, row]) if total else MISSING, style=MODEL)
        lines.add_row(label_text(label), Text(count(total)), right, taken)
    errors = [
        Text.assemble(
            label_text(error.true),
            " taken for ",
            label_text(error.predicted),
            (f" {count(error.number)}", WARNING),
        )
        for error in worst(table, labels, LISTED)
    ]
    heading = [Text("\nMost frequent errors", style="bold")] if errors else []
    return Group(lines, *heading, *errors)
