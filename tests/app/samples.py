"""A small labelled file, flags for a training of a moment, and the command line run in here."""

import csv
import io
import json
import sys
from collections.abc import Sequence
from contextlib import redirect_stderr, redirect_stdout
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from toy_messages import messages

from attentif.app.cli import main

TINY = (
    "--epochs 2 --hidden-size 8 --embedding-size 8 --shape-size 2 --attention-size 8 --min-count 1"
    " --ngram-buckets 64 --batch-size 16 --learning-rate 0.02 --threads 1"
).split()
QUICK = [*TINY, "--no-report", "--no-baselines"]


class Ran(NamedTuple):
    """What a command left behind."""

    code: int
    out: str
    err: str


def run(*arguments: object, stdin: bytes = b"") -> Ran:
    """`attentif ...` in this process, as a shell would run it."""
    out, err = io.StringIO(), io.StringIO()
    code = 0
    with pytest.MonkeyPatch.context() as patch, redirect_stdout(out), redirect_stderr(err):
        patch.setattr(sys, "argv", ["attentif", *map(str, arguments)])
        patch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(stdin)))
        try:
            main()
        except SystemExit as ended:
            code = int(ended.code or 0)
    return Ran(code, out.getvalue(), err.getvalue())


def refused(*arguments: object, stdin: bytes = b"") -> str:
    """The sentence with which a mistake of the user is refused, and exit code 2."""
    ran = run(*arguments, stdin=stdin)
    assert ran.code == 2, ran
    assert ran.out == ""
    return sentence_of(ran.err)


def said(*arguments: object, stdin: bytes = b"") -> list[dict[str, Any]]:
    """The lines of JSON that a command prints."""
    ran = run(*arguments, "--json", stdin=stdin)
    assert ran.code == 0, ran
    return [strict_json(line) for line in ran.out.splitlines()]


def strict_json(line: str) -> dict[str, Any]:
    """An object; NaN and Infinity are no JSON."""
    return json.loads(line, parse_constant=lambda name: pytest.fail(f"{name} in {line}"))


def sentence_of(err: str) -> str:
    """The last line of standard error, which is the refusal; there is no traceback."""
    assert "Traceback" not in err
    assert err.endswith("\n"), err
    last = err.splitlines()[-1]
    assert last.startswith("attentif: "), err
    return last.removeprefix("attentif: ")


def write_rows(path: Path, rows: Sequence[Sequence[str]]) -> Path:
    """A CSV file."""
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file, lineterminator="\n").writerows(rows)
    return path


def toy_rows(n: int = 60, seed: int = 5) -> list[list[str]]:
    """Labelled rows with accents, emoji, a formula in another column, and a column of parts."""
    texts, labels = messages(n, seed)
    parts = ["train", "train", "dev", "test", "train"]
    rows = [
        [label, f"{text} à 😀" if row % 7 == 0 else text, "=1+1", parts[row % len(parts)]]
        for row, (text, label) in enumerate(zip(texts, labels, strict=True))
    ]
    return [["label", "text", "sender", "part"], *rows]
