"""Rules for the share of the linear model, judged on rows that taught nothing."""

from types import SimpleNamespace

import numpy as np
import pytest
from benchmarks import shares
from benchmarks.shares import RULES, Fold, Opinions, log_losses, pool, row_of, section_of, trained
from toy_messages import messages, tiny

from attentif.data.split import folds

TEXTS, LABELS = messages(60, seed=2)


@pytest.fixture
def taught(monkeypatch):
    """The texts that each model was taught, with small models."""
    seen = []

    class Seeing(shares.TextClassifier):
        def fit(self, X, y, **more):
            seen.append(set(X))
            return super().fit(X, y, **more)

        def teach_evidence(self, X, y):
            seen[-1] |= set(X)
            return super().teach_evidence(X, y)

    small = tiny(epochs=1).get_params()
    monkeypatch.setattr(shares, "TextClassifier", lambda seed: Seeing(**{**small, "seed": seed}))
    return seen


def test_the_rows_judged_on_taught_nothing(taught):
    found = list(trained("toys", TEXTS, LABELS, seed=1))
    unseen = [{TEXTS[row] for row in fold.test} for fold in folds(LABELS, TEXTS, k=5, seed=0)]
    assert len(taught) == len(found) == 5
    assert all(not own & texts for own, texts in zip(unseen, taught, strict=True))
    for fold in found:
        assert len(fold.aside.truth) > 0 and fold.unseen.logits.shape == fold.later.logits.shape
        assert not np.array_equal(fold.unseen.margins, fold.later.margins)
        assert not np.array_equal(fold.unseen.logits, fold.later.logits)  # which hears them


def test_all_rules_are_judged(taught, monkeypatch):
    examples = [SimpleNamespace(text=t, label=y) for t, y in zip(TEXTS, LABELS, strict=True)]
    loaded = SimpleNamespace(train=SimpleNamespace(examples=examples))  # without a test part
    monkeypatch.setattr(shares, "load", lambda name: loaded)
    section = section_of("toys", 2)
    assert len(taught) == 10 and len(section.rows) == 2 + len(RULES)
    assert [row[0] for row in section.rows if row[0].endswith("the default")]
    assert all(len(row[1].split()) == 2 for row in section.rows)  # one number a seed


def test_errors_and_losses_of_a_pool():
    truth = np.array([0, 1, 1])
    sides = np.array([[1.0, -1.0], [-1.0, 1.0], [1.0, -1.0]])  # the last one is wrong
    own = Opinions(sides, -sides, truth)
    fold = Fold(own, own, own)
    logits, right = pool(own, own, 1.0, 0.0)
    assert np.allclose(logits / logits[0, 0], sides) and right is truth
    row = row_of("a", [[fold], [fold, fold]], lambda one: [(sides, truth), (-sides, truth)])
    assert (row[0], row[1], row[3]) == ("a", "1 2", "2 4")
    assert np.allclose(log_losses(sides, truth)[:2], np.log(1 + np.exp(-2)))
    assert row[2] == f"{log_losses(sides, truth).mean():.4f}"
