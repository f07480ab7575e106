"""How a table of text is laid out: the delimiter, found from the content, not the name."""

import re
from collections import Counter
from collections.abc import Iterable
from itertools import islice

from attentif.data.columns import content_of
from attentif.data.names import KNOWN_VALUES, is_known, plain
from attentif.data.options import DELIMITERS
from attentif.data.records import Splitter
from attentif.data.repair import trim
from attentif.errors import DataError

SAMPLE_LINES = 1000
SAMPLE_CHARACTERS = 1_000_000
CANDIDATES = ("tab", ";", "|", ",")
_BEFORE_BLANK = re.compile(r"-?\d{1,3}|__label__\S+|[A-Z]{2,}:\w+")


def sample_of(lines: Iterable[str]) -> list[str]:
    """The first lines of a file, to judge it by."""
    sample: list[str] = []
    size = 0
    for line in islice(lines, SAMPLE_LINES):
        sample.append(line)
        size += len(line)
        if size > SAMPLE_CHARACTERS:
            break
    return sample


def rows_of(lines: list[str], separator: str, *, quotes: bool = True) -> list[list[str]]:
    """The sample's rows under one delimiter.

    Where a quote does not close (the sample may end inside a cell), the rows before it; if
    they are few, all rows with quotes as letters.
    """
    splitter = Splitter(separator, quotes=quotes, name="")
    rows: list[list[str]] = []
    try:
        for row in splitter.records(lines):
            if not is_blank(row.cells):
                rows.append(row.cells)
    except DataError:
        return rows if len(rows) > len(lines) / 2 else rows_of(lines, separator, quotes=False)
    return rows


def is_blank(cells: list[str]) -> bool:
    """Whether it is an empty line, not a record."""
    return len(cells) <= 1 and not "".join(cells).strip()


def find_delimiter(lines: list[str]) -> str:
    """The delimiter's name: the header decides first, then a constant number of cells.

    One column of free text has none, however many commas its sentences hold.

    Example:
        >>> find_delimiter(["label;text", "ham;yes, well, ok"])
        ';'
    """
    tables = {name: rows_of(lines, DELIMITERS[name]) for name in CANDIDATES}
    told = _by_header(tables)
    if told:
        return told
    steady = [name for name in CANDIDATES if _is_steady(tables[name])]
    if steady:
        return max(steady, key=lambda name: _score(tables[name]))
    loose = [name for name in CANDIDATES if _is_loose(tables[name])]
    if loose:
        return loose[0]
    return "space" if _label_and_blank(lines) else "none"


def _by_header(tables: dict[str, list[list[str]]]) -> str:
    """The delimiter under which the first row holds most known names."""
    hits: dict[str, int] = {}
    for name, rows in tables.items():
        first = rows[0] if rows else []
        known = sum(map(is_known, first))
        spill = max(map(len, first), default=0) > 60
        if len(first) > 1 and known and not spill:
            hits[name] = known
    if hits:
        return max(hits, key=lambda name: hits[name])
    alone = [rows[0] for rows in tables.values() if rows]
    return "none" if alone and all(len(r) == 1 and is_known(r[0]) for r in alone) else ""


def _is_steady(rows: list[list[str]]) -> bool:
    """Whether (nearly) all rows have the same number of cells, more than one.

    Commas followed by a blank are taken for punctuation, unless labels stand before them.
    """
    width, share = _width(rows)
    if width < 2 or share < 0.9:
        return False
    inner = [cell for row in rows for cell in row[1:]]
    punctuation = sum(cell.startswith(" ") for cell in inner) > 0.5 * len(inner)
    return not punctuation or _labels_at(rows, 0)


def _width(rows: list[list[str]]) -> tuple[int, float]:
    """The most usual number of cells and the share of rows that have it."""
    if not rows:
        return 0, 0.0
    width, times = Counter(map(len, rows)).most_common(1)[0]
    return width, times / len(rows)


def _score(rows: list[list[str]]) -> tuple[float, bool]:
    width, share = _width(rows)
    return share, any(_labels_at(rows, place) for place in range(width))


def _labels_at(rows: list[list[str]], place: int) -> bool:
    """Whether a column holds few different short values that come again."""
    content = content_of([row[place] for row in rows if -len(row) <= place < len(row)])
    return content.known or (content.label_like and content.different < len(rows))


def _is_loose(rows: list[list[str]]) -> bool:
    """Whether every row has a label at one end and the rest is cut by its own commas."""
    return (
        len(rows) > 1 and min(map(len, rows)) > 1 and (_labels_at(rows, 0) or _labels_at(rows, -1))
    )


def _label_and_blank(lines: list[str]) -> bool:
    """Whether each line is a label, a blank and a text, as in SST and TREC."""
    cut = [line.split(None, 1) for line in lines if trim(line)]
    if not cut or min(map(len, cut)) < 2:
        return False
    labels = {first for first, _ in cut}
    formal = all(_BEFORE_BLANK.fullmatch(label) for label in labels)
    known = {plain(label) for label in labels} <= KNOWN_VALUES
    return (formal or known) and len(labels) <= max(2, len(cut) // 2)


def width_without_header(rows: list[list[str]]) -> int:
    """How many columns there are when no header says so: two, when the rows disagree."""
    width, share = _width(rows)
    return width if share >= 0.9 else min(2, max(map(len, rows), default=1))
