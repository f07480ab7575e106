"""Sentences and JSON without rich: a user's text is shown, never obeyed."""

import io
import os
import subprocess
import sys

import pytest

from attentif.app.lines import note, print_json


class Terminal(io.StringIO):
    """A standard error that is one."""

    def isatty(self) -> bool:
        return True


def noted(words, monkeypatch, file):
    monkeypatch.setattr(sys, "stderr", file)
    monkeypatch.setenv("COLUMNS", "40")
    note(words)
    return file.getvalue()


def test_control_codes_of_a_text_are_shown(monkeypatch):
    found = noted("[red]win[/] \x1b[31m now", monkeypatch, io.StringIO())
    assert found == "[red]win[/] ␛[31m now\n"


def test_a_note_is_broken_on_a_terminal_only(monkeypatch):
    words = " ".join(["word"] * 40)
    assert noted(words, monkeypatch, io.StringIO()) == f"{words}\n"
    lines = noted(words, monkeypatch, Terminal()).splitlines()
    assert max(map(len, lines)) <= 40 and " ".join(lines) == words


def test_rich_is_not_loaded():
    code = "import sys, attentif.app.lines; print('rich' in sys.modules)"
    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, check=True,
                         env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)})  # fmt: skip
    assert ran.stdout.split() == [b"False"]


def test_json_is_one_line_with_letters_as_they_are(capsys):
    print_json({"text": "é 😀\n", "n": 1})
    assert capsys.readouterr().out == '{"text": "é 😀\\n", "n": 1}\n'


def test_json_has_no_nan():
    with pytest.raises(ValueError):
        print_json({"f1": float("nan")})
