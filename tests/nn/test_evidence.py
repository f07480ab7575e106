"""The linear model beside the network: by hand, under padding, and silent until it is taught."""

import math

import numpy as np
import torch

from attentif.config import NetworkSettings
from attentif.nn.classifier import Classifier
from attentif.nn.embedding import Inputs
from attentif.nn.evidence import LOUDNESS, PAIRS, Evidence, heard, pair_ids


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


def opinion(evidence, texts):
    return evidence.opinion(evidence(texts))


def test_a_text_adds_up_by_hand():
    # words 2 and 3 and two pairs: [1 + 10, 4] / root 4; n-grams 7 and 8: [6, 2] / root 4; bias
    found = opinion(taught(), inputs([[1, 2]]))
    assert torch.allclose(found, torch.tensor([[11 / 2 + 3 + 0.5, 4 / 2 + 1 - 0.5]]))


def test_the_order_counts_for_pairs_only():
    found = opinion(taught(), inputs([[2, 1]]))  # the pair (3, 2) says nothing
    assert torch.allclose(found, torch.tensor([[1 / 2 + 3 + 0.5, 4 / 2 + 1 - 0.5]]))


def test_padding_changes_nothing():
    evidence = taught()
    one, two = inputs([[1, 2]]), inputs([[1, 2, *[0] * 300], [2, 1, *[1] * 300]], [2, 302])
    short, long = evidence(one), evidence(two)
    assert torch.equal(short[0], long[0, :2]) and not long[0, 2:].any()
    assert torch.equal(evidence.opinion(short)[0], evidence.opinion(long)[0])
    assert torch.equal(heard(short, one.mask)[0], heard(long, two.mask)[0, :2])


def test_the_parts_of_the_tokens_and_the_bias_make_the_whole():
    evidence = taught()
    evidence.share.fill_(3.0)
    whole = evidence(inputs([[1, 2, 1]])).sum(dim=1) + evidence.bias
    assert torch.allclose(opinion(evidence, inputs([[1, 2, 1]])), 3 * whole)


def test_a_word_is_heard_as_loud_in_a_long_text_as_in_a_short_one():
    evidence = Evidence(n_pieces=10, n_classes=2)
    evidence.pieces[3] = torch.tensor([0.0, 4.0, 1.0])
    once, often = inputs([[2]]), inputs([[2] * 9])  # nine words, as many q: 4 / root 9 each
    loud = LOUDNESS * 4
    assert torch.allclose(heard(evidence(once), once.mask), torch.tensor([0.0, loud]))
    assert torch.allclose(heard(evidence(often), often.mask), torch.tensor([0.0, loud]))


def test_a_word_without_n_grams_is_not_divided_by_zero():
    found = opinion(taught(), inputs([[2]]))
    assert torch.allclose(found, torch.tensor([[0.5, 4 / math.sqrt(2) - 0.5]]))


def test_pairs_stay_within_the_table():
    ids = torch.from_numpy(np.random.default_rng(0).integers(0, 2**31 - 1, (50, 40)))
    rows = pair_ids(ids)
    assert int(rows.min()) >= 0 and int(rows.max()) < PAIRS


def network() -> Classifier:
    torch.manual_seed(0)
    settings = NetworkSettings(embedding_size=4, hidden_size=3, dropout=0.0, word_dropout=0.0)
    return Classifier(settings, n_pieces=10, n_shapes=3, n_classes=2)


def test_the_network_adds_it_only_when_it_answers_and_hears_it_always():
    model, one, own = network(), inputs([[1, 2]]), taught()
    untaught = model.eval()(one).logits
    assert torch.equal(untaught, model.train()(one).logits)  # nothing is heard, nothing added
    assert model.evidence is not None
    model.evidence.load_state_dict(own.state_dict())
    heard_only = model.train()(one).logits
    assert not torch.allclose(heard_only, untaught)
    assert torch.allclose(model.eval()(one).logits, heard_only + opinion(own, one))


def test_the_parts_may_come_from_elsewhere():
    model, one = network().train(), inputs([[1, 2]])
    assert model.evidence is not None
    untaught, parts = model(one).logits, taught()(one)
    model.evidence.load_state_dict(taught().state_dict())
    assert torch.equal(model(one, parts).logits, model(one).logits)
    assert torch.equal(model(one, torch.zeros_like(parts)).logits, untaught)


def test_no_gradient_teaches_it():
    network = Classifier(NetworkSettings(), n_pieces=10, n_shapes=3, n_classes=2)
    assert not [name for name, _ in network.named_parameters() if "evidence" in name]
    assert {name for name in network.state_dict() if "evidence" in name} == {
        "evidence.pieces", "evidence.pairs", "evidence.bias", "evidence.share",
    }  # fmt: skip


def test_it_can_be_left_out():
    network = Classifier(NetworkSettings(evidence=False), n_pieces=10, n_shapes=3, n_classes=2)
    assert network.evidence is None
