from types import SimpleNamespace

import numpy as np
import pytest

from attentif.lab import same_rows
from attentif.lab.same_rows import differ, difference
from attentif.measure.paired import Difference


@pytest.fixture
def answering(monkeypatch):
    """Trials that are their answers."""
    monkeypatch.setattr(same_rows, "answers_of", lambda trial, parts: np.array(trial))
    truth = np.array([0, 1] * 40)
    return SimpleNamespace(test=SimpleNamespace(labels=truth)), truth


def test_the_right_answers_beside_a_coin(answering):
    parts, truth = answering
    coin = np.random.default_rng(0).integers(0, 2, 80)
    found = difference(truth, coin, parts)
    assert 0.7 < found.mean < 1.3 and differ(found) and found.low > 0
    back = difference(coin, truth, parts)
    assert back.mean == pytest.approx(-found.mean) and differ(back)


def test_the_same_answers_do_not_differ(answering):
    parts, truth = answering
    found = difference(truth, truth, parts)
    assert found[:3] == (0, 0, 0) and not differ(found)


@pytest.mark.parametrize(
    ("low", "high", "said"), [(-1, 1, False), (0, 1, False), (0.1, 1, True), (-1, -0.1, True)]
)
def test_whether_0_is_left_out(low, high, said):
    assert differ(Difference(0.5, low, high, 0.1)) is said
