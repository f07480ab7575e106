import numpy as np
import pytest
import torch

from attentif.errors import DataError
from attentif.inspect.subject import answering, chances, probabilities_of, sample_of


def test_a_sample_is_what_the_network_says(subject, tiny_classifier):
    texts = ["win a prize now", "lunch", ""]
    found = sample_of(subject, texts)
    assert np.allclose(found.probabilities, tiny_classifier.predict_proba(texts))
    assert found.explained.tolist() == found.probabilities.argmax(axis=1).tolist()
    assert found.lengths.tolist() == [4, 1, 1] and len(found) == 3
    assert [len(alpha) for alpha in found.weights] == [4, 1, 1]


def test_unsure_explains_the_most_probable_class(subject):
    unsure = subject._replace(decision=type(subject.decision)(("ham", "spam"), unsure=0.999))
    assert sample_of(unsure, ["win a prize"]).explained.tolist() == [1]


def test_new_texts_of_old_words(subject):
    sample = sample_of(subject, ["win a prize", "at home"])
    win, a, prize = sample.words(0)
    found = sample.of([np.array([prize]), np.array([], np.int32), np.array([a, win])])
    given = probabilities_of(subject, found)
    expected = sample_of(subject, ["prize", "", "a win"]).probabilities
    assert np.allclose(given, expected, atol=1e-6)
    assert len(sample.of([]).lengths) == 0


def test_chances_are_the_decision_s_probabilities(subject):
    decision = type(subject.decision)(("ham", "spam"), temperature=2.5)
    logits = torch.tensor([[1.0, -2.0], [0.5, 4.0]])
    found = chances(logits, decision, torch.tensor([1, 0]))
    expected = decision.probabilities(logits.numpy())
    assert found.tolist() == pytest.approx([expected[0, 1], expected[1, 0]], abs=1e-6)


def test_answering_leaves_the_mode_as_it_was(subject):
    network = subject.network
    network.train()
    try:
        with pytest.raises(ValueError), answering(network):
            assert not network.training
            raise ValueError
        assert network.training
    finally:
        network.eval()


def test_no_text(subject):
    with pytest.raises(DataError, match="at least one text"):
        sample_of(subject, [])


def test_no_attention(last_subject):
    assert sample_of(last_subject, ["win"]).weights is None
