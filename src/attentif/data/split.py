"""Rows for training, validation and test: equal texts always on one side.

Everything is drawn from a seed, so a split can be made again. What a split cannot do (a
class with too few texts) it says in `notes`.
"""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from attentif.data.check import key_of
from attentif.data.findings import counted
from attentif.errors import ConfigError, DataError

Rows = NDArray[np.int64]
PARTS = {
    "train": ("train", "training", "entrainement", "entraînement"),
    "validation": ("validation", "valid", "val", "dev"),
    "test": ("test", "testing"),
}


@dataclass(frozen=True, eq=False)
class Split:
    """Row numbers of three parts, each in rising order; validation and test may be empty.

    Attributes:
        notes: sentences about what could not be done.
    """

    train: Rows
    validation: Rows
    test: Rows
    notes: list[str] = field(default_factory=list)


class _Group(NamedTuple):
    """The rows of one text, and its labels, the most frequent first."""

    rows: list[int]
    labels: list[str]


class _Class(NamedTuple):
    """The texts of one class, shuffled.

    groups: those that may go to any part. pinned: those that training needs, being the
    only text of this class or of another one. examples: rows with this label.
    """

    label: str
    groups: list[_Group]
    pinned: list[_Group]
    examples: int


def stratified(
    labels: Sequence[str], texts: Sequence[str], *, test: float, validation: float, seed: int
) -> Split:
    """Draw a test and a validation part with the classes in their proportions.

    Args:
        test, validation: shares of all rows, from 0; together less than 1.
        seed: of the draw.

    Returns:
        Equal texts (see `key_of`) on one side. Where groups of equal texts are large, the
        shares are met as nearly as they allow. Every class keeps a text for training;
        with two, the test part has the other one; from three on each part has one.

    Raises:
        ConfigError: shares out of range.
        DataError: no rows, or not as many labels as texts.

    Example:
        >>> split = stratified(list("aabb") * 5, [f"text {i}" for i in range(20)],
        ...                    test=0.2, validation=0.2, seed=0)
        >>> len(split.train), len(split.validation), len(split.test)
        (12, 4, 4)
    """
    _check_shares(test, validation)
    rows: dict[str, list[int]] = {"test": [], "validation": [], "train": []}
    notes: list[str] = []
    for one in _classes(labels, texts, seed):
        size = sum(len(group.rows) for group in one.groups)
        missing: list[str] = []
        left = one.groups
        for part, share in (("test", test), ("validation", validation)):
            taken, left = _pick(left, share * size)
            rows[part] += _rows_of(taken)
            if share and not taken:
                missing.append(part)
        rows["train"] += _rows_of([*left, *one.pinned])
        if missing:
            notes.append(_too_few(one, missing))
    return _split(rows["train"], rows["validation"], rows["test"], notes)


def repeated(
    labels: Sequence[str], texts: Sequence[str], *, times: int, test: float, seed: int
) -> list[Split]:
    """Several stratified splits, each drawn anew, for comparisons with intervals.

    Raises:
        ConfigError: fewer than one split, or a share out of range.
    """
    if times < 1:
        raise ConfigError(f"expected at least 1 split, got {times}.")
    seeds = np.random.SeedSequence(seed).generate_state(times)
    return [stratified(labels, texts, test=test, validation=0.0, seed=int(s)) for s in seeds]


def folds(labels: Sequence[str], texts: Sequence[str], *, k: int, seed: int) -> list[Split]:
    """Cut the rows into k test parts of like size and classes; each row is in one of them.

    A class with one text stays in training in every fold and is not judged; the notes of
    each fold say so.

    Raises:
        ConfigError: k out of range.
        DataError: no rows, or not as many labels as texts.
    """
    if not 2 <= k <= max(2, len(labels)):
        raise ConfigError(f"k must be from 2 to the number of rows ({len(labels)}), got {k}.")
    tests: list[list[int]] = [[] for _ in range(k)]
    notes: list[str] = []
    for one in _classes(labels, texts, seed):
        if not one.groups:
            notes.append(_too_few(one, ["test"]))
        elif len(one.groups) < k:
            notes.append(
                f"class {one.label!r} has {len(one.groups)} different texts:"
                f" {k - len(one.groups)} of the {k} folds do not test it."
            )
        sizes = [0] * k
        for group in sorted(one.groups, key=lambda group: -len(group.rows)):
            fold = min(range(k), key=lambda fold: (sizes[fold], len(tests[fold])))
            tests[fold] += group.rows
            sizes[fold] += len(group.rows)
    everything = set(range(len(labels)))
    return [_split(sorted(everything - set(rows)), [], rows, list(notes)) for rows in tests]


