import json

import pytest
import torch

from attentif.config import ARCHITECTURES, POOLINGS, NetworkSettings
from attentif.inspect.record import record
from attentif.inspect.summary import summarize
from attentif.nn.classifier import Classifier
from attentif.nn.embedding import Inputs


def network(**settings) -> Classifier:
    return Classifier(NetworkSettings(**settings), n_pieces=50, n_shapes=7, n_classes=3)


@pytest.mark.parametrize("architecture", ARCHITECTURES)
@pytest.mark.parametrize("settings", [{}, {"layers": 2, "bidirectional": False}])
def test_the_blocks_hold_all_parameters(architecture, settings):
    model = network(architecture=architecture, **settings)
    found = summarize(model)
    total = sum(weight.numel() for weight in model.parameters())
    assert sum(block.parameters for block in found.blocks) == found.parameters == total
    assert [layer.name for layer in found.layers] == [n for n, _ in model.named_parameters()]
    json.dumps(found.to_dict(), allow_nan=False)


@pytest.mark.parametrize("pooling", POOLINGS)
def test_the_shapes_are_those_of_the_values(pooling):
    model = network(pooling=pooling, layers=2, layer_norm=True)
    mask = torch.ones(2, 4, dtype=torch.bool)
    n = torch.arange(5)
    inputs = Inputs(torch.ones(2, 4, dtype=torch.long), mask, n, n, n)
    with record(model) as trace:
        model(inputs)
    sizes = {"B": 2, "T": 4}
    shapes = {
        block.part: tuple(sizes.get(size) or int(size) for size in block.shape)
        for block in summarize(model).blocks
    }
    assert shapes["embedding"] == tuple(model.embed(inputs).shape)
    assert shapes["recurrent"] == (2, 4, 2 * trace["recurrent.layers.1.forwards.hidden"].shape[2])
    assert shapes["pooling"] == tuple(trace["context"].shape)
    assert shapes["output"] == tuple(trace["logits"].shape)
    if "combine" in shapes:
        assert shapes["combine"] == tuple(trace["vector"].shape)
    assert ("combine" in shapes) == (pooling in ("dot", "general", "additive"))


def test_what_it_says():
    blocks = summarize(
        network(architecture="gru", layers=2, output_activation="relu", hidden_size=100)
    ).blocks
    titles = [block.title for block in blocks]
    assert titles[:2] == ["Words", "Embedding"]
    assert titles[2:4] == ["GRU 1, both ways", "GRU 2, both ways"]
    assert titles[4:] == ["Last state", "Output", "Evidence e, added"]
    assert blocks[1].detail == "50 vectors, 7 shapes, evidence"
    assert blocks[2].detail == "100 units each way, tanh, gates sigmoid"
    assert blocks[-2].label == "relu" and blocks[-2].detail == "3 classes"
    assert blocks[-1].detail.endswith(" numbers of a linear fit")
    assert blocks[-1].label == "+ 0 e, softmax"
    assert summarize(network()).blocks[-2].label == "logits"
    assert summarize(network(evidence=False)).blocks[-1].label == "softmax"
    assert blocks[-1].parameters == 0  # buffers: no gradient teaches them
    assert "Evidence e, added" not in [b.title for b in summarize(network(evidence=False)).blocks]
    rnn = summarize(network(architecture="rnn", bidirectional=False, hidden_size=100)).blocks[2]
    assert (rnn.title, rnn.detail) == ("RNN", "100 units, tanh")
