"""Encoder and decoder together: padding, order and gradients."""

import pytest
import torch
from seq2seq_samples import KINDS, SOURCES, small, sources, targets

from attentif.config import Seq2SeqSettings
from attentif.nn.search import decode
from attentif.nn.seq2seq import Seq2Seq

every_kind = pytest.mark.parametrize("kind", KINDS)


@every_kind
def test_padding_changes_nothing(kind):
    model, units = small(kind), targets()
    found, wider = model(sources(), units), model(sources(steps=9), units)
    torch.testing.assert_close(found.vectors, wider.vectors)
    if found.weights is not None:
        torch.testing.assert_close(found.weights, wider.weights[:, :, :5])
        assert (wider.weights[:, :, 5:] == 0).all()
    short = model(sources(), units[:, :3])
    torch.testing.assert_close(found.vectors[:, :3], short.vectors)


@every_kind
def test_rows_do_not_see_each_other(kind):
    model, units = small(kind), targets()
    found = model(sources(), units)
    for row, text in enumerate(SOURCES):
        alone = model(sources([text]), units[row : row + 1])
        torch.testing.assert_close(found.vectors[row], alone.vectors[0])


@every_kind
def test_nothing_is_kept_between_calls(kind):
    """A batch of another size in between does not change an answer (no mask is kept)."""
    model, units = small(kind), targets()
    before = model(sources(), units).vectors
    decode(model, sources([[4, 5]]), [3])
    torch.testing.assert_close(model(sources(), units).vectors, before)


@every_kind
def test_every_weight_learns(kind):
    model = small(kind)
    found = model(sources(), targets())
    model.decoder.logits(found.vectors).square().sum().backward()
    without = {n for n, p in model.named_parameters() if p.grad is None or not p.grad.any()}
    assert without == set()


def test_two_directions_share_the_width():
    for bidirectional in (True, False):
        model = small("general", bidirectional=bidirectional)
        memory, _ = model.read(sources())
        assert memory.states.shape == (4, 5, 6)


def test_dropout_is_for_training_only():
    settings = Seq2SeqSettings(hidden_size=6, embedding_size=4, dropout=0.5)
    model = Seq2Seq(settings, source_size=12, target_size=12, start=2, end=3)
    one, other = (model(sources(), targets()).vectors for _ in range(2))
    assert not torch.equal(one, other)
    model.eval()
    one, other = (model(sources(), targets()).vectors for _ in range(2))
    assert torch.equal(one, other)
