"""The course's files as the tests see them: cells, prose, code without its words."""

import ast
import re
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).resolve().parents[2] / "notebooks"
LANGUAGES = ("en", "fr")


class Cell(NamedTuple):
    """A cell of a percent notebook: markdown without its comment signs, or code."""

    markdown: bool
    text: str


def notebooks(language: str) -> list[Path]:
    """The numbered notebooks of a language, in order."""
    return sorted((ROOT / language).glob("[0-9][0-9]_*.py"))


def cells(path: Path) -> list[Cell]:
    """All cells, in order; the jupytext header is none."""
    _, *parts = re.split(r"^# %%", path.read_text(encoding="utf-8"), flags=re.MULTILINE)
    found = []
    for part in parts:
        kind, _, body = part.partition("\n")
        markdown = kind.strip() == "[markdown]"
        if markdown:
            body = "\n".join(line.removeprefix("#").removeprefix(" ") for line in body.split("\n"))
        found.append(Cell(markdown, body.strip("\n")))
    return found


def prose(path: Path) -> str:
    """The markdown without code, formulas and addresses, where typography has no say."""
    text = "\n\n".join(cell.text for cell in cells(path) if cell.markdown)
    for pattern in (r"\$\$.*?\$\$", r"\$[^$]*\$", r"`[^`]*`", r"https?://\S+", r"<[^>]*>"):
        text = re.sub(pattern, "", text, flags=re.DOTALL)
    return re.sub(r"^\|[ |:-]+\|$", "", text, flags=re.MULTILINE)


def said(path: Path) -> list[str]:
    """The strings of the code that hold words for a reader, docstrings included."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    strings = [node.value for node in ast.walk(tree) if isinstance(node, ast.Constant)]
    return [text for text in strings if isinstance(text, str) and " " in text.strip()]


class Wordless(ast.NodeTransformer):
    """Takes every text out of a tree; of an f-string only its values stay, in any order."""

    def visit_Constant(self, node: ast.Constant) -> ast.Constant:
        return ast.Constant("") if isinstance(node.value, str) else node

    def visit_JoinedStr(self, node: ast.JoinedStr) -> ast.List:
        values = [part for part in node.values if isinstance(part, ast.FormattedValue)]
        shown = sorted(ast.dump(self.visit(part.value)) for part in values)
        return ast.List([ast.Constant(text) for text in shown], ast.Load())


def code(text: str) -> str:
    """A program without its words: equal for two languages of one notebook.

    A plain string and an f-string without values are the same.
    """
    found = ast.dump(Wordless().visit(ast.parse(text)))
    return found.replace("List(elts=[], ctx=Load())", "Constant(value='')")
