"""Writing a model folder: the same files each time, whole or not at all, and checked."""

import json
import math
import os
import stat
from pathlib import Path

import numpy as np
import pytest
from ship_folders import refusal
from toy_messages import messages, tiny

from attentif.errors import ArtifactError, InputTypeError
from attentif.ship import saving as module
from attentif.ship.artifact import load_folder
from attentif.ship.folder import GRAPHS
from attentif.ship.saving import OURS, check_place

TEXTS, LABELS = messages(24, seed=3)
FILES = {
    "model.safetensors",
    *GRAPHS,
    "model.json",
    "vocabulary.json",
    "metrics.json",
    "history.csv",
    "README.md",
}


def test_the_same_training_writes_the_same_files(tmp_path):
    one, other = (tiny().fit(TEXTS, LABELS).save(tmp_path / name) for name in ("one", "other"))
    assert {path.name for path in one.iterdir()} == FILES
    for name in FILES - {"history.csv"}:  # which holds seconds
        assert (one / name).read_bytes() == (other / name).read_bytes(), name


# What is written


def test_the_files_are_strict_json_in_utf_8(tmp_path, tiny_classifier):
    metrics = {
        "nan": math.nan,
        "bounds": (np.float32(0.5), np.inf),
        "rows": np.int64(3),
        "label": "été 😀",
        "source": b"caf\xe9.csv".decode("utf-8", "surrogateescape"),
    }
    folder = tiny_classifier.save(tmp_path / "model", metrics=metrics)
    for name in ("model.json", "vocabulary.json", "metrics.json"):
        text = (folder / name).read_bytes().decode("utf-8")
        json.loads(text, parse_constant=pytest.fail)  # called with NaN or Infinity
    text = (folder / "metrics.json").read_text(encoding="utf-8")
    assert "été 😀" in text
    assert load_folder(folder).metrics == {
        "nan": None,
        "bounds": [0.5, None],
        "rows": 3,
        "label": "été 😀",
        "source": "caf\udce9.csv",
    }


def test_what_json_cannot_hold_is_refused_before_anything_is_written(tmp_path, tiny_classifier):
    with pytest.raises(InputTypeError, match="expected what JSON can hold, got something else"):
        tiny_classifier.save(tmp_path / "model", metrics={"labels": {"ham", "spam"}})
    assert list(tmp_path.iterdir()) == []


def test_history_and_card_come_back(saved, tiny_classifier):
    artifact = load_folder(saved)
    assert artifact.history == tiny_classifier.history_
    assert artifact.card == (saved / "README.md").read_text(encoding="utf-8")
    assert artifact.card.startswith("# A classifier of short texts: ham, spam\n")


@pytest.mark.parametrize(
    ("mask", "of_folder", "of_file"), [(0o22, 0o755, 0o644), (0o77, 0o700, 0o600)]
)
def test_the_modes_are_those_of_any_new_file(tmp_path, tiny_classifier, mask, of_folder, of_file):
    before = os.umask(mask)
    try:
        folder = tiny_classifier.save(tmp_path / "model")
    finally:
        os.umask(before)
    assert stat.S_IMODE(folder.stat().st_mode) == of_folder
    assert {stat.S_IMODE(path.stat().st_mode) for path in folder.iterdir()} == {of_file}


# Where it is written


def test_a_model_is_replaced_and_other_files_beside_it_stay(tmp_path, tiny_classifier):
    folder = tiny_classifier.save(tmp_path / "deep" / "er" / "model", metrics={"first": 1})
    (folder / "report.html").write_text("of the first", encoding="utf-8")
    (folder / "notes.txt").write_text("mine", encoding="utf-8")
    check_place(folder)
    assert tiny_classifier.save(str(folder), metrics={"second": 2}) == folder
    assert load_folder(folder).metrics == {"second": 2}
    assert {path.name for path in folder.iterdir()} == {*FILES, "notes.txt"}
    assert "report.html" in OURS
    assert [path.name for path in folder.parent.iterdir()] == ["model"]


def test_through_a_link(tmp_path, tiny_classifier):
    folder = tiny_classifier.save(tmp_path / "model")
    link = tmp_path / "latest"
    link.symlink_to(folder)
    tiny_classifier.save(link, metrics={"second": 2})
    assert link.is_symlink() and load_folder(folder).metrics == {"second": 2}


