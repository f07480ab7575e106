"""The list of experiments: names as they are typed, a line in both languages, and the code."""

import inspect
import re

import pytest

from attentif.errors import ConfigError
from attentif.lab.experiments import EXPERIMENTS, entry_of, load
from attentif.lab.language import LANGUAGES

every = pytest.mark.parametrize("name", EXPERIMENTS)


@every
def test_each_has_a_name_that_is_easily_typed_and_a_line_in_each_language(name):
    entry = entry_of(name)
    assert re.fullmatch("[a-z]+(-[a-z]+)*", name)
    for line in (entry.english, entry.french):
        assert line.endswith(".") and len(line) < 100
    assert entry.english != entry.french


@every
def test_each_can_be_loaded_and_asks_for_wishes_alone(name):
    wishes, *sizes = inspect.signature(load(name)).parameters.values()
    assert wishes.name == "wishes"
    assert all(size.default is not inspect.Parameter.empty for size in sizes)


def test_the_lines_differ():
    for language in LANGUAGES.values():
        lines = {language.say(one.english, one.french) for one in EXPERIMENTS.values()}
        assert len(lines) == len(EXPERIMENTS)


def test_a_name_that_is_none_is_refused():
    with pytest.raises(ConfigError, match="Did you mean 'masking'?"):
        entry_of("maskin")
