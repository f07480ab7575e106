"""Every input that went wrong somewhere for somebody, as its folder says it should go."""

import json
from collections import Counter
from pathlib import Path

import pytest

from attentif.data.check import key_of, require_trainable, summarise
from attentif.data.options import ReadOptions
from attentif.data.read import read
from attentif.data.split import stratified
from attentif.data.stream import open_records
from attentif.errors import AttentifError
from attentif.text.tokenize import words

CASES = Path(__file__).resolve().parents[1] / "cases"
PARSED = {"rows", "labels", "texts", "must_say", "must_not", "allowed", "tokens_equal", "lines"}
SPOILT = ("\ufffd", "ï¿½", "\0", "\r", *map(chr, range(0x80, 0xA0)))


def expectation(folder: Path) -> dict:
    """The lines of expect.txt, by key."""
    lines = (folder / "expect.txt").read_text(encoding="utf-8").splitlines()
    pairs = dict(line.split(": ", 1) for line in lines)
    return {k: json.loads(v) if k in PARSED else v for k, v in pairs.items()}


def folders(kind: str) -> list[Path]:
    found = [f for f in sorted(CASES.iterdir()) if f.is_dir() and expectation(f)["kind"] == kind]
    assert found
    return found


def options(folder: Path) -> ReadOptions:
    """What the case says about how it is run."""
    run = expectation(folder)["run"]
    if "label column v1 and text column v2" in run:
        return ReadOptions(label_column="v1", text_column="v2")
    return ReadOptions(header="no") if "no header" in run else ReadOptions()


@pytest.mark.parametrize("folder", folders("ingest"), ids=lambda folder: folder.name)
def test_ingest(folder):
    expect = expectation(folder)
    said, reading = "", None
    try:
        reading = read(folder / expect["input"], options(folder))
        said = "\n".join([*reading.account(), *summarise(reading).warnings])
        require_trainable(reading.labels)
    except AttentifError as error:
        said += str(error)
        assert expect["outcome"] == "error"
    for piece in expect.get("must_say", []):
        assert piece.casefold() in said.casefold(), said
    if expect["outcome"] == "warn":
        assert reading.warnings or summarise(reading).warnings
    if "rows" in expect:
        assert len(reading.examples) == expect["rows"]
        assert Counter(reading.labels) == expect["labels"]
    for position, text in expect.get("texts", {}).items():
        assert reading.texts[int(position)] == text
    for first, second in expect.get("tokens_equal", []):
        assert words(reading.texts[first].lower()) == words(reading.texts[second].lower())
    if reading:
        assert not [text for text in reading.texts for bad in SPOILT if bad in text]
        assert {type(value) for value in reading.texts + reading.labels} == {str}


@pytest.mark.parametrize("folder", folders("predict"), ids=lambda folder: folder.name)
@pytest.mark.parametrize("ending", [b"", b"\n"], ids=["as it is", "with a final newline"])
def test_predict_has_as_many_records_as_lines(folder, ending, tmp_path):
    expect = expectation(folder)
    content = (folder / expect["input"]).read_bytes().removesuffix(b"\n") + ending
    (tmp_path / "input.txt").write_bytes(content)
    with open_records(tmp_path / "input.txt") as records:
        found = list(records)
    assert [record.line for record in found] == list(range(1, expect["lines"] + 1))
    assert [r.text for r in found] == content.decode("utf-8").replace("\r", "").splitlines()


def test_a_chosen_column_overrides_the_guess():
    folder = CASES / "18-other-column-names"
    chosen = ReadOptions(label_column="category", text_column="message_body")
    assert read(folder / "input.csv", chosen).labels == ["ham", "spam"]
    chosen = ReadOptions(label_column="2", text_column="3")
    assert read(folder / "input.csv", chosen).texts == ["See you", "Win now"]


@pytest.mark.parametrize("seed", range(10))
def test_equal_texts_stay_on_one_side(seed):
    reading = read(CASES / "13-duplicates-and-conflicts" / "input.csv")
    split = stratified(reading.labels, reading.texts, test=0.5, validation=0.0, seed=seed)
    train, test = ({key_of(reading.texts[i]) for i in part} for part in (split.train, split.test))
    assert train and test and not train & test
