"""Which rows teach, choose and judge: every wish is heeded, said, or refused."""

import json
from dataclasses import replace

import pytest

from app.samples import toy_rows, write_rows
from attentif.account import Parts
from attentif.app.material import Material, gather, overlap, rows_aside, rows_of, values_of
from attentif.app.options import Splitting
from attentif.config import Settings
from attentif.data.corpora import load
from attentif.data.options import ReadOptions
from attentif.data.read import read
from attentif.errors import ConfigError, DataError


def material(source, *, workshop=False, settings=None, **splitting) -> Material:
    return gather(
        str(source),
        ReadOptions(),
        settings or Settings(validation=0.2),
        Splitting(**splitting),
        workshop=workshop,
    )


def sizes(parts: Parts) -> tuple[int, int, int]:
    return len(parts.train.texts), len(parts.validation.texts), len(parts.test.texts)


def lines(parts: Parts) -> list[int]:
    """The lines of all parts; each once when no row is lost and none is in two parts."""
    return sorted([*parts.train.lines, *parts.validation.lines, *parts.test.lines])


def test_the_default_draws_both(toy):
    found = material(toy)
    assert lines(found.parts) == list(range(2, 62))
    assert 8 <= len(found.parts.test.texts) <= 14 and 7 <= len(found.parts.validation.texts) <= 12
    assert found.parts.how == (
        "drawn with seed 0, equal texts on one side: 20% to judge on, 20% of the others to"
        " choose the epoch"
    )
    assert material(toy).parts == found.parts
    assert material(toy, settings=Settings(seed=1, validation=0.2)).parts != found.parts


def test_the_share_that_chooses_is_of_the_rows_that_do_not_judge(toy):
    found = material(toy, test=0.5, settings=Settings(validation=0.5))
    assert lines(found.parts) == list(range(2, 62))
    assert 12 <= len(found.parts.validation.texts) <= 18 and found.notes == []


def test_what_a_draw_cannot_do_is_said(tmp_path):
    found = material(write_rows(tmp_path / "rare.csv", [*toy_rows(), ["eggs", "a", "", ""]]))
    assert found.notes == [
        "class 'eggs' has 1 example: kept in training, not tested and not validated."
    ]
    assert found.about["data"]["warnings"][-1] == found.notes[0]
    first = material(tmp_path / "rare.csv", first=50)
    assert first.notes == []


def test_nothing_kept_aside(toy):
    parts = material(toy, test=0.0, settings=Settings(validation=0.0)).parts
    assert sizes(parts) == (60, 0, 0)
    assert parts.how == "all to learn from"


@pytest.mark.parametrize("test", [0.0, 0.3])
def test_the_last_rows_choose_and_the_test_is_kept(toy, test):
    parts = material(
        toy, test=test, settings=Settings(validation=0.2, validation_rows="last")
    ).parts
    assert lines(parts) == list(range(2, 62))
    assert max(parts.train.lines) < min(parts.validation.lines)
    assert bool(parts.test.texts) == bool(test)
    assert "the last 20% of the others to choose the epoch" in parts.how


def test_the_first_rows_teach(toy):
    parts = material(toy, first=40).parts
    assert parts.test.lines == list(range(42, 62))
    assert sorted([*parts.train.lines, *parts.validation.lines]) == list(range(2, 42))
    assert len(parts.validation.lines) >= 6
    assert parts.how.startswith("the first 40 to learn from, the others to judge on; drawn")
    without = material(toy, first=40, settings=Settings(validation=0.0)).parts
    assert sizes(without) == (40, 0, 20)
    by_place = material(
        toy, first=40, settings=Settings(validation=0.2, validation_rows="last")
    ).parts
    assert by_place.validation.lines == list(range(34, 42))


@pytest.mark.parametrize("first", [60, 1000])
def test_first_must_leave_rows_to_judge_on(toy, first):
    with pytest.raises(ConfigError, match=f"--first must be from 1 to 59, got {first}"):
        material(toy, first=first)


def test_a_column_names_the_parts(toy):
    parts = material(toy, split_column="part").parts
    rows = toy_rows()[1:]
    for part, name in ((parts.train, "train"), (parts.validation, "dev"), (parts.test, "test")):
        assert part.lines == [line for line, row in enumerate(rows, 2) if row[3] == name]
        assert part.texts == [row[1] for row in rows if row[3] == name]
    assert parts.how == "by column 'part'"


def test_a_column_without_validation_rows_leaves_some_to_be_drawn(tmp_path):
    rows = [[*row[:3], row[3].replace("dev", "train")] for row in toy_rows()]
    parts = material(write_rows(tmp_path / "two.csv", rows), split_column="part").parts
    assert len(parts.test.texts) == 12
    assert len(parts.validation.texts) >= 6
    assert lines(parts) == list(range(2, 62))


def test_a_split_column_keeps_in_step_with_dropped_rows_on_one_line(tmp_path):
    rows = [
        {"text": "win a prize", "label": "", "part": "test"},
        {"text": "win a prize", "label": "spam", "part": "train"},
        {"text": "lunch at home", "label": "ham", "part": "test"},
        {"text": " ", "label": "ham", "part": "train"},
        {"text": "lunch at noon", "label": "ham", "part": "train"},
    ]
    path = tmp_path / "one-line.json"
    path.write_text(json.dumps(rows), encoding="utf-8")
    assert values_of(read(path), "part", ReadOptions()) == ["train", "test", "train"]
    assert values_of(read(path), "label", ReadOptions()) == ["spam", "ham", "ham"]


