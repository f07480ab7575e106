import math

import pytest
import torch
from nn_batches import randomised
from nn_by_hand import LETTERS, PlainCell
from torch import nn
from torch.func import functional_call

from attentif.config import ACTIVATIONS, INITIALISERS
from attentif.errors import ConfigError
from attentif.nn.cells import CELLS, CellOptions, GRUCell, LSTMCell, RNNCell

THEIRS = {"rnn": nn.RNNCell, "lstm": nn.LSTMCell, "gru": nn.GRUCell}
TAPS = {
    "rnn": {"hidden"},
    "lstm": {"input_gate", "forget_gate", "candidate", "output_gate", "memory", "hidden"},
    "gru": {"reset_gate", "update_gate", "candidate", "hidden"},
}
every_cell = pytest.mark.parametrize("kind", CELLS)


def some(kind: str, options: CellOptions = CellOptions(), size: tuple[int, int] = (3, 4)):
    """A float64 cell of random weights."""
    return randomised(CELLS[kind](*size, options)).double()


def equal_to_its_equations(kind: str, options: CellOptions) -> None:
    cell = some(kind, options)
    plain = PlainCell(kind, cell, options.activation, options.gate_activation)
    x = torch.randn(5, 2, 3, dtype=torch.float64)
    state = cell.start(x[0])
    theirs = [plain.start() for _ in range(2)]
    for t in range(5):
        state = cell(x[t], state)
        theirs = [plain.step(x[t, row].tolist(), theirs[row]) for row in range(2)]
        for part, tensor in enumerate(state):
            expected = torch.tensor([row[part] for row in theirs], dtype=torch.float64)
            torch.testing.assert_close(tensor, expected, atol=1e-10, rtol=1e-10)


@every_cell
@pytest.mark.parametrize("layer_norm", [False, True])
def test_equals_its_equations_in_loops(kind, layer_norm):
    equal_to_its_equations(kind, CellOptions(layer_norm=layer_norm))


@every_cell
@pytest.mark.parametrize("activation", ACTIVATIONS)
@pytest.mark.parametrize("gate_activation", ["sigmoid", "relu"])
def test_any_activation_by_name(kind, activation, gate_activation):
    equal_to_its_equations(kind, CellOptions(activation, gate_activation))


@every_cell
def test_equals_torch_with_the_same_weights(kind):
    ours, theirs = some(kind), THEIRS[kind](3, 4).double()
    with torch.no_grad():
        theirs.weight_ih.copy_(ours.W.weight)
        theirs.weight_hh.copy_(ours.U.weight)
        theirs.bias_ih.copy_(ours.W.bias)
        theirs.bias_hh.zero_()
        if kind == "gru":
            theirs.bias_hh[8:] = ours.b_u
    x = torch.randn(6, 2, 3, dtype=torch.float64)
    state, other = ours.start(x[0]), None
    for t in range(6):
        state, other = ours(x[t], state), theirs(x[t], other)
    other = other if isinstance(other, tuple) else (other,)
    for part, expected in zip(state, other, strict=True):
        torch.testing.assert_close(part, expected, atol=1e-12, rtol=1e-12)


def with_numbers(cell: nn.Module, W: list, U: list, b: list) -> nn.Module:
    cell.double()
    with torch.no_grad():
        cell.W.weight.copy_(torch.tensor(W, dtype=torch.float64))
        cell.U.weight.copy_(torch.tensor(U, dtype=torch.float64))
        cell.W.bias.copy_(torch.tensor(b, dtype=torch.float64))
    return cell


def one(number: float) -> torch.Tensor:
    return torch.tensor([[number]], dtype=torch.float64)


LN2, LN3, LN4 = math.log(2), math.log(3), math.log(4)
# By hand below: sigmoid(ln k) = k / (k + 1) and tanh(ln 2) = (4 - 1) / (4 + 1) = 0.6.


def test_one_step_of_the_rnn_by_hand():
    # h' = tanh(W x + U h + b) = tanh(2 ln 2 - 3 ln 2 + 2 ln 2) = tanh(ln 2) = 0.6
    cell = with_numbers(RNNCell(1, 1), [[LN2]], [[3.0]], [2 * LN2])
    (h,) = cell(one(2.0), (one(-LN2),))
    assert h.item() == pytest.approx(0.6, abs=1e-12)


