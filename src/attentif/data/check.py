"""What is in a data set, and what is wrong with it: counts, lengths, repeats, oddities."""

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass, field
from sys import getsizeof
from typing import Any, NamedTuple
from unicodedata import normalize

import numpy as np

from attentif.data.findings import SHOWN, Finding, counted, excerpt
from attentif.data.read import Example, Reading
from attentif.data.repair import C1, DOUBLE, ENTITIES
from attentif.errors import DataError

FEW = 10
# A Latin letter beside a Cyrillic or Greek one, inside a word.
_MIXED = re.compile(r"[A-Za-z][\u0370-\u03ff\u0400-\u052f]|[\u0370-\u03ff\u0400-\u052f][A-Za-z]")
ODD = {
    "without a letter": lambda text: not any(map(str.isalpha, text)),
    "with replacement characters (\ufffd)": lambda text: "\ufffd" in text,
    "with C1 control characters": C1.search,
    "with zero-width characters": re.compile("[\u200b\u200c\u2060\ufeff\u00ad]").search,
    "that may be encoded twice ('Ã©')": DOUBLE.search,
    "with HTML entities ('&lt;')": ENTITIES.search,
    "with mixed alphabets in a word": _MIXED.search,
}
TOLD_ON_READING = {"that may be encoded twice ('Ã©')", "with HTML entities ('&lt;')"}


class Lengths(NamedTuple):
    """How long the texts are; `most` is the length that 99 % do not exceed."""

    shortest: int
    median: float
    mean: float
    most: float
    longest: int


class Conflict(NamedTuple):
    """One text with several labels, and the lines on which it has each for the first time."""

    text: str
    labels: dict[str, int]


@dataclass(frozen=True)
class Summary:
    """What is in a data set.

    Attributes:
        rows: examples.
        labels: examples of each class, the largest first.
        largest_share: what always answering the largest class gets right.
        characters, words: lengths of the texts; words stand between blanks.
        distinct: texts that differ when case and runs of blanks do not count.
        repeats: rows that repeat an earlier row's text, in that sense.
        exact_repeats: rows that repeat an earlier row's text to the letter.
        conflicts: texts with more than one label.
        rare: classes with fewer than ten examples.
        odd: kinds of oddity met, with counts, first lines and a sample.
        megabytes: memory that the texts take.
        warnings: the findings as sentences.
    """

    rows: int
    labels: dict[str, int]
    largest_share: float
    characters: Lengths
    words: Lengths
    distinct: int
    repeats: int
    exact_repeats: int
    conflicts: list[Conflict]
    rare: dict[str, int]
    odd: dict[str, Finding]
    megabytes: float
    warnings: list[str] = field(default_factory=list)

    def to_dict(self) -> dict[str, Any]:
        """Ready for JSON."""
        tuples = {name: getattr(self, name)._asdict() for name in ("characters", "words")}
        return asdict(self) | tuples | {"conflicts": [c._asdict() for c in self.conflicts]}


def summarise(reading: Reading) -> Summary:
    """Count what is in the examples and find what is odd about them.

    Example:
        >>> import io
        >>> from attentif.data.read import read
        >>> summary = summarise(read(io.BytesIO(b"label,text\\nham,Hi  you\\nspam,hi you\\n")))
        >>> summary.repeats, summary.conflicts[0].labels, summary.largest_share
        (1, {'ham': 2, 'spam': 3}, 0.5)
    """
    examples = reading.examples
    labels = dict(Counter(example.label for example in examples).most_common())
    places_of = _by_text(examples)
    repeated = Finding()
    for group in places_of.values():
        for row in group[1:]:
            repeated.add(examples[row].line, examples[row].text)
    repeated.lines.sort()
    exact = len(examples) - len({example.text for example in examples})
    conflicts = _conflicts(examples, places_of.values())
    rare = {label: count for label, count in labels.items() if count < FEW}
    odd = _odd(examples)
    return Summary(
        rows=len(examples),
        labels=labels,
        largest_share=max(labels.values(), default=0) / max(1, len(examples)),
        characters=_lengths([len(example.text) for example in examples]),
        words=_lengths([len(example.text.split()) for example in examples]),
        distinct=len(places_of),
        repeats=repeated.count,
        exact_repeats=exact,
        conflicts=conflicts,
        rare=rare,
        odd=odd,
        megabytes=sum(getsizeof(example.text) for example in examples) / 1e6,
        warnings=[
            *_repeat_warnings(repeated, exact, len(examples), len(places_of)),
            *_conflict_warnings(conflicts),
            *_class_warnings(labels, rare),
            *(
                f"{counted(o.count, 'text')} {kind} ({o.where()})."
                for kind, o in odd.items()
                if kind not in TOLD_ON_READING
            ),
        ],
    )


