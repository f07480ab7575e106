import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from nn_batches import mask_of, padded, randomised, torch_layers
from nn_by_hand import PlainCell
from torch.func import functional_call
from torch.nn.utils.rnn import pack_padded_sequence, pad_packed_sequence

from attentif.errors import ConfigError, ShapeError
from attentif.nn.cells import CELLS, CellOptions
from attentif.nn.recurrent import Recurrent, Stack, at_last, fused_kernel, in_order, reversal

LENGTHS = [4, 1, 6, 3]
every_cell = pytest.mark.parametrize("kind", CELLS)
every_direction = pytest.mark.parametrize("bidirectional", [False, True], ids=["one", "two"])
every_path = pytest.mark.parametrize("fused", [False, True], ids=["cells", "fused"])


def some(kind: str, *, bidirectional: bool = False, fused: bool = True) -> Recurrent:
    """A float64 layer of random weights, E = 3, H = 4."""
    layer = randomised(Recurrent(kind, 3, 4, bidirectional=bidirectional)).double()
    layer.fused = fused
    return layer


def batch(lengths: list[int] = LENGTHS) -> tuple[torch.Tensor, torch.Tensor]:
    """Random (B, T, 3), padding included, and its mask."""
    return torch.randn(len(lengths), max(lengths), 3, dtype=torch.float64), mask_of(lengths)


@every_cell
@every_direction
@every_path
def test_equals_the_equations_read_text_by_text(kind, bidirectional, fused):
    layer = some(kind, bidirectional=bidirectional, fused=fused)
    x, mask = batch()
    found = layer(x, mask)
    for row, length in enumerate(LENGTHS):
        text = x[row, :length].tolist()
        memory = PlainCell(kind, layer.forwards).read(text)
        last = memory[-1]
        if bidirectional:
            turned = PlainCell(kind, layer.backwards).read(text[::-1])
            memory = [one + other for one, other in zip(memory, turned[::-1], strict=True)]
            last = last + turned[-1]
        expected = torch.zeros(6, layer.memory_size, dtype=torch.float64)
        expected[:length] = torch.tensor(memory, dtype=torch.float64)
        torch.testing.assert_close(found.memory[row], expected, atol=1e-10, rtol=1e-10)
        expected = torch.tensor(last, dtype=torch.float64)
        torch.testing.assert_close(found.last[row], expected, atol=1e-10, rtol=1e-10)


@every_cell
@every_direction
@every_path
@pytest.mark.parametrize("layers", [1, 2])
def test_equals_torch_on_packed_sequences(kind, bidirectional, fused, layers):
    stack = randomised(Stack(kind, 3, 4, layers=layers, bidirectional=bidirectional)).double()
    for layer in stack.layers:
        layer.fused = fused
    x, mask = batch()
    found = stack(x, mask)
    packed = pack_padded_sequence(x, torch.tensor(LENGTHS), batch_first=True, enforce_sorted=False)
    output, state = torch_layers(stack, kind)(packed)
    memory, _ = pad_packed_sequence(output, batch_first=True)
    h = state[0] if kind == "lstm" else state  # (layers * directions, B, H)
    last = torch.cat([h[-2], h[-1]], dim=1) if bidirectional else h[-1]
    torch.testing.assert_close(found.memory, memory, atol=1e-12, rtol=1e-12)
    torch.testing.assert_close(found.last, last, atol=1e-12, rtol=1e-12)


def values_and_gradients(layer: Recurrent, x, mask, *, fused: bool) -> dict[str, torch.Tensor]:
    """States, and the gradient of one number made of all of them, by the path asked for."""
    layer.fused = fused
    x = x.clone().requires_grad_()
    found = layer(x, mask)
    factors = torch.linspace(-1, 1, found.memory.numel(), dtype=x.dtype).view_as(found.memory)
    total = (found.memory * factors).sum() + found.last.square().sum()
    names = [name for name, _ in layer.named_parameters()]
    gradients = torch.autograd.grad(total, [x, *layer.parameters()])
    return {
        "memory": found.memory,
        "last": found.last,
        **dict(zip(["x", *names], gradients, strict=True)),
    }


