"""Labelled texts from a file of (nearly) any make, and an account of how it was read.

Nothing is lost in silence: what was dropped, joined, mended or guessed is counted and
said, with the lines where it happened.
"""

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from functools import lru_cache
from itertools import islice
from pathlib import Path
from typing import BinaryIO, NamedTuple
from unicodedata import normalize

from attentif.data.columns import Choice, Chooser
from attentif.data.findings import SHOWN, Finding, counted, excerpt, places, spelt
from attentif.data.options import ReadOptions
from attentif.data.records import Row
from attentif.data.repair import Mender, trim
from attentif.data.source import opened
from attentif.data.tables import Table, open_table
from attentif.errors import DataError

LONG_TEXT = 10_000
MANY_LINES = 100
DEFAULTS = ReadOptions()


class Example(NamedTuple):
    """One labelled text, and the line of the file where it starts."""

    text: str
    label: str
    line: int


class Dropped(NamedTuple):
    """A record that is no example: 'empty text', 'empty label' or 'repeated header'."""

    reason: str
    line: int
    sample: str


@dataclass(frozen=True)
class Reading:
    """The examples of a file, and how it was read.

    Attributes:
        source: the file's name.
        examples: the usable ones, in the file's order.
        encoding, delimiter, header, quotes: how the file was understood; the delimiter is
            'tab', ',', ';', '|', 'space' or 'none'.
        columns: the columns' names; 'column 1', 'column 2' where the file gives none.
        text_column, label_column: the names of the two that were used.
        why: the reason for choosing these, in words.
        records: rows of the file, without the header; lines: its lines.
        dropped: the records that are no examples.
        warnings: what a user must know, a sentence each.
        sample: a few words with a letter that is not ASCII, to judge the encoding by.
    """

    source: str
    examples: list[Example]
    encoding: str
    delimiter: str
    header: bool
    columns: list[str]
    text_column: str
    label_column: str
    why: str
    records: int
    lines: int
    dropped: list[Dropped] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)
    quotes: bool = False
    sample: str = ""

    @property
    def texts(self) -> list[str]:
        """The texts, in order."""
        return [example.text for example in self.examples]

    @property
    def labels(self) -> list[str]:
        """The labels, in order."""
        return [example.label for example in self.examples]

    def account(self) -> list[str]:
        """How the file was read, then its warnings: the sentences to show a user."""
        classes = Counter(example.label for example in self.examples).most_common()
        listed = ", ".join(f"{label} {count:,}" for label, count in classes[:10])
        more = f" and {len(classes) - 10} more" if len(classes) > 10 else ""
        letters = "" if self.quotes or self.delimiter == "none" else ", quotes are letters"
        sample = f" (as in {self.sample!r})" if self.sample else ""
        return [
            f"{self.source}: {counted(len(self.examples), 'example')} ({listed}{more}) from"
            f" {counted(self.records, 'record')} in {counted(self.lines, 'line')}.",
            f"Encoding {self.encoding}{sample}, delimiter {spelt(self.delimiter)}{letters},"
            f" {'first row: names' if self.header else 'no header'}.",
            f"{self.why[:1].upper()}{self.why[1:]}.",
            *self.warnings,
        ]


def read(source: str | Path | BinaryIO, options: ReadOptions = DEFAULTS) -> Reading:
    """Read labelled texts: CSV, TSV, JSON lines or list, Parquet, `label text`; gzip or not.

    Args:
        source: a path, "-" for standard input, or a binary stream.
        options: what the user insists on; the rest is found from the content.

    Raises:
        DataError: no usable file, or its columns cannot be told; the message says why.
        InputTypeError: `source` is none of the three.
        MissingExtraError: a Parquet file, and pyarrow is not installed.

    Example:
        >>> import io
        >>> reading = read(io.BytesIO(b"label;text\\nham;see you, bye\\nspam;win\\n"))
        >>> reading.texts, reading.labels, reading.delimiter
        (['see you, bye', 'win'], ['ham', 'spam'], ';')
    """
    with opened(source) as opened_source:
        table = open_table(opened_source, options)
        choice = Chooser(
            table.columns, table.sample, options, header=table.header, name=table.name
        ).labelled()
        return _Collector(table, choice, options).reading()


@lru_cache(1000)  # the same few, on every row
def clean_label(raw: str) -> str:
    """A label without blanks around it, mended, in composed form; always a string.

    >>> clean_label(" 01 ")
    '01'
    """
    return normalize("NFC", Mender().mend(trim(raw), 0))


