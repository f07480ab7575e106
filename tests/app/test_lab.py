"""`attentif lab`: one experiment from end to end, and what is refused."""

import json

import pytest

from app.samples import Ran, refused, run, strict_json
from attentif.app import lab
from attentif.lab.experiments import EXPERIMENTS, Entry
from attentif.lab.results import Chapter, Equation, Findings
from attentif.lab.writing import NUMBERS, PAGE
from attentif.report.pages import Table

EVIL = "<script>[bold]\x1b[31m"


def tried(wishes):
    """An experiment of no time at all."""
    say = wishes.language.say
    wishes.tell("one moment")
    table = Table("Rows", ("name", "value"), [(EVIL, "1")], note="a note")
    return Findings(
        name="trial",
        title=say("The trial", "L'essai"),
        question=EVIL,
        answer=say("It is so.", "C'est ainsi."),
        details=["more"],
        equations=[Equation("h_t", "h_t = φ(x)", "")],
        chapters=[Chapter("c", (), [table])],
        numbers={"seed": wishes.seed, "data": wishes.data, "minutes": wishes.minutes},
        about={},
    )


@pytest.fixture(autouse=True)
def a_trial(monkeypatch):
    monkeypatch.setitem(EXPERIMENTS, "trial", Entry("A trial.", "Un essai."))
    monkeypatch.setitem(EXPERIMENTS, "numbers", Entry("No texts.", "Sans textes.", False))
    monkeypatch.setattr(lab, "load", {"trial": tried, "numbers": tried}.__getitem__)


def test_a_person_reads_numbers_and_conclusion(tmp_path):
    out = tmp_path / "some where"
    ran = run("lab", "trial", "--out", out, "--language", "en")
    assert ran.code == 0
    parts = ("The trial", "h_t = φ(x)", "Rows", "a note", "It is so.", "more", f"{PAGE}")
    places = [ran.out.index(part) for part in parts]
    assert places == sorted(places)
    assert "one moment" in ran.err
    assert "<script>[bold]␛[31m" in ran.out
    assert {path.name for path in out.iterdir()} == {PAGE, NUMBERS}
    assert "<script" not in (out / PAGE).read_text(encoding="utf-8")


def test_a_machine_reads_the_numbers_of_the_folder(tmp_path, toy):
    ran: Ran = run("lab", "trial", toy, "--out", tmp_path, "--seed", "7", "--minutes", "0.5",
                   "--language", "fr", "--quiet", "--json")  # fmt: skip
    found = strict_json(ran.out)
    assert found["numbers"] == {"seed": 7, "data": str(toy), "minutes": 0.5}
    assert found["answer"] == "C'est ainsi." and ran.err == ""
    assert json.loads((tmp_path / NUMBERS).read_text(encoding="utf-8")) == found


def test_the_folder_is_named_after_the_experiment(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    run("lab", "trial", "--quiet")
    assert (tmp_path / "lab" / "trial" / PAGE).is_file()


def test_mistakes_are_one_sentence(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert "Did you mean 'trial'?" in refused("lab", "trail")
    assert "makes its own sequences" in refused("lab", "numbers", "some.csv")
    assert "language must be one of" in refused("lab", "trial", "--language", "de")
    assert not list(tmp_path.iterdir())


def test_a_place_that_cannot_be_is_refused_before_any_work(tmp_path, monkeypatch):
    monkeypatch.setattr(lab, "load", lambda name: pytest.fail("it was begun"))
    (tmp_path / "file").write_text("", encoding="utf-8")
    assert "--out must be a folder" in refused("lab", "trial", "--out", tmp_path / "file")
