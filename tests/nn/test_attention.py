import math

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from nn_batches import mask_of, padded, randomised
from nn_by_hand import dot, mean_of, plus, softmax, times
from torch import nn
from torch.func import functional_call

from attentif.errors import ShapeError
from attentif.nn.attention import (
    ATTENDING,
    Additive,
    Attended,
    Dot,
    General,
    Last,
    Max,
    Mean,
    average,
    masked_softmax,
)

MAKERS = {
    "last": Last,
    "mean": Mean,
    "max": Max,
    "dot": Dot,
    "general": lambda: General(3, 3),
    "additive": lambda: Additive(3, 3, 5),
}
LENGTHS = [4, 1, 3]
every_pooling = pytest.mark.parametrize("name", MAKERS)
every_weighting = pytest.mark.parametrize("name", ["mean", "dot", "general", "additive"])
every_attention = pytest.mark.parametrize("name", ["dot", "general", "additive"])

LN2, LN3 = math.log(2), math.log(3)


def some(name: str) -> nn.Module:
    """A float64 pooling of random weights, Q = D = 3, A = 5."""
    return randomised(MAKERS[name]()).double()


def batch(lengths: list[int] = LENGTHS) -> tuple[torch.Tensor, torch.Tensor, torch.Tensor]:
    """Random (query, memory, mask); the memory holds something on padding too."""
    query = torch.randn(len(lengths), 3, dtype=torch.float64)
    memory = torch.randn(len(lengths), max(lengths), 3, dtype=torch.float64)
    return query, memory, mask_of(lengths)


def found_by(attend: nn.Module, query, memory, mask) -> Attended:
    return attend(query, attend.keys(memory), memory, mask)


# By hand (PAINS A04): two states, each of two units.
MEMORY = torch.tensor([[[2.0, 1.0], [1.0, -1.0]]], dtype=torch.float64)
BOTH = torch.tensor([[True, True]])


def by_hand(attend: nn.Module, query: list[float]) -> tuple[list[float] | None, list[float]]:
    """(weights, context) over the two states."""
    found = found_by(attend, torch.tensor([query], dtype=torch.float64), MEMORY, BOTH)
    weights = None if found.weights is None else found.weights[0].tolist()
    return weights, found.context[0].tolist()


def test_dot_by_hand():
    # q = (ln 3, 0): e_1 = 2 ln 3, e_2 = 1 ln 3, so the powers are 9 and 3.
    # weights = (9, 3) / 12 = (3/4, 1/4)
    # context = 3/4 (2, 1) + 1/4 (1, -1) = (7/4, 1/2)
    weights, context = by_hand(Dot(), [LN3, 0.0])
    assert weights == pytest.approx([3 / 4, 1 / 4], abs=1e-12)
    assert context == pytest.approx([7 / 4, 1 / 2], abs=1e-12)


def test_general_by_hand():
    # W m_1 = (1*2 + 2*1, 0*2 + 1*1) = (4, 1);  W m_2 = (1*1 - 2*1, 0*1 - 1*1) = (-1, -1)
    # q = (ln 2, 0): e_1 = 4 ln 2, e_2 = -ln 2, so the powers are 16 and 1/2.
    # weights = (16, 1/2) / (33/2) = (32/33, 1/33)
    # context = (32*2 + 1*1, 32*1 - 1*1) / 33 = (65/33, 31/33)
    # (W the other way round would give e_1 = 2 ln 2.)
    attend = General(2, 2).double()
    with torch.no_grad():
        attend.W.weight.copy_(torch.tensor([[1.0, 2.0], [0.0, 1.0]]))
    weights, context = by_hand(attend, [LN2, 0.0])
    assert weights == pytest.approx([32 / 33, 1 / 33], abs=1e-12)
    assert context == pytest.approx([65 / 33, 31 / 33], abs=1e-12)


