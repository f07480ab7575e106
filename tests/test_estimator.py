"""The scikit-learn face: its contract, its answers, and what it remembers."""

import copy
import pickle
from concurrent.futures import ThreadPoolExecutor
from dataclasses import fields, replace

import numpy as np
import pandas as pd
import pytest
import torch
from sklearn.base import clone, is_classifier
from sklearn.exceptions import NotFittedError as SklearnNotFittedError
from sklearn.model_selection import GridSearchCV, cross_val_score
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import FunctionTransformer
from sklearn.utils.validation import check_is_fitted
from toy_messages import THREE, messages, tiny

from attentif import TextClassifier
from attentif.config import Settings
from attentif.errors import AttentifError, ConfigError, DataError, InputTypeError, NotFittedError
from attentif.measure.decision import NEVER, Decision
from attentif.train import linear

TEXTS, LABELS = messages(40, seed=3)
NEW, TRUTH = messages(30, seed=4)


def with_decision(model, **changes):
    """The same model with another decision."""
    changed = copy.copy(model)
    changed.decision_ = replace(model.decision_, **changes)
    return changed


@pytest.fixture(scope="module")
def three():
    """Three classes, whose probabilities are all over the place."""
    return tiny(epochs=3).fit(*messages(60, seed=5, decisive=THREE))


# The contract


def test_callbacks_are_checked_before_training():
    with pytest.raises(InputTypeError, match="a list of callbacks, got int"):
        tiny().fit(["a b", "c d"], ["x", "y"], callbacks=3)


def test_every_setting_is_a_parameter_with_its_default():
    model = TextClassifier()
    assert model.get_params() == Settings().to_dict() == {f.name: f.default for f in fields(model)}


def test_set_params_and_clone():
    model = TextClassifier(hidden_size=8, clean=("lower",)).set_params(dropout=0.25, cell="gru")
    copied = clone(model)
    assert copied.get_params() == model.get_params()
    assert (copied.hidden_size, copied.dropout, copied.clean) == (8, 0.25, ("lower",))
    assert TextClassifier.from_settings(Settings(seed=3)).seed == 3


def test_a_clone_is_not_fitted(tiny_classifier):
    check_is_fitted(tiny_classifier)
    with pytest.raises(SklearnNotFittedError):
        check_is_fitted(clone(tiny_classifier))


def test_estimators_are_themselves_and_nothing_else():
    one, other = TextClassifier(), TextClassifier()
    assert one == one != other
    assert len({one, other}) == 2
    assert repr(TextClassifier(seed=1)) == "TextClassifier(seed=1)"
    assert is_classifier(one)


def test_fit_gives_the_estimator_and_what_it_found():
    model = tiny(epochs=2)
    assert model.fit(TEXTS, LABELS) is model
    assert model.classes_.tolist() == ["ham", "spam"]
    assert [row["epoch"] for row in model.history_] == [1, 2]
    assert model.best_epoch_ in (1, 2)
    assert (model.stop_reason_, model.diverged_) == ("", False)
    assert model.n_training_ + len(model.validation_.texts) == len(TEXTS)
    assert any("too few to calibrate" in note for note in model.notes_)
    assert model.n_parameters_ == sum(w.numel() for w in model.network_.state_dict().values())


def test_fit_twice_is_fit_once():
    model = tiny().fit(*messages(30, seed=6, decisive=THREE))
    again = model.fit(TEXTS, LABELS).predict_proba(NEW)
    assert np.array_equal(again, tiny().fit(TEXTS, LABELS).predict_proba(NEW))


@pytest.mark.parametrize(
    "wrong",
    [
        lambda model: model.fit(*messages(30, seed=6, decisive=THREE), validation=(["a"], ["x"])),
        lambda model: model.set_params(class_weight="much").fit(*messages(30, 6, THREE)),
        lambda model: model.fit(["a", None, "b"], ["x", "y", "z"]),
    ],
)
def test_a_fit_that_fails_leaves_the_model_as_it_was(wrong):
    model = tiny().fit(TEXTS, LABELS)
    before = model.predict_proba(NEW)
    with pytest.raises(AttentifError):
        wrong(model)
    assert np.array_equal(model.predict_proba(NEW), before)
    assert set(model.predict(NEW)) <= {"ham", "spam"}


