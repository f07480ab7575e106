"""Where the attention lies while the parts of a date are written."""

from types import SimpleNamespace

import numpy as np
import pytest
from benchmarks import date_alignment
from benchmarks.date_alignment import draw, looks_of, places_of, section_of

from attentif.data.pair_corpora import LoadedPairs
from attentif.data.pairs import Pair, PairReading
from attentif.errors import DataError
from attentif.text.units import Unit
from attentif.transducer import Transducer

TEXT, ISO = "3.4.2005", "2005-04-03"
STARES = {0: 4, 1: 5, 2: 6, 3: 7, 5: 2, 6: 2, 8: 0, 9: 0}  # figure written -> unit looked at


class Writes:
    """A model that writes the date, and looks where it is told."""

    def __init__(self, stares: dict[int, int], text: str = ISO) -> None:
        self.weights = np.zeros((len(ISO), len(TEXT)))
        for row, at in stares.items():
            self.weights[row, at] = 0.75
        self.text = text

    def write(self, texts):
        source = tuple(Unit(letter, 5, n, n + 1) for n, letter in enumerate(TEXT))
        found = SimpleNamespace(text=self.text, weights=self.weights, source=source)
        return [found for _ in texts]


def loaded() -> LoadedPairs:
    reading = PairReading(name="dates", pairs=[Pair(TEXT, ISO, 1)])
    return LoadedPairs(name="dates", train=reading, test=reading)


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("2021-05-03", {"year": (0, 4), "month": (5, 7), "day": (8, 10)}),
        ("mai 3, 2021", {"day": (4, 5), "year": (7, 11)}),
        ("2021 m. 3 d.", {"year": (0, 4), "day": (8, 9)}),
        ("3/4/05", {}),
        ("mai", {}),
    ],
)
def test_places_are_told_by_numbers_alone(text, parts):
    assert places_of(text) == parts


def test_looks_there():
    looks = list(looks_of(Writes(STARES), [TEXT], [ISO]))
    assert len(looks) == 8 and all(look.there and look.weight == 0.75 for look in looks)
    section = section_of(Writes(STARES), loaded())
    assert [row[:3] for row in section.rows] == [
        ["year", "4", "100.0"], ["month", "2", "100.0"], ["day", "2", "100.0"],
    ]  # fmt: skip
    assert all(goal.passed for goal in section.goals)


def test_looks_elsewhere_fall_short():
    section = section_of(Writes({**STARES, 8: 4, 9: 4}), loaded())
    assert [goal.passed for goal in section.goals] == [True, True, False]


def test_wrong_outputs_are_not_looked_at():
    assert list(looks_of(Writes(STARES, "2005-04-04"), [TEXT], [ISO])) == []


def test_one_text_is_drawn(tmp_path):
    model = Transducer(hidden_size=8, embedding_size=4, epochs=1, validation=0.0)
    model.fit(["ab", "ba"] * 8, ["b", "a"] * 8)
    draw(model, "ab", tmp_path / "one.svg")
    assert "→" in (tmp_path / "one.svg").read_text(encoding="utf-8")


def test_what_is_missing_is_skipped_and_said(monkeypatch, capsys):
    def missing(name):
        raise DataError("not here")

    monkeypatch.setattr(date_alignment, "load_for", missing)
    monkeypatch.setattr("sys.argv", ["date_alignment"])
    assert date_alignment.main() == 0
    assert "skipped: not here" in capsys.readouterr().err
