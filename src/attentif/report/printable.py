"""Texts of unknown origin, made fit to be shown: no control codes, no broken pages.

Escaping for HTML is a second, separate step (`markupsafe`, the template engine).
"""

import re
import unicodedata
from collections.abc import Callable

LONGEST_WORD = 60  # letters
REPLACEMENT = "\N{REPLACEMENT CHARACTER}"
BIDI_CONTROLS = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")


def printable(text: str) -> str:
    """Replace what a terminal would obey, what SVG forbids and what reorders a line.

    Line feeds and tabs stay. A control code becomes its visible picture; a lone
    surrogate, a non-character or a bidirectional control becomes U+FFFD.

    Example:
        >>> printable("win\\x1b[31m \\x00now")
        'win␛[31m ␀now'
    """
    return "".join(_shown(character) for character in text)


def one_line(text: str) -> str:
    """`printable`, with each run of white space as one space; for labels.

    Example:
        >>> one_line(" not\\n spam ")
        'not spam'
    """
    return printable(" ".join(text.split()))


def shortened(text: str, limit: float, width: Callable[[str], float] = len) -> str:
    """Cut the middle out of a text until it fits: both ends tell labels apart.

    Args:
        limit: most that `width` may give, in its unit.
        width: measures a text; characters, unless told otherwise.

    Example:
        >>> shortened("location: mountain", 11)
        'locat…ntain'
    """
    if width(text) <= limit:
        return text
    for kept in range(len(text) - 1, 0, -1):
        cut = text[: (kept + 1) // 2] + "…" + text[len(text) - kept // 2 :]
        if width(cut) <= limit:
            return cut
    return "…"


def short_word(word: str) -> str:
    """A word as it is, or with its middle cut out where nobody would read it; spaces stay.

    Example:
        >>> len(short_word("x" * 5000)), short_word("a sentence of words " * 5)[:10]
        (60, 'a sentence')
    """
    return word if " " in word else shortened(word, LONGEST_WORD)


def around(text: str, word: str, limit: int) -> str:
    """A text cut until it fits, in which a word of it still stands.

    Example:
        >>> around("one two three four five six", "four", 16)
        '…hree four five…'
    """
    whole = re.compile(rf"(?<!\w){re.escape(word)}(?!\w)", re.IGNORECASE)
    cut, found = shortened(text, limit), whole.search(text)
    if found is None or whole.search(cut):
        return cut
    middle = (found.start() + found.end()) // 2
    first = max(0, min(middle - limit // 2, len(text) - limit))
    part = text[first : first + limit]
    if first > 0:
        part = "…" + part[1:]
    return part if first + limit >= len(text) else part[:-1] + "…"


def _shown(character: str) -> str:
    """One character as itself, as its picture, or as U+FFFD."""
    code = ord(character)
    if character in "\n\t" or (0x20 <= code < 0x7F):
        return character
    if code < 0x20:
        return chr(0x2400 + code)
    if code == 0x7F:
        return "\N{SYMBOL FOR DELETE}"
    unfit = unicodedata.category(character) in ("Cc", "Cs") or code & 0xFFFE == 0xFFFE
    return REPLACEMENT if unfit or character in BIDI_CONTROLS else character
