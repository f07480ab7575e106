"""Cleaning: what each step does, and the way back to the original text."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st
from text_strategies import TEXTS

from attentif.errors import ConfigError
from attentif.text.clean import STEPS, clean, has_letters, span

CASES = [
    ((), "I\x92m \x93here\x94\x85", "I'm “here”…"),
    ((), "a\x81b\x00c\x07d\x7fe", "a b c d e"),
    ((), "don`t ` ok", "don't ` ok"),
    ((), "😀\u200d \u200d😀\u200d\u200d👍", "😀 😀👍"),
    ((), "q\u0301’ !\U000e0067\U000e0062.", "q\u0301' !."),
    ((), "tab\tand\r\nline", "tab\tand\r\nline"),
    ((), "half \ud83d pair", "half \ufffd pair"),
    ((), "F\u200br\u00ade\ufeffe", "Free"),
    ((), "F\ufe0fr\u200de\u0301\ufe0fe", "Frée"),
    ((), "👨\u200d👩 a\u200d👩 ❤\ufe0f\u200d🔥", "👨\u200d👩 a👩 ❤\ufe0f\u200d🔥"),
    ((), "🏴\U000e0067\U000e007f a\U000e0067\U000e0062", "🏴\U000e0067\U000e007f a"),
    ((), "de\u0301ja\u0300 \u1112\u1161\u11ab \u212b", "déjà 한 Å"),
    ((), "l’été don`t rock ‘n’ roll c´est", "l'été don't rock 'n' roll c'est"),
    ((), "e\u0301’ 5’10 ’ `", "é' 5’10 ’ `"),
    ((), "&lt; ﬁn ok.see http://a.io", "&lt; ﬁn ok.see http://a.io"),
    (("nfkc",), "ﬁn Ｗin ½ … ´", "fin Win 1⁄2 ... ´"),
    (("entities",), "I\x92m here &lt;#&gt; &#233; &amp;lt; &none;", "I'm here <#> é &lt; &none;"),
    (("entities",), "l&rsquo;e&#769;te&zwj;", "l'éte"),
    (("drop-addresses",), "ok.see you end.Then 1.50 fin.de", "ok.see you end.Then 1.50 fin.de"),
    (("drop-addresses",), "go http://a.io/x?y=1. now", "go  . now"),
    (("drop-addresses",), "www.a.b me@x.co.uk, bit.ly/Ab c.com/ WIN.COM!", "   ,      !"),
    (("drop-addresses",), "youtu.be/x t.co/y wa.me/3 call.me", "      call.me"),
    (("drop-addresses-workshop",), "ok.see you http://a.io 1.50 me@x end.", "  you   1.50   end."),
    (("urls",), "see http://a.io, or b.com! me@c.com", "see <url>, or <url>! me@c.com"),
    (("urls",), "http://me@a.io/x www.a.b?@c", "<url> <url>"),
    (("numbers",), "call 07 x2 1,000.50p 12:30!", "call <number> x2 <number>.50p <number>!"),
    (("urls", "numbers"), "http://a.io/9 9", "<url> <number>"),
    (("look-alikes",), "Fr\u0435\u0435 привет αβγ p\u03bfund", "Free привет αβγ pound"),
    (
        ("digits-as-letters",),
        "fr33 C4SH 0ffer 10am 2nd 150p 42",
        "free CaSH offer 10am 2nd 150p 42",
    ),
    (("strip-accents",), "déjà ÉTÉ x\u0302 Å 한 क्षि ñ", "deja ETE x A 한 क्षि n"),
]


@pytest.mark.parametrize(("steps", "text", "expected"), CASES)
def test_what_a_step_does(steps, text, expected):
    assert clean(text, steps).text == expected


def test_numbers_inside_a_word_stay_and_removed_text_leaves_a_blank():
    assert clean("a http://x.io b", ["drop-addresses"]).text == "a   b"
    assert clean("x2y", ["numbers"]) == ("x2y", None)


@given(TEXTS)
def test_always_is_idempotent_and_normal(text):
    cleaned = clean(text).text
    assert clean(cleaned).text == cleaned
    assert unicodedata.is_normalized("NFC", cleaned)
    assert not any(c < "\x20" and c not in "\t\n\r" or "\x7f" <= c < "\xa0" for c in cleaned)


@given(TEXTS)
def test_composed_and_decomposed_texts_become_one(text):
    composed, decomposed = (unicodedata.normalize(form, text) for form in ("NFC", "NFD"))
    assert clean(composed).text == clean(decomposed).text


@given(TEXTS, st.lists(st.sampled_from(sorted(STEPS)), max_size=3))
def test_origin_rises_and_spans_lie_in_the_text(text, steps):
    cleaned, origin = clean(text, steps)
    places = range(len(cleaned)) if origin is None else origin
    assert len(places) == len(cleaned)
    assert list(places) == sorted(places)
    if origin is None:
        assert len(cleaned) == len(text)
    for start in range(len(cleaned)):
        first, last = span(origin, start, start + 1, text)
        assert 0 <= first < last <= len(text)


@given(TEXTS)
def test_what_did_not_change_keeps_its_place(text):
    cleaned, origin = clean(text, ["entities"])
    for i, character in enumerate(cleaned):
        first, last = span(origin, i, i + 1, text)
        again = clean(text[first:last], ["entities"]).text
        assert character == text[first] or character in again or character in "'\t\n\r "


def test_spans_cover_entity_accent_and_invisible_character():
    text = "x &lt;e\u0301\u200b b"
    cleaned, origin = clean(text, ["entities"])
    assert cleaned == "x <é b"
    assert span(origin, 2, 3, text) == (2, 6)
    assert span(origin, 3, 4, text) == (6, 9)
    assert span(origin, 2, 4, text) == (2, 9)
    assert span(origin, 5, 6, text) == (10, 11)


@pytest.mark.parametrize("text", ["plain text, 9 words", "déjà vu", "l’été", "a\x00b"])
def test_no_alignment_is_kept_where_no_character_moved(text):
    assert clean(text).origin is None


def test_unknown_step_is_an_error_that_proposes_one():
    with pytest.raises(ConfigError, match="cleaning step.*'entitie'.*Did you mean 'entities'"):
        clean("text", ["entitie"])


@pytest.mark.parametrize(
    ("text", "expected"), [("9 £ !", False), ("", False), ("½²", False), ("9 é", True)]
)
def test_has_letters(text, expected):
    assert has_letters(text) is expected


@pytest.mark.parametrize("name", sorted(STEPS))
@pytest.mark.parametrize(
    "part", ["a", "a.", "a@", "http://!", "www.", "1,", "&", "x\u200d", "é\u0301", "аa1"]
)
def test_a_long_repetition_is_cleaned_like_a_short_one(name, part):
    """A pattern that tracks back would take hours here."""
    long, short = (clean(part * n, [name]).text for n in (100_000 // len(part), 10))
    assert set(long) == set(short)
