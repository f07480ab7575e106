import json
import warnings

import numpy as np
import pytest
import sklearn.metrics as reference
from hypothesis import given
from hypothesis import strategies as st

from attentif.errors import ArtifactError, ConfigError, DataError, ShapeError
from attentif.measure.calibration import calibration_error, reliability
from attentif.measure.decision import Decision
from attentif.measure.metrics import (
    METRICS,
    Scores,
    count_table,
    judge,
    margins_of,
    normalised,
    score,
)

HAM_SPAM = ("ham", "spam")


def certain(answers, n_classes: int) -> np.ndarray:
    """Probabilities of 1 for each answer."""
    return np.eye(n_classes)[np.asarray(answers)]


def drawn(seed: int, n: int = 300, n_classes: int = 4) -> tuple[np.ndarray, np.ndarray]:
    """Random truth and probabilities that know something of it; the last class is absent."""
    random = np.random.default_rng(seed)
    truth = random.integers(0, n_classes - 1, n)
    logits = random.normal(size=(n, n_classes)) + 1.5 * np.eye(n_classes)[truth]
    powers = np.exp(logits)
    return truth, powers / powers.sum(axis=1, keepdims=True)


def test_rows_are_true_and_columns_predicted():
    # PAINS A10: 3 true ham, 1 of them predicted spam: cell [ham][spam] = 1.
    scores = score(np.array([0, 0, 0, 1]), certain([0, 0, 1, 1], 2), HAM_SPAM)
    assert scores.confusion == ((2, 1), (0, 1))


def test_hand_worked_values():
    truth = np.array([0] * 6 + [1] * 4)
    answers = np.array([0, 0, 0, 0, 0, 1, 1, 1, 1, 0])
    found = np.array([0.1, 0.1, 0.1, 0.1, 0.2, 0.7, 0.9, 0.9, 0.8, 0.4])
    scores = score(truth, np.stack([1 - found, found], axis=1), HAM_SPAM, positive=1)
    assert scores.confusion == ((5, 1), (1, 3))
    assert np.argmax(np.stack([1 - found, found], axis=1), axis=1).tolist() == answers.tolist()
    assert scores.accuracy == 0.8
    assert scores.per_class["ham"].precision == pytest.approx(5 / 6)
    assert scores.per_class["spam"].f1 == pytest.approx(0.75)
    assert scores.per_class["spam"].support == 4
    assert scores.macro_f1 == pytest.approx((5 / 6 + 3 / 4) / 2)
    assert scores.mcc == pytest.approx((5 * 3 - 1) / np.sqrt(4 * 4 * 6 * 6))
    assert scores.majority == 0.6
    assert scores.positive == "spam"
    assert scores.positive_caught == 0.75
    assert scores.negative_blocked == pytest.approx(1 / 6)
    assert scores.average_precision == pytest.approx((1 + 1 + 1 + 4 / 5) / 4)
    said = [0.9, 0.9, 0.9, 0.9, 0.8, 0.3, 0.9, 0.9, 0.8, 0.4]
    assert scores.log_loss == pytest.approx(-np.log(said).mean())


@pytest.mark.parametrize("seed", range(4))
def test_agrees_with_scikit_learn(seed):
    truth, probabilities = drawn(seed)
    answers = probabilities.argmax(axis=1)
    labels = list("abcd")
    scores = score(truth, probabilities, labels, positive=1)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # scikit-learn on the class without rows
        rows = reference.precision_recall_fscore_support(truth, answers, labels=range(4))
        macro = reference.f1_score(truth, answers, average="macro")
    assert scores.accuracy == pytest.approx(reference.accuracy_score(truth, answers))
    assert scores.macro_f1 == pytest.approx(macro)
    assert scores.mcc == pytest.approx(reference.matthews_corrcoef(truth, answers))
    assert scores.log_loss == pytest.approx(
        reference.log_loss(truth, probabilities, labels=range(4))
    )
    assert scores.average_precision == pytest.approx(
        reference.average_precision_score(truth == 1, probabilities[:, 1])
    )
    assert (
        np.array(scores.confusion).tolist()
        == reference.confusion_matrix(truth, answers, labels=range(4)).tolist()
    )
    for place, label in enumerate(labels):
        found = scores.per_class[label]
        assert [found.precision, found.recall, found.f1, found.support] == pytest.approx(
            [column[place] for column in rows]
        )


