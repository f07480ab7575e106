"""Dates as people write them, in several languages, beside what they are in ISO 8601.

The names of days and months and each locale's forms come from Unicode's CLDR, by babel.
Numbers alone do not say which is the day, so one order is stated for all of them: day
first, or month first. A locale that has the other order gives forms with a month's name
only. Two figures of a year stand for 1970 to 2069, as in POSIX.
"""

import datetime
import re
from collections.abc import Sequence
from functools import cache
from itertools import product
from typing import Any, NamedTuple

import numpy as np

from attentif.config import choose
from attentif.errors import MissingExtraError

LOCALES = {  # locale -> whether the day stands before the month there, by CLDR
    "en_US": False,
    "en_GB": True,
    "fr_FR": True,
    "de_DE": True,
    "es_ES": True,
    "it_IT": True,
    "pt_PT": True,
    "nl_NL": True,
}
FIRST, LAST = datetime.date(1950, 1, 1), datetime.date(2049, 12, 31)
SHORT_YEARS = range(1970, 2050)  # that are written with two figures
NAMED = (  # forms with a month's name: the locale's own, which CLDR names, and ours
    "full", "long", "medium", "EEEE d MMMM y", "EEE d MMM y", "d MMMM y", "d MMM y", "d MMM yy",
)  # fmt: skip
ENGLISH = ("MMMM d, y", "MMM d, y", "EEEE, MMMM d, y", "MMMM d y")
NUMBERS = {
    True: ("dd/MM/y", "d/M/y", "dd.MM.y", "d.M.yy", "dd-MM-y", "d/M/yy", "dd/MM/yy", "d MM y"),
    False: ("MM/dd/y", "M/d/y", "MM.dd.y", "M.d.yy", "MM-dd-y", "M/d/yy", "MM/dd/yy", "M dd y"),
}
SORTED = ("y-MM-dd", "y/MM/dd", "y.MM.dd", "yMMdd")  # of one order everywhere
ORDINALS = {1: "st", 21: "st", 31: "st", 2: "nd", 22: "nd", 3: "rd", 23: "rd"}
CASES = (str, str, str, str.lower, str.upper)
SHARE_NAMED, SHARE_NUMBERS = 0.6, 0.3  # of the forms; the others are sorted
CENTURY = 100
FIGURES = 4  # most of a year
ALL = range(7)  # days of a week
_NUMBERS = re.compile(r"(\d+)[\W_]+(\d+)[\W_]+(\d+)")  # in a text of three numbers
_MARKED = re.compile(r"(?<!\d)(\d{1,4})\s?([-/.])\s?(\d{1,2})\s?\2\s?(\d{1,4})(?!\d)")  # of more
_COMPACT = re.compile(r"(\d{4})(\d\d)(\d\d)")


class DatePair(NamedTuple):
    """A date as it may be written, and in ISO 8601."""

    text: str
    iso: str


def dates(
    n: int, *, seed: int = 0, day_first: bool = True, locales: Sequence[str] = tuple(LOCALES)
) -> list[DatePair]:
    """Pairs drawn from a seed: a day from 1950 to 2049, a locale, a form, sometimes a case.

    Args:
        day_first: the order of day and month in numbers alone.
        locales: names of `LOCALES`.

    Raises:
        MissingExtraError: babel is not installed.

    Example:
        >>> for pair in dates(3, seed=1):
        ...     print(pair.text, "->", pair.iso)
        27 APR 1997 -> 1997-04-27
        Thursday 8 March 2001 -> 2001-03-08
        Dienstag, 8. Juli 2025 -> 2025-07-08
    """
    draw = np.random.default_rng(seed)
    span = (LAST - FIRST).days + 1
    return [
        written(FIRST + datetime.timedelta(int(day)), draw, day_first, locales)
        for day in draw.integers(span, size=n)
    ]


