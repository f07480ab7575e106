"""What each training row is told is what the others say of it."""

import numpy as np
import pytest
import torch
from toy_messages import messages

from attentif.config import Settings
from attentif.data.split import folds
from attentif.nn.evidence import Evidence
from attentif.text.encode import FrontEnd
from attentif.train import linear
from attentif.train.batch import gather
from attentif.train.cross_fit import FOLDS, cross_fit
from attentif.train.linear import count_pieces, learn_evidence

SMALL = Settings(min_count=1, ngram_buckets=64)
NAMES = ["ham", "spam"]


def fitted(texts, ids, settings=SMALL):
    front_end = FrontEnd.fit(texts, settings)
    evidence, encoded = Evidence(front_end.n_pieces, 2), front_end.encode(texts)
    ids = np.asarray(ids)
    found = cross_fit(evidence, encoded, texts, ids, settings, NAMES)
    assert found is not None
    return evidence, encoded, ids, found


def toys(n=60):
    texts, names = messages(n, seed=3)
    return texts, [NAMES.index(name) for name in names]


def test_each_row_is_read_with_the_model_of_the_other_folds():
    texts, ids = toys()
    evidence, encoded, ids, found = fitted(texts, ids)
    parts = found.parts(gather(encoded, np.arange(60)))
    again = Evidence(len(evidence.pieces), 2)
    judged = []
    for fold in folds([NAMES[i] for i in ids], texts, k=FOLDS, seed=SMALL.seed):
        taught = count_pieces(encoded, fold.train, len(evidence.pieces))
        learn_evidence(again, taught, ids[fold.train], SMALL, NAMES)
        own = gather(encoded, fold.test).inputs
        assert torch.allclose(parts[fold.test, : own.words.shape[1]], again(own), atol=1e-6)
        assert not parts[fold.test, own.words.shape[1] :].any()
        judged += fold.test.tolist()
    assert sorted(judged) == list(range(60))


def test_all_rows_teach_the_evidence_itself():
    texts, ids = toys()
    evidence, encoded, ids, _ = fitted(texts, ids)
    again = Evidence(len(evidence.pieces), 2)
    counts = count_pieces(encoded, np.arange(60), len(evidence.pieces))
    learn_evidence(again, counts, ids, SMALL, NAMES)
    assert torch.equal(evidence.pieces, again.pieces) and evidence.pieces.any()


def test_equal_texts_do_not_teach_each_other():
    """Of a word that stands in a text and its repetition alone, no other fold can say a thing."""
    texts, ids = toys(20)
    texts[0] += " zyzzyva"
    whole = Settings(min_count=1, subwords=False)
    evidence, encoded, _, found = fitted(texts * 2, ids * 2, whole)
    parts = found.parts(gather(encoded, np.array([0, 20])))
    last = encoded.lengths[0] - 1
    assert not parts[:, last].any() and parts[:, :last].any()
    assert evidence(gather(encoded, np.array([0])).inputs)[0, last].any()  # which it taught


def test_the_order_of_a_batch_does_not_matter():
    texts, ids = toys()
    _, encoded, _, found = fitted(texts, ids)
    rows = np.arange(60)[::-1].copy()
    there, back = found.parts(gather(encoded, np.arange(60))), found.parts(gather(encoded, rows))
    assert torch.allclose(there, back.flip(0), atol=1e-6)


def test_labels_drawn_by_lot_are_not_told():
    """Of rows that taught it, the evidence knows the label; of others it cannot."""
    draw = np.random.default_rng(0)
    texts = [" ".join(f"w{k}" for k in draw.integers(0, 400, 8)) for _ in range(200)]
    ids = draw.integers(0, 2, 200)
    evidence, encoded, ids, found = fitted(texts, ids)
    batch = gather(encoded, np.arange(200))
    known = evidence(batch.inputs).sum(dim=1).argmax(dim=1).numpy() == ids
    told = found.parts(batch).sum(dim=1).argmax(dim=1).numpy() == ids
    assert known.mean() > 0.95 and 0.35 < told.mean() < 0.65


def test_where_some_rows_teach_the_others_are_told_as_well(monkeypatch):
    monkeypatch.setattr(linear, "MOST_ROWS", 40)
    texts, ids = toys()
    _, encoded, _, found = fitted(texts, ids)
    assert found.parts(gather(encoded, np.arange(60))).abs().sum(dim=(1, 2)).min() > 0


@pytest.mark.parametrize("ids", [[0, 1], [0, 0, 0, 1]])
def test_the_only_text_of_its_class_is_told_nothing(ids):
    texts = ["win a prize", "see you", "at noon", "call now"][: len(ids)]
    _, encoded, _, found = fitted(texts, ids)
    last = len(ids) - 1
    assert not found.parts(gather(encoded, np.array([last]))).any()


def test_without_evidence_there_is_nothing_to_teach():
    encoded = FrontEnd.fit(["a", "b"], SMALL).encode(["a", "b"])
    assert cross_fit(None, encoded, ["a", "b"], np.array([0, 1]), SMALL, NAMES) is None
