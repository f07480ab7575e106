"""Lines to records: cells between delimiters, quotes honoured where they make sense.

A quote is special only at the start of a cell, and only if one that closes it stands
before the next delimiter or the end of a line. Within one line anything else is a letter
and is counted. Over several lines nothing is guessed: a quote that is not closed properly
is an error that names the line where it opens, after a bounded number of characters.
"""

import re
from collections.abc import Iterable, Iterator
from typing import NamedTuple

from attentif.data.findings import Finding, counted, excerpt
from attentif.errors import DataError

LONGEST_QUOTED = 1_000_000
_BODY = re.compile(r'(?:[^"]++|"")*+')
_OPENING = re.compile(r' *+"')


class Row(NamedTuple):
    """The cells of one record and the line of the file where it starts."""

    line: int
    cells: list[str]


class Lines:
    """Numbered lines without NULs; counts both."""

    def __init__(self, lines: Iterable[str]) -> None:
        self._lines = lines
        self.count = 0
        self.nuls = Finding()

    def __iter__(self) -> Iterator[str]:
        for line in self._lines:
            self.count += 1
            if "\0" in line:
                bare = line.replace("\0", "")
                self.nuls.add(self.count, bare, times=len(line) - len(bare))
                yield bare
            else:
                yield line

    def warnings(self) -> list[str]:
        """What was removed, if anything."""
        if not self.nuls.count:
            return []
        return [f"{counted(self.nuls.count, 'NUL character')} removed ({self.nuls.where()})."]


class Splitter:
    """Cuts lines into records.

    Args:
        separator: the delimiter's character; empty for one column, a blank for a label
            and a text after it.
        quotes: whether quotes can be special at all.
        name: of the file, for messages.

    Attributes:
        stray: cells that start with a quote which nothing closes properly.
        inner: cells that do not start with a quote and hold one.
        spanning: cells over several lines whose further lines hold delimiters.
    """

    def __init__(self, separator: str, *, quotes: bool, name: str) -> None:
        self.separator, self.quotes, self.name = separator, quotes, name
        self.stray, self.inner, self.spanning = Finding(), Finding(), Finding()
        ends = f"(?:{re.escape(separator)}|$)" if separator else "$"
        self._closing = re.compile(rf'" *+(?={ends})')

    def records(self, lines: Iterable[str]) -> Iterator[Row]:
        """Records one by one; a record in quotes may take several lines.

        Raises:
            DataError: a quote opens and is not closed.
        """
        numbered = enumerate(lines, 1)
        for number, line in numbered:
            if self.quotes and '"' in line:
                yield Row(number, self._with_quotes(number, line, numbered))
            elif self.separator == " ":
                yield Row(number, line.split(None, 1))
            elif self.separator:
                yield Row(number, line.split(self.separator))
            else:
                yield Row(number, [line])

    def _with_quotes(self, number: int, line: str, more: Iterator[tuple[int, str]]) -> list[str]:
        cells: list[str] = []
        at = 0
        while True:
            opening = _OPENING.match(line, at)
            if opening:
                cell, line, at = self._quoted(number, line, opening.end(), more)
            else:
                end = self._end(line, at)
                cell, at = line[at:end], end
                if '"' in cell:
                    self.inner.add(number, cell)
            cells.append(cell)
            if at >= len(line):
                return cells
            at += 1  # over the delimiter
            if at == len(line):
                return [*cells, ""]

    def _quoted(
        self, number: int, line: str, start: int, more: Iterator[tuple[int, str]]
    ) -> tuple[str, str, int]:
        """The cell whose opening quote stands before `start`, its last line, its end there."""
        end = _end_of_body(line, start)
        if end == len(line):
            return self._over_lines(number, line, start, more)
        closing = self._closing.match(line, end)
        if closing:
            return line[start:end].replace('""', '"'), line, closing.end()
        self.stray.add(number, line[start - 1 :])
        closing = self._closing.search(line, end)
        if closing:
            return line[start : closing.start()], line, closing.end()
        opening = line.rindex('"', 0, start)
        end = self._end(line, start)
        return line[opening:end], line, end

    def _over_lines(
        self, number: int, line: str, start: int, more: Iterator[tuple[int, str]]
    ) -> tuple[str, str, int]:
        parts, size = [line[start:]], len(line) - start
        for _, line in more:
            end = _end_of_body(line, 0)
            parts.append(line[:end])
            size += end + 1
            if end < len(line):
                closing = self._closing.match(line, end)
                if not closing:
                    break
                if self.separator and any(self.separator in part for part in parts[1:]):
                    self.spanning.add(number, parts[0])
                return "\n".join(parts).replace('""', '"'), line, closing.end()
            if size > LONGEST_QUOTED:
                break
        raise DataError(
            f'{self.name}: a quote (") opens at line {number} and is never closed properly'
            f" ({excerpt(parts[0])!r}; {len(parts)} lines read on). Close it, write it twice"
            " if it is a letter, or read all quotes as letters: --quotes no."
        )

    def _end(self, line: str, at: int) -> int:
        """Where the cell ends that has no quotes around it."""
        end = line.find(self.separator, at) if self.separator else -1
        return end if end >= 0 else len(line)


def _end_of_body(line: str, start: int) -> int:
    """Where a quoted cell's content ends: at a quote that is not written twice, or the end."""
    body = _BODY.match(line, start)
    return body.end() if body else start


def quotes_balance(lines: Iterable[str], separator: str, name: str) -> bool:
    """Whether every quote of a file is part of a properly quoted cell.

    If not, quotes are letters there, as in the SMS collection, where one at the start of
    a message would swallow the lines after it.
    """
    splitter = Splitter(separator, quotes=True, name=name)
    try:
        for _ in splitter.records(lines):
            if splitter.stray.count or splitter.inner.count or splitter.spanning.count:
                return False
    except DataError:
        return False
    return True
