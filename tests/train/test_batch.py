import numpy as np
import pytest
import torch
from train_samples import messages

from attentif.config import TextSettings
from attentif.text import batches as batches_module
from attentif.text.encode import FrontEnd
from attentif.train.batch import count_batches, gather, training_batches

SKEWED = [" ".join(["word"] * n) for n in (1, 2, 3, 5, 8, 13, 21, 34, 55, 89)] * 30


def encode(texts, **settings):
    settings = TextSettings(min_count=1, ngram_buckets=64, **settings)
    return FrontEnd.fit(texts, settings).encode(texts)


def epoch(encoded, labels, *, seed=0, number=1, batch_size=32, like_length=True):
    return list(
        training_batches(
            encoded, labels,
            batch_size=batch_size, seed=seed, epoch=number, like_length=like_length,
        )
    )  # fmt: skip


def orders(batches):
    return [batch.rows.tolist() for batch in batches]


def padded_share(batches):
    masks = [batch.inputs.mask for batch in batches]
    return 1 - sum(int(m.sum()) for m in masks) / sum(m.numel() for m in masks)


@pytest.fixture(scope="module")
def skewed():
    return encode(SKEWED), torch.arange(len(SKEWED))


@pytest.mark.parametrize("like_length", [True, False])
def test_an_epoch_holds_every_row_once_with_its_own_label(skewed, like_length):
    encoded, labels = skewed
    batches = epoch(encoded, labels, like_length=like_length)
    assert sorted(np.concatenate([batch.rows for batch in batches])) == list(range(len(SKEWED)))
    for batch in batches:
        assert batch.labels.tolist() == batch.rows.tolist()
        assert batch.inputs.mask.sum(dim=1).tolist() == encoded.lengths[batch.rows].tolist()


@pytest.mark.parametrize("like_length", [True, False])
def test_the_order_depends_on_seed_and_epoch_alone(skewed, like_length):
    def order(seed, number):
        return orders(epoch(*skewed, seed=seed, number=number, like_length=like_length))

    first = order(3, 2)
    np.random.seed(5)
    torch.manual_seed(5)
    assert order(3, 2) == first
    assert order(3, 3) != first
    assert order(4, 2) != first


def test_neighbours_change_from_epoch_to_epoch(skewed):
    first, second = (
        {frozenset(rows) for rows in orders(epoch(*skewed, number=number))} for number in (1, 2)
    )
    assert len(first & second) < len(first) / 2


def test_batches_do_not_come_from_short_to_long(skewed):
    widths = [batch.inputs.mask.shape[1] for batch in epoch(*skewed)]
    assert widths != sorted(widths)


def test_like_lengths_stand_together(skewed):
    encoded, labels = skewed
    at_random = np.random.default_rng(0).permutation(len(SKEWED))
    random_batches = [gather(encoded, rows, labels) for rows in np.split(at_random, 10)]
    assert padded_share(random_batches) > 0.7
    assert padded_share(epoch(encoded, labels, like_length=False)) > 0.7
    assert padded_share(epoch(encoded, labels)) < 0.25


def test_one_very_long_text_has_a_batch_of_its_own():
    texts = [*["see you at noon"] * 31, "word " * 35_000]
    encoded = encode(texts)
    batches = epoch(encoded, torch.zeros(32, dtype=torch.long))
    assert sorted(batch.inputs.mask.shape for batch in batches) == [(1, 35_000), (31, 4)]


def test_no_batch_has_more_than_most_tokens_padding_included(monkeypatch):
    monkeypatch.setattr(batches_module, "MOST_TOKENS", 100)
    encoded = encode(SKEWED)
    shapes = [batch.inputs.mask.shape for batch in epoch(encoded, torch.arange(len(SKEWED)))]
    assert max(rows * width for rows, width in shapes) <= 100
    assert max(rows for rows, _ in shapes) == 32  # short texts still fill their batches


def test_count_batches_foresees_an_epoch(skewed):
    encoded, labels = skewed
    assert count_batches(encoded.lengths, 32) == len(epoch(encoded, labels)) == 10
    long = encode(["word " * 2000] * 40)
    assert count_batches(long.lengths, 32) == 3  # 16 texts of 2,000 tokens fit, not 32


@pytest.mark.parametrize("subwords", [True, False])
def test_gather_is_what_encoding_each_text_alone_gives(subwords):
    texts = messages(12, seed=3).texts
    front_end = FrontEnd.fit(
        texts[:6], TextSettings(min_count=1, subwords=subwords, ngram_buckets=64)
    )
    rows = np.array([7, 0, 11])
    inputs = gather(front_end.encode(texts), rows).inputs
    ends = [*inputs.starts[1:].tolist(), len(inputs.pieces)]
    for place, row in enumerate(rows):
        alone = front_end.encode([texts[row]])
        found = inputs.words[place][inputs.mask[place]].tolist()
        assert len(found) == len(alone.words)
        for here, there in zip(found, alone.words, strict=True):
            own = alone.pieces
            assert (
                inputs.pieces[inputs.starts[here] : ends[here]].tolist()
                == own.ids[own.starts[there] : own.starts[there + 1]].tolist()
            )
            assert inputs.shapes[here] == own.shapes[there]


def test_padding_is_distinct_word_0_even_where_nothing_is_padded():
    for texts in (["win a prize", "now"], ["win now", "a prize"]):
        inputs = gather(encode(texts), np.arange(2)).inputs
        assert (inputs.words[~inputs.mask] == 0).all()
        assert (inputs.words[inputs.mask] > 0).all()
        assert (inputs.starts[0], inputs.starts[1], inputs.pieces[0]) == (0, 1, 0)
        assert inputs.shapes[0] == 0


def test_a_word_stands_once_in_a_batch_however_often_it_occurs():
    inputs = gather(encode(["win win win", "win now"]), np.arange(2)).inputs
    assert len(inputs.starts) == 3  # padding, win, now
