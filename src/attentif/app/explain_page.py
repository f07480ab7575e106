"""The page of `attentif explain`: each text by each measure."""

from collections.abc import Sequence
from pathlib import Path

from attentif.app.reasons import EMPTY, Others, answer_of, beliefs, readings_of
from attentif.errors import ConfigError
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
    """All texts as one self-contained page.

    Args:
        folder: of the model, which is named at the foot.
    """
    sections = [section_of(explanation, others) for explanation, others in found]
    about = {"Model": folder.resolve().name, "Texts": str(len(sections))}
    put(
        Page("Why these answers", ["What moved each answer", READ], sections, provenance=about),
        path,
    )


def put(page: Page, path: Path) -> None:
    """Write the page that --page asks for, through a temporary name.

    Raises:
        ConfigError: it cannot be written.
    """
    try:
        with whole(path) as unfinished:
            unfinished.write_text(render(page), encoding="utf-8")
    except OSError as error:
        raise ConfigError(
            f"{path} cannot be written ({error.strerror or error}). Choose another file with"
            " --page."
        ) from error


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
