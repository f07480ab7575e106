"""What the verbs print with rich; light, so that `attentif data` works without torch."""

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
