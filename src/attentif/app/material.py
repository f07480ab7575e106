"""From what the user named to the rows that training learns from and is judged on."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

from attentif.account import Parts, Rows
from attentif.app.options import Splitting
from attentif.app.source import load, to_judge
from attentif.config import Settings
from attentif.data.check import key_of, require_trainable
from attentif.data.corpora import Loaded, resolve
from attentif.data.findings import counted
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

    Raises:
        ConfigError: two options that both choose the rows to judge on, or one out of range.
        DataError: a file or a column that cannot be used.
    """
    check_one_way(splitting)
    loaded = load(source, options)
    reading, notes = loaded.train, []
    if workshop:
        kept = [example for example in reading.examples if has_letters(example.text)]
        dropped = len(reading.examples) - len(kept)
        if dropped:
            notes.append(f"{counted(dropped, 'text')} without letters dropped, as the recipe does.")
        reading = replace(reading, examples=kept)
    rows = rows_of(reading)
    require_trainable(rows.labels)  # of all rows, whose number the user knows
    test, how = rows_aside(source, loaded, splitting, options)
    if test and loaded.validation:
        parts = Parts(rows, rows_of(loaded.validation), test, how)
    else:
        column = splitting.split_column
        values = values_of(reading, column, options) if column else []
        split, drawn = draw(rows, settings, splitting, values, judged=bool(test), workshop=workshop)
        notes += split.notes
        parts = Parts(
            rows.at(split.train),
            rows.at(split.validation),
            test or rows.at(split.test),
            "; ".join(said for said in (how, drawn) if said),
        )
    notes += overlap(parts)
    return Material(parts, about(source, loaded, notes), notes, loaded.train)


def check_one_way(splitting: Splitting) -> None:
    """Refuse two options that both choose the rows to judge on."""
    if len(splitting.ways) > 1:
        raise ConfigError(
            f"{' and '.join(splitting.ways)} each choose the rows to judge on; give one of them."
        )


def refuse_a_share(source: str, splitting: Splitting) -> None:
    """Refuse to draw the rows to judge on where the data have their own."""
    if "--test" in splitting.ways:
        raise ConfigError(
            f"--test draws the rows to judge on, and {source} has its own. Leave it out."
        )


def rows_aside(
    source: str, loaded: Loaded, splitting: Splitting, options: ReadOptions
) -> tuple[Rows | None, str]:
    """The rows to judge on, if they are apart from the others already, and where they are."""
    if splitting.test_file:
        named = resolve(splitting.test_file, options)
        return rows_of(to_judge(named)), f"judged on {splitting.test_file}"
    if loaded.test and not (splitting.first or splitting.split_column):
        refuse_a_share(source, splitting)
        return rows_of(loaded.test), f"{source}'s own split"
    return None, ""


def draw(
    rows: Rows,
    settings: Settings,
    splitting: Splitting,
    values: Sequence[str],
    *,
    judged: bool,
    workshop: bool,
) -> tuple[Split, str]:
    """Which rows teach, choose and judge, and one sentence about it.

    Args:
        values: what the split column says of each row; empty without such a column.
        judged: there are rows to judge on already.
        workshop: its third is to judge on.
    """
    n, share = len(rows.texts), settings.validation
    if values:
        outer, how = by_column(values), f"by column {splitting.split_column!r}"
    elif judged:
        outer, how = Split(np.arange(n), np.arange(0), np.arange(0)), ""
    elif splitting.first:
        if splitting.first >= n:
            raise ConfigError(f"--first must be from 1 to {n - 1}, got {splitting.first}.")
        outer = first(splitting.first, n)
        how = f"the first {splitting.first:,} to learn from, the others to judge on"
    elif workshop:
        outer = workshop_split(n, 0.0)
        how = f"the workshop's {TEST_SHARE:.0%} to judge on, nothing grouped"
    else:
        return drawn(rows, settings, splitting.test)
    if len(outer.validation) or not share:
        return outer, how
    inner, choosing = drawn(rows.at(outer.train), settings, 0.0)
    teach, choose = outer.train[inner.train], outer.train[inner.validation]
    split = Split(teach, choose, outer.test, [*outer.notes, *inner.notes])
    return split, "; ".join(said for said in (how, choosing) if said)


def drawn(rows: Rows, settings: Settings, test: float) -> tuple[Split, str]:
    """The default: shares drawn from all rows, each class in its proportion."""
    share, seed = settings.validation, settings.seed
    how = f"drawn with seed {seed}, equal texts on one side: "
    if settings.validation_rows == "last":
        outer = stratified(rows.labels, rows.texts, test=test, validation=0.0, seed=seed)
        inner = last(share, len(outer.train))
        teach, choose = outer.train[inner.train], outer.train[inner.validation]
        split = Split(teach, choose, outer.test, outer.notes)
        how, which = how if test else "", "the last "
    else:
        split = stratified(
            rows.labels, rows.texts, test=test, validation=share * (1 - test), seed=seed
        )
        which = ""
    parts = [f"{test:.0%} to judge on"] if test else []
    parts += [f"{which}{share:.0%} of the others to choose the epoch"] if share else []
    return split, how + ", ".join(parts) if parts else "all to learn from"


def rows_of(reading: Reading) -> Rows:
    """The examples of a reading as columns."""
    return Rows(reading.texts, reading.labels, [example.line for example in reading.examples])


def values_of(reading: Reading, column: str, options: ReadOptions) -> list[str]:
    """What a column of the file says for each example.

    Raises:
        DataError: the file has no such column, or cannot be read a second time.
    """
    if column not in reading.columns:
        raise DataError(
            f"{reading.source} has no column {column!r}; it has {reading.columns}."
            " Name one of them with --split-column."
        )
    if not Path(reading.source).is_file():
        raise DataError(
            f"--split-column needs a file, which is read twice, got {reading.source}."
            " Save it as a file."
        )
    same = {"text_column": reading.text_column, "label_column": reading.label_column}
    found: list[str] = []
    with open_records(reading.source, replace(options, **same), lines=False) as records:
        ahead = iter(records)
        for example in reading.examples:
            for record in ahead:  # past the dropped ones
                if record.label and (record.line, record.text) == (example.line, example.text):
                    own = {reading.text_column: record.text, reading.label_column: record.label}
                    found.append({**record.fields, **own}[column])
                    break
    return found


def overlap(parts: Parts) -> list[str]:
    """One sentence when texts to judge on were also taught; the user's own split may do so."""
    taught = {key_of(text) for text in [*parts.train.texts, *parts.validation.texts]}
    again = sum(key_of(text) in taught for text in parts.test.texts)
    if not again:
        return []
    return [
        f"{again:,} of the {len(parts.test.texts):,} texts to judge on are also in the training"
        " rows: their answers are partly memory."
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
