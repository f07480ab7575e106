import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import attentif.measure.decision
from attentif.errors import ArtifactError, ConfigError, DataError, ShapeError
from attentif.measure.decision import (
    Decision,
    choose_threshold,
    fit_temperature,
    pick_positive,
)

HAM_SPAM = ("ham", "spam")


def two(found: list[float]) -> np.ndarray:
    """Probabilities of two classes from the second's."""
    return np.stack([1 - np.array(found), np.array(found)], axis=1)


# --- deciding ----------------------------------------------------------------------------


def test_without_a_threshold_the_first_of_the_most_probable():
    rows = np.array([[0.2, 0.5, 0.3], [0.4, 0.4, 0.2]])
    assert Decision(("a", "b", "c")).decide(rows).tolist() == [1, 0]


def test_threshold_is_reached_at_its_own_value():
    decision = Decision(HAM_SPAM, positive=1, threshold=0.75)
    assert decision.decide(two([0.74, 0.75, 0.76])).tolist() == [0, 1, 1]


def test_threshold_of_a_positive_first_label():
    decision = Decision(("bad", "good"), positive=0, threshold=0.9)
    assert decision.decide(two([0.05, 0.2])).tolist() == [0, 1]


def test_unsure_is_a_distance_to_the_threshold():
    decision = Decision(HAM_SPAM, positive=1, threshold=0.75, unsure=0.125)
    assert decision.decide(two([0.5, 0.625, 0.7, 0.8, 0.875])).tolist() == [0, 0, -1, -1, 1]


def test_unsure_without_threshold_is_half_the_lead():
    decision = Decision(("a", "b", "c"), unsure=0.1)
    rows = np.array([[0.5, 0.2, 0.3], [0.45, 0.3, 0.25], [0.2, 0.1, 0.7]])
    assert decision.decide(rows).tolist() == [0, -1, 2]
    same = Decision(HAM_SPAM, unsure=0.1).decide(two([0.41, 0.59, 0.61, 0.39]))
    assert same.tolist() == [-1, -1, 1, 0]


def test_never_unsure_by_default_and_no_rows_are_no_answers():
    assert Decision(HAM_SPAM).decide(two([0.5])).tolist() == [0]
    assert Decision(HAM_SPAM).decide(np.zeros((0, 2))).tolist() == []
    assert Decision(("only",), unsure=0.5).decide(np.ones((1, 1))).tolist() == [0]


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({"positive": 2}, "one of the 2 labels, got 2"),
        ({"threshold": 0.5}, "positive=None"),
        ({"unsure": 1.0}, "unsure must be"),
        ({"temperature": 0.0}, "temperature must be > 0"),
    ],
)
def test_impossible_decisions_are_refused(settings, message):
    with pytest.raises(ConfigError, match=message):
        Decision(HAM_SPAM, **settings)


def test_a_threshold_of_three_classes_is_refused():
    with pytest.raises(ConfigError, match="needs two labels"):
        Decision(("a", "b", "c"), positive=1, threshold=0.5)


def test_what_is_no_probability_is_refused():
    decision = Decision(HAM_SPAM)
    with pytest.raises(ShapeError, match=r"shape \(N, 2\)"):
        decision.decide(np.ones((4, 3)) / 3)
    with pytest.raises(ShapeError, match=r"got \(2,\)"):
        decision.decide(np.array([0.5, 0.5]))
    for row in ([0.7, 0.7], [-0.5, 1.5], [np.nan, 1.0]):
        with pytest.raises(DataError, match="in row 1"):
            decision.decide(np.array([[0.5, 0.5], row]))


def test_single_precision_softmax_is_accepted():
    logits = np.random.default_rng(0).normal(size=(500, 2)).astype(np.float32) * 30
    rows = np.exp(logits - logits.max(axis=1, keepdims=True))
    decision = Decision(HAM_SPAM)
    assert len(decision.decide(rows / rows.sum(axis=1, keepdims=True))) == 500


def test_nothing_reaches_a_threshold_above_one():
    rounded_up = np.array([[0.0, 1.0000001]])
    never = choose_threshold(np.array([0, 1]), np.array([1.0, 1.0]), max_false_positive_rate=0.1)
    assert never.threshold > 1
    assert Decision(HAM_SPAM, 1, never.threshold).decide(rounded_up).tolist() == [0]


