"""Tokens: what each style cuts, that nothing is lost, and that offsets are the original's."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st
from text_strategies import TEXTS

from attentif.errors import ConfigError
from attentif.text import tokenize as module
from attentif.text.clean import STEPS, clean
from attentif.text.tokenize import STYLES, Cutter, tokenize, words

CASES = {
    "See you at six, ok?": "See|you|at|six|,|ok|?",
    "don't I'm rock'n'roll dogs' 'tis": "don't|I'm|rock'n'roll|dogs|'|'|tis",
    "l’été d'un qu'il Jusqu’ici n'importe": "l'|été|d'|un|qu'|il|Jusqu'|ici|n'|importe",
    "aujourd’hui d'aujourd'hui quelqu'un": "aujourd'hui|d'|aujourd'hui|quelqu'un",
    "lorsqu'on puisqu'à quoiqu'il": "lorsqu'|on|puisqu'|à|quoiqu'|il",
    "déjà de\u0301ja\u0300 \u0301x": "déjà|déjà|\u0301|x",
    "fr33 2nite 150ppm x²": "fr33|2nite|150ppm|x²",
    "1,000.50 12:30 10. 3.5.": "1,000.50|12:30|10|.|3.5|.",
    "£1.50/min 5\u0301": "£|1.50|/|min|5\u0301",
    "well-known snake_case a+b": "well|-|known|snake|_|case|a|+|b",
    "http://a.io/x!! (https://b.c/d).": "http://a.io/x|!|!|(|https://b.c/d|)|.",
    "www.x.co.uk, b.com? bit.ly/Ab": "www.x.co.uk|,|b.com|?|bit.ly/Ab",
    "ok.see end.Then fin.de": "ok|.|see|end|.|Then|fin|.|de",
    "me@foo.bar.com; a.com.b@c.org @you": "me@foo.bar.com|;|a.com.b@c.org|@|you",
    "<url> a<number>b <urn>": "<url>|a|<number>|b|<|urn|>",
    "😀😀ok👍🏽": "😀|😀|ok|👍🏽",
    "👨\u200d👩\u200d👧🇫🇷🇬🇧🇬": "👨\u200d👩\u200d👧|🇫🇷|🇬🇧|🇬",
    "1\ufe0f\u20e3#\u20e3 ❤\ufe0f\u200d🔥☎\ufe0f": "1\ufe0f\u20e3|#\u20e3|❤\ufe0f\u200d🔥|☎\ufe0f",
    "🏴\U000e0067\U000e0062\U000e007f!": "🏴\U000e0067\U000e0062\U000e007f|!",
    "1\ufe0f\u20e32\ufe0f\u20e3": "1\ufe0f\u20e3|2\ufe0f\u20e3",
    "!\u0301 b.com/x\u0301": "!\u0301|b.com/x\u0301",
    "...wow??": ".|.|.|wow|?|?",
    "क्षि 中文 한": "क्षि|中文|한",
    " \t\n\xa0\u2028": "",
}


@pytest.mark.parametrize(("text", "expected"), CASES.items())
def test_words_and_marks(text, expected):
    assert "|".join(words(text)) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Don't WIN £9, now!", ["don't", "win", "£9", "now"]),
        ("a-b_c\td\ne.f", ["a", "b", "c", "d", "e", "f"]),
        ("!!! ...", []),
    ],
)
def test_workshop(text, expected):
    assert words(text, "workshop") == expected


def test_workshop_is_kerass_tokenizer(sms):
    blanks = str.maketrans(dict.fromkeys('!"#$%&()*+,-./:;<=>?@[\\]^_`{|}~\t\n', " "))
    for text in sms:
        if text.isascii() and "`" not in text:
            keras = [word for word in text.lower().translate(blanks).split(" ") if word]
            assert words(text, "workshop") == keras


def test_offsets_are_those_of_the_original_text():
    text = "L’e\u0301te\u0301 &lt;3 F\u200bree \x93ok\x94 http://a.io"
    found = tokenize(text, steps=["entities", "urls"])
    assert [(token.text, text[token.start : token.end]) for token in found] == [
        ("L'", "L’"),
        ("été", "e\u0301te\u0301"),
        ("<", "&lt;"),
        ("3", "3"),
        ("Free", "F\u200bree"),
        ("“", "\x93"),
        ("ok", "ok"),
        ("”", "\x94"),
        ("<url>", "http://a.io"),
    ]


def test_tokens_of_one_character_share_its_span():
    assert tokenize("a½", steps=["nfkc"])[0] == ("a1", 0, 2)
    assert [token[1:] for token in tokenize("…", steps=["nfkc"])] == [(0, 1)] * 3


@given(TEXTS)
def test_nothing_but_white_space_is_lost(text):
    found = tokenize(text)
    covered = set()
    for token in found:
        assert token.start < token.end
        assert token.text.strip()
        covered.update(range(token.start, token.end))
    for before, after in pairwise(found):
        assert before.end <= after.start
    for place, character in enumerate(text):
        if clean(character).text.strip() and not character.isspace():
            assert place in covered or not clean(text[:place] + character).text.strip()


@given(TEXTS)
def test_no_accent_stands_alone_after_a_token(text):
    for before, after in pairwise(tokenize(text)):
        if "\u0300" <= after.text[0] <= "\u036f":
            assert before.end < after.start


@given(TEXTS, st.sampled_from(sorted(STYLES)), st.lists(st.sampled_from(sorted(STEPS)), max_size=2))
def test_words_are_the_texts_of_the_tokens(text, style, steps):
    assert words(text, style, steps) == [token.text for token in tokenize(text, style, steps)]


@given(TEXTS, TEXTS)
def test_a_blank_line_separates(first, second):
    assert words(f"{first}\n{second}") == words(first) + words(second)


def test_sms_offsets(sms):
    for text in sms[:1000]:
        for token in tokenize(text):
            assert clean(text[token.start : token.end]).text.replace("’", "'") == token.text


def test_unknown_style_is_an_error_that_proposes_one():
    with pytest.raises(ConfigError, match="Did you mean 'workshop'"):
        words("text", "worksop")


@pytest.mark.parametrize(
    "part",
    ["a", "a.", "a@", "a-", "a'", "l'", "http://!", "www.", "1,", "😀\u200d", "e\u0301", "🇫", "<"],
)
def test_a_long_repetition_is_cut_like_a_short_one(part):
    """A pattern that tracks back would take hours here."""
    long = tokenize(part * (200_000 // len(part)))
    short = tokenize(part * 10)
    assert {c for token in long for c in token.text} == {c for token in short for c in token.text}
    assert all(one.end <= other.start for one, other in pairwise(long))


@given(TEXTS, TEXTS, st.sampled_from(sorted(STYLES)), st.sampled_from([(), ("nfkc", "entities")]))
def test_a_cutter_gives_the_same_words_also_when_it_remembers(first, second, style, steps):
    cutter = Cutter(style, steps)
    for text in (first, second, f"{first} {second}", first):
        assert cutter(text) == words(text, style, steps)


@pytest.mark.parametrize("text", CASES)
def test_a_cutter_gives_the_same_words_beside_any_white_space(text):
    cutter = Cutter()
    spaces = [chr(point) for point in range(0x3001) if chr(point).isspace()]
    for space in spaces:
        assert cutter(f"{text}{space}{text}") == words(f"{text}{space}{text}"), repr(space)


def test_a_cutter_keeps_so_many_stretches_and_no_long_one(monkeypatch):
    monkeypatch.setattr(module, "CACHED_STRETCHES", 3)
    monkeypatch.setattr(module, "LONGEST_STRETCH", 4)
    cutter = Cutter()
    for text in ("a b! c", "a longer", "d e f g"):
        assert cutter(text) == words(text)
        assert len(cutter._kept) <= 3 and "longer" not in cutter._kept
    assert cutter("a b! c d e longer") == words("a b! c d e longer")


def test_an_unknown_style_has_no_cutter():
    with pytest.raises(ConfigError, match="tokens must be one of"):
        Cutter("letters")
