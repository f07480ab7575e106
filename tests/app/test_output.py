"""Sentences and JSON: a user's text is shown, never obeyed."""

import io

from rich.console import Console

from attentif.app.output import heading, sentence


def shown(words: str, *, terminal: bool = False) -> str:
    file = io.StringIO()
    sentence(Console(file=file, force_terminal=terminal, width=80), words)
    return file.getvalue()


def test_markup_and_control_codes_of_a_text_are_shown():
    assert shown("[red]win[/] \x1b[31m now") == "[red]win[/] ␛[31m now\n"


def test_a_sentence_is_broken_on_a_terminal_only():
    words = " ".join(["word"] * 40)
    assert shown(words) == f"{words}\n"
    assert max(map(len, shown(words, terminal=True).splitlines())) <= 80


def test_a_heading_stands_apart():
    file = io.StringIO()
    heading(Console(file=file), "[bold]Classes")
    assert file.getvalue() == "\n[bold]Classes\n"
