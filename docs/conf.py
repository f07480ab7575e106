"""How the documentation site is made: `make docs`, then open build/docs/index.html."""

import re
import subprocess
import sys
from dataclasses import fields
from pathlib import Path

from docutils import nodes
from docutils.utils.math.latex2mathml import tex2mathml
from sphinx.application import Sphinx
from sphinx.writers.html5 import HTML5Translator

from attentif import __version__
from attentif.config import (
    DecisionSettings,
    DecodingSettings,
    NetworkSettings,
    Seq2SeqSettings,
    TextSettings,
    TrainingSettings,
    TransducingSettings,
    UnitSettings,
)

project = "attentif"
author = "the attentif authors"
release = __version__
html_title = f"attentif {release}"
html_theme = "furo"
html_math_renderer = "mathml"
extensions = [
    "myst_parser",
    "sphinx.ext.autodoc",
    "sphinx.ext.napoleon",
    "sphinx.ext.viewcode",
]
exclude_patterns = ["made"]
html_static_path = ["style"]
html_css_files = ["site.css"]
html_show_copyright = False

myst_enable_extensions = ["dollarmath", "deflist", "attrs_inline"]
myst_heading_anchors = 3
suppress_warnings = ["myst.xref_missing"]  # links to files of the repository, not of the site

default_role = "code"
autodoc_member_order = "bysource"
autodoc_typehints = "signature"
autodoc_class_signature = "mixed"
autodoc_default_options = {
    "members": True,
    "exclude-members": "set_fit_request, set_score_request, get_metadata_routing, kendalltau",
}
autodoc_preserve_defaults = True
napoleon_google_docstring = True
napoleon_numpy_docstring = False
napoleon_use_ivar = True
napoleon_custom_sections = [("Source", "notes_style"), ("Sources", "notes_style")]

HERE = Path(__file__).parent
MADE = HERE / "made"  # what the command line and the settings say of themselves
VERBS = ("train", "test", "predict", "explain", "inspect", "export", "data", "compare", "lab")
GROUPS = {
    "classifier": (TextSettings, NetworkSettings, TrainingSettings, DecisionSettings),
    "transducer": (UnitSettings, Seq2SeqSettings, TransducingSettings, DecodingSettings),
}


def settings_table(groups: tuple[type, ...]) -> str:
    """Every setting, its default and its help, from the one place where they are written."""
    lines = []
    for group in groups:
        lines += [f"**{(group.__doc__ or '').splitlines()[0]}**", ""]
        lines += ["| setting | default | |", "|---|---|---|"]
        for f in fields(group):
            words = str(f.metadata["help"]).replace("|", "\\|")
            lines.append(f"| `{f.name}` | `{f.default!r}` | {words} |")
        lines.append("")
    return "\n".join(lines)


def make_pages(app: Sphinx) -> None:
    """Write what is included in the reference pages."""
    MADE.mkdir(exist_ok=True)
    for name, groups in GROUPS.items():
        (MADE / f"{name}.md").write_text(settings_table(groups), encoding="utf-8")
    for verb in VERBS:
        ran = subprocess.run(
            [sys.executable, "-m", "attentif", verb, "--help"],
            capture_output=True, text=True, encoding="utf-8", check=True,
            env={"COLUMNS": "84", "NO_COLOR": "1", "TERM": "dumb", "PYTHONUTF8": "1"},
        )  # fmt: skip
        (MADE / f"{verb}.txt").write_text(ran.stdout, encoding="utf-8")


LEARNT = re.compile(r"(?<![`\w])(\w*[A-Za-z0-9])_(?=[\s:,.;)])")  # "history_" would be a link
NAMED = re.compile(r"([a-z_]\w*(?:, [a-z_]\w*)*): ")


def escaped(line: str) -> str:
    """A docstring's line whose names reST would take for links."""
    return line if ">>>" in line else LEARNT.sub(r"\1\\_", line)


def list_fields(
    app: Sphinx, what: str, name: str, obj: object, options: object, lines: list[str]
) -> None:
    """Make a list of a docstring's lines of the form `name: what it is`."""
    before, made = "", []  # what kind of line that was: "", "list", "words"
    for line in map(escaped, lines):
        if NAMED.match(line) and before != "words":
            made.append(NAMED.sub(r"* **\1**: ", line, count=1))
            before = "list"
        elif before == "list" and line.startswith("    "):
            made.append(f"  {line.strip()}")
        else:
            made += ["", line] if before == "list" and line.strip() else [line]
            before = "words" if line.strip() else ""
    lines[:] = made


def skip_aliases(
    app: Sphinx, what: str, name: str, obj: object, skip: bool, options: object
) -> bool | None:
    """Leave out what a named tuple says of its fields: their numbers."""
    return True if str(getattr(obj, "__doc__", "")).startswith("Alias for field") else None


def write_math(self: HTML5Translator, node: nodes.math) -> None:
    """A formula within a line, as MathML: no script, no network."""
    self.body.append(tex2mathml(node.astext()))
    raise nodes.SkipNode


def write_math_block(self: HTML5Translator, node: nodes.math_block) -> None:
    """A formula of its own."""
    self.body.append(f'<div class="formula">{tex2mathml(node.astext(), as_block=True)}</div>')
    raise nodes.SkipNode


def setup(app: Sphinx) -> None:
    """Before the pages are read, write those that are made."""
    app.add_html_math_renderer("mathml", (write_math, None), (write_math_block, None))
    app.connect("builder-inited", make_pages)
    app.connect("autodoc-process-docstring", list_fields, priority=600)
    app.connect("autodoc-skip-member", skip_aliases)
