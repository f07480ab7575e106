"""What is printed without rich, which takes longer to load than a short answer takes to give."""

import json
import shutil
import sys
import textwrap
from collections.abc import Mapping
from typing import Any

from attentif.report.printable import printable


def note(words: str) -> None:
    """A sentence on standard error; it may hold a user's text; broken on a terminal only."""
    shown = printable(words)
    if sys.stderr.isatty():
        shown = textwrap.fill(shown, shutil.get_terminal_size().columns, break_long_words=False)
    print(shown, file=sys.stderr)


def print_json(content: Mapping[str, Any]) -> None:
    """One object on one line of standard output, at once; strict: no NaN."""
    print(json.dumps(content, ensure_ascii=False, allow_nan=False), flush=True)