def key_of(text: str) -> str:
    """The normal form in which two texts count as equal: case and runs of blanks ignored.

    >>> key_of("win  a prize NOW ") == key_of("Win a prize now")
    True
    >>> key_of("De\\u0301ja\\u0300") == key_of("D\\u00e9j\\u00e0")
    True
    """
    if text.isascii():
        return " ".join(text.lower().split())
    return " ".join(normalize("NFC", normalize("NFC", text).casefold()).split())


def require_trainable(labels: Sequence[str]) -> None:
    """Refuse labels that no classifier can be trained on.

    Raises:
        DataError: no rows, one class only, or every row a class of its own.
    """
    classes = Counter(labels)
    if not classes:
        raise DataError("expected at least two texts of two classes, got none.")
    if len(classes) == 1:
        (label, count), *_ = classes.items()
        raise DataError(
            f"expected at least two classes, got only {label!r} ({counted(count, 'example')})."
            " Add examples of another class, or choose another label column: --label-column."
        )
    if len(classes) == len(labels) > FEW:
        sample = ", ".join(repr(excerpt(label, 20)) for label in list(classes)[:3])
        raise DataError(
            f"expected several examples of each class, got {len(classes)} labels that all differ"
            f" ({sample}, …). Is that the right column? --label-column."
        )


def _by_text(examples: Sequence[Example]) -> dict[str, list[int]]:
    """The rows of each text, by its normal form."""
    rows: dict[str, list[int]] = {}
    for row, example in enumerate(examples):
        rows.setdefault(key_of(example.text), []).append(row)
    return rows


def _conflicts(examples: Sequence[Example], groups: Iterable[list[int]]) -> list[Conflict]:
    """The texts that have several labels."""
    found: list[Conflict] = []
    for group in groups:
        lines: dict[str, int] = {}
        for row in group:
            lines.setdefault(examples[row].label, examples[row].line)
        if len(lines) > 1:
            found.append(Conflict(examples[group[0]].text, lines))
    return found


def _odd(examples: Iterable[Example]) -> dict[str, Finding]:
    """The kinds of oddity that occur."""
    odd = {kind: Finding() for kind in ODD}
    for example in examples:
        for kind, is_odd in ODD.items():
            if is_odd(example.text):
                odd[kind].add(example.line, example.text)
    return {kind: finding for kind, finding in odd.items() if finding.count}


def _lengths(lengths: Sequence[int]) -> Lengths:
    if not lengths:
        return Lengths(0, 0.0, 0.0, 0.0, 0)
    values = np.array(lengths)
    return Lengths(
        int(values.min()),
        float(np.median(values)),
        float(values.mean()),
        float(np.percentile(values, 99)),
        int(values.max()),
    )


def _repeat_warnings(repeated: Finding, exact: int, rows: int, distinct: int) -> list[str]:
    if not repeated.count:
        return []
    return [
        f"{repeated.count:,} of {counted(rows, 'row')} "
        f"{'is a duplicate' if repeated.count == 1 else 'are duplicates'} of an earlier one"
        f" ({exact:,} to the letter; {counted(distinct, 'distinct text')}; {repeated.where()})."
        " A split keeps equal texts on one side."
    ]


def _conflict_warnings(conflicts: Sequence[Conflict]) -> list[str]:
    if not conflicts:
        return []
    first = conflicts[0]
    listed = ", ".join(f"{label!r} at line {line}" for label, line in first.labels.items())
    return [
        f"{counted(len(conflicts), 'text has', 'texts have')} more than one label, as"
        f" {excerpt(first.text)!r}: {listed}."
    ]


def _class_warnings(labels: dict[str, int], rare: dict[str, int]) -> list[str]:
    said: list[str] = []
    if len(labels) == 1:
        said.append(f"There is one class only, {next(iter(labels))!r}; training needs two.")
    if rare:
        listed = ", ".join(f"{label!r} {count}" for label, count in list(rare.items())[:SHOWN])
        more = ", …" if len(rare) > SHOWN else ""
        classes = counted(len(rare), "class has", "classes have")
        said.append(f"{classes} fewer than {FEW} examples: {listed}{more}.")
    return said
