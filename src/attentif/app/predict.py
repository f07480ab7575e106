"""`attentif predict`: one answer for each record, in order, in bounded memory."""

import csv
import json
import os
import sys
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import chain
from pathlib import Path
from typing import Any, TextIO

from attentif.app.ahead import answered, chunks
from attentif.app.lines import note
from attentif.app.options import PredictOptions
from attentif.data.findings import counted
from attentif.data.options import ReadOptions
from attentif.data.stream import Record, Records, open_records
from attentif.errors import ConfigError, DataError
from attentif.ship.answers import Answer
from attentif.ship.runtime import open_model

MOST_THREADS = 4  # more of them wait for Python's lock
FORMULA = ("=", "+", "-", "@", "\t", "\r")
NEW_COLUMNS = ("prediction", "probability", "note")
Writer = Callable[[Sequence[Record], Sequence[Answer]], None]


def run(folder: Path, source: str, wishes: PredictOptions, reading: ReadOptions) -> None:
    """Answer every record of the input.

    Raises:
        DataError: there is none.
        ConfigError: the file for the answers cannot be written.
    """
    model = open_model(folder)
    said, live = Told(), not Path(source).is_file()
    with (
        open_records(source, reading, lines=wishes.lines) as records,
        target(wishes.out) as out,
    ):
        batches = chunks(records, live=live)
        first = next(batches, None)
        if first is None:
            raise DataError(f"{records.source}: there is no text to answer. Give one a line.")
        write = json_writer(out) if wishes.json else csv_writer(out, records, wishes.escape)
        at_once = 0 if live else wishes.threads or min(MOST_THREADS, os.cpu_count() or 1)
        for chunk, found in answered(chain([first], batches), model.answers, at_once):
            write(chunk, found)
            said.add(chunk, found)
            out.flush()
    said.tell(records.warnings)


@dataclass
class Told:
    """What a person must know of the answers: how many, of which kind, and how many right."""

    count: int = 0
    labelled: int = 0
    right: int = 0
    notes: Counter[str] = field(default_factory=Counter)

    def add(self, chunk: Sequence[Record], found: Sequence[Answer]) -> None:
        """Count some answers."""
        self.count += len(chunk)
        self.notes.update(answer.note for answer in found)
        for record, answer in zip(chunk, found, strict=True):
            if record.label:
                self.labelled += 1
                self.right += record.label == answer.label

    def tell(self, warnings: Sequence[str]) -> None:
        """Say it."""
        for warning in warnings:
            note(warning)
        kinds = ", ".join(f"{count:,} {note}" for note, count in self.notes.items() if note)
        texts = counted(self.count, "text")
        note(f"{texts} answered{f' ({kinds})' if kinds else ''}.")
        if self.labelled:
            note(
                f"{self.right:,} of {counted(self.labelled, 'labelled text')} answered rightly"
                f" ({self.right / self.labelled:.1%}); for intervals and more, run"
                " `attentif test`."
            )


@contextmanager
def target(name: str) -> Iterator[TextIO]:
    """Standard output, or a file that appears under its name only when it is whole.

    Args:
        name: of the file; empty for standard output.

    Raises:
        ConfigError: it cannot be written.
    """
    if not name:
        yield sys.stdout
        return
    path = Path(name)
    special = path.exists() and not path.is_file()  # a folder, or a device such as /dev/null
    beside = path if special else path.with_name(f".{path.name}.part")
    try:
        with beside.open("w", encoding="utf-8", errors="replace", newline="") as file:
            yield file
        if not special:
            os.replace(beside, path)
    except OSError as error:
        raise ConfigError(
            f"{name} cannot be written ({error.strerror or error}). Choose another file with --out."
        ) from error
    finally:
        if not special:
            beside.unlink(missing_ok=True)


def json_writer(out: TextIO) -> Writer:
    """One JSON object a line."""
    encoded = json.JSONEncoder(ensure_ascii=False, allow_nan=False).encode

    def line(record: Record, answer: Answer) -> str:
        row: dict[str, Any] = {"line": record.line, "text": record.text, **answer._asdict()}
        if record.label is not None:
            row["true"] = record.label
        if record.fields:
            row["fields"] = record.fields
        return encoded(row) + "\n"

    def write(chunk: Sequence[Record], found: Sequence[Answer]) -> None:
        out.write("".join(map(line, chunk, found)))

    return write


def csv_writer(out: TextIO, records: Records, escape: bool) -> Writer:
    """The input's own columns, then the answer's."""
    added = [free_name(name, records.columns) for name in NEW_COLUMNS]
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow([disarmed(name) if escape else name for name in [*records.columns, *added]])

    def cells(record: Record, answer: Answer) -> list[str]:
        own = {**record.fields, records.text_column: record.text}
        if records.label_column is not None:
            own[records.label_column] = record.label or ""
        row = [own.get(name, "") for name in records.columns] + [answer.label]
        if escape:
            row = [disarmed(cell) for cell in row]
        return [*row, f"{answer.probability:.6f}", answer.note]

    def write(chunk: Sequence[Record], found: Sequence[Answer]) -> None:
        writer.writerows(map(cells, chunk, found))

    return write


def disarmed(cell: str) -> str:
    """A cell that no spreadsheet takes for a formula: an apostrophe before it.

    >>> disarmed("=1+1"), disarmed("see you")
    ("'=1+1", 'see you')
    """
    return "'" + cell if cell.startswith(FORMULA) else cell


def free_name(name: str, taken: Sequence[str]) -> str:
    """The name, with underscores until no column has it."""
    while name in taken:
        name += "_"
    return name
