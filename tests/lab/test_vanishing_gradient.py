"""The vanishing gradient: measured, ranked by what is restored, sentences from the numbers."""

import pytest

from attentif.lab.language import LANGUAGES
from attentif.lab.results import Wishes
from attentif.lab.vanishing_gradient import (
    BASE,
    Size,
    answer,
    details,
    gained,
    ranked,
    run,
    variants,
)

TINY = Size(length=20, epochs=1, texts=60)
EN, FR = LANGUAGES["en"], LANGUAGES["fr"]


@pytest.fixture(scope="module")
def findings(wishes):
    return run(wishes, TINY)


def test_every_repair_of_the_workshop_is_measured(findings):
    numbers = findings.numbers
    repairs = {one["variant"] for one in numbers["repairs"]}
    assert numbers["base"]["variant"] == BASE
    assert {"mask", "embedding", "tanh", "orthogonal", "lstm", "gru"} <= repairs
    assert len(numbers["base"]["reach_before"]["parts"]) == TINY.length


def test_the_gradient_vanishes_without_the_mask_and_the_repairs_restore_it(findings):
    base = findings.numbers["base"]["reach_before"]
    assert base["first_word"] < 1e-15
    parts = base["parts"]
    assert all(later < sooner for sooner, later in zip(parts, parts[1:], strict=False))
    by_name = {one["variant"]: one for one in findings.numbers["repairs"]}
    assert by_name["tanh-orthogonal"]["orders_of_magnitude"] > 10
    assert by_name["lstm"]["orders_of_magnitude"] > 10
    assert by_name["mask"]["reach_before"]["last_word"] == pytest.approx(1.0)


def test_the_repairs_are_ranked(findings):
    orders = [one["orders_of_magnitude"] for one in findings.numbers["repairs"]]
    assert orders == sorted(orders, reverse=True)
    (table,) = findings.tables
    names = [row[0] for row in table.rows]
    assert names[0] == "as in the workshop" and len(names) == len(orders) + 1


def test_pictures_and_words(findings):
    assert [one.name for one in findings.pictures] == [
        "way-back-before", "way-back-after", "repairs",
    ]  # fmt: skip
    assert findings.tables[0].rows[1][0] in findings.answer


def test_each_variant_changes_something_of_the_base():
    base, *others = variants(EN, TINY)
    assert len({str(one.settings) for one in (base, *others)}) == len(others) + 1
    assert base.settings["masking"] is False and base.settings["embedding_init"] == "zeros"
    names = [{one.name for one in variants(spoken, TINY)} for spoken in (EN, FR)]
    assert len(names[0]) == len(others) + 1 and names[0] != names[1]


class Made:
    """Stands for a trained network with such numbers."""

    def __init__(self, name, before, after=None, mcc=0.0, accuracy=0.7):
        self.variant = type("V", (), {"name": name})
        reach = lambda part: type("R", (), {"first_word": part, "steps": 49.0})
        self.before, self.after = reach(before), reach(after or before)
        scores = type("S", (), {"mcc": mcc, "accuracy": accuracy, "majority": 0.7})
        self.trial = type("T", (), {"scores": scores, "history": [{}] * 8})


def test_the_answer_follows_the_numbers():
    base = Made("base", 1e-60)
    best, second = Made("best", 0.1), Made("second", 1e-10)
    assert ranked([second, best]) == [best, second]
    assert gained(base, second) == pytest.approx(50)
    assert "best" in answer(base, [best, second], EN)
    assert "second" not in answer(base, [best, second], EN)


def test_the_details_follow_the_numbers():
    base = Made("base", 1e-60)
    said = " ".join(details(base, [Made("gate", 0.1, mcc=0.6), Made("idle", 1e-61)], EN))
    assert "exactly 0" in said
    assert "2 orders of magnitude: “idle”." in said
    assert "have learnt (MCC above 0.3): “gate”." in said
    assert "always the same" in said and "took more than" not in said
    lively = Made("base", 1e-3, accuracy=0.9)
    said = " ".join(details(lively, [Made("falls", 0.5, 1e-9)], EN))
    assert "exactly 0" not in said and "always the same" not in said
    assert "back from: “falls”." in said


def test_french_throughout(toy_file):
    found = run(Wishes(data=toy_file, language=FR), TINY._replace(texts=40))
    words = " ".join([found.answer, *found.details, *found.tables[0].head, found.tables[0].note])
    assert "gradient au dernier pas" in words and " the " not in words
    assert "\N{NARROW NO-BREAK SPACE};" in found.answer
