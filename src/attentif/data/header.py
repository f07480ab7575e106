"""Does the first row hold the columns' names, or the first example?"""

import re
from collections.abc import Sequence
from typing import NamedTuple

from attentif.data.columns import Content, content_of
from attentif.data.names import is_known, names_both
from attentif.data.repair import trim

_NAME = re.compile(r"[^\W\d][\w.\-/]*( [\w.\-/]+)?")
_NUMBER = re.compile(r"[-+]?\d+([.,]\d+)?([eE][-+]?\d+)?")
LONGEST_NAME = 30


class Verdict(NamedTuple):
    """Whether there is a header, and whether that was clear."""

    header: bool
    sure: bool


def find_header(rows: Sequence[list[str]]) -> Verdict:
    """Judge the first row by known names, by values that come again, by what the others hold.

    When nothing tells, the row is data: no example is lost, and the reader says so.

    Example:
        >>> find_header([["label", "text"], ["ham", "hi"]])
        Verdict(header=True, sure=True)
        >>> find_header([["ham", "hi"], ["spam", "win"], ["ham", "ok"]])
        Verdict(header=False, sure=True)
    """
    if not rows:
        return Verdict(False, True)
    first = [trim(cell) for cell in rows[0]]
    rest = [[trim(cell) for cell in row] for row in rows[1:]]
    rest = [row for row in rest if row != first]  # headers of files glued together
    if names_both(first):
        return Verdict(True, True)
    again = _comes_again(first, rest)
    known = [i for i, cell in enumerate(first) if is_known(cell)]
    if known and not again & set(known):
        return Verdict(True, True)
    if first == [str(i) for i in range(len(first))] and len(first) > 1 and not again:
        return Verdict(True, True)  # pandas' names for nameless columns
    if again or not all(_NAME.fullmatch(cell) and len(cell) <= LONGEST_NAME for cell in first):
        return Verdict(False, True)
    if len(set(first)) < len(first):
        return Verdict(False, True)
    contents = [content_of([row[i] for row in rest if i < len(row)]) for i in range(len(first))]
    if _contrast(contents, rest):
        return Verdict(True, True)
    return Verdict(False, len(first) == 1)


def _comes_again(first: list[str], rest: list[list[str]]) -> set[int]:
    """The columns in which the first row's value comes again."""
    seen: set[int] = set()
    for row in rest:
        seen.update(i for i, cell in enumerate(first) if cell and i < len(row) and row[i] == cell)
    return seen


def _contrast(contents: list[Content], rest: list[list[str]]) -> bool:
    """Whether the first row is of another kind than the rows after it.

    A name stands above numbers or dates; or one word above sentences, beside a column of
    a few values that each come several times while the first row's does not.
    """
    for i, content in enumerate(contents):
        cells = [row[i] for row in rest if i < len(row) and row[i]]
        if cells and (content.dates == len(cells) or all(map(_NUMBER.fullmatch, cells))):
            return True
    sentences = any(content.mean_words >= 3 for content in contents)
    classes = any(c.label_like and len(rest) >= 4 * c.different for c in contents)
    return sentences and classes
