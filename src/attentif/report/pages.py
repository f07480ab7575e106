"""A page of sections, self-contained and escaped: for looking inside, and for experiments."""

from collections.abc import Mapping, Sequence
from functools import cache
from typing import NamedTuple

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from attentif.report import wording
from attentif.report.html import Number, inlined
from attentif.report.palette import DARK, NAMES
from attentif.report.printable import printable


class Drawing(NamedTuple):
    """A figure: its SVG as `save.to_svg` or `diagram.diagram` writes it, and a sentence."""

    name: str
    svg: str
    caption: str = ""


class Table(NamedTuple):
    """Rows of written cells; the first column names the row.

    words: columns that hold words, set to the left; numbers stand at the right.
    """

    caption: str
    head: Sequence[str]
    rows: Sequence[Sequence[str]]
    words: Sequence[int] = ()
    note: str = ""


class Passage(NamedTuple):
    """A text with its words shaded (`tokens.shaded`, `tokens.signed`), and what is said of it."""

    shaded: Markup
    said: str = ""


class Section(NamedTuple):
    """One part of the page: paragraphs, then drawings, tables and passages in their order."""

    title: str
    paragraphs: Sequence[str] = ()
    parts: Sequence[Drawing | Table | Passage] = ()


class Page(NamedTuple):
    """All that a page says.

    headline: sentences, the first one large. alarming: it is in orange.
    numbers: written large. provenance: name -> value, at the foot.
    """

    title: str
    headline: Sequence[str]
    sections: Sequence[Section]
    numbers: Sequence[Number] = ()
    alarming: bool = False
    provenance: Mapping[str, str] = {}


def render(page: Page) -> str:
    """The page. It needs no network, runs no script, and escapes every text.

    Raises:
        DataError: a drawing is not an SVG of ours.
    """
    drawn = {
        part.name: inlined(part.name, part.svg)
        for section in page.sections
        for part in section.parts
        if isinstance(part, Drawing)
    }
    kinds = {"drawing": Drawing, "table": Table, "passage": Passage}
    return (
        environment().get_template("page.html.jinja").render(page=page, drawn=drawn, kinds=kinds)
    )  # fmt: skip


@cache
def environment() -> Environment:
    """Where the templates are; escaping is on for all of them."""
    found = Environment(
        loader=PackageLoader("attentif.report"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    found.filters |= {"shown": printable, "score": wording.score, "share": wording.share}
    found.tests["of"] = isinstance
    found.globals |= {
        "interval": wording.interval,
        "light": {name: colour for colour, name in NAMES.items()},
        "dark": {name: DARK[colour] for colour, name in NAMES.items()},
    }
    return found
