import json

import numpy as np
import pytest
import torch
from toy_messages import messages, tiny

from attentif.inspect.gates import GateUse, counted, gate_use, watch
from attentif.inspect.subject import Subject, sample_of


def test_over_one_message(subject):
    found = watch(subject, "win a prize")
    assert [token.text for token in found.tokens] == ["win", "a", "prize"]
    assert [(one.layer, one.direction) for one in found.layers] == [
        (1, "forwards"),
        (1, "backwards"),
    ]
    for one in found.layers:
        assert set(one.gates) == {"input_gate", "forget_gate", "output_gate"}
        for values in one.gates.values():
            assert values.shape == (3, 8) and 0 < values.min() and values.max() < 1
        assert one.memory.shape == one.hidden.shape == (3, 8)
        assert np.abs(one.hidden).max() < 1


def test_the_states_are_those_of_the_network(subject):
    found = watch(subject, "win a prize")
    encoded = sample_of(subject, ["win a prize"]).encoded
    from attentif.train.batch import gather

    inputs = gather(encoded, np.arange(1)).inputs
    with torch.no_grad():
        memory = subject.network.states(subject.network.embed(inputs), inputs).memory
    both = np.concatenate([one.hidden for one in found.layers], axis=1)
    assert np.allclose(memory[0].numpy(), both, atol=1e-5)


def test_layers_of_a_gru_and_no_gates_of_an_rnn(last_subject):
    layers = watch(last_subject, "win a prize").layers
    assert [(one.layer, one.direction) for one in layers] == [(1, "forwards"), (2, "forwards")]
    assert set(layers[1].gates) == {"reset_gate", "update_gate"} and layers[1].memory is None
    use = gate_use(last_subject, sample_of(last_subject, ["win a prize", "lunch"]))
    assert [one.gate for one in use] == ["reset_gate", "update_gate"] * 2
    assert len(use[0].memory_lengths) == 0 and len(use[1].memory_lengths) == 8
    model = tiny(architecture="rnn").fit(*messages(20, seed=1))
    plain = Subject(model.network_, model.front_end_, model.decision_)
    assert gate_use(plain, sample_of(plain, ["win"])) == []
    assert watch(plain, "win").layers[0].gates == {}


def test_the_use_of_a_gate_is_that_of_its_values_one_text_at_a_time(subject, sample):
    found = gate_use(subject, sample)
    watched = [watch(subject, text).layers for text in sample.texts]
    for place, direction in enumerate(("forwards", "backwards")):
        for name in ("input_gate", "forget_gate", "output_gate"):
            values = np.concatenate([layers[place].gates[name] for layers in watched])
            (one,) = [g for g in found if (g.direction, g.gate) == (direction, name)]
            assert one.mean == pytest.approx(values.mean(), abs=1e-5)
            assert one.shut == pytest.approx((values < 0.1).mean(), abs=1e-6)
            assert one.opened == pytest.approx((values > 0.9).mean(), abs=1e-6)
            assert np.allclose(one.unit_means, values.mean(axis=0), atol=1e-5)
    json.dumps([one.to_dict() for one in found], allow_nan=False)


def test_counted_by_hand():
    values = torch.tensor([[[0.05, 0.5], [0.95, 0.5]], [[0.5, 0.95], [torch.nan, torch.nan]]])
    assert counted(values).tolist() == pytest.approx([3, 3.45, 1, 2, 1.5, 1.95])


def test_memory_lengths_by_hand():
    use = GateUse(1, "forwards", "forget_gate", 0.7, 0, 0, (0.5, 0.9, 1.0))
    assert use.memory_lengths.tolist() == pytest.approx([2, 10, 1e6])
    given = use.to_dict()
    assert given["memory_length_median"] == pytest.approx(10)
    assert "unit_means" not in given
