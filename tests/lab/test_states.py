"""The states of an RNN: slopes as derivatives are, flat ones counted, padding left aside."""

import numpy as np
import pytest
import torch

from attentif.config import ACTIVATIONS, Settings
from attentif.lab.frames import AS_BATCHED, Framed
from attentif.lab.states import SLOPES, states_of
from attentif.lab.variants import PLAIN
from attentif.nn import functions
from attentif.text.encode import FrontEnd
from attentif.train.classify import make_network

TEXTS = ["a b c d", "a b"]


@pytest.mark.parametrize("name", ACTIVATIONS)
def test_slopes_are_the_derivatives(name):
    a = torch.tensor([-3.0, -0.5, 0.2, 4.0], dtype=torch.float64, requires_grad=True)
    h = functions.ACTIVATIONS[name](a)
    steepest, slope_at = SLOPES[name]
    (expected,) = torch.autograd.grad(h.sum(), a)
    assert slope_at(h.detach()).tolist() == pytest.approx(expected.tolist())
    assert steepest == pytest.approx(0.25 if name == "sigmoid" else 1.0)


def looked_at(activation, bias):
    """The states of a network that sees nothing but its bias."""
    given = {"architecture": "rnn", "min_count": 1, "hidden_size": 4, "activation": activation}
    settings = Settings.from_dict(PLAIN | given)
    front_end = FrontEnd.fit(TEXTS, settings)
    network = make_network(settings, front_end, 2).eval()
    cell = network.recurrent.layers[0].forwards
    with torch.no_grad():
        cell.W.weight.zero_()
        cell.U.weight.copy_(0.5 * torch.eye(4))
        cell.U.weight[0, 0] = 0.0
        cell.W.bias.fill_(bias)
    return states_of(Framed(network, AS_BATCHED), front_end.encode(TEXTS))


def test_a_saturated_network_is_flat():
    found = looked_at("tanh", 9.0)
    assert found.flat == 1.0 and found.slope < 1e-6 and found.centre == pytest.approx(1.0)
    assert found.stretch == pytest.approx(0.5)


def test_a_resting_network_is_steep():
    assert looked_at("tanh", 0.0)._replace(stretch=0) == (1.0, 0.0, 0.0, 0)
    sigmoid = looked_at("sigmoid", 0.0)
    assert 0.2 < sigmoid.slope <= 0.25 and 0.5 <= sigmoid.centre < 0.7


def test_padding_is_no_state():
    """Six steps, of four and two words: three units that grow, and one that stays."""
    grows = [1, 1.5, 1.75, 1.875, 1, 1.5]
    expected = (3 * np.mean(grows) + 1) / 4
    assert looked_at("linear", 1.0).centre == pytest.approx(expected)
