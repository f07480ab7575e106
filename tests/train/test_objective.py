import math

import pytest
import torch
from torch.nn import functional

from attentif.config import TrainingSettings
from attentif.errors import ConfigError
from attentif.train.objective import make_objective

LOGITS = torch.tensor([[2.0, -1.0, 0.5], [0.0, 0.3, -0.2]])
TRUTH = torch.tensor([0, 2])
WEIGHTS = torch.tensor([1.0, 1.0, 4.0])


def objective(**options):
    made = {name: options.pop(name) for name in ("class_weights", "softmaxed") if name in options}
    return make_objective(TrainingSettings(**options), **made)


def softmax(row):
    total = sum(math.exp(x) for x in row)
    return [math.exp(x) / total for x in row]


def sigmoids(row):
    return [1 / (1 + math.exp(-x)) for x in row]


def keras_binary(outputs, truth, smoothing=0.0):
    """Keras's binary_crossentropy of one row, in plain floats."""
    terms = []
    for c, output in enumerate(outputs):
        output = min(max(output, 1e-7), 1 - 1e-7)
        target = float(c == truth) * (1 - smoothing) + 0.5 * smoothing
        terms.append(-target * math.log(output) - (1 - target) * math.log(1 - output))
    return sum(terms) / len(terms)


def test_cross_entropy_by_hand():
    by_hand = [-math.log(softmax(row)[t]) for row, t in zip(LOGITS.tolist(), TRUTH, strict=True)]
    assert objective()(LOGITS, TRUTH).item() == pytest.approx(sum(by_hand) / 2)
    weighted = objective(class_weights=WEIGHTS)(LOGITS, TRUTH).item()
    assert weighted == pytest.approx((by_hand[0] + 4 * by_hand[1]) / 5)


@pytest.mark.parametrize("weights", [None, WEIGHTS])
def test_cross_entropy_is_torchs(weights):
    found = objective(class_weights=weights, label_smoothing=0.1)(LOGITS, TRUTH)
    expected = functional.cross_entropy(LOGITS, TRUTH, weights, label_smoothing=0.1)
    torch.testing.assert_close(found, expected)


@pytest.mark.parametrize("smoothing", [0.0, 0.1])
def test_binary_after_a_softmax_is_that_of_sigmoids_of_its_logits_as_in_keras(smoothing):
    rows = [
        keras_binary(sigmoids(row), t, smoothing)
        for row, t in zip(LOGITS.tolist(), TRUTH, strict=True)
    ]
    found = objective(loss="binary", label_smoothing=smoothing)(LOGITS, TRUTH).item()
    assert found == pytest.approx(sum(rows) / 2, rel=1e-5)


def test_binary_of_outputs_that_are_no_softmax():
    outputs = [[0.9, 0.4], [0.2, 0.6]]
    logits = torch.tensor(outputs).log()
    found = objective(loss="binary", softmaxed=False)(logits, torch.tensor([0, 0])).item()
    rows = [keras_binary(row, 0) for row in outputs]
    assert found == pytest.approx(sum(rows) / 2, rel=1e-5)


def test_binary_clips_outputs_as_keras_does():
    certain = torch.tensor([[1e-12, 1.0]]).log()
    found = objective(loss="binary", softmaxed=False)(certain, torch.tensor([0])).item()
    wrong_at = 1 - torch.tensor(1 - 1e-7).item()  # in single precision
    assert found == pytest.approx(-(math.log(1e-7) + math.log(wrong_at)) / 2, rel=1e-5)
    assert math.isfinite(objective(loss="binary")(torch.tensor([[-900.0, 900.0]]), TRUTH[:1]))


def test_binary_weighs_rows_by_their_class():
    rows = [keras_binary(sigmoids(row), t) for row, t in zip(LOGITS.tolist(), TRUTH, strict=True)]
    found = objective(loss="binary", class_weights=WEIGHTS)(LOGITS, TRUTH).item()
    assert found == pytest.approx((rows[0] + 4 * rows[1]) / 5, rel=1e-5)


@pytest.mark.parametrize("loss", ["cross_entropy", "binary"])
def test_the_gradient_points_away_from_errors(loss):
    logits = LOGITS.clone().requires_grad_()
    objective(loss=loss)(logits, TRUTH).backward()
    assert logits.grad[0, 0] < 0 < logits.grad[0, 2]
    assert logits.grad[1, 2] < 0 < logits.grad[1, 1]


def test_a_misspelt_loss_is_refused():
    with pytest.raises(ConfigError, match="got 'binry'. Did you mean 'binary'?"):
        objective(loss="binry")


def test_a_step_of_kerass_binary_loss():
    """Keras 3.15 on TensorFlow 2.21: a softmax of these logits, `binary_crossentropy`."""
    logits = torch.tensor([[2.0, -1.0]], requires_grad=True)
    loss = objective(loss="binary")(logits, torch.tensor([1]))
    loss.backward()
    assert loss.item() == pytest.approx(1.7200949, rel=1e-6)
    assert logits.grad is not None
    assert logits.grad[0].tolist() == pytest.approx([0.4403985, -0.3655293], rel=1e-6)
