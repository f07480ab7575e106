"""A text whose words are shaded by what they weigh, for a terminal with or without colour."""

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from rich.console import Console, ConsoleOptions, RenderableType, RenderResult
from rich.style import Style
from rich.text import Text

from attentif.errors import DataError, ShapeError
from attentif.report.printable import printable, short_word
from attentif.report.weights import deepest

LEVELS = (0.75, 0.5, 0.25, 0.1)  # parts of the heaviest word at which the shade changes
RAISES = (  # one style a level; the letters' colour is set too, for any background
    Style(color="#ffffff", bgcolor="#0b67a8", bold=True),
    Style(color="#000000", bgcolor="#5ba3d6", bold=True),
    Style(color="#000000", bgcolor="#a8d0ec"),
    Style(color="#000000", bgcolor="#dcecf7"),
)
LOWERS = (
    Style(color="#ffffff", bgcolor="#b3480a", bold=True, underline=True),
    Style(color="#000000", bgcolor="#ee9a66", bold=True, underline=True),
    Style(color="#000000", bgcolor="#f7cbb0", underline=True),
    Style(color="#000000", bgcolor="#fce9de", underline=True),
)


@dataclass(frozen=True)
class WeighedText:
    """Words and weights; shaded where there is colour, with numbers where there is none."""

    tokens: tuple[str, ...]
    weights: tuple[float, ...]
    separator: str
    signs: bool

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        coloured = console.color_system is not None and not console.no_color
        joined = Text(printable(self.separator)).join(self._words(coloured))
        yield from joined.__rich_console__(console, options)

    def _words(self, coloured: bool) -> Iterator[Text]:
        """Each word in the style of its weight."""
        heaviest = deepest(self.weights, self.signs)
        form = f"{'+' if self.signs else ''}.{_decimals(heaviest)}f"
        for token, weight in zip(self.tokens, self.weights, strict=True):
            shown = printable(token)
            core = shown.strip()
            before = shown[: len(shown) - len(shown.lstrip())]
            style = _style(weight / heaviest) if core else Style()
            number = "" if coloured or not style else f"({weight:{form}})"
            after = shown[len(before) + len(core) :]
            yield Text.assemble(before, (short_word(core), style), number, after)


def shaded_text(
    tokens: Sequence[str], weights: Sequence[float], *, separator: str = " "
) -> RenderableType:
    """Each word on a shade of blue, the deeper the more it weighs.

    Without colour the weight stands behind each word that has a tenth of the deepest
    shade (see `weights.deepest`).

    Args:
        tokens: in reading order; user's texts, shown as they are.
        weights: from 0 on, one a token, such as attention.
        separator: stands between two tokens; "" where they carry their own spaces.

    Raises:
        ShapeError: not one weight for each token.
        DataError: a weight is negative.
    """
    negative = [weight for weight in weights if weight < 0]
    if negative:
        raise DataError(
            f"weights must be 0 or more, got {negative[0]}. Use signed_text for changes."
        )
    return _weighed(tokens, weights, separator, signs=False)


def signed_text(
    tokens: Sequence[str], changes: Sequence[float], *, separator: str = " "
) -> RenderableType:
    """Words that raise a score on blue, those that lower it on orange and underlined.

    Args:
        tokens: in reading order.
        changes: one a token, such as what leaving the word out costs.
        separator: as for `shaded_text`.

    Raises:
        ShapeError: not one change for each token.
    """
    return _weighed(tokens, changes, separator, signs=True)


def _weighed(
    tokens: Sequence[str], weights: Sequence[float], separator: str, *, signs: bool
) -> WeighedText:
    """The renderable, once the lengths are known to agree."""
    if len(tokens) != len(weights):
        raise ShapeError(
            f"weights must have one number for each of the {len(tokens)} tokens,"
            f" got {len(weights)}."
        )
    return WeighedText(tuple(tokens), tuple(float(w) for w in weights), separator, signs)


def _decimals(heaviest: float) -> int:
    """As many as show the heaviest weight: two, or more where that is smaller than .01."""
    if not 1e-6 <= heaviest < 0.01:
        return 2
    return -math.floor(math.log10(heaviest))


def _style(part: float) -> Style:
    """The style of a word that has this part of the heaviest weight; none below a tenth."""
    styles = LOWERS if part < 0 else RAISES
    for level, style in zip(LEVELS, styles, strict=True):
        if abs(part) >= level:
            return style
    return Style()
