"""The decoder's equations by hand, and its two ways: step by step, and all steps at once."""

import math

import pytest
import torch
from nn_by_hand import PlainCell, dot, mean_of, plus, softmax, times
from seq2seq_samples import KINDS, SOURCES, small, sources, targets

from attentif.config import Seq2SeqSettings
from attentif.nn.decoder import Decoder, Memory, attend_all

every_kind = pytest.mark.parametrize("kind", KINDS)


def numbers(module, name: str):
    """One weight as plain numbers."""
    return module.state_dict()[name].tolist()


class ByHand:
    """One decoder of one layer in plain numbers, one text at a time."""

    def __init__(self, decoder: Decoder, score: str, kind: str):
        self.decoder, self.score, self.kind = decoder, score, kind
        self.cell = PlainCell("gru", decoder.cells[0])

    def attend(self, query, memory):
        attend = self.decoder.attend
        if self.score == "dot":
            scores = [dot(query, state) for state in memory]
        elif self.score == "general":
            W = numbers(attend, "W.weight")
            scores = [dot(query, times(W, state)) for state in memory]
        else:
            W, U, v = (numbers(attend, f"{name}.weight") for name in ("W", "U", "v"))
            hidden = [plus(times(W, query), times(U, state)) for state in memory]
            scores = [dot(v[0], [math.tanh(a) for a in each]) for each in hidden]
        weights = softmax(scores)
        return mean_of(weights, memory), weights

    def read(self, last, units, memory):
        """Attention vectors and weights of each step."""
        decoder = self.decoder
        start = plus(
            times(numbers(decoder, "bridge.weight"), last), numbers(decoder, "bridge.bias")
        )
        s, found = [math.tanh(a) for a in start], []
        table = numbers(decoder, "embedding.weight")
        for unit in units:
            e = table[unit]
            if self.kind == "bahdanau":
                context, weights = self.attend(s, memory)
                (s,) = self.cell.step(e + context, (s,))
                read = s + context + e
            else:
                (s,) = self.cell.step(e, (s,))
                context, weights = self.attend(s, memory)
                read = context + s
            combined = times(numbers(decoder, "combine.weight"), read)
            bias = numbers(decoder, "combine.bias")
            found.append(([math.tanh(a) for a in plus(combined, bias)], weights))
        return found


@pytest.mark.parametrize(
    ("kind", "score"),
    [("luong", "dot"), ("luong", "general"), ("luong", "concat"), ("bahdanau", "concat")],
)
def test_equals_the_papers_equations_worked_by_hand(kind, score):
    name = "bahdanau" if kind == "bahdanau" else score
    model = small(name, cell="gru", layers=1)
    source, units = sources(), targets()
    memory, _ = model.read(source)
    _, last = model.encoder(model.embedding(source.units), source.mask)
    found = model(source, units)
    by_hand = ByHand(model.decoder, score, kind)
    for row, text in enumerate(SOURCES):
        states = memory.states[row, : len(text)].tolist()
        steps = by_hand.read(last[row].tolist(), units[row].tolist(), states)
        for u, (vector, weights) in enumerate(steps):
            expected = torch.tensor(vector, dtype=torch.float64)
            torch.testing.assert_close(found.vectors[row, u], expected, atol=1e-10, rtol=1e-10)
            expected = torch.tensor(weights + [0.0] * (5 - len(text)), dtype=torch.float64)
            torch.testing.assert_close(found.weights[row, u], expected, atol=1e-10, rtol=1e-10)


def test_two_numbers_by_hand():
    """One unit wide: a state of 1, weights of 1, so that every figure can be worked out."""
    settings = Seq2SeqSettings(
        hidden_size=1, embedding_size=1, bidirectional=False, attention_score="dot", cell="rnn"
    )
    decoder = Decoder(settings, 5).eval()
    with torch.no_grad():
        for weight in decoder.parameters():
            weight.fill_(1.0)
        decoder.cells[0].W.bias.zero_()
        decoder.bridge.bias.zero_()
        decoder.combine.bias.zero_()
    states = torch.tensor([[[1.0], [0.0]]])
    memory = Memory(states, states, torch.ones(1, 2, dtype=torch.bool))
    decoded, _ = decoder.step(torch.tensor([2]), decoder.start(torch.zeros(1, 1)), memory)
    s = math.tanh(1.0)  # e = 1, state before 0
    weight = math.exp(s) / (math.exp(s) + 1)  # scores s * 1 and s * 0
    assert decoded.weights.tolist() == [pytest.approx([weight, 1 - weight])]
    assert decoded.vectors.item() == pytest.approx(math.tanh(weight * 1 + s))


@every_kind
def test_all_steps_at_once_equal_step_by_step(kind):
    model, source, units = small(kind), sources(), targets()
    at_once = model(source, units)
    memory, state = model.read(source)
    for u in range(units.shape[1]):
        decoded, state = model.decoder.step(units[:, u], state, memory)
        torch.testing.assert_close(at_once.vectors[:, u], decoded.vectors)
        if decoded.weights is None:
            assert at_once.weights is None
        else:
            torch.testing.assert_close(at_once.weights[:, u], decoded.weights)


@every_kind
def test_the_fused_kernel_and_the_cells_give_the_same_gradients(kind):
    found = []
    for fused in (True, False):
        torch.manual_seed(0)
        model = small(kind)
        model.decoder.fused = fused
        model(sources(), targets()).vectors.square().sum().backward()
        found.append({n: p.grad for n, p in model.named_parameters() if p.grad is not None})
    assert found[0].keys() == found[1].keys()
    for name, gradient in found[0].items():
        torch.testing.assert_close(gradient, found[1][name], atol=1e-9, rtol=1e-7)


def test_only_what_needs_it_is_a_loop(monkeypatch):
    looped, loop = [], Decoder.loop

    def noted(self, *arguments):
        looped.append(self.kind)
        return loop(self, *arguments)

    monkeypatch.setattr(Decoder, "loop", noted)
    for kind in ("none", "dot", "general", "concat"):
        small(kind)(sources(), targets())
    assert looped == []
    for kind in ("feeding", "bahdanau"):
        small(kind)(sources(), targets())
    assert looped == ["luong", "bahdanau"]


@every_kind
def test_own_outputs_only_are_the_greedy_path(kind):
    """Fed with its own units at every step, the right ones but the first do not matter."""
    model, source = small(kind), sources()
    one, other = (model(source, targets(seed=seed), own=1.0).vectors for seed in (0, 1))
    torch.testing.assert_close(one, other)
    fed = model(source, targets(seed=0)).vectors
    assert not torch.allclose(one, fed)


def test_weights_of_one_table_are_one():
    tied, alone = small("none-tied"), small("none")
    assert "output.weight" not in tied.decoder.state_dict()
    assert "output.weight" in alone.decoder.state_dict()
    assert small("feeding").embedding is None
    logits = tied.decoder.logits(torch.eye(4, dtype=torch.float64))
    expected = tied.decoder.embedding.weight.T + tied.decoder.bias
    torch.testing.assert_close(logits, expected)


def test_attending_from_all_steps_gives_rows_of_sum_one_and_nothing_to_padding():
    model, source = small("concat"), sources()
    memory, _ = model.read(source)
    queries = torch.randn(4, 3, 6, dtype=torch.float64)
    context, weights = attend_all(model.decoder.attend, queries, memory)
    torch.testing.assert_close(weights.sum(dim=2), torch.ones(4, 3, dtype=torch.float64))
    assert (weights[~source.mask[:, None].expand_as(weights)] == 0).all()
    torch.testing.assert_close(context, weights @ memory.states)
