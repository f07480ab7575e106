"""N-grams, buckets and shapes: fixed forever, for models are saved with them."""

from collections import Counter
from zlib import crc32

import pytest
from hypothesis import given
from hypothesis import strategies as st
from text_strategies import TEXTS

from attentif.text.subwords import SHAPES, bucket, ngrams, shape_id, shape_of
from attentif.text.tokenize import words


def test_ngrams_come_shortest_first_then_from_the_left():
    assert ngrams("été", 3, 4) == ["<ét", "été", "té>", "<été", "été>"]
    assert ngrams("aa", 2, 2) == ["<a", "aa", "a>"]


def test_the_whole_word_is_an_ngram_only_where_it_fits():
    assert ngrams("a", 3, 5) == ["<a>"]
    assert "<abc>" in ngrams("abc", 3, 5)
    assert "<abcd>" not in ngrams("abcd", 3, 5)


@pytest.mark.parametrize(("word", "smallest", "largest"), [("", 1, 5), ("a", 4, 5)])
def test_there_may_be_no_ngrams(word, smallest, largest):
    assert ngrams(word, smallest, largest) == []


@given(st.text(min_size=1, max_size=20), st.integers(1, 6), st.integers(0, 4))
def test_every_stretch_of_the_word_is_there(word, smallest, more):
    marked = f"<{word}>"
    expected = [
        marked[i:j]
        for i in range(len(marked))
        for j in range(i + 1, len(marked) + 1)
        if smallest <= j - i <= smallest + more
    ]
    assert Counter(ngrams(word, smallest, smallest + more)) == Counter(expected)


def test_buckets_are_crc32_and_never_change():
    assert bucket("123456789", 2**32) == 0xCBF43926  # the check value of CRC-32
    assert bucket("été", 16384) == crc32(b"\xc3\xa9t\xc3\xa9") % 16384
    assert bucket("any", 1) == 0
    assert 0 <= bucket("\ud800", 7) < 7


@pytest.mark.parametrize(
    ("word", "shape"),
    [
        ("a", "lower 1"),
        ("win", "lower 2-3"),
        ("don't", "lower 4-5"),
        ("étéété", "lower 6-8"),
        ("l'", "lower 1"),
        ("I", "UPPER 1"),
        ("WIN", "UPPER 2-3"),
        ("Free", "Title 4-5"),
        ("wInner", "mIxed 6-8"),
        ("中文", "caseless 2-3"),
        ("x" * 9, "lower 9+"),
        ("x" * 99, "lower 9+"),
        ("fr33", "lower with 2 digits"),
        ("2nite", "lower after 1 digit"),
        ("C4SH2345", "UPPER with 4+ digits"),
        ("7", "1 digit"),
        ("1234567", "7-9 digits"),
        ("07123456789", "11 digits"),
        ("1" * 30, "12+ digits"),
        ("1,000.50", "6 digits separated"),
        ("£", "currency"),
        ("!", "mark"),
        ("\u0301", "mark"),
        ("😀", "emoji"),
        ("🇫🇷", "emoji"),
        ("1\ufe0f\u20e3", "emoji"),
        ("http://a.io/x9", "url"),
        ("b.com", "url"),
        ("<url>", "url"),
        ("me@c.org", "mail"),
        ("<number>", "number"),
        ("", "empty"),
    ],
)
def test_shape_of(word, shape):
    assert shape_of(word) == shape


@given(TEXTS)
def test_every_text_has_one_of_the_shapes(text):
    for word in [text, *words(text)]:
        assert shape_of(word) in SHAPES
        assert SHAPES[shape_id(word)] == shape_of(word)
        assert shape_id(word) > 0


def test_the_list_of_shapes_is_complete_and_fixed():
    assert len(SHAPES) == len(set(SHAPES)) == 93
    assert SHAPES[0] == "padding"
    assert (SHAPES[1], SHAPES[28], SHAPES[-1]) == ("empty", "lower 1", "caseless after 4+ digits")
