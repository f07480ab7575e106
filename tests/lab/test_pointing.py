import numpy as np
import pytest
import torch

from attentif.lab.pointing import Seen, judge, look, mass_on, progress, readable
from attentif.lab.sequence_training import Looker, Reader, seeded
from attentif.lab.sequences import Drawn, Sequences, marked
from attentif.nn.recurrent import Recurrent


def drawn(targets, places, lengths, steps=4):
    mask = torch.arange(steps) < torch.tensor(lengths)[:, None]
    x = torch.zeros(len(targets), steps, 1)
    return Drawn(Sequences(x, mask), torch.tensor(targets), np.array(places))


def test_mass_is_the_sum_over_the_places():
    weights = np.array([[0.1, 0.2, 0.3, 0.4], [0.0, 1.0, 0.0, 0.0]])
    assert mass_on(weights, np.array([[0, 2], [1, 3]])).tolist() == pytest.approx([0.4, 1.0])


def test_what_is_said_of_a_task():
    weights = np.array([[0.1, 0.3, 0.6, 0.0], [0.5, 0.5, 0.0, 0.0]])
    answers, states = np.array([0.31, 0.9]), np.zeros((2, 4, 1))
    found = judge(Seen(answers, weights, states), drawn([0.3, 0.5], [[2, 1], [0, 2]], [4, 3]))
    assert found.right == 0.5
    assert found.mass.tolist() == pytest.approx([0.9, 0.5])
    assert found.even == pytest.approx((2 / 4 + 2 / 3) / 2)
    assert found.exact == 0.5
    numbers = found.to_dict()
    assert numbers["mass"] == pytest.approx(0.7) and numbers["mass_5_percent"] >= 0.5


def test_what_other_states_tell():
    random = np.random.default_rng(0)
    truth = random.normal(size=400)
    places = random.integers(0, 3, (400, 1))
    mask = np.ones((400, 3), bool)
    everywhere = np.repeat(truth[:, None, None], 3, axis=1)
    assert readable(everywhere, mask, places, truth) == pytest.approx(1.0)
    there = np.zeros((400, 3, 1))
    there[np.arange(400), places[:, 0], 0] = truth
    assert abs(readable(there, mask, places, truth)) < 0.05


def test_looking_is_the_network_s_own_attention():
    network = seeded(0, lambda: Looker(Recurrent("gru", 2, 3)))
    sequences = marked(np.random.default_rng(0), 5, 6)
    seen = look(network, sequences)
    assert seen.weights.sum(axis=1).tolist() == pytest.approx([1.0] * 5)
    assert seen.answers.tolist() == network(*sequences.inputs).squeeze(1).tolist()
    expected = mass_on(seen.weights, sequences.places).mean()
    assert progress(sequences, network) == {"mass": pytest.approx(float(expected))}


def test_a_network_without_attention_has_no_progress():
    network = seeded(0, lambda: Reader(Recurrent("gru", 2, 3), 1))
    assert progress(marked(np.random.default_rng(0), 5, 6), network) == {}