def test_additive_by_hand():
    # W q = (1*ln 2 + 0*5, 0) = (ln 2, 0) for q = (ln 2, 5)
    # U = ln 2 / 3 * [[-1, 2], [1, -2]]:  U m_1 = ln 2 / 3 * (-2 + 2, 2 - 2) = (0, 0)
    #                                     U m_2 = ln 2 / 3 * (-1 - 2, 1 + 2) = (-ln 2, ln 2)
    # tanh(W q + U m_1) = (tanh ln 2, 0) = (0.6, 0);  tanh(W q + U m_2) = (0, 0.6)
    # v = (ln 3 / 0.6, 0): e_1 = ln 3, e_2 = 0, so the powers are 3 and 1.
    # weights = (3/4, 1/4), context = (7/4, 1/2)
    attend = Additive(2, 2, 2).double()
    with torch.no_grad():
        attend.W.weight.copy_(torch.tensor([[1.0, 0.0], [0.0, 0.0]]))
        U = torch.tensor([[-1.0, 2.0], [1.0, -2.0]], dtype=torch.float64)
        attend.U.weight.copy_(LN2 / 3 * U)
        attend.v.weight.copy_(torch.tensor([[LN3 / 0.6, 0.0]], dtype=torch.float64))
    weights, context = by_hand(attend, [LN2, 5.0])
    assert weights == pytest.approx([3 / 4, 1 / 4], abs=1e-12)
    assert context == pytest.approx([7 / 4, 1 / 2], abs=1e-12)


def test_the_plain_ways_by_hand():
    assert by_hand(Last(), [5.0, 6.0]) == (None, [5.0, 6.0])
    assert by_hand(Mean(), [5.0, 6.0]) == ([0.5, 0.5], [1.5, 0.0])
    assert by_hand(Max(), [5.0, 6.0]) == (None, [2.0, 1.0])


def score_by_loops(attend: nn.Module, query: list[float], state: list[float]) -> float:
    """One score by the papers' equations."""
    numbers = {name: value.tolist() for name, value in attend.state_dict().items()}
    if isinstance(attend, General):
        return dot(query, times(numbers["W.weight"], state))
    if isinstance(attend, Additive):
        sums = plus(times(numbers["W.weight"], query), times(numbers["U.weight"], state))
        return dot(numbers["v.weight"][0], [math.tanh(value) for value in sums])
    return dot(query, state) if isinstance(attend, Dot) else 0.0


@every_weighting
def test_equals_its_equations_in_loops(name):
    attend, (query, memory, mask) = some(name), batch()
    found = found_by(attend, query, memory, mask)
    for row, length in enumerate(LENGTHS):
        states = memory[row, :length].tolist()
        weights = softmax([score_by_loops(attend, query[row].tolist(), one) for one in states])
        assert found.weights[row, :length].tolist() == pytest.approx(weights, abs=1e-10)
        expected = mean_of(weights, states)
        assert found.context[row].tolist() == pytest.approx(expected, abs=1e-10)


def test_max_and_last_in_loops():
    query, memory, mask = batch()
    memory[2] -= 10.0  # below what padding holds
    for row, length in enumerate(LENGTHS):
        largest = [max(unit) for unit in zip(*memory[row, :length].tolist(), strict=True)]
        assert found_by(Max(), query, memory, mask).context[row].tolist() == largest
    assert torch.equal(found_by(Last(), query, memory, mask).context, query)


@every_weighting
def test_weights_sum_to_one_and_are_exactly_zero_on_padding(name):
    # PAINS A01 and A02, also for a batch of one.
    for lengths in (LENGTHS, [3], [2, 9]):
        query, memory, mask = batch(lengths)
        weights = found_by(some(name), query, memory, mask).weights
        assert weights.shape == mask.shape
        assert weights.sum(dim=1).tolist() == pytest.approx([1.0] * len(lengths), abs=1e-12)
        assert (weights[~mask] == 0.0).all()
        assert (weights[mask] > 0.0).all()


@every_weighting
def test_one_token_gets_all(name):
    query, memory, mask = batch([1, 1])
    found = found_by(some(name), query, memory, mask)
    assert found.weights.tolist() == [[1.0], [1.0]]
    assert torch.equal(found.context, memory[:, 0])


@every_pooling
def test_what_padding_holds_does_not_matter(name):
    attend, (query, memory, mask) = some(name), batch()
    found = found_by(attend, query, memory, mask)
    filled = memory.masked_fill(~mask[:, :, None], 1e3)
    for longer in (filled, padded(filled, 300, 1e3)):
        other = found_by(attend, query, longer, mask_of(LENGTHS, longer.shape[1]))
        torch.testing.assert_close(other.context, found.context, atol=1e-12, rtol=0)
        if found.weights is not None:
            torch.testing.assert_close(other.weights[:, :4], found.weights, atol=1e-12, rtol=0)
            assert not other.weights[:, 4:].any()


