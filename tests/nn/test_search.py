"""Greedy and beam search, against every output that there is and against each other."""

from itertools import product

import numpy as np
import pytest
import torch
from seq2seq_samples import END, KINDS, START, UNITS, small, sources

from attentif.nn.search import Search, beam, decode, ranked
from attentif.nn.seq2seq import Seq2Seq

every_kind = pytest.mark.parametrize("kind", KINDS)
NEVER = (0, START)


def many(n: int, seed: int = 0) -> list[list[int]]:
    draw = np.random.default_rng(seed)
    return [draw.integers(4, UNITS, draw.integers(1, 7)).tolist() for _ in range(n)]


def log_probability(model: Seq2Seq, source: list[int], units: tuple[int, ...]) -> float:
    """Of an output with its end, by the teacher-forced path."""
    fed, wanted = torch.tensor([[START, *units]]), torch.tensor([[*units, END]])
    logits = model.decoder.logits(model(sources([source]), fed).vectors)
    log_p = logits.log_softmax(dim=2).gather(2, wanted[:, :, None])
    return log_p.sum().item()


@every_kind
def test_beam_one_is_greedy(kind):
    model, rows = small(kind), many(100)
    limits = [2 * len(row) + 3 for row in rows]
    search = Search(never=NEVER)
    greedy = decode(model, sources(rows), limits, search)
    with torch.inference_mode():
        found = beam(model, sources(rows), np.array(limits), search)
    for (one,), (other,) in zip(greedy, found, strict=True):
        assert (one.units, one.cut) == (other.units, other.cut)
        assert one.score == pytest.approx(other.score)
        if one.weights is not None:
            np.testing.assert_allclose(one.weights, other.weights, atol=1e-6)
    assert len({one.cut for (one,) in greedy}) == 2 or kind != "dot"  # both kinds are met


@every_kind
def test_greedy_takes_the_most_probable_unit_at_each_step(kind):
    model = small(kind)
    for row in many(5, seed=1):
        [[found]] = decode(model, sources([row]), [4], Search(never=NEVER))
        memory, state = model.read(sources([row]))
        last, units = torch.tensor([START]), []
        for _ in range(5):
            decoded, state = model.decoder.step(last, state, memory)
            logits = model.decoder.logits(decoded.vectors)
            logits[:, list(NEVER)] = float("-inf")
            last = logits.argmax(dim=1)
            units.append(last.item())
            if units[-1] == END:
                break
        assert found.units == tuple(units[:-1])
        assert found.cut == (units[-1] != END)


@pytest.mark.parametrize("penalty", [0.0, 1.0])
def test_a_wide_beam_finds_the_best_of_all_outputs(penalty):
    """A beam as wide as there are outputs of up to two units cannot miss the best."""
    model, row = small("general"), [4, 5, 6]
    alphabet = [1, *range(4, UNITS)]
    every = [units for n in range(3) for units in product(alphabet, repeat=n)]
    scores = {
        units: log_probability(model, row, units) / (len(units) + 1) ** penalty for units in every
    }
    best = sorted(scores, key=lambda units: -scores[units])[:5]
    search = Search(len(every), 5, penalty, NEVER)
    [found] = decode(model, sources([row]), [2], search)
    assert [one.units for one in found] == best
    assert [one.score for one in found] == pytest.approx([scores[units] for units in best])
    assert not any(one.cut for one in found)


@every_kind
def test_the_best_ones_differ_and_a_batch_changes_none(kind):
    model, rows = small(kind), many(30, seed=2)
    limits, search = [2 * len(row) + 3 for row in rows], Search(5, 5, 1.0, NEVER)
    together = decode(model, sources(rows), limits, search)
    for row, limit, found in zip(rows, limits, together, strict=True):
        assert len({one.units for one in found}) == len(found) >= 1
        assert found == sorted(found, key=lambda one: (one.cut, -one.score))
        [alone] = decode(model, sources([row]), [limit], search)
        assert [one.units for one in alone] == [one.units for one in found]


def test_a_beam_is_hardly_worse_than_greedy():
    model, rows = small("general"), many(60, seed=3)
    limits = [10] * len(rows)
    scores = [
        np.mean([found[0].score for found in decode(model, sources(rows), limits, search)])
        for search in (Search(never=NEVER), Search(5, 1, 1.0, NEVER))
    ]
    assert scores[1] >= scores[0]


@every_kind
def test_a_score_is_that_of_the_whole_output(kind):
    model = small(kind)
    for row in many(5, seed=4):
        for one in decode(model, sources([row]), [6], Search(3, 3, 0.5, NEVER))[0]:
            if one.cut:
                assert len(one.units) == 6
                continue
            expected = log_probability(model, row, one.units)
            assert one.log_probability == pytest.approx(expected)
            assert one.score == pytest.approx(expected / (len(one.units) + 1) ** 0.5)


@pytest.mark.parametrize("width", [1, 4])
def test_attention_follows_the_winner_back(width):
    model = small("feeding")
    for row in many(8, seed=5):
        [[found]] = decode(model, sources([row]), [6], Search(width, 1, 1.0, NEVER))
        fed = torch.tensor([[START, *found.units]])
        expected = model(sources([row]), fed).weights[0, : len(found.units)]
        assert found.weights.shape == (len(found.units), len(row))
        np.testing.assert_allclose(found.weights, expected.detach().numpy(), atol=1e-6)


def test_a_limit_is_kept_by_each_source_and_said():
    model = small("none")
    with torch.no_grad():
        model.decoder.output.bias[END] = -1e9  # never ends
    for search in (Search(never=NEVER), Search(3, 3, 1.0, NEVER)):
        found = decode(model, sources([[4], [5, 6], [7]]), [1, 4, 2], search)
        assert [len(each[0].units) for each in found] == [1, 4, 2]
        assert all(one.cut for each in found for one in each)


def test_an_output_may_be_empty():
    model = small("general")
    with torch.no_grad():
        model.decoder.output.bias[END] = 1e9
    for search in (Search(never=NEVER), Search(3, 3, 1.0, NEVER)):
        [[one, *_]] = decode(model, sources([[4, 5]]), [3], search)
        assert one.units == () and not one.cut and one.weights.shape == (0, 2)


def test_forbidden_units_are_not_written():
    model, rows = small("bahdanau"), many(20, seed=6)
    for search in (Search(never=(0, START, 7)), Search(4, 4, 1.0, (0, START, 7))):
        found = decode(model, sources(rows), [8] * len(rows), search)
        written = {unit for each in found for one in each for unit in one.units}
        assert written and not written & {0, START, END, 7}


def test_of_equal_outputs_the_whole_one_stands_first():
    [[one]] = decode(small("dot"), sources([[4]]), [2], Search(never=NEVER))
    cut = one._replace(cut=True, score=one.score + 1)
    assert ranked([cut, one._replace(cut=False)]) == [one._replace(cut=False)]
