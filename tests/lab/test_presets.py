"""The workshop's recipes: valid settings, its very rows, and copies that nobody can spoil."""

import numpy as np
import pytest
from sklearn.model_selection import train_test_split

from attentif import TextClassifier, preset
from attentif.config import Settings, cell_and_pooling
from attentif.errors import ConfigError, DataError
from attentif.lab.presets import PRESETS, settings_of, workshop_split

N_WORKSHOP = 5572  # messages of the workshop's file


@pytest.mark.parametrize("name", PRESETS)
def test_a_preset_is_valid_and_the_workshop_s(name):
    settings = settings_of(name)
    assert settings == Settings.from_dict(preset(name))
    assert settings.vocabulary_from == "all"
    assert (settings.max_length, settings.validation_rows, settings.patience) == (50, "last", 0)
    assert (settings.subwords, settings.shapes, settings.bidirectional) == (False, False, False)
    assert TextClassifier(**preset(name)).get_params() == settings.to_dict()


def test_the_three_networks():
    found = {name: cell_and_pooling(settings_of(name)) for name in PRESETS}
    assert found == {
        "workshop-rnn": ("rnn", "last"),
        "workshop-lstm": ("lstm", "last"),
        "workshop-attention": ("lstm", "general"),
    }


def test_a_preset_is_a_copy():
    preset("workshop-rnn")["hidden_size"] = 1
    assert preset("workshop-rnn")["hidden_size"] == 24


def test_an_unknown_preset():
    with pytest.raises(ConfigError, match="preset must be one of .* Did you mean 'workshop-rnn'"):
        preset("workshop-rn")


@pytest.mark.parametrize("n", [2, 3, 10, 60, N_WORKSHOP])
@pytest.mark.parametrize("validation", [0.0, 0.2, 0.25])
def test_the_split_is_scikit_learn_s_and_keras_s(n, validation):
    train, test = train_test_split(np.arange(n), test_size=0.33, random_state=17)
    split = workshop_split(n, validation)
    assert np.array_equal(split.test, test)
    assert np.array_equal([*split.train, *split.validation], train)
    assert len(split.train) == int(np.floor(len(train) * (1 - validation)))  # as Keras cuts


def test_the_sizes_of_the_workshop():
    split = workshop_split(N_WORKSHOP, 0.2)
    assert (len(split.train), len(split.validation), len(split.test)) == (2986, 747, 1839)


def test_too_few_rows():
    with pytest.raises(DataError, match="the workshop's split needs at least two rows, got 1"):
        workshop_split(1, 0.2)


def test_a_recipe_trains(tiny_classifier):
    texts = ["win a prize now", "see you at home", "free cash now", "lunch at noon"] * 4
    quick = {"epochs": 1, "hidden_size": 4, "embedding_size": 4, "attention_size": 4}
    for name in PRESETS:
        model = TextClassifier(**{**preset(name), **quick})
        model.fit(texts, ["spam", "ham", "spam", "ham"] * 4)
        assert np.isfinite(model.predict_proba(texts)).all()
