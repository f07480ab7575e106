"""Where the first number that is not finite is born: found by breaking a network on purpose."""

import math

import numpy as np
import pytest
import torch

from attentif.config import Settings
from attentif.lab.births import ORDER, Watch, kind_of
from attentif.lab.frames import AS_BATCHED, Framed
from attentif.lab.variants import PLAIN
from attentif.text.encode import FrontEnd
from attentif.train.batch import gather
from attentif.train.classify import make_network
from attentif.train.loop import Run

TEXTS = ["a b c d", "d c b"]
SETTINGS = Settings.from_dict(
    PLAIN | {"architecture": "lstm", "min_count": 1, "hidden_size": 3, "gate_activation": "relu"}
)


@pytest.fixture
def run():
    """A run that has just seen a batch, its loss and gradients finite."""
    front_end = FrontEnd.fit(TEXTS, SETTINGS)
    network = Framed(make_network(SETTINGS, front_end, 2), AS_BATCHED)
    found = Run(network, torch.optim.SGD(network.parameters(), 0.1), 1)
    found.batch = gather(front_end.encode(TEXTS), np.arange(2), torch.tensor([0, 1]))
    found.loss, found.gradient_norm = 0.7, 2.0
    return found


def cell_of(run):
    return run.model.network.recurrent.layers[0].forwards


def test_nothing_is_born_where_all_is_finite(run):
    watch = Watch()
    watch.on_gradients(run)
    assert watch.birth is None and watch.norm == 2.0
    assert len(watch.by_step) == 1 and 0 < watch.by_step[0] < 10
    [(step, along)] = watch.along
    assert step == 1 and len(along) == 4 and max(along) == pytest.approx(watch.by_step[0])


def test_a_memory_multiplied_at_every_word_overflows_there(run):
    with torch.no_grad():
        cell = cell_of(run)
        cell.W.weight.zero_()
        cell.U.weight.zero_()
        cell.W.bias[:] = 1.0  # input gate 1, candidate tanh(1), output gate 1
        cell.W.bias[3:6] = 1e15  # the forget gate: 1e15 at every word
    run.loss, run.step = math.inf, 6
    watch = Watch()
    watch.on_gradients(run)
    birth = watch.birth
    assert birth is not None
    assert (birth.place, birth.step, birth.word, birth.words) == ("memory", 7, 4, 4)
    assert birth.value == "inf" and not birth.backward
    assert 1e29 < birth.largest < 1e31 and watch.by_step == [pytest.approx(7.6e29, rel=0.1)]
    assert watch.norm == 0.0


def test_padding_is_nobody_s_birthplace(run):
    """The second text is shorter; what a value is on its padding does not count."""
    with torch.no_grad():
        cell_of(run).W.bias[3:6] = 1e15
        cell_of(run).W.bias[:3] = 1.0
    run.batch = run.batch._replace(inputs=run.batch.inputs._replace(mask=torch.tensor(
        [[True, False, False, False], [True, False, False, False]]
    )))  # fmt: skip
    run.loss = math.nan
    watch = Watch()
    watch.on_gradients(run)
    assert watch.birth is None


def test_on_the_way_back_the_weight_nearest_to_the_loss_is_named(run):
    for weight in run.model.parameters():
        weight.grad = torch.zeros_like(weight)
    cell_of(run).U.weight.grad[0, 0] = math.nan
    cell_of(run).W.weight.grad[0, 0] = math.inf
    run.gradient_norm = math.nan
    watch = Watch()
    watch.on_gradients(run)
    birth = watch.birth
    assert birth is not None and birth.backward and birth.word == 0
    assert birth.place.endswith("forwards.U") and birth.value == "nan"
    assert birth.largest == watch.by_step[-1]


def test_only_the_first_birth_is_kept_and_three_last_steps(run):
    with torch.no_grad():
        cell_of(run).W.bias[0] = math.nan
    run.loss = math.nan
    watch = Watch()
    for step in range(5):
        run.step = step
        watch.on_gradients(run)
    assert watch.birth is not None and watch.birth.step == 1
    assert watch.birth.place == ORDER[0] == "input_gate" and watch.birth.value == "nan"
    assert [step for step, _ in watch.along] == [3, 4, 5] and len(watch.by_step) == 5


def test_without_a_batch_it_looks_at_nothing(run):
    run.batch = None
    watch = Watch()
    watch.on_gradients(run)
    assert watch.by_step == []


def test_kinds():
    assert kind_of(torch.tensor([1.0, math.nan])) == "nan"
    assert kind_of(torch.tensor([math.inf, math.nan])) == "inf"
