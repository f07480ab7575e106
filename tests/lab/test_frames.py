"""Frames: every text as long as the frame, its words in their order, padding where it is wanted."""

import numpy as np
import pytest
import torch

from attentif.config import Settings
from attentif.lab.frames import Frame, Framed, framed, to_the_end
from attentif.lab.variants import PLAIN
from attentif.text.encode import FrontEnd
from attentif.train.batch import gather
from attentif.train.classify import make_network

TEXTS = ["win a prize now", "lunch", "home at noon"]
SETTINGS = Settings.from_dict(PLAIN | {"min_count": 1, "architecture": "rnn", "hidden_size": 4})


@pytest.fixture(scope="module")
def front_end():
    return FrontEnd.fit(TEXTS, SETTINGS)


@pytest.fixture(scope="module")
def inputs(front_end):
    return gather(front_end.encode(TEXTS), np.arange(3)).inputs


def test_padding_at_the_end(inputs):
    found = framed(inputs, Frame(7))
    assert found.words.shape == (3, 7)
    assert found.words[:, :4].tolist() == inputs.words.tolist()
    assert found.mask.sum(dim=1).tolist() == [4, 1, 3]
    assert not found.words[:, 4:].any()


def test_padding_at_the_start_keeps_the_order(inputs):
    found = framed(inputs, Frame(6, "start"))
    for row, length in enumerate([4, 1, 3]):
        assert found.words[row, 6 - length :].tolist() == inputs.words[row, :length].tolist()
        assert found.mask[row].tolist() == [False] * (6 - length) + [True] * length


def test_a_frame_shorter_than_the_batch_cuts_nothing(inputs):
    assert framed(inputs, Frame(2)).words.tolist() == inputs.words.tolist()
    assert framed(inputs, Frame()).mask.tolist() == inputs.mask.tolist()


def test_moving_is_a_permutation(inputs):
    assert to_the_end(inputs.mask).sort(dim=1).values.tolist() == [[0, 1, 2, 3]] * 3


def test_with_the_mask_the_frame_changes_no_answer(front_end, inputs):
    network = make_network(SETTINGS, front_end, 2).eval()
    plain = network(inputs).logits
    assert torch.allclose(Framed(network, Frame(9))(inputs).logits, plain, atol=1e-6)


def test_without_the_mask_padding_is_read(front_end, inputs):
    settings = Settings.from_dict(SETTINGS.to_dict() | {"masking": False})
    network = make_network(settings, front_end, 2).eval()
    ends = Framed(network, Frame(9))(inputs).logits
    starts = Framed(network, Frame(9, "start"))(inputs).logits
    assert not torch.allclose(ends, starts, atol=1e-4)
    assert not torch.allclose(ends, network(inputs).logits, atol=1e-4)
