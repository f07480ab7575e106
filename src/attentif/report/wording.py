"""Numbers as a reader wants them: one form each, the same in pictures, pages and tables."""

import math

MISSING = "–"
SPACE = "\N{NO-BREAK SPACE}"


def count(value: float) -> str:
    """A whole number with its thousands set apart.

    Example:
        >>> count(5574)
        '5,574'
    """
    return f"{value:,.0f}"


def share(value: float | None) -> str:
    """A part of 1 as a percentage; never "0.0 %" for some, nor "100.0 %" for nearly all.

    Example:
        >>> [share(v).replace("\N{NO-BREAK SPACE}", " ") for v in (0.8659, 0.0001, 0.9999, None)]
        ['86.6 %', '< 0.1 %', '> 99.9 %', '–']
    """
    if value is None or not math.isfinite(value):
        return MISSING
    if 0 < value < 0.0005:
        return f"<{SPACE}0.1{SPACE}%"
    if 0.9995 <= value < 1:
        return f">{SPACE}99.9{SPACE}%"
    return f"{100 * value:.1f}{SPACE}%"


def score(value: float | None) -> str:
    """A score with three decimals, or a dash when there is none.

    Example:
        >>> score(0.95238), score(None), score(float("nan"))
        ('0.952', '–', '–')
    """
    return MISSING if value is None or not math.isfinite(value) else f"{value:.3f}"


def interval(low: float | None, high: float | None) -> str:
    """Both ends of an interval, or nothing when one is missing.

    Example:
        >>> interval(0.931, 0.967), interval(None, 0.967)
        ('0.931 to 0.967', '')
    """
    if score(low) == MISSING or score(high) == MISSING:
        return ""
    return f"{score(low)} to {score(high)}"


def plural(number: float, noun: str) -> str:
    """A number and its noun, agreeing.

    Example:
        >>> plural(1, "message"), plural(2000, "class"), plural(0, "text")
        ('1 message', '2,000 classes', '0 texts')
    """
    return f"{count(number)} {noun if number == 1 else several(noun)}"


def several(noun: str) -> str:
    """The plural of a regular noun.

    Example:
        >>> several("class")
        'classes'
    """
    return noun + ("es" if noun.endswith(("s", "x", "ch")) else "s")
