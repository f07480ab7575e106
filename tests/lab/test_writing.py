"""Findings as files: a page that holds all, numbers in strict JSON, each picture twice."""

import json
import math

import pytest

from attentif.lab.language import LANGUAGES
from attentif.lab.results import Chapter, Equation, Findings, Picture, Wishes
from attentif.lab.writing import NUMBERS, PAGE, command, to_dict, write
from attentif.report.named_lines import Curve, Labels, named_lines
from attentif.report.pages import Table

EVIL = "<script>alert(1)</script> & \x1b[31m"
FRENCH = Wishes(seed=4, data="my file.csv", language=LANGUAGES["fr"])


@pytest.fixture
def findings():
    figure = named_lines({EVIL: Curve([0, 1], [1, 2])}, Labels("Title", "", ""))
    parts = [Picture("curve", figure, "a caption"), Table("t", ("a", "b"), [(EVIL, "1")])]
    return Findings(
        name="trial",
        title="Titre",
        question=EVIL,
        answer="Réponse.",
        details=["detail"],
        equations=[Equation(r"\frac{1}{2}", "1/2", "a half")],
        chapters=[Chapter("Chapitre", ["para"], parts)],
        numbers={"found": math.inf, "seen": (1, 2)},
        about={"Data": EVIL},
    )


def test_the_folder(findings, tmp_path):
    folder = tmp_path / "new" / "folder"
    content = write(findings, FRENCH, folder)
    assert {path.name for path in folder.iterdir()} == {PAGE, NUMBERS, "curve.png", "curve.svg"}
    assert json.loads((folder / NUMBERS).read_text(encoding="utf-8")) == content
    assert content["numbers"] == {"found": None, "seen": [1, 2]}


def test_the_numbers_say_what_was_asked(findings):
    found = to_dict(findings, FRENCH)
    assert (found["experiment"], found["seed"], found["language"]) == ("trial", 4, "fr")
    assert found["answer"] == "Réponse." and found["details"] == ["detail"]


def test_the_page_holds_everything_and_hostile_text_stays_text(findings, tmp_path):
    write(findings, FRENCH, tmp_path)
    page = (tmp_path / PAGE).read_text(encoding="utf-8")
    for part in ("Titre", "Réponse.", "detail", "a half", "<mfrac>", "Chapitre", "para", "<svg"):
        assert part in page
    assert '<html lang="fr">' in page and "Sommaire" in page and "a caption" in page
    assert "<script" not in page and "\x1b" not in page


def test_the_line_that_does_it_again(findings):
    assert command(findings, FRENCH) == ("attentif lab trial 'my file.csv' --language fr --seed 4")
    short = Wishes(minutes=1.5)
    assert command(findings, short) == "attentif lab trial --language en --seed 0 --minutes 1.5"


def test_the_same_findings_give_the_same_pictures(findings, tmp_path):
    for name in ("a", "b"):
        write(findings, FRENCH, tmp_path / name)
    for file in ("curve.svg", "curve.png", NUMBERS):
        assert (tmp_path / "a" / file).read_bytes() == (tmp_path / "b" / file).read_bytes()
