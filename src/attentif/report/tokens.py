"""A text whose words are shaded by what they weigh, as HTML that is safe to show.

The style is in the spans themselves, so that the same text stands in a page, in a
notebook and in print; the shades are transparent and suit a light and a dark ground.
"""

import math
from collections.abc import Sequence

from markupsafe import Markup

from attentif.errors import DataError
from attentif.report.palette import BLUE, ORANGE, channels
from attentif.report.printable import printable, short_word
from attentif.report.weights import deepest

DEEPEST = 0.6  # opacity of the heaviest word; its text stays readable on it
FAINTEST = 0.02  # below this part of the heaviest a word has no shade
MARKED = 0.25  # from this part of the heaviest on a signed word is underlined as well

_WHOLE = Markup(
    '<span class="tokens" dir="auto" style="white-space:pre-wrap;overflow-wrap:anywhere;'
    'print-color-adjust:exact;-webkit-print-color-adjust:exact">{}</span>'
)
_WORD = Markup('{}<span title="{}"{}>{}</span>{}')
_STYLE = Markup(' style="background:rgba({},{},{},{:.2f});border-radius:.2em{}"')


def shaded(
    tokens: Sequence[tuple[str, float]], *, separator: str = " ", heaviest: float | None = None
) -> Markup:
    """Each word on blue, the deeper the more it weighs; hovering shows the weight.

    Args:
        tokens: (text, weight) in reading order, weights from 0 on, such as attention.
        separator: stands between two tokens; "" where they carry their own spaces, which
            are left unshaded.
        heaviest: weight of the deepest shade; unless given the largest one here, or three
            times the mean where that is more.

    Raises:
        DataError: a weight is negative.

    Example:
        >>> "&lt;b&gt;" in shaded([("<b>", 0.9), ("win", 0.1)])
        True
    """
    for text, weight in tokens:
        if weight < 0:
            raise DataError(
                f"weights must be 0 or more, got {weight} for {text!r}. Use signed for changes."
            )
    return _written(tokens, separator, heaviest, signs=False)


def signed(
    tokens: Sequence[tuple[str, float]], *, separator: str = " ", heaviest: float | None = None
) -> Markup:
    """Words that raise a score on blue, those that lower it on orange and dotted below.

    Args:
        tokens: (text, change) in reading order, such as what leaving the word out costs.
        separator: as for `shaded`.
        heaviest: size of the change with the deepest shade; the largest one unless given.
    """
    return _written(tokens, separator, heaviest, signs=True)


def _written(
    tokens: Sequence[tuple[str, float]], separator: str, heaviest: float | None, signs: bool
) -> Markup:
    """All words, joined inside one element."""
    largest = heaviest or deepest([weight for _, weight in tokens], signs)
    words = [_word(text, weight, largest, signs) for text, weight in tokens]
    return _WHOLE.format(Markup.escape(separator).join(words))


def _word(text: str, weight: float, largest: float, signs: bool) -> Markup:
    """One word; the spaces around it stay outside its shade."""
    shown = printable(text)
    core = shown.strip()
    before = shown[: len(shown) - len(shown.lstrip())]
    title = format(weight, "+.3f" if signs else ".3f") if math.isfinite(weight) else "no number"
    after = shown[len(before) + len(core) :]
    style = _style(weight / largest, signs)
    return _WORD.format(before, title, style, short_word(core), after)


def _style(part: float, signs: bool) -> Markup:
    """The style of a word that has this part of the heaviest weight."""
    size = min(abs(part), 1.0)
    if not math.isfinite(part) or size < FAINTEST:
        return Markup("")
    line = ""
    if signs and size >= MARKED:
        line = ";text-decoration:underline " + ("solid" if part > 0 else "dotted")
    colour = channels(ORANGE if part < 0 else BLUE)
    return _STYLE.format(*colour, DEEPEST * size, line)