@every_pooling
def test_permuting_the_memory_permutes_the_weights(name):
    attend, (query, memory, mask) = some(name), batch()
    order = torch.tensor([2, 0, 3, 1])
    found = found_by(attend, query, memory, mask)
    other = found_by(attend, query, memory[:, order], mask[:, order])
    torch.testing.assert_close(other.context, found.context, atol=1e-12, rtol=0)
    if found.weights is not None:
        torch.testing.assert_close(other.weights, found.weights[:, order], atol=1e-12, rtol=0)


@every_pooling
def test_the_batch_s_order_does_not_matter(name):
    attend, (query, memory, mask) = some(name), batch()
    order = torch.tensor([2, 0, 1])
    found = found_by(attend, query, memory, mask)
    other = found_by(attend, query[order], memory[order], mask[order])
    torch.testing.assert_close(other.context, found.context[order], atol=1e-12, rtol=0)


@every_pooling
def test_two_memories_in_flight_do_not_mix(name):
    attend, (query, memory, mask), other = some(name), batch(), batch()
    alone = found_by(attend, query, memory, mask)
    keys, other_keys = attend.keys(memory), attend.keys(other[1])
    attend(other[0], other_keys, *other[1:])
    again = attend(query, keys, memory, mask)
    assert torch.equal(again.context, alone.context)
    assert again.weights is alone.weights is None or torch.equal(again.weights, alone.weights)


@every_pooling
@pytest.mark.usefixtures("unchecked")
def test_a_row_of_padding_is_an_error_that_names_it(name):
    attend, (query, memory, mask) = some(name), batch()
    mask[1] = False
    with pytest.raises(
        ShapeError,
        match=r"each row must have a real token to attend to, got none in rows \[1\]\. Give an em",
    ):
        found_by(attend, query, memory, mask)
    with pytest.raises(ShapeError, match=r"got none in rows \[0, 1, 2\]"):
        found_by(attend, query, memory[:, :0], mask[:, :0])


@every_pooling
@pytest.mark.parametrize("shape", [(4, 3), (1, 4), (3, 1), (3, 5)])
@pytest.mark.usefixtures("unchecked")
def test_a_mask_of_another_shape_is_an_error(name, shape):
    attend, (query, memory, _) = some(name), batch()
    with pytest.raises(
        ShapeError,
        match=rf"mask must have the scores' shape \(3, 4\), got \({shape[0]}, {shape[1]}\)",
    ):
        found_by(attend, query, memory, torch.ones(shape, dtype=torch.bool))


@every_pooling
def test_gradients_of_every_weight_query_and_state(name):
    attend, (query, memory, mask) = some(name), batch([3, 1])
    names = [known for known, _ in attend.named_parameters()]

    class Whole(nn.Module):
        """Keys and attention in one call."""

        def __init__(self) -> None:
            super().__init__()
            self.attend = attend

        def forward(self, query, memory):
            return found_by(self.attend, query, memory, mask).context

    def call(query, memory, *weights):
        named = dict(zip([f"attend.{known}" for known in names], weights, strict=True))
        return functional_call(Whole(), named, (query, memory))

    given = [tensor.detach().requires_grad_() for tensor in (query, memory, *attend.parameters())]
    assert torch.autograd.gradcheck(call, given)


@every_pooling
def test_no_gradient_reaches_padding(name):
    attend, (query, memory, mask) = some(name), batch()
    memory.requires_grad_()
    query.requires_grad_()
    found_by(attend, query, memory, mask).context.square().sum().backward()
    if name != "last":
        assert not memory.grad[~mask].any()
        assert memory.grad[mask].any()
    if name in ("last", "dot", "general", "additive"):
        assert query.grad.any()


@every_attention
def test_taps_show_scores_and_weights_and_change_nothing(name):
    attend, (query, memory, mask) = some(name), batch()
    assert isinstance(attend, ATTENDING)
    before, seen = found_by(attend, query, memory, mask), {}
    for tap in ("scores", "weights"):
        getattr(attend, tap).register_forward_hook(
            lambda _, given, found, tap=tap: seen.update({tap: found})
        )
    after = found_by(attend, query, memory, mask)
    assert torch.equal(after.context, before.context)
    assert torch.equal(seen["weights"], after.weights)
    torch.testing.assert_close(masked_softmax(seen["scores"], mask), after.weights)


