"""Weights compared: pulls as torch finds them, ways made, and sentences from the numbers."""

import numpy as np
import pytest
import torch
from torch.nn import functional

from attentif.lab.frames import Frame
from attentif.lab.language import LANGUAGES
from attentif.lab.pulls import Weight, compared, moved, pull, weights_chapter, weights_said
from attentif.lab.variants import PLAIN, Variant, train_one
from attentif.train.batch import gather

QUICK = PLAIN | {"architecture": "rnn", "min_count": 1, "hidden_size": 4, "epochs": 1,
                 "subwords": False}  # fmt: skip
EN = LANGUAGES["en"]


@pytest.fixture(scope="module")
def masked(parts):
    return train_one(Variant("masked", "", QUICK), parts, 0)


@pytest.fixture(scope="module")
def padded(parts):
    settings = QUICK | {"masking": False, "activation": "sigmoid", "recurrent_init": "normal"}
    return train_one(Variant("padded", "", settings, Frame(30)), parts, 0)


def test_the_pull_is_the_gradient(masked, parts):
    rows = masked.trial.front_end.encode(parts.test.texts)
    found = pull(masked.trial.first, rows, parts.test.labels)
    network = masked.trial.first.network
    batch = gather(rows, np.arange(len(parts.test.labels)))
    logits = network.eval()(batch.inputs).logits
    loss = functional.cross_entropy(logits, torch.from_numpy(parts.test.labels))
    slope = torch.autograd.grad(loss, network.output.bias)[0]
    assert found["output.bias"] == pytest.approx(slope.norm().item(), rel=1e-4)
    assert set(found) == {name for name, _ in network.named_parameters()}


def test_the_way_made(masked):
    trial, found = masked.trial, moved(masked.trial)
    first, last = (n.network.output.weight.detach() for n in (trial.first, trial.network))
    expected = ((last - first).norm() / first.norm()).item()
    assert found["output.weight"] == pytest.approx(expected, rel=1e-5) and expected > 0
    bias = trial.network.network.output.bias.detach().norm().item()
    assert found["output.bias"] == pytest.approx(bias, rel=1e-5)  # it starts at zero


def test_padding_takes_the_pull_from_the_words_not_from_the_output(masked, padded, parts):
    by_name = {one.name: one for one in compared(masked, padded, parts)}
    vectors, bias = by_name["embedding.pieces.weight"], by_name["output.bias"]
    assert vectors.pull[1] < 1e-8 * vectors.pull[0]
    assert 0.1 < bias.pull[1] / bias.pull[0] < 10
    assert vectors.moved[0] > 0.001


WEIGHTS = [
    Weight("embedding.pieces.weight", (0.1, 1e-30), (0.2, 0.0)),
    Weight("other", (1.0, 1.0), (0.1, 0.1)),
    Weight("output.bias", (0.2, 0.1), (0.01, 0.02)),
]


def test_the_sentence_follows_the_numbers():
    said = weights_said(WEIGHTS, EN)
    assert "1.0\N{NO-BREAK SPACE}×\N{NO-BREAK SPACE}10²⁹ times" in said and "bias 2.0 times" in said
    assert "moved by 0 of their size (with the mask 0.20)" in said
    gone = [WEIGHTS[0]._replace(pull=(0.1, 0.0)), *WEIGHTS[1:]]
    assert "∞ times" in weights_said(gone, EN)
    assert "vecteurs des mots" in weights_said(WEIGHTS, LANGUAGES["fr"])


def test_the_chapter_has_all_weights_in_words():
    chapter = weights_chapter(WEIGHTS, "RNN", EN)
    picture, table = chapter.parts
    assert picture.name == "weights"
    assert [row[0] for row in table.rows] == ["word vectors", "other", "output, bias"]
    assert {len(row) for row in table.rows} == {len(table.head)}
