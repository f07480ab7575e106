"""What the verbs print with; light, so that `attentif data` works without torch."""

import json
from collections.abc import Mapping
from typing import Any

from rich.console import Console
from rich.text import Text

from attentif.report.printable import printable


def heading(console: Console, words: str) -> None:
    """A line that opens a part."""
    console.print()
    console.print(Text(printable(words), style="bold"))


def sentence(console: Console, words: str, style: str = "") -> None:
    """A sentence that may hold a user's text; broken into lines on a terminal only."""
    console.print(Text(printable(words), style=style), soft_wrap=not console.is_terminal)


def print_json(content: Mapping[str, Any]) -> None:
    """One object on one line of standard output, at once; strict: no NaN."""
    print(json.dumps(content, ensure_ascii=False, allow_nan=False), flush=True)
