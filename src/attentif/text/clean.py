"""Cleaning: steps from str to str that remember where each character came from.

Some steps are always done, so that one word has one spelling: wrongly decoded Windows
quotes, control and invisible characters, composed accents (NFC), one apostrophe. The
others are named options. A step never loses the way back: `span` turns a stretch of the
cleaned text into the stretch of the original that it stands for.
"""

import html
import re
import unicodedata
from bisect import bisect_right
from collections.abc import Callable, Sequence
from functools import cache
from typing import NamedTuple

from attentif.config import choose
from attentif.text.patterns import (
    ALNUM,
    EMOJI,
    JAMO,
    LETTER,
    MAIL,
    MARKS,
    NUMBER,
    SELECTOR,
    TAGS,
    URL,
)


class Step(NamedTuple):
    """What to find, and what to put in its place; compiled when it is first needed."""

    pattern: str
    replace: Callable[[re.Match[str]], str]

    @property
    def find(self) -> re.Pattern[str]:
        """The pattern, ready to be looked for."""
        return _compiled(self.pattern)


_compiled = cache(re.compile)  # by the pattern


class Cleaned(NamedTuple):
    """A cleaned text and, for each of its characters, the index in the original text.

    `origin` is None where no character moved.
    """

    text: str
    origin: Sequence[int] | None


def clean(text: str, steps: Sequence[str] = ()) -> Cleaned:
    """Clean a text: what is always done, then the named steps in their order.

    Raises:
        ConfigError: a name is not in `STEPS`.

    Example:
        >>> clean("I\\u0092m here &lt;#&gt;", ["entities"]).text
        "I'm here <#>"
        >>> clean("no change").origin is None
        True
    """
    cleaned = _always(Cleaned(text, None))
    if not steps:
        return cleaned
    before = cleaned.text
    for name in steps:
        cleaned = _apply(choose(STEPS, name, "a cleaning step"), cleaned)
    return cleaned if cleaned.text == before else _always(cleaned)


def span(origin: Sequence[int] | None, start: int, end: int, original: str) -> tuple[int, int]:
    """Bring characters start to end (excluded, at least one) back to the original text.

    A character stands for everything up to where the next one came from: `é` for `e` and
    its accent, `<` for `&lt;`, the last letter for an invisible character after it. What
    one original character became (`½`: `1`, `⁄`, `2`) all has the span of that character.

    Example:
        >>> text = "&lt;3"
        >>> span(clean(text, ["entities"]).origin, 0, 1, text)
        (0, 4)
    """
    if origin is None:
        return start, end
    after = bisect_right(origin, origin[end - 1], lo=end)
    return origin[start], origin[after] if after < len(origin) else len(original)


def has_letters(text: str) -> bool:
    """Whether a text holds any letter; the workshop drops the texts that hold none."""
    return any(map(str.isalpha, text))


def _always(given: Cleaned) -> Cleaned:
    """The steps that are always done; plain texts pass at the speed of a search."""
    if given.text.isascii():
        if given.text.isprintable() and "`" not in given.text:
            return given
        return _apply(APOSTROPHES, _apply(CONTROLS, given))
    if SUSPECT.search(given.text):
        for step in (WINDOWS, CONTROLS, INVISIBLE):
            given = _apply(step, given)
    if not unicodedata.is_normalized("NFC", given.text):
        given = _apply(COMPOSE, given)
    return _apply(APOSTROPHES, given)


def _apply(step: Step, given: Cleaned) -> Cleaned:
    """Replace every match, and carry the alignment along."""
    text, origin = given
    edits = [
        (match.start(), match.end(), new)
        for match in step.find.finditer(text)
        if (new := step.replace(match)) != match[0]
    ]
    if not edits:
        return given
    parts, last = [], 0
    for start, end, new in edits:
        parts += (text[last:start], new)
        last = end
    cleaned = "".join((*parts, text[last:]))
    if all(len(new) == end - start for start, end, new in edits):
        return Cleaned(cleaned, origin)
    places = _places(edits, len(text))
    return Cleaned(cleaned, places if origin is None else [origin[i] for i in places])


def _places(edits: Sequence[tuple[int, int, str]], length: int) -> list[int]:
    """Where each character after the edits was before: what an edit put in, at its start."""
    places, last = [], 0
    for start, end, new in edits:
        places.extend(range(last, start))
        places.extend([start] * len(new))
        last = end
    places.extend(range(last, length))
    return places


def _blank(match: re.Match[str]) -> str:
    return " "


def _control(match: re.Match[str]) -> str:
    """A blank; half of a surrogate pair becomes the replacement character."""
    return "\ufffd" if match[0] >= "\ud800" else " "


