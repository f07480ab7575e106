"""The model folder: the same answers elsewhere, whole or not at all, refused when changed."""

import json
import math
import os
import pickle
import re
import stat
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from ship_folders import refusal, rewrite, signed
from toy_messages import THREE, messages, tiny

from attentif import TextClassifier
from attentif.config import CELLS, POOLINGS
from attentif.errors import ArtifactError, AttentifError, InputTypeError
from attentif.ship.artifact import (
    AGAIN,
    OURS,
    as_csv,
    as_json,
    check_place,
    from_csv,
    load_folder,
    strict,
)

TEXTS, LABELS = messages(24, seed=3)
NEW = [*messages(9, seed=4, decisive=THREE)[0], "", "été 😀", "qzxv"]
FILES = {
    "model.safetensors",
    "model.json",
    "vocabulary.json",
    "metrics.json",
    "history.csv",
    "README.md",
}
HERE = Path(__file__).parent


# The same model elsewhere


@pytest.fixture(scope="module")
def kinds(tmp_path_factory):
    """A model of every cell and pooling, of three classes, and of numbers: name -> model."""
    made = {
        f"{cell}-{pooling}": tiny(
            cell=cell, pooling=pooling, embedding_size=4, hidden_size=4, attention_size=3
        ).fit(TEXTS, LABELS)
        for cell in CELLS
        for pooling in POOLINGS
    }
    made["three"] = tiny(layers=2, layer_norm=True).fit(*messages(24, seed=5, decisive=THREE))
    made["numbers"] = tiny(tokens="workshop", subwords=False, shapes=False).fit(
        TEXTS, [3 if label == "spam" else -1 for label in LABELS]
    )
    return made


@pytest.fixture(scope="module")
def folders(kinds, tmp_path_factory):
    root = tmp_path_factory.mktemp("kinds")
    return {name: model.save(root / name) for name, model in kinds.items()}


def in_a_new_process(hash_seed, *command):
    """What another Python prints that puts sets and dicts in another order."""
    places = os.pathsep.join([str(HERE.parent), str(HERE.parents[1] / "src")])
    environment = {**os.environ, "PYTHONHASHSEED": hash_seed, "PYTHONPATH": places}
    ran = subprocess.run(
        [sys.executable, *command], capture_output=True, text=True, env=environment
    )
    assert ran.returncode == 0, ran.stderr
    return ran.stdout


def test_every_cell_and_pooling_comes_back_to_the_bit(kinds, folders):
    assert len(kinds) == len(CELLS) * len(POOLINGS) + 2
    for name, model in kinds.items():
        loaded = TextClassifier.load(folders[name])
        assert np.array_equal(loaded.predict_proba(NEW), model.predict_proba(NEW)), name
        assert loaded.get_params() == model.settings_.to_dict()
        assert loaded.classes_.tolist() == model.classes_.tolist()
        assert loaded.decision_ == model.decision_
        assert not loaded.network_.training
        assert loaded.explain(NEW[0]) == model.explain(NEW[0])


def test_a_new_process_gives_the_same_answers(kinds, folders, tmp_path):
    texts = tmp_path / "texts.json"
    texts.write_text(json.dumps(NEW), encoding="utf-8")
    printed = in_a_new_process("1", HERE / "fresh_process.py", texts, *folders.values())
    found, compiler = json.loads(printed).values()
    assert not compiler, "which takes longer to load than all the rest together"
    for name, model in kinds.items():
        answers, chances = found[str(folders[name])]
        assert answers == model.predict(NEW).tolist(), name
        assert np.abs(np.array(chances) - model.predict_proba(NEW)).max() < 1e-6, name


def test_the_same_training_writes_the_same_files(tmp_path):
    one, other = (tiny().fit(TEXTS, LABELS).save(tmp_path / name) for name in ("one", "other"))
    assert {path.name for path in one.iterdir()} == FILES
    for name in FILES - {"history.csv"}:  # which holds seconds
        assert (one / name).read_bytes() == (other / name).read_bytes(), name


def test_two_hash_seeds_give_the_same_vocabulary():
    code = (
        "from attentif.config import Settings\nfrom attentif.ship.artifact import as_json\n"
        "from attentif.text.encode import FrontEnd\nfrom toy_messages import messages\n"
        "front_end = FrontEnd.fit(messages(200, seed=1)[0], Settings())\n"
        "print(as_json(front_end.to_json()))"
    )
    one, other = (in_a_new_process(seed, "-c", code) for seed in "12")
    assert one == other and "prize" in one


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


# What is refused


