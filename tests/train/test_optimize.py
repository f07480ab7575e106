import math
import subprocess
import sys

import numpy as np
import pytest
import torch

from attentif.config import TrainingSettings
from attentif.errors import ConfigError
from attentif.train.optimize import class_weights, make_optimizer, rate_factor

IDS = np.array([0] * 8 + [1] * 2)


def moved(gradients, **settings):
    """A weight that starts at 1 after steps along those gradients."""
    weight = torch.nn.Parameter(torch.tensor([1.0]))
    optimizer = make_optimizer([weight], TrainingSettings(learning_rate=0.1, **settings))
    for gradient in gradients:
        weight.grad = torch.tensor([gradient])
        optimizer.step()
    return weight.item()


def adam(gradients, decay=0.0, decoupled=False):
    """Kingma and Ba's algorithm 1 in plain floats, beside Loshchilov and Hutter's."""
    w, m, v = 1.0, 0.0, 0.0
    for t, g in enumerate(gradients, 1):
        if decoupled:
            w -= 0.1 * decay * w
        else:
            g += decay * w
        m, v = 0.9 * m + 0.1 * g, 0.999 * v + 0.001 * g * g
        w -= 0.1 * (m / (1 - 0.9**t)) / (math.sqrt(v / (1 - 0.999**t)) + 1e-8)
    return w


def test_sgd_by_hand():
    assert moved([2.0, -1.0], optimizer="sgd") == pytest.approx(1 - 0.1 * 2 + 0.1)
    decayed = moved([2.0], optimizer="sgd", weight_decay=0.5)
    assert decayed == pytest.approx(1 - 0.1 * (2 + 0.5))


@pytest.mark.parametrize("decay", [0.0, 0.5])
def test_adam_and_adamw_by_hand(decay):
    gradients = [2.0, -1.0, 0.5]
    for name, decoupled in (("adam", False), ("adamw", True)):
        found = moved(gradients, optimizer=name, weight_decay=decay)
        assert found == pytest.approx(adam(gradients, decay, decoupled), rel=1e-5)


@pytest.mark.parametrize("name", ["adam", "adamw", "sgd"])
def test_each_is_torchs_own_bit_for_bit(name):
    kind = {"adam": torch.optim.Adam, "adamw": torch.optim.AdamW, "sgd": torch.optim.SGD}[name]
    draw = torch.Generator().manual_seed(0)
    first = torch.randn(7, 3, generator=draw)
    plan = TrainingSettings(optimizer=name, learning_rate=0.1, weight_decay=0.01)
    own, torchs = (torch.nn.Parameter(first.clone()) for _ in range(2))
    ours = make_optimizer([own], plan)
    theirs = kind([torchs], lr=0.1, weight_decay=0.01, fused=True)
    for _ in range(4):
        slope = torch.randn(7, 3, generator=draw)
        for weight, optimizer in ((own, ours), (torchs, theirs)):
            optimizer.zero_grad(set_to_none=True)
            (weight * slope).sum().backward()
            optimizer.step()
        ours.load_state_dict(ours.state_dict())
    assert torch.equal(own, torchs) and not torch.equal(own, first)
    assert own.requires_grad and own.grad_fn is None


def test_no_optimizer_imports_torchs_compiler():
    code = (
        "import sys, torch; from attentif.config import Settings\n"
        "from attentif.train.optimize import make_optimizer\n"
        "w = torch.nn.Parameter(torch.ones(2)); o = make_optimizer([w], Settings())\n"
        "w.sum().backward(); o.step(); o.zero_grad(); o.load_state_dict(o.state_dict())\n"
        "print('torch._dynamo' in sys.modules)"
    )
    found = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert found.stdout.strip() == "False"


def test_a_misspelt_optimizer_is_refused():
    with pytest.raises(ConfigError, match="got 'adma'. Did you mean 'adam'?"):
        make_optimizer([torch.nn.Parameter(torch.zeros(1))], TrainingSettings(optimizer="adma"))


def path(steps, **settings):
    plan = TrainingSettings(**settings)
    return [rate_factor(step, steps, plan) for step in range(steps)]


def test_no_warm_up_and_no_decay_is_a_constant_rate():
    assert path(4, warmup=0.0, decay="none") == [1.0] * 4


def test_warm_up_rises_evenly_to_the_whole_rate():
    assert path(8, warmup=0.5, decay="none") == [0.25, 0.5, 0.75, 1, 1, 1, 1, 1]
    assert path(4, warmup=1.0, decay="linear") == [0.25, 0.5, 0.75, 1]


def test_linear_and_cosine_decay_by_hand():
    assert path(4, warmup=0.0, decay="linear") == [1.0, 0.75, 0.5, 0.25]
    half = math.sqrt(0.5)
    expected = [1.0, (1 + half) / 2, 0.5, (1 - half) / 2]
    assert path(4, warmup=0.0, decay="cosine") == pytest.approx(expected)
    assert path(5, warmup=0.2, decay="linear") == [1.0, 1.0, 0.75, 0.5, 0.25]


@pytest.mark.parametrize("decay", ["linear", "cosine"])
def test_more_steps_than_foreseen_never_turn_the_rate_negative_or_up_again(decay):
    plan = TrainingSettings(decay=decay)
    assert [rate_factor(step, 10, plan) for step in (10, 12, 25)] == pytest.approx([0.0] * 3)


def test_class_weights_by_name_and_balanced():
    labels = ["ham", "spam"]
    assert class_weights("none", IDS, labels) is None
    assert class_weights("balanced", IDS, labels).tolist() == pytest.approx([10 / 16, 10 / 4])
    assert class_weights("spam=6.5", IDS, labels).tolist() == [1.0, 6.5]
    assert class_weights(" spam = 6 , ham=.5", IDS, labels).tolist() == [0.5, 6.0]
    assert class_weights("a=b=2", IDS, ["a=b", "c"]).tolist() == [2.0, 1.0]
    assert class_weights("balanced", IDS, labels).dtype == torch.float32


def test_a_class_without_rows_does_not_divide_by_zero():
    assert torch.isfinite(class_weights("balanced", IDS, ["ham", "spam", "other"])).all()


@pytest.mark.parametrize(
    ("wanted", "message"),
    [
        ("spm=1", "a class in class_weight must be one of .*got 'spm'. Did you mean 'spam'?"),
        ("spam=0", "class_weight of 'spam' must be a number > 0, got '0'"),
        ("spam=-2", "class_weight of 'spam' must be a number > 0, got '-2'"),
        ("spam=much", "class_weight of 'spam' must be a number > 0, got 'much'"),
        ("spam=nan", "class_weight of 'spam' must be a number > 0, got 'nan'"),
        ("spam=inf", "class_weight of 'spam' must be a number > 0, got 'inf'"),
        ("ballanced", "class_weight must be 'none', 'balanced' or like .* got 'ballanced'"),
        ("", "class_weight must be 'none', 'balanced' or like .* got ''"),
        ("spam=6,", "class_weight must be 'none', 'balanced' or like .* got 'spam=6,'"),
    ],
)
def test_wrong_class_weights_are_refused(wanted, message):
    with pytest.raises(ConfigError, match=message):
        class_weights(wanted, IDS, ["ham", "spam"])
