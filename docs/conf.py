"""How the documentation site is made: `make docs`, then open build/docs/index.html."""

import subprocess
import sys
from dataclasses import fields
from pathlib import Path

from sphinx.application import Sphinx

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
extensions = [
    "myst_parser",
    "sphinx.ext.autodoc",
    "sphinx.ext.napoleon",
    "sphinx.ext.mathjax",
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
autodoc_class_signature = "separated"
autodoc_default_options = {"members": True, "show-inheritance": False}
autodoc_preserve_defaults = True
napoleon_google_docstring = True
napoleon_numpy_docstring = False
napoleon_custom_sections = [("Source", "notes_style"), ("Sources", "notes_style")]

HERE = Path(__file__).parent
MADE = HERE / "made"  # what the command line and the settings say of themselves
VERBS = ("train", "test", "predict", "explain", "inspect", "data", "compare")
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
            env={"COLUMNS": "100", "NO_COLOR": "1", "TERM": "dumb", "PYTHONUTF8": "1"},
        )  # fmt: skip
        (MADE / f"{verb}.txt").write_text(ran.stdout, encoding="utf-8")


def setup(app: Sphinx) -> None:
    """Before the pages are read, write those that are made."""
    app.connect("builder-inited", make_pages)
