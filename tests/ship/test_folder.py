"""The light part of a model folder: read with care, refused in one sentence."""

import math
import pickle
import re
from pathlib import Path

import pytest
from ship_folders import refusal, rewrite, signed

from attentif.ship.artifact import load_folder
from attentif.ship.folder import AGAIN, as_csv, as_json, from_csv, load_core, strict


def test_the_core_is_what_the_whole_model_has(saved):
    core, whole = load_core(saved), load_folder(saved)
    assert core.settings == whole.settings and core.decision == whole.decision
    assert core.labels == whole.labels == ["ham", "spam"]
    assert core.front_end.to_json() == whole.front_end.to_json()
    assert core.without_graph == ""
    assert set(core.hashes) == {"model.safetensors", "vocabulary.json", "words.onnx", "texts.onnx"}


def test_strict():
    given = {"a": [1.5, -math.inf, {"b": math.nan}], "c": (True, None, "x")}
    assert strict(given) == {"a": [1.5, None, {"b": None}], "c": [True, None, "x"]}
    assert as_json({"é": math.nan}) == '{\n "é": null\n}\n'.encode()


def test_the_history_keeps_numbers_that_are_none(tmp_path):
    rows = [{"epoch": 1.0, "loss": math.nan}, {"epoch": 2.0, "loss": math.inf}]
    text = as_csv(rows)
    assert text == "epoch,loss\n1.0,nan\n2.0,inf\n"
    found = from_csv(tmp_path, text)
    assert math.isnan(found[0]["loss"]) and found[1] == rows[1]
    assert as_csv([]) == "" and from_csv(tmp_path, "") == []


@pytest.mark.parametrize(
    ("content", "trouble"),
    [
        (b"", "is not JSON: Expecting value: line 1 column 1 (char 0)"),
        (b"{'a': 1}", "is not JSON: Expecting property name enclosed in double quotes"),
        (b"\xff\xfe{", "is not JSON: 'utf-8' codec can't decode byte 0xff"),
        (b"[" * 100_000, "is not JSON: "),
        (b"[]", "must hold a JSON object, got list"),
        (b"null", "must hold a JSON object, got NoneType"),
        (pickle.dumps({"a": 1}), "is not JSON: "),
    ],
)
@pytest.mark.parametrize("name", ["model.json", "metrics.json", "vocabulary.json"])
def test_damaged_json(damaged, name, content, trouble):
    folder = damaged()
    (folder / name).write_bytes(content)
    if name == "vocabulary.json":
        signed(folder)
    assert refusal(load_folder, folder).startswith(f"{folder / name} {trouble}")


def test_another_format(damaged):
    folder = damaged()
    rewrite(folder, lambda about: about.update(format=2, versions={"attentif": "9.1"}))
    assert refusal(load_folder, folder) == (
        f"{folder} is of format 2; this version of attentif reads format 1."
        " Use the version that wrote it (9.1), or train again."
    )
    rewrite(folder, lambda about: about.update(versions=None))
    assert "the version that wrote it (unknown)" in refusal(load_folder, folder)
    rewrite(folder, lambda about: about.update(format=1, kind="transducer"))
    assert refusal(load_folder, folder) == (
        f"{folder} must be a classifier, got 'transducer'. Give another model, or train one."
    )


def test_settings_of_another_version(damaged):
    folder = damaged()
    rewrite(folder, lambda about: about["settings"].update(wings=2))
    sentence = refusal(load_folder, folder)
    assert sentence.startswith(f"{folder} cannot be read: a setting's name must be one of [")
    assert sentence.endswith(f"got 'wings'. {AGAIN}")


@pytest.mark.parametrize(
    ("change", "trouble"),
    [
        (lambda about: about.pop("sha256"), "must have 'sha256' as an object, got NoneType."),
        (lambda about: about.update(settings=[]), "must have 'settings' as an object, got list."),
        (lambda about: about.update(labels="ab"), "must have 'labels' as a list, got str."),
        (
            lambda about: about.update(labels=["spam", "ham"]),
            "must have at least two labels, the same ones in its decision, and a threshold from"
            " 0 to 1, got ['spam', 'ham'], ['ham', 'spam'] and None.",
        ),
        (
            lambda about: about["decision"].update(threshold="0.5"),
            "has a decision that cannot be read: '<=' not supported between instances of 'int'"
            " and 'str'.",
        ),
        (
            lambda about: about["decision"].update(threshold=math.nan),
            "must have at least two labels, the same ones in its decision, and a threshold from"
            " 0 to 1, got ['ham', 'spam'], ['ham', 'spam'] and nan.",
        ),
    ],
)
def test_wrong_entries(damaged, change, trouble):
    folder = damaged()
    rewrite(folder, change)
    assert refusal(load_folder, folder) == f"{folder / 'model.json'} {trouble} {AGAIN}"


def test_an_unknown_cleaning_step(damaged):
    folder = damaged()
    rewrite(folder, lambda about: about["settings"].update(clean=["nonsense"]))
    assert re.search(
        "a cleaning step must be one of .* got 'nonsense'", refusal(load_folder, folder)
    )


def test_a_file_that_cannot_be_read(saved, monkeypatch):
    def denied(path):
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(Path, "read_bytes", denied)
    assert refusal(load_folder, saved) == (
        f"{saved / 'model.json'} cannot be read (Permission denied)."
    )
