"""The verbs as typer knows them: help for each, one sentence for each mistake."""

import pytest

from attentif.app.commands import run
from attentif.app.overview import VERBS
from attentif.errors import ConfigError


@pytest.mark.parametrize("verb", VERBS)
def test_each_verb_has_its_help(verb, capsys):
    with pytest.raises(SystemExit) as ended:
        run([verb, "--help"])
    assert ended.value.code == 0
    out = capsys.readouterr().out
    assert f"Usage: attentif {verb}" in out and "--help" in out and "╭─" in out


def test_a_mistake_is_one_sentence_that_says_where_help_is():
    with pytest.raises(ConfigError) as caught:
        run(["data", "a.csv", "b.csv"])
    assert str(caught.value).endswith("For help: attentif data --help")
