"""Texts to classify, one record for every record of the input, in its order.

Nothing is skipped: a blank text is a record too, so that there are as many answers as
inputs. Labels are optional and other columns are carried along. Memory stays bounded.
"""

from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from types import TracebackType
from typing import BinaryIO, NamedTuple, Self

from attentif.data.columns import Chooser
from attentif.data.decode import decoding_of_stream, text_lines
from attentif.data.findings import Finding, counted
from attentif.data.options import ReadOptions
from attentif.data.read import DEFAULTS, clean_label
from attentif.data.records import Lines
from attentif.data.repair import Mender
from attentif.data.source import (
    existing,
    file_chunks,
    opened,
    peeked,
    raw_chunks,
    refuse_foreign,
    stream_of,
    suffix_of,
    unpacked,
)
from attentif.data.tables import Table, open_table

LINES_SUFFIX = ".txt"
TEXT = "text"


class Record(NamedTuple):
    """One text to classify.

    Attributes:
        line: of the input, where the record starts.
        text: possibly blank.
        label: the true one if the input has it; None if there is no label column.
        fields: the other columns, by name.
    """

    line: int
    text: str
    label: str | None
    fields: dict[str, str]


class Records:
    """The records of one input, to be gone through once, and how it is read.

    Attributes:
        source: the input's name.
        encoding, delimiter, columns: how it is understood.
        text_column, label_column: the columns used; the latter is None without labels.
        why: the reason for choosing these.
        count: records given so far.
        warnings: what a user must know; complete once all records were given.
    """

    def __init__(
        self, given: str | Path | BinaryIO, options: ReadOptions, *, lines: bool, pairs: bool
    ) -> None:
        self._stack = ExitStack()
        self._mender = Mender()
        self._max = options.max_rows
        self.count = 0
        self._late: list[str] = []
        try:
            if lines or _means_lines(given, options):
                self._open_lines(given, options)
            else:
                self._open_table(given, options, pairs)
        except BaseException:
            self.close()
            raise

    @property
    def warnings(self) -> list[str]:
        """The sentences known so far."""
        return [*self._early, *self._late]

    def __iter__(self) -> Iterator[Record]:
        for record in self._records:
            if self._max and self.count >= self._max:
                self._late.append(f"Only the first {self._max:,} rows were read (--max-rows).")
                break
            self.count += 1
            text = self._mender.mend(record.text, record.line)
            yield record if text is record.text else record._replace(text=text)
        self._late += [*self._met(), *self._mender.warnings()]
        self.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def close(self) -> None:
        """Give back what is open."""
        self._stack.close()

    def _open_table(self, given: str | Path | BinaryIO, options: ReadOptions, pairs: bool) -> None:
        source = self._stack.enter_context(opened(given))
        table = open_table(source, options)
        chooser = Chooser(
            table.columns, table.sample, options, header=table.header, name=table.name
        )
        choice = chooser.sources() if pairs else chooser.unlabelled()
        self.source, self.encoding, self.delimiter = table.name, table.encoding, table.delimiter
        self.columns, self.why = table.columns, choice.why
        self.text_column = table.columns[choice.text]
        self.label_column = None if choice.label is None else table.columns[choice.label]
        self._early = list(table.warnings)
        if options.label_column and choice.label is None:
            self._early.append(
                f"There is no label column {options.label_column!r}: the texts have no labels."
            )
        self._met = table.met
        self._records = _of_table(table, choice.text, choice.label)

    def _open_lines(self, given: str | Path | BinaryIO, options: ReadOptions) -> None:
        if isinstance(given, str | Path) and str(given) != "-":
            name, packed = str(given), file_chunks(existing(given))
        else:
            stream, name = stream_of(given)
            packed = raw_chunks(stream, name)
        start, chunks = peeked(unpacked(packed, name), len("ABCD"))
        refuse_foreign(start, name, table=False)
        decoding = decoding_of_stream(start, options.encoding)
        stray = Finding()
        lines = Lines(text_lines(chunks, decoding, name, stray))
        self.source, self.encoding, self.delimiter = name, decoding.name, "none"
        self.columns, self.why = [TEXT], "each line is a text"
        self.text_column, self.label_column = TEXT, None
        self._early = [] if start else ["There is no text in the input."]
        self._met = lambda: [*lines.warnings(), *_not_utf8(stray)]
        self._records = (Record(number, line, None, {}) for number, line in enumerate(lines, 1))


def open_records(
    source: str | Path | BinaryIO,
    options: ReadOptions = DEFAULTS,
    *,
    lines: bool = False,
    pairs: bool = False,
) -> Records:
    """Open texts to classify.

    A `.txt` file and standard input ("-") hold one text a line, without quotes or columns,
    unless the options name a column or a delimiter; standard input is answered line by
    line as it comes. Anything else is a table, as `read` reads it.

    Args:
        lines: one text a line, whatever the name says.
        pairs: two columns whose names do not tell are a source and its target.

    Raises:
        DataError: no such file, no table, or its text column cannot be told.

    Example:
        >>> import io
        >>> with open_records(io.BytesIO(b"id,text\\n7,hi\\n8,\\n")) as records:
        ...     [(record.text, record.fields) for record in records]
        [('hi', {'id': '7'}), ('', {'id': '8'})]
    """
    return Records(source, options, lines=lines, pairs=pairs)


def stream(
    source: str | Path | BinaryIO, options: ReadOptions = DEFAULTS, *, lines: bool = False
) -> Iterator[Record]:
    """The records of `open_records`, closed at the end.

    Example:
        >>> import io
        >>> [record.text for record in stream(io.BytesIO(b"a\\n\\n  \\nb"), lines=True)]
        ['a', '', '  ', 'b']
    """
    with open_records(source, options, lines=lines) as records:
        yield from records


def _means_lines(given: str | Path | BinaryIO, options: ReadOptions) -> bool:
    """Whether the input's name says that each line is a text."""
    if options.text_column or options.delimiter or not isinstance(given, str | Path):
        return False
    return str(given) == "-" or suffix_of(Path(given)) == LINES_SUFFIX


def _of_table(table: Table, text: int, label: int | None) -> Iterator[Record]:
    others = [(i, name) for i, name in enumerate(table.columns) if i not in (text, label)]
    for line, cells in table.rows(text):
        true = None if label is None else clean_label(cells[label]) or None
        yield Record(line, cells[text], true, {name: cells[i] for i, name in others})


def _not_utf8(stray: Finding) -> list[str]:
    if not stray.count:
        return []
    return [
        f"{counted(stray.count, 'line')} not UTF-8, read as cp1252 ({stray.where()}:"
        f" {stray.sample!r}). If that looks wrong, name the encoding: --encoding."
    ]
