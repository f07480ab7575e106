"""Cutting a text into tokens that know where they stand in the original text."""

import re
from collections.abc import Sequence
from itertools import chain
from typing import NamedTuple

from attentif.config import choose
from attentif.text.clean import clean, span
from attentif.text.patterns import (
    ALNUM,
    EMOJI,
    FLAG_LETTER,
    MAIL,
    MARKS,
    NUMBER,
    PLACEHOLDER,
    SKIN,
    TAGS,
    URL,
)

CACHED_STRETCHES = 100_000  # whose words are kept, then the cache starts again
LONGEST_STRETCH = 64  # characters of one that is kept


class Token(NamedTuple):
    """A token's cleaned characters, case kept, and its place in the original text."""

    text: str
    start: int
    end: int


class Style(NamedTuple):
    """One way of cutting: what a token is, and whether it is lower-cased."""

    find: re.Pattern[str]
    lower: bool

    def words(self, cleaned: str) -> list[str]:
        """The texts of the tokens of a cleaned text."""
        found: list[str] = self.find.findall(cleaned)
        return [word.lower() for word in found] if self.lower else found


def tokenize(text: str, style: str = "words-and-marks", steps: Sequence[str] = ()) -> list[Token]:
    """Cut a text into tokens with offsets into it.

    Args:
        style: "words-and-marks": words (inner apostrophes kept, French elision split off),
            numbers, addresses, and each punctuation mark, symbol and emoji on its own;
            nothing but white space is lost. "workshop": Keras's Tokenizer, lower case,
            punctuation lost; every white space cuts, Keras's cuts at fewer.
        steps: names of cleaning steps, see `attentif.text.clean`.

    Returns:
        Tokens in the order of the text. Their spans do not overlap, except that tokens
        made from one character (`½` under `nfkc`) share its span.

    Raises:
        ConfigError: an unknown style or step.

    Example:
        >>> [token.text for token in tokenize("L’été, WIN £1,000.50 at http://a.io/x!!")]
        ["L'", 'été', ',', 'WIN', '£', '1,000.50', 'at', 'http://a.io/x', '!', '!']
    """
    find, lower = choose(STYLES, style, "tokens")
    cleaned, origin = clean(text, steps)
    tokens = [Token(match[0], *match.span()) for match in find.finditer(cleaned)]
    if lower:
        tokens = [token._replace(text=token.text.lower()) for token in tokens]
    if origin is None:
        return tokens
    return [Token(word, *span(origin, start, end, text)) for word, start, end in tokens]


def words(text: str, style: str = "words-and-marks", steps: Sequence[str] = ()) -> list[str]:
    """The texts of the tokens alone, several times faster than `tokenize`."""
    return choose(STYLES, style, "tokens").words(clean(text, steps).text)


class Cutter:
    """`words` with a memory: the same lists, much faster over many texts.

    No token of any style holds or looks across white space, so that a stretch of characters
    without any is cut alike wherever it stands, and needs to be cut once.

    Args:
        style, steps: as of `tokenize`.

    Example:
        >>> Cutter()("WIN £9 now! WIN")
        ['WIN', '£', '9', 'now', '!', 'WIN']
    """

    def __init__(self, style: str = "words-and-marks", steps: Sequence[str] = ()) -> None:
        self._steps = steps
        self._kept = _Stretches(choose(STYLES, style, "tokens"))

    def __call__(self, text: str) -> list[str]:
        """The texts of the tokens."""
        stretches = clean(text, self._steps).text.split()
        return list(chain.from_iterable(map(self._kept.__getitem__, stretches)))


class _Stretches(dict[str, list[str]]):
    """A stretch without white space -> its words; a missing one is cut when asked for."""

    def __init__(self, style: Style) -> None:
        super().__init__()
        self._style = style

    def __missing__(self, stretch: str) -> list[str]:
        found = self._style.words(stretch)
        if len(stretch) <= LONGEST_STRETCH:
            if len(self) >= CACHED_STRETCHES:
                self.clear()
            self[stretch] = found
        return found


# Groups are not repeated possessively: before 3.11.5, Python keeps what a failed round consumed.
_RUN = rf"{ALNUM}++(?:[{MARKS}]++{ALNUM}*+)*"
_EMOJI = rf"[{EMOJI}][{SKIN}]?\ufe0f?"
# The usual word and the usual mark; they match below as well, and stand first for speed.
_PLAIN = rf"{ALNUM}++(?=[\s!?]|\Z|[.,](?:\s|\Z))|[!-/:;=-@\[-`{{-~](?=[\x00-\x7f]|\Z)"
_WORDS_AND_MARKS = (
    MAIL,
    URL,
    PLACEHOLDER,
    r"[0-9#*]\ufe0f?\u20e3",  # a keycap
    NUMBER,
    rf"(?i:[ldjmtsnc]|(?:jus|lors|puis|quoi)?qu)'(?={ALNUM})",  # French elision
    rf"{_RUN}(?:'{_RUN})*",
    rf"[{FLAG_LETTER}]{{2}}",
    rf"{_EMOJI}[{TAGS}]*+(?:\u200d{_EMOJI})*",
    r"\S",
)

STYLES: dict[str, Style] = {
    "words-and-marks": Style(
        re.compile(rf"{_PLAIN}|(?:{'|'.join(_WORDS_AND_MARKS)})[{MARKS}]*+"), lower=False
    ),
    "workshop": Style(re.compile(r"""[^\s!"#$%&()*+,\-./:;<=>?@\[\\\]^_`{|}~]+"""), lower=True),
}
