"""The recorded values are those of the network, and nothing of the recording remains."""

import pytest
import torch
from torch import nn

from attentif.config import NetworkSettings
from attentif.errors import InputTypeError
from attentif.inspect.controls import uniform
from attentif.inspect.record import attention_replaced, record, replace_attention
from attentif.nn.attention import Max
from attentif.nn.cells import LSTMCell
from attentif.nn.classifier import Classifier
from attentif.nn.embedding import Inputs
from attentif.nn.recurrent import Recurrent
from attentif.nn.taps import Tap

MASK = torch.tensor([[True] * 5, [True] * 3 + [False] * 2])
PADDING = ~MASK


def network(**settings) -> Classifier:
    torch.manual_seed(0)
    sizes = {"embedding_size": 4, "hidden_size": 3, "attention_size": 5, "dropout": 0.0}
    wanted = NetworkSettings(**{**sizes, "word_dropout": 0.0, **settings})
    return Classifier(wanted, n_pieces=9, n_shapes=0, n_classes=2).eval()


def inputs() -> Inputs:
    words = torch.tensor([[1, 2, 3, 4, 5], [2, 6, 1, 0, 0]])
    n = torch.arange(7)
    return Inputs(words, MASK, n, n, torch.zeros(7, dtype=torch.long))


def hooks(model: nn.Module) -> int:
    """All hooks of a model and its parts."""
    return sum(
        len(module._forward_hooks) + len(module._forward_pre_hooks) for module in model.modules()
    )


def layers(model: nn.Module) -> list[Recurrent]:
    return [module for module in model.modules() if isinstance(module, Recurrent)]


@pytest.mark.parametrize("cell", ["rnn", "lstm", "gru"])
@pytest.mark.parametrize("pooling", ["last", "mean", "max", "dot", "general", "additive"])
def test_recorded_and_fused_give_the_same_answer(cell, pooling):
    model = network(cell=cell, pooling=pooling, layers=2)
    fused = model(inputs()).logits
    with record(model) as trace:
        recorded = model(inputs()).logits
    assert torch.allclose(fused, recorded, atol=1e-5)
    assert torch.equal(trace["logits"], recorded)
    assert torch.equal(model(inputs()).logits, fused)


def test_what_is_no_network_is_refused(tiny_classifier):
    with (
        pytest.raises(InputTypeError, match="got TextClassifier.*network_"),
        record(tiny_classifier),
    ):
        pass


def test_every_tap_is_heard_under_its_name():
    model = network()
    with record(model) as trace:
        model(inputs())
    cell = {"input_gate", "forget_gate", "output_gate", "candidate", "memory", "hidden"}
    directions = ("forwards", "backwards")
    expected = {f"recurrent.layers.0.{way}.{name}" for way in directions for name in cell}
    expected |= {"attend.scores", "attend.weights", "context", "vector", "logits"}
    assert set(trace) == expected == {n for n, m in model.named_modules() if isinstance(m, Tap)}
    assert len(trace) == len(expected)
    assert trace["recurrent.layers.0.forwards.forget_gate"].shape == (2, 5, 3)
    assert trace["attend.weights"].shape == trace["attend.scores"].shape == (2, 5)
    assert (trace["context"].shape, trace["vector"].shape) == ((2, 6), (2, 5))


def test_states_stand_in_the_order_of_the_text_and_padding_is_absent():
    model = network()
    # forwards beside backwards, zero on padding
    memory = model.states(model.embed(inputs()), inputs()).memory
    with record(model) as trace:
        model(inputs())
    for way, part in (("forwards", memory[:, :, :3]), ("backwards", memory[:, :, 3:])):
        hidden = trace[f"recurrent.layers.0.{way}.hidden"]
        assert torch.allclose(hidden[MASK], part[MASK], atol=1e-5)
        assert hidden[PADDING].isnan().all()
    for name in ("attend.weights", "attend.scores"):
        assert torch.equal(trace[name].isnan(), PADDING)
    assert trace["attend.weights"].nansum(dim=1).tolist() == pytest.approx([1, 1])


def test_without_the_mask_padding_is_read_and_shown():
    model = network(masking=False)
    with record(model) as trace:
        model(inputs())
    assert not trace["recurrent.layers.0.forwards.hidden"].isnan().any()
    assert not trace["attend.weights"].isnan().any()


def test_each_call_fills_the_trace_anew():
    model = network()
    with record(model) as trace:
        model(inputs())
        first = trace["attend.weights"]
        model(inputs())
    assert torch.equal(first.nan_to_num(), trace["attend.weights"].nan_to_num())
    assert trace["recurrent.layers.0.forwards.hidden"].shape == (2, 5, 3)


