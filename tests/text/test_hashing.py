"""Hashed together, n-grams have the rows that they have one by one."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from text_strategies import TEXTS

from attentif.text import hashing
from attentif.text.hashing import TABLE, rows_of
from attentif.text.subwords import bucket, ngrams


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


def test_blocks_follow_each_other(monkeypatch):
    monkeypatch.setattr(hashing, "AT_ONCE", 2)
    words = ["win", "", "a", "prize", "now"]
    assert listed(rows_of(words, 2, 5, 16384)) == one_by_one(words, 2, 5, 16384)


def test_no_words_have_no_rows():
    found = rows_of([], 2, 5, 16384)
    assert found.ids.tolist() == [] and found.starts.tolist() == [0]


def test_the_table_is_that_of_crc_32():
    assert TABLE.dtype == np.uint32
    assert (TABLE[1], TABLE[128], TABLE[255]) == (0x77073096, 0xEDB88320, 0x2D02EF8D)
