import numpy as np
import pytest

from attentif.lab.known_answer import Size, answer, details, run
from attentif.lab.language import LANGUAGES
from attentif.lab.pointing import Judged
from attentif.lab.results import Wishes

TINY = Size(length=6, taught=2_000, held_out=40, hidden=4, shown=3)
EN = LANGUAGES["en"]


@pytest.fixture(scope="module")
def findings():
    return run(Wishes(), TINY)


def test_three_tasks_with_their_numbers(findings):
    tasks = findings.numbers["tasks"]
    assert [one["task"] for one in tasks] == ["marked", "beside-largest", "largest"]
    for one in tasks:
        assert 0 <= one["mass_5_percent"] <= one["mass"] <= 1
        assert one["training"]["seen"] == 2_000
    assert [one.name for one in findings.pictures] == [
        "map-marked", "map-beside-largest", "map-largest", "while-learning",
    ]  # fmt: skip


def test_the_map_shows_the_first_sequences(findings, texts_of):
    figure = findings.pictures[0].figure
    assert {"1", "2", "3"} <= set(texts_of(figure)) and "4" not in texts_of(figure)[:4]


def test_the_same_seed_gives_the_same_numbers_in_both_languages(findings):
    again = run(Wishes(language=LANGUAGES["fr"]), TINY)
    assert again.numbers["tasks"][0]["mass"] == findings.numbers["tasks"][0]["mass"]
    tables = [[row[1:] for row in one.tables[0].rows] for one in (findings, again)]
    assert tables[1] == [tuple(cell.replace(".", ",") for cell in row) for row in tables[0]]
    assert "réponse" in again.question and again.title != findings.title


class Made:
    """A task of which so much was found."""

    def __init__(self, name, mass, right=1.0, elsewhere=0.0):
        self.name = name
        self.judged = Judged(right, np.array([mass]), 0.1, 1.0, elsewhere)
        self.points = mass >= 0.9


@pytest.mark.parametrize(
    ("masses", "said"),
    [
        ((0.95, 0.99), "In 2 of 2 tasks attention is where the answer comes from"),
        ((0.95, 0.5), "never taught; otherwise only 0.500 (task 1)."),
        ((0.2, 0.5), "In no task is 0.9 of the attention"),
    ],
)
def test_the_sentence_follows_the_numbers(masses, said):
    found = [Made(f"task {k}", mass) for k, mass in enumerate(masses)]
    assert said in answer(found, EN)


def test_why_it_need_not_look_is_said_only_where_it_was_measured():
    (alone,) = details([Made("a", 0.99), Made("b", 0.5, elsewhere=0.1)], EN)
    assert "Asked for b" in alone
    assert "need not look" in details([Made("b", 0.5, elsewhere=0.9)], EN)[1]
    assert details([Made("a", 0.99)], EN) == []
    (wrong,) = details([Made("c", 0.5, right=0.3)], EN)
    assert wrong == "Not learnt well enough to judge: c."
