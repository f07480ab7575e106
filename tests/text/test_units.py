"""Units: nothing is lost on the way to numbers and back, and places are those of the text."""

import json
import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st

from attentif.config import UnitSettings
from attentif.errors import ArtifactError, MissingExtraError
from attentif.text.clean import clean
from attentif.text.units import (
    END,
    START,
    UNREADABLE,
    BothUnits,
    PlainUnits,
    fit_units,
    normal,
    shown,
)
from attentif.text.vocabulary import UNKNOWN

TEXTS = [
    "Well,  no: it's 3.5 km!",
    "Cette fois-ci, c’est différent.",
    "e\u0301te\u0301 \U0001f600 l'été",
    "no no well km it's été",
]
KINDS = ("characters", "words", "spaced", "subwords")
every_kind = pytest.mark.parametrize("kind", KINDS)


def both(kind: str, texts: list[str] = TEXTS, **settings) -> BothUnits:
    given = UnitSettings(source_units=kind, target_units=kind, **settings)
    return fit_units(texts, texts, given, shared=False)


@every_kind
@pytest.mark.parametrize("text", [*TEXTS, " blank  at\tboth ends ", "¡hola! (a)"])
def test_joining_gives_back_the_cleaned_text(kind, text):
    assert normal(both(kind).target, text) == " ".join(clean(text).text.split())


@given(st.text(max_size=30))
def test_words_and_characters_lose_nothing(text):
    for kind in ("characters", "words"):
        units = PlainUnits.fit(TEXTS, kind, UnitSettings())
        expected = " ".join(clean(text).text.split())
        if "\uffed" not in text:
            assert normal(units, text) == expected


@every_kind
def test_places_are_those_of_the_original(kind):
    text = TEXTS[2]
    for unit in both(kind).source.cut(text):
        assert 0 <= unit.start < unit.end <= len(text)
    words = [text[u.start : u.end] for u in both("spaced").source.cut(text)]
    assert words == ["e\u0301te\u0301", "\U0001f600", "l'été"]


@every_kind
def test_units_number_what_was_seen_and_know_what_was_not(kind):
    units = both(kind).source
    numbers = [unit.id for unit in units.cut(TEXTS[0])]
    assert min(numbers) > END and max(numbers) < len(units)
    assert [units.text_of(n) for n in numbers] == [unit.text for unit in units.cut(TEXTS[0])]
    assert UNKNOWN in [unit.id for unit in units.cut("漢字")]
    assert units.text_of(UNKNOWN) == UNREADABLE


@every_kind
def test_marks_cannot_be_written_by_a_text(kind):
    for text in ("start of text", "end of text", "<s>", "\ue002", "\ue003 \ue000"):
        ids = {unit.id for unit in both(kind, [*TEXTS, text]).source.cut(text)}
        assert not ids & {0, START, END}


@every_kind
def test_lower_case_is_the_same_at_training_and_use(kind):
    units = both(kind, lowercase=True).target
    assert normal(units, "WELL, NO") == "well, no"
    assert [u.id for u in units.cut("WELL")] == [u.id for u in units.cut("well")]
    assert units.cut("İx")  # a letter that becomes two


@every_kind
def test_written_and_read_back(kind):
    units = both(kind)
    again = BothUnits.from_json(json.loads(json.dumps(units.to_json())))
    for text in [*TEXTS, "漢"]:
        assert again.source.cut(text) == units.source.cut(text)
        assert again.target.cut(text) == units.target.cut(text)
    assert (again.source is again.target) == (kind == "subwords")
    assert len(again.target) == len(units.target)


@pytest.mark.parametrize("data", [{}, {"source": 3}, {"source": {"kind": "no"}, "target": None}])
def test_a_damaged_file_is_said(data):
    with pytest.raises(ArtifactError, match="again"):
        BothUnits.from_json(data)


def test_rare_units_are_unknown_and_the_number_is_limited():
    rare = both("words", ["a a b", "a b c"], min_count=2).source
    assert [unit.id == UNKNOWN for unit in rare.cut("a b c")] == [False, False, True]
    assert len(both("words", ["a a b c"], max_units=1).source) == 4 + 1
    assert len(both("subwords", TEXTS * 3, max_units=60).source) <= 60


def test_subwords_are_learnt_the_same_way_twice():
    assert both("subwords").to_json() == both("subwords").to_json()


def test_one_vocabulary_for_both_sides():
    settings = UnitSettings()
    one = fit_units(["ab"], ["cd"], settings, shared=True)
    assert one.source is one.target
    assert [unit.id > END for unit in one.source.cut("dcba")] == [True] * 4
    two = fit_units(["ab"], ["cd"], settings, shared=False)
    assert [unit.id for unit in two.source.cut("c")] == [UNKNOWN]


def test_a_missing_library_names_the_command(monkeypatch):
    monkeypatch.setitem(sys.modules, "tokenizers", None)
    with pytest.raises(MissingExtraError, match=r"pip install 'attentif\[transduce\]'"):
        both("subwords")


def test_what_a_person_reads():
    assert [shown(u.text) for u in both("words").source.cut("no, km")] == ["no", ",", "km"]
