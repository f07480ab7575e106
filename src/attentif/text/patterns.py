"""Regular expressions, as sources, that cleaning, tokens and shapes share.

None of them has a capturing group, and each takes time linear in the text: repeats are
possessive or bounded, so a field of a million characters cannot stall a server.
"""

from unicodedata import category

# Blocks with combining marks: between them are ideographs, Korean syllables, signs, emoji.
_SCANNED = (
    *((0x300, 0x1E00), (0x20D0, 0x2100), (0x2CE0, 0x2E00), (0x3020, 0x30A0), (0xA660, 0xAC00)),
    *((0xFB00, 0xFE30), (0x10100, 0x12000), (0x13400, 0x13460), (0x16100, 0x17000)),
    *((0x1BC80, 0x1BCB0), (0x1CF00, 0x1D300), (0x1DA00, 0x1F000)),
)


def _is_mark(point: int) -> bool:
    return category(chr(point))[0] == "M"


def _marks() -> str:
    """The inside of a character class with every combining mark, as ranges."""
    ranges: list[list[int]] = [[0xE0100, 0xE01EF]]  # variation selectors
    for block in _SCANNED:
        for point in filter(_is_mark, range(*block)):
            if point == ranges[-1][1] + 1:
                ranges[-1][1] = point
            else:
                ranges.append([point, point])
    return "".join(f"{chr(first)}-{chr(last)}" for first, last in ranges)


MARKS = _marks()
LETTER = r"[^\W\d_]"
ALNUM = r"[^\W_]"  # a letter or a digit; the underscore is a mark of punctuation
JAMO = "\u1161-\u1175\u11a8-\u11c2"  # Korean vowels and finals, which compose as marks do

EMOJI = (
    "\u203c\u2049\u2190-\u21ff\u2300-\u23ff\u25a0-\u27bf\u2900-\u297f\u2b00-\u2bff"
    "\u3030\u303d\u3297\u3299\U0001f000-\U0001faff"
)
SELECTOR = "[\ufe00-\ufe0f\u20e3]"  # of a form: text, emoji, keycap
SKIN = "\U0001f3fb-\U0001f3ff"
FLAG_LETTER = "\U0001f1e6-\U0001f1ff"
TAGS = "\U000e0020-\U000e007f"  # of the flags of England, Scotland and Wales

_URL_INSIDE = r"[^\s<>\"“”«»]"
_URL_LAST = r"[^\s<>\"“”«».,;:!?'’‘…()\[\]{}*]"
# Endings that are no word of English or French, so that "ok.see" and "fin.de" stay words.
_ENDING = (
    r"(?:com|net|org|edu|gov|info|biz|mobi|uk|fr|tv|tk|ru|cn|io|ly|gl|gd|xyz|co\.[a-z]{2}"
    r"|(?<=youtu\.)be|(?<=\bt\.)co|(?<=\bt\.)me|(?<=\bwa\.)me)"
)
URL = (
    rf"(?i:https?://{_URL_INSIDE}*{_URL_LAST}"
    rf"|(?<!{ALNUM})www\.{_URL_INSIDE}*{_URL_LAST}"
    rf"|(?<!{ALNUM})(?:[a-z0-9-]{{1,63}}+\.){{1,5}}{_ENDING}(?!{ALNUM}|@)"
    rf"(?:[/?]{_URL_INSIDE}*{_URL_LAST})?/?)"
)
_HOST = rf"{ALNUM}[\w-]{{0,62}}+"
MAIL = rf"(?<!{ALNUM}){ALNUM}[\w.+-]{{0,63}}+@{_HOST}(?:\.{_HOST}){{1,5}}"

NUMBER = rf"(?<!{ALNUM})\d++(?:[.,:]\d++)*(?!{ALNUM}|[{MARKS}])"
PLACEHOLDER = "<(?:url|number)>"
