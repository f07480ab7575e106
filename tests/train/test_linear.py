"""The convex fit: the tables say what the machine says, and its share comes from held-out rows."""

import numpy as np
import pytest
import torch
from scipy.sparse import csr_matrix
from sklearn.feature_extraction.text import TfidfTransformer

from attentif.config import Settings
from attentif.nn.evidence import PAIRS, Evidence
from attentif.text.encode import FrontEnd
from attentif.train import linear as module
from attentif.train.batch import gather
from attentif.train.classify import Labelled, train_classifier
from attentif.train.linear import count_pieces, learn_evidence, teaching, telling, weighed
from attentif.train.predict import read

TEXTS = ["win a prize now", "call to win", "see you at noon", "at noon then", "a prize", "you then"]
LABELS = np.array([1, 1, 0, 0, 1, 0])
SMALL = Settings(min_count=1, embedding_size=4, hidden_size=3, epochs=2, ngram_buckets=64)


def fitted(texts=TEXTS, labels=LABELS, n_classes=2, settings=SMALL):
    front_end = FrontEnd.fit(texts, settings)
    evidence = Evidence(front_end.n_pieces, n_classes)
    names = [str(n) for n in range(n_classes)]
    encoded = front_end.encode(texts)
    rows, ids = teaching(len(texts), settings.seed), np.asarray(labels)
    counts = count_pieces(encoded, rows, front_end.n_pieces)
    learn_evidence(evidence, counts, ids[rows], settings, names)
    evidence.share.fill_(1.0)
    return evidence, encoded


def said(evidence, encoded):
    rows = np.arange(len(encoded.lengths))
    return evidence.opinion(evidence(gather(encoded, rows).inputs)).numpy()


def test_it_tells_its_own_rows_apart():
    assert (said(*fitted()).argmax(axis=1) == LABELS).all()


def test_the_network_adds_up_what_the_machine_was_fitted_on():
    evidence, encoded = fitted()
    rows = np.arange(len(TEXTS))
    texts, idf = weighed(count_pieces(encoded, rows, len(evidence.pieces)))
    tables = torch.cat([evidence.pieces, evidence.pairs]).numpy()
    by_hand = texts @ (tables[:, :-1] / np.maximum(idf, 1e-9)[:, None]) + evidence.bias.numpy()
    assert np.allclose(said(evidence, encoded), by_hand, atol=1e-5)


def test_each_half_is_scikit_learns_tf_idf_where_no_piece_comes_twice():
    texts = ["ab cd", "ab ef", "gh"]
    front_end = FrontEnd.fit(texts, Settings(min_count=1, subwords=False))
    encoded = front_end.encode(texts)
    found, _ = weighed(count_pieces(encoded, np.arange(3), front_end.n_pieces))
    wanted = TfidfTransformer().fit_transform((found.toarray() > 0).astype(float))
    assert found.shape == (3, front_end.n_pieces + PAIRS)
    assert np.allclose(found.toarray(), wanted.toarray())


def test_a_piece_that_no_row_holds_says_nothing_and_dilutes_nothing():
    evidence, _ = fitted(settings=Settings(**(SMALL.to_dict() | {"subwords": False})))
    seen = evidence.pieces[:, -1] > 0
    assert not evidence.pieces[~seen].any() and not evidence.pairs[evidence.pairs[:, -1] == 0].any()
    assert seen.any() and not seen.all()


def test_what_is_said_for_one_of_two_classes_is_said_against_the_other():
    found = said(*fitted())
    assert np.allclose(found[:, 0], -found[:, 1], atol=1e-6)


def test_a_piece_tells_by_how_much_more_often_one_class_holds_it(monkeypatch):
    # Of 2 and 6 texts hold each piece 2 and 0; 1 and 3; 0 and 6; 0 and 0. With 4 texts more:
    # (2 + 1) / (2 + 1) by (0 + 3) / (6 + 3) is 3; 2/3 by 6/9 is 1; 1/3 by 1 is 1/3; 1/3 by 1/3.
    monkeypatch.setattr(module, "STEADYING", 4)
    own = np.array([True, True, *[False] * 6])
    held = np.array([[1, 1, 0, 0], [1, 0, 0, 0], *[[0, 1, 1, 0]] * 3, *[[0, 0, 1, 0]] * 3])
    factors = telling(csr_matrix(held * 0.5), own)
    told = 0.5 + np.log(3)
    assert np.allclose(factors / factors[3], [told / 0.5, 1, told / 0.5, 1])
    assert np.isclose(np.mean(factors[csr_matrix(held).indices] ** 2), 1)
    assert np.allclose(factors, telling(csr_matrix(held), ~own))


def test_a_piece_of_one_text_tells_little_whatever_the_share_of_its_class():
    for of_class in (20, 50, 80):
        own = np.arange(100) < of_class
        often, once = own.astype(float), np.eye(100)[0]
        factors = telling(csr_matrix(np.stack([often, once, np.zeros(100)], axis=1)), own)
        assert factors[2] < factors[1] < 2.5 * factors[2] < factors[0] / 2


def test_three_classes_one_of_them_without_a_row():
    evidence, encoded = fitted(labels=[2, 2, 0, 0, 2, 0], n_classes=3)
    assert (said(evidence, encoded).argmax(axis=1) == [2, 2, 0, 0, 2, 0]).all()
    assert evidence.bias[1] == -1 and not evidence.pieces[:, 1].any()


def test_class_weights_move_it():
    even, encoded = fitted()
    heavy, _ = fitted(settings=Settings(**(SMALL.to_dict() | {"class_weight": "1=50"})))
    assert said(heavy, encoded)[:, 1].mean() > said(even, encoded)[:, 1].mean()


def test_more_rows_than_it_holds_are_drawn(monkeypatch):
    monkeypatch.setattr(module, "MOST_ROWS", 4)
    first, encoded = fitted()
    second, _ = fitted()
    assert torch.equal(first.pieces, second.pieces)  # the same ones each time
    monkeypatch.setattr(module, "MOST_ROWS", 6)
    assert not torch.equal(first.pieces, fitted()[0].pieces)


def parts(n):
    texts = [f"{'win prize' if i % 2 else 'see you'} {i}" for i in range(n)]
    return Labelled(texts, np.arange(n) % 2)


@pytest.mark.parametrize(("held_out", "share"), [(0, module.USUAL), (20, module.USUAL)])
def test_too_few_rows_choose_no_share(held_out, share):
    found = train_classifier(SMALL, ["ham", "spam"], parts(40), parts(held_out))
    assert found.network.evidence is not None
    assert float(found.network.evidence.share) == share


def test_validation_rows_choose_the_share():
    found = train_classifier(SMALL, ["ham", "spam"], parts(40), parts(60))
    assert found.network.evidence is not None
    assert float(found.network.evidence.share) > module.USUAL  # the network has learnt nothing yet
    read_logits = read(found.network, found.front_end.encode(parts(60).texts)).logits
    assert (read_logits.argmax(axis=1) == parts(60).labels).all()


def test_without_it_the_network_is_alone():
    alone = Settings(**(SMALL.to_dict() | {"evidence": False}))
    assert train_classifier(alone, ["ham", "spam"], parts(40), parts(60)).network.evidence is None