def test_calibration_error_is_that_of_the_most_probable_class():
    truth, probabilities = drawn(5)
    right = probabilities.argmax(axis=1) == truth
    expected = calibration_error(reliability(right, probabilities.max(axis=1), bins=15))
    assert score(truth, probabilities, "abcd").calibration_error == expected > 0


def test_absent_classes_keep_their_row_and_are_not_in_the_mean():
    scores = score(np.array([0, 0]), certain([0, 0], 3), ("a", "b", "c"), positive=1)
    assert scores.confusion == ((2, 0, 0), (0, 0, 0), (0, 0, 0))
    assert scores.per_class["c"].f1 == 0 and scores.per_class["c"].support == 0
    assert scores.macro_f1 == 1
    assert scores.mcc == 0
    assert (scores.positive_caught, scores.average_precision) == (0, 0)
    assert scores.intervals["positive_caught"] == (0, 1)


def test_without_a_negative_row_none_is_blocked():
    scores = score(np.array([1, 1]), certain([1, 0], 2), HAM_SPAM, positive=1)
    assert (scores.negative_blocked, scores.positive_caught) == (0, 0.5)
    assert scores.intervals["negative_blocked"] == (0, 1)


def test_a_class_only_answered_counts_as_zero():
    assert score(np.array([0, 0]), certain([0, 1], 2), HAM_SPAM).macro_f1 == pytest.approx(1 / 3)


def test_doing_nothing_looks_good_only_in_accuracy():
    # PAINS T09: 95 ham, 5 spam, everything is ham.
    scores = score(np.repeat([0, 1], [95, 5]), certain([0] * 100, 2), HAM_SPAM, positive=1)
    assert scores.accuracy == scores.majority == 0.95
    assert scores.mcc == 0
    assert scores.positive_caught == 0
    assert scores.macro_f1 == pytest.approx(0.4872, abs=1e-4)


def test_unsure_answers_are_right_for_no_class():
    truth = np.array([0, 0, 0, 1, 1])
    decided = np.array([0, 0, -1, 1, -1])
    scores = score(truth, certain([0, 0, 1, 1, 1], 2), HAM_SPAM, decided=decided, positive=1)
    assert scores.accuracy == 0.6
    assert scores.confusion == ((2, 0), (0, 1))
    assert scores.unsure == (1, 1)
    assert scores.per_class["ham"].precision == 1
    assert scores.per_class["ham"].recall == pytest.approx(2 / 3)
    assert (scores.positive_caught, scores.negative_blocked) == (0.5, 0)
    three = np.where(decided < 0, 2, decided)  # unsure as a class of its own
    assert scores.mcc == pytest.approx(reference.matthews_corrcoef(truth, three))


def test_judge_follows_the_decision():
    decision = Decision(HAM_SPAM, positive=1, threshold=0.9, unsure=0.05)
    found = np.array([0.1, 0.8, 0.92, 0.99])
    scores = judge(decision, np.array([0, 0, 1, 1]), np.stack([1 - found, found], axis=1))
    assert scores.confusion == ((2, 0), (0, 1))
    assert scores.unsure == (0, 1)
    assert (scores.threshold, scores.positive) == (0.9, "spam")


def test_intervals_hold_the_value_and_depend_on_the_rows():
    truth, probabilities = drawn(7, n=100)
    few = score(truth, probabilities, "abcd", positive=0)
    many = score(np.tile(truth, 16), np.tile(probabilities, (16, 1)), "abcd", positive=0)
    assert set(few.intervals) == {
        "accuracy",
        "macro_f1",
        "mcc",
        "positive_caught",
        "negative_blocked",
    }
    for name, (low, high) in few.intervals.items():
        assert low < getattr(few, name) < high
        tight_low, tight_high = many.intervals[name]
        assert (high - low) / (tight_high - tight_low) == pytest.approx(4, rel=0.15)


def test_intervals_of_the_bootstrap_are_those_of_resampled_rows():
    truth, probabilities = drawn(8)
    answers = probabilities.argmax(axis=1)
    random = np.random.default_rng(0)
    draws = [random.integers(0, len(truth), len(truth)) for _ in range(1000)]
    slow = {
        name: np.percentile(
            [metric(margins_of(count_table(truth[d], answers[d], 4))) for d in draws], [2.5, 97.5]
        )
        for name, metric in METRICS.items()
    }
    found = score(truth, probabilities, "abcd").intervals
    for name, bounds in slow.items():
        assert found[name] == pytest.approx(bounds, abs=0.01)