def test_another_seed_is_another_model():
    one, other = (tiny(seed=seed).fit(TEXTS, LABELS) for seed in (0, 1))
    assert not np.array_equal(one.predict_proba(NEW), other.predict_proba(NEW))


def test_in_a_pipeline():
    loud = FunctionTransformer(lambda texts: [text.upper() for text in texts])
    pipeline = make_pipeline(loud, tiny()).fit(TEXTS, LABELS)
    alone = tiny().fit([text.upper() for text in TEXTS], LABELS)
    assert np.array_equal(pipeline.predict(NEW), alone.predict([text.upper() for text in NEW]))
    assert set(pipeline.classes_) == {"ham", "spam"}
    assert 0 <= pipeline.score(NEW, TRUTH) <= 1


def test_in_a_grid_search():
    grid = {"hidden_size": np.array([4, 6]), "learning_rate": [0.01, 0.02]}
    search = GridSearchCV(tiny(), grid, cv=2, error_score="raise").fit(TEXTS, LABELS)
    assert len(search.cv_results_["params"]) == 4
    assert search.best_estimator_.settings_.hidden_size in (4, 6)
    assert search.predict(NEW).shape == (30,)


def test_cross_validated():
    scores = cross_val_score(tiny(), TEXTS, LABELS, cv=2, error_score="raise")
    assert scores.shape == (2,) and ((scores >= 0) & (scores <= 1)).all()
    chances = cross_val_score(tiny(), TEXTS, LABELS, cv=2, scoring="roc_auc", error_score="raise")
    assert np.isfinite(chances).all()


def test_pickled_and_copied(tiny_classifier):
    expected = tiny_classifier.predict_proba(NEW)
    for other in (pickle.loads(pickle.dumps(tiny_classifier)), copy.deepcopy(tiny_classifier)):
        assert np.array_equal(other.predict_proba(NEW), expected)


@pytest.mark.parametrize(
    "ask",
    [
        lambda model: model.predict(["hi"]),
        lambda model: model.predict("hi"),
        lambda model: model.predict([]),
        lambda model: model.predict_proba(["hi"]),
        lambda model: model.decision_function(["hi"]),
        lambda model: model.score(["hi"], ["ham"]),
        lambda model: model.explain("hi"),
        lambda model: model.save("nowhere"),
        lambda model: model.n_parameters_,
    ],
)
def test_not_fitted(ask):
    with pytest.raises(NotFittedError) as caught:
        ask(TextClassifier())
    assert str(caught.value) == (
        "this TextClassifier is not trained yet. Call fit, or TextClassifier.load."
    )


def test_a_misspelt_value_is_refused_when_training_starts():
    with pytest.raises(ConfigError, match="got 'atention'. Did you mean 'attention'"):
        TextClassifier(architecture="atention").fit(TEXTS, LABELS)
    with pytest.raises(ConfigError, match="a cleaning step must be one of"):
        TextClassifier(clean=("nonsense",)).fit(TEXTS, LABELS)
    with pytest.raises(ConfigError, match="class_weight must be 'none', 'balanced'"):
        TextClassifier(class_weight="much").fit(TEXTS, LABELS)


def test_a_misspelt_name_is_refused_at_once():
    with pytest.raises(TypeError, match="hiden_size"):
        TextClassifier(hiden_size=3)
    with pytest.raises(ValueError, match="hiden_size"):
        TextClassifier().set_params(hiden_size=3)


# Answers


def test_it_learns_what_is_there_to_learn(tiny_classifier):
    assert tiny_classifier.score(NEW, TRUTH) == 1.0
    assert tiny_classifier.predict(["win a prize", "lunch at home"]).tolist() == ["spam", "ham"]


def test_the_answer_is_the_most_probable_class(three):
    chances = three.predict_proba(NEW)
    assert chances.shape == (30, 3) and np.allclose(chances.sum(axis=1), 1)
    assert np.array_equal(three.predict(NEW), three.classes_[chances.argmax(axis=1)])
    assert np.array_equal(three.decision_function(NEW).argmax(axis=1), chances.argmax(axis=1))
    assert three.decision_function(NEW).shape == (30, 3)


def test_one_text_gives_one_answer_and_a_list_gives_a_list(tiny_classifier, three):
    text = NEW[0]
    for model, n in ((tiny_classifier, 2), (three, 3)):
        assert model.predict_proba(text).shape == (n,)
        assert np.array_equal(model.predict_proba(text), model.predict_proba([text])[0])
        assert model.predict(text) == model.predict([text])[0]
        assert np.shape(model.predict(text)) == ()
        assert model.predict([text]).shape == (1,)
    assert np.shape(tiny_classifier.decision_function(text)) == ()
    assert three.decision_function(text).shape == (3,)


