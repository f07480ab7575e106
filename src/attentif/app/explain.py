"""`attentif explain`: the part of each word in an answer."""

import json
import sys
from collections.abc import Iterable, Sequence
from pathlib import Path

from rich.console import Console

from attentif.app.options import JsonOption
from attentif.app.show import show_explanation
from attentif.estimator import TextClassifier


def run(folder: Path, texts: Sequence[str], wishes: JsonOption) -> None:
    """Explain each text: in colour for a person, a JSON object a line for a machine."""
    model = TextClassifier.load(folder)
    given: Iterable[str] = (
        (line.rstrip("\n") for line in sys.stdin) if list(texts) == ["-"] else texts
    )
    console = Console()
    for text in given:
        explanation = model.explain(text)
        if wishes.json:
            print(json.dumps(explanation.to_dict(), ensure_ascii=False))
        else:
            show_explanation(console, explanation)
