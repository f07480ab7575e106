import json

import numpy as np
import pytest

from attentif.errors import DataError
from attentif.inspect.embeddings import embedding_map, neighbours, principal, vectors


def test_principal_components_keep_what_differs_most():
    draw = np.random.default_rng(0)
    flat = draw.normal(size=(40, 2)) * (5, 1)
    turn, _ = np.linalg.qr(draw.normal(size=(6, 6)))
    points, shares = principal(np.pad(flat, ((0, 0), (0, 4))) @ turn)
    far = lambda x: np.linalg.norm(x[:, None] - x[None], axis=2)  # noqa: E731
    assert np.allclose(far(points), far(flat))  # a plane is drawn as it is
    assert sum(shares) == pytest.approx(1) and shares[0] > shares[1]
    assert points[np.abs(points[:, 0]).argmax(), 0] > 0


def test_vectors_are_the_words_own(subject):
    found = vectors(subject, ["win", "prize", "zzzz"])
    table = subject.network.embedding.pieces
    encoded = subject.front_end.encode(["win"])
    ids = encoded.pieces.ids[encoded.pieces.starts[1] :]
    assert np.allclose(found[0], table.weight[ids].mean(dim=0).detach().numpy(), atol=1e-6)
    assert found.shape == (3, 8)
    assert vectors(subject, []).shape == (0, 8)


def test_neighbours_by_hand():
    own, others = np.array([[1.0, 0]]), np.array([[2.0, 0], [1, 1], [-1, 0], [0, 0]])
    found = neighbours(["a"], own, ["a", "b", "c", "d"], others, 2)
    assert found == {"a": [("b", 0.7071), ("d", 0.0)]}


def test_words_of_a_class_are_near_each_other(subject):
    found = embedding_map(subject, ["win", "prize", "lunch", "home"])
    place = dict(zip(found.words, found.points, strict=True))
    near = np.linalg.norm(place["win"] - place["prize"])
    assert near < np.linalg.norm(place["win"] - place["lunch"])
    assert all(len(near) == 5 for near in found.near.values())
    assert not any(word in [n for n, _ in found.near[word]] for word in found.words)
    json.dumps(found.to_dict(), allow_nan=False)


def test_the_vocabulary_s_first_words_without_any(subject):
    found = embedding_map(subject, most=5, nearest=2)
    assert found.words == subject.front_end.vocabulary.words[:5]
    hostile = embedding_map(subject, ["<script>alert(1)</script>", "win", "win", ""])
    assert hostile.words == ("<script>alert(1)</script>", "win")


def test_one_word_is_no_map(subject):
    with pytest.raises(DataError, match="two different words, got 1"):
        embedding_map(subject, ["win", "win"])