def test_places_that_are_taken_are_refused(tmp_path, tiny_classifier, monkeypatch):
    (tmp_path / "file").write_text("mine", encoding="utf-8")
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / "model.json").write_text("{}", encoding="utf-8")  # another tool's
    monkeypatch.chdir(tmp_path)
    end = "Choose another folder for the model."
    for place, trouble in (
        (tmp_path / "file", f"{tmp_path / 'file'} is a file; a model is a folder."),
        (tmp_path / "data", f"{tmp_path / 'data'} holds other files."),
        (Path("file/model"), f"{tmp_path / 'file'} is a file; it cannot hold a folder."),
        (Path("."), ". is the folder in which you are, or above it."),
        (tmp_path.parent, f"{tmp_path.parent} is the folder in which you are, or above it."),
        (Path("x" * 300), f"{'x' * 300} cannot be read (File name too long)."),
    ):
        assert refusal(check_place, place) == f"{trouble} {end}"
        assert refusal(tiny_classifier.save, place) == f"{trouble} {end}"
    assert (tmp_path / "file").read_text(encoding="utf-8") == "mine"
    assert {path.name for path in tmp_path.rglob("*")} == {"file", "data", "model.json"}


def test_free_places(tmp_path, saved):
    check_place(tmp_path / "new" / "model")
    check_place(saved)
    (tmp_path / "empty").mkdir()
    check_place(tmp_path / "empty")


def test_a_read_only_place(tmp_path, tiny_classifier, monkeypatch):
    monkeypatch.setattr(os, "access", lambda path, mode: False)
    assert refusal(check_place, tmp_path / "model") == (
        f"{tmp_path} is read-only. Choose another folder for the model."
    )


@pytest.mark.parametrize("method", ["mkdir", "write_bytes"])
def test_a_place_that_turns_out_not_to_be_writable(tmp_path, tiny_classifier, monkeypatch, method):
    def fail(*_, **__):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Path, method, fail)
    assert refusal(tiny_classifier.save, tmp_path / "model") == (
        f"the model cannot be written to {tmp_path / 'model'} (No space left on device)."
        " Choose another place."
    )
    monkeypatch.undo()
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("crash", [KeyboardInterrupt, OSError(28, "No space left on device")])
@pytest.mark.parametrize("at", [("write_bytes", 3), ("replace", 1), ("replace", 2)])
def test_a_crash_leaves_the_old_model_whole(tmp_path, tiny_classifier, monkeypatch, crash, at):
    name, number = at
    folder = tiny_classifier.save(tmp_path / "model", metrics={"first": 1})
    before = {path.name: path.read_bytes() for path in folder.iterdir()}
    owner = Path if name == "write_bytes" else os
    real, calls = getattr(owner, name), []

    def failing(*arguments):
        calls.append(arguments)
        if len(calls) == number:
            raise crash
        return real(*arguments)

    monkeypatch.setattr(owner, name, failing)
    with pytest.raises((KeyboardInterrupt, ArtifactError)):
        tiny_classifier.save(folder, metrics={"second": 2})
    monkeypatch.undo()
    assert len(calls) >= number
    assert {path.name: path.read_bytes() for path in folder.iterdir()} == before
    assert [path.name for path in tmp_path.iterdir()] == ["model"]


# The graphs


def test_graphs_that_answer_otherwise_are_left_out_and_the_model_saved(
    tmp_path, tiny_classifier, monkeypatch
):
    def wrong(artifact, graphs, saved):
        raise ArtifactError("the graphs differ.")

    monkeypatch.setattr(module, "check_parity", wrong)
    folder = tiny_classifier.save(tmp_path / "model")
    assert {path.name for path in folder.iterdir()} == FILES - set(GRAPHS)
    about = json.loads((folder / "model.json").read_text(encoding="utf-8"))
    assert about["without_graph"] == "the graphs differ"
    assert set(about["sha256"]) == {"model.safetensors", "vocabulary.json"}


def test_what_onnx_cannot_do_is_said(tmp_path):
    folder = tiny(layer_norm=True).fit(TEXTS, LABELS).save(tmp_path / "model")
    about = json.loads((folder / "model.json").read_text(encoding="utf-8"))
    assert about["without_graph"] == "no ONNX graph can hold a network with layer_norm"
    assert not any((folder / name).exists() for name in GRAPHS)


def test_the_graphs_of_before_go_with_their_model(tmp_path, tiny_classifier, monkeypatch):
    folder = tiny_classifier.save(tmp_path / "model")
    monkeypatch.setattr(module, "lacking", lambda settings: "wings")
    tiny_classifier.save(folder)
    assert not any((folder / name).exists() for name in GRAPHS)
