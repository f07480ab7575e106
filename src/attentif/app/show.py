"""What a person reads on the terminal. Users' texts are never taken for markup."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.table import Table
from rich.text import Text

from attentif.account import JUDGED_BY, Account, score_rows
from attentif.app.output import heading, sentence
from attentif.measure.baselines import BASELINES
from attentif.measure.compare import Comparison, Estimate
from attentif.measure.metrics import Scores
from attentif.report.printable import printable
from attentif.report.terminal import confusion_table, score_table
from attentif.report.terminal_tokens import shaded_text

SCORE_NAMES = {"accuracy": "accuracy", "macro_f1": "macro F1", "mcc": "MCC"}
COSTS = ("weights", "seconds to fit", "messages a second")


def show_account(
    console: Console, account: Account, metrics: Mapping[str, Any], out: Path, page: Path | None
) -> None:
    """The account of a training: verdict first, then where it comes from.

    Args:
        metrics: the content of metrics.json.
        out: the model's folder.
        page: the report's place, if it was written.
    """
    model, parts = account.model, account.parts
    heading(console, "Verdict")
    for words in account.verdict:
        sentence(console, words)
    heading(console, "Data")
    if metrics["provenance"]:
        sentence(console, metrics["provenance"])
    sentence(
        console,
        f"{len(parts.train.texts):,} rows to train, {len(parts.validation.texts):,} to choose the"
        f" epoch, {len(parts.test.texts):,} to judge on; {parts.how}.",
    )
    for words in metrics["data"]["warnings"]:
        sentence(console, words, "yellow")
    heading(console, "Training")
    sentence(
        console,
        f"{kept(model.best_epoch_, len(model.history_))}; {model.n_parameters_:,} weights;"
        f" {model.seconds_:.1f} s.",
    )
    for words in [*model.notes_, *ended_early(model.stop_reason_)]:
        sentence(console, words, "yellow")
    if account.judged:
        scores = account.judged.scores
        show_scores(console, scores, f"Scores on the {scores.n:,} {account.part} rows")
        if account.baselines:
            heading(console, "Beside the baselines")
            console.print(score_table(score_rows(account), SCORE_NAMES[JUDGED_BY]))
        show_mistakes(console, account)
    console.print()
    sentence(console, f"Model: {out}")
    if page:
        sentence(console, f"Report: {page}")


def kept(best: int, epochs: int) -> str:
    """Whose weights the model has.

    >>> kept(3, 8), kept(0, 1)
    ('Epoch 3 of 8 is kept', 'No epoch ended well: the first weights are kept')
    """
    return (
        f"Epoch {best} of {epochs} is kept"
        if best
        else ("No epoch ended well: the first weights are kept")
    )


def ended_early(reason: str) -> list[str]:
    """Why training ended before its last epoch, as a sentence, if it did.

    >>> ended_early("stopped by Ctrl-C"), ended_early("")
    (['Training ended early: stopped by Ctrl-C.'], [])
    """
    return [f"Training ended early: {reason.rstrip('.')}."] if reason else []


def show_scores(console: Console, scores: Scores, title: str) -> None:
    """Figures with intervals, then who is taken for whom."""
    heading(console, title)
    table = Table(box=None, padding=(0, 3, 0, 0), show_header=False)
    for key, name in SCORE_NAMES.items():
        table.add_row(name, *with_interval(getattr(scores, key), scores.intervals[key]))
    if scores.positive is not None:
        for key, name in (
            ("positive_caught", f"{scores.positive} caught"),
            ("negative_blocked", "others blocked"),
        ):
            cells = with_interval(getattr(scores, key), scores.intervals[key], percent=True)
            none = missing(scores, looked_for=key == "positive_caught")
            table.add_row(Text(printable(name)), *(("–", none) if none else cells))
        none = missing(scores, looked_for=True)
        precision = ("–", none) if none else (f"{scores.average_precision:.3f}",)
        table.add_row("average precision", *precision)
    table.add_row("calibration error", f"{scores.calibration_error:.3f}")
    table.add_row("accuracy of doing nothing", f"{scores.majority:.3f}")
    if sum(scores.unsure):
        table.add_row("unsure", f"{sum(scores.unsure):,}", "wrong above, in no column below")
    console.print(table)
    console.print()
    console.print(confusion_table(scores.confusion, scores.labels))


def missing(scores: Scores, *, looked_for: bool) -> str:
    """Why nothing is known of the class looked for, or of the others; empty: something is.

    Args:
        looked_for: whether it is asked of the rows of the class looked for.
    """
    there = scores.per_class[scores.positive].support if scores.positive is not None else 0
    return "" if (there if looked_for else scores.n - there) else "no such row"


def with_interval(
    value: float, interval: tuple[float, float], *, percent: bool = False
) -> tuple[str, str]:
    """A value and its interval as two cells."""
    form = "{:.2%}" if percent else "{:.3f}"
    low, high = (form.format(bound) for bound in interval)
    return form.format(value), f"95 %: {low} to {high}"


def show_mistakes(console: Console, account: Account) -> None:
    """The most certain mistakes, shaded by attention."""
    if not account.mistakes:
        return
    heading(console, "The most certain mistakes")
    for mistake in account.mistakes:
        sentence(
            console,
            f"line {mistake.line}: {mistake.true}, taken for {mistake.predicted}"
            f" ({mistake.probability:.3f})",
        )
        if console.color_system is None:
            sentence(console, mistake.text)
        else:
            words, weights = zip(*mistake.tokens, strict=True)
            console.print(shaded_text(words, weights, separator=""))


def show_comparison(console: Console, found: Comparison, source: str, provenance: str) -> None:
    """One table, and what may be concluded."""
    heading(console, f"{source}: {found.n_splits} splits, {found.test_share:.0%} to judge on")
    if provenance:
        sentence(console, provenance)
    scores, costs = (Table(box=None, padding=(0, 2, 0, 0), header_style="dim") for _ in range(2))
    for table, names in ((scores, SCORE_NAMES.values()), (costs, COSTS)):
        table.add_column("", min_width=max(len(name) for name in found.names))
        for name in names:
            table.add_column(name, justify="right")
    for row in found.table():
        style = "" if row.name in BASELINES else "bold"
        scores.add_row(row.name, *(spread(getattr(row, key)) for key in SCORE_NAMES), style=style)
        costs.add_row(
            row.name, "" if row.parameters is None else f"{row.parameters:,}",
            f"{row.fit_seconds:.1f}", f"{row.messages_per_second:,.0f}", style=style,
        )  # fmt: skip
    console.print(scores)
    sentence(console, "In brackets: 95 % interval of the mean over the splits.", "dim")
    console.print()
    console.print(costs)
    console.print()
    for words in found.conclusions():
        sentence(console, words)


def spread(estimate: Estimate) -> str:
    """A mean with its interval.

    >>> spread(Estimate(0.951, 0.9402, 0.9618))
    '.951 (.940 to .962)'
    """
    mean, low, high = (
        f"{value:.3f}".replace("0.", ".", 1) if abs(value) < 1 else f"{value:.2f}"
        for value in (estimate.mean, estimate.low, estimate.high)
    )
    return f"{mean} ({low} to {high})"
