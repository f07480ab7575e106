"""The page of an experiment: question, answer, equations, then what was measured.

It reads in the order in which a lesson goes, in one language throughout.
"""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from attentif.report.formula import formula
from attentif.report.html import inlined
from attentif.report.pages import Drawing, Passage, Section, Table, environment

TEMPLATE = "experiment.html.jinja"


class Formula(NamedTuple):
    """An equation in the TeX that `formula` knows, and what it says."""

    tex: str
    said: str = ""


class Headings(NamedTuple):
    """The page's own words, in its language."""

    question: str
    answer: str
    equations: str
    contents: str


class ExperimentPage(NamedTuple):
    """All that the page says.

    Args:
        language: as HTML names it, such as "fr".
        answer: one sentence, written large; details follow it.
        provenance: name -> value, at the foot.
    """

    language: str
    title: str
    headings: Headings
    question: str
    answer: str
    details: Sequence[str]
    formulas: Sequence[Formula]
    sections: Sequence[Section]
    provenance: Mapping[str, str] = {}


def render_experiment(page: ExperimentPage) -> str:
    """The page. It needs no network, runs no script, and escapes every text.

    Raises:
        DataError: a drawing is not an SVG of ours, or a formula has an unknown command.
    """
    drawn = {
        part.name: inlined(part.name, part.svg)
        for section in page.sections
        for part in section.parts
        if isinstance(part, Drawing)
    }
    written = [(formula(one.tex), one.said) for one in page.formulas]
    kinds = {"drawing": Drawing, "table": Table, "passage": Passage}
    template = environment().get_template(TEMPLATE)
    return template.render(page=page, drawn=drawn, formulas=written, kinds=kinds)