def _windows(match: re.Match[str]) -> str:
    """What cp1252 means by the byte; a blank for the five bytes it does not use."""
    try:
        return match[0].encode("latin-1").decode("cp1252")
    except UnicodeDecodeError:
        return " "


def _compatible(match: re.Match[str]) -> str:
    """NFKC; an accent that stands alone (´ ¨ ¸) keeps its form, for NFKC adds a blank."""
    new = unicodedata.normalize("NFKC", match[0])
    return match[0] if new.startswith(" ") and len(new) > 1 else new


def _without_accents(match: re.Match[str]) -> str:
    bare = (c for c in unicodedata.normalize("NFD", match[0]) if not "\u0300" <= c <= "\u036f")
    return unicodedata.normalize("NFC", "".join(bare))


_CONTROL = "\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff"
_INVISIBLE = (
    "\xad\u034f\u061c\u180e\u200b\u200c\u200e\u200f\u202a-\u202e\u2060-\u2064\u2066-\u206f"
    "\ufeff\ufff9-\ufffb\U000e0001"
)
_JOINING = rf"\u200d\ufe00-\ufe0f{TAGS}"  # invisible too, but emoji are made with them
_APOSTROPHE = "’ʼ‘‛′`´＇"

SUSPECT = re.compile(f"[{_CONTROL}\x80-\x9f{_INVISIBLE}{_JOINING}]")
WINDOWS = Step("[\x80-\x9f]", _windows)
CONTROLS = Step(f"[{_CONTROL}]", _control)
INVISIBLE = Step(
    rf"(?:(?<={LETTER})|(?<=[{MARKS}])(?<!{SELECTOR}))[{_INVISIBLE}{_JOINING}]+"  # in a word
    rf"|[{_INVISIBLE}]"
    rf"|(?<![{EMOJI}\ufe0f])\u200d|\u200d(?![{EMOJI}])"  # a joiner that joins no emoji
    rf"|(?<![\U0001f3f4{TAGS}])[{TAGS}]+",  # a tag outside a flag
    lambda match: "",
)
COMPOSE = Step(rf"(?s:.)[{MARKS}{JAMO}]*", lambda match: unicodedata.normalize("NFC", match[0]))
APOSTROPHES = Step(
    rf"[{_APOSTROPHE}](?:(?={LETTER})|(?<={LETTER}.)|(?<=[{MARKS}].))", lambda match: "'"
)

# Letters that look like a Latin one, Cyrillic then Greek, beside what they look like.
_ALIKE = str.maketrans(
    "аеорсухіјѕԁһԛԝӏАВЕКМНОРСТУХІЈЅ" + "αορνικυεΑΒΕΖΗΙΚΜΝΟΡΤΥΧ",
    "aeopcyxijsdhqwlABEKMHOPCTYXIJS" + "aopvikueABEZHIKMNOPTYX",
)
_DIGITS = str.maketrans("013457", "oieast")

STEPS: dict[str, Step] = {
    # compatibility forms: ﬁ -> fi, Ｗ -> W, ½ -> 1⁄2
    "nfkc": Step(rf"[^\x00-\x7f][{MARKS}{JAMO}]*", _compatible),
    # HTML entities: &lt; -> <, &#39; -> '
    "entities": Step(
        r"&(?:#\d{1,7}|#[xX][0-9a-fA-F]{1,6}|[A-Za-z][A-Za-z0-9]{1,31});",
        lambda match: html.unescape(match[0]),
    ),
    # URLs and e-mail addresses, and no word: "ok.see you" stays
    "drop-addresses": Step(rf"{MAIL}|{URL}", _blank),
    # the workshop's: whatever has letters after a dot or an @; "ok.see" goes too
    "drop-addresses-workshop": Step(r"(?<!\S)(?:\S+\.[A-Za-z]{2,}\S*|\S+@\S+)", _blank),
    "urls": Step(rf"({MAIL})|{URL}", lambda match: match[1] or "<url>"),
    "numbers": Step(NUMBER, lambda match: "<number>"),
    # Cyrillic and Greek look-alikes, in words that also have a Latin letter
    "look-alikes": Step(
        rf"(?<!{ALNUM})(?={ALNUM}*?[A-Za-z])(?={ALNUM}*?[\u0370-\u03ff\u0400-\u052f]){ALNUM}++",
        lambda match: match[0].translate(_ALIKE),
    ),
    # fr33 -> free: in words that start with a letter or an 0; 10am, 2nd and 50p stay
    "digits-as-letters": Step(
        rf"(?<!{ALNUM})(?=0?{LETTER}){ALNUM}*?\d{ALNUM}*+",
        lambda match: match[0].translate(_DIGITS),
    ),
    "strip-accents": Step(r"[^\x00-\x7f]", _without_accents),
}
