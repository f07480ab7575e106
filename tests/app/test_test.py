"""`attentif test`: a saved model judged on labelled rows."""

import json

import pytest

from app.samples import refused, run, said, toy_rows, write_rows
from attentif.data.corpora import Loaded
from attentif.data.read import read

KEYS = {"n", "accuracy", "macro_f1", "mcc", "per_class", "confusion", "labels"}


def test_json_holds_the_scores(model, toy):
    [found] = said("test", model, toy)
    assert found.keys() >= KEYS
    assert found["n"] == 60 and found["labels"] == ["ham", "spam"]
    assert found["accuracy"] == pytest.approx(
        sum(found["confusion"][row][row] for row in range(2)) / 60
    )
    assert found["per_class"]["spam"].keys() == {"precision", "recall", "f1", "support"}
    assert found["accuracy"] > 0.9


def test_a_person_reads_a_table_and_how_the_file_was_read(model, toy):
    ran = run("test", model, toy)
    assert ran.code == 0
    assert "60 examples" in ran.err
    for words in ("60 rows", "accuracy", "macro F1", "spam caught", "rows: true class"):
        assert words in ran.out


def test_a_data_set_s_own_test_rows_are_judged(model, toy, tmp_path, monkeypatch):
    own = read(write_rows(tmp_path / "own.csv", toy_rows(10, seed=9)))
    loaded = Loaded(name="toy", train=read(toy), test=own)
    monkeypatch.setattr("attentif.app.test.load", lambda source, options: loaded)
    assert said("test", model, "toy")[0]["n"] == 10


def test_rows_of_one_class(model, tmp_path):
    path = write_rows(tmp_path / "ham.csv", [row for row in toy_rows() if row[0] != "spam"])
    [found] = said("test", model, path)
    assert found["n"] == 30 and found["per_class"]["spam"]["support"] == 0
    shown = [" ".join(line.split()) for line in run("test", model, path).out.splitlines()]
    assert "spam caught – no such row" in shown  # not 0 %: there is none to catch
    assert "average precision – no such row" in shown
    assert any(line.startswith("others blocked 0.00% 95 %") for line in shown)


def test_one_row_is_no_rows(model, tmp_path):
    path = write_rows(tmp_path / "one.csv", [["label", "text"], ["spam", "win a prize"]])
    out = run("test", model, path).out
    assert ": 1 row\n" in out and " ".join(out.split()).count("– no such row") == 1


def test_the_file_it_was_trained_on_flatters(trained, toy):
    assert (
        "is what the model was trained on: its scores flatter"
        in run("test", trained.folder, toy).err
    )


def test_a_label_the_model_does_not_know(model, tmp_path):
    path = write_rows(tmp_path / "new.csv", [["label", "text"], ["ham", "a b"], ["eggs", "c d"]])
    assert refused("test", model, path) == (
        "line 3: the model was not trained on the label 'eggs'; it knows ['ham', 'spam']."
        " Correct the label, or leave the row out."
    )


def test_columns_can_be_named(model, tmp_path):
    path = write_rows(tmp_path / "c.csv", [["x", "y"], ["win a prize", "spam"], ["lunch", "ham"]])
    [found] = said("test", model, path, "--text-column", "x", "--label-column", "y")
    assert found["n"] == 2
    assert "'z'" in refused("test", model, path, "--text-column", "z")


@pytest.mark.parametrize("name", ["model.json", "model.safetensors", "vocabulary.json"])
def test_a_folder_that_is_no_whole_model(model, toy, tmp_path, name):
    for file in model.iterdir():
        if file.name != name:
            (tmp_path / file.name).write_bytes(file.read_bytes())
    assert f"{name} is missing" in refused("test", tmp_path, toy)
    (tmp_path / name).write_bytes(b"{}")
    assert str(tmp_path) in refused("test", tmp_path, toy)


def test_metrics_beside_the_model_are_the_same_kind_of_scores(trained, toy):
    saved = json.loads((trained.folder / "metrics.json").read_text(encoding="utf-8"))
    [found] = said("test", trained.folder, toy)
    assert saved["test"].keys() == saved["validation"].keys() == found.keys()