@every_cell
@every_direction
@pytest.mark.parametrize("lengths", [[1], [5], [4, 1, 6, 3], [1, 1], [3, 3]], ids=str)
@pytest.mark.parametrize(
    ("dtype", "training"),
    [(torch.float32, True), (torch.float32, False), (torch.float64, True)],
    ids=["train", "eval", "float64"],
)
def test_the_fused_path_is_the_cell_path(kind, bidirectional, lengths, dtype, training):
    layer = some(kind, bidirectional=bidirectional).to(dtype).train(training)
    x, mask = batch(lengths)
    assert fused_kernel(layer.forwards) is not None
    ours = values_and_gradients(layer, x.to(dtype), mask, fused=False)
    kernel = values_and_gradients(layer, x.to(dtype), mask, fused=True)
    bound = 1e-5 if dtype == torch.float32 else 1e-11
    for name, expected in ours.items():
        torch.testing.assert_close(
            kernel[name], expected, atol=bound, rtol=bound, msg=lambda text, n=name: f"{n}: {text}"
        )
        assert expected.any() or name.endswith("U.weight")  # one token: U has no gradient
    if lengths != [1] and lengths != [1, 1]:
        assert all(value.any() for value in ours.values())


@every_cell
def test_without_gradients_the_fused_path_gives_the_same_numbers(kind):
    layer = some(kind, bidirectional=True).float().eval()
    x, mask = batch()
    with_gradients = layer(x.float(), mask)
    with torch.inference_mode():
        without = layer(x.float(), mask)
    torch.testing.assert_close(without.memory, with_gradients.memory, atol=1e-6, rtol=0)
    torch.testing.assert_close(without.last, with_gradients.last, atol=1e-6, rtol=0)


@every_cell
@pytest.mark.parametrize("training", [True, False])
def test_kernels_keep_what_a_gradient_needs_whatever_the_mode(kind, training, monkeypatch):
    # cuDNN refuses a gradient (of the input, say, after training) where this was not asked.
    name, asked = {"rnn": "rnn_tanh"}.get(kind, kind), []
    kernel = getattr(torch, name)
    monkeypatch.setattr(torch, name, lambda *given: asked.append(given[6]) or kernel(*given))
    layer, (x, mask) = some(kind).train(training), batch()
    layer(x, mask)
    with torch.no_grad():
        layer(x, mask)
    assert asked == [True, False]


@every_cell
def test_gradcheck_through_time_under_a_mask(kind):
    layer = randomised(Recurrent(kind, 2, 2, bidirectional=True)).double()
    layer.fused = False
    mask, names = mask_of([2, 1]), [name for name, _ in layer.named_parameters()]

    def read(x, *weights):
        return tuple(functional_call(layer, dict(zip(names, weights, strict=True)), (x, mask)))

    given = [torch.randn(2, 2, 2, dtype=torch.float64), *layer.parameters()]
    given = [tensor.detach().requires_grad_() for tensor in given]
    assert torch.autograd.gradcheck(read, given, fast_mode=True)


@every_cell
@every_direction
@every_path
def test_300_steps_of_padding_change_nothing(kind, bidirectional, fused):
    layer = some(kind, bidirectional=bidirectional, fused=fused).float()
    x, mask = batch()
    x = x.float()
    short, long = layer(x, mask), layer(padded(x, 300, 1e3), mask_of(LENGTHS, 306))
    torch.testing.assert_close(long.memory[:, :6], short.memory, atol=1e-6, rtol=0)
    torch.testing.assert_close(long.last, short.last, atol=1e-6, rtol=0)
    assert not long.memory[:, 6:].any()
    assert not short.memory[~mask].any()


@pytest.mark.parametrize("activation", ["relu", "linear"])
@every_direction
def test_padding_cannot_overflow_an_unbounded_cell(activation, bidirectional):
    # A recurrence that doubles, left to run over 300 steps of padding, reaches infinity.
    options = CellOptions(activation)
    layer = Recurrent("rnn", 3, 3, bidirectional=bidirectional, options=options)
    with torch.no_grad():
        for cell in (layer.forwards, layer.backwards or layer.forwards):
            cell.U.weight.copy_(2 * torch.eye(3))
    x, mask = torch.ones(1, 2, 3), mask_of([2], 302)
    x = padded(x, 300, 1e3).requires_grad_()
    found = layer(x, mask)
    (found.memory.sum() + found.last.sum()).backward()
    assert found.memory.isfinite().all()
    assert x.grad[:, :2].all()
    assert not x.grad[:, 2:].any()
    for parameter in layer.parameters():
        assert parameter.grad.isfinite().all()