@every_pooling
def test_saved_weights_give_the_same_bits(name):
    # PAINS A06
    attend, other, given = some(name), some(name), batch()
    other.load_state_dict(attend.state_dict())
    assert torch.equal(found_by(other, *given).context, found_by(attend, *given).context)


def test_general_starts_as_glorot_s_and_without_bias():
    attend = General(40, 60)
    assert [name for name, _ in attend.named_parameters()] == ["W.weight"]
    assert attend.W.weight.shape == (40, 60)
    assert attend.W.weight.abs().max().item() == pytest.approx(math.sqrt(6 / 100), rel=0.01)


def test_additive_has_no_bias():
    names = [name for name, _ in Additive(4, 6, 5).named_parameters()]
    assert names == ["W.weight", "U.weight", "v.weight"]


def test_query_and_memory_may_be_of_different_widths():
    memory, mask = torch.randn(2, 3, 6), mask_of([3, 2])
    for attend in (General(4, 6), Additive(4, 6, 5)):
        found = found_by(attend, torch.randn(2, 4), memory, mask)
        assert found.context.shape == (2, 6)


def test_average_by_hand():
    # 1/4 (2, 1) + 3/4 (1, -1) = (5/4, -1/2)
    weights = torch.tensor([[0.25, 0.75]], dtype=torch.float64)
    assert average(weights, MEMORY).tolist() == [[1.25, -0.5]]


numbers = st.floats(-50, 50)


@st.composite
def scores_and_mask(draw) -> tuple[torch.Tensor, torch.Tensor]:
    """Any (B, T) scores, and any mask with a real token in each row."""
    rows, steps = draw(st.integers(1, 4)), draw(st.integers(1, 7))
    scores = [[draw(numbers) for _ in range(steps)] for _ in range(rows)]
    row = st.lists(st.booleans(), min_size=steps, max_size=steps).filter(any)
    mask = [draw(row) for _ in range(rows)]
    return torch.tensor(scores, dtype=torch.float64), torch.tensor(mask)


@settings(max_examples=50)
@given(scores_and_mask())
def test_masked_softmax_is_the_softmax_of_the_real_tokens(given):
    scores, mask = given
    weights = masked_softmax(scores, mask)
    assert not weights[~mask].any()
    for row in range(len(scores)):
        expected = softmax(scores[row, mask[row]].tolist())
        assert weights[row, mask[row]].tolist() == pytest.approx(expected, abs=1e-12)
        assert weights[row].sum().item() == pytest.approx(1.0, abs=1e-12)


@settings(max_examples=50)
@given(scores_and_mask(), st.sampled_from([1e30, -1e30, float("inf"), float("nan")]))
def test_masked_softmax_does_not_read_padding(given, what):
    scores, mask = given
    filled = scores.masked_fill(~mask, what)
    assert torch.equal(masked_softmax(filled, mask), masked_softmax(scores, mask))


@settings(max_examples=50)
@given(scores_and_mask(), numbers, st.randoms(use_true_random=False))
def test_masked_softmax_moves_with_its_scores(given, shift, random):
    scores, mask = given
    weights = masked_softmax(scores, mask)
    torch.testing.assert_close(masked_softmax(scores + shift, mask), weights, atol=1e-9, rtol=0)
    order = list(range(scores.shape[1]))
    random.shuffle(order)
    turned = masked_softmax(scores[:, order], mask[:, order])
    torch.testing.assert_close(turned, weights[:, order], atol=1e-12, rtol=0)


@given(st.lists(numbers, min_size=2, max_size=6))
def test_masked_softmax_keeps_the_scores_order(scores):
    row = torch.tensor([scores], dtype=torch.float64)
    weights = masked_softmax(row, torch.ones_like(row, dtype=torch.bool))[0]
    in_order = weights[row[0].argsort()]
    assert (in_order.diff() >= 0).all()


def test_scores_of_any_size_stay_finite():
    scores = torch.tensor([[1e30, -1e30, 0.0], [-1e30, -1e30, 5.0]])
    weights = masked_softmax(scores, mask_of([3, 2]))
    assert weights.tolist() == [[1.0, 0.0, 0.0], [0.5, 0.5, 0.0]]
