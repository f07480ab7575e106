"""Sequences whose answer is computed here again, by loops, from what the network is shown."""

import numpy as np
import pytest

from attentif.lab.sequences import (
    GAP,
    RECALLED,
    SYMBOLS,
    adding,
    beside_largest,
    copy_memory,
    largest,
    marked,
    temporal_order,
)

ROWS = 200
TASKS = (adding, temporal_order, copy_memory, largest, beside_largest, marked)


def drawn(task, length=20, seed=0):
    found = task(np.random.default_rng(seed), ROWS, length)
    x, mask = found.inputs.x.numpy(), found.inputs.mask.numpy()
    rows = [(x[row, mask[row]], found.targets[row].tolist()) for row in range(ROWS)]
    return found, rows


@pytest.mark.parametrize("task", TASKS)
def test_the_seed_fixes_them_and_padding_is_zero(task):
    first, again = (task(np.random.default_rng(3), 5, 12) for _ in range(2))
    assert (first.inputs.x == again.inputs.x).all() and (first.targets == again.targets).all()
    assert (first.inputs.x[~first.inputs.mask] == 0).all()
    assert (first.places < first.inputs.mask.sum(1).numpy()[:, None]).all()
    other = task(np.random.default_rng(4), 5, 12)
    assert first.inputs.x.shape != other.inputs.x.shape or (first.inputs.x != other.inputs.x).any()


def test_adding_as_it_was_published():
    found, rows = drawn(adding, 40)
    for (x, target), places in zip(rows, found.places, strict=True):
        marks = np.flatnonzero(x[:, 1] == 1)
        assert sorted(places.tolist()) == marks.tolist() and len(marks) == 2
        assert target == pytest.approx(0.5 + x[marks, 0].sum() / 4, abs=1e-6)
        assert x[-1, 1] == -1 and (x[0, 1] == -1 or x[0].tolist() == [0, 1])
        assert places[0] < 10 and places[1] < 19 and 40 <= len(x) <= 44
    assert 0 <= min(target for _, target in rows) and max(target for _, target in rows) <= 1


def test_temporal_order_as_it_was_published():
    found, rows = drawn(temporal_order, 100)
    for (x, target), (first, second) in zip(rows, found.places, strict=True):
        symbols = x.argmax(axis=1)
        assert (x.sum(axis=1) == 1).all()
        assert np.flatnonzero((symbols == 4) | (symbols == 5)).tolist() == [first, second]
        assert target == 2 * (symbols[first] - 4) + symbols[second] - 4
        assert 10 <= first < 20 and 50 <= second < 60 and 100 <= len(x) <= 110
        assert symbols[0] == 6 and symbols[-1] == 7
    assert {target for _, target in rows} == {0, 1, 2, 3}


def test_copying_gives_back_what_stood_first():
    _, rows = drawn(copy_memory, 7)
    for x, target in rows:
        symbols = x.argmax(axis=1).tolist()
        assert symbols[:RECALLED] == target and max(target) < SYMBOLS
        assert symbols[RECALLED:] == [*[SYMBOLS] * 6, SYMBOLS + 1, *[SYMBOLS] * RECALLED]
        assert len(x) == 7 + 2 * RECALLED


def test_the_largest_stands_out():
    found, rows = drawn(largest)
    for (x, target), (place,) in zip(rows, found.places, strict=True):
        assert x[:, 0].argmax() == place and target == x[place, 0]
        assert target - np.sort(x[:, 0])[-2] >= GAP - 1e-6


def test_the_number_beside_it():
    found, rows = drawn(beside_largest)
    for (x, target), (place,) in zip(rows, found.places, strict=True):
        assert x[:, 0].argmax() == place and target == x[place, 1]
    assert len({place for (place,) in found.places}) == 20


def test_two_marks_anywhere():
    found, rows = drawn(marked)
    for (x, target), places in zip(rows, found.places, strict=True):
        assert np.flatnonzero(x[:, 1]).tolist() == sorted(places.tolist())
        assert len(set(places.tolist())) == 2
        assert target == pytest.approx(x[places, 0].mean(), abs=1e-6)
    assert set(found.places.ravel().tolist()) == set(range(20))
