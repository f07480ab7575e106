"""Answers without torch: the network's own, whatever the batch; damage in one sentence."""

import json
import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import onnx
import pytest
from ship_folders import refusal, rewrite, signed
from toy_messages import THREE, messages, tiny

from attentif.errors import ArtifactError, AttentifError
from attentif.ship.answers import answers
from attentif.ship.folder import AGAIN, GRAPHS
from attentif.ship.runtime import open_model, read, sessions_of

SRC = Path(__file__).resolve().parents[2] / "src"
TEXTS = [*messages(300, seed=7)[0], "", "   ", "😀 é", "qzxv " * 50, "win " * 500]


def probabilities(model, texts):
    return model.decision.probabilities(model.read(model.front_end.encode(texts)).logits)


@pytest.fixture(scope="module")
def model(saved):
    return open_model(saved)


def test_the_answers_are_the_estimator_s(model, tiny_classifier):
    np.testing.assert_allclose(
        probabilities(model, TEXTS), tiny_classifier.predict_proba(TEXTS), atol=1e-5
    )
    assert model.decision == tiny_classifier.decision_


def test_each_text_has_its_answer(model):
    found = model.answers(TEXTS)
    assert len(found) == len(TEXTS) and model.answers([]) == []
    assert [answer.note for answer in found][-5:] == [
        "empty",
        "empty",
        "no known word",
        "no known word",
        "cut",
    ]
    assert found == answers(model.read, model.front_end, model.decision, TEXTS)


def test_attention_has_one_weight_a_token(model):
    encoded = model.front_end.encode(TEXTS)
    found = model.read(encoded)
    assert [len(weights) for weights in found.weights] == encoded.lengths.tolist()
    for weights in found.weights:
        assert weights.dtype == np.float32 and weights.sum() == pytest.approx(1, abs=1e-5)


@pytest.mark.parametrize("size", [1, 2, 7, 1000])
def test_an_answer_depends_on_its_text_alone(model, size):
    sessions = model.read.args[0]
    encoded = model.front_end.encode(TEXTS)
    alone = np.concatenate([model.read(model.front_end.encode([text])).logits for text in TEXTS])
    found = read(sessions, encoded, batch_size=size).logits
    np.testing.assert_allclose(found, alone, atol=1e-5)
    backwards = read(sessions, model.front_end.encode(TEXTS[::-1]), batch_size=size).logits
    np.testing.assert_allclose(backwards[::-1], alone, atol=1e-5)


def test_no_text_never_reaches_the_engine(model):
    found = model.read(model.front_end.encode([]))
    assert (len(found.logits), found.weights) == (0, [])
    assert answers(model.read, model.front_end, model.decision, []) == []


def test_several_threads_give_the_same(saved, model):
    threaded = open_model(saved, threads=2)
    np.testing.assert_allclose(
        probabilities(threaded, TEXTS), probabilities(model, TEXTS), atol=1e-6
    )


def test_three_classes_and_no_attention(tmp_path):
    trained = tiny(architecture="gru", bidirectional=False).fit(*messages(24, 5, THREE))
    opened = open_model(trained.save(tmp_path / "model"))
    texts = messages(9, 6, THREE)[0]
    np.testing.assert_allclose(
        probabilities(opened, texts), trained.predict_proba(texts), atol=1e-5
    )
    weights = opened.read(opened.front_end.encode(texts)).weights
    assert [len(alpha) for alpha in weights] == [0] * 9


# Without a graph


@pytest.fixture(params=[GRAPHS, GRAPHS[:1]])
def without_graph(damaged, request):
    """A folder whose network ONNX cannot hold, or that has one graph only."""
    folder = damaged()
    for name in request.param:
        (folder / name).unlink()
    return signed(folder)


def test_torch_answers_where_there_is_no_graph(without_graph, tiny_classifier):
    found = probabilities(open_model(without_graph), TEXTS)
    assert np.array_equal(found, tiny_classifier.predict_proba(TEXTS))


@pytest.mark.parametrize("why", ["", "no ONNX graph can hold a network with layer_norm"])
def test_without_graph_and_torch_one_sentence_says_what_to_do(without_graph, monkeypatch, why):
    rewrite(without_graph, lambda about: about.update(without_graph=why))
    monkeypatch.setitem(sys.modules, "torch", None)
    with pytest.raises(AttentifError) as caught:
        open_model(without_graph)
    reason = f" ({why})" if why else ""
    assert str(caught.value) == (
        f"{without_graph} has no ONNX graph{reason}, so its answers need PyTorch; torch is not"
        " installed. Run: pip install 'attentif[train]'"
    )


