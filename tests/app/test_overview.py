"""What `attentif` alone prints: every verb with its own words, as wide as the terminal."""

import re
import sys

import pytest
import typer

from attentif.app.commands import app
from attentif.app.overview import BOLD, VERBS, overview

COMMANDS = typer.main.get_command(app).commands


def test_the_verbs_are_those_of_the_commands_with_their_words():
    assert {name: command.help for name, command in COMMANDS.items()} == VERBS
    assert list(COMMANDS) == list(VERBS)


@pytest.mark.parametrize("columns", [40, 80, 200])
def test_frames_are_closed_and_fit(columns, monkeypatch):
    monkeypatch.setenv("COLUMNS", str(columns))
    lines = overview().splitlines()
    framed = [line for line in lines if line.startswith(("╭", "│", "╰"))]
    assert len({len(line) for line in framed}) == 1
    assert max(map(len, lines)) <= min(columns, 100)
    words = " ".join(re.sub("[│╭╮╰╯─]", " ", overview()).split())
    for name, help in VERBS.items():
        assert f" {name} " in words
        assert set(help.split()) <= set(words.split())


def test_colours_on_a_terminal_that_wants_them(monkeypatch):
    monkeypatch.delenv("NO_COLOR", raising=False)
    plain = overview()
    monkeypatch.setattr(sys.stdout, "isatty", lambda: True, raising=False)
    coloured = overview()
    assert BOLD in coloured and "\x1b" not in plain
    assert re.sub("\x1b\\[[0-9;]*m", "", coloured) == plain
    monkeypatch.setenv("NO_COLOR", "1")
    assert overview() == plain
