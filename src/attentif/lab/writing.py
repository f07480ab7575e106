"""Findings as files: one page, the numbers, and each picture as PNG and SVG."""

import json
import shlex
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

from attentif import __version__
from attentif.lab.language import Language
from attentif.lab.results import MESSAGES, Findings, Picture, Wishes
from attentif.report.experiment_page import (
    ExperimentPage,
    Formula,
    Headings,
    render_experiment,
)
from attentif.report.pages import Drawing, Section
from attentif.report.save import save, to_svg, whole
from attentif.ship.folder import strict

PAGE, NUMBERS = "page.html", "numbers.json"


def to_dict(findings: Findings, wishes: Wishes) -> dict[str, Any]:
    """All numbers and what follows from them, ready for strict JSON."""
    return strict(
        {
            "experiment": findings.name,
            "seed": wishes.seed,
            "language": wishes.language.name,
            "question": findings.question,
            "answer": findings.answer,
            "details": list(findings.details),
            "numbers": dict(findings.numbers),
        }
    )


def write(findings: Findings, wishes: Wishes, folder: Path) -> dict[str, Any]:
    """Write everything into a folder, made if it is not there; the content of the numbers."""
    content = to_dict(findings, wishes)
    folder.mkdir(parents=True, exist_ok=True)
    files = {
        PAGE: render_experiment(page_of(findings, wishes)),
        NUMBERS: json.dumps(content, ensure_ascii=False, allow_nan=False, indent=1) + "\n",
    }
    for name, text in files.items():
        with whole(folder / name) as unfinished:
            unfinished.write_text(text, encoding="utf-8")
    for picture in findings.pictures:
        save(picture.figure, folder, picture.name)
    return content


def page_of(findings: Findings, wishes: Wishes) -> ExperimentPage:
    """The page's content."""
    language = wishes.language
    sections = [
        Section(
            chapter.title,
            chapter.paragraphs,
            [
                Drawing(part.name, to_svg(part.figure), part.caption)
                if isinstance(part, Picture)
                else part
                for part in chapter.parts
            ],
        )
        for chapter in findings.chapters
    ]
    return ExperimentPage(
        language=language.name,
        title=findings.title,
        headings=headings(language),
        question=findings.question,
        answer=findings.answer,
        details=findings.details,
        formulas=[Formula(one.tex, one.said) for one in findings.equations],
        sections=sections,
        provenance=provenance(findings, wishes),
    )


def headings(language: Language) -> Headings:
    """The page's own words."""
    say = language.say
    return Headings(
        say("Question", "Question"),
        say("What was measured", "Ce qu'on mesure"),
        say("The equations that matter", "Les équations qui comptent"),
        say("Contents", "Sommaire"),
    )


def command(findings: Findings, wishes: Wishes) -> str:
    """The line that does it again."""
    words = ["attentif", "lab", findings.name]
    if wishes.data != MESSAGES:
        words.append(wishes.data)
    words += ["--language", wishes.language.name, "--seed", str(wishes.seed)]
    if wishes.minutes:
        words += ["--minutes", f"{wishes.minutes:g}"]
    return shlex.join(words)


def provenance(findings: Findings, wishes: Wishes) -> Mapping[str, str]:
    """What is needed to do it again."""
    say, now = wishes.language.say, datetime.now().astimezone()
    return {
        **findings.about,
        say("Again", "Refaire"): command(findings, wishes),
        say("Made", "Fait"): f"{now:%Y-%m-%d %H:%M %Z}, attentif {__version__}",
    }