def test_intervals_without_an_error_still_have_a_width_for_shares():
    scores = score(np.repeat([0, 1], [300, 50]), certain([0] * 300 + [1] * 50, 2), HAM_SPAM,
                   positive=1)  # fmt: skip
    assert scores.intervals["negative_blocked"] == pytest.approx((0, 0.0126), abs=1e-4)
    assert scores.intervals["accuracy"][0] == pytest.approx(0.9891, abs=1e-4)


def test_the_seed_fixes_the_draws_and_none_can_be_asked_for():
    truth, probabilities = drawn(9)
    assert score(truth, probabilities, "abcd") == score(truth, probabilities, "abcd")
    other = score(truth, probabilities, "abcd", seed=1)
    assert other.intervals["mcc"] != score(truth, probabilities, "abcd").intervals["mcc"]
    assert set(score(truth, probabilities, "abcd", bootstrap=0).intervals) == {"accuracy"}


def test_saved_and_read_again():
    truth, probabilities = drawn(11)
    scores = score(truth, probabilities, "abcd", positive=2)
    assert Scores.from_dict(json.loads(json.dumps(scores.to_dict()))) == scores
    given_ = scores.to_dict()
    del given_["mcc"]
    with pytest.raises(ArtifactError, match="must have the entries"):
        Scores.from_dict(given_)


def test_normalised_confusion():
    counts = np.array([[3, 1], [2, 2]])
    assert normalised(counts).tolist() == [[0.75, 0.25], [0.5, 0.5]]
    assert normalised(counts, "predicted")[:, 0].tolist() == [0.6, 0.4]
    assert normalised(counts, "all").sum() == 1
    with pytest.raises(ConfigError, match="over must be one of"):
        normalised(counts, "row")


@pytest.mark.parametrize(
    ("truth", "options", "error", "message"),
    [
        ([0, 1, 2], {}, DataError, "truth must be whole numbers from 0 to 1, got 0 to 2"),
        ([0, 1, -1], {}, DataError, "truth must be whole numbers"),
        ([0.0, 1.0, 1.0], {}, DataError, "float64"),
        ([0, 1], {}, ShapeError, r"truth must have one index for each row .* \(3, 2\)"),
        ([0, 1, 1], {"decided": np.array([0, 1, 2])}, DataError, "decided must be .* -1 to 1"),
        ([0, 1, 1], {"positive": 2}, ShapeError, "got 2"),
    ],
)
def test_what_does_not_fit_is_refused(truth, options, error, message):
    with pytest.raises(error, match=message):
        score(np.array(truth), certain([0, 1, 1], 2), HAM_SPAM, **options)


def test_no_rows_cannot_be_judged():
    with pytest.raises(DataError, match="at least one row"):
        score(np.zeros(0, int), np.zeros((0, 2)), HAM_SPAM)


answers_and_truth = st.lists(
    st.tuples(st.integers(0, 3), st.integers(-1, 3)), min_size=1, max_size=50
)


@given(answers_and_truth)
def test_every_row_is_counted_once(rows):
    truth, decided = np.array(rows).T
    scores = score(truth, certain(np.maximum(decided, 0), 4), "abcd", decided=decided, bootstrap=9)
    assert np.sum(scores.confusion) + sum(scores.unsure) == scores.n == len(rows)
    assert sum(found.support for found in scores.per_class.values()) == len(rows)
    assert 0 <= scores.macro_f1 <= 1 and -1 <= scores.mcc <= 1


@given(st.lists(st.integers(0, 3), min_size=1, max_size=50))
def test_perfect_answers_score_one(rows):
    truth = np.array(rows)
    scores = score(truth, certain(truth, 4), "abcd", bootstrap=9)
    assert scores.accuracy == scores.macro_f1 == 1
    assert scores.mcc == (1 if len(set(rows)) > 1 else 0)
    assert scores.log_loss == scores.calibration_error == 0


@given(st.integers(0, 1000), st.randoms(use_true_random=False))
def test_order_of_rows_changes_nothing(seed, shuffler):
    truth, probabilities = drawn(seed, n=40)
    order = list(range(40))
    shuffler.shuffle(order)
    one = score(truth, probabilities, "abcd", positive=0, bootstrap=20)
    other = score(truth[order], probabilities[order], "abcd", positive=0, bootstrap=20)
    assert one.confusion == other.confusion
    assert one.intervals == other.intervals
    for name in ("accuracy", "macro_f1", "mcc", "log_loss", "calibration_error",
                 "average_precision"):  # fmt: skip
        assert getattr(one, name) == pytest.approx(getattr(other, name))
