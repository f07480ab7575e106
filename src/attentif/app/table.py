"""A CSV that keeps the input's columns and adds some."""

import csv
import io
from collections.abc import Iterable, Sequence
from typing import NamedTuple

from attentif.data.stream import Record, Records

FORMULA = frozenset("=+-@\t\r")


class Table(NamedTuple):
    """The input's own columns, then new ones; data alone, so that another process can have it.

    text_column, label_column: those that a record does not carry among its fields.
    escape: whether cells that a spreadsheet takes for formulas are disarmed.
    """

    columns: tuple[str, ...]
    text_column: str
    label_column: str | None
    new: tuple[str, ...]
    escape: bool

    @classmethod
    def beside(cls, records: Records, new: Iterable[str], *, escape: bool) -> "Table":
        """For what is said of those records; a new name that is taken gets underscores."""
        columns = tuple(records.columns)
        named = tuple(free_name(name, columns) for name in new)
        return cls(columns, records.text_column, records.label_column, named, escape)

    def head(self) -> str:
        """The line of the names."""
        return self._lines([self._safe([*self.columns, *self.new])])

    def body(self, records: Iterable[Record], added: Iterable[tuple[list[str], list[str]]]) -> str:
        """A row for each record.

        Args:
            added: cells of the new columns, first those with words, which are disarmed too,
                then those that are ours: numbers, notes.
        """
        return self._lines(map(self._row, records, added))

    def _row(self, record: Record, added: tuple[list[str], list[str]]) -> list[str]:
        own = {**record.fields, self.text_column: record.text}
        if self.label_column is not None:
            own[self.label_column] = record.label or ""
        words, ours = added
        return [*self._safe([*(own.get(name, "") for name in self.columns), *words]), *ours]

    def _safe(self, cells: list[str]) -> list[str]:
        return [disarmed(cell) for cell in cells] if self.escape else cells

    @staticmethod
    def _lines(rows: Iterable[Sequence[str]]) -> str:
        lines = io.StringIO()
        csv.writer(lines, lineterminator="\n").writerows(rows)
        return lines.getvalue()


def disarmed(cell: str) -> str:
    """A cell that no spreadsheet takes for a formula: an apostrophe before it.

    >>> disarmed("=1+1"), disarmed("see you")
    ("'=1+1", 'see you')
    """
    return "'" + cell if cell[:1] in FORMULA else cell


def free_name(name: str, taken: Sequence[str]) -> str:
    """The name, with underscores until no column has it.

    >>> free_name("note", ["text", "note"])
    'note_'
    """
    while name in taken:
        name += "_"
    return name