def test_temperature_divides_the_logits():
    logits = np.array([[0.0, 2.0], [1000.0, -1000.0]])
    found = Decision(HAM_SPAM, temperature=2.0).probabilities(logits)
    assert found == pytest.approx(np.array([[1 / (1 + np.e), np.e / (1 + np.e)], [1, 0]]))


def test_saved_and_read_again():
    decision = Decision(HAM_SPAM, positive=1, threshold=0.9, unsure=0.1, temperature=1.5)
    assert decision.to_dict()["positive"] == "spam"
    assert Decision.from_dict(decision.to_dict()) == decision
    assert Decision.from_dict(Decision(HAM_SPAM).to_dict()) == Decision(HAM_SPAM)
    with pytest.raises(ArtifactError, match="a decision needs"):
        Decision.from_dict(decision.to_dict() | {"positive": "spm"})
    with pytest.raises(ArtifactError, match="a decision needs"):
        Decision.from_dict({"labels": ["a", "b"]})


def test_importing_it_needs_numpy_only():
    code = (
        "import sys, attentif.measure.metrics, attentif.measure.decision;"
        "heavy = {'sklearn', 'scipy', 'torch', 'matplotlib'} & set(sys.modules);"
        "sys.exit(f'imported {heavy}' if heavy else 0)"
    )
    done = subprocess.run(
        [sys.executable, "-c", code],
        capture_output=True,
        text=True,
        check=False,
        env=os.environ | {"PYTHONPATH": str(Path(attentif.measure.decision.__file__).parents[2])},
    )
    assert done.returncode == 0, done.stderr


# --- choosing a threshold ----------------------------------------------------------------

TRUTH = np.array([0, 0, 0, 0, 1, 0, 1, 1])
FOUND = np.array([0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.9])


def test_threshold_by_hand():
    choice = choose_threshold(TRUTH, FOUND, max_false_positive_rate=0.2)
    assert choice.threshold == pytest.approx(0.45)  # half-way between 0.5 and 0.4
    assert (choice.reached, choice.caught, choice.blocked) == (True, 1.0, 0.2)
    assert choice.precision == 0.75
    assert choice.note == ""


def test_too_few_rows_for_the_rate_stay_at_the_strict_end_and_say_so():
    choice = choose_threshold(TRUTH, FOUND, max_false_positive_rate=0.001)
    assert choice.threshold == 0.7
    assert choice.caught == pytest.approx(2 / 3)
    assert choice.blocked == 0
    assert "5 negative rows cannot show a rate of 0.10% (that takes 1000)" in choice.note
    assert "may still be 45.07%" in choice.note  # 1 - 0.05 ** (1/5)


def test_precision_by_hand():
    choice = choose_threshold(TRUTH, FOUND, min_precision=0.75)
    assert (choice.caught, choice.precision, choice.note) == (1.0, 0.75, "")
    strict = choose_threshold(TRUTH, FOUND, min_precision=0.9)
    assert (strict.threshold, strict.precision) == (0.7, 1.0)
    assert "2 rows called positive cannot show a precision of 90.00% (that takes 10)" in strict.note


def test_ten_of_ten_do_show_a_precision_of_nine_tenths():
    truth, found = np.repeat([1, 0], 10), np.repeat([0.8, 0.2], 10)
    assert choose_threshold(truth, found, min_precision=0.9).note == ""


def test_tied_rows_pass_together_or_not_at_all():
    truth = np.array([1, 1, 0, 0, 0, 0])
    found = np.array([0.9, 0.6, 0.6, 0.1, 0.1, 0.1])
    choice = choose_threshold(truth, found, max_false_positive_rate=0.2)
    assert choice.caught == 0.5
    assert choice.blocked == 0


@pytest.mark.parametrize("lower", [0.6, np.nextafter(0.6, 1)])
def test_neighbouring_floats_are_kept_apart(lower):
    found = np.array([np.nextafter(lower, 1), lower, lower, lower])
    choice = choose_threshold(np.array([1, 0, 0, 0]), found, max_false_positive_rate=0.4)
    assert (choice.note, choice.threshold) == ("", found[0])
    assert (choice.blocked, choice.caught) == (0, 1)


