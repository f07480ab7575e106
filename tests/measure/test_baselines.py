import re

import numpy as np
import pytest
from sklearn.metrics import matthews_corrcoef

from attentif.errors import DataError, InputTypeError, NotFittedError
from attentif.measure.baselines import BASELINES

TEXTS = ["win cash now", "free prize win", "see you at home", "lunch at noon", "call me later"]
LABELS = ["spam", "spam", "ham", "ham", "ham"]
LEARNING = [name for name in BASELINES if name != "majority"]


@pytest.fixture(params=BASELINES)
def name(request) -> str:
    return request.param


def test_they_are_the_six_of_the_report():
    linear = ["word-svm", "char-svm", "word+char-svm", "marks+char-svm"]
    assert list(BASELINES) == ["majority", "naive-bayes", *linear]


def test_predict_is_the_argmax_of_its_probabilities(name):
    model = BASELINES[name]().fit(TEXTS, LABELS)
    assert model.classes_ == ["ham", "spam"]
    found = model.predict_proba(["win a prize", "lunch at home", "qzxv"])
    assert found.shape == (3, 2)
    assert found.sum(axis=1) == pytest.approx(np.ones(3))
    assert model.predict(["win a prize", "lunch at home", "qzxv"]) == [
        model.classes_[place] for place in found.argmax(axis=1)
    ]


@pytest.mark.parametrize("name", LEARNING)
def test_two_and_three_classes_are_learnt(name):
    model = BASELINES[name]().fit(TEXTS, LABELS)
    assert model.predict(TEXTS) == LABELS
    three = ["z", "z", "m", "a", "a"]  # the order given is not the sorted one
    model = BASELINES[name]().fit(TEXTS, three)
    assert model.classes_ == ["a", "m", "z"]
    assert model.predict(TEXTS) == three


def test_majority_answers_the_largest_class_with_its_share():
    model = BASELINES["majority"]().fit(TEXTS, LABELS)
    assert model.predict(["win", "free"]) == ["ham", "ham"]
    assert model.predict_proba(["win"])[0].tolist() == [0.6, 0.4]


def test_margins_become_probabilities_by_softmax():
    model = BASELINES["word-svm"]().fit(TEXTS, LABELS)
    margin = model._pipeline.decision_function(["win a prize"])[0]
    assert model.predict_proba(["win a prize"])[0, 1] == pytest.approx(
        1 / (1 + np.exp(-2 * margin))
    )


def test_parameters_are_counted():
    words = len({word for text in TEXTS for word in text.split()})
    assert BASELINES["naive-bayes"]().fit(TEXTS, LABELS).n_parameters_ == 2 * words + 2
    pairs = len({pair for t in TEXTS for pair in zip(t.split(), t.split()[1:], strict=False)})
    assert BASELINES["word-svm"]().fit(TEXTS, LABELS).n_parameters_ == words + pairs + 1
    assert BASELINES["majority"]().fit(TEXTS, LABELS).n_parameters_ == 2


def test_marks_and_single_letters_are_words_of_the_last_one_alone():
    texts, labels = ["ok !", "ok ! !", "ok", "ok a"], ["s", "s", "h", "h"]
    counts = {name: BASELINES[name]().fit(texts, labels).n_parameters_ for name in LEARNING}
    known = {"ok", "!", "ok !", "! !", "a", "ok a"}
    assert counts["word-svm"] == len({"ok"}) + 1
    extra = counts["marks+char-svm"] - counts["char-svm"]
    assert extra == len(known) and counts["word+char-svm"] - counts["char-svm"] == 1
    assert BASELINES["marks+char-svm"]().fit(texts, labels).predict(texts) == labels


def test_fitted_twice_the_same(name):
    one = BASELINES[name]().fit(TEXTS, LABELS)
    other = BASELINES[name]().fit(TEXTS[:3], LABELS[:3]).fit(TEXTS, LABELS)
    assert one.predict_proba(TEXTS).tolist() == other.predict_proba(TEXTS).tolist()


def test_no_texts_give_no_answers(name):
    model = BASELINES[name]().fit(TEXTS, LABELS)
    assert model.predict([]) == []
    assert model.predict_proba([]).shape == (0, 2)


def test_what_is_no_list_of_texts_is_refused(name):
    model = BASELINES[name]()
    with pytest.raises(NotFittedError, match=f"{re.escape(name)} must be fitted"):
        model.predict(["win"])
    model.fit(TEXTS, LABELS)
    with pytest.raises(InputTypeError, match="got one text: 'win now'"):
        model.predict("win now")
    with pytest.raises(InputTypeError, match="got None .NoneType. at position 1"):
        model.predict(["win", None])


def test_training_rows_that_teach_nothing_are_refused(name):
    with pytest.raises(DataError, match="each text needs a label, got 2 and 1"):
        BASELINES[name]().fit(["a", "b"], ["x"])
    with pytest.raises(DataError, match=r"two classes, got \['x'\]"):
        BASELINES[name]().fit(["win", "lose"], ["x", "x"])


def test_texts_without_a_word_are_named():
    with pytest.raises(DataError, match="word-svm needs at least one word of two letters"):
        BASELINES["word-svm"]().fit(["? !", "a"], ["x", "y"])


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("majority", 0.0),
        ("naive-bayes", 0.919),
        ("word-svm", 0.917),
        ("word+char-svm", 0.943),
        ("marks+char-svm", 0.953),
    ],
)
def test_known_scores_on_almeidas_split(sms, name, expected):
    texts, labels = sms
    assert len(texts) == 5574
    model = BASELINES[name]().fit(texts[:1674], labels[:1674])
    found = matthews_corrcoef(labels[1674:], model.predict(texts[1674:]))
    assert found == pytest.approx(expected, abs=0.003)
