"""What was met while reading: how often, where first, and one sample."""

from dataclasses import dataclass, field

SHOWN = 5


@dataclass(slots=True)
class Finding:
    """One kind of thing met in the data; keeps a count, the first lines and one sample."""

    count: int = 0
    lines: list[int] = field(default_factory=list)
    sample: str = ""

    def add(self, line: int, sample: str = "", times: int = 1) -> None:
        """Note that it was met once more (or several times) on a line."""
        if not self.count:
            self.sample = excerpt(sample)
        self.count += times
        if len(self.lines) <= SHOWN and line not in self.lines:
            self.lines.append(line)

    def where(self) -> str:
        """The first lines, as words.

        >>> Finding(3, [2, 9, 12]).where()
        'line 2, line 9, line 12'
        """
        return places(self.lines)


def places(lines: list[int]) -> str:
    """Line numbers as words; after the fifth, an ellipsis."""
    words = ", ".join(f"line {line}" for line in lines[:SHOWN])
    return words + (", …" if len(lines) > SHOWN else "")


def excerpt(text: str, width: int = 40) -> str:
    """The start of a text on one line, for messages.

    >>> excerpt("one\\ntwo   three", 10)
    'one two t…'
    """
    line = " ".join(text[: 4 * width].split())
    return line if len(line) <= width else line[: width - 1] + "…"


def spelt(delimiter: str) -> str:
    """A delimiter as a user reads it: its name, or the mark in quotes.

    >>> spelt("tab"), spelt(",")
    ('tab', "','")
    """
    return delimiter if delimiter.isalpha() else repr(delimiter)


def counted(count: int, one: str, many: str = "") -> str:
    """A number and its noun, in the singular or the plural.

    >>> counted(1, "row"), counted(5574, "row"), counted(2, "class", "classes")
    ('1 row', '5,574 rows', '2 classes')
    """
    return f"{count:,} {one if count == 1 else many or one + 's'}"