def written(
    date: datetime.date, draw: np.random.Generator, day_first: bool, locales: Sequence[str]
) -> DatePair:
    """One date in a form that is drawn."""
    locale = str(draw.choice(list(locales)))
    share = draw.uniform()
    if share < SHARE_NAMED:
        text = named(date, locale, draw, numeric=choose(LOCALES, locale, "a locale") == day_first)
    else:
        forms = NUMBERS[day_first] if share < SHARE_NAMED + SHARE_NUMBERS else SORTED
        text = shown(date, str(draw.choice(forms)), "en_GB")
    return DatePair(CASES[draw.integers(len(CASES))](text), date.isoformat())


def named(date: datetime.date, locale: str, draw: np.random.Generator, *, numeric: bool) -> str:
    """A date with its month's name; in English and French also with an ordinal.

    Args:
        numeric: the locale's own short form, if it has no name, may be used as it is.
    """
    english = locale.startswith("en")
    text = shown(date, str(draw.choice([*NAMED, *(ENGLISH if english else ())])), locale)
    if not numeric and not any(map(str.isalpha, text)):
        text = shown(date, "d MMMM y", locale)
    if english and draw.uniform() < 0.3:
        return re.sub(
            rf"\b{date.day}\b", f"{date.day}{ORDINALS.get(date.day, 'th')}", text, count=1
        )
    if locale.startswith("fr") and date.day == 1:
        return re.sub(r"\b1\b", "1er", text, count=1)
    return text


def shown(date: datetime.date, form: str, locale: str) -> str:
    """A date in one form of a locale; a year that two figures would not tell has four."""
    if "yy" in form and date.year not in SHORT_YEARS:
        form = form.replace("yy", "y")
    return str(library().format_date(date, form, locale=locale))


def doubt(text: str, output: str = "", *, day_first: bool = True) -> str:
    """What a person must know of a written date: nothing is guessed in silence.

    Args:
        text: as it was written.
        output: what was made of it; empty: not looked at.
        day_first: the stated order.

    Returns:
        "", or why the date is not certain: numbers that mean another day in the other order,
        a day that does not exist, a text that is no whole date, an output that is no date,
        or is not what the text's numbers and names say (names: where babel is installed).

    Example:
        >>> doubt("03/04/2020")
        'ambiguous: 2020-04-03 day first, 2020-03-04 month first'
        >>> doubt("31/02/2020"), doubt("13/04/2020")
        ('no such day', '')
        >>> doubt("31 February 2020", "2020-02-28")
        'the day 28 is not in the text: is there such a date?'
    """
    every = re.findall(r"\d+", text)
    numbers = numbers_of(text, every)
    if numbers:
        return doubt_of(numbers, day_first) or differs(numbers, output, day_first)
    if not any(map(str.isalpha, text)):
        return "no whole date" if text.strip() else ""
    if not output:
        return ""
    try:
        date = datetime.date.fromisoformat(output)
    except ValueError:
        return f"no date: {output}"
    found = {int(number) for number in every if len(number) <= FIGURES}
    if date.day not in found:
        return f"the day {date.day} is not in the text: is there such a date?"
    if not found & {date.year, date.year % CENTURY}:
        return f"the year {date.year} is not in the text"
    return named_otherwise(text, date) or ("" if len(every) > 1 else "no whole date")


def numbers_of(text: str, every: Sequence[str]) -> tuple[str, ...] | None:
    """The three numbers of a date in numbers; None where there is a name, or too few.

    Args:
        every: all numbers of the text.

    >>> numbers_of("le 03/04/2020", ["03", "04", "2020"]), numbers_of("20200403", ["20200403"])
    (('03', '04', '2020'), ('2020', '04', '03'))
    """
    if len(every) == 1 and (compact := _COMPACT.fullmatch(every[0])):
        return compact.groups()
    if len(every) != 3:
        found = _MARKED.search(text)
        return found.group(1, 3, 4) if found else None
    found = _NUMBERS.search(text)
    named = any(map(str.isalpha, text))  # as in "May 4, 2021, 10 o'clock"
    return None if found is None or (named and len(found[2]) > 2) else found.groups()


