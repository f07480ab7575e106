"""Texts damaged before they reached us: what is mended, and what is only counted."""

import re
from collections.abc import Callable

from attentif.data.findings import Finding, counted

# Characters that no one sees: a text of nothing else is empty.
UNSEEN = "\u200b\u200c\u200d\u2060\ufeff\u00ad\u200e\u200f\u180e\u034f"
# What Windows meant by U+0080 to U+009F; five of them have no meaning and stay.
C1_MEANING = {
    point: meaning
    for point in range(0x80, 0xA0)
    if (meaning := bytes([point]).decode("cp1252", "ignore"))
}
C1 = re.compile("[\x80-\x9f]")
SURROGATES = re.compile("[\ud800-\udfff]")
ENTITIES = re.compile(r"&(?:#\d{1,7}|#[xX][0-9a-fA-F]{1,6}|[A-Za-z][A-Za-z0-9]{1,31});")
_AFTER = "".join(bytes([b]).decode("cp1252", "ignore") or chr(b) for b in range(0x80, 0xC0))
_AFTER = f"[{re.escape(_AFTER)}]"
# UTF-8 read as cp1252: Ã© for é, â€™ for ’, Ð° for а, ðŸ˜€ for 😀.
DOUBLE = re.compile(f"[ÂÃÐÑ]{_AFTER}|[âï]{_AFTER}{{2}}|ð{_AFTER}{{3}}")
_BLANKS = "".join(chr(c) for c in range(0x3001) if chr(c).isspace()) + UNSEEN


def trim(text: str) -> str:
    """Without blanks and invisible characters at both ends; no-break spaces are blanks.

    >>> trim("\\ufeff spam\\u00a0")
    'spam'
    """
    return text.strip(_BLANKS)


class Mender:
    """Mends texts one by one and remembers what it met."""

    def __init__(self) -> None:
        self.c1 = Finding()
        self.surrogates = Finding()
        self.double = Finding()
        self.entities = Finding()

    def mend(self, text: str, line: int) -> str:
        """The text with C1 characters read as Windows meant them.

        Entities and texts encoded twice are counted and stay as they are.
        """
        if "&" in text and ENTITIES.search(text):
            self.entities.add(line, text)
        if text.isascii():
            return text
        text = self._replace(C1, _windows, self.c1, text, line)
        text = self._replace(SURROGATES, _unknown, self.surrogates, text, line)
        if DOUBLE.search(text):
            self.double.add(line, text)
        return text

    def warnings(self) -> list[str]:
        """One sentence for each kind met."""
        said = [
            (self.c1, "with invisible C1 characters, read as the Windows quotes they stand for"),
            (self.surrogates, "with half of a surrogate pair, replaced by \ufffd"),
            (self.double, "that may be encoded twice ('Ã©' for 'é'), left so: export them again"),
            (self.entities, "with HTML entities ('&lt;'), left so: cleaning step 'entities'"),
        ]
        return [
            f"{counted(found.count, 'text')} {what} ({found.where()}: {found.sample!r})."
            for found, what in said
            if found.count
        ]

    def _replace(
        self,
        pattern: re.Pattern[str],
        new: Callable[[re.Match[str]], str],
        found: Finding,
        text: str,
        line: int,
    ) -> str:
        if not pattern.search(text):
            return text
        text = pattern.sub(new, text)
        found.add(line, text)
        return text


def _windows(match: re.Match[str]) -> str:
    return C1_MEANING.get(ord(match[0]), match[0])


def _unknown(match: re.Match[str]) -> str:
    return "\ufffd"
