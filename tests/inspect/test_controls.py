import numpy as np
import pytest
import torch
from toy_messages import messages

from attentif.config import Settings
from attentif.errors import ConfigError, InputTypeError
from attentif.inspect.controls import (
    FrozenAttention,
    answers_to,
    by_place,
    compared,
    exchanged,
    permutation,
    retrained,
    shuffled,
    uniform,
)
from attentif.inspect.leave_out import total_variation
from attentif.inspect.record import attention_replaced
from attentif.inspect.subject import probabilities_of, sample_of
from attentif.train.batch import gather
from attentif.train.classify import Labelled

MASK = torch.tensor([[True] * 4, [True, True, False, False]])
WEIGHTS = torch.tensor([[0.4, 0.3, 0.2, 0.1], [0.7, 0.3, 0.0, 0.0]])


def test_uniform_by_hand():
    assert uniform(WEIGHTS, MASK).tolist() == [[0.25] * 4, [0.5, 0.5, 0, 0]]


def test_by_place_is_the_same_wherever_a_text_stands():
    found = by_place(WEIGHTS, MASK)
    assert found.sum(dim=1).tolist() == pytest.approx([1, 1])
    assert found[1, 2:].tolist() == [0, 0]
    ratio = found[:, 0] / found[:, 1]
    assert ratio[0].item() == pytest.approx(ratio[1].item())  # the same scores
    longer = by_place(torch.zeros(1, 40), torch.ones(1, 40, dtype=torch.bool))
    assert (longer[0, 0] / longer[0, 1]).item() == pytest.approx(ratio[0].item(), rel=1e-5)


def test_shuffled_weights_are_the_same_weights_on_other_words(subject, sample):
    inputs = gather(sample.encoded, np.arange(len(sample))).inputs
    network = subject.network
    with torch.no_grad():
        weights, logits = shuffled(network, inputs, 30, torch.Generator().manual_seed(0))
    assert logits.shape == (len(sample), 30, 2)
    one = int(np.flatnonzero(sample.lengths == 1)[0])  # has no other order
    assert torch.allclose(logits[one], logits[one][:1].expand(30, 2), atol=1e-6)
    assert logits[0].std(dim=0).max() > 0
    assert torch.equal(weights > 0, inputs.mask)


def test_the_end_of_the_network_is_that_of_the_network(subject, even_subject, sample):
    for network in (subject.network, even_subject.network):
        inputs = gather(sample.encoded, np.arange(4)).inputs
        with torch.no_grad():
            found = network(inputs)
            memory, last = network.states(network.embed(inputs), inputs)
            context = (found.weights[:, None] @ memory).squeeze(1)
            said = network.evidence.opinion(network.evidence(inputs))
            own = answers_to(network, context, last) + said
            assert torch.allclose(own, found.logits, atol=1e-5)


def test_permutation_worked_out_the_long_way(subject):
    """A text of two words has two orders; the answer to the other is that of the swapped."""
    sample = sample_of(subject, ["win now", "prize"])
    found = permutation(subject, sample, times=301, seed=0)
    with attention_replaced(subject.network.attend, lambda w, mask: w.flip(1)):
        swapped = probabilities_of(subject, sample.of([sample.words(0)]))
    far = float(total_variation(sample.probabilities[0], swapped[0]))
    assert far > 0
    assert found.medians[0] in (pytest.approx(far, abs=1e-6), pytest.approx(0, abs=1e-6))
    assert len(found.medians) == 1 and found.times == 301
    assert found.heaviest[0] == pytest.approx(float(sample.weights[0].max()))
    assert found.mean == found.to_dict()["mean"] == found.medians[0]


def test_even_weights_cannot_be_shuffled(even_subject, sample):
    found = permutation(even_subject, sample_of(even_subject, sample.texts), times=5, seed=0)
    assert max(found.medians) < 1e-6


def test_exchanged(subject, sample):
    truth = sample.explained.copy()
    with attention_replaced(subject.network.attend, uniform):
        expected = probabilities_of(subject, sample.encoded)[:-1]
    found = exchanged(subject, sample, truth, "uniform")
    assert found.change == pytest.approx(
        float(total_variation(sample.probabilities, expected).mean())
    )
    same = expected.argmax(axis=1) == truth
    assert found.agreement == found.accuracy == pytest.approx(same.mean())
    assert not found.retrained and found.change > 0
    assert exchanged(subject, sample, None, "random").accuracy is None
    assert not any(module._forward_hooks for module in subject.network.modules())


def test_compared_with_itself(sample):
    found = compared(sample, sample.probabilities, None, "uniform", retrained=True)
    assert (found.agreement, found.change, found.macro_f1) == (1.0, 0.0, None)
    assert found.to_dict()["retrained"]


def test_a_network_trained_under_an_even_attention(tiny_classifier):
    settings = Settings.from_dict({**tiny_classifier.settings_.to_dict(), "epochs": 1})
    texts, labels = messages(40, seed=2)
    rows = Labelled(texts, np.array([int(label == "spam") for label in labels]))
    none = Labelled([], np.empty(0, np.int64))
    other, frozen = retrained(settings, ("ham", "spam"), rows, none, "uniform")
    even = sample_of(other, ["win a prize now"])
    assert even.weights[0].tolist() == pytest.approx([0.25] * 4)
    frozen.release()
    learnt = sample_of(other, ["win a prize now"]).weights[0]
    assert learnt.tolist() != pytest.approx([0.25] * 4, abs=1e-7)
    assert not any(module._forward_hooks for module in other.network.modules())
    scorer = other.network.attend.W.weight  # never in use: as it was at the start
    with torch.random.fork_rng():
        torch.manual_seed(settings.seed)
        from attentif.nn.classifier import Classifier

        first = Classifier(settings, n_pieces=other.front_end.n_pieces,
                           n_shapes=other.front_end.n_shapes, n_classes=2)  # fmt: skip
    assert torch.equal(scorer, first.attend.W.weight)


def test_what_cannot_be_done(last_subject):
    with pytest.raises(ConfigError, match="Did you mean 'uniform'"):
        FrozenAttention("unifrom")
    with pytest.raises(InputTypeError, match="no weights to shuffle"):
        permutation(last_subject, sample_of(last_subject, ["win now"]), times=2, seed=0)