def test_no_model(tmp_path):
    (tmp_path / "model.pt").write_bytes(pickle.dumps({"weights": [1.0]}))
    wrote = "expected a folder that `attentif train` wrote."
    for path in (tmp_path / "missing", tmp_path / "model.pt"):
        assert refusal(load_folder, path) == f"no model at {path}: {wrote}"
        assert refusal(TextClassifier.load, path) == f"no model at {path}: {wrote}"
    assert refusal(load_folder, tmp_path) == (
        f"{tmp_path} is not a model: model.json is missing."
        " model.pt may hold a pickle, which is never opened."
    )


@pytest.mark.parametrize("name", ["model.json", "model.safetensors", "vocabulary.json"])
def test_a_missing_file(damaged, name):
    folder = damaged()
    (folder / name).unlink()
    assert refusal(load_folder, folder) == f"{folder} is not a model: {name} is missing."


@pytest.mark.parametrize("name", ["metrics.json", "history.csv", "README.md"])
def test_files_that_no_answer_needs_may_be_missing(damaged, name, tiny_classifier):
    folder = damaged()
    (folder / name).unlink()
    assert np.array_equal(
        TextClassifier.load(folder).predict_proba(NEW), tiny_classifier.predict_proba(NEW)
    )


@pytest.mark.parametrize("name", ["model.safetensors", "vocabulary.json"])
def test_one_changed_byte(damaged, name):
    folder = damaged()
    content = bytearray((folder / name).read_bytes())
    content[-5] ^= 1
    (folder / name).write_bytes(content)
    assert refusal(load_folder, folder) == (
        f"{folder / name} is not the file that was saved (its sha256 differs). {AGAIN}"
    )


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
        f"{folder} must be a classifier, got 'transducer'. {AGAIN}"
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


def test_a_pickle_is_never_opened(damaged):
    folder = damaged()
    (folder / "model.safetensors").write_bytes(pickle.dumps({"output.bias": [0.0, 0.0]}))
    signed(folder)
    sentence = refusal(load_folder, folder)
    assert sentence.startswith(f"{folder} cannot be read: ") and sentence.endswith(AGAIN)


def test_weights_of_an_unknown_kind_of_number(damaged):
    folder = damaged()
    header = json.dumps({"x": {"dtype": "BF16", "shape": [1], "data_offsets": [0, 2]}}).encode()
    content = len(header).to_bytes(8, "little") + header + b"\0\0"
    (folder / "model.safetensors").write_bytes(content)
    assert refusal(TextClassifier.load, signed(folder)).startswith(f"{folder} ")


@pytest.mark.parametrize("content", ["epoch,loss\n1,x\n", "epoch,loss\n1\n", "epoch\n1,2\n"])
def test_a_damaged_history(damaged, content):
    folder = damaged()
    (folder / "history.csv").write_text(content, encoding="utf-8")
    assert refusal(load_folder, folder).startswith(f"{folder / 'history.csv'} is damaged: ")


def test_a_card_that_is_not_utf_8(damaged):
    folder = damaged()
    (folder / "README.md").write_bytes(b"caf\xe9")
    assert refusal(load_folder, folder).startswith(f"{folder / 'README.md'} is not UTF-8: ")


def test_a_file_that_cannot_be_read(saved, monkeypatch):
    def denied(path):
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(Path, "read_bytes", denied)
    assert refusal(load_folder, saved) == (
        f"{saved / 'model.json'} cannot be read (Permission denied)."
    )


def test_an_unknown_cleaning_step(damaged):
    folder = damaged()
    rewrite(folder, lambda about: about["settings"].update(clean=["nonsense"]))
    assert re.search(
        "a cleaning step must be one of .* got 'nonsense'", refusal(load_folder, folder)
    )


OTHERS = (None, 3, "x", [])


def changes_of(about):
    """Every entry of model.json, deleted and replaced: (its path, what is done to it)."""
    paths = [(name,) for name in about]
    paths += [
        (name, inner) for name, held in about.items() if isinstance(held, dict) for inner in held
    ]
    for path in paths:
        yield path, "deleted"
        yield from ((path, other) for other in OTHERS)


def test_any_change_of_model_json_is_refused_or_does_no_harm(damaged):
    folder = damaged()
    original = (folder / "model.json").read_text(encoding="utf-8")
    refused = 0
    for path, other in changes_of(json.loads(original)):
        about = json.loads(original)
        holder = about if len(path) == 1 else about[path[0]]
        if other == "deleted":
            del holder[path[-1]]
        else:
            holder[path[-1]] = other
        (folder / "model.json").write_text(json.dumps(about), encoding="utf-8")
        try:
            model = TextClassifier.load(folder)
            assert len(model.predict(["win", "", "home now"])) == 3
        except AttentifError as error:
            assert isinstance(error, ArtifactError), (path, other)
            assert "\n" not in str(error) and str(error)[-1] in ".?", (path, other)
            refused += 1
        except Exception as error:
            pytest.fail(f"{path} = {other!r}: {type(error).__name__}: {error}")
    assert refused > 200
