"""`attentif predict` and `attentif explain` on a transducer: texts in, texts out."""

import json
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from itertools import islice, repeat
from pathlib import Path
from typing import Any

from rich.console import Console

from attentif.app.explain_page import put
from attentif.app.lines import note, print_json
from attentif.app.options import JsonOption, PredictOptions
from attentif.app.output import heading, sentence
from attentif.app.predict import target
from attentif.app.table import Table
from attentif.app.transduce import opened_transducer
from attentif.app.transducer_flags import SearchOptions, WritingOptions
from attentif.data.findings import counted
from attentif.data.options import ReadOptions
from attentif.data.stream import Record, open_records
from attentif.errors import ConfigError, DataError
from attentif.report.alignment import alignment_map, alignment_text
from attentif.report.pages import Drawing, Page, Section
from attentif.report.printable import shortened
from attentif.report.save import to_svg
from attentif.ship.folder import strict
from attentif.train.outputs import EMPTY, Output
from attentif.transducer import Alignment

CHUNK = 512  # texts written together
AS_MADE = WritingOptions()
COLUMNS = ("output", "note", "unknown", "score")
READ = (
    "Rows are what was written, from top to bottom; columns what was read. The darker a cell, the"
    " more of the row's attention lay there. It says where the network looked, not that it would"
    " have written something else had it not."
)


def predict(
    folder: Path,
    source: str,
    wishes: PredictOptions,
    reading: ReadOptions,
    writing: WritingOptions = AS_MADE,
) -> None:
    """Write an output for every record of the input: as many, in order.

    Raises:
        DataError: there is none.
        ConfigError: the file for the outputs cannot be written, or more than one output a
            text is wished where a row holds one.
    """
    if writing.n_best > 1 and not wishes.json:
        raise ConfigError("--n-best needs --json: a row of CSV holds one output. Give --json too.")
    if wishes.threads:
        raise ConfigError("--threads is for classifiers, and this is none: leave it out.")
    model = opened_transducer(folder, writing, n_best=writing.n_best)
    count, noted = 0, Counter[str]()
    with (
        open_records(source, reading, lines=wishes.lines, pairs=True) as records,
        target(wishes.out) as out,
    ):
        columns = (*COLUMNS[:-1], *(["copied"] if model.copy_unknown else []), COLUMNS[-1])
        table = Table.beside(records, columns, escape=wishes.escape)
        for chunk in chunked(records):
            found = model.write([record.text for record in chunk], n_best=writing.n_best)
            noted.update(kind_of(output.note) for output in found)
            if wishes.json:
                out.writelines(map(json_line, chunk, found))
            else:
                out.write("" if count else table.head())
                out.write(table.body(chunk, map(cells, found, repeat(model.copy_unknown))))
            count += len(chunk)
            out.flush()
    if not count:
        raise DataError(f"{records.source}: there is no text to read. Give one a line.")
    for warning in records.warnings:
        note(warning)
    kinds = ", ".join(f"{n:,} {kind}" for kind, n in noted.items() if kind)
    note(f"{counted(count, 'text')} written{f' ({kinds})' if kinds else ''}.")


def chunked(records: Iterable[Record]) -> Iterator[list[Record]]:
    """Some at a time."""
    ahead = iter(records)
    while chunk := list(islice(ahead, CHUNK)):
        yield chunk


def kind_of(said: str) -> str:
    """A note without what is of one text only, so that notes can be counted.

    >>> kind_of("the day 28 is not in the text: is there such a date?")
    'the day is not in the text'
    """
    return re.sub(r" \d+", "", re.split("[:;]", said, maxsplit=1)[0])


def json_line(record: Record, output: Output) -> str:
    """One object."""
    row: dict[str, Any] = {
        "line": record.line,
        "text": record.text,
        "output": output.text,
        "score": output.score,
        "note": output.note,
        "unknown": list(output.unknown),
        "copied": [copied._asdict() for copied in output.copied],
        "others": [{"output": text, "score": score} for text, score in output.others],
    }
    if record.fields:
        row["fields"] = record.fields
    return json.dumps(strict(row), ensure_ascii=False, allow_nan=False) + "\n"


def cells(output: Output, copies: bool) -> tuple[list[str], list[str]]:
    """What a table says of an output, in the order of COLUMNS; what was copied, if it may be."""
    unknown = " ".join(dict.fromkeys(output.unknown))
    copied = [" ".join(one.text for one in output.copied)] if copies else []
    return [output.text, output.note, unknown, *copied], [f"{output.score:.6f}"]


def explain(
    folder: Path,
    texts: Iterable[str],
    wishes: JsonOption,
    search: SearchOptions = AS_MADE,
    page: str = "",
) -> None:
    """What is written for each text, and where the network looked for each unit of it.

    Args:
        page: write the pictures to this HTML file too; empty: no file.
    """
    model, console = opened_transducer(folder, search), Console()
    found = []
    for text in texts:
        alignment = model.explain(text)
        found.append(alignment)
        if wishes.json:
            print_json(strict(alignment.to_dict()))
        else:
            show(console, alignment)
    if page:
        write_page(found, folder, Path(page))


def warnings_of(output: Output) -> list[str]:
    """What a reader must know of an output, a sentence each."""
    said = output.note
    found = [f"Note: {said}{'' if said.endswith('?') else '.'}"] if said else []
    if output.unknown:
        found.append(f"Unknown in the source: {' '.join(output.unknown)}")
    found += [f"Copied: {one.text} (attention {one.weight:.2f})" for one in output.copied]
    return found


def show(console: Console, alignment: Alignment) -> None:
    """One alignment on the terminal."""
    output = alignment.output
    heading(console, output.text or "(nothing)")
    for words in warnings_of(output):
        sentence(console, words, "yellow")
    if output.note == EMPTY:
        return
    sentence(console, f"log-probability {output.log_probability:.3f}", "dim")
    if alignment.weights is None:
        sentence(console, "This network has no attention to show.", "dim")
        return
    source = [unit.text for unit in alignment.source]
    console.print(alignment_text(source, alignment.target, alignment.weights))


def write_page(found: Sequence[Alignment], folder: Path, path: Path) -> None:
    """The alignments as one self-contained page.

    Args:
        folder: of the model, which is named at the foot.
    """
    sections = [section_of(number, one) for number, one in enumerate(found, 1)]
    about = {"Model": folder.resolve().name, "Texts": str(len(found))}
    said = ["Where the network looked for each unit"]
    said += [READ] if any(one.weights is not None for one in found) else []
    put(Page("Alignments", said, sections, provenance=about), path)


def section_of(number: int, one: Alignment) -> Section:
    """One text of the page."""
    said = [f"Source: {one.text}", f"Output: {one.output.text or '(nothing)'}"]
    said += warnings_of(one.output)
    if one.weights is None or not one.weights.size:
        return Section(shortened(one.output.text, 60) or f"Text {number}", said)
    figure = alignment_map([unit.text for unit in one.source], one.target, one.weights)
    drawing = Drawing(f"alignment-{number}", to_svg(figure))
    return Section(shortened(one.output.text, 60) or f"Text {number}", said, [drawing])
