"""What an experiment is told, and what it gives back: plain data, in one language."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any, NamedTuple

from matplotlib.figure import Figure

from attentif.lab.language import LANGUAGES, Language
from attentif.report.pages import Table

MESSAGES = "messages"  # the data set shipped with the package


def silent(words: str) -> None:
    """Say nothing."""


class Wishes(NamedTuple):
    """What the user asked for.

    Args:
        data: of the experiments that read texts: a file, or data by name.
        minutes: most that the experiments with a time budget may take; 0: their own.
        tell: is told what is being done.
    """

    seed: int = 0
    data: str = MESSAGES
    language: Language = LANGUAGES["en"]
    minutes: float = 0.0
    tell: Callable[[str], None] = silent


class Equation(NamedTuple):
    """In TeX for the page, in plain characters for the terminal, and what it says."""

    tex: str
    plain: str
    said: str


class Picture(NamedTuple):
    """A figure under a name that is a file's too."""

    name: str
    figure: Figure
    caption: str = ""


class Chapter(NamedTuple):
    """One part of what was found."""

    title: str
    paragraphs: Sequence[str] = ()
    parts: Sequence[Picture | Table] = ()


class Findings(NamedTuple):
    """All that an experiment found.

    Args:
        name: as on the command line.
        answer: one sentence made from the numbers; details follow it.
        numbers: everything measured, ready for JSON, in no language.
        about: name -> value, at the foot of the page: data, rows.
    """

    name: str
    title: str
    question: str
    answer: str
    details: Sequence[str]
    equations: Sequence[Equation]
    chapters: Sequence[Chapter]
    numbers: Mapping[str, Any]
    about: Mapping[str, str]

    @property
    def tables(self) -> list[Table]:
        """All tables, in their order."""
        return [part for one in self.chapters for part in one.parts if isinstance(part, Table)]

    @property
    def pictures(self) -> list[Picture]:
        """All figures, in their order."""
        return [part for one in self.chapters for part in one.parts if isinstance(part, Picture)]


Experiment = Callable[[Wishes], Findings]
