"""`attentif predict`: one answer for each record, in order, in bounded memory."""

import csv
import json
import os
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from queue import Empty, Queue
from threading import Thread
from typing import Any, TextIO

import torch
from rich.console import Console

from attentif.app.options import PredictOptions
from attentif.data.options import ReadOptions
from attentif.data.stream import Record, Records, open_records
from attentif.estimator import TextClassifier
from attentif.ship.answers import Answer, answers

CHUNK = 512  # records answered together
FORMULA = ("=", "+", "-", "@", "\t", "\r")
NEW_COLUMNS = ("prediction", "probability", "note")
Writer = Callable[[Record, Answer], None]


def run(folder: Path, source: str, wishes: PredictOptions, reading: ReadOptions) -> None:
    """Answer every record of the input."""
    torch.set_num_threads(wishes.threads)
    model = TextClassifier.load(folder)
    notes: dict[str, int] = {}
    right = labelled = 0
    with open_records(source, reading, lines=wishes.lines) as records:
        with target(Path(wishes.out) if wishes.out else None) as out:
            write = json_writer(out) if wishes.json else csv_writer(out, records, wishes.escape)
            for chunk in chunks(records):
                texts = [record.text for record in chunk]
                found = answers(model.network_, model.front_end_, model.decision_, texts)
                for record, answer in zip(chunk, found, strict=True):
                    write(record, answer)
                    if answer.note:
                        notes[answer.note] = notes.get(answer.note, 0) + 1
                    if record.label:
                        labelled += 1
                        right += record.label == answer.label
                out.flush()
        tell(records, notes, right, labelled)


def tell(records: Records, notes: Mapping[str, int], right: int, labelled: int) -> None:
    """What a person must know, on standard error."""
    errors = Console(stderr=True)
    for warning in records.warnings:
        errors.print(warning, highlight=False, markup=False)
    said = ", ".join(f"{count:,} {note}" for note, count in notes.items())
    errors.print(
        f"{records.count:,} texts answered{f' ({said})' if said else ''}.", highlight=False
    )
    if labelled:
        errors.print(
            f"{right:,} of {labelled:,} labelled texts answered rightly ({right / labelled:.1%});"
            " for intervals and more, run `attentif test`.",
            highlight=False,
        )


def chunks(records: Iterable[Record]) -> Iterator[list[Record]]:
    """Records as they come, so many as are there at a time: a pipe is answered at once.

    A thread reads ahead, at most two chunks, while the network answers.
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
                ended = waiting.get_nowait()
            except Empty:
                break
        if chunk:
            yield chunk
    if ended is not None:
        raise ended


@contextmanager
def target(path: Path | None) -> Iterator[TextIO]:
    """Standard output, or a file that appears under its name only when it is whole."""
    if path is None:
        yield sys.stdout
        return
    beside = path.with_name(f".{path.name}.part")
    try:
        with beside.open("w", encoding="utf-8", newline="") as file:
            yield file
        os.replace(beside, path)
    finally:
        beside.unlink(missing_ok=True)


def json_writer(out: TextIO) -> Writer:
    """One JSON object a line."""

    def write(record: Record, answer: Answer) -> None:
        row: dict[str, Any] = {"line": record.line, "text": record.text, **answer._asdict()}
        if record.label is not None:
            row["true"] = record.label
        if record.fields:
            row["fields"] = record.fields
        out.write(json.dumps(row, ensure_ascii=False) + "\n")

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
