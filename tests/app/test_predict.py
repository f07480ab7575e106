"""`attentif predict`: one answer for each record, whatever it holds, in order."""

import csv
import io
import json
import os
import shutil

import pytest

from app.samples import refused, run, said, toy_rows, write_rows
from attentif.app import ahead
from attentif.app.predict import target
from attentif.errors import ConfigError, DataError


def table(ran) -> list[dict[str, str]]:
    assert ran.code == 0, ran
    return list(csv.DictReader(io.StringIO(ran.out)))


def test_a_table_keeps_its_columns_and_gets_three(model, toy):
    found = table(run("predict", model, toy))
    rows = toy_rows()[1:]
    assert list(found[0]) == [
        "label",
        "text",
        "sender",
        "part",
        "prediction",
        "probability",
        "note",
    ]
    assert [row["text"] for row in found] == [row[1] for row in rows]
    assert [row["part"] for row in found] == [row[3] for row in rows]
    assert [row["label"] for row in found] == [row[0] for row in rows]
    assert {row["prediction"] for row in found} == {"ham", "spam"}
    assert all(0.5 <= float(row["probability"]) <= 1 for row in found)


def test_formulas_are_disarmed_unless_told_otherwise(model, toy):
    assert {row["sender"] for row in table(run("predict", model, toy))} == {"'=1+1"}
    assert {row["sender"] for row in table(run("predict", model, toy, "--no-escape"))} == {"=1+1"}
    assert {row["fields"]["sender"] for row in said("predict", model, toy)} == {"=1+1"}


def test_formulas_in_texts_and_headers_too(model, tmp_path):
    path = write_rows(tmp_path / "f.csv", [["=text", "@x"], ["+win", "-1"], ["lunch", "\tb"]])
    ran = run("predict", model, path, "--text-column", "=text", "--header", "yes")
    assert ran.out.splitlines()[0] == "'=text,'@x,prediction,probability,note"
    assert [row["'=text"] for row in table(ran)] == ["'+win", "lunch"]
    assert [row["'@x"] for row in table(ran)] == ["'-1", "'\tb"]


def test_json_lines(model, toy):
    found = said("predict", model, toy)
    assert len(found) == 60
    first = found[0]
    assert first["line"] == 2 and first["true"] == "ham" and first["text"].endswith("à 😀")
    assert first["label"] in ("ham", "spam")
    assert first["probability"] == first["probabilities"][first["label"]]
    assert sum(first["probabilities"].values()) == pytest.approx(1)


def test_labels_are_compared_with_the_answers(model, tmp_path):
    rows = [["label", "text"], ["spam", "win"], ["ham", "lunch"], ["ham", "prize"], ["", "home"]]
    ran = run("predict", model, write_rows(tmp_path / "x.csv", rows))
    assert "4 texts answered." in ran.err
    assert "2 of 3 labelled texts answered rightly (66.7%)" in ran.err
    path = write_rows(tmp_path / "bare.csv", [["id", "text"], ["7", "win a prize"]])
    ran = run("predict", model, path, "--json")
    assert ran.err == "1 text answered.\n"
    assert "true" not in json.loads(ran.out)


LINES = "win a prize\n\n   \nlunch at home\nqzxv wkrp\n😀 é".encode()


@pytest.mark.parametrize("end", [b"", b"\n", b"\r\n"])
def test_each_line_of_a_text_file_is_answered(model, tmp_path, end):
    (tmp_path / "lines.txt").write_bytes(LINES + end)
    ran = run("predict", model, tmp_path / "lines.txt", "--json")
    found = [json.loads(line) for line in ran.out.splitlines()]
    assert [row["line"] for row in found] == [1, 2, 3, 4, 5, 6]
    assert [row["note"] for row in found[:4]] == ["", "empty", "empty", ""]
    assert found[4]["note"] == "no known word"
    assert found[5]["text"] == "😀 é"
    assert "6 texts answered (2 empty, 2 no known word)." in ran.err
    for row, again in zip(found, said("predict", model, "-", stdin=LINES + end), strict=True):
        assert again["probabilities"] == pytest.approx(row.pop("probabilities"), abs=1e-6)
        assert again["probability"] == pytest.approx(row.pop("probability"), abs=1e-6)
        assert again.items() >= row.items()


def test_standard_input_is_the_default_and_can_be_a_table(model):
    assert said("predict", model, stdin=b"win a prize")[0]["label"] == "spam"
    csv_file = b"id;words\n1;win a prize\n2;lunch at home\n"
    [spam, ham] = said("predict", model, "-", "--text-column", "words", stdin=csv_file)
    assert (spam["label"], ham["label"]) == ("spam", "ham")
    assert spam["fields"] == {"id": "1"}


def test_lines_whatever_the_name_says(model, tmp_path):
    path = write_rows(tmp_path / "x.csv", [["id", "text"], ["1", "win"]])
    assert [row["text"] for row in said("predict", model, path, "--lines")] == ["id,text", "1,win"]


