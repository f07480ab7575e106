"""Flags of a transducer: every setting has one, made from its table."""

from dataclasses import fields

import pytest

from attentif.app.flags import flag
from attentif.app.options import PredictOptions, Splitting, TrainOptions
from attentif.app.transducer_flags import (
    SHARED,
    PairOptions,
    TransducerFlags,
    WritingOptions,
    check_flags,
    refuse_for_classifiers,
)
from attentif.config import Settings, TransducerSettings
from attentif.data.options import ReadOptions
from attentif.errors import ConfigError

NAMES = {f.name for f in fields(TransducerSettings)}


def test_every_setting_has_one_flag():
    own = {f.name for f in fields(TransducerFlags)}
    assert own | SHARED == NAMES and not own & SHARED
    for f in fields(TransducerFlags):
        assert flag(f, "Transducing").name == f.name


def test_shared_flags_are_of_one_type():
    ours = {f.name: f for f in fields(TransducerSettings)}
    theirs = {f.name: f for f in fields(Settings)}
    for name in SHARED:
        assert type(ours[name].default) is type(theirs[name].default), name


@pytest.mark.parametrize("groups", [(TrainOptions, Splitting, ReadOptions, PairOptions, Settings)])
def test_no_flag_has_two_meanings(groups):
    names = [f.name for group in (*groups, TransducerFlags) for f in fields(group)]
    assert len(names) == len(set(names))


def test_writing_flags_are_free_beside_those_of_predict():
    names = [
        f.name for group in (PredictOptions, ReadOptions, WritingOptions) for f in fields(group)
    ]
    assert len(names) == len(set(names))


def test_a_task_that_is_none():
    with pytest.raises(ConfigError, match="Did you mean 'transduce'"):
        PairOptions(task="transduc")


def test_settings_of_the_other_task_are_refused():
    check_flags({"hidden_size": 3, "unsure": 0.1}, "classify")
    check_flags({"hidden_size": 3, "decoder": "none"}, "transduce")
    with pytest.raises(ConfigError, match="--min-precision is for classifiers"):
        check_flags({"seed": 1, "min_precision": 0.9}, "transduce")
    with pytest.raises(ConfigError, match="--decoder is for pairs"):
        check_flags({"decoder": "none"}, "classify")
    for name in ("target_file", "seeds"):
        with pytest.raises(ConfigError, match="give --task transduce too"):
            check_flags({name: "x"}, "classify")
    for name in ("preset", "attention", "splits"):
        with pytest.raises(ConfigError, match=f"--{name} is for classifiers"):
            check_flags({name: "x"}, "transduce")


def test_flags_of_transducers_are_refused_for_classifiers(tmp_path):
    refuse_for_classifiers(tmp_path, ["n_best"])  # what it is says who opens it
    (tmp_path / "model.json").touch()
    refuse_for_classifiers(tmp_path, [])
    with pytest.raises(ConfigError, match="--n-best is for transducers"):
        refuse_for_classifiers(tmp_path, {"n_best": 3})
