"""A classifier in a comparison: plain labels, and Ctrl-C ends all of it."""

import numpy as np
import pytest
from toy_messages import messages

from attentif.config import Settings
from attentif.contestant import Contestant
from attentif.train.callbacks import INTERRUPTED

SMALL = Settings(epochs=1, hidden_size=2, embedding_size=4, min_count=1, ngram_buckets=16)


def test_it_answers_as_its_classifier():
    texts, labels = messages(40, seed=1)
    fitted = Contestant(SMALL).fit(texts, labels)
    assert fitted.classes_ == ["ham", "spam"] and fitted.n_parameters_ > 0
    np.testing.assert_array_equal(fitted.predict_proba(texts), fitted.model.predict_proba(texts))


def test_ctrl_c_ends_the_comparison(monkeypatch):
    contestant = Contestant(SMALL)
    monkeypatch.setattr(contestant.model, "fit", lambda texts, labels: None)
    contestant.model.stop_reason_ = INTERRUPTED
    with pytest.raises(KeyboardInterrupt):
        contestant.fit(["a"], ["b"])
