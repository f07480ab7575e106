"""JSON: one object a line, or a list of objects. Numbers keep their spelling."""

import json
import re
from collections.abc import Iterable, Iterator
from itertools import islice
from typing import Any

from attentif.data.decode import LONGEST_LINE
from attentif.data.findings import excerpt
from attentif.errors import DataError

SUFFIXES = (".jsonl", ".ndjson", ".json")
_BETWEEN = re.compile(r"[\s,]*")
_DECODER = json.JSONDecoder(
    parse_int=str, parse_float=str, parse_constant=lambda name: None if name == "NaN" else name
)  # a bare NaN is how programs write a value that is missing
Objects = Iterator[tuple[int, dict[str, str]]]


def json_form(sample: list[str], suffix: str) -> str:
    """'lines', 'list', or an empty text when it is not JSON.

    >>> json_form(['{"text": "hi", "label": "ham"}'], ".txt")
    'lines'
    """
    first = next((line.strip() for line in sample if line.strip()), "")
    if first.startswith("{") and (suffix in SUFFIXES or _is_object(first)):
        return "lines"
    if first.startswith("[") and (suffix in SUFFIXES or _starts_list(sample)):
        return "list"
    return ""


def json_table_rows(form: str, lines: Iterable[str], name: str) -> Objects:
    """The objects of a file, each with the line where it starts.

    Raises:
        DataError: it is not JSON, or something else than objects.
    """
    return _lines(lines, name) if form == "lines" else _list(lines, name)


def as_text(value: Any) -> str:
    """A value as a cell: missing is empty, everything else is text.

    >>> as_text(None), as_text(True), as_text("01"), as_text(["a"])
    ('', 'true', '01', '["a"]')
    """
    if value is None or value != value:  # NaN alone is not itself
        return ""
    if isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, bytes):
        return value.decode("utf-8", "replace")
    if isinstance(value, list | dict):
        return json.dumps(value, ensure_ascii=False, default=str)
    return str(value)


def _is_object(line: str) -> bool:
    try:
        return isinstance(_DECODER.decode(line), dict)
    except (ValueError, RecursionError):
        return False


def _starts_list(sample: list[str]) -> bool:
    return re.match(r'\s*\[\s*\{\s*"', "\n".join(sample[:20])) is not None


def _cells(value: Any, line: int, name: str) -> dict[str, str]:
    if not isinstance(value, dict):
        raise DataError(
            f"{name}: expected a JSON object at line {line}, got {excerpt(as_text(value))!r}."
            ' Write each example as {"text": ..., "label": ...}.'
        )
    return {key: as_text(item) for key, item in value.items()}


def _lines(lines: Iterable[str], name: str) -> Objects:
    for number, line in enumerate(lines, 1):
        if not line.strip():
            continue
        try:
            value = _DECODER.decode(line.strip())
        except (ValueError, RecursionError) as error:
            raise DataError(
                f"{name}: expected one JSON object a line, got {excerpt(line)!r} at line {number}"
                f" ({error}). Write each on a line of its own, or all as a list in [ ]."
            ) from error
        yield number, _cells(value, number, name)


def _list(lines: Iterable[str], name: str) -> Objects:
    """Objects of a list, decoded as soon as they are complete."""
    buffer = _Buffer(lines, name)
    buffer.peek()
    buffer.advance(buffer.at + 1)  # over the bracket
    while (following := buffer.peek()) != "]":
        if not following:
            raise DataError(f"{name}: the list ends at line {buffer.line} without its ']'.")
        line = buffer.line
        yield line, _cells(buffer.value(), line, name)
    buffer.advance(buffer.at + 1)
    if buffer.peek():
        raise DataError(f"{name}: expected nothing after the list, got more at line {buffer.line}.")


class _Buffer:
    """The part of a JSON text that is not decoded yet."""

    def __init__(self, lines: Iterable[str], name: str) -> None:
        self._feed, self._name = iter(lines), name
        self._text, self.at, self.line = "", 0, 1

    def peek(self) -> str:
        """The next character that is no blank and no comma; empty at the end."""
        while True:
            between = _BETWEEN.match(self._text, self.at)
            self.advance(between.end() if between else self.at)
            if self.at < len(self._text):
                return self._text[self.at]
            if not self._more(1):
                return ""

    def value(self) -> Any:
        """Decode the next value, reading on while it is not complete.

        Raises:
            DataError: it is not JSON.
        """
        batch = 1
        while True:
            try:
                value, end = _DECODER.raw_decode(self._text, self.at)
            except RecursionError as error:
                raise self._wrong("too many brackets inside each other") from error
            except ValueError as error:
                if len(self._text) - self.at > LONGEST_LINE or not self._more(batch):
                    raise self._wrong(str(error)) from error
                batch *= 2  # so that a long value is not tried again for each of its lines
            else:
                self.advance(end)
                return value

    def advance(self, end: int) -> None:
        """Go on to a later place, counting lines."""
        self.line += self._text.count("\n", self.at, end)
        self.at = end

    def _more(self, count: int) -> bool:
        lines = list(islice(self._feed, count))
        self._text = self._text[self.at :] + "".join(line + "\n" for line in lines)
        self.at = 0
        return bool(lines)

    def _wrong(self, why: str) -> DataError:
        shown = excerpt(self._text[self.at : self.at + 200])
        return DataError(
            f"{self._name}: expected a JSON object at line {self.line}, got {shown!r} ({why})."
        )