def test_one_step_of_the_lstm_by_hand():
    # With x = 1, h = 0.5:
    # i = sigmoid(2 ln 3 - 0.5 * 2 ln 3)           = sigmoid(ln 3) = 0.75
    # f = sigmoid(1 - 0.5 * 4 + 1)                 = sigmoid(0)    = 0.5
    # g = tanh(0 + 0.5 * 2 ln 2)                   = tanh(ln 2)    = 0.6
    # o = sigmoid(ln 4 + 0.5 * 0)                  = sigmoid(ln 4) = 0.8
    # c' = f c + i g = 0.5 c + 0.45, which is ln 2 for c = 2 (ln 2 - 0.45)
    # h' = o tanh(c') = 0.8 * 0.6 = 0.48
    cell = with_numbers(
        LSTMCell(1, 1),
        [[2 * LN3], [1.0], [0.0], [LN4]],
        [[-2 * LN3], [-4.0], [2 * LN2], [0.0]],
        [0.0, 1.0, 0.0, 0.0],
    )
    h, c = cell(one(1.0), (one(0.5), one(2 * (LN2 - 0.45))))
    assert c.item() == pytest.approx(LN2, abs=1e-12)
    assert h.item() == pytest.approx(0.48, abs=1e-12)


def test_one_step_of_the_gru_by_hand():
    # With x = 1, h = 0.2:
    # r = sigmoid(1 - 0.2 * 5)                     = sigmoid(0)    = 0.5
    # z = sigmoid(ln 3 + 0.2 * 0)                  = sigmoid(ln 3) = 0.75
    # n = tanh(-ln 2 + r (0.2 * 5 ln 2 + 3 ln 2))  = tanh(-ln 2 + 0.5 * 4 ln 2) = 0.6
    # h' = (1 - z) n + z h = 0.25 * 0.6 + 0.75 * 0.2 = 0.3
    cell = with_numbers(
        GRUCell(1, 1), [[1.0], [LN3], [-LN2]], [[-5.0], [0.0], [5 * LN2]], [0.0, 0.0, 0.0]
    )
    with torch.no_grad():
        cell.b_u.fill_(3 * LN2)
    (h,) = cell(one(1.0), (one(0.2),))
    assert h.item() == pytest.approx(0.3, abs=1e-12)


@every_cell
@pytest.mark.parametrize("layer_norm", [False, True])
def test_gradients_of_every_weight_input_and_state(kind, layer_norm):
    cell = some(kind, CellOptions(layer_norm=layer_norm), size=(2, 3))
    names = [name for name, _ in cell.named_parameters()]
    n_parts = len(cell.start(torch.zeros(1, 2)))

    def step(x, *rest):
        state, weights = rest[:n_parts], dict(zip(names, rest[n_parts:], strict=True))
        return functional_call(cell, weights, (x, state))

    drawn = [torch.randn(2, 3, dtype=torch.float64) for _ in range(n_parts)]
    given = [torch.randn(2, 2, dtype=torch.float64), *drawn, *cell.parameters()]
    given = [tensor.detach().requires_grad_() for tensor in given]
    assert torch.autograd.gradcheck(step, given)


@every_cell
def test_starts_from_nothing_in_the_dtype_of_the_input(kind):
    cell = some(kind)
    state = cell.start(torch.ones(2, 3, dtype=torch.float64))
    assert len(state) == (2 if kind == "lstm" else 1)
    for part in state:
        assert part.shape == (2, 4)
        assert part.dtype == torch.float64
        assert not part.any()


@every_cell
def test_the_batch_s_order_does_not_matter(kind):
    cell, order = some(kind), torch.tensor([2, 0, 1])
    x = torch.randn(3, 3, dtype=torch.float64)
    state = tuple(torch.randn_like(part) for part in cell.start(x))
    whole = cell(x, state)
    turned = cell(x[order], tuple(part[order] for part in state))
    for part, other in zip(whole, turned, strict=True):
        torch.testing.assert_close(part[order], other, atol=1e-14, rtol=0)


