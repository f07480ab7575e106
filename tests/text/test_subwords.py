"""Hashed together, n-grams have the rows that they have one by one."""

from collections import Counter
from zlib import crc32

import pytest
from hypothesis import given
from hypothesis import strategies as st
from ngram_reference import bucket, ngrams
from text_strategies import TEXTS

from attentif.text.subwords import rows_of


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


def one_by_one(words, smallest, largest, buckets):
    return [[bucket(gram, buckets) for gram in ngrams(word, smallest, largest)] for word in words]


def listed(rows):
    return [rows.ids[a:b].tolist() for a, b in zip(rows.starts, rows.starts[1:], strict=False)]


@given(
    st.lists(TEXTS, max_size=8),
    st.integers(1, 4),
    st.integers(0, 4),
    st.sampled_from([1, 7, 16384, 2**32]),
)
def test_the_rows_of_words_are_the_buckets_of_their_ngrams(words, smallest, more, buckets):
    found = rows_of(words, smallest, smallest + more, buckets)
    assert listed(found) == one_by_one(words, smallest, smallest + more, buckets)


def test_characters_of_every_length_and_halves_of_them():
    words = ["a", "é€", "😀b", "\ud800x", "", "été"]
    assert listed(rows_of(words, 1, 4, 2**32)) == one_by_one(words, 1, 4, 2**32)
