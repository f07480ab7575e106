"""Settings held against each other on training rows: the same folds, row by row."""

from types import SimpleNamespace

import numpy as np
import pytest
from benchmarks import choices
from benchmarks.choices import Judged, judged, row_of, section_of, settings_of
from toy_messages import messages

from attentif.errors import ConfigError

SMALL = settings_of("hidden_size=4 embedding_size=4 epochs=1 evidence=False validation=0.2")


def test_settings_are_named_in_words():
    assert settings_of("") == {} and SMALL["hidden_size"] == 4
    with pytest.raises(ConfigError, match="Did you mean 'hidden_size'"):
        settings_of("hiden_size=4")


def test_each_row_is_judged_once_by_a_model_that_was_not_taught_it(monkeypatch):
    texts, labels = messages(30, seed=2)
    taught = []

    class Seeing(choices.TextClassifier):
        def fit(self, X, y, **more):
            taught.append(set(X))
            return super().fit(X, y, **more)

        def predict_proba(self, X):
            assert not taught[-1] & set(X)
            return super().predict_proba(X)

    monkeypatch.setattr(choices, "TextClassifier", Seeing)
    found = judged(texts, labels, SMALL)
    assert len(taught) == 5
    assert (found.losses > 0).all() and found.right.shape == (30,)
    assert (found.losses[found.right] <= np.log(2) + 1e-6).all()  # two classes: above one half


def test_the_others_are_held_against_the_first():
    first = Judged(np.array([True, False, False, False]), np.array([0.1, 1.0, 1.0, 1.0]))
    other = Judged(np.array([True, True, True, False]), np.array([0.1, 0.5, 0.5, 1.0]))
    assert row_of("a", first, first) == ["a", "3", "0.7750", "", "", "", ""]
    assert row_of("b", other, first) == ["b", "1", "0.5250", "2", "0", "0.500", "0.2500 ± 0.1443"]


def test_only_training_rows_are_read(monkeypatch, capsys):
    examples = [SimpleNamespace(text=t, label=y) for t, y in zip(*messages(30, 2), strict=True)]
    loaded = SimpleNamespace(train=SimpleNamespace(examples=examples))  # without a test part
    monkeypatch.setattr(choices, "load", lambda name: loaded)
    section = section_of("toys", {"small": SMALL, "again": SMALL})
    assert section.title == "toys: 30 training rows, 5 folds"
    assert [row[0] for row in section.rows] == ["small", "again"]
    assert section.rows[1][1:] == [*section.rows[0][1:3], "0", "0", "1.000", "0.0000 ± 0.0000"]
    assert "toys: again:" in capsys.readouterr().err