@every_cell
def test_taps_show_what_they_are_named_for_and_change_nothing(kind):
    cell = some(kind)
    x = torch.randn(2, 3, dtype=torch.float64)
    state = tuple(torch.randn_like(part) for part in cell.start(x))
    before, seen = cell(x, state), {}
    hooks = [
        getattr(cell, name).register_forward_hook(
            lambda _, given, found, name=name: seen.update({name: found})
        )
        for name in TAPS[kind]
    ]
    after = cell(x, state)
    for hook in hooks:
        hook.remove()
    assert all(map(torch.equal, before, after))
    assert set(seen) == TAPS[kind]
    assert torch.equal(seen["hidden"], after[0])
    if kind == "lstm":
        c = seen["forget_gate"] * state[1] + seen["input_gate"] * seen["candidate"]
        torch.testing.assert_close(seen["memory"], c)
        torch.testing.assert_close(seen["hidden"], seen["output_gate"] * torch.tanh(c))
    if kind == "gru":
        z = seen["update_gate"]
        torch.testing.assert_close(seen["hidden"], (1 - z) * seen["candidate"] + z * state[0])
        from_x = (x @ cell.W.weight.T + cell.W.bias)[:, :4]
        r = torch.sigmoid(from_x + (state[0] @ cell.U.weight.T)[:, :4])
        torch.testing.assert_close(seen["reset_gate"], r)


@pytest.mark.parametrize("layer_norm", [False, True])
def test_the_forget_gate_starts_open(layer_norm):
    # sigmoid(1) = 0.731; the other gates start at sigmoid(0) = 0.5.
    cell = LSTMCell(8, 50, CellOptions(layer_norm=layer_norm))
    bias = cell.norm_x.bias if layer_norm else cell.W.bias
    i, f, g, o = bias.chunk(4)
    assert f.tolist() == [1.0] * 50
    assert not torch.cat([i, g, o]).any()
    gates = {}
    for name in ("input_gate", "forget_gate"):
        getattr(cell, name).register_forward_hook(
            lambda _, given, found, name=name: gates.update({name: found.mean().item()})
        )
    x = torch.randn(100, 8) * 0.1
    cell(x, cell.start(x))
    assert gates["forget_gate"] == pytest.approx(0.731, abs=0.05)
    assert gates["input_gate"] == pytest.approx(0.5, abs=0.05)


def test_a_large_forget_bias_keeps_the_memory():
    cell, x = LSTMCell(3, 5, forget_bias=50.0), torch.randn(2, 3)
    h, c = cell.start(x)
    torch.testing.assert_close(cell(x, (h, c + 7))[1] - cell(x, (h, c))[1], c + 7)


@every_cell
def test_each_gate_s_recurrent_block_is_orthogonal(kind):
    blocks = CELLS[kind](3, 6).U.weight.split(6)
    assert len(blocks) == len(LETTERS[kind])
    for block in blocks:
        torch.testing.assert_close(block @ block.T, torch.eye(6), atol=1e-6, rtol=0)


@every_cell
@pytest.mark.parametrize("name", INITIALISERS)
def test_recurrent_weights_start_as_named(kind, name):
    cell = CELLS[kind](3, 50, CellOptions(recurrent_init=name))
    largest, spread = cell.U.weight.abs().max().item(), cell.U.weight.std().item()
    expected = {
        "zeros": 0.0,
        "uniform": 0.05 / math.sqrt(3),
        "normal": 0.05,
        "spread": 0.3,
        "xavier": math.sqrt(6 / 100) / math.sqrt(3),
        "orthogonal": 1 / math.sqrt(50),
    }
    assert spread == pytest.approx(expected[name], rel=0.05)
    assert largest <= 0.05 or name != "uniform"
    assert cell.W.weight.abs().max().item() == pytest.approx(
        math.sqrt(6 / (3 + len(LETTERS[kind]) * 50)), rel=0.1
    )


@every_cell
@pytest.mark.parametrize(
    ("options", "message"),
    [
        (CellOptions(activation="tahn"), "activation must be one of .* got 'tahn'.*'tanh'"),
        (CellOptions(recurrent_init="orthogonl"), "recurrent_init must be .*'orthogonal'"),
    ],
)
def test_an_unknown_name_proposes_the_near_one(kind, options, message):
    with pytest.raises(ConfigError, match=message):
        CELLS[kind](3, 4, options)


@pytest.mark.parametrize("kind", ["lstm", "gru"])
def test_an_unknown_gate_activation_proposes_the_near_one(kind):
    with pytest.raises(ConfigError, match=r"gate_activation must be .*Did you mean 'sigmoid'\?"):
        CELLS[kind](3, 4, CellOptions(gate_activation="sigmod"))
