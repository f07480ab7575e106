"""The list of experiments: names as they are typed, a line each in both languages."""

import re

import pytest

from attentif.lab.experiments import EXPERIMENTS
from attentif.lab.language import LANGUAGES

every = pytest.mark.parametrize("name", EXPERIMENTS)


@every
def test_each_has_a_name_that_is_easily_typed_and_a_line_in_each_language(name):
    entry = EXPERIMENTS[name]
    assert re.fullmatch("[a-z]+(-[a-z]+)*", name)
    assert callable(entry.run)
    for line in (entry.english, entry.french):
        assert line.endswith(".") and len(line) < 100
    assert entry.english != entry.french


def test_the_lines_differ():
    for language in LANGUAGES.values():
        lines = {language.say(one.english, one.french) for one in EXPERIMENTS.values()}
        assert len(lines) == len(EXPERIMENTS)
