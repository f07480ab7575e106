"""Near words: the telling ones found, and drawn together by training."""

import numpy as np
import pytest

from attentif.config import Settings
from attentif.lab.near_words import NEAREST, closeness, near_words, telling_words
from attentif.lab.trials import train
from attentif.lab.variants import PLAIN

QUICK = PLAIN | {"architecture": "lstm", "subwords": False, "shapes": False, "min_count": 1,
                 "embedding_size": 8, "embedding_init": "uniform", "hidden_size": 8,
                 "learning_rate": 0.03, "batch_size": 8, "epochs": 6}  # fmt: skip


@pytest.fixture(scope="module")
def trial(parts):
    return train(Settings.from_dict(QUICK), parts)


def test_the_words_that_decide_are_the_telling_ones(trial, parts):
    groups = telling_words(trial.front_end, parts)
    assert set(groups["ham"][:2]) == {"lunch", "home"}
    assert set(groups["spam"][:2]) == {"win", "prize"}


def test_training_brings_words_of_one_class_together(trial, parts):
    found = near_words(trial, parts)
    before, after = (found.before, found.after)
    assert after.same - after.other > before.same - before.other
    assert set(found.near) >= {"lunch", "home", "win", "prize"}
    assert all(len(both) <= NEAREST and word not in both
               for word, pair in found.near.items() for both in pair)  # fmt: skip
    assert set(found.to_dict()) == {"words", "cosine_before", "cosine_after", "near"}


def test_classes_are_told_apart_without_case(parts):
    loud = parts._replace(
        training=parts.training._replace(texts=[text.upper() for text in parts.training.texts])
    )
    trial = train(Settings.from_dict(QUICK | {"epochs": 1}), parts)
    assert set(telling_words(trial.front_end, loud)["spam"][:2]) == {"win", "prize"}


def test_a_group_of_one_has_no_pairs():
    found = closeness(np.eye(2), np.array([0, 1]))
    assert np.isnan(found.same) and found.other == 0.0
