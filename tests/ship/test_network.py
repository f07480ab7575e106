"""From a folder's arrays to a network: its own weights, or one sentence."""

import numpy as np
import pytest
import torch
from safetensors.numpy import load as load_tensors
from safetensors.numpy import save as save_tensors
from ship_folders import refusal, rewrite, signed
from toy_messages import messages, tiny

from attentif import TextClassifier
from attentif.config import INITIALISERS
from attentif.ship.artifact import load_folder
from attentif.ship.folder import AGAIN
from attentif.ship.network import WithoutDrawing, network_of

TEXTS, LABELS = messages(24, seed=3)


def test_the_weights_are_those_of_the_file(saved, tiny_classifier):
    torch.manual_seed(5)
    random = torch.get_rng_state()
    network = network_of(load_folder(saved), saved)
    assert torch.equal(torch.get_rng_state(), random)
    expected = tiny_classifier.network_.state_dict()
    assert list(network.state_dict()) == list(expected)
    for name, weight in network.state_dict().items():
        assert weight.device.type == "cpu" and torch.equal(weight, expected[name]), name
    assert not network.training
    assert all(weight.requires_grad for weight in network.parameters())


@pytest.mark.parametrize("first", INITIALISERS)
def test_whatever_the_first_values_were(tmp_path, first):
    model = tiny(embedding_init=first, recurrent_init=first).fit(TEXTS, LABELS)
    torch.manual_seed(5)
    random = torch.get_rng_state()
    loaded = TextClassifier.load(model.save(tmp_path / "model"))
    assert torch.equal(torch.get_rng_state(), random)
    assert np.array_equal(loaded.predict_proba(TEXTS), model.predict_proba(TEXTS))


def test_nothing_is_drawn_within():
    with WithoutDrawing():
        filled = torch.nn.init.normal_(torch.zeros(3))
        assert filled.tolist() == torch.zeros(3).uniform_().tolist() == [0.0] * 3
        assert torch.ones(3).add_(1).tolist() == [2.0] * 3
    assert torch.zeros(3).normal_().tolist() != [0.0] * 3


def test_a_loaded_model_can_be_trained_again(saved):
    loaded = TextClassifier.load(saved)
    again = loaded.set_params(epochs=1).fit(TEXTS, LABELS)
    expected = tiny().fit(TEXTS, LABELS)
    assert np.array_equal(again.predict_proba(TEXTS), expected.predict_proba(TEXTS))


def test_a_giant_is_refused_without_being_made(damaged):
    folder = damaged()
    rewrite(folder, lambda about: about["settings"].update(hidden_size=10**6))
    assert "do not fit its settings" in refusal(TextClassifier.load, folder)


@pytest.mark.parametrize("change", ["missing", "added", "shape", "double", "half"])
def test_weights_that_do_not_fit(damaged, change):
    folder = damaged()
    path = folder / "model.safetensors"
    weights = load_tensors(path.read_bytes())
    bias = weights.pop("output.bias")
    changed = {
        "missing": {},
        "added": {"output.bias": bias, "evil": bias},
        "shape": {"output.bias": np.zeros(3, np.float32)},
        "double": {"output.bias": bias.astype(np.float64)},
        "half": {"output.bias": bias.astype(np.float16)},
    }[change]
    path.write_bytes(save_tensors({**weights, **changed}))
    name, needed = ("evil", "absent") if change == "added" else ("output.bias", "(2, 'float32')")
    found = {
        "missing": "nothing",
        "added": "(2, 'float32')",
        "shape": "(3, 'float32')",
        "double": "(2, 'float64')",
        "half": "(2, 'float16')",
    }[change]
    assert refusal(TextClassifier.load, signed(folder)) == (
        f"the weights of {folder} do not fit its settings: {name} must be {needed}, got {found}."
        f" {AGAIN}"
    )
