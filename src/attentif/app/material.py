"""From what the user named to the rows that training learns from and is judged on."""

from collections import Counter
from typing import Any, NamedTuple

import numpy as np

from attentif.account import Parts, Rows
from attentif.app.options import Splitting
from attentif.config import Settings
from attentif.data.check import key_of
from attentif.data.corpora import Loaded, resolve
from attentif.data.options import ReadOptions
from attentif.data.read import Reading
from attentif.data.split import Split, by_column, first, last, stratified
from attentif.data.stream import open_records
from attentif.errors import ConfigError, DataError
from attentif.lab.presets import TEST_SHARE, workshop_split
from attentif.text.clean import has_letters

KEPT_DROPPED = 200  # dropped rows that are listed one by one


class Material(NamedTuple):
    """Rows in their parts, and what is told of where they came from."""

    parts: Parts
    about: dict[str, Any]
    notes: list[str]  # on the split
    reading: Reading


def gather(
    source: str, options: ReadOptions, settings: Settings, splitting: Splitting, *, workshop: bool
) -> Material:
    """Read what the user named and split it.

    Args:
        workshop: the workshop's recipe: texts without letters dropped, its third for the
            test, nothing grouped.
    """
    loaded = resolve(source, options)
    rows = rows_of(loaded.train)
    notes: list[str] = []
    if workshop:
        lettered = np.array([has_letters(text) for text in rows.texts], bool)
        notes.append(f"{int((~lettered).sum())} texts without letters were dropped (the recipe).")
        rows = rows.at(np.flatnonzero(lettered))
    test, how, split = None, "", None
    if splitting.test_file:
        test = rows_of(resolve(splitting.test_file, options).train)
        how = f"judged on {splitting.test_file}"
    elif loaded.test is not None and not splitting.first:
        test = rows_of(loaded.test)
        how = f"{source}'s own split"
    if loaded.validation is not None and test is not None:
        validation = rows_of(loaded.validation)
        parts = Parts(rows, validation, test, how)
    else:
        split, drawn = draw(rows, loaded, settings, splitting, test is not None, workshop)
        notes += split.notes
        parts = Parts(
            rows.at(split.train),
            rows.at(split.validation),
            rows.at(split.test) if test is None else test,
            "; ".join(part for part in (how, drawn) if part),
        )
    notes += overlap(parts)
    return Material(parts, about(source, loaded, notes), notes, loaded.train)


def draw(
    rows: Rows,
    loaded: Loaded,
    settings: Settings,
    splitting: Splitting,
    has_test: bool,
    workshop: bool,
) -> tuple[Split, str]:
    """Which rows teach, choose and judge, and one sentence about it."""
    n, seed, share = len(rows.texts), settings.seed, settings.validation
    if splitting.split_column:
        return by_column(
            columns_of(loaded, splitting.split_column)
        ), f"by column {splitting.split_column!r}"
    if workshop:
        split = workshop_split(n, share)
        return split, f"the workshop's: {TEST_SHARE:.0%} for the test, nothing grouped"
    if settings.validation_rows == "last":
        return last(share, n), f"the last {share:.0%} choose the epoch"
    if splitting.first:
        if not 0 < splitting.first < n:
            raise ConfigError(f"--first must be from 1 to {n - 1}, got {splitting.first}.")
        outer = first(splitting.first, n)
        inner = within(rows, outer.train, share, seed)
        return Split(inner.train, inner.validation, outer.test, inner.notes), (
            f"the first {splitting.first} rows for training, {share:.0%} of them to choose the"
            f" epoch; the last {n - splitting.first} to judge on"
        )
    test = 0.0 if has_test else splitting.test
    split = stratified(rows.labels, rows.texts, test=test, validation=share * (1 - test), seed=seed)
    return split, (
        f"drawn with seed {seed}, equal texts on one side:"
        + (f" {test:.0%} to judge on," if test else "")
        + f" {share:.0%} of the rest to choose the epoch"
    )


def within(rows: Rows, where: np.ndarray, share: float, seed: int) -> Split:
    """Split some of the rows into those that teach and those that choose the epoch."""
    some = rows.at(where)
    split = stratified(some.labels, some.texts, test=0.0, validation=share, seed=seed)
    return Split(where[split.train], where[split.validation], where[split.test], split.notes)


def rows_of(reading: Reading) -> Rows:
    """The examples of a reading as columns."""
    return Rows(reading.texts, reading.labels, [example.line for example in reading.examples])


def columns_of(loaded: Loaded, column: str) -> list[str]:
    """What a column says for each example.

    Raises:
        DataError: the file has no such column.
    """
    reading = loaded.train
    if column not in reading.columns:
        raise DataError(
            f"{reading.source} has no column {column!r}; it has {reading.columns}."
            " Name one of them with --split-column."
        )
    with open_records(reading.source, ReadOptions()) as records:
        said = {record.line: record.fields.get(column, "") for record in records}
    return [said[example.line] for example in reading.examples]


def overlap(parts: Parts) -> list[str]:
    """One sentence when texts to judge on were also taught; the user's own split may do so."""
    taught = {key_of(text) for text in [*parts.train.texts, *parts.validation.texts]}
    again = sum(key_of(text) in taught for text in parts.test.texts)
    if not again:
        return []
    return [
        f"{again} of the {len(parts.test.texts)} texts to judge on are also in the training rows:"
        " their answers are partly memory."
    ]


def about(source: str, loaded: Loaded, notes: list[str]) -> dict[str, Any]:
    """Where the rows came from and what was said of them, for `metrics.json`."""
    reading = loaded.train
    return {
        "source": source,
        "provenance": loaded.provenance,
        "data": {
            "rows": len(reading.examples),
            "labels": dict(Counter(reading.labels).most_common()),
            "encoding": reading.encoding,
            "delimiter": reading.delimiter,
            "text_column": reading.text_column,
            "label_column": reading.label_column,
            "why": reading.why,
            "dropped": [row._asdict() for row in reading.dropped[:KEPT_DROPPED]],
            "n_dropped": len(reading.dropped),
            "warnings": [*reading.warnings, *notes],
        },
    }
