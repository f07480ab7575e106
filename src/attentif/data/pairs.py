"""Pairs of texts, a source and what it becomes: from two columns of a file, or two files."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import zip_longest
from pathlib import Path
from typing import BinaryIO, NamedTuple

import numpy as np

from attentif.data.findings import counted, excerpt, places, spelt
from attentif.data.names import plain
from attentif.data.options import ReadOptions
from attentif.data.read import DEFAULTS, Dropped
from attentif.data.repair import Mender, trim
from attentif.data.source import opened
from attentif.data.stream import open_records
from attentif.data.tables import Table, open_table
from attentif.errors import ConfigError, DataError


class Pair(NamedTuple):
    """A source, its target, and the line of the file where they stand."""

    source: str
    target: str
    line: int


@dataclass(frozen=True, kw_only=True)
class PairReading:
    """The pairs of a file, and how it was read.

    name: of the file or of the two.
    how: the encoding, the columns and why, a sentence each.
    dropped: records with an empty side.
    warnings: what a user must know, a sentence each.
    """

    name: str
    pairs: list[Pair]
    how: list[str] = field(default_factory=list)
    dropped: list[Dropped] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)

    @property
    def sources(self) -> list[str]:
        """The sources, in order."""
        return [pair.source for pair in self.pairs]

    @property
    def targets(self) -> list[str]:
        """The targets, in order."""
        return [pair.target for pair in self.pairs]

    def account(self) -> list[str]:
        """How the file was read, then its warnings: the sentences to show a user."""
        different = {(pair.source, pair.target) for pair in self.pairs}
        several = len(different) - len(set(self.sources))
        said = f"{several:,} of them with a source that has another target too" if several else ""
        return [
            f"{self.name}: {counted(len(self.pairs), 'pair')}{f' ({said})' if said else ''}.",
            *self.how,
            *self.warnings,
        ]


def read_pairs(
    source: str | Path | BinaryIO,
    target: str | Path | BinaryIO | None = None,
    options: ReadOptions = DEFAULTS,
) -> PairReading:
    """Read pairs from a table of two columns, or from two files with a text a line.

    Args:
        source: a path, "-" for standard input, or a binary stream; gzip or not.
        target: the other file, if there are two.
        options: `text_column` names the sources, `label_column` the targets; without them the
            two columns of a table are taken in their order.

    Raises:
        ConfigError: `merge_case`, which is about labels.
        DataError: no usable file, columns that cannot be told, or two files that do not
            have as many lines.

    Example:
        >>> import io
        >>> reading = read_pairs(io.BytesIO("hi\\tsalut\\nbye\\t\\n".encode()))
        >>> reading.pairs, [dropped.reason for dropped in reading.dropped]
        ([Pair(source='hi', target='salut', line=1)], ['empty target'])
    """
    if options.merge_case:
        raise ConfigError("merge_case is about labels, and pairs have none. Leave it out.")
    if target is not None:
        check_lines(source, target, options)
        return of_two_files(source, target, options)
    with opened(source) as given:
        table = open_table(given, options)
        left, right = columns_of(table, options)
        mender, rows, early = Mender(), [], []
        for row in table.rows(left):
            if options.max_rows and len(rows) == options.max_rows:
                early = [f"Only the first {len(rows):,} rows were read (--max-rows)."]
                break
            cells = row.cells
            rows.append(
                Pair(mender.mend(cells[left], row.line), mender.mend(cells[right], row.line),
                     row.line)
            )  # fmt: skip
        header = "first row: names" if table.header else "no header"
        how = [
            f"Encoding {table.encoding}, delimiter {spelt(table.delimiter)}, {header}.",
            f"The sources are in column {table.columns[left]!r}, the targets in"
            f" {table.columns[right]!r}.",
        ]
        warnings = [*table.warnings, *early, *table.met(), *mender.warnings()]
    return kept(table.name, rows, how, warnings)


def columns_of(table: Table, options: ReadOptions) -> tuple[int, int]:
    """The positions of sources and targets.

    Raises:
        DataError: they cannot be told.
    """
    listed = ", ".join(f"{i} {name!r}" for i, name in enumerate(table.columns, 1))
    advice = " Choose with --text-column (source) and --label-column (target)."
    asked = [options.text_column, options.label_column]
    if not any(asked) and len(table.columns) == 2:
        return 0, 1
    if len(table.columns) < 2 or not all(asked):
        raise DataError(
            f"{table.name}: expected two columns, source and target, got"
            f" {len(table.columns)}: {listed}.{advice}"
        )
    found = []
    for name in asked:
        places = [i for i, column in enumerate(table.columns) if plain(column) == plain(name)]
        if not places and name.isdecimal() and 1 <= int(name) <= len(table.columns):
            places = [int(name) - 1]
        if len(places) != 1:
            raise DataError(
                f"{table.name}: expected one column called {name!r}, got {len(places)};"
                f" columns: {listed}.{advice}"
            )
        found += places
    return found[0], found[1]


def check_lines(
    source: str | Path | BinaryIO, target: str | Path | BinaryIO, options: ReadOptions
) -> None:
    """Refuse what two files with a text a line cannot heed.

    Raises:
        ConfigError: an option about columns, or standard input for both.
    """
    for name in ("text_column", "label_column", "delimiter", "header", "quotes"):
        if getattr(options, name) != getattr(DEFAULTS, name):
            raise ConfigError(
                f"{name} is about a table's columns; of two files each line is a text."
                " Leave it out, or give one file of two columns."
            )
    if source == target == "-":
        raise ConfigError(
            "sources and targets cannot both come from standard input. Name a file for one."
        )


def of_two_files(
    source: str | Path | BinaryIO, target: str | Path | BinaryIO, options: ReadOptions
) -> PairReading:
    """Line n of the one with line n of the other."""
    with (
        open_records(source, options, lines=True) as left,
        open_records(target, options, lines=True) as right,
    ):
        both = list(zip_longest(left, right))
        counts = left.count, right.count
        name = f"{left.source} and {right.source}"
        warnings = [*left.warnings, *right.warnings]
        how = [f"Encodings {left.encoding} and {right.encoding}, each line is a text."]
    if counts[0] != counts[1]:
        raise DataError(
            f"{name} must have as many lines, got {counts[0]:,} and {counts[1]:,}."
            " Give two files whose lines belong together."
        )
    rows = [Pair(one.text, other.text, one.line) for one, other in both if one and other]
    return kept(name, rows, how, warnings)


def kept(name: str, rows: Sequence[Pair], how: list[str], warnings: list[str]) -> PairReading:
    """The pairs with two sides; the others are counted.

    Raises:
        DataError: none is left.
    """
    pairs, dropped = [], []
    for pair in rows:
        empty = "source" if not trim(pair.source) else "target" if not trim(pair.target) else ""
        if empty:
            words = excerpt(f"{pair.source} | {pair.target}")
            dropped.append(Dropped(f"empty {empty}", pair.line, words))
        else:
            pairs.append(pair)
    if not pairs:
        raise DataError(
            f"{name}: expected pairs of texts, got {counted(len(rows), 'record')}, none of them"
            " with two sides. Are these the right columns?"
        )
    if dropped:
        where = places([one.line for one in dropped])
        said = f"{counted(len(dropped), 'pair')} with an empty side dropped ({where})."
        warnings = [*warnings, said]
    return PairReading(name=name, pairs=pairs, how=how, dropped=dropped, warnings=warnings)


class PairSplit(NamedTuple):
    """Rows of each part, in order."""

    train: list[int]
    validation: list[int]
    test: list[int]


def split_by_source(
    sources: Sequence[str], *, validation: float, test: float, seed: int
) -> PairSplit:
    """Shares of the different sources, drawn; all pairs of one source stay on one side.

    Sources that differ only by case and blanks are one.

    >>> split = split_by_source(list("abcdefghij") * 2, validation=0.2, test=0.2, seed=0)
    >>> [len(part) for part in split]
    [12, 4, 4]
    """
    keys = [" ".join(source.casefold().split()) for source in sources]
    different = sorted(set(keys))
    order = np.random.default_rng(seed).permutation(len(different)).tolist()
    n_test, n_choose = round(test * len(order)), round(validation * len(order))
    part = dict.fromkeys((different[i] for i in order[:n_test]), 2)
    part |= dict.fromkeys((different[i] for i in order[n_test : n_test + n_choose]), 1)
    found = PairSplit([], [], [])
    for row, key in enumerate(keys):
        found[part.get(key, 0)].append(row)
    return found


def alternatives(sources: Sequence[str], targets: Sequence[str]) -> Iterator[tuple[str, list[str]]]:
    """Each source once, in order, with all of its different targets.

    >>> list(alternatives(["a", "b", "a", "b"], ["1", "2", "3", "2"]))
    [('a', ['1', '3']), ('b', ['2'])]
    """
    found: dict[str, dict[str, None]] = {}
    for source, target in zip(sources, targets, strict=True):
        found.setdefault(source, {})[target] = None
    yield from ((source, list(own)) for source, own in found.items())
