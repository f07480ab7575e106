"""`attentif explain`: the part of each word in an answer."""

import os
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

from rich.console import Console

from attentif.app.lines import print_json
from attentif.app.options import JsonOption
from attentif.app.reasons import MEASURES, NOTHING, Others, show_explanation
from attentif.data.stream import stream
from attentif.inspect.explain import Explanation, explain
from attentif.ship.folder import strict
from attentif.ship.runtime import open_model


def run(
    folder: Path,
    texts: Sequence[str],
    wishes: JsonOption,
    page: str = "",
    gradients: bool = False,
) -> None:
    """Explain each text: in colour for a person, a JSON object a line for a machine.

    Args:
        page: write the same to this HTML file too; empty: no file.
        gradients: with gradient times input and integrated gradients, which need torch.
    """
    model, measured = open_model(folder), by_gradients(folder) if gradients else None
    console = Console()
    found: list[tuple[Explanation, Others]] = []
    for text in given(texts):
        explanation = explain(model.read, model.front_end, model.decision, text)
        others = measured(text) if measured else NOTHING
        if wishes.json:
            print_json(strict(to_dict(explanation, others)))
        else:
            show_explanation(console, explanation, others)
        if page:
            found.append((explanation, others))
    if page:
        from attentif.app.explain_page import write_page

        write_page(found, folder, Path(page))


def by_gradients(folder: Path) -> Callable[[str], Others]:
    """What measures a text by its gradients."""
    from attentif.estimator import TextClassifier
    from attentif.inspect.attribute import attribute
    from attentif.inspect.subject import Subject

    model = TextClassifier.load(folder)
    subject = Subject(model.network_, model.front_end_, model.decision_)

    def measured(text: str) -> Others:
        tokens = attribute(subject, text).tokens
        return {name: [getattr(token, name) for token in tokens] for name in MEASURES}

    return measured


def to_dict(explanation: Explanation, others: Others) -> dict[str, object]:
    """Ready for JSON; the other measures stand with each token."""
    found = explanation.to_dict()
    for name, values in others.items():
        for token, value in zip(found["tokens"], values, strict=True):
            token[name] = value
    return found


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