def test_no_text_gives_no_answer(tiny_classifier, three):
    assert tiny_classifier.predict([]).shape == (0,)
    assert tiny_classifier.predict_proba([]).shape == (0, 2)
    assert tiny_classifier.decision_function([]).shape == (0,)
    assert three.predict_proba(np.array([], dtype=str)).shape == (0, 3)
    assert three.decision_function([]).shape == (0, 3)


def test_classes_are_sorted_and_stay_so():
    texts, labels = messages(60, seed=7, decisive={"z": ["win"], "a": ["lunch"], "m": ["home"]})
    model = tiny(epochs=12).fit(texts, labels)
    assert model.classes_.tolist() == ["a", "m", "z"] == list(model.decision_.labels)
    assert model.score(texts, labels) > 0.9


@pytest.mark.parametrize("positive", ["ham", "spam"])
@pytest.mark.parametrize("threshold", [None, 0.02, 0.5, 0.98, "a row's", NEVER])
def test_the_sign_of_the_decision_is_the_answer(tiny_classifier, positive, threshold):
    place = ["ham", "spam"].index(positive)
    model = with_decision(tiny_classifier, positive=place)
    texts = [*NEW, "", "the", "qzxv", "win lunch", "lunch win home prize"]
    if threshold == "a row's":  # on the border itself the positive class is answered
        threshold = float(np.sort(model.predict_proba(texts)[:, place])[-5])
    model = with_decision(model, threshold=threshold)
    spam = model.predict(texts) == "spam"
    assert np.array_equal(model.decision_function(texts) > 0, spam)
    if threshold == NEVER:
        assert (model.predict(texts) != positive).all()


# The linear model beside the network


def test_rows_kept_aside_teach_the_linear_model_once_they_have_chosen():
    whole = tiny(validation=0.3).fit(TEXTS, LABELS)
    aside = whole.validation_.texts
    kept = [text not in aside for text in TEXTS]
    taught, others = (
        ([text for text, own in zip(TEXTS, kept, strict=True) if own is wanted],
         [label for label, own in zip(LABELS, kept, strict=True) if own is wanted])
        for wanted in (True, False)
    )  # fmt: skip
    chosen = tiny(validation=0.3).fit(*taught, validation=others)
    before, after = chosen.network_.state_dict(), whole.network_.state_dict()
    tables = {"evidence.pieces", "evidence.pairs", "evidence.bias"}
    assert {name for name in after if not torch.equal(before[name], after[name])} == tables
    assert chosen.decision_ == whole.decision_
    chosen.teach_evidence(TEXTS, LABELS)
    assert np.array_equal(chosen.predict_proba(NEW), whole.predict_proba(NEW))


def test_where_rows_are_drawn_the_linear_model_is_fitted_once(monkeypatch):
    monkeypatch.setattr(linear, "MOST_ROWS", 8)
    whole = tiny(validation=0.3).fit(TEXTS, LABELS)
    assert whole.n_training_ >= 8
    before = whole.predict_proba(NEW)
    assert not np.array_equal(whole.teach_evidence(TEXTS, LABELS).predict_proba(NEW), before)


def test_the_linear_model_learns_no_new_label(tiny_classifier):
    with pytest.raises(
        DataError, match=r"the rows have labels that no training row has: \['eggs'\]"
    ):
        copy.deepcopy(tiny_classifier).teach_evidence(["win"], ["eggs"])


def test_without_a_linear_model_nothing_is_taught():
    model = tiny(evidence=False, validation=0.3).fit(TEXTS, LABELS)
    before = model.predict_proba(NEW)
    assert np.array_equal(model.teach_evidence(TEXTS, LABELS).predict_proba(NEW), before)


def test_equal_probabilities_are_the_first_class(tiny_classifier):
    model = copy.deepcopy(tiny_classifier)
    with torch.no_grad():
        model.network_.output.weight.zero_()
        model.network_.output.bias.zero_()
        model.network_.evidence.share.zero_()
    assert model.predict_proba("win").tolist() == [0.5, 0.5]
    assert (model.predict("win"), model.decision_function("win")) == ("ham", 0.0)