def test_of_thresholds_that_catch_as_many_the_one_that_blocks_fewest():
    truth, found = np.array([1, 0, 0, 0, 0]), np.array([0.9, 0.5, 0.4, 0.3, 0.2])
    choice = choose_threshold(truth, found, max_false_positive_rate=0.5)
    assert (choice.threshold, choice.blocked) == (pytest.approx(0.7), 0)


def test_a_wish_that_cannot_be_kept_calls_nothing_positive():
    truth, found = np.array([0, 1, 0, 0]), np.array([1.0, 0.8, 0.2, 0.1])
    choice = choose_threshold(truth, found, max_false_positive_rate=0.1)
    assert (choice.reached, choice.caught, choice.blocked) == (False, 0.0, 0.0)
    assert Decision(HAM_SPAM, 1, choice.threshold).decide(two(found.tolist())).max() == 0
    assert "The nearest is 0.8: it catches 100.00%, blocks 33.33%" in choice.note
    assert "nearest is 0.8" in choose_threshold(truth, found, min_precision=0.9).note


def test_the_nearest_catches_something_and_as_much_as_it_may():
    truth, found = np.array([0, 0, 1, 1, 0, 1]), np.array([1.0, 0.9, 0.8, 0.7, 0.2, 0.1])
    choice = choose_threshold(truth, found, max_false_positive_rate=0.4)
    assert "The nearest is 0.7: it catches 66.67%, blocks 66.67%" in choice.note


def test_wishes_out_of_range_or_absent_and_one_sided_rows():
    with pytest.raises(ConfigError, match="needs a wish, got 0 for both"):
        choose_threshold(TRUTH, FOUND)
    with pytest.raises(ConfigError, match="min_precision must be from 0"):
        choose_threshold(TRUTH, FOUND, min_precision=1.0)
    with pytest.raises(DataError, match="0 positive and 2 negative"):
        choose_threshold(np.zeros(2), np.array([0.1, 0.2]), min_precision=0.5)


@given(
    st.lists(st.tuples(st.booleans(), st.integers(0, 12)), min_size=2, max_size=60),
    st.floats(0.001, 0.6),
    st.sampled_from(["rate", "precision", "both"]),
)
def test_the_wish_is_kept_and_nothing_better_exists(rows, wish, kind):
    truth = np.array([positive for positive, _ in rows])
    found = np.array([step for _, step in rows]) / 12
    if truth.all() or not truth.any():
        return
    rate = wish if kind != "precision" else 0
    precision = 1 - wish if kind != "rate" else 0
    choice = choose_threshold(truth, found, max_false_positive_rate=rate, min_precision=precision)

    def judged(threshold: float) -> tuple[bool, float]:
        called = found >= threshold
        caught = (called & truth).sum()
        keeps = caught > 0
        if rate:
            keeps &= (called & ~truth).sum() / (~truth).sum() <= rate
        if precision:
            keeps &= caught / max(called.sum(), 1) >= precision
        return bool(keeps), caught / truth.sum()

    keeps, caught = judged(choice.threshold)
    assert keeps == choice.reached
    assert caught == choice.caught
    best = max((c for k, c in map(judged, np.unique(found)) if k), default=0.0)
    assert caught == best


# --- temperature -------------------------------------------------------------------------


@pytest.mark.parametrize("scale", [0.5, 1.0, 3.0])
def test_temperature_recovers_a_known_scaling(scale):
    random = np.random.default_rng(1)
    logits = random.normal(size=(20_000, 3)) * 2
    true = np.exp(logits) / np.exp(logits).sum(axis=1, keepdims=True)
    truth = (true.cumsum(axis=1) < random.random((len(true), 1))).sum(axis=1)
    assert fit_temperature(logits * scale, truth) == pytest.approx(scale, rel=0.03)