# Damage


@pytest.mark.parametrize("name", [*GRAPHS, "model.safetensors", "vocabulary.json"])
def test_one_changed_byte_or_a_missing_file(damaged, name):
    folder = damaged()
    content = bytearray((folder / name).read_bytes())
    content[-5] ^= 1
    (folder / name).write_bytes(content)
    assert refusal(open_model, folder) == (
        f"{folder / name} is not the file that was saved (its sha256 differs). {AGAIN}"
    )
    (folder / name).unlink()
    assert refusal(open_model, folder) == f"{folder} is not a model: {name} is missing."


@pytest.mark.parametrize("name", GRAPHS)
@pytest.mark.parametrize("content", [b"", b"no graph", b"\x08\x09", b"\0" * 100])
def test_a_file_that_is_no_graph(damaged, name, content):
    folder = damaged()
    (folder / name).write_bytes(content)
    sentence = refusal(open_model, signed(folder))
    assert sentence.startswith(f"{folder / name} ") and sentence.endswith(AGAIN)


@pytest.mark.parametrize("name", GRAPHS)
@pytest.mark.parametrize("place", ["../other", "/etc/hostname", "other"])
def test_a_graph_that_points_elsewhere_is_refused(damaged, name, place):
    folder = damaged()
    graph = onnx.load(folder / name, load_external_data=False)
    for tensor in graph.graph.initializer:
        for entry in tensor.external_data:
            if entry.key == "location":
                entry.value = place
    (folder / name).write_bytes(graph.SerializeToString())
    assert "cannot be run: " in refusal(open_model, signed(folder))


def test_weights_that_were_cut_off(damaged):
    folder = damaged()
    path = folder / "model.safetensors"
    path.write_bytes(path.read_bytes()[:400])
    assert "words.onnx cannot be run: " in refusal(open_model, signed(folder))


@pytest.mark.parametrize("change", [{"ngram_buckets": 128}, {"shapes": False}])
def test_settings_of_another_model(damaged, change):
    folder = damaged()
    rewrite(folder, lambda about: about["settings"].update(change))
    assert "does not fit the settings of the model: n_" in refusal(open_model, folder)


def test_another_graph_s_metadata(saved):
    graphs = [(saved / name).read_bytes() for name in GRAPHS]
    weights = (saved / "model.safetensors").read_bytes()
    assert refusal(sessions_of, graphs, weights, {"wings": 2}, saved) == (
        f"{saved / 'words.onnx'} does not fit the settings of the model: wings must be 2,"
        f" got nothing. {AGAIN}"
    )


def test_any_change_of_model_json_is_refused_or_does_no_harm(damaged):
    folder = damaged()
    original = (folder / "model.json").read_text(encoding="utf-8")
    refused = 0
    about = json.loads(original)
    paths = [(name,) for name in about]
    paths += [(name, inner) for name in ("decision", "sha256") for inner in about[name]]
    for path in paths:
        for other in (None, 3, "x", []):
            changed = json.loads(original)
            (changed if len(path) == 1 else changed[path[0]])[path[-1]] = other
            (folder / "model.json").write_text(json.dumps(changed), encoding="utf-8")
            try:
                assert len(probabilities(open_model(folder), ["win", ""])) == 2
            except ArtifactError as error:
                assert "\n" not in str(error), path
                refused += 1
    assert refused > 20


# What is loaded


def test_answering_loads_neither_torch_nor_what_trains(saved):
    code = (
        "import sys\nfrom pathlib import Path\nfrom attentif.ship.answers import answers\n"
        "from attentif.ship.runtime import open_model\n"
        f"model = open_model(Path({str(saved)!r}))\n"
        "print(answers(model.read, model.front_end, model.decision, ['win a prize'])[0].label)\n"
        "print(*sys.modules)"
    )
    ran = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True,
        env={**os.environ, "PYTHONPATH": str(SRC)},
    )  # fmt: skip
    label, modules = ran.stdout.strip().split("\n")
    heavy = {"torch", "sklearn", "scipy", "safetensors", "onnx", "pandas", "matplotlib", "rich"}
    assert label == "spam" and not heavy & set(modules.split())


def test_a_folder_may_be_named_by_a_text(saved):
    assert open_model(str(saved)).answers(["win"]) == open_model(saved).answers(["win"])
