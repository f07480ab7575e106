"""The graphs are the network: every cell, pooling, direction, depth and activation."""

import json
from pathlib import Path

import numpy as np
import onnx
import pytest
from safetensors.numpy import save
from ship_graphs import PLAIN, SMALL, TEXTS, made

from attentif.config import ACTIVATIONS, CELLS, POOLINGS, Settings
from attentif.errors import ArtifactError
from attentif.measure.decision import Decision
from attentif.ship.runtime import read, sessions_of
from attentif.ship.text_graph import lacking, text_graph
from attentif.train.predict import read as read_with_torch

CLOSE = 1e-5


@pytest.fixture(autouse=True)
def one_thread(one_thread_of_torch):
    """For the same numbers."""


def chances(logits):
    """Their softmax: a logarithm near zero would make much of little."""
    return Decision(("a", "b", "c")).probabilities(logits)


def check(**settings):
    """Both read the same texts, in batches of several sizes, and agree."""
    network, front_end, graphs, saved = made(**settings)
    sessions = sessions_of(graphs, saved, {}, Path("m"))
    encoded = front_end.encode(TEXTS)
    expected = read_with_torch(network.eval(), encoded)
    for size in (1, 3, len(TEXTS)):
        found = read(sessions, encoded, batch_size=size)
        np.testing.assert_allclose(chances(found.logits), chances(expected.logits), atol=CLOSE)
        assert found.logits.dtype == np.float32
        for here, there in zip(found.weights, expected.weights, strict=True):
            assert here.shape == there.shape
            np.testing.assert_allclose(here, there, atol=CLOSE)


@pytest.mark.parametrize("layers", [1, 2])
@pytest.mark.parametrize("bidirectional", [False, True])
@pytest.mark.parametrize("pooling", POOLINGS)
@pytest.mark.parametrize("cell", CELLS)
def test_every_cell_and_pooling(cell, pooling, bidirectional, layers):
    check(cell=cell, pooling=pooling, bidirectional=bidirectional, layers=layers)


@pytest.mark.parametrize("gate_activation", ACTIVATIONS)
@pytest.mark.parametrize("activation", ["tanh", "sigmoid", "linear"])
@pytest.mark.parametrize("cell", CELLS)
def test_every_activation(cell, activation, gate_activation):
    bounded = gate_activation == "sigmoid" or activation != "linear"
    if bounded or cell == "rnn":  # the others grow without bound on the longest text
        check(cell=cell, activation=activation, gate_activation=gate_activation, layers=1)


@pytest.mark.parametrize("output", ["softmax", "sigmoid", "relu"])
@pytest.mark.parametrize("bias", [True, False])
def test_every_output_and_attention_without_a_bias(output, bias):
    check(output_activation=output, attention_bias=bias)


@pytest.mark.parametrize("subwords", [True, False])
@pytest.mark.parametrize("shapes", [True, False])
def test_every_front_end(subwords, shapes):
    check(subwords=subwords, shapes=shapes)


@pytest.mark.parametrize("subwords", [True, False])
def test_with_evidence_and_without(subwords):
    for evidence in (True, False):
        check(evidence=evidence, subwords=subwords)
    rows, texts = ["vectors"], ["words", "lengths"]
    for evidence, more in ((False, []), (True, ["alone", "grams", "ids"])):
        graph = onnx.load_from_string(made(evidence=evidence)[2][1]).graph
        assert [entry.name for entry in graph.input] == [*rows, *more, *texts]


def test_a_part_that_the_graph_does_not_know_is_refused():
    network, _, _, _ = made()
    weights = {name: value.numpy() for name, value in network.state_dict().items()}
    weights["wings.weight"] = np.ones(2, np.float32)
    with pytest.raises(ArtifactError, match="no ONNX graph is known for the network's part wings"):
        text_graph(Settings(**SMALL, **PLAIN), weights, save(weights), {}, "model.safetensors")


def test_padding_gets_no_attention_at_all():
    _, _, graphs, saved = made()
    session = sessions_of(graphs, saved, {}, Path("m")).texts
    inputs = {"ids": [0, 5], "words": [[1, 1, 1], [1, 0, 0]], "lengths": [3, 1]}
    arrays = {name: np.array(values, np.int32) for name, values in inputs.items()}
    widths = {"vectors": 9, "alone": 4, "grams": 4}  # the rows of padding are not even zero
    rows = {name: np.ones((2, width), np.float32) for name, width in widths.items()}
    _, weights = session.run(None, rows | arrays)
    assert weights[1].tolist() == [1.0, 0.0, 0.0] and weights[0].sum() == pytest.approx(1)


def test_equal_networks_give_equal_bytes_and_the_tables_stay_outside():
    (_, _, first, saved), (_, _, second, _) = made(ngram_buckets=4096), made(ngram_buckets=4096)
    assert first == second
    assert sum(map(len, first)) < 20_000 < 100_000 < len(saved)


def test_the_file_says_what_it_is_and_is_right_by_the_book(tmp_path):
    _, _, graphs, saved = made()
    (tmp_path / "model.safetensors").write_bytes(saved)
    outputs = (["vectors", "alone", "grams"], ["logits", "weights"])
    for graph, expected in zip(graphs, outputs, strict=True):
        (tmp_path / "a.onnx").write_bytes(graph)
        onnx.checker.check_model(str(tmp_path / "a.onnx"), full_check=True)
        model = onnx.load_from_string(graph)
        assert model.producer_name == "attentif"
        assert [json.loads(entry.value) for entry in model.metadata_props] == [["a", "b", "c"]]
        assert [entry.name for entry in model.graph.output] == expected


def test_what_onnx_has_no_node_for_is_refused():
    assert lacking(Settings()) == ""
    assert lacking(Settings(layer_norm=True)) == "layer_norm"
    assert lacking(Settings(masking=False)) == "masking=False"
    with pytest.raises(ArtifactError, match="no ONNX graph can hold a network with layer_norm"):
        text_graph(Settings(layer_norm=True), {}, b"", {}, "model.safetensors")
