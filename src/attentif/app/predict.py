"""`attentif predict`: one answer for each record, in order, in bounded memory."""

import json
import os
import sys
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any, NamedTuple, TextIO

from attentif.app.ahead import chunks
from attentif.app.lines import note
from attentif.app.options import PredictOptions
from attentif.app.table import Table
from attentif.app.workers import workers
from attentif.data.findings import counted
from attentif.data.options import ReadOptions
from attentif.data.stream import Record, open_records
from attentif.errors import ConfigError, DataError
from attentif.ship.answers import Answer
from attentif.ship.runtime import Model, open_model

MOST_WORKERS = 4  # one process reads and writes for all of them
WORTH_WORKERS = 500_000  # bytes of a file below which other processes would start in vain
NEW_COLUMNS = ("prediction", "probability", "note")
Writer = Callable[[Sequence[Record], Sequence[Answer]], str]
Asked = tuple[Writer, Sequence[Record]]
_encoded = json.JSONEncoder(ensure_ascii=False, allow_nan=False).encode


def run(folder: Path, source: str, wishes: PredictOptions, reading: ReadOptions) -> None:
    """Answer every record of the input.

    Raises:
        DataError: there is none.
        ConfigError: the file for the answers cannot be written.
    """
    model = open_model(folder)  # with workers too: what is wrong with it is said here, once
    said, file = Told(), Path(source)
    n = workers_for(file, wishes.threads)
    begin = partial(opened, folder) if n else lambda: partial(answered, model)
    with (
        workers(n, begin) as in_order,  # first: they load their models while the file is opened
        open_records(source, reading, lines=wishes.lines) as records,
        target(wishes.out) as out,
    ):
        table = Table.beside(records, NEW_COLUMNS, escape=wishes.escape)
        writer = json_lines if wishes.json else partial(csv_rows, table)
        read = chunks(records, live=not file.is_file())
        for done in in_order((writer, chunk) for chunk in read):
            if not said.count and not wishes.json:
                out.write(table.head())
            out.write(done.text)
            said.add(done.told)
            out.flush()
        if not said.count:
            raise DataError(f"{records.source}: there is no text to answer. Give one a line.")
    said.tell(records.warnings)


def workers_for(file: Path, wished: int) -> int:
    """How many processes answer a file; 0 where this one does it alone."""
    if not file.is_file() or file.stat().st_size < WORTH_WORKERS:
        return 0
    n = wished or min(MOST_WORKERS, os.cpu_count() or 1)
    return n if n > 1 else 0


class Done(NamedTuple):
    """Some records, answered: the lines to write, and what is told of them."""

    text: str
    told: "Told"


def opened(folder: Path) -> Callable[[Asked], Done]:
    """What a worker does: it has the model of that folder for itself."""
    return partial(answered, open_model(folder))


def answered(model: Model, asked: Asked) -> Done:
    """Answer some records."""
    writer, chunk = asked
    found = model.answers([record.text for record in chunk])
    return Done(writer(chunk, found), Told.of(chunk, found))


@dataclass
class Told:
    """What a person must know of the answers: how many, of which kind, and how many right."""

    count: int = 0
    labelled: int = 0
    right: int = 0
    notes: Counter[str] = field(default_factory=Counter)

    @classmethod
    def of(cls, chunk: Sequence[Record], found: Sequence[Answer]) -> "Told":
        """Count some answers."""
        right = [
            record.label == answer.label
            for record, answer in zip(chunk, found, strict=True)
            if record.label
        ]
        return cls(len(chunk), len(right), sum(right), Counter(answer.note for answer in found))

    def add(self, other: "Told") -> None:
        """Those of another part too."""
        self.count += other.count
        self.labelled += other.labelled
        self.right += other.right
        self.notes += other.notes

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


def json_lines(chunk: Sequence[Record], found: Sequence[Answer]) -> str:
    """One JSON object a line."""

    def line(record: Record, answer: Answer) -> str:
        row: dict[str, Any] = {"line": record.line, "text": record.text, **answer._asdict()}
        if record.label is not None:
            row["true"] = record.label
        if record.fields:
            row["fields"] = record.fields
        return _encoded(row) + "\n"

    return "".join(map(line, chunk, found))


def csv_rows(table: Table, chunk: Sequence[Record], found: Sequence[Answer]) -> str:
    """The input's own columns, then the answer's."""
    return table.body(chunk, (([one.label], [f"{one.probability:.6f}", one.note]) for one in found))
