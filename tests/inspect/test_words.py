import json

import numpy as np
import pytest
from toy_messages import DECISIVE, messages

from attentif.errors import DataError
from attentif.inspect.subject import sample_of
from attentif.inspect.words import within, words_that_move

TEXTS, LABELS = messages(60, seed=6)


def test_the_decisive_words_come_first(subject):
    found = words_that_move(subject, TEXTS)
    for label, words in DECISIVE.items():
        assert {effect.word for effect in found.effects[label][:2]} == set(words)
    assert found.read == found.given == 60


def test_a_mean_by_hand(subject):
    texts = ["Win a prize", "win now", "lunch"]
    found = words_that_move(subject, texts, least=2)
    whole = sample_of(subject, texts).probabilities[:2, 1]
    without = sample_of(subject, ["a prize", "now"]).probabilities[:, 1]
    (effect,) = found.effects["spam"]
    assert effect.word == "win" and effect.count == effect.texts == 2
    assert effect.change == pytest.approx(float((whole - without).mean()), abs=1e-6)
    assert effect.spread == pytest.approx(float((whole - without).std()), abs=1e-6)
    assert effect.example == texts[int((whole - without).argmax())]


def test_twice_in_one_text_counts_twice(subject):
    (effect, *_) = words_that_move(subject, ["win win"], least=1).effects["spam"]
    assert (effect.count, effect.texts) == (2, 1)


def test_the_cost_is_bounded(subject):
    lengths = subject.front_end.encode(TEXTS).lengths
    chosen = within(subject, TEXTS, 50, seed=0)
    assert chosen == sorted(set(chosen)) and lengths[chosen].sum() <= 50 < lengths.sum()
    assert within(subject, TEXTS, 50, seed=1) != chosen
    assert len(within(subject, TEXTS, 0, seed=0)) == 1  # one at least
    found = words_that_move(subject, TEXTS, readings=50)
    assert (found.read, found.given) == (len(chosen), 60)


def test_any_text_is_ready_for_json(subject):
    texts = ["", "   ", "<script>alert(1)</script>", "win", "win 😀"]
    found = words_that_move(subject, texts, least=1, listed=3)
    given = json.loads(json.dumps(found.to_dict(), allow_nan=False))
    assert all(len(rows) <= 3 for rows in given["words"].values())
    assert "" not in {row["word"] for rows in given["words"].values() for row in rows}
    assert np.isfinite([row["change"] for row in given["words"]["spam"]]).all()


def test_no_text(subject):
    with pytest.raises(DataError, match="at least one text"):
        words_that_move(subject, [])
