"""`attentif data`: what is in a file, how it was read, and what is wrong with it."""

from typing import Any

from rich.console import Console

from attentif.app.lines import print_json
from attentif.app.options import DataOptions
from attentif.app.output import heading, sentence
from attentif.app.source import load
from attentif.data.check import Summary, summarise
from attentif.data.options import ReadOptions
from attentif.data.read import Reading
from attentif.report.terminal import bars, histogram

SHOWN_DROPPED = 10


def run(source: str, wishes: DataOptions, options: ReadOptions) -> None:
    """Read the labelled rows, count, and tell."""
    loaded = load(source, options)
    reading = loaded.train
    summary = summarise(reading)
    if wishes.json:
        print_json(described(reading, summary, loaded.provenance, wishes.rows))
    else:
        show(Console(), reading, summary, loaded.provenance if loaded.licence else "")


def described(reading: Reading, summary: Summary, provenance: str, rows: bool) -> dict[str, Any]:
    """The same for machines."""
    found: dict[str, Any] = {
        **summary.to_dict(),
        "source": reading.source,
        "provenance": provenance,
        "encoding": reading.encoding,
        "delimiter": reading.delimiter,
        "header": reading.header,
        "columns": reading.columns,
        "text_column": reading.text_column,
        "label_column": reading.label_column,
        "why": reading.why,
        "records": reading.records,
        "lines": reading.lines,
        "dropped": [dropped._asdict() for dropped in reading.dropped],
        "account": reading.account(),
        "warnings": [*reading.warnings, *summary.warnings],
    }
    if rows:
        found["examples"] = [example._asdict() for example in reading.examples]
    return found


def show(console: Console, reading: Reading, summary: Summary, provenance: str) -> None:
    """Sentences, a bar for each class, a histogram of lengths.

    Args:
        provenance: of data by name; a file is named by its reading.
    """
    how = [words for words in reading.account() if words not in reading.warnings]
    for words in [*how, *([provenance] if provenance else [])]:
        sentence(console, words)
    heading(console, "Classes")
    console.print(bars(summary.labels))
    heading(console, "Lengths in words")
    sizes: dict[str, list[int]] = {label: [] for label in summary.labels}
    for example in reading.examples:
        sizes[example.label].append(len(example.text.split()))
    console.print(histogram(sizes))
    warnings = [*reading.warnings, *summary.warnings]
    if warnings:
        heading(console, "What to know")
        for words in warnings:
            sentence(console, f"- {words}", "yellow")
    for dropped in reading.dropped[:SHOWN_DROPPED]:
        sentence(console, f"  line {dropped.line}: {dropped.reason}: {dropped.sample}", "dim")
    if len(reading.dropped) > SHOWN_DROPPED:
        sentence(console, f"  and {len(reading.dropped) - SHOWN_DROPPED:,} more", "dim")
    console.print()
    size = f"{summary.megabytes:.1f}" if summary.megabytes >= 0.05 else "less than 0.1"
    sentence(
        console,
        f"The texts take {size} MB. Always answering the largest class would be"
        f" right for {summary.largest_share:.1%} of the rows.",
    )
