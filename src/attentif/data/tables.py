"""Every kind of file as one thing: named columns and rows of cells, read one by one."""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import partial

from attentif.data.decode import Decoding, find_decoding, text_lines
from attentif.data.findings import Finding, counted, excerpt
from attentif.data.header import find_header
from attentif.data.objects import json_form, json_table_rows
from attentif.data.options import DELIMITERS, ReadOptions
from attentif.data.parquet import parquet_columns, parquet_rows
from attentif.data.records import Lines, Row, Splitter, quotes_balance
from attentif.data.repair import trim
from attentif.data.sniff import (
    find_delimiter,
    is_blank,
    rows_of,
    sample_of,
    width_without_header,
)
from attentif.data.source import PARQUET, Source, refuse_foreign
from attentif.errors import DataError

_HINT = re.compile("sep=.", re.IGNORECASE)


@dataclass(kw_only=True)
class Table:
    """A file's columns, its first rows, and a way to go through all of them.

    Attributes:
        rows: given the position of the text column, the rows in order, each with as many
            cells as there are columns.
        warnings: what is known before the rows are read; `met` adds the rest.
        sample: the first rows' cells.
        nameless: positions of columns whose name in the header is empty.
    """

    name: str
    encoding: str
    delimiter: str
    header: bool
    columns: list[str]
    sample: list[list[str]]
    rows: Callable[[int], Iterator[Row]]
    quotes: bool = False
    nameless: frozenset[int] = frozenset()
    warnings: list[str] = field(default_factory=list)
    met: Callable[[], list[str]] = list
    count_lines: Callable[[], int] = int


def open_table(source: Source, options: ReadOptions) -> Table:
    """Recognise a file by its content.

    Raises:
        DataError: it is empty, holds no data, or is no table of texts.
        MissingExtraError: a Parquet file, and pyarrow is not installed.
    """
    start = source.start()
    if not start.strip(b"\0 \t\r\n"):
        raise DataError(f"{source.name}: the file is empty. Give one that holds texts.")
    if start.startswith(PARQUET):
        return parquet_table(source)
    refuse_foreign(start, source.name, table=True)
    decoding = find_decoding(source, options.encoding)
    sample = sample_of(_fresh_lines(source, decoding))
    if not any(map(trim, sample)):
        raise DataError(f"{source.name}: the file holds blank lines only.")
    form = json_form(sample, source.suffix)
    if form and not options.delimiter:
        return json_table(source, decoding, form)
    return delimited_table(source, decoding, sample, options)


def parquet_table(source: Source) -> Table:
    """A Parquet file; its columns have names."""
    columns = parquet_columns(source)
    sample = [row.cells for row, _ in zip(parquet_rows(source), range(1000), strict=False)]
    if not sample:
        raise DataError(f"{source.name}: the file has columns {columns} and no rows.")
    return Table(
        name=source.name, encoding="parquet", delimiter="none", header=True, columns=columns,
        sample=sample, rows=lambda text: parquet_rows(source),
    )  # fmt: skip


def json_table(source: Source, decoding: Decoding, form: str) -> Table:
    """JSON lines or a JSON list; the keys of the first thousand objects are the columns."""

    def objects() -> Iterator[tuple[int, dict[str, str]]]:
        lines.append(_fresh_lines(source, decoding))
        return json_table_rows(form, lines[-1], source.name)

    lines: list[Lines] = []
    first = [cells for (_, cells), _ in zip(objects(), range(1000), strict=False)]
    columns = list(dict.fromkeys(key for cells in first for key in cells))
    if not columns:
        raise DataError(f"{source.name}: expected objects with keys, got none.")
    late = Finding()

    def rows(text: int) -> Iterator[Row]:
        known = set(columns)
        for line, cells in objects():
            if not cells.keys() <= known:
                late.add(line, ", ".join(cells.keys() - known))
            yield Row(line, [cells.get(column, "") for column in columns])

    def met() -> list[str]:
        if not late.count:
            return lines[-1].warnings()
        said = f"{counted(late.count, 'object')} with keys that the first 1,000 lack, left out"
        return [*lines[-1].warnings(), f"{said} ({late.where()}: {late.sample})."]

    return Table(
        name=source.name, encoding=decoding.name, delimiter="none", header=True, columns=columns,
        sample=[[cells.get(column, "") for column in columns] for cells in first], rows=rows,
        warnings=list(decoding.warnings), met=met, count_lines=lambda: lines[-1].count,
    )  # fmt: skip


def delimited_table(
    source: Source, decoding: Decoding, sample: list[str], options: ReadOptions
) -> Table:
    """CSV and its relatives."""
    delimiter = options.delimiter or find_delimiter(sample)
    separator = DELIMITERS.get(delimiter, delimiter)
    lines = partial(_fresh_lines, source, decoding)
    quotes, warnings = _quotes(source, separator, lines, options), list(decoding.warnings)
    first = rows_of(sample, separator, quotes=quotes)
    verdict = find_header(first)
    header = verdict.header if options.header == "auto" else options.header == "yes"
    if options.header == "auto" and not verdict.sure:
        warnings.append(
            f"The first row ({excerpt(separator.join(first[0]))!r}) was read as an example;"
            " if it holds the columns' names: --header yes."
        )
    names = [trim(cell) for cell in first[0]] if header else []
    if header and _lacks_a_name(names, first[1:]):
        names = ["", *names]
        warnings.append("The header has one name less than the rows have cells: they were"
                        " taken to start with a nameless column.")  # fmt: skip
    width = len(names) or width_without_header(first)
    columns = _named(names, width)
    nameless = frozenset(i for i, name in enumerate(names) if not name)
    reader = _Delimited(source.name, separator, columns, names, nameless)
    if header and len(first) == 1:
        raise DataError(
            f"{source.name}: the file has only a header ({', '.join(columns)}) and no rows."
            " If that is an example: --header no."
        )
    return Table(
        name=source.name, encoding=decoding.name, delimiter=delimiter, header=header,
        columns=columns, sample=[reader.padded(cells) for cells in first[header:]],
        rows=lambda text: reader.rows(lines(), text, quotes), quotes=quotes, nameless=nameless,
        warnings=warnings, met=reader.warnings, count_lines=reader.count_lines,
    )  # fmt: skip


