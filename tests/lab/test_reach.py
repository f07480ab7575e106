"""The reach of the gradient: as by hand, by distance, and with padding as steps or not."""

import numpy as np
import pytest
import torch

from attentif.config import Settings
from attentif.lab.frames import AS_BATCHED, Frame, Framed
from attentif.lab.reach import of_norms, reach
from attentif.lab.variants import PLAIN
from attentif.text.encode import FrontEnd
from attentif.train.classify import make_network

TEXTS = ["a b c d", "a b", "d c b a"]
LABELS = np.array([0, 1, 0])


def measured(frame=AS_BATCHED, **changes):
    given = PLAIN | {"min_count": 1, "architecture": "rnn", "hidden_size": 5} | changes
    settings = Settings.from_dict(given)
    front_end = FrontEnd.fit(TEXTS, settings)
    network = make_network(settings, front_end, 2).eval()
    return Framed(network, frame), front_end.encode(TEXTS)


def test_a_linear_network_gives_what_its_matrix_says():
    """One unit, h' = W x + u h: the gradient shrinks by u at each step back, exactly."""
    network, encoded = measured(hidden_size=1, activation="linear")
    with torch.no_grad():
        network.network.recurrent.layers[0].forwards.U.weight.fill_(0.5)
    found = reach(network, encoded, LABELS)
    assert found.parts == pytest.approx([1, 0.5, 0.25, 0.125])
    assert found.first_word == pytest.approx((0.125 * 0.5 * 0.125) ** (1 / 3))
    assert found.last_word == pytest.approx(1.0)
    assert found.steps == pytest.approx((3 + 1 + 3) / 3)


def test_padding_counts_as_steps_without_the_mask():
    network, encoded = measured(Frame(6), hidden_size=1, activation="linear", masking=False)
    with torch.no_grad():
        network.network.recurrent.layers[0].forwards.U.weight.fill_(0.5)
    found = reach(network, encoded, LABELS)
    assert len(found.parts) == 6 and found.steps == 5
    assert found.first_word == pytest.approx(0.5**5)
    assert found.last_word == pytest.approx((0.5**2 * 0.5**4 * 0.5**2) ** (1 / 3))


def test_what_single_precision_loses_is_still_measured():
    network, encoded = measured(Frame(200), hidden_size=1, activation="linear", masking=False)
    with torch.no_grad():
        network.network.recurrent.layers[0].forwards.U.weight.fill_(0.5)
    assert reach(network, encoded, LABELS).first_word == pytest.approx(0.5**199)


def test_the_network_is_left_as_it_was():
    network, encoded = measured()
    reach(network, encoded, LABELS)
    assert {weight.dtype for weight in network.parameters()} == {torch.float32}
    assert all(weight.grad is None for weight in network.parameters())


def test_steps_that_few_texts_reach_are_left_out():
    logs = np.zeros((30, 3))
    mask = np.zeros((30, 3), bool)
    mask[:, 0] = True
    mask[0] = True
    assert len(of_norms(logs, mask, mask).parts) == 1
    mask[:3] = True
    found = of_norms(logs, mask, mask)
    assert len(found.parts) == 3
    assert found.to_dict() == {
        "parts": [1.0, 1.0, 1.0], "first_word": 1.0, "last_word": 1.0, "steps": 0.2,
    }  # fmt: skip
