"""The page of `attentif explain`: each text by each measure."""

from collections.abc import Sequence
from pathlib import Path

from attentif.app.reasons import EMPTY, Others, answer_of, beliefs, readings_of
from attentif.inspect.explain import Explanation, pieces_of
from attentif.report.pages import Page, Passage, Section, render
from attentif.report.printable import one_line, shortened
from attentif.report.save import whole
from attentif.report.tokens import shaded, signed

LONGEST = 60  # letters of a heading
READ = (
    "Blue is weight, or speaks for the answer; orange, underlined with dots, speaks against it."
    " Hover over a word for its number."
)


def write_page(found: Sequence[tuple[Explanation, Others]], folder: Path, path: Path) -> None:
    """All texts as one self-contained page, through a temporary name.

    Args:
        folder: of the model, which is named at the foot.
    """
    sections = [section_of(explanation, others) for explanation, others in found]
    headline = ["What moved each answer", READ]
    about = {"Model": folder.resolve().name, "Texts": str(len(sections))}
    with whole(path) as unfinished:
        page = render(Page("Why these answers", headline, sections, provenance=about))
        unfinished.write_text(page, encoding="utf-8")


def section_of(explanation: Explanation, others: Others) -> Section:
    """One text of the page."""
    title = shortened(one_line(explanation.text), LONGEST) or "(empty)"
    answer = "".join(answer_of(explanation))
    if not explanation.text.strip():
        return Section(title, [answer, EMPTY])
    pieces = pieces_of(explanation)
    parts = [
        Passage((signed if signs else shaded)(
            list(zip(pieces, [*values, 0.0], strict=True)), separator=""), said)
        for said, values, signs in readings_of(explanation, others)
    ]  # fmt: skip
    return Section(title, [answer, *beliefs(explanation)], parts)
