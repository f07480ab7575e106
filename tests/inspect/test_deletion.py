import json

import numpy as np
import pytest

from attentif.inspect.deletion import SHARES, Deletion, Deletions, curve_of, deletions, taken
from attentif.inspect.leave_out import distances, left_out
from attentif.inspect.subject import sample_of


def test_a_curve_by_hand(subject):
    sample = sample_of(subject, ["win a prize now"])
    order = [np.array([2, 0, 1, 3])]  # prize, win, a, now
    found = curve_of(subject, sample, np.array([0]), order)
    left = {0: "win a prize now", 1: "win a now", 2: "a now", 3: "now", 4: ""}
    expected = [sample_of(subject, [left[taken(4, share)]]).probabilities[0, 1] for share in SHARES]
    assert list(found.curve) == pytest.approx(expected, abs=1e-6)
    halves = (np.array(expected)[1:] + np.array(expected)[:-1]) / 2
    assert found.area == pytest.approx(float(halves.sum() / 10), abs=1e-6)
    assert found.curve[0] > found.curve[3]


def test_what_knows_the_words_is_ahead_of_chance(subject, sample):
    known = distances(sample, left_out(subject, sample))
    wrong = [-values for values in known]
    found = deletions(subject, sample, {"known": known, "wrong": wrong}, seed=0)
    assert found.ahead("known")[0] > 0.02
    assert found.ahead("wrong")[0] < -0.02
    assert set(found.curves) == {"known", "wrong", "random"}
    assert len(found.curves["random"].areas) == (sample.lengths > 1).sum()
    ends = {round(one.curve[-1], 9) for one in found.curves.values()}
    starts = {round(one.curve[0], 9) for one in found.curves.values()}
    assert len(ends) == len(starts) == 1  # the empty text, and the whole one
    json.dumps(found.to_dict(), allow_nan=False)


def test_the_same_seed_gives_the_same_orders(subject, sample):
    one, same, other = (deletions(subject, sample, {}, seed=seed) for seed in (0, 0, 1))
    assert one == same
    assert one.curves["random"].areas != other.curves["random"].areas


def test_ahead_by_hand():
    found = Deletions({"x": Deletion((1,), (0.4, 0.6)), "random": Deletion((1,), (0.5, 0.9))})
    saved, margin = found.ahead("x")
    assert saved == pytest.approx(0.2)
    assert margin == pytest.approx(1.96 * 0.1 / np.sqrt(2))
