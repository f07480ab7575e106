"""The rows of words are those of the embedding and of the evidence, however many are made."""

import numpy as np
import onnx
import pytest
import torch
from ship_graphs import TEXTS, made
from torch.nn.functional import embedding_bag

from attentif.nn.embedding import rows_of
from attentif.ship import runtime
from attentif.ship.compact import compacted
from attentif.ship.runtime import embed, sessions_of
from attentif.ship.word_graph import INPUTS, widths
from attentif.text.batches import pack


@pytest.fixture(autouse=True)
def one_thread(one_thread_of_torch):
    """For the same numbers."""


def rows_of_words(folder, **settings):
    """A network, distinct words, and the rows that the graph makes of them."""
    network, front_end, graphs, saved = made(**settings)
    encoded = front_end.encode(TEXTS)
    pieces = pack(encoded, np.arange(len(TEXTS))).pieces
    return network, pieces, embed(sessions_of(graphs, saved, {}, folder).words, pieces), graphs[0]


@pytest.mark.parametrize("at_once", [1, 7, 10_000])
@pytest.mark.parametrize("subwords", [True, False])
@pytest.mark.parametrize("shapes", [True, False])
def test_every_front_end(subwords, shapes, at_once, tmp_path, monkeypatch):
    monkeypatch.setattr(runtime, "WORDS", at_once)
    network, pieces, rows, graph = rows_of_words(tmp_path, subwords=subwords, shapes=shapes)
    ids, starts = torch.from_numpy(pieces.ids).long(), torch.from_numpy(pieces.starts[:-1])
    with torch.no_grad():
        n, shared = network.embedding.pieces.num_embeddings, network.embedding.shared
        assert (ids >= n).any() == subwords  # buckets share vectors
        words = [network.embedding.pieces(rows_of(ids, n, shared), starts)]
        if shapes:
            words.append(network.embedding.shapes(torch.from_numpy(pieces.shapes).long()))
        alone = network.evidence.pieces[ids[starts]]
        grams = embedding_bag(ids, network.evidence.pieces, starts, mode="sum") - alone
    for name, expected in [("vectors", torch.cat(words, 1)), ("alone", alone), ("grams", grams)]:
        np.testing.assert_allclose(rows[name], expected.numpy(), atol=1e-5)
    assert rows["ids"].tolist() == ids[starts].tolist()
    assert rows["grams"][0].tolist() == [0.0] * 4  # padding has no n-gram
    expected = [name for name in INPUTS if name != "shapes" or shapes]
    assert [entry.name for entry in onnx.load_from_string(graph).graph.input] == expected


def test_without_evidence_there_are_vectors_alone(tmp_path):
    _, pieces, rows, _ = rows_of_words(tmp_path, evidence=False)
    assert set(rows) == {"vectors", "ids"} and rows["vectors"].shape == (len(pieces.shapes), 9)


def test_how_wide_the_rows_are():
    network, _, _, _ = made()
    weights = {name: value.numpy() for name, value in network.state_dict().items()}
    expected = [("vectors", 9), ("alone", 4), ("grams", 4)]
    assert widths(weights) == widths(compacted(weights)) == expected
