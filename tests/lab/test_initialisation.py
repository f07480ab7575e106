"""Initialisation: five starts with and without normalisation, sentences that follow the numbers."""

import pytest

from attentif.lab.initialisation import (
    STARTS,
    Size,
    Start,
    answer,
    learnt,
    normalised,
    run,
    spread,
    variants,
)
from attentif.lab.language import LANGUAGES
from attentif.lab.results import Wishes
from attentif.lab.states import States

TINY = Size(hidden=8, epochs=1, texts=60)
EN, FR = LANGUAGES["en"], LANGUAGES["fr"]


@pytest.fixture(scope="module")
def findings(wishes):
    return run(wishes, TINY)


def test_every_start_with_and_without_normalisation(findings):
    starts = {one["start"]: one for one in findings.numbers["starts"]}
    assert tuple(starts) == STARTS
    assert starts["orthogonal"]["states"]["stretch"] == pytest.approx(1.0, abs=1e-4)
    assert starts["normal"]["states"]["stretch"] < 0.5
    reaches = {name: one["plain"]["reach_before"]["first_word"] for name, one in starts.items()}
    assert reaches["orthogonal"] > 3 * reaches["normal"]
    normed = {name: one["layer_norm"] for name, one in starts.items()}
    assert all(one["variant"] == f"{name}-layer-norm" for name, one in normed.items())
    assert findings.numbers["orders_apart_layer_norm"] < findings.numbers["orders_apart"]


def test_pictures_table_and_words(findings):
    assert [one.name for one in findings.pictures] == [
        "way-back-plain", "way-back-layer-norm", "starts", "loss-plain", "loss-layer-norm",
    ]  # fmt: skip
    (table,) = findings.tables
    assert len(table.rows) == len(STARTS) and {len(row) for row in table.rows} == {len(table.head)}


def test_pairs_differ_in_the_normalisation_alone():
    found = variants(EN, TINY)
    for plain, normed in zip(found[::2], found[1::2], strict=True):
        assert plain.name == normed.name and normed.key == f"{plain.key}-layer-norm"
        assert {k for k in plain.settings if plain.settings[k] != normed.settings[k]} == {
            "layer_norm"
        }


class Made:
    """Stands for a trained network with such a reach and such an MCC."""

    def __init__(self, name, reach, mcc=0.5):
        self.variant = type("V", (), {"name": name})
        self.before = type("R", (), {"first_word": reach})
        self.trial = type("T", (), {"scores": type("S", (), {"mcc": mcc})})


def start(name, plain, normed, mcc=0.5, stretch=1.0):
    return Start(Made(name, plain, mcc), Made(name, normed, 0.4), States(1, 0, 0, stretch))


def test_the_sentences_follow_the_numbers():
    starts = [start("small", 1e-9, 1e-4, 0.3, 0.5), start("whole", 1e-1, 1e-3, 0.6, 1.0)]
    assert spread([one.plain for one in starts]) == pytest.approx(8)
    said = answer(starts, EN)
    assert said.index("“whole”") < said.index("“small”")
    assert "by 1.00 at most" in said and "(0.50)" in said
    assert "1.0 orders of magnitude apart instead of 8.0" in normalised(starts, EN)
    assert "MCC 0.30 to 0.60" in learnt(starts, EN) and "“whole”" in learnt(starts, EN)


def test_a_normalisation_that_does_not_help_is_called_so():
    starts = [start("a", 1e-2, 1e-5), start("b", 1e-3, 1e-9)]
    assert "does not bring the starts together" in normalised(starts, EN)
    assert "ne rapproche pas" in normalised(starts, FR)


def test_french_throughout(toy_file):
    found = run(Wishes(data=toy_file, language=FR), TINY._replace(texts=40))
    words = " ".join([found.answer, *found.details, *(t.note for t in found.tables)])
    assert " the " not in words and "normalisation" in words
