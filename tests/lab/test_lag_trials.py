import math
import time

import numpy as np
import pytest
import torch

from attentif.lab.lag_trials import (
    CONTENDERS,
    PROBLEMS,
    Round,
    attempt,
    attempts,
    hold_open,
    idle_loss,
    made,
)
from attentif.lab.sequence_training import SequenceBatch, outcome_of
from attentif.nn.recurrent import Recurrent

SMALL = Round("adding", 8, 2_000, ("rnn", "lstm"), 3)


@pytest.mark.parametrize("name", PROBLEMS)
@pytest.mark.parametrize("contender", CONTENDERS)
def test_every_contender_can_answer_every_problem(name, contender):
    problem = PROBLEMS[name]
    drawn = problem.draw(np.random.default_rng(0), 3, 10)
    network = made(Round(name, 10, 0, hidden=4), CONTENDERS[contender])
    outcome = outcome_of(network, SequenceBatch(drawn.inputs, drawn.targets))
    assert outcome.rows == 3 and outcome.loss.isfinite()


def test_the_idle_loss_is_that_of_the_best_answer_that_looks_at_nothing():
    random = np.random.default_rng(1)
    targets = {key: one.draw(random, 20_000, 10).targets for key, one in PROBLEMS.items()}
    best = float((targets["adding"] - targets["adding"].mean()).square().mean())
    assert idle_loss("adding", 10) == pytest.approx(best, rel=0.05)
    assert idle_loss("adding", 100) == pytest.approx(1 / 24 * 0.94, rel=0.05)  # few marks on a 0
    for name in ("order", "copying"):
        shares = targets[name].flatten().bincount() / targets[name].numel()
        entropy = float(-(shares * shares.log()).sum())
        assert idle_loss(name, 10) == pytest.approx(entropy, abs=1e-3)


def test_gates_are_held_open_for_as_long_as_the_lag():
    torch.manual_seed(0)
    for cell, place in (("lstm", 1), ("gru", 1)):
        layer = Recurrent(cell, 2, 500)
        hold_open(layer, 100)
        kept = layer.forwards.W.bias[500 * place : 500 * (place + 1)].detach()
        assert 0 <= float(kept.min()) and float(kept.max()) <= math.log(99)
        assert float(kept.exp().mean()) == pytest.approx(50, rel=0.1)
        before = layer.forwards.W.bias[:500].detach()
        assert (before == (-kept if cell == "lstm" else torch.zeros(500))).all()


def test_a_gru_with_held_gates_forgets_little():
    layer = Recurrent("gru", 1, 50)
    hold_open(layer, 100)
    with torch.no_grad():
        (h,) = layer.forwards(torch.zeros(1, 1), (torch.ones(1, 50),))
    assert float(h.mean()) > 0.8


def test_the_usual_start_is_left_alone():
    network = made(SMALL, CONTENDERS["lstm-bias-1"])
    assert network.recurrent.forwards.W.bias.tolist() == [0.0] * 3 + [1.0] * 3 + [0.0] * 6


def test_attempts_in_their_order_and_what_they_say():
    told = []
    found = list(attempts((SMALL,), 0, math.inf, told.append))
    assert [one.contender for one in found] == ["rnn", "lstm"]
    assert told == ["adding 8: rnn", "adding 8: lstm"]
    numbers = found[0].to_dict()
    assert numbers["weights"] == 2 * 3 + 3 * 3 + 3 + 3 + 1
    assert numbers["problem"] == "adding" and numbers["seen"] == 2_000
    assert numbers["right"] == numbers["history"][-1]["accuracy"]
    again = attempt(SMALL, "lstm", 0, math.inf)
    assert again.learnt.history == found[1].learnt.history


def test_what_the_time_broke_off_has_no_score():
    found = attempt(SMALL, "rnn", 0, time.monotonic() - 1)
    assert found.learnt.cut and math.isnan(found.right) and math.isnan(found.loss)