class _Collector:
    """Turns a table's rows into examples, noting all that happens on the way."""

    def __init__(self, table: Table, choice: Choice, options: ReadOptions) -> None:
        self.table, self.options, self._why = table, options, choice.why
        self._text, self._label = choice.text, choice.label or 0
        self._names = table.columns[self._text], table.columns[self._label]
        self.examples: list[Example] = []
        self.dropped: list[Dropped] = []
        self.records = 0
        self.mender = Mender()
        self.long, self.lined, self.sample = Finding(), Finding(), ""
        self._labels: dict[str, str] = {}

    def reading(self) -> Reading:
        """Go through the rows.

        Raises:
            DataError: no example is left, or a row cannot be read.
        """
        table = self.table
        rows = table.rows(self._text)
        for row in islice(rows, self.options.max_rows or None):
            self._take(row)
        cut = bool(self.options.max_rows) and next(rows, None) is not None
        if not self.examples:
            raise DataError(self._nothing())
        cased = self._cases()
        return Reading(
            source=table.name,
            examples=self.examples,
            encoding=table.encoding,
            delimiter=table.delimiter,
            header=table.header,
            columns=table.columns,
            text_column=self._names[0],
            label_column=self._names[1],
            why=self._why,
            records=self.records,
            lines=table.count_lines() or self.records,
            dropped=self.dropped,
            warnings=[*table.warnings, *table.met(), *self._warnings(cut), *cased],
            quotes=table.quotes,
            sample=self.sample,
        )

    def _take(self, row: Row) -> None:
        """One row: an example, or a record to drop."""
        self.records += 1
        text, label = row.cells[self._text], row.cells[self._label]
        if not trim(text):
            self._drop("empty text", row)
        elif not trim(label):
            self._drop("empty label", row)
        elif self.table.header and (trim(text), trim(label)) == self._names:
            self._drop("repeated header", row)
        else:
            text = self.mender.mend(text, row.line)
            self.examples.append(Example(text, self._class(label), row.line))
            self._look(text, row.line)

    def _class(self, raw: str) -> str:
        """The cleaned label; one string for each class."""
        if raw not in self._labels:
            label = clean_label(raw)
            self._labels[raw] = self._labels.setdefault(label, label)
        return self._labels[raw]

    def _drop(self, reason: str, row: Row) -> None:
        self.dropped.append(Dropped(reason, row.line, excerpt(" | ".join(row.cells))))

    def _look(self, text: str, line: int) -> None:
        """Note texts that a user should look at."""
        if len(text) > LONG_TEXT:
            self.long.add(line, text, times=1)
            if text.count("\n") > MANY_LINES:
                self.lined.add(line, text)
        if not self.sample and not text.isascii():
            place = next(i for i, c in enumerate(text) if not c.isascii())
            self.sample = excerpt(text[max(0, place - 15) : place + 15])

    def _warnings(self, cut: bool) -> Iterator[str]:
        """What the examples themselves made known."""
        yield from self._drops()
        yield from self.mender.warnings()
        if self.long.count:
            longest = max(len(example.text) for example in self.examples)
            yield (
                f"{counted(self.long.count, 'text')} longer than {LONG_TEXT:,} characters"
                f" ({self.long.where()}; the longest has {longest:,}): kept whole here, a model"
                " reads up to its max_length."
            )
        if self.lined.count:
            yield (
                f"{counted(self.lined.count, 'text')} of more than {MANY_LINES} lines"
                f" ({self.lined.where()}): is a quote there not closed? --quotes no reads all"
                " quotes as letters."
            )
        swallowed = self._swallowed()
        if swallowed.count:
            yield (
                f"{counted(swallowed.count, 'text')} of several lines, one of which looks like a"
                f" record of its own ({swallowed.where()}: {swallowed.sample!r}): is a quote there"
                " not closed? --quotes no reads all quotes as letters."
            )
        if cut:
            yield f"Only the first {self.records:,} rows were read (--max-rows); there are more."

    def _drops(self) -> Iterator[str]:
        """One sentence for each reason to drop a record."""
        for reason in dict.fromkeys(dropped.reason for dropped in self.dropped):
            lines = [dropped.line for dropped in self.dropped if dropped.reason == reason]
            yield f"{counted(len(lines), 'row')} dropped for {reason} ({places(lines)})."

    def _swallowed(self) -> Finding:
        """Texts with a line that begins with a known label and the delimiter."""
        found, separator = Finding(), self.table.delimiter
        if separator not in (",", ";", "|"):
            return found
        labels = set(self._labels)
        for example in self.examples:
            if "\n" not in example.text:
                continue
            for line in example.text.split("\n")[1:]:
                first, delimiter, _ = line.partition(separator)
                if delimiter and first in labels:
                    found.add(example.line, line)
                    break
        return found

    def _cases(self) -> list[str]:
        """Say, or mend, that labels differ only by case."""
        counts = Counter(example.label for example in self.examples)
        alike: dict[str, list[str]] = {}
        for label, _ in counts.most_common():
            alike.setdefault(label.casefold(), []).append(label)
        alike = {key: labels for key, labels in alike.items() if len(labels) > 1}
        listed = "; ".join(
            ", ".join(f"{label!r} ({counts[label]:,})" for label in labels)
            for labels in list(alike.values())[:SHOWN]
        )
        if not alike:
            return []
        if not self.options.merge_case:
            return [
                f"Labels that differ only by case are different classes: {listed}."
                " To make them one: --merge-case."
            ]
        one = {label: labels[0] for labels in alike.values() for label in labels}
        self.examples = _renamed(self.examples, one)
        return [f"Labels that differ only by case were merged into the most frequent: {listed}."]

    def _nothing(self) -> str:
        """Why no example is left."""
        if not self.records:
            return f"{self.table.name}: the file has only a header and no rows."
        reasons = Counter(dropped.reason for dropped in self.dropped)
        listed = ", ".join(f"{count:,} {reason}" for reason, count in reasons.items())
        return (
            f"{self.table.name}: no usable example in {counted(self.records, 'record')}"
            f" ({listed}); {self._why}. Other columns: --text-column, --label-column."
        )


def _renamed(examples: Iterable[Example], names: dict[str, str]) -> list[Example]:
    return [e._replace(label=names[e.label]) if e.label in names else e for e in examples]
