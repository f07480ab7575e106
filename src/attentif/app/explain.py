"""`attentif explain`: the part of each word in an answer."""

import os
from collections.abc import Iterator, Sequence
from pathlib import Path

from rich.console import Console

from attentif.app.lines import print_json
from attentif.app.options import JsonOption
from attentif.app.reasons import show_explanation
from attentif.data.stream import stream
from attentif.inspect.explain import explain
from attentif.ship.folder import strict
from attentif.ship.runtime import open_model


def run(folder: Path, texts: Sequence[str], wishes: JsonOption) -> None:
    """Explain each text: in colour for a person, a JSON object a line for a machine."""
    model = open_model(folder)
    console = Console()
    for text in given(texts):
        explanation = explain(model.read, model.front_end, model.decision, text)
        if wishes.json:
            print_json(strict(explanation.to_dict()))
        else:
            show_explanation(console, explanation)


def given(texts: Sequence[str]) -> Iterator[str]:
    """The texts of the command line; for '-' alone, the lines of standard input."""
    if list(texts) == ["-"]:
        yield from (record.text for record in stream("-"))
    else:
        yield from map(as_typed, texts)


def as_typed(argument: str) -> str:
    """An argument in UTF-8, also where the locale could not read its bytes.

    >>> as_typed("caf\\xe9")
    'café'
    """
    try:
        return os.fsencode(argument).decode("utf-8")
    except UnicodeError:  # a locale of another encoding, which Python has read rightly
        return argument
