"""Batches of like length: every text once, each distinct word once, padding at the end."""

import numpy as np
import pytest

from attentif.config import TextSettings
from attentif.text import batches as batches_module
from attentif.text.batches import (
    MOST_TOKENS,
    among_distinct,
    cut,
    pack,
    packed_batches,
    packed_groups,
)
from attentif.text.encode import FrontEnd

SKEWED = [" ".join(["word"] * n) for n in (1, 2, 3, 5, 8, 13, 21, 34, 55, 89)] * 30


def encode(texts, **settings):
    settings = TextSettings(min_count=1, ngram_buckets=64, **settings)
    return FrontEnd.fit(texts, settings).encode(texts)


@pytest.fixture(scope="module")
def skewed():
    return encode(SKEWED)


def test_reading_goes_from_short_to_long_and_holds_every_row_once(skewed):
    batches = list(packed_batches(skewed, batch_size=7))
    assert sorted(np.concatenate([batch.rows for batch in batches])) == list(range(len(SKEWED)))
    widths = [batch.words.shape[1] for batch in batches]
    assert widths == sorted(widths)
    for batch in batches:
        assert batch.lengths.tolist() == skewed.lengths[batch.rows].tolist()


def test_little_is_padded(skewed):
    batches = list(packed_batches(skewed, batch_size=32))
    assert sum(b.words.size for b in batches) < 1.34 * skewed.lengths.sum()
    at_random = np.split(np.random.default_rng(0).permutation(len(SKEWED)), 10)
    assert sum(pack(skewed, rows).words.size for rows in at_random) > 3 * skewed.lengths.sum()


def test_one_very_long_text_has_a_batch_of_its_own():
    encoded = encode([*["see you at noon"] * 31, "word " * 35_000])
    found = [batch.words.shape for batch in packed_batches(encoded, batch_size=256)]
    assert found == [(31, 4), (1, 35_000)]


def test_no_batch_has_more_than_most_tokens_padding_included(skewed, monkeypatch):
    monkeypatch.setattr(batches_module, "MOST_TOKENS", 100)
    shapes = [batch.words.shape for batch in packed_batches(skewed, batch_size=32)]
    assert max(rows * width for rows, width in shapes) <= 100
    assert max(rows for rows, _ in shapes) == 32  # short texts still fill their batches


@pytest.mark.parametrize("together", [1, 2, 100])
def test_batches_of_a_group_are_the_same_with_more_words_beside(together):
    encoded = encode(["win a prize now", "see you", "lunch at home?", "now", "a win", "see"])
    alone = list(packed_batches(encoded, batch_size=2))
    groups = list(packed_groups(encoded, batch_size=2, together=together))
    assert [len(group) for group in groups] == {1: [1, 1, 1], 2: [2, 1], 100: [3]}[together]
    for batch, expected in zip([batch for group in groups for batch in group], alone, strict=True):
        assert batch.rows.tolist() == expected.rows.tolist()
        assert batch.lengths.tolist() == expected.lengths.tolist()
        assert words_of(batch) == words_of(expected)
    for group in groups:
        assert len({id(batch.pieces) for batch in group}) == 1
        used = {0, *(place for batch in group for place in batch.words.ravel().tolist())}
        assert used == set(range(len(group[0].pieces.shapes)))


def words_of(batch):
    """The pieces of each word of a batch."""
    ids, starts, _ = batch.pieces
    return [[ids[starts[w] : starts[w + 1]].tolist() for w in text] for text in batch.words]


def test_no_text_is_no_batch():
    assert list(packed_groups(encode(["win"] * 0), batch_size=3, together=2)) == []
    assert list(packed_batches(encode(["win"] * 0), batch_size=3)) == []


def test_cut_fills_batches_to_the_very_limit():
    half = MOST_TOKENS // 2
    assert [len(part) for part in cut(np.array([half, half]), np.arange(2), 9)] == [2]
    assert [len(part) for part in cut(np.array([half, half + 1]), np.arange(2), 9)] == [1, 1]
    after_long = cut(np.array([half + 1, half + 1, 5]), np.arange(3), 9)
    assert [len(part) for part in after_long] == [1, 1, 1]  # a short text may follow a long one
    assert [len(part) for part in cut(np.ones(7, int), np.arange(7), 3)] == [3, 3, 1]
    assert cut(np.array([], int), np.arange(0), 3) == []


@pytest.mark.parametrize("subwords", [True, False])
def test_a_batch_is_what_encoding_each_text_alone_gives(subwords):
    texts = ["win a prize now", "see you", "lunch at home?", "PRIZE £9 qzxv", "now"]
    front_end = FrontEnd.fit(texts[:3], TextSettings(min_count=1, subwords=subwords))
    packed = pack(front_end.encode(texts), np.array([3, 0, 4]))
    ids, starts, shapes = packed.pieces
    for words, length, row in zip(packed.words, packed.lengths, packed.rows, strict=True):
        alone = front_end.encode([texts[row]])
        assert (words[length:] == 0).all() and length == len(alone.words)
        for here, there in zip(words[:length], alone.words, strict=True):
            own = alone.pieces
            expected = own.ids[own.starts[there] : own.starts[there + 1]]
            assert ids[starts[here] : starts[here + 1]].tolist() == expected.tolist()
            assert shapes[here] == own.shapes[there]


def test_padding_is_distinct_word_0_even_where_nothing_is_padded():
    for texts in (["win a prize", "now"], ["win now", "a prize"]):
        packed = pack(encode(texts), np.arange(2))
        real = np.arange(packed.words.shape[1]) < packed.lengths[:, None]
        assert ((packed.words > 0) == real).all()
        assert packed.pieces.starts[:2].tolist() == [0, 1]
        assert packed.pieces.ids[0] == packed.pieces.shapes[0] == 0


def test_a_word_stands_once_in_a_batch_however_often_it_occurs():
    assert len(pack(encode(["win win win", "win now"]), np.arange(2)).pieces.shapes) == 3


@pytest.mark.parametrize("table", [0, 10**9])
@pytest.mark.parametrize("words", [[[0]], [[5, 5], [2, 0]], [[3, 1, 4]], [[9] * 4]])
def test_both_ways_of_finding_the_distinct_words(words, table, monkeypatch):
    monkeypatch.setattr(batches_module, "TABLE", table)
    words = np.array(words, np.int32)
    distinct, places = among_distinct(words, 10)
    assert distinct.tolist() == sorted({0, *words.ravel().tolist()})
    assert (distinct[places] == words).all()
    assert distinct.dtype == places.dtype == np.int64