def by_column(values: Sequence[str]) -> Split:
    """The split that a column of the file names: train, validation (dev), test.

    Raises:
        DataError: another value, or no training rows.
    """
    meaning = {name: part for part, names in PARTS.items() for name in names}
    parts: dict[str, list[int]] = {part: [] for part in PARTS}
    for row, value in enumerate(values):
        part = meaning.get(value.strip().casefold())
        if part is None:
            raise DataError(
                f"the split column must say train, validation or test, got {value!r} in row"
                f" {row + 1}. Name another column."
            )
        parts[part].append(row)
    if not parts["train"]:
        raise DataError("the split column has no row that says 'train'.")
    return _split(parts["train"], parts["validation"], parts["test"], [])


def first(n_train: int, n_rows: int) -> Split:
    """The first rows for training, the others for the test.

    Raises:
        ConfigError: no row would be left for one of them.

    >>> first(3, 5).test.tolist()
    [3, 4]
    """
    if not 0 < n_train < n_rows:
        raise ConfigError(f"the first rows must be from 1 to {n_rows - 1}, got {n_train}.")
    rows = list(range(n_rows))
    return _split(rows[:n_train], [], rows[n_train:], [])


def last(share: float, n_rows: int) -> Split:
    """The last share of the rows for validation, as Keras does; no row is drawn.

    Raises:
        ConfigError: a share out of range.

    >>> last(0.2, 5).validation.tolist()
    [4]
    """
    _check_shares(0.0, share)
    cut = int(n_rows * (1 - share) + 1e-9)
    rows = list(range(n_rows))
    return _split(rows[:cut], rows[cut:], [], [])


def _check_shares(test: float, validation: float) -> None:
    if min(test, validation) < 0 or test + validation >= 1:
        raise ConfigError(
            "the shares for test and validation must be from 0, together less than 1,"
            f" got {test} and {validation}."
        )


def _classes(labels: Sequence[str], texts: Sequence[str], seed: int) -> Iterator[_Class]:
    """Each class in alphabetical order; a text with several labels is of the most frequent.

    Raises:
        DataError: no rows, or not as many labels as texts.
    """
    if len(labels) != len(texts) or not len(labels):
        raise DataError(
            f"expected as many labels as texts, at least one, got {len(labels)} and {len(texts)}."
        )
    rows: dict[str, list[int]] = {}
    for row, text in enumerate(texts):
        rows.setdefault(key_of(text), []).append(row)
    groups = [_Group(same, _by_frequency([labels[row] for row in same])) for same in rows.values()]
    homes = Counter(label for group in groups for label in group.labels)
    own: dict[str, list[_Group]] = {label: [] for label in homes}
    for group in groups:
        own[group.labels[0]].append(group)
    random = np.random.default_rng(seed)
    examples = Counter(labels)
    for label in sorted(own):
        shuffled = [own[label][i] for i in random.permutation(len(own[label]))]
        alone = [min(homes[name] for name in group.labels) == 1 for group in shuffled]
        free = [group for group, pinned in zip(shuffled, alone, strict=True) if not pinned]
        pinned = [group for group, pinned in zip(shuffled, alone, strict=True) if pinned]
        yield _Class(label, free, pinned, examples[label])


def _by_frequency(labels: Sequence[str]) -> list[str]:
    if len(labels) == 1:
        return [labels[0]]
    counts = Counter(labels)
    return sorted(counts, key=lambda label: (-counts[label], label))


def _pick(groups: list[_Group], target: float) -> tuple[list[_Group], list[_Group]]:
    """Take groups while that brings their number of rows nearer to the target.

    At least one, the smallest, if there is a target; and one is left.
    """
    if target <= 0 or len(groups) < 2:
        return [], groups
    taken: list[_Group] = []
    rest: list[_Group] = []
    size = 0
    for group in groups:
        if size + len(group.rows) / 2 <= target:
            taken.append(group)
            size += len(group.rows)
        else:
            rest.append(group)
    if not taken:
        taken = [min(rest, key=lambda group: len(group.rows))]
        rest = [group for group in rest if group is not taken[0]]
    if not rest:
        rest = [taken.pop()]
    return taken, rest


def _rows_of(groups: Sequence[_Group]) -> list[int]:
    return [row for group in groups for row in group.rows]


def _too_few(one: _Class, missing: Sequence[str]) -> str:
    """One sentence about a class that some part could not get."""
    different = len(one.groups) + len(one.pinned)
    few = different and different != one.examples
    texts = f" ({counted(different, 'different text')})" if few else ""
    what = {"test": "tested", "validation": "validated"}
    lacking = " and not ".join(what[part] for part in missing)
    return (
        f"class {one.label!r} has {counted(one.examples, 'example')}{texts}: kept in training,"
        f" not {lacking}."
    )


def _split(train: list[int], validation: list[int], test: list[int], notes: list[str]) -> Split:
    return Split(_sorted(train), _sorted(validation), _sorted(test), notes)


def _sorted(rows: list[int]) -> Rows:
    return np.sort(np.array(rows, dtype=np.int64))