def test_temperature_is_the_lowest_loss_and_takes_log_probabilities():
    random = np.random.default_rng(2)
    logits, truth = random.normal(size=(300, 4)) * 3, random.integers(0, 4, 300)
    truth[:200] = logits[:200].argmax(axis=1)
    found = fit_temperature(logits, truth)

    def loss(temperature: float) -> float:
        rows = np.log(Decision(tuple("abcd"), temperature=temperature).probabilities(logits))
        right = rows[np.arange(300), truth]
        wrong = (rows.sum(axis=1) - right) / 3
        return -(right * 301 / 302 + wrong / 302).mean()

    assert loss(found) <= min(loss(t) for t in np.linspace(0.25, 8, 400)) + 1e-9
    as_probabilities = Decision(tuple("abcd")).probabilities(logits)
    assert fit_temperature(np.log(as_probabilities), truth) == pytest.approx(found, rel=1e-4)


def test_temperature_stays_in_its_bounds():
    logits = np.array([[0.1, 0.0], [0.0, 0.1]])
    assert fit_temperature(logits, np.array([0, 1])) == pytest.approx(0.25, rel=1e-4)
    logits = np.array([[5.0, 0.0], [0.0, 5.0]])
    assert fit_temperature(logits, np.array([1, 0])) == pytest.approx(8, rel=1e-4)
    with np.errstate(divide="ignore"):
        certain = np.log(np.array([[1.0, 0.0], [0.0, 1.0], [0.6, 0.4]]))
    assert fit_temperature(certain, np.array([1, 1, 0])) == pytest.approx(8, rel=1e-4)


def test_undefined_logits_answer_all_labels_alike():
    inf, nan = np.inf, np.nan
    logits = np.array([[nan, 1.0], [inf, 0.0], [-inf, -inf], [-inf, 0.0], [2.0, 2.0]])
    found = Decision(("a", "b")).probabilities(logits)
    assert found.tolist() == [[0.5, 0.5], [0.5, 0.5], [0.5, 0.5], [0.0, 1.0], [0.5, 0.5]]


def test_rows_without_an_error_do_not_make_the_model_boundlessly_sure():
    logits = np.array([[4.0, 0.0], [0.0, 4.0]] * 50)
    found = fit_temperature(logits, np.array([0, 1] * 50))
    sure = Decision(("a", "b"), temperature=found).probabilities(logits)[0, 0]
    assert sure == pytest.approx(101 / 102, abs=1e-4)  # Platt's (N + 1) / (N + 2)


def test_temperature_refuses_what_it_cannot_use():
    with pytest.raises(ShapeError, match=r"truth \(N,\), got \(2, 2\) and \(3,\)"):
        fit_temperature(np.zeros((2, 2)), np.zeros(3, int))
    with pytest.raises(DataError, match="0 rows"):
        fit_temperature(np.zeros((0, 2)), np.zeros(0, int))
    with pytest.raises(DataError, match="1 values"):
        fit_temperature(np.array([[np.nan, 0.0]]), np.zeros(1, int))


# --- the positive class ------------------------------------------------------------------


def test_positive_is_the_wanted_then_spam_then_the_rarest():
    assert pick_positive(["ham", "spam"], [10, 90]) == 1
    assert pick_positive(["Spam", "ham"], [90, 10]) == 0
    assert pick_positive(["ham", "spam"], [10, 90], wanted="ham") == 0
    assert pick_positive(["rare", "often"], [10, 90]) == 0
    assert pick_positive(["same", "other"], [50, 50]) == 1


def test_positive_is_the_yes_of_a_yes_and_no_however_rare():
    assert pick_positive(["0", "1"], [10, 90]) == 1
    assert pick_positive(["1", "-1"], [90, 10]) == 0
    assert pick_positive(["Négatif", "Positif"], [10, 90]) == 1
    assert pick_positive(["0", "yes"], [10, 90]) == 0  # no pair: the rarest
    assert pick_positive(["0", "1", "2"], [50, 10, 90]) == 1


def test_an_unknown_positive_lists_the_labels():
    with pytest.raises(ConfigError, match=r"\['ham', 'spam'\], got 'spm'. Did you mean 'spam'"):
        pick_positive(["ham", "spam"], [1, 1], wanted="spm")
