"""Activations: slopes, reach and clipping measured, sentences that follow the numbers."""

import math

import pytest

from attentif.lab.activations import LIMIT, Norms, Size, Tried, answer, centred, clipping, run
from attentif.lab.language import LANGUAGES
from attentif.lab.results import Wishes
from attentif.lab.states import States
from attentif.train.loop import Run

TINY = Size(hidden=8, epochs=1, texts=60)
EN, FR = LANGUAGES["en"], LANGUAGES["fr"]


@pytest.fixture(scope="module")
def findings(wishes):
    return run(wishes, TINY)


def test_every_activation_free_and_clipped(findings):
    found = {one["activation"]: one for one in findings.numbers["activations"]}
    assert list(found) == ["sigmoid", "tanh", "relu", "linear"]
    slopes = {name: one["states"]["before"]["slope"] for name, one in found.items()}
    assert slopes["sigmoid"] <= 0.25 and slopes["linear"] == 1.0
    reaches = {name: one["free"]["reach_before"]["first_word"] for name, one in found.items()}
    assert reaches["sigmoid"] < reaches["tanh"] < reaches["linear"] * 1.01
    assert found["tanh"]["free"]["reach_before"] == found["tanh"]["clipped"]["reach_before"]


def test_pictures_table_and_words(findings):
    assert [one.name for one in findings.pictures] == [
        "slopes", "way-back", "norms-sigmoid", "norms-linear",
    ]  # fmt: skip
    (table,) = findings.tables
    assert len(table.rows) == 4 and {len(row) for row in table.rows} == {len(table.head)}


def test_norms_are_those_before_clipping():
    seen, state = Norms(), Run(None, None, 1)
    for norm in (0.5, 3.0, math.inf):
        state.gradient_norm = norm
        seen.on_gradients(state)
    assert seen.largest == 3.0 and seen.clipped == pytest.approx(2 / 3) and LIMIT == 1.0


class Made:
    """Stands for a trained network with such a reach."""

    def __init__(self, reach=1.0, *, diverged=False, mcc=0.5):
        self.before = type("R", (), {"first_word": reach})
        scores = type("S", (), {"mcc": mcc})
        self.trial = type("T", (), {"diverged": diverged, "steps": 8, "scores": scores,
                                    "history": [{}] * 5})  # fmt: skip


def tried(name, free, *norms, slope=0.2, clipped=None):
    seen = (Norms(), Norms())
    for one in seen:
        one.values += norms or [0.5]
    states = States(slope, 0.0, 0.51, 1.0)
    return Tried(name, name, free, clipped or Made(), seen, states, states)


def test_the_answer_follows_the_reach():
    found = [tried("sigmoid", Made(1e-14)), tried("linear", Made(0.9), slope=1.0)]
    said = answer(found, EN)
    assert "slope of 0.20 on average" in said and "“linear” (1.00)" in said
    assert "no activation lets more" in answer([tried("s", Made(1.0)), tried("l", Made(0.1))], EN)
    assert "sigmoid 0.51 and linear 0.51" in centred(found, EN)


def test_what_clipping_does_follows_the_divergence():
    calm = [tried("sigmoid", Made(), 0.5, 2.0), tried("linear", Made(), 229.0)]
    assert "no training broke" in clipping(calm, EN) and "229" not in clipping(calm, EN)[:20]
    assert "with “linear”" in clipping(calm, EN) and "in 50" in clipping(calm, EN)
    broken = [calm[0], tried("linear", Made(diverged=True), 229.0, math.inf, clipped=Made(mcc=0.4))]
    said = clipping(broken, EN)
    assert "“linear” broke at step 9, after a gradient of 229" in said and "(MCC 0.40)" in said
    assert "a cassé au pas 9" in clipping(broken, FR)


def test_french_throughout(toy_file):
    found = run(Wishes(data=toy_file, language=FR), TINY._replace(texts=40))
    words = " ".join([found.answer, *found.details, *(t.note for t in found.tables)])
    assert " the " not in words and "écrêtage" in words