def test_a_split_column_is_read_as_the_options_say(tmp_path):
    path = tmp_path / "odd.csv"
    path.write_text("text;label;train\nsee you;ham;test\n", encoding="utf-8")
    options = ReadOptions(text_column="1", label_column="2", header="no")
    reading = read(path, options)
    assert values_of(reading, "column 3", options) == ["train", "test"]


@pytest.mark.parametrize(
    ("column", "sentence"),
    [("prat", "has no column 'prat'; it has"), ("sender", "must say train, validation or test")],
)
def test_a_split_column_that_cannot_be_used(toy, column, sentence):
    with pytest.raises(DataError, match=sentence):
        material(toy, split_column=column)


def test_a_split_column_of_what_is_read_once(toy):
    reading = replace(read(toy), source="standard input")
    with pytest.raises(DataError, match="needs a file, which is read twice, got standard input"):
        values_of(reading, "part", ReadOptions())


def test_a_file_to_judge_on(toy, tmp_path):
    other = write_rows(tmp_path / "other.csv", [["label", "text"], ["ham", "lunch at sea"]])
    found = material(toy, test_file=str(other))
    assert found.parts.test.texts == ["lunch at sea"]
    assert len(found.parts.train.texts) + len(found.parts.validation.texts) == 60
    assert found.parts.how.startswith(f"judged on {other}; drawn with seed 0")
    assert found.notes == []


def test_texts_that_were_also_taught_are_said(toy):
    found = material(toy, test_file=str(toy))
    [note] = found.notes
    assert note.startswith("60 of the 60 texts to judge on are also in the training rows")
    assert note in found.about["data"]["warnings"]
    assert overlap(material(toy).parts) == []


@pytest.mark.parametrize(
    "two",
    [
        {"first": 5, "split_column": "part"},
        {"test_file": "x.csv", "first": 5},
        {"first": 5, "test": 0.3},
    ],
)
def test_two_ways_to_choose_the_rows_to_judge_on(toy, two):
    with pytest.raises(ConfigError, match="each choose the rows to judge on; give one of them"):
        material(toy, **two)


def test_one_class_is_refused_with_the_number_of_rows_in_the_file(tmp_path):
    source = write_rows(tmp_path / "ham.csv", [row for row in toy_rows() if row[0] != "spam"])
    with pytest.raises(DataError, match=r"got only 'ham' \(30 examples\)"):
        material(source)


def test_a_share_of_data_that_have_their_own_rows_to_judge_on():
    own = replace(load("messages"), test=load("messages").train)
    with pytest.raises(ConfigError, match="--test draws the rows to judge on, and trec has its"):
        rows_aside("trec", own, Splitting(test=0.3), ReadOptions())
    assert rows_aside("trec", own, Splitting(), ReadOptions())[1] == "trec's own split"


def test_the_workshop_s_split(tmp_path):
    rows = [*toy_rows(), ["ham", "123 456", "", "train"]]
    settings = Settings(validation=0.2, validation_rows="last")
    source = write_rows(tmp_path / "toy.csv", rows)
    found = material(source, workshop=True, settings=settings)
    assert sizes(found.parts) == (32, 8, 20)  # of 60: a third, then a fifth
    assert found.notes[0] == "1 text without letters dropped, as the recipe does."
    assert 62 not in lines(found.parts)
    assert found.about["data"]["rows"] == 61
    assert found.parts.how == (
        "the workshop's 33% to judge on, nothing grouped; the last 20% of the others to choose"
        " the epoch"
    )


def test_the_workshop_s_recipe_heeds_a_wish_for_the_rows_to_judge_on(toy):
    settings = Settings(validation=0.2, validation_rows="last")
    first = material(toy, workshop=True, settings=settings, first=40).parts
    assert first.test.lines == list(range(42, 62))
    column = material(toy, workshop=True, settings=settings, split_column="part").parts
    assert len(column.test.texts) == 12
    file = material(toy, workshop=True, settings=settings, test_file=str(toy)).parts
    assert sizes(file) == (48, 12, 60)


def test_a_data_set_s_own_parts(data_folder, monkeypatch):
    monkeypatch.setenv("ATTENTIF_DATA", str(data_folder))
    trec = material("trec").parts
    assert len(trec.test.texts) == 500
    assert len(trec.train.texts) + len(trec.validation.texts) == 5452
    assert trec.how.startswith("trec's own split; drawn with seed 0")
    first = material("trec", first=100).parts
    assert (len(first.train.texts) + len(first.validation.texts), len(first.test.texts)) == (
        100,
        5352,
    )
    sst = material("sst2").parts
    assert sizes(sst) == (6920, 872, 1821)
    assert sst.how == "sst2's own split"


def test_what_is_told_of_the_data(tmp_path):
    rows = [*toy_rows(), ["ham", "", "", "train"]]
    source = write_rows(tmp_path / "toy.csv", rows)
    about = material(source).about
    data = about["data"]
    assert about["source"] == str(source)
    assert data["labels"] == {"ham": 30, "spam": 30} and data["n_dropped"] == 1
    assert data["dropped"][0]["line"] == 62 and data["dropped"][0]["reason"] == "empty text"
    assert "1 row dropped for empty text (line 62)." in data["warnings"]
    assert (data["text_column"], data["label_column"]) == ("text", "label")


def test_rows_keep_their_lines(toy):
    rows = rows_of(read(toy))
    assert rows.lines[:3] == [2, 3, 4]
    assert rows.labels[:2] == ["ham", "spam"]
