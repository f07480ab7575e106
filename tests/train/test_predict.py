import numpy as np
import pytest
import torch
from train_samples import messages, small, train

from attentif.text.encode import FrontEnd
from attentif.train.classify import make_network
from attentif.train.predict import read

TEXTS = ["win a prize", "now", "see you", "the " * 60 + "win", "", "qzxv", "lunch at home please"]


@pytest.fixture(scope="module", params=["attention", "lstm", "mean", "layers"])
def model(request):
    """A network with first weights, and the front end that goes with it."""
    kinds = {"mean": {"pooling": "mean", "cell": "rnn"}, "layers": {"layers": 2, "cell": "gru"}}
    settings = small(**kinds.get(request.param, {"architecture": request.param}))
    front_end = FrontEnd.fit([*messages(20, seed=1).texts, TEXTS[3]], settings)
    return make_network(settings, front_end, 2), front_end


@pytest.fixture(scope="module")
def attending():
    """A trained network with attention."""
    trained = train(small(epochs=2))
    return trained.network, trained.front_end


def test_answers_come_in_the_order_of_the_texts(model):
    network, front_end = model
    texts = ["win a prize", "now", "see you"]  # 3, 1 and 2 words
    together = read(network, front_end.encode(texts)).logits
    for row, text in enumerate(texts):
        alone = read(network, front_end.encode([text])).logits[0]
        np.testing.assert_allclose(together[row], alone, atol=1e-5)
    assert len({round(float(value), 5) for value in together[:, 0]}) == 3


@pytest.mark.parametrize("batch_size", [1, 2, 3, 256])
def test_an_answer_depends_neither_on_neighbours_nor_on_batch_size_nor_on_order(model, batch_size):
    network, front_end = model
    alone = [read(network, front_end.encode([text])) for text in TEXTS]
    for texts, order in ((TEXTS, 1), (TEXTS[::-1], -1)):
        found = read(network, front_end.encode(texts), batch_size=batch_size)
        expected = np.concatenate([one.logits for one in alone])[::order]
        np.testing.assert_allclose(found.logits, expected, atol=1e-5)
        for weights, one in zip(found.weights, alone[::order], strict=True):
            np.testing.assert_allclose(weights, one.weights[0], atol=1e-5)


def test_attention_has_one_weight_a_token_and_they_sum_to_1(attending):
    network, front_end = attending
    found = read(network, front_end.encode(TEXTS), batch_size=3)
    assert [len(weights) for weights in found.weights] == [
        len(front_end.tokens(text)) for text in TEXTS
    ]
    for weights in found.weights:
        assert weights.dtype == np.float32
        assert weights.sum() == pytest.approx(1, abs=1e-5)
        assert (weights > 0).all()


def test_without_attention_there_are_no_weights(attending):
    _, front_end = attending
    network = make_network(small(architecture="lstm"), front_end, 2)
    found = read(network, front_end.encode(TEXTS))
    assert [len(weights) for weights in found.weights] == [0] * len(TEXTS)


@pytest.mark.parametrize("training", [True, False])
def test_the_mode_is_left_as_found_and_dropout_is_off_meanwhile(attending, training):
    network, front_end = attending
    encoded = front_end.encode(TEXTS)
    network.train(training)
    first, second = read(network, encoded).logits, read(network, encoded).logits
    assert network.training is network.dropout.training is training
    np.testing.assert_array_equal(first, second)


def test_the_mode_is_left_as_found_after_an_error(attending):
    network, front_end = attending
    encoded = front_end.encode(["win"])
    network.train()
    broken = network.register_forward_pre_hook(lambda module, inputs: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        read(network, encoded)
    broken.remove()
    assert network.training


def test_reading_leaves_gradients_and_weights_alone(attending):
    network, front_end = attending
    before = {name: value.clone() for name, value in network.state_dict().items()}
    gradients = [weight.grad for weight in network.parameters()]
    read(network, front_end.encode(TEXTS))
    assert all(torch.equal(value, before[name]) for name, value in network.state_dict().items())
    assert [weight.grad for weight in network.parameters()] == gradients


def test_no_texts_give_no_answers(attending):
    network, front_end = attending
    found = read(network, front_end.encode([]))
    assert (len(found.logits), found.weights) == (0, [])
