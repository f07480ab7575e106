"""The table of settings: each one documented, checked, and refused by its name."""

import json
import math
from dataclasses import fields

import numpy as np
import pytest

from attentif.config import (
    ARCHITECTURES,
    CELLS,
    POOLINGS,
    RANGES,
    DecisionSettings,
    NetworkSettings,
    Settings,
    TextSettings,
    TrainingSettings,
    cell_and_pooling,
    choose,
    setting,
)
from attentif.errors import ConfigError

GROUPS = (TextSettings, NetworkSettings, TrainingSettings, DecisionSettings)
OUTSIDE = {  # what each range of the table must refuse
    "": (),
    "> 0": (0, -1),
    ">= 0": (-1,),
    ">= 1": (0, -3),
    "from 0 to 1": (-0.1, 1.1),
    "from 0 up to 1, without 1": (-0.1, 1, 1.0),
    "from 0 to 4294967295": (-1, 2**32, 10**400),
}
WRONG_TYPES = {
    int: ("3", 2.5, None, True, np.float64(2.0), np.array([1, 2]), [1]),
    float: ("0.1", None, True, math.nan, math.inf, 10**400, np.array([0.1, 0.2]), {}),
    bool: (1, 0, "yes", None, np.int64(1)),
    str: (3, None, True, b"x", ["x"]),
    tuple: (3, None, (1, 2), [None]),
}
ALL = fields(Settings)
every_setting = pytest.mark.parametrize("f", ALL, ids=lambda f: f.name)


def refused(name, value):
    """The sentence with which a value is refused."""
    with pytest.raises(ConfigError) as caught:
        Settings(**{name: value})
    return str(caught.value)


@every_setting
def test_every_setting_has_help_and_a_known_range(f):
    assert len(f.metadata["help"]) > 10
    assert isinstance(f.metadata["allowed"], tuple) or f.metadata["allowed"] in RANGES


@every_setting
def test_the_default_is_kept_as_it_is(f):
    value = getattr(Settings(), f.name)
    assert value == f.default and type(value) is type(f.default)


@every_setting
def test_values_of_another_type_are_refused_by_name(f):
    for value in WRONG_TYPES[type(f.default)]:
        assert f.name in refused(f.name, value), value


@every_setting
def test_values_out_of_range_are_refused_by_name(f):
    allowed = f.metadata["allowed"]
    if isinstance(allowed, tuple):
        sentence = refused(f.name, allowed[0] + "x")
        assert f"Did you mean {allowed[0]!r}?" in sentence
        assert all(repr(name) in sentence for name in allowed)
        assert f.name in sentence
    else:
        for value in OUTSIDE[allowed]:
            assert f.name in refused(f.name, value), value


def test_every_range_is_tried():
    assert set(OUTSIDE) == set(RANGES)
    used = {f.metadata["allowed"] for f in ALL}
    assert set(RANGES) <= used


def test_the_groups_make_up_all_settings_once():
    names = [f.name for group in GROUPS for f in fields(group)]
    assert sorted(names) == sorted({f.name for f in ALL})


@pytest.mark.parametrize(
    ("given", "sentence"),
    [
        ({"hidden_size": 0}, "hidden_size must be >= 1, got 0."),
        (
            {"hidden_size": "64"},
            "hidden_size must be of type int, got '64' (str). It is: H, width of the hidden"
            " state, each direction.",
        ),
        (
            {"class_weight": {"spam": 6}},
            "class_weight must be of type str, got {'spam': 6} (dict). It is: weight of each"
            " class's errors: none, balanced or 'spam=6,ham=1'.",
        ),
        ({"learning_rate": math.inf}, "learning_rate must be a finite number, got inf."),
        (
            {"cell": "lsmt"},
            "cell must be one of ['auto', 'gru', 'lstm', 'rnn'], got 'lsmt'. Did you mean 'lstm'?",
        ),
        ({"clean": 3}, "clean must be a list of names, got 3."),
        (
            {"ngram_min": 4, "ngram_max": 3},
            "ngram_max must be at least ngram_min (4), got 3.",
        ),
        (
            {"max_false_positive_rate": 0.1, "min_precision": 0.9},
            "max_false_positive_rate and min_precision both choose the threshold; give one.",
        ),
    ],
)
def test_sentences(given, sentence):
    with pytest.raises(ConfigError) as caught:
        Settings(**given)
    assert str(caught.value) == sentence


def test_whole_numbers_serve_as_fractions():
    assert Settings(dropout=0).dropout == 0.0
    assert type(Settings(dropout=0).dropout) is float


def test_the_numbers_of_a_grid_become_python_s():
    made = Settings(
        hidden_size=np.int64(8),
        learning_rate=np.float32(0.5),
        dropout=np.int64(0),
        bidirectional=np.bool_(False),
        cell=np.str_("gru"),
    )
    values = (made.hidden_size, made.learning_rate, made.dropout, made.bidirectional, made.cell)
    assert values == (8, 0.5, 0.0, False, "gru")
    assert [type(value) for value in values] == [int, float, float, bool, str]


def test_cleaning_steps_from_a_list_or_from_a_flag():
    assert Settings(clean=["a", "b"]).clean == ("a", "b")
    assert Settings(clean="a,b,").clean == ("a", "b")
    assert Settings(clean="").clean == ()


def test_from_dict_is_the_inverse_of_to_dict_also_through_json():
    made = Settings(architecture="gru", clean=("lower",), dropout=0.25, seed=7)
    assert Settings.from_dict(made.to_dict()) == made
    assert Settings.from_dict(json.loads(json.dumps(made.to_dict()))) == made
    assert Settings.from_dict({}) == Settings() != made


def test_an_unknown_setting_is_refused_and_the_near_one_proposed():
    with pytest.raises(ConfigError, match="got 'hiden_size'. Did you mean 'hidden_size'") as caught:
        Settings.from_dict({"hiden_size": 3})
    assert str(caught.value).startswith("a setting's name must be one of [")


def test_cell_and_pooling_of_every_architecture():
    for name, (cell, pooling) in ARCHITECTURES.items():
        assert cell in CELLS and pooling in POOLINGS
        assert cell_and_pooling(Settings(architecture=name)) == (cell, pooling)
        assert cell_and_pooling(Settings(architecture=name, cell="rnn", pooling="max")) == (
            "rnn",
            "max",
        )


def test_choose():
    table = {"dot": 1, "general": 2}
    assert choose(table, "general", "attention") == 2
    with pytest.raises(ConfigError) as caught:
        choose(table, "zzz", "attention")
    assert str(caught.value) == "attention must be one of ['dot', 'general'], got 'zzz'."


def test_settings_are_compared_by_value_and_groups_are_not():
    assert Settings() == Settings() != Settings(seed=1)
    assert TextSettings() != TextSettings()
    assert len({TextSettings(), TextSettings()}) == 2


def test_a_setting_carries_its_help():
    made = setting(3, "how many", ">= 1")
    assert (made.default, dict(made.metadata)) == (3, {"help": "how many", "allowed": ">= 1"})
