"""The whole measurement: a network that attends, one that weighs all alike, one without."""

import json
import math

import numpy as np
import pytest
from toy_messages import messages

from attentif.config import Settings
from attentif.errors import DataError
from attentif.inspect.faith import Retraining, believe, mean_evenness
from attentif.train.classify import Labelled

TEXTS, LABELS = messages(30, seed=6)
TRUTH = np.array([int(label == "spam") for label in LABELS])


@pytest.fixture(scope="module")
def faith(subject):
    return believe(subject, [*TEXTS, "prize"], truth=np.append(TRUTH, 1), times=20)


def test_everything_is_measured(faith):
    own = faith.attention
    assert faith.texts == 31 and faith.short == sum(len(text.split()) == 1 for text in TEXTS) + 1
    assert 0 < own.evenness < 1 and not own.even
    for one in (own.gradient, own.left_out, faith.ceiling):
        assert one.texts == 31 and -1 <= one.mean <= 1 and 0 <= one.significant <= 1
    assert [control.name for control in own.controls] == ["uniform", "random"]
    assert set(faith.deletions.curves) == {"attention", "left_out", "gradient", "random"}
    assert faith.accuracy > 0.9 and own.guided is None
    assert faith.verdict.passed in range(4)


def test_ready_for_json(faith):
    given = json.loads(json.dumps(faith.to_dict(), allow_nan=False))
    assert given["conclusion"] == faith.verdict.sentence
    assert given["attention"]["with_gradient"]["mean"] == faith.attention.gradient.mean
    assert given["published"]["left_out"] == 0.291
    assert given["deletions"]["attention"]["area"] == faith.deletions.curves["attention"].area


def test_the_same_seed_gives_the_same_result(subject, faith):
    again = believe(subject, [*TEXTS, "prize"], truth=np.append(TRUTH, 1), times=20)
    assert again.to_dict() == faith.to_dict()


def test_a_uniform_attention_says_so(even_subject):
    found = believe(even_subject, TEXTS, times=3)
    assert found.attention.even and found.attention.evenness == pytest.approx(1)
    assert found.attention.left_out.taus == ()
    assert found.attention.permutation.mean == pytest.approx(0, abs=1e-6)
    assert found.attention.controls[0].change == pytest.approx(0, abs=1e-6)
    assert "it is the same for every word" in found.verdict.sentence
    json.dumps(found.to_dict(), allow_nan=False)


def test_one_text_is_no_ground_for_a_verdict(subject):
    found = believe(subject, [TEXTS[0], "prize"], times=3)
    assert found.verdict.passed is None
    assert "two texts of two tokens or more, got 1" in found.verdict.sentence
    assert believe(subject, TEXTS[:2], times=3).verdict.passed is not None


def test_no_attention_says_so(last_subject):
    found = believe(last_subject, TEXTS, truth=TRUTH)
    assert found.attention is None and found.verdict.passed is None
    assert "no attention to believe" in found.verdict.sentence
    assert set(found.deletions.curves) == {"left_out", "gradient", "random"}
    assert found.to_dict()["attention"] is None


def test_with_rows_to_train_on_the_controls_are_trained(subject, tiny_classifier):
    settings = Settings.from_dict({**tiny_classifier.settings_.to_dict(), "epochs": 2})
    training, none = Labelled(TEXTS, TRUTH), Labelled([], np.empty(0, np.int64))
    found = believe(
        subject, TEXTS, truth=TRUTH, retraining=Retraining(settings, training, none), times=2
    )
    names = [(control.name, control.retrained) for control in found.attention.controls]
    assert names == [("uniform", False), ("random", False), ("uniform", True), ("random", True)]
    assert found.attention.guided is not None


def test_texts_of_one_word_have_no_order(subject):
    with pytest.raises(DataError, match="two tokens or more"):
        believe(subject, ["win", ""])


def test_evenness_by_hand():
    alpha = np.array([0.7, 0.2, 0.1])
    expected = -(alpha * np.log(alpha)).sum() / math.log(3)
    assert mean_evenness([alpha]) == pytest.approx(expected)
    assert mean_evenness([np.full(5, 0.2)]) == pytest.approx(1)
    assert math.isnan(mean_evenness([np.ones(1)]))
