"""Graphs that answer otherwise than the network are never written."""

import numpy as np
import pytest
from ship_folders import refusal

from attentif.ship.artifact import load_folder
from attentif.ship.folder import GRAPHS, WEIGHTS
from attentif.ship.nodes import places
from attentif.ship.parity import check_parity, samples


@pytest.fixture(scope="module")
def whole(saved):
    """The model, its graphs and the content of its weights."""
    graphs = [(saved / name).read_bytes() for name in GRAPHS]
    return load_folder(saved), graphs, (saved / WEIGHTS).read_bytes()


def test_the_graphs_that_were_saved_pass(whole):
    check_parity(*whole)


@pytest.mark.parametrize("change", [1e-2, np.nan])
def test_a_weight_that_differs_is_noticed(whole, change):
    artifact, graphs, saved = whole
    content, (place, _) = bytearray(saved), places(saved)["output.bias"]
    content[place : place + 4] = np.float32(artifact.weights["output.bias"][0] + change).tobytes()
    sentence = refusal(check_parity, artifact, graphs, bytes(content))
    assert sentence.startswith("the ONNX graphs must answer as the network does to 1e-05, got")


def test_the_texts_are_of_many_lengths_and_the_same_each_time(whole):
    front_end = whole[0].front_end
    texts = samples(front_end)
    assert texts == samples(front_end)
    encoded = front_end.encode(texts)
    assert encoded.empty.any() and len(set(encoded.lengths.tolist())) > 5
    assert encoded.lengths.max() == min(60, front_end.max_length)
