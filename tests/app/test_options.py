"""What a verb can be told: documented, checked when made, never changed afterwards."""

from dataclasses import FrozenInstanceError, fields

import pytest

from attentif.app.options import (
    CompareOptions,
    DataOptions,
    JsonOption,
    LabOptions,
    PredictOptions,
    Splitting,
    TrainOptions,
)
from attentif.errors import ConfigError

GROUPS = (
    CompareOptions, DataOptions, JsonOption, LabOptions, PredictOptions, Splitting, TrainOptions,
)  # fmt: skip
WRONG = [
    (Splitting, "test", 1.0),
    (Splitting, "test", -0.1),
    (Splitting, "first", -1),
    (CompareOptions, "splits", 0),
    (CompareOptions, "test", 1.0),
    (PredictOptions, "threads", -1),
    (TrainOptions, "out", 3),
    (JsonOption, "json", "yes"),
    (LabOptions, "seed", -1),
    (LabOptions, "minutes", -1.0),
    (LabOptions, "language", "de"),
]


@pytest.mark.parametrize("group", GROUPS)
def test_defaults_are_allowed_and_each_has_its_help(group):
    made = group()
    for f in fields(group):
        assert getattr(made, f.name) == f.default
        assert len(f.metadata["help"]) > 5


@pytest.mark.parametrize(("group", "name", "value"), WRONG)
def test_what_is_out_of_range_is_refused_by_its_name(group, name, value):
    with pytest.raises(ConfigError, match=name):
        group(**{name: value})


def test_options_stay_as_they_are():
    with pytest.raises(FrozenInstanceError):
        Splitting().test = 0.5
