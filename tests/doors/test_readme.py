"""Commands that a reader may copy from the documents: each is one that exists."""

import re
import shlex
from pathlib import Path

import pytest
import typer

from attentif.app.commands import UsageError, app

ROOT = Path(__file__).resolve().parents[2]
PAGES = [ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md"))]
BLOCK = re.compile(r"^```(?:\w*)\n(.*?)^```", re.DOTALL | re.MULTILINE)
COMMANDS = typer.main.get_command(app).commands


def commands(page: str) -> list[list[str]]:
    """The words of each `attentif ...` and `make ...` that stands in a block of code."""
    found = []
    for block in BLOCK.findall(page):
        for line in block.replace("\\\n", " ").splitlines():
            for part in re.split(r"\||&&|;", line.split(" #")[0]):
                part = part.strip().removeprefix("$ ")
                if part.startswith(("attentif ", "make ")):
                    found.append(shlex.split(re.split(r"\s[<>]", part)[0]))
    return found


def check(words: list[str]) -> None:
    """Let the parser read it, without running it."""
    program, first, *rest = words
    if program == "make":
        targets = re.findall(r"^([\w-]+):", (ROOT / "Makefile").read_text("utf-8"), re.MULTILINE)
        assert first in targets, f"make {first}"
    elif not first.startswith("-"):
        assert first in COMMANDS, f"attentif {first}"
        COMMANDS[first].make_context(first, rest)


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_every_command_of_a_page_is_understood(page):
    for words in commands(page.read_text(encoding="utf-8")):
        check(words)


PAGE = """
```
$ attentif train a.csv --out "my model"   # a remark
attentif predict m - < a.txt | head -3 && make demo
```
Run `attentif nothing` in the text.
```python
print("attentif")
```
"""


def test_commands_of_a_page():
    assert commands(PAGE) == [
        ["attentif", "train", "a.csv", "--out", "my model"],
        ["attentif", "predict", "m", "-"],
        ["make", "demo"],
    ]
    for words in commands(PAGE):
        check(words)


@pytest.mark.parametrize("line", ["attentif trian", "make dmeo"])
def test_a_command_that_does_not_exist_is_found(line):
    with pytest.raises(AssertionError):
        check(line.split())


@pytest.mark.parametrize(
    "line", ["train --epoch 3", "explain m", "predict m a b", "train --seed x"]
)
def test_a_flag_that_does_not_exist_is_found(line):
    with pytest.raises(UsageError):
        check(["attentif", *line.split()])
