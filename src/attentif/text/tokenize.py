"""Cutting a text into tokens that know where they stand in the original text."""

import re
from collections.abc import Sequence
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


class Token(NamedTuple):
    """A token's cleaned characters, case kept, and its place in the original text."""

    text: str
    start: int
    end: int


class Style(NamedTuple):
    """One way of cutting: what a token is, and whether it is lower-cased."""

    find: re.Pattern[str]
    lower: bool


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
    find, lower = choose(STYLES, style, "tokens")
    found: list[str] = find.findall(clean(text, steps).text)
    return [word.lower() for word in found] if lower else found


_RUN = rf"{ALNUM}++(?:[{MARKS}]++{ALNUM}*+)*+"
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
    rf"{_RUN}(?:'{_RUN})*+",
    rf"[{FLAG_LETTER}]{{2}}",
    rf"{_EMOJI}[{TAGS}]*+(?:\u200d{_EMOJI})*+",
    r"\S",
)

STYLES: dict[str, Style] = {
    "words-and-marks": Style(
        re.compile(rf"{_PLAIN}|(?:{'|'.join(_WORDS_AND_MARKS)})[{MARKS}]*+"), lower=False
    ),
    "workshop": Style(re.compile(r"""[^\s!"#$%&()*+,\-./:;<=>?@\[\\\]^_`{|}~]+"""), lower=True),
}
