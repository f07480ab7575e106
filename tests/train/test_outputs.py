"""Outputs: as many as sources, in order, with what a reader must know of each."""

import numpy as np
import pytest
import torch
from pair_samples import trained, words

from attentif.nn.search import Search
from attentif.text.units import START, UNREADABLE
from attentif.text.vocabulary import PADDING, UNKNOWN
from attentif.train.outputs import CUT, EMPTY, NO_KNOWN_UNIT, ROOM, Writer, ratio_of, write


@pytest.fixture(scope="module")
def model():
    return trained(200, epochs=3)


def writer_of(model, beam: int = 1, **given) -> Writer:
    return Writer(model.units, model.ratio, Search(beam, beam, 1.0, (PADDING, START)), **given)


def test_one_output_a_source_whatever_the_batch(model):
    texts = [*words(300, 5), "", "  ", "ab"]
    together = write(model.network, writer_of(model), texts)
    assert len(together) == 303
    for row in (0, 17, 200, 300, 302):
        [alone] = write(model.network, writer_of(model), [texts[row]])
        assert (alone.text, alone.note) == (together[row].text, together[row].note)
    assert [together[row].note for row in (300, 301)] == [EMPTY, EMPTY]
    assert together[300].text == "" and together[300].units == ()


def test_unknown_units_are_listed(model):
    [output] = write(model.network, writer_of(model), ["aéb漢"])
    assert output.unknown == ("é", "漢") and output.note == ""
    [output] = write(model.network, writer_of(model), ["漢"])
    assert output.unknown == ("漢",) and output.note == NO_KNOWN_UNIT


def test_weights_fit_what_is_written(model):
    [output] = write(model.network, writer_of(model), ["abcd"])
    assert output.weights.shape == (len(output.units), 4)
    np.testing.assert_allclose(output.weights.sum(axis=1), 1, atol=1e-6)
    assert [(unit.start, unit.end) for unit in output.source] == [(n, n + 1) for n in range(4)]


def test_others_have_other_texts(model):
    for output in write(model.network, writer_of(model, 5), words(20, 7)):
        texts = [output.text, *(text for text, _ in output.others)]
        assert len(set(texts)) == len(texts) > 1


def test_what_never_ends_is_cut_and_marked():
    model = trained(60, epochs=1)
    with torch.no_grad():
        model.network.decoder.output.bias[3] = -1e9
    writer = writer_of(model)
    for text in ("a", "abcdef" * 5):
        [output] = write(model.network, writer, [text])
        assert output.cut and output.note == CUT
        assert len(output.units) == writer.limit(len(text))


def test_copying_is_on_request_and_marked():
    model = trained(60, epochs=1)
    with torch.no_grad():
        model.network.decoder.output.bias[UNKNOWN] = 1e9
    [output] = write(model.network, writer_of(model), ["ab漢"])
    assert set(output.units) == {UNREADABLE} and output.copied == ()
    [output] = write(model.network, writer_of(model, copy=True), ["ab漢"])
    assert len(output.copied) == len(output.units)
    for copied in output.copied:
        weights = output.weights[copied.place]
        assert copied.source == weights.argmax()
        assert copied.weight == pytest.approx(weights.max())
        assert output.units[copied.place] == copied.text == "ab漢"[copied.source]


def test_the_mode_is_left_as_found(model):
    model.network.train()
    write(model.network, writer_of(model), ["ab"])
    assert model.network.training
    model.network.eval()


def test_every_training_pair_has_room():
    sources, targets = np.array([1, 5, 2]), np.array([40, 3, 11])
    ratio = ratio_of(sources, targets)
    assert all(ratio * s + ROOM >= t for s, t in zip(sources, targets, strict=True))
    assert ratio_of(np.array([5]), np.array([5])) == 1.25