def named_otherwise(text: str, date: datetime.date) -> str:
    """Whether the names in a text are not those of a date's month and day of the week.

    A name may be of several languages; one of its meanings suffices. Only whole names of days
    are looked at: `mar` is a Tuesday and a month.

    >>> named_otherwise("31 February 2020", datetime.date(2020, 3, 31))
    'the month 3 is not in the text'
    >>> named_otherwise("lundi 4 mai 2021", datetime.date(2021, 5, 4))
    '2021-05-04 is no lundi'
    """
    known = known_names()
    if known is None:
        return ""
    words = re.findall(r"[^\W\d_]+", text)
    months = [known.months.get(word.casefold(), set()) for word in words]
    if date.month not in set[int]().union(*months):
        return f"the month {date.month} is not in the text"
    wrong = [word for word in words if date.weekday() not in known.days.get(word.casefold(), ALL)]
    return f"{date} is no {wrong[0]}" if wrong else ""


class KnownNames(NamedTuple):
    """The names of months (1 to 12) and of days (0 is Monday) in all locales, in lower case."""

    months: dict[str, set[int]]
    days: dict[str, set[int]]


@cache
def known_names() -> KnownNames | None:
    """All names; None where babel is not installed."""
    try:
        babel_dates = library()
    except MissingExtraError:
        return None
    known = KnownNames({}, {})
    for locale, context in product(LOCALES, ("format", "stand-alone")):
        for width in ("wide", "abbreviated"):
            for month, name in babel_dates.get_month_names(width, context, locale).items():
                known.months.setdefault(name.casefold().strip("."), set()).add(month)
        for day, name in babel_dates.get_day_names("wide", context, locale).items():
            known.days.setdefault(name.casefold(), set()).add(day)
    return known


def differs(numbers: Sequence[str], output: str, day_first: bool) -> str:
    """Whether something else was made of three numbers of which nothing is doubtful."""
    meant = reading(numbers, day_first)
    return f"the numbers say otherwise: {meant}" if output and output != str(meant) else ""


def reading(numbers: Sequence[str], day_first: bool) -> datetime.date | None:
    """The day that three numbers mean in the stated order, if there is one."""
    first, second, third = numbers
    if max(map(len, numbers)) > FIGURES:
        return None
    if len(first) > 2:
        return real(int(first), int(second), int(third))
    day, month = (first, second) if day_first else (second, first)
    return real(full_year(third), int(month), int(day))


def doubt_of(numbers: Sequence[str], day_first: bool) -> str:
    """What is doubtful in three numbers."""
    if len(numbers[0]) > 2:
        return "" if reading(numbers, day_first) else "no such day"
    by_day, by_month = reading(numbers, True), reading(numbers, False)
    if by_day and by_month and by_day != by_month:
        return f"ambiguous: {by_day} day first, {by_month} month first"
    asked, other = (by_day, by_month) if day_first else (by_month, by_day)
    if asked:
        return ""
    order = "day first" if day_first else "month first"
    return f"no such day with the {order}; {other} in the other order" if other else "no such day"


def full_year(figures: str) -> int:
    """The year that two or more figures stand for.

    >>> full_year("69"), full_year("70"), full_year("1950")
    (2069, 1970, 1950)
    """
    year = int(figures)
    if len(figures) > 2:
        return year
    return year + (2000 if year < SHORT_YEARS.start % CENTURY else 1900)


def real(year: int, month: int, day: int) -> datetime.date | None:
    """The day, if there is one."""
    try:
        return datetime.date(year, month, day)
    except ValueError:
        return None


def library() -> Any:
    """What writes dates in every locale.

    Raises:
        MissingExtraError: it is not installed.
    """
    try:
        from babel import dates as babel_dates
    except ImportError as error:
        raise MissingExtraError(
            "dates of many locales need babel, which is not installed."
            " Run: pip install 'attentif[transduce]'"
        ) from error
    return babel_dates