def test_a_cell_keeps_its_steps():
    cell = LSTMCell(4, 3)
    x = torch.randn(2, 4)
    with record(cell) as trace:
        state = cell(x, cell.start(x))
        h, c = cell(x, state)
    assert torch.equal(trace["hidden"], torch.stack([state[0], h], dim=1))
    assert torch.equal(trace["memory"][:, 1], c)


def test_nothing_remains():
    model = network(layers=2)
    with record(model):
        assert hooks(model) > 0
        assert not any(layer.fused for layer in layers(model))
    assert hooks(model) == 0
    assert all(layer.fused for layer in layers(model))


def test_nothing_remains_after_an_error():
    model = network()
    layers(model)[0].fused = False  # as its owner wanted it
    with pytest.raises(RuntimeError, match="stop"), record(model):
        model(inputs())
        raise RuntimeError("stop")
    assert hooks(model) == 0
    assert not layers(model)[0].fused
    with pytest.raises(Exception), record(model):  # noqa: B017  (whatever the network says)
        model("no inputs")
    assert hooks(model) == 0
    with pytest.raises(RuntimeError), attention_replaced(model.attend, uniform):
        raise RuntimeError
    assert hooks(model) == 0


def test_gradients_by_finite_differences():
    """dL/dh_t, by moving h_t a little as it passes its tap."""
    model = network(cell="lstm").double()
    name, t, unit, step = "recurrent.layers.0.forwards.memory", 1, 2, 1e-6

    def loss_with(moved: float) -> float:
        calls = 0

        def move(module: nn.Module, args: tuple, value: torch.Tensor) -> torch.Tensor:
            nonlocal calls
            calls += 1
            change = torch.zeros_like(value)
            change[:, unit] = moved if calls == t + 1 else 0.0
            return value + change

        tap = model.get_submodule(name)
        with record(model):
            handle = tap.register_forward_hook(move)
            found = model(inputs()).logits[0, 1].item()
            handle.remove()
        return found

    with record(model) as trace:
        slope = trace.gradients(model(inputs()).logits[0, 1], [name])[name]
    expected = (loss_with(step) - loss_with(-step)) / (2 * step)
    assert slope[0, t, unit].item() == pytest.approx(expected, rel=1e-5)
    assert expected != 0
    assert (slope[1][MASK[1]] == 0).all()  # the other text has no part in this loss
    assert slope[1][PADDING[1]].isnan().all()
    assert all(weight.grad is None for weight in model.parameters())


def test_gradients_of_a_linear_recurrence_worked_by_hand():
    """h_t = u h_{t-1} + x_t, loss = h_3: dL/dh_t = u^(3 - t)."""
    from attentif.nn.cells import CellOptions

    layer = Recurrent("rnn", 1, 1, options=CellOptions(activation="linear"))
    with torch.no_grad():
        layer.forwards.U.weight.fill_(0.5)
    with record(layer) as trace:
        found = layer(torch.ones(1, 4, 1), torch.ones(1, 4, dtype=torch.bool))
        slope = trace.gradients(found.last.sum())["forwards.hidden"]
    assert slope.flatten().tolist() == [0.125, 0.25, 0.5, 1.0]


def test_gradients_need_gradients():
    model = network()
    with torch.no_grad(), record(model) as trace:
        loss = model(inputs()).logits.sum()
    with pytest.raises(InputTypeError, match="gradients need a loss"):
        trace.gradients(loss)


def test_attention_can_be_replaced_for_a_while():
    model = network()
    before = model(inputs())
    with attention_replaced(model.attend, uniform):
        found = model(inputs())
    assert found.weights[1].tolist() == pytest.approx([1 / 3] * 3 + [0, 0])
    assert not torch.allclose(found.logits, before.logits)
    assert torch.equal(model(inputs()).logits, before.logits)


def test_replaced_by_itself_it_changes_nothing():
    model = network(pooling="mean")
    before = model(inputs()).logits
    with attention_replaced(model.attend, lambda weights, mask: weights):
        assert torch.equal(model(inputs()).logits, before)
    with attention_replaced(model.attend, uniform):
        assert torch.allclose(model(inputs()).logits, before)


def test_without_attention_there_is_nothing_to_replace():
    with pytest.raises(InputTypeError, match="got the pooling 'max'"):
        replace_attention(Max(), uniform)


def test_taps_cost_nothing_on_the_fused_path():
    """The cells' taps are not called there; three of the classifier's and two more are."""
    model, calls = network(), []
    for module in model.modules():
        if isinstance(module, Tap):
            module.register_forward_hook(lambda *_: calls.append(1))
    model(inputs())
    assert len(calls) == 5