def test_columns_of_our_names_are_kept(model, tmp_path):
    rows = [["text", "prediction", "note"], ["win a prize", "mine", "too"]]
    [row] = table(run("predict", model, write_rows(tmp_path / "x.csv", rows)))
    assert (row["prediction"], row["note"], row["prediction_"], row["note_"]) == (
        "mine",
        "too",
        "spam",
        "",
    )


def test_only_the_first_rows(model, toy):
    ran = run("predict", model, toy, "--max-rows", "3", "--json")
    assert len(ran.out.splitlines()) == 3
    assert "Only the first 3 rows were read (--max-rows)." in ran.err


def test_a_file_for_the_answers(model, toy, tmp_path):
    out = tmp_path / "answers é.csv"
    ran = run("predict", model, toy, "--out", out)
    assert (ran.code, ran.out) == (0, "")
    assert out.read_text(encoding="utf-8") == run("predict", model, toy).out
    assert list(tmp_path.iterdir()) == [out]


def test_half_a_character_is_written_as_a_question_mark(model, tmp_path):
    (tmp_path / "x.jsonl").write_text(
        '{"text": "win a prize", "x": "half \\ud83d"}\n', encoding="utf-8"
    )
    assert run("predict", model, tmp_path / "x.jsonl", "--out", tmp_path / "a.csv").code == 0
    assert "win a prize,half ?,spam," in (tmp_path / "a.csv").read_text(encoding="utf-8")


def test_places_where_no_answer_can_be_written(model, toy, tmp_path):
    (tmp_path / "folder").mkdir()
    for out in ("folder", "none/answers.csv"):
        said_why = refused("predict", model, toy, "--out", tmp_path / out)
        assert "cannot be written" in said_why and "--out" in said_why
    assert [path.name for path in tmp_path.iterdir()] == ["folder"]


def test_a_device_stays_a_device(model, toy):
    assert run("predict", model, toy, "--out", os.devnull).code == 0
    with open(os.devnull, "rb") as device:
        assert device.read() == b""
    assert not os.path.isfile(os.devnull)


def test_a_failure_leaves_the_file_that_was_there(tmp_path):
    path = tmp_path / "answers.csv"
    path.write_text("mine", encoding="utf-8")
    with pytest.raises(DataError), target(str(path)) as out:
        out.write("half")
        raise DataError("no more")
    assert path.read_text(encoding="utf-8") == "mine"
    assert list(tmp_path.iterdir()) == [path]
    with pytest.raises(ConfigError, match="cannot be written"), target(str(path)):
        raise OSError(28, "No space left on device")


@pytest.mark.parametrize("flags", [[], ["--json"]])
def test_no_text_at_all(model, tmp_path, flags):
    assert "there is no text to answer" in refused("predict", model, "-", *flags)
    (tmp_path / "empty.txt").write_bytes(b"")
    assert "there is no text to answer" in refused("predict", model, tmp_path / "empty.txt", *flags)
    (tmp_path / "empty.csv").write_bytes(b"")
    assert "is empty" in refused("predict", model, tmp_path / "empty.csv", *flags)


def test_mistakes(model, toy, tmp_path):
    for arguments, sentence in (
        ([model, tmp_path / "none.csv"], "no such file"),
        ([model, tmp_path], "folder"),
        ([model, toy, "--text-column", "txet"], "txet"),
        ([model, toy, "--threads", "-1"], "threads must be >= 0"),
        ([tmp_path / "none", toy], "no model at"),
        ([tmp_path, toy], "is not a model"),
        ([toy, toy], "expected a folder that `attentif train` wrote"),
        ([], "Missing argument 'MODEL'"),
    ):
        assert sentence in refused("predict", *arguments), arguments


@pytest.mark.parametrize("flags", [[], ["--json"]])
def test_threads_change_no_bit_of_an_answer(model, toy, flags, monkeypatch):
    monkeypatch.setattr(ahead, "CHUNK", 7)
    one = run("predict", model, toy, "--threads", "1", *flags)
    assert one.code == 0 and len(one.out.splitlines()) >= 60
    for threads in ("0", "2", "3"):
        assert run("predict", model, toy, "--threads", threads, *flags) == one


def test_a_model_without_a_graph_answers_with_torch(model, toy, tmp_path):
    folder = shutil.copytree(model, tmp_path / "model")
    for name in ("words.onnx", "texts.onnx"):
        (folder / name).unlink()
    about = json.loads((folder / "model.json").read_text(encoding="utf-8"))
    del about["sha256"]["words.onnx"], about["sha256"]["texts.onnx"]
    (folder / "model.json").write_text(json.dumps(about), encoding="utf-8")
    assert run("predict", folder, toy) == run("predict", model, toy)
