import json
import math

import numpy as np
import pytest
import torch
from torch import nn
from torch.nn import functional
from toy_messages import messages, tiny

from attentif.config import NetworkSettings
from attentif.inspect.gradients import (
    UpdateRatios,
    back_in_time,
    by_distance,
    cells,
    spectra,
)
from attentif.inspect.subject import Subject, sample_of
from attentif.nn.classifier import Classifier
from attentif.nn.evidence import heard
from attentif.train.batch import gather
from attentif.train.loop import Run


def test_by_distance_by_hand():
    e = math.e
    slope = torch.tensor([[[e, 0.0], [0, e**2], [0, e**3]], [[0, e**4], [torch.nan] * 2,
                          [torch.nan] * 2]])  # fmt: skip
    forwards = by_distance(slope, 4, backwards=False)
    assert np.allclose(forwards, [[3 + 4, 2, 1, 0], [0, -1, -2, 0], [2, 1, 1, 0]], atol=1e-6)
    backwards = by_distance(slope, 4, backwards=True)
    assert np.allclose(backwards, [[1 + 4, 2, 3, 0], [0, 1, 2, 0], [2, 1, 1, 0]], atol=1e-6)


def test_one_text_by_automatic_differentiation(last_subject):
    """The last layer's hidden states are the memory: its gradient, taken another way."""
    sample = sample_of(last_subject, ["win a prize now"])
    network = last_subject.network
    found = back_in_time(last_subject, sample, np.array([0]))
    assert [(one.layer, one.state) for one in found] == [(1, "hidden"), (2, "hidden")]
    inputs = gather(sample.encoded, np.arange(1)).inputs
    lower, upper = network.recurrent.layers
    lower.fused = upper.fused = True
    said = network.evidence(inputs)
    x = torch.cat([network.embedding(inputs), heard(said, inputs.mask)], dim=2)
    below = lower(x.detach(), inputs.mask).memory.detach()
    below.requires_grad_()
    memory, last = upper(below, inputs.mask)
    logits = network.output(last) + network.evidence.opinion(said)
    loss = functional.cross_entropy(logits, torch.tensor([0]))
    (slope,) = torch.autograd.grad(loss, below)
    # What reaches the lower states from above alone is less than the whole, but at the end
    # there is no later lower state: there it is all.
    assert found[0].norms[0] == pytest.approx(slope[0, -1].norm().item(), rel=1e-4)
    assert found[0].parts[0] == 1 and found[0].texts == (1, 1, 1, 1)


def test_a_linear_recurrence_loses_half_a_step(subject):
    sizes = {"embedding_size": 4, "hidden_size": 3, "shape_size": 2, "dropout": 0.0}
    settings = NetworkSettings(
        architecture="rnn", bidirectional=False, activation="linear", **sizes
    )
    front_end = subject.front_end
    network = Classifier(settings, n_pieces=front_end.n_pieces, n_shapes=front_end.n_shapes,
                         n_classes=2).eval()  # fmt: skip
    with torch.no_grad():
        network.recurrent.layers[0].forwards.U.weight.copy_(torch.eye(3) * 0.5)
    own = Subject(network, front_end, subject.decision)
    (found,) = back_in_time(own, sample_of(own, ["a b c d e", "a b c"]), np.array([0, 1]))
    assert found.parts == pytest.approx([0.5**k for k in range(5)], rel=1e-5)
    assert found.texts == (2, 2, 2, 1, 1)
    assert found.shared == 5 and found.left == pytest.approx(0.5**4)
    assert json.loads(json.dumps(found.to_dict()))["texts"] == [2, 2, 2, 1, 1]
    (largest,) = spectra(network)
    assert largest.values == pytest.approx([0.5] * 3) and largest.bound == 1.0


def test_an_lstm_has_a_memory_too(subject, sample):
    found = back_in_time(subject, sample)
    states = [(one.direction, one.state) for one in found]
    assert states == [(way, state) for way in ("forwards", "backwards")
                      for state in ("hidden", "memory")]  # fmt: skip
    assert all(one.texts[0] == len(sample) and min(one.norms) > 0 for one in found)


@pytest.mark.parametrize(
    ("settings", "bound"),
    [
        ({"architecture": "rnn", "activation": "tanh"}, 1.0),
        ({"architecture": "rnn", "activation": "sigmoid"}, 4.0),
        ({"architecture": "rnn", "layer_norm": True}, None),
        ({"architecture": "gru"}, None),
        ({"architecture": "lstm", "layers": 2}, None),
    ],
)
def test_spectra(settings, bound):
    network = Classifier(NetworkSettings(hidden_size=6, **settings), n_pieces=5, n_shapes=0,
                         n_classes=2)  # fmt: skip
    found = spectra(network)
    blocks = {"rnn": 1, "gru": 3, "lstm": 4}[settings["architecture"]]
    assert (
        len(found) == blocks * 2 * settings.get("layers", 1) == blocks * len(list(cells(network)))
    )
    for one in found:
        assert one.bound == bound
        assert list(one.values) == pytest.approx([1.0] * 6, abs=1e-5)  # orthogonal at the start
    last = found[-1]
    _, _, cell = list(cells(network))[-1]
    expected = np.linalg.svd(cell.U.weight[-6:].detach().numpy(), compute_uv=False)
    assert list(last.values) == pytest.approx(expected, abs=1e-5)
    assert last.to_dict()["largest"] == last.values[0]


def test_update_ratios_by_hand():
    model = nn.Linear(2, 1, bias=False)
    with torch.no_grad():
        model.weight.copy_(torch.tensor([[3.0, 4.0]]))
    run = Run(model, torch.optim.SGD(model.parameters(), lr=1.0), epochs=2, epoch=1)
    watch = UpdateRatios(every=2)
    for step in range(3):
        run.step = step
        watch.on_gradients(run)
        with torch.no_grad():
            model.weight += torch.tensor([[0.0, 1.0]])
        run.step = step + 1
        watch.on_step(run)
    watch.on_epoch(run)
    size = (9 + 36) ** 0.5  # the third step starts from (3, 6)
    assert watch.rows == [
        {"epoch": 1, "name": "weight", "ratio": pytest.approx((1 / 5 + 1 / size) / 2)}
    ]
    run.epoch = 2
    watch.on_epoch(run)
    assert len(watch.rows) == 1


def test_update_ratios_of_a_training():
    watch = UpdateRatios(every=1)
    model = tiny(epochs=2).fit(*messages(40, seed=1), callbacks=[watch])
    names = [name for name, _ in model.network_.named_parameters()]
    assert {row["name"] for row in watch.rows} == set(names)
    assert {row["epoch"] for row in watch.rows} == {1, 2}
    assert all(0 < row["ratio"] < 10 for row in watch.rows)
    same = tiny(epochs=2).fit(*messages(40, seed=1))
    assert torch.equal(model.network_.output.weight, same.network_.output.weight)
