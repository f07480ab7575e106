import math

import pytest
import torch

from attentif import config
from attentif.nn.functions import ACTIVATIONS, INITIALISERS, initialise_blocks


def test_the_names_are_those_of_the_settings():
    assert set(ACTIVATIONS) == set(config.ACTIVATIONS)
    assert set(INITIALISERS) == set(config.INITIALISERS)


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        # tanh(ln 2) = (2 - 1/2) / (2 + 1/2) = 3/5
        ("tanh", [-3 / 5, 0.0, 3 / 5]),
        # sigmoid(ln 2) = 1 / (1 + 1/2) = 2/3
        ("sigmoid", [1 / 3, 1 / 2, 2 / 3]),
        ("relu", [0.0, 0.0, math.log(2)]),
        ("linear", [-math.log(2), 0.0, math.log(2)]),
    ],
)
def test_activations_by_hand(name, expected):
    x = torch.tensor([-math.log(2), 0.0, math.log(2)], dtype=torch.float64)
    assert ACTIVATIONS[name](x).tolist() == pytest.approx(expected, abs=1e-12)


def test_uniform_and_normal_are_keras_s():
    weight = torch.empty(200, 200)
    INITIALISERS["uniform"](weight)
    assert weight.abs().max() <= 0.05
    assert weight.std().item() == pytest.approx(0.05 / math.sqrt(3), rel=0.02)
    INITIALISERS["normal"](weight)
    assert weight.abs().max() > 0.15
    assert weight.std().item() == pytest.approx(0.05, rel=0.02)
    assert abs(weight.mean().item()) < 0.001


def test_xavier_spreads_by_the_widths():
    weight = torch.empty(100, 300)
    INITIALISERS["xavier"](weight)
    assert weight.abs().max().item() == pytest.approx(math.sqrt(6 / 400), rel=0.001)


def test_zeros():
    assert not INITIALISERS["zeros"](torch.ones(2, 3)).any()


def test_orthogonal_holds_for_each_block():
    weight = torch.empty(20, 5)
    initialise_blocks(weight, INITIALISERS["orthogonal"])
    for block in weight.split(5):
        torch.testing.assert_close(block @ block.T, torch.eye(5), atol=1e-6, rtol=0)
    assert not torch.equal(weight[:5], weight[5:10])


def test_orthogonal_is_the_same_on_any_number_of_threads():
    before, found = torch.get_num_threads(), []
    try:
        for threads in (1, 2, 4):
            torch.set_num_threads(threads)
            torch.manual_seed(0)
            found.append(INITIALISERS["orthogonal"](torch.empty(128, 128)))
            assert torch.get_num_threads() == threads
    finally:
        torch.set_num_threads(before)
    assert torch.equal(found[0], found[1]) and torch.equal(found[0], found[2])


def test_xavier_in_blocks_is_that_of_a_square():
    weight = torch.empty(400, 100)
    initialise_blocks(weight, INITIALISERS["xavier"])
    assert weight.abs().max().item() == pytest.approx(math.sqrt(6 / 200), rel=0.001)


def test_first_values_leave_nothing_to_differentiate():
    weight = torch.nn.Parameter(torch.empty(6, 3))
    initialise_blocks(weight, INITIALISERS["normal"])
    assert weight.grad_fn is None
    assert weight.requires_grad