def _fresh_lines(source: Source, decoding: Decoding) -> Lines:
    return Lines(_without_hint(text_lines(source.chunks(), decoding, source.name)))


def _without_hint(lines: Iterator[str]) -> Iterator[str]:
    """The lines, the first one blank if it is Excel's hint `sep=;`."""
    first = next(lines, None)
    if first is not None:
        yield "" if _HINT.fullmatch(first) else first
        yield from lines


def _quotes(
    source: Source, separator: str, lines: Callable[[], Lines], options: ReadOptions
) -> bool:
    """Whether quotes can be special: with tabs, or one column, only if all of them balance."""
    if options.quotes != "auto":
        return options.quotes == "yes"
    if separator == " ":
        return False
    return separator not in ("\t", "") or quotes_balance(lines(), separator, source.name)


def _lacks_a_name(names: list[str], rows: list[list[str]]) -> bool:
    """Whether each row has a row number before the columns that the header names."""
    firsts = [row[0] for row in rows if len(row) == len(names) + 1]
    return (
        len(firsts) == len(rows) > 1
        and len(set(firsts)) == len(firsts)
        and all(first.isdecimal() for first in firsts)
    )


def _named(names: list[str], width: int) -> list[str]:
    """A name for every column: the nameless by number, a name used twice numbered."""
    columns: list[str] = []
    for number in range(1, width + 1):
        name = names[number - 1] if names else ""
        name = name or f"column {number}"
        columns.append(f"{name} ({number})" if name in columns else name)
    return columns


class _Delimited:
    """Goes through the rows of one delimited file and brings them to the header's width."""

    def __init__(
        self,
        name: str,
        separator: str,
        columns: list[str],
        header: list[str],
        nameless: frozenset[int],
    ) -> None:
        self.name, self.separator, self.columns = name, separator, columns
        self.header, self.nameless = header, nameless
        self.lines = Lines([])
        self.stray, self.joined, self.spilled = Finding(), Finding(), Finding()

    def rows(self, lines: Lines, text: int, quotes: bool) -> Iterator[Row]:
        """The rows after the header; one that is the header again is kept for the caller."""
        self.lines = lines
        self.stray, self.joined, self.spilled = Finding(), Finding(), Finding()
        splitter = Splitter(self.separator, quotes=quotes, name=self.name)
        self.stray = splitter.stray
        width, named = len(self.columns), bool(self.header)
        last = all(place in self.nameless for place in range(text + 1, width))
        for row in splitter.records(lines):
            if is_blank(row.cells) and (self.separator or named):
                continue
            if named:
                named = False
                continue
            if len(row.cells) != width:
                row = Row(row.line, self._fitted(row, text, last))
            if self.nameless:
                self._note_spill(row, text)
            yield row

    def padded(self, cells: list[str]) -> list[str]:
        """As many cells as columns, for judging columns; what is too much is cut."""
        width = len(self.columns)
        return cells[:width] + [""] * (width - len(cells))

    def warnings(self) -> list[str]:
        """What was met in the rows."""
        said = self.lines.warnings()
        if self.stray.count:
            said.append(
                f"{counted(self.stray.count, 'cell')} starting with a quote that is not closed"
                f" properly, read as a letter ({self.stray.where()}: {self.stray.sample!r})."
            )
        if self.joined.count:
            said.append(
                f"{counted(self.joined.count, 'text')} holding the delimiter {self.separator!r}"
                f" without quotes, joined again ({self.joined.where()}:"
                f" {self.joined.sample!r})."
            )
        if self.spilled.count:
            said.append(
                f"{counted(self.spilled.count, 'row')} with text in a nameless column after the"
                f" texts, left out ({self.spilled.where()}: {self.spilled.sample!r})."
            )
        return said

    def count_lines(self) -> int:
        """Lines of the file read so far."""
        return self.lines.count

    def _fitted(self, row: Row, text: int, last: bool) -> list[str]:
        """A row of another width: filled up, its empty end cut, or its text's pieces joined.

        Raises:
            DataError: too many cells, and the text is not the last column.
        """
        width = len(self.columns)
        if len(row.cells) < width or not any(map(trim, row.cells[width:])):
            return self.padded(row.cells)
        if not last:
            raise DataError(
                f"{self.name}: line {row.line} has {len(row.cells)} cells, expected {width}"
                f" ({excerpt(self.separator.join(row.cells), 60)!r}). Put its text in quotes, or"
                f" name the delimiter: --delimiter."
            )
        joined = self.separator.join(row.cells[text:])
        self.joined.add(row.line, joined)
        return [*row.cells[:text], joined, *[""] * (width - text - 1)]

    def _note_spill(self, row: Row, text: int) -> None:
        """Count text in a nameless column after the text's."""
        for place in range(text + 1, len(row.cells)):
            if place in self.nameless and trim(row.cells[place]):
                self.spilled.add(row.line, row.cells[place])
                return
