"""The graph is the network: every cell, pooling, direction, depth and activation."""

import json

import numpy as np
import onnx
import pytest
import torch
from safetensors.numpy import save
from toy_messages import messages

from attentif.config import ACTIVATIONS, CELLS, POOLINGS, Settings
from attentif.errors import ArtifactError
from attentif.measure.decision import Decision
from attentif.nn.classifier import Classifier
from attentif.ship.graph import INPUTS, graph_of, lacking
from attentif.ship.runtime import read, session_of
from attentif.text.encode import FrontEnd
from attentif.train.predict import read as read_with_torch

SMALL = {"embedding_size": 6, "shape_size": 3, "hidden_size": 5, "attention_size": 4}
PLAIN = {"ngram_buckets": 32, "min_count": 1, "recurrent_init": "normal"}
TEXTS = ["", "win", "qzxv 99", *messages(30, seed=2)[0], "the " * 40 + "win", "a b c d e f g"]
CLOSE = 1e-5


@pytest.fixture(autouse=True)
def one_thread(one_thread_of_torch):
    """For the same numbers."""


def made(**settings):
    """A network of first weights, what reads its texts, and the content of its files."""
    chosen = Settings(**{**SMALL, **PLAIN, **settings})
    front_end = FrontEnd.fit(messages(20, seed=1)[0], chosen)
    torch.manual_seed(3)
    network = Classifier(
        chosen, n_pieces=front_end.n_pieces, n_shapes=front_end.n_shapes, n_classes=3
    )
    with torch.no_grad():  # biases are zero at first, which would hide a wrong one
        for weight in network.parameters():
            weight += 0.1 * torch.randn_like(weight)
        for buffer in network.buffers():  # the evidence, which has learnt nothing yet
            buffer += torch.rand_like(buffer)
        for table in (network.embedding.pieces, network.embedding.shapes):
            if table is not None:
                table.weight[0] = 0.0
    weights = {name: value.numpy() for name, value in network.state_dict().items()}
    saved = save(weights)
    graph = graph_of(chosen, weights, saved, {"labels": ["a", "b", "c"]}, "model.safetensors")
    return network, front_end, graph, saved


def chances(logits):
    """Their softmax: a logarithm near zero would make much of little."""
    return Decision(("a", "b", "c")).probabilities(logits)


def check(**settings):
    """Both read the same texts, in batches of several sizes, and agree."""
    network, front_end, graph, saved = made(**settings)
    session = session_of(graph, saved, {}, "m")
    encoded = front_end.encode(TEXTS)
    expected = read_with_torch(network.eval(), encoded)
    for size in (1, 3, len(TEXTS)):
        found = read(session, encoded, batch_size=size)
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
    graph = onnx.load_from_string(made(subwords=subwords, shapes=shapes)[2])
    expected = [name for name in INPUTS if name != "shapes" or shapes]
    assert [entry.name for entry in graph.graph.input] == expected


@pytest.mark.parametrize("subwords", [True, False])
def test_with_evidence_and_without(subwords):
    for evidence in (True, False):
        check(evidence=evidence, subwords=subwords)
    with_it, without = (made(evidence=given)[2] for given in (True, False))
    assert len(with_it) > len(without)


def test_a_part_that_the_graph_does_not_know_is_refused():
    network, _, _, _ = made()
    weights = {name: value.numpy() for name, value in network.state_dict().items()}
    weights["wings.weight"] = np.ones(2, np.float32)
    with pytest.raises(ArtifactError, match="no ONNX graph is known for the network's part wings"):
        graph_of(Settings(**SMALL, **PLAIN), weights, save(weights), {}, "model.safetensors")


def test_padding_gets_no_attention_at_all():
    _, front_end, graph, saved = made()
    session = session_of(graph, saved, {}, "m")
    inputs = {
        "pieces": [0, 5, 6], "owners": [0, 1, 1], "sizes": [1, 2], "shapes": [0, 4],
        "words": [[1, 1, 1], [1, 0, 0]], "lengths": [3, 1],
    }  # fmt: skip
    arrays = {name: np.array(values, np.int32) for name, values in inputs.items()}
    _, weights = session.run(None, arrays)
    assert weights[1].tolist() == [1.0, 0.0, 0.0] and weights[0].sum() == pytest.approx(1)


def test_equal_networks_give_equal_bytes_and_the_tables_stay_outside():
    (_, _, first, saved), (_, _, second, _) = made(ngram_buckets=4096), made(ngram_buckets=4096)
    assert first == second
    assert len(first) < 20_000 < 100_000 < len(saved)


def test_the_file_says_what_it_is_and_is_right_by_the_book(tmp_path):
    _, _, graph, saved = made()
    (tmp_path / "model.safetensors").write_bytes(saved)
    (tmp_path / "model.onnx").write_bytes(graph)
    onnx.checker.check_model(str(tmp_path / "model.onnx"), full_check=True)
    model = onnx.load_from_string(graph)
    assert model.producer_name == "attentif"
    assert [json.loads(entry.value) for entry in model.metadata_props] == [["a", "b", "c"]]
    assert [entry.name for entry in model.graph.output] == ["logits", "weights"]


def test_what_onnx_has_no_node_for_is_refused():
    assert lacking(Settings()) == ""
    assert lacking(Settings(layer_norm=True)) == "layer_norm"
    assert lacking(Settings(masking=False)) == "masking=False"
    with pytest.raises(ArtifactError, match="no ONNX graph can hold a network with layer_norm"):
        graph_of(Settings(layer_norm=True), {}, b"", {}, "model.safetensors")
