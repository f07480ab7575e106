"""The model folder: the same answers elsewhere, whole or not at all, refused when changed."""

import json
import os
import pickle
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from ship_folders import refusal, signed
from toy_messages import THREE, messages, tiny

from attentif import TextClassifier
from attentif.config import CELLS, POOLINGS
from attentif.errors import ArtifactError, AttentifError
from attentif.ship.artifact import load_folder
from attentif.ship.folder import AGAIN

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


def test_two_hash_seeds_give_the_same_vocabulary():
    code = (
        "from attentif.config import Settings\nfrom attentif.ship.folder import as_json\n"
        "from attentif.text.encode import FrontEnd\nfrom toy_messages import messages\n"
        "front_end = FrontEnd.fit(messages(200, seed=1)[0], Settings())\n"
        "print(as_json(front_end.to_json()))"
    )
    one, other = (in_a_new_process(seed, "-c", code) for seed in "12")
    assert one == other and "prize" in one


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
