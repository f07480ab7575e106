"""The exploding gradient: a birth that is found, and repairs told apart by what they hold."""

import pytest

from attentif.lab.births import Birth
from attentif.lab.exploding_gradient import Size, answer, details, growth, run, where
from attentif.lab.language import LANGUAGES
from attentif.lab.results import Wishes

TINY = Size(length=20, hidden=8, epochs=2, texts=60)
EN, FR = LANGUAGES["en"], LANGUAGES["fr"]


@pytest.fixture(scope="module")
def findings(wishes):
    return run(wishes, TINY)


def test_every_repair_is_tried(findings):
    cases = findings.numbers["cases"]
    assert [case["variant"] for case in cases] == [
        "workshop", "clipping", "rate", "short", "layer-norm", "sigmoid",
    ]  # fmt: skip
    assert all(len(case["largest_memory_by_step"]) >= case["steps"] for case in cases)
    sigmoid = cases[-1]
    assert not sigmoid["diverged"] and sigmoid["largest_memory"] <= TINY.length


def test_pictures_table_and_words(findings):
    assert [one.name for one in findings.pictures] == ["memory-by-step", "memory-by-word"]
    (table,) = findings.tables
    assert len(table.rows) == 6 and {len(row) for row in table.rows} == {len(table.head)}


class Made:
    """Stands for a case with such numbers."""

    def __init__(self, name, largest, *, diverged=False, mcc=0.0, birth=None):
        self.name, self.largest, self.words = name, largest, 50
        scores = type("S", (), {"mcc": mcc})
        self.trial = type("T", (), {"diverged": diverged, "steps": 9, "scores": scores})
        self.watch = type("W", (), {"birth": birth, "by_step": [1.0, largest], "along": []})


def test_the_details_tell_prevented_postponed_and_broken_apart():
    base = Made("base", 1e30, diverged=True)
    cases = [base, Made("slow", 1e6, mcc=0.9), Made("gates", 26.0, mcc=0.5),
             Made("clip", 1e30, diverged=True)]  # fmt: skip
    prevented, postponed, broken = details(cases, EN)
    assert "gates (26)" in prevented and "slow" not in prevented and "0.50" in prevented
    assert "slow (1.0" in postponed and "gates" not in postponed
    assert "clip (10)" in broken and "base" not in broken
    assert details([base], EN) == []


def test_a_memory_that_broke_is_crossed():
    chapter = growth([Made("broken", 1e30, diverged=True), Made("whole", 1e6)], EN)
    lines = chapter.parts[0].figure.axes[0].lines
    (cross,) = [line for line in lines if line.get_marker() == "x"]
    assert (list(cross.get_xdata()), list(cross.get_ydata())) == ([2], [1e30])


FORWARD = Birth("memory", 15, 26, 35, "inf", False, 1e30)
BACKWARD = Birth("recurrent.layers.0.forwards.U", 3, 0, 0, "nan", True, 2.4e7)


def test_the_place_of_birth_in_words():
    assert where(FORWARD, EN) == (
        "on the way forward, in the memory at word 26 of 35, at training step 15"
    )
    assert "recurrent.layers.0.forwards.U" in where(BACKWARD, EN) and "2.4" in where(BACKWARD, EN)
    assert "la mémoire au mot 26 sur 35" in where(FORWARD, FR)
    assert "au retour" in where(BACKWARD, FR)


def test_the_answer_follows_the_birth():
    assert "word 26 of 35" in answer(Made("base", 1e30, birth=FORWARD), EN)
    assert "no number became infinite" in answer(Made("base", 5e6), EN)


def test_french_throughout(toy_file):
    found = run(Wishes(data=toy_file, language=FR), TINY._replace(texts=40, epochs=1))
    words = " ".join([found.answer, *found.details, *found.tables[0].head, found.tables[0].note])
    assert " the " not in words and "réseau" in words
