"""The linear model beside the network: by hand, under padding, and silent until it is taught."""

import math

import numpy as np
import torch

from attentif.config import NetworkSettings
from attentif.nn.classifier import Classifier
from attentif.nn.embedding import Inputs
from attentif.nn.evidence import PAIRS, Evidence, pair_ids


def inputs(words, lengths=None):
    """Texts over three distinct words: padding, [2 7 8] and [3]."""
    words = torch.tensor(words)
    lengths = torch.tensor(lengths or [words.shape[1]] * len(words))
    return Inputs(
        words=words,
        mask=torch.arange(words.shape[1]) < lengths[:, None],
        pieces=torch.tensor([0, 2, 7, 8, 3]),
        starts=torch.tensor([0, 1, 4]),
        shapes=torch.tensor([0, 1, 1]),
    )


def taught() -> Evidence:
    """Weights that are easy to add up; q = 1 but for n-gram 8, whose q is 3."""
    evidence = Evidence(n_pieces=10, n_classes=2)
    evidence.pieces[2] = torch.tensor([1.0, 0.0, 1.0])
    evidence.pieces[3] = torch.tensor([0.0, 4.0, 1.0])
    evidence.pieces[7] = torch.tensor([6.0, 0.0, 1.0])
    evidence.pieces[8] = torch.tensor([0.0, 2.0, 3.0])
    evidence.pairs[:, 2] = 1.0
    evidence.pairs[pair_ids(torch.tensor([[2, 3]]))[0, 1]] = torch.tensor([10.0, 0.0, 1.0])
    evidence.bias.copy_(torch.tensor([0.5, -0.5]))
    evidence.share.fill_(1.0)
    return evidence


def test_a_text_adds_up_by_hand():
    # words 2 and 3 and two pairs: [1 + 10, 4] / root 4; n-grams 7 and 8: [6, 2] / root 4; bias
    found = taught()(inputs([[1, 2]]))
    assert torch.allclose(found, torch.tensor([[11 / 2 + 3 + 0.5, 4 / 2 + 1 - 0.5]]))


def test_the_order_counts_for_pairs_only():
    found = taught()(inputs([[2, 1]]))  # the pair (3, 2) says nothing
    assert torch.allclose(found, torch.tensor([[1 / 2 + 3 + 0.5, 4 / 2 + 1 - 0.5]]))


def test_padding_changes_nothing():
    evidence = taught()
    short = evidence(inputs([[1, 2]]))
    long = evidence(inputs([[1, 2, *[0] * 300], [2, 1, *[1] * 300]], [2, 302]))
    assert torch.equal(short[0], long[0])
    assert (evidence.tokens(inputs([[1, 2, 0]], [2]))[0, 2] == 0).all()


def test_the_parts_of_the_tokens_and_the_bias_make_the_whole():
    evidence = taught()
    evidence.share.fill_(3.0)
    whole = evidence.tokens(inputs([[1, 2, 1]])).sum(dim=1) + evidence.bias
    assert torch.allclose(evidence(inputs([[1, 2, 1]])), 3 * whole)


def test_a_word_without_n_grams_is_not_divided_by_zero():
    found = taught()(inputs([[2]]))
    assert torch.allclose(found, torch.tensor([[0.5, 4 / math.sqrt(2) - 0.5]]))


def test_pairs_stay_within_the_table():
    ids = torch.from_numpy(np.random.default_rng(0).integers(0, 2**31 - 1, (50, 40)))
    rows = pair_ids(ids)
    assert int(rows.min()) >= 0 and int(rows.max()) < PAIRS


def test_the_network_hears_it_only_when_it_answers():
    torch.manual_seed(0)
    network = Classifier(
        NetworkSettings(embedding_size=4, hidden_size=3, dropout=0.0, word_dropout=0.0),
        n_pieces=10,
        n_shapes=3,
        n_classes=2,
    )
    one = inputs([[1, 2]])
    alone = network.eval()(one).logits
    assert torch.equal(alone, network.train()(one).logits)  # untaught: nothing added
    assert network.evidence is not None
    network.evidence.load_state_dict(taught().state_dict())
    assert torch.equal(alone, network.train()(one).logits)
    assert torch.allclose(network.eval()(one).logits, alone + taught()(one))


def test_no_gradient_teaches_it():
    network = Classifier(NetworkSettings(), n_pieces=10, n_shapes=3, n_classes=2)
    assert not [name for name, _ in network.named_parameters() if "evidence" in name]
    assert {name for name in network.state_dict() if "evidence" in name} == {
        "evidence.pieces", "evidence.pairs", "evidence.bias", "evidence.share",
    }  # fmt: skip


def test_it_can_be_left_out():
    network = Classifier(NetworkSettings(evidence=False), n_pieces=10, n_shapes=3, n_classes=2)
    assert network.evidence is None
