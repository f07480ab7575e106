"""What a word looks like from outside: its shape."""

import re
from bisect import bisect_right
from functools import lru_cache

from attentif.text.patterns import EMOJI, FLAG_LETTER, MAIL, URL


def shape_of(word: str) -> str:
    """The class of a word's outside: letter case and length, digits, mark, emoji, address.

    Args:
        word: a token before lower-casing.

    Returns:
        One of `SHAPES`, such as `lower 2-3` (case, number of letters), `UPPER with 2 digits`,
        `11 digits`, `3 digits separated`, `currency`, `emoji`.

    Example:
        >>> [shape_of(word) for word in ("WIN", "fr33", "2nite", "£", "!")]
        ['UPPER 2-3', 'lower with 2 digits', 'lower after 1 digit', 'currency', 'mark']
    """
    if word.isalpha():  # most words, quicker
        return f"{_case(word)} {_capped(len(word), _WORD_SIZES)}"
    if word in _PLACEHOLDERS:
        return _PLACEHOLDERS[word]
    letters = "".join(filter(str.isalpha, word))
    digits = sum(map(str.isdigit, word))
    if letters:
        return _word_shape(word, letters, digits)
    if _EMOJI.search(word):
        return "emoji"
    if digits:
        kind = "" if word.isdigit() else " separated"
        return _digits(digits, _NUMBER_SIZES) + kind
    return "currency" if _CURRENCY.match(word) else "mark"


def shape_id(word: str) -> int:
    """The number of a word's shape; 0 is kept for padding."""
    return _IDS[shape_of(word)]


def _word_shape(word: str, letters: str, digits: int) -> str:
    """The shape of a token with letters: an address, or a word with digits or without."""
    if _ADDRESS.fullmatch(word):
        return "mail" if "@" in word else "url"
    if not digits:
        return f"{_case(letters)} {_capped(len(letters), _WORD_SIZES)}"
    place = "after" if word[0].isdigit() else "with"
    return f"{_case(letters)} {place} {_digits(digits, _DIGIT_COUNTS)}"


def _case(letters: str) -> str:
    """The pattern of capitals in a word's letters."""
    if letters.islower():
        return "lower"
    if letters.isupper():
        return "UPPER"
    if letters.upper() == letters.lower():
        return "caseless"
    return "Title" if letters[0].isupper() and letters[1:].islower() else "mIxed"


@lru_cache
def _capped(count: int, sizes: tuple[int, ...]) -> str:
    """The class of a count: `4-5` where classes begin at 4 and 6, `9+` in the last one."""
    place = bisect_right(sizes, count) - 1
    if place == len(sizes) - 1:
        return f"{sizes[place]}+"
    last = sizes[place + 1] - 1
    return str(last) if last == sizes[place] else f"{sizes[place]}-{last}"


def _digits(count: int, sizes: tuple[int, ...]) -> str:
    return "1 digit" if count == 1 else f"{_capped(count, sizes)} digits"


_ADDRESS = re.compile(rf"{MAIL}|{URL}")
_EMOJI = re.compile(f"[{EMOJI}{FLAG_LETTER}\u20e3]")
_CURRENCY = re.compile("[$£€¥₹₽₩₺₿¢]")
_PLACEHOLDERS = {"": "empty", "<url>": "url", "<number>": "number"}

_CASES = ("lower", "Title", "UPPER", "mIxed", "caseless")
_WORD_SIZES = (1, 2, 4, 6, 9)  # letters, where each class begins
_DIGIT_COUNTS = (1, 2, 3, 4)  # digits in a word
_NUMBER_SIZES = (1, 2, 3, 4, 5, 6, 7, 10, 11, 12)  # digits of a number; 11: British telephones

SHAPES: tuple[str, ...] = (
    *("padding", "empty", "mark", "currency", "emoji", "url", "mail", "number"),
    *(_digits(n, _NUMBER_SIZES) + kind for n in _NUMBER_SIZES for kind in ("", " separated")),
    *(f"{case} {_capped(n, _WORD_SIZES)}" for case in _CASES for n in _WORD_SIZES),
    *(
        f"{case} {place} {_digits(n, _DIGIT_COUNTS)}"
        for case in _CASES
        for place in ("with", "after")
        for n in _DIGIT_COUNTS
    ),
)
_IDS = {shape: number for number, shape in enumerate(SHAPES)}
