"""Both languages: their numbers, their spaces, and which one is spoken."""

import math

import pytest

from attentif.errors import ConfigError
from attentif.lab import language
from attentif.lab.language import LANGUAGES, THIN, WIDE, french, language_of

EN, FR = LANGUAGES["en"], LANGUAGES["fr"]


def test_french_spaces_do_not_break():
    assert french("Quoi ? Ceci ; cela : « mot » !") == (
        f"Quoi{THIN}? Ceci{THIN}; cela{WIDE}: «{WIDE}mot{WIDE}»{THIN}!"
    )
    assert french("12 %") == f"12{WIDE}%"


def test_each_says_its_own():
    assert EN.say("why ?", "pourquoi ?") == "why ?"
    assert FR.say("why ?", "pourquoi ?") == f"pourquoi{THIN}?"


@pytest.mark.parametrize(
    ("value", "english", "in_french"),
    [
        (1234.5, "1,234.50", f"1{THIN}234,50"),
        (-0.5, "−0.50", "−0,50"),
        (math.nan, "–", "–"),
        (-0.001, "0.00", "0,00"),
    ],
)
def test_numbers(value, english, in_french):
    assert (EN.number(value, 2), FR.number(value, 2)) == (english, in_french)


def test_signs_counts_and_parts():
    assert EN.signed(0.5, 1) == "+0.5" and EN.signed(-0.5, 1) == "−0.5" and EN.signed(0, 1) == "0.0"
    assert EN.count(12345) == "12,345"
    assert FR.percent(0.123) == f"12,3{WIDE}%" and EN.percent(math.inf) == "–"


@pytest.mark.parametrize(
    ("value", "written"),
    [
        (0, "0"), (0.94, "0.94"), (12.3, "12"), (34112, "34,112"), (1e5, "1.0 × 10⁵"),
        (2.06e-60, "2.1 × 10⁻⁶⁰"), (math.inf, "∞"), (math.nan, "–"),
    ],
)  # fmt: skip
def test_sizes_of_any_order(value, written):
    assert EN.size(value).replace(WIDE, " ") == written


def test_sizes_in_french():
    assert FR.size(3.14e-9).replace(WIDE, " ") == "3,1 × 10⁻⁹"


def test_lists():
    assert EN.listed(["a", "b", "c"]) == "a, b and c" and FR.listed(["a", "b"]) == "a et b"
    assert EN.listed(["a"]) == "a" and EN.listed([]) == "–"


@pytest.mark.parametrize(
    ("system", "name"), [("fr_FR", "fr"), ("fr_CA", "fr"), ("de_DE", "en"), (None, "en")]
)
def test_auto_is_the_system_s_language(monkeypatch, system, name):
    monkeypatch.setattr(language.locale, "getlocale", lambda: (system, "UTF-8"))
    assert language_of("auto").name == name
    assert language_of("fr") is FR


def test_a_language_that_is_not_spoken():
    with pytest.raises(ConfigError, match="language must be one of"):
        language_of("de")
