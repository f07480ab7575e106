"""Written dates: from a seed, in the stated order, and with every doubt said."""

import sys
from datetime import date

import pytest

from attentif.data import dates as dates_module
from attentif.data.dates import LOCALES, dates, doubt, doubt_of, full_year, known_names
from attentif.errors import ConfigError, MissingExtraError


def test_without_names_nothing_is_said_of_them(monkeypatch):
    def missing():
        raise MissingExtraError("babel")

    monkeypatch.setattr(dates_module, "library", missing)
    known_names.cache_clear()
    try:
        assert doubt("Monday, May 4th 2021", "2021-03-04") == ""
        assert doubt("Monday, May 4th 2021", "2021-05-05").startswith("the day 5 is not")
    finally:
        known_names.cache_clear()


def test_a_seed_gives_the_same_dates():
    assert dates(50, seed=3) == dates(50, seed=3) != dates(50, seed=4)


@pytest.mark.parametrize("day_first", [True, False])
def test_every_date_is_one_and_numbers_keep_the_stated_order(day_first):
    """Read again in the stated order, numbers alone give the day they were made from."""
    numbers = 0
    for pair in dates(1500, seed=1, day_first=day_first):
        assert date.fromisoformat(pair.iso).isoformat() == pair.iso
        said = doubt(pair.text, pair.iso, day_first=day_first)
        if said.startswith("ambiguous"):
            order = f"{pair.iso} {'day' if day_first else 'month'} first"
            assert order in said
            numbers += 1
        else:
            assert said == ""
    assert numbers > 50


@pytest.mark.parametrize("locale", LOCALES)
def test_each_locale_is_written(locale):
    pairs = dates(40, seed=2, locales=[locale])
    assert sum(any(map(str.isalpha, pair.text)) for pair in pairs) > 10


def test_a_locale_that_is_not_known():
    with pytest.raises(ConfigError, match="a locale must be one of"):
        dates(20, locales=["xx_YY"])


@pytest.mark.parametrize(
    ("text", "output", "said"),
    [
        ("03/04/2020", "", "ambiguous: 2020-04-03 day first, 2020-03-04 month first"),
        ("31/02/2020", "", "no such day"),
        ("13/04/2020", "", ""),
        ("04/13/2020", "", "no such day with the day first; 2020-04-13 in the other order"),
        ("4/4/20", "", ""),
        ("2020-02-30", "", "no such day"),
        ("2020-02-29", "", ""),
        ("31 February 2020", "2020-02-28", "the day 28 is not in the text: is there such a date?"),
        ("31 February 2020", "2020-02-31", "no date: 2020-02-31"),
        ("3 mars 2021", "2021-03-03", ""),
        ("3 mars 21", "2021-03-03", ""),
        ("3 mars 2021", "2022-03-03", "the year 2022 is not in the text"),
        ("20210303", "2021-03-03", ""),
        ("20210303", "2021-03-30", "the numbers say otherwise: 2021-03-03"),
        ("20210230", "2021-02-22", "no such day"),
        ("2020.04.03", "2020-04-22", "the numbers say otherwise: 2020-04-03"),
        ("le 03/04/2020", "2020-04-03", "ambiguous: 2020-04-03 day first, 2020-03-04 month first"),
        ("3/4/2020.", "", "ambiguous: 2020-04-03 day first, 2020-03-04 month first"),
        ("3–4–2020", "", "ambiguous: 2020-04-03 day first, 2020-03-04 month first"),
        ("10:00 03/04/20", "", "ambiguous: 2020-04-03 day first, 2020-03-04 month first"),
        ("May 4, 2021, 10 o'clock", "2021-05-04", ""),
        ("03/04", "2004-03-03", "no whole date"),
        ("May 20", "2020-05-20", "no whole date"),
        ("1/1/99999999999999999999", "1999-01-01", "no such day"),
        (
            "9" * 5000 + " May 2020",
            "2020-05-20",
            "the day 20 is not in the text: is there such a date?",
        ),
        ("31 February 2020", "2020-03-31", "the month 3 is not in the text"),
        ("31 FÉVR. 2020", "2020-03-31", "the month 3 is not in the text"),
        ("4 Febuary 2020", "2020-02-04", "the month 2 is not in the text"),
        ("Monday, May 4th 2021", "2021-05-04", "2021-05-04 is no Monday"),
        ("Dienstag, 4. Mai 2021", "2021-05-04", ""),
        ("mar. 4 mai 2021", "2021-05-04", ""),  # a Tuesday, or March: it is both
        ("Sun, May 4 2021", "2021-05-04", ""),  # shortened names of days are not looked at
        ("hello", "", ""),
        ("hello", "2021-03-03", "the day 3 is not in the text: is there such a date?"),
    ],
)
def test_what_is_doubtful_is_said(text, output, said):
    assert doubt(text, output) == said


def test_the_order_decides_what_is_said():
    assert doubt_of(("13", "04", "2020"), True) == ""
    assert "2020-04-13 in the other order" in doubt_of(("13", "04", "2020"), False)


def test_two_figures_of_a_year():
    assert [full_year(y) for y in ("00", "69", "70", "99")] == [2000, 2069, 1970, 1999]


def test_a_missing_library_names_the_command(monkeypatch):
    import babel

    monkeypatch.delattr(babel, "dates", raising=False)
    monkeypatch.setitem(sys.modules, "babel.dates", None)
    with pytest.raises(MissingExtraError, match=r"attentif\[transduce\]"):
        dates(1)
