import time

import numpy as np
import pytest
import torch

from attentif.lab.sequence_training import (
    EPOCH,
    NEVER,
    Looker,
    Plan,
    Reader,
    SequenceBatch,
    batches,
    learn,
    outcome_of,
    seeded,
)
from attentif.lab.sequences import Sequences, copy_memory, marked
from attentif.nn.recurrent import Recurrent

SMALL = Plan(batch_size=500, most=2 * EPOCH, solved=NEVER)


def easy(draw, rows):
    return marked(draw, rows, 4)


def looker(seed=0):
    return seeded(seed, lambda: Looker(Recurrent("gru", 2, 3)))


def given(*answers):
    """A network that gives these."""
    return lambda x, mask: torch.tensor(answers)


def batch(targets):
    return SequenceBatch(Sequences(torch.zeros(1), torch.ones(1)), torch.tensor(targets))


def test_the_seed_fixes_everything():
    runs = [learn(looker(), easy, SMALL) for _ in range(2)]
    assert runs[0].history == runs[1].history and len(runs[0].history) == 2
    assert learn(looker(), easy, SMALL._replace(seed=1)).history != runs[0].history
    assert runs[0].seen == 2 * EPOCH and runs[0].needed is None and not runs[0].cut
    assert runs[0].history[1]["loss"] < runs[0].history[0]["loss"]


def test_first_weights_leave_other_random_state_alone():
    torch.manual_seed(5)
    before = torch.get_rng_state()
    first, other = looker(0), looker(1)
    assert (torch.get_rng_state() == before).all()
    assert (first.output.weight != other.output.weight).any()


def test_it_ends_when_few_enough_are_wrong():
    found = learn(looker(), easy, SMALL._replace(solved=EPOCH))
    assert found.needed == found.seen == EPOCH and found.stop_reason == "solved"


def test_the_watch_ends_it_and_says_so():
    found = learn(looker(), easy, SMALL._replace(solved=EPOCH, until=time.monotonic() - 1))
    assert found.cut and found.needed is None and found.history == []
    assert found.seen == SMALL.batch_size and found.to_dict()["stop_reason"] == "time"


def test_no_sequence_is_seen_twice():
    epochs = [list(batches(easy, SMALL, epoch)) for epoch in (1, 2, 1)]
    assert len(epochs[0]) == 4
    flat = [torch.cat([one.targets for one in own]) for own in epochs]
    assert (flat[0] == flat[2]).all() and (flat[0] != flat[1]).all()
    assert len(set(flat[0].tolist())) == EPOCH


def test_a_number_is_right_when_it_is_near():
    outcome = outcome_of(given([0.53], [0.55]), batch([0.5, 0.5]))
    assert (outcome.rows, outcome.correct) == (2, 1)
    assert float(outcome.loss) == pytest.approx((0.03**2 + 0.05**2) / 2)


def test_classes_one_and_several():
    sure = [[9.0, 0.0], [0.0, 9.0]]
    assert outcome_of(given(*sure), batch([0, 0])).correct == 1
    outcome = outcome_of(given(sure, sure), batch([[0, 1], [0, 0]]))
    assert (outcome.rows, outcome.correct) == (2, 1)  # all of a sequence, or it is wrong
    assert float(outcome.loss) == pytest.approx(9 / 4, abs=1e-2)


def test_answers_at_the_last_steps():
    drawn = copy_memory(np.random.default_rng(0), 3, 5)
    network = seeded(0, lambda: Reader(Recurrent("lstm", 10, 4), 8, recalled=10))
    found = network(*drawn.inputs)
    assert found.shape == (3, 10, 8)
    states = network.recurrent(*drawn.inputs).memory[:, -10:]
    torch.testing.assert_close(found, network.output(states))
    once = seeded(0, lambda: Reader(Recurrent("lstm", 10, 4), 8))
    assert once(*drawn.inputs).shape == (3, 8)


def test_attention_looks_at_real_places_only():
    drawn = easy(np.random.default_rng(0), 6)
    answer, weights, states = looker().look(*drawn.inputs)
    assert (weights[~drawn.inputs.mask] == 0).all()
    torch.testing.assert_close(weights.sum(dim=1), torch.ones(6))
    assert answer.shape == (6, 1) and states.shape == (*weights.shape, 3)
    assert (looker()(*drawn.inputs) == answer).all()