def test_without_a_threshold_the_decision_is_the_log_odds(tiny_classifier):
    chances = tiny_classifier.predict_proba(NEW)
    odds = np.log(chances[:, 1] / chances[:, 0])
    assert np.allclose(tiny_classifier.decision_function(NEW), odds)


@pytest.mark.parametrize(("positive", "border"), [(0, 0.3), (1, 0.7)])
def test_with_a_threshold_the_decision_is_the_distance_in_log_odds(
    tiny_classifier, positive, border
):
    model = with_decision(tiny_classifier, positive=positive, threshold=0.7)
    chances = model.predict_proba(NEW)[:, 1]
    beyond = np.log(chances / (1 - chances)) - np.log(border / (1 - border))
    assert np.allclose(model.decision_function(NEW), beyond)


def test_a_wish_sets_the_threshold():
    texts, labels = messages(60, seed=8)
    settings = {"validation": 0.5, "positive_label": "ham", "max_false_positive_rate": 0.5}
    model = tiny(epochs=3, **settings).fit(texts, labels)
    assert model.decision_.positive == 0
    assert model.decision_.threshold is not None
    ham = model.predict_proba(texts)[:, 0] >= model.decision_.threshold
    assert np.array_equal(model.predict(texts) == "ham", ham)


def test_unsure_is_an_answer_that_is_never_right(tiny_classifier):
    texts = [*NEW, "the win lunch home", "qzxv"]
    apart = np.abs(tiny_classifier.predict_proba(texts)[:, 1] - 0.5)
    model = with_decision(tiny_classifier, unsure=float(np.median(apart)))
    answers = model.predict(texts)
    chances = model.predict_proba(texts)
    near = np.abs(chances[:, 1] - 0.5) < np.median(apart)
    assert 0 < near.sum() < len(texts)
    assert np.array_equal(answers == "unsure", near)
    assert set(answers) == {"ham", "spam", "unsure"}
    assert model.score(texts, answers.tolist()) == 1.0
    assert model.score(texts, ["ham"] * len(texts)) == (answers == "ham").mean()
    assert str(model.predict(texts[int(np.flatnonzero(near)[0])])) == "unsure"


def test_the_score_is_the_share_of_right_answers(tiny_classifier):
    wrong = ["ham"] * len(NEW)
    assert tiny_classifier.score(NEW, wrong) == 0.5
    assert tiny_classifier.score(NEW, wrong, np.array([2.0, 1.0] * 15)) == pytest.approx(2 / 3)
    with pytest.raises(DataError, match="X and y must have as many rows, got 30 and 1"):
        tiny_classifier.score(NEW, ["ham"])
    with pytest.raises(DataError, match="at least one row"):
        tiny_classifier.score([], [])


# Labels that are numbers


@pytest.mark.parametrize(
    ("ham", "spam", "kind"), [(0, 1, np.integer), (7, -2, np.integer), (False, True, np.bool_)]
)
def test_number_labels_come_back_as_numbers_also_from_a_file(tmp_path, ham, spam, kind):
    numbers = [spam if label == "spam" else ham for label in LABELS]
    model = tiny(epochs=3).fit(TEXTS, np.array(numbers))
    assert model.classes_.tolist() == sorted([ham, spam])
    loaded = TextClassifier.load(model.save(tmp_path / "model"))
    for one in (model, loaded):
        assert isinstance(one.predict(NEW)[0], kind)
        assert set(one.predict(NEW).tolist()) <= {ham, spam}
        assert one.score(TEXTS, numbers) == model.score(TEXTS, numbers)
    assert np.array_equal(loaded.predict_proba(NEW), model.predict_proba(NEW))


def test_unsure_beside_numbers():
    model = tiny(unsure=0.495).fit(TEXTS, [int(label == "spam") for label in LABELS])
    answers = model.predict(NEW).tolist()
    assert "unsure" in answers
    assert model.score(NEW, [0] * 30) == answers.count(0) / 30


def test_a_series_of_categories_and_one_of_nullable_numbers():
    texts = pd.Series(TEXTS)
    model = tiny().fit(texts, pd.Series(LABELS, dtype="category"))
    assert np.array_equal(model.predict_proba(NEW), tiny().fit(TEXTS, LABELS).predict_proba(NEW))
    model = tiny().fit(texts, pd.Series([label == "spam" for label in LABELS]).astype("Int64"))
    assert model.classes_.tolist() == [0, 1]