@every_cell
@every_direction
@every_path
def test_no_gradient_reaches_padding(kind, bidirectional, fused):
    layer = some(kind, bidirectional=bidirectional, fused=fused)
    x, mask = batch()
    x.requires_grad_()
    found = layer(x, mask)
    (found.memory.sum() + found.last.sum()).backward()
    assert not x.grad[~mask].any()
    assert (x.grad[mask] != 0).any(dim=1).all()


@every_cell
@every_path
def test_the_batch_s_order_does_not_matter(kind, fused):
    # PAINS T03: order in = order out, and each result equals its lone result.
    layer, (x, mask) = some(kind, bidirectional=True, fused=fused), batch()
    whole, order = layer(x, mask), torch.tensor([2, 0, 3, 1])
    turned = layer(x[order], mask[order])
    torch.testing.assert_close(turned.memory, whole.memory[order], atol=1e-12, rtol=0)
    torch.testing.assert_close(turned.last, whole.last[order], atol=1e-12, rtol=0)
    for row, length in enumerate(LENGTHS):
        alone = layer(x[row : row + 1, :length], mask[row : row + 1, :length])
        torch.testing.assert_close(alone.last[0], whole.last[row], atol=1e-12, rtol=0)


@every_cell
@every_path
def test_the_final_state_is_forward_last_beside_backward_first(kind, fused):
    # PAINS T05: taken at the last step, the backward half would have read the last word only.
    layer, (x, mask) = some(kind, bidirectional=True, fused=fused), batch()
    found = layer(x, mask)
    for row, length in enumerate(LENGTHS):
        assert torch.equal(found.last[row, :4], found.memory[row, length - 1, :4])
        assert torch.equal(found.last[row, 4:], found.memory[row, 0, 4:])
    other = x.clone()
    other[:, 0] += 1.0  # the first word changes; of texts of two words or more the last does not
    changed = layer(other, mask)
    several = torch.tensor(LENGTHS) > 1
    assert (changed.last[:, 4:] - found.last[:, 4:]).abs().amax(dim=1).min() > 1e-3
    at_the_last_step = changed.memory[several, torch.tensor(LENGTHS)[several] - 1, 4:]
    torch.testing.assert_close(
        at_the_last_step, found.memory[several, torch.tensor(LENGTHS)[several] - 1, 4:]
    )


@every_cell
@pytest.mark.parametrize(
    "options",
    [
        CellOptions(layer_norm=True),
        CellOptions(activation="relu"),
        CellOptions(activation="sigmoid"),
        CellOptions(activation="linear"),
        CellOptions(gate_activation="relu"),
        CellOptions(gate_activation="tanh"),
    ],
    ids=lambda options: "-".join(map(str, options)),
)
def test_other_cells_than_the_standard_take_the_cell_path(kind, options):
    layer = Recurrent(kind, 3, 4, bidirectional=True, options=options).double()
    standard = kind == "rnn" and options.activation == "tanh" and not options.layer_norm
    assert (fused_kernel(layer.forwards) is not None) == standard  # an RNN has no gates
    x, mask = batch()
    found = layer(x, mask)
    plain = PlainCell(kind, layer.forwards, options.activation, options.gate_activation)
    for row, length in enumerate(LENGTHS):
        expected = plain.read(x[row, :length].tolist())
        torch.testing.assert_close(
            found.memory[row, :length, :4],
            torch.tensor(expected, dtype=torch.float64),
            atol=1e-10,
            rtol=1e-10,
        )


@every_cell
@pytest.mark.parametrize("name", ["xavier", "uniform", "normal", "zeros"])
def test_other_first_values_keep_the_fused_path(kind, name):
    layer = Recurrent(kind, 3, 4, options=CellOptions(recurrent_init=name)).double()
    x, mask = batch()
    assert fused_kernel(layer.forwards) is not None
    fused = layer(x, mask)
    layer.fused = False
    torch.testing.assert_close(layer(x, mask).last, fused.last, atol=1e-12, rtol=0)


def test_the_cell_path_is_taken_when_asked():
    layer, steps = some("lstm"), []
    layer.forwards.forget_gate.register_forward_hook(lambda *_: steps.append(1))
    x, mask = batch()
    layer(x, mask)
    assert steps == []
    layer.fused = False
    layer(x, mask)
    assert len(steps) == 6


def test_the_two_directions_have_weights_of_their_own():
    layer = Recurrent("gru", 3, 4, bidirectional=True)
    assert not torch.equal(layer.forwards.U.weight, layer.backwards.U.weight)
    assert layer.memory_size == 8
    assert Recurrent("gru", 3, 4).memory_size == 4


