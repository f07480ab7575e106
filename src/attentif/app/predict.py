"""`attentif predict`: one answer for each record, in order, in bounded memory."""

import csv
import json
import os
import sys
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import chain
from pathlib import Path
from queue import Empty, Queue
from threading import Thread
from typing import Any, TextIO

import torch
from rich.console import Console

from attentif.app.options import PredictOptions
from attentif.app.output import sentence
from attentif.data.findings import counted
from attentif.data.options import ReadOptions
from attentif.data.stream import Record, Records, open_records
from attentif.errors import ConfigError, DataError
from attentif.estimator import TextClassifier
from attentif.ship.answers import Answer, answers
from attentif.ship.artifact import strict

CHUNK = 512  # records answered together
FORMULA = ("=", "+", "-", "@", "\t", "\r")
NEW_COLUMNS = ("prediction", "probability", "note")
Writer = Callable[[Record, Answer], None]


def run(folder: Path, source: str, wishes: PredictOptions, reading: ReadOptions) -> None:
    """Answer every record of the input.

    Raises:
        DataError: there is none.
        ConfigError: the file for the answers cannot be written.
    """
    torch.set_num_threads(wishes.threads)
    model = TextClassifier.load(folder)
    said = Told()
    with (
        open_records(source, reading, lines=wishes.lines) as records,
        target(wishes.out) as out,
    ):
        batches = chunks(records, live=not Path(source).is_file())
        first = next(batches, None)
        if first is None:
            raise DataError(f"{records.source}: there is no text to answer. Give one a line.")
        write = json_writer(out) if wishes.json else csv_writer(out, records, wishes.escape)
        for chunk in chain([first], batches):
            texts = [record.text for record in chunk]
            found = answers(model.network_, model.front_end_, model.decision_, texts)
            for record, answer in zip(chunk, found, strict=True):
                write(record, answer)
                said.add(record, answer)
            out.flush()
    said.tell(Console(stderr=True), records.warnings)


@dataclass
class Told:
    """What a person must know of the answers: how many, of which kind, and how many right."""

    count: int = 0
    labelled: int = 0
    right: int = 0
    notes: Counter[str] = field(default_factory=Counter)

    def add(self, record: Record, answer: Answer) -> None:
        """Count one answer."""
        self.count += 1
        self.notes[answer.note] += 1
        if record.label:
            self.labelled += 1
            self.right += record.label == answer.label

    def tell(self, console: Console, warnings: Sequence[str]) -> None:
        """Say it."""
        for warning in warnings:
            sentence(console, warning)
        kinds = ", ".join(f"{count:,} {note}" for note, count in self.notes.items() if note)
        texts = counted(self.count, "text")
        sentence(console, f"{texts} answered{f' ({kinds})' if kinds else ''}.")
        if self.labelled:
            sentence(
                console,
                f"{self.right:,} of {counted(self.labelled, 'labelled text')} answered rightly"
                f" ({self.right / self.labelled:.1%}); for intervals and more, run"
                " `attentif test`.",
            )


def chunks(records: Iterable[Record], *, live: bool) -> Iterator[list[Record]]:
    """Records in chunks; a thread reads ahead, at most two chunks, while the network answers.

    Args:
        live: a chunk is what is there by now, so that a pipe is answered at once; otherwise
            chunks are full, so that a file's answers are the same to the last bit each time.
    """
    waiting: Queue[Record | BaseException | None] = Queue(maxsize=2 * CHUNK)

    def fill() -> None:
        try:
            for record in records:
                waiting.put(record)
            waiting.put(None)
        except BaseException as error:  # handed over, to be raised where it is dealt with
            waiting.put(error)

    Thread(target=fill, daemon=True).start()
    ended: Record | BaseException | None = Record(0, "", None, {})
    while isinstance(ended, Record):
        chunk: list[Record] = []
        ended = waiting.get()
        while isinstance(ended, Record):
            chunk.append(ended)
            if len(chunk) == CHUNK:
                break
            try:
                ended = waiting.get(block=not live)
            except Empty:
                break
        if chunk:
            yield chunk
    if ended is not None:
        raise ended


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

    def write(record: Record, answer: Answer) -> None:
        row: dict[str, Any] = {"line": record.line, "text": record.text, **answer._asdict()}
        if record.label is not None:
            row["true"] = record.label
        if record.fields:
            row["fields"] = record.fields
        out.write(json.dumps(strict(row), ensure_ascii=False, allow_nan=False) + "\n")

    return write


def csv_writer(out: TextIO, records: Records, escape: bool) -> Writer:
    """The input's own columns, then the answer's."""
    added = [free_name(name, records.columns) for name in NEW_COLUMNS]
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow([disarmed(name) if escape else name for name in [*records.columns, *added]])

    def write(record: Record, answer: Answer) -> None:
        own = {**record.fields, records.text_column: record.text}
        if records.label_column is not None:
            own[records.label_column] = record.label or ""
        cells = [own.get(name, "") for name in records.columns] + [answer.label]
        safe = [disarmed(cell) if escape else cell for cell in cells]
        writer.writerow([*safe, f"{answer.probability:.6f}", answer.note])

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
