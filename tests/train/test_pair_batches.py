"""Batches of pairs: every pair once an epoch, little padding, the marks in their places."""

import numpy as np
import torch
from pair_samples import words

from attentif.config import UnitSettings
from attentif.text.units import END, START, fit_units
from attentif.train.pair_batches import (
    CodedPairs,
    coded,
    count_pair_batches,
    gather_pairs,
    lengths_of,
    pair_batches,
)


def pairs(n: int = 200) -> CodedPairs:
    sources = words(n, 0, longest=9)
    units = fit_units(sources, sources, UnitSettings(), shared=False)
    targets = [word * (1 + len(word) % 2) for word in sources]
    return CodedPairs(coded(units.source, sources), coded(units.target, targets))


def rows_of(batch) -> list[tuple]:
    """The pairs of a batch, from what it holds."""
    found = []
    for row in range(len(batch.fed)):
        source = batch.inputs.units[row][batch.inputs.mask[row]].tolist()
        found.append((tuple(source), tuple(batch.wanted[row][batch.real[row]].tolist())))
    return found


def test_every_pair_is_there_once_an_epoch_and_ends():
    every = pairs()
    found = [r for b in pair_batches(every, batch_size=16, seed=0, epoch=1) for r in rows_of(b)]
    expected = [
        (tuple(source.tolist()), (*target.tolist(), END))
        for source, target in zip(*every, strict=True)
    ]
    assert sorted(found) == sorted(expected)


def test_each_step_is_fed_with_the_unit_before():
    batch = gather_pairs(pairs(), np.arange(8))
    assert (batch.fed[:, 0] == START).all()
    before = batch.wanted[:, :-1] * batch.real[:, 1:]
    assert torch.equal(batch.fed[:, 1:] * batch.real[:, 1:], before)
    assert torch.equal(batch.real, batch.wanted != 0)
    assert batch.inputs.units[~batch.inputs.mask].sum() == 0


def test_the_order_is_that_of_seed_and_epoch():
    def order(seed, epoch):
        batches = pair_batches(pairs(), batch_size=16, seed=seed, epoch=epoch)
        return [row for batch in batches for row in rows_of(batch)]

    assert order(0, 1) == order(0, 1)
    assert order(0, 1) != order(0, 2) != order(1, 2)


def test_little_is_padded_on_either_side():
    every, real, wide = pairs(2000), 0, 0
    for batch in pair_batches(every, batch_size=32, seed=0, epoch=1):
        real += int(batch.inputs.mask.sum() + batch.real.sum())
        wide += batch.inputs.mask.numel() + batch.real.numel()
    assert real / wide > 0.85


def test_how_many_batches():
    every = pairs(200)
    counted = count_pair_batches(every, 16)
    for epoch in range(3):
        made = sum(1 for _ in pair_batches(every, batch_size=16, seed=0, epoch=epoch))
        assert abs(made - counted) <= 1


def test_lengths_count_the_end():
    every = pairs(5)
    longest = np.maximum(lengths_of(every.sources), [len(t) + 1 for t in every.targets])
    assert every.lengths.tolist() == longest.tolist()