@every_cell
def test_saved_weights_give_the_same_bits(kind):
    layer, other = some(kind, bidirectional=True), some(kind, bidirectional=True)
    x, mask = batch()
    assert not torch.equal(other(x, mask).last, layer(x, mask).last)
    other.load_state_dict(layer.state_dict())
    assert torch.equal(other(x, mask).last, layer(x, mask).last)


def test_dropout_between_layers_only_and_in_training_only():
    stack = randomised(Stack("gru", 3, 4, layers=2, dropout=0.9)).double()
    x, mask = batch()
    below, above = stack.layers
    plain = above(below(x, mask).memory, mask).last
    assert not torch.equal(stack(x, mask).last, plain)
    assert not torch.equal(stack(x, mask).last, stack(x, mask).last)
    assert (stack(x, mask).last != 0).all()  # not behind the top layer
    assert torch.equal(stack.eval()(x, mask).last, plain)
    single = Stack("gru", 3, 4, dropout=0.9).double()
    assert torch.equal(single(x, mask).last, single(x, mask).last)


def test_a_stack_gives_its_layers_widths_and_options():
    stack = Stack("lstm", 3, 4, layers=3, bidirectional=True)
    assert [layer.forwards.W.in_features for layer in stack.layers] == [3, 8, 8]
    assert stack.memory_size == 8
    options = CellOptions("relu", layer_norm=True)
    for layer in Stack("lstm", 3, 4, layers=2, bidirectional=True, options=options).layers:
        assert layer.forwards.options == layer.backwards.options == options


def test_no_layer_is_an_error():
    with pytest.raises(ConfigError, match=r"layers must be >= 1, got 0\."):
        Stack("lstm", 3, 4, layers=0)


@pytest.mark.parametrize("make", [Recurrent, Stack])
def test_an_unknown_cell_proposes_the_near_one(make):
    with pytest.raises(ConfigError, match=r"cell must be .* got 'lsmt'\. Did you mean 'lstm'\?"):
        make("lsmt", 3, 4)


@pytest.mark.parametrize("shape", [(4, 1), (1, 6), (6, 4), (4, 5)])
@pytest.mark.usefixtures("unchecked")
def test_a_mask_of_another_shape_is_an_error(shape):
    layer, (x, _) = some("lstm"), batch()
    with pytest.raises(ShapeError, match=r"mask must have the batch's shape \(4, 6\), got \("):
        layer(x, torch.ones(shape, dtype=torch.bool))


def test_padding_before_a_token_is_an_error():
    # Keras pads at the start unless told otherwise; both paths would read such a batch wrongly.
    layer, (x, mask) = some("lstm"), batch()
    with pytest.raises(
        ShapeError, match=r"padding must stand at the end, got .* after padding in rows \[0, 1, 3\]"
    ):
        layer(x, mask.flip(1))


def test_a_row_of_padding_leaves_the_others_alone():
    layer, (x, mask) = some("lstm", bidirectional=True), batch()
    whole = layer(x, mask)
    mask[1] = False
    found = layer(x, mask)
    others = [0, 2, 3]
    assert not found.memory[1].any()
    assert torch.equal(found.memory[others], whole.memory[others])
    assert torch.equal(found.last[others], whole.last[others])


@given(st.lists(st.integers(0, 7), min_size=1, max_size=4).filter(any))
def test_reversal_turns_real_tokens_and_undoes_itself(lengths):
    mask = mask_of(lengths, 7)
    x = torch.arange(len(lengths) * 7.0).view(-1, 7, 1)
    turned = in_order(x, reversal(mask))
    for row, length in enumerate(lengths):
        expected = x[row, :length].flip(0), x[row, length:]
        assert torch.equal(turned[row], torch.cat(expected))
    assert torch.equal(in_order(turned, reversal(mask)), x)


def test_at_last_is_the_true_length_s_state():
    memory = torch.arange(12.0).view(2, 3, 2)
    assert at_last(memory, torch.tensor([2, 3])).tolist() == [[2.0, 3.0], [10.0, 11.0]]


def test_states_do_not_outlive_a_call():
    layer, (x, mask) = some("lstm"), batch()
    first, kept = layer(x, mask).last, set(vars(layer.forwards))
    layer(torch.randn_like(x), mask)
    assert torch.equal(layer(x, mask).last, first)
    assert set(vars(layer.forwards)) == kept
    assert list(layer.buffers()) == []