# Rows to choose the epoch by


def test_validation_rows_of_one_s_own():
    model = tiny().fit(TEXTS, LABELS, validation=(pd.Series(NEW), np.array(TRUTH)))
    assert model.n_training_ == len(TEXTS)
    assert (model.validation_.texts, model.validation_.labels.tolist()) == (
        NEW,
        [int(label == "spam") for label in TRUTH],
    )
    assert "validation_loss" in model.history_[0]


def test_no_validation_rows():
    for model in (
        tiny(validation=0.0).fit(TEXTS, LABELS),
        tiny().fit(TEXTS, LABELS, validation=([], [])),
    ):
        assert model.n_training_ == len(TEXTS)
        assert "validation_loss" not in model.history_[0]


def test_the_last_rows_validate_if_asked_to():
    model = tiny(validation_rows="last", validation=0.25).fit(TEXTS, LABELS)
    assert model.validation_.texts == TEXTS[30:]


def test_bad_validation_rows():
    with pytest.raises(DataError) as caught:
        tiny().fit(TEXTS, LABELS, validation=(["a", "b"], ["ham", "eggs"]))
    assert str(caught.value) == (
        "the validation rows have labels that no training row has: ['eggs']."
        " Give them training rows too, or leave them out."
    )
    with pytest.raises(DataError) as caught:
        tiny().fit(TEXTS, LABELS, validation=(["a", "b"], ["ham"]))
    assert str(caught.value) == (
        "the validation texts and labels must have as many rows, got 2 and 1."
    )
    with pytest.raises(DataError, match=r"validation=0.9 of 4 rows leaves none to train on"):
        tiny(validation=0.9, validation_rows="last").fit(TEXTS[:4], LABELS[:4])


# What it leaves alone


def test_twenty_threads_get_the_answers_of_one(tiny_classifier, tmp_path):
    texts = [*messages(200, seed=9, decisive=THREE)[0], "", "qzxv 😀", "a" * 3000]
    parts = [texts[start : start + 11] for start in range(0, 190, 10)] + [texts[-3:]]
    alone = [tiny_classifier.predict_proba(part) for part in parts]
    fresh = TextClassifier.load(tiny_classifier.save(tmp_path / "model"))  # nothing cached yet
    with ThreadPoolExecutor(20) as pool:
        together = list(pool.map(fresh.predict_proba, parts * 3))
    for found, expected in zip(together, alone * 3, strict=True):
        assert np.array_equal(found, expected)


def test_random_numbers_and_threads_of_the_caller_are_left_alone(tmp_path):
    torch.manual_seed(5)
    np.random.seed(5)
    torch_before, numpy_before = torch.get_rng_state(), np.random.get_state()[1].copy()
    threads = torch.get_num_threads()
    model = tiny(threads=2).fit(TEXTS, LABELS)
    model.predict(NEW)
    model.explain(NEW[0])
    TextClassifier.load(model.save(tmp_path / "model")).predict(NEW)
    assert torch.equal(torch.get_rng_state(), torch_before)
    assert np.array_equal(np.random.get_state()[1], numpy_before)
    assert torch.get_num_threads() == threads


def test_the_caller_s_own_seed_changes_nothing():
    found = []
    for seed in (1, 2):
        torch.manual_seed(seed)
        found.append(tiny().fit(TEXTS, LABELS).predict_proba(NEW))
    assert np.array_equal(*found)


def test_fitting_does_not_change_what_was_given():
    texts, labels = list(TEXTS), np.array(LABELS)
    model = tiny()
    before = model.get_params()
    model.fit(texts, labels)
    assert texts == TEXTS and labels.tolist() == LABELS
    assert model.get_params() == before


def test_what_was_measured_stays_with_the_model(tiny_classifier, tmp_path):
    folder = tiny_classifier.save(tmp_path / "one", metrics={"verdict": ["Good."]})
    loaded = TextClassifier.load(folder)
    assert loaded.metrics_ == {"verdict": ["Good."]}
    again = loaded.save(tmp_path / "two")
    for name in ("metrics.json", "README.md", "vocabulary.json", "model.safetensors"):
        assert (again / name).read_bytes() == (folder / name).read_bytes(), name
    assert isinstance(loaded.decision_, Decision)
    assert loaded.n_parameters_ == tiny_classifier.n_parameters_
