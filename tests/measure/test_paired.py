import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from attentif.errors import DataError, ShapeError
from attentif.measure.metrics import METRICS, Margins, accuracy, macro_f1
from attentif.measure.paired import (
    Difference,
    bootstrap_difference,
    corrected_t,
    holm,
    mcnemar,
    verdict,
)


@given(st.lists(st.tuples(st.booleans(), st.booleans()), min_size=1, max_size=80))
def test_mcnemar_is_the_exact_binomial_test(rows):
    a, b = np.array(rows).T
    found = mcnemar(a, b)
    assert (found.better, found.worse) == ((a & ~b).sum(), (b & ~a).sum())
    if found.better + found.worse:
        expected = stats.binomtest(found.better, found.better + found.worse, 0.5).pvalue
        assert found.p_value == pytest.approx(expected)
    else:
        assert found.p_value == 1


def test_mcnemar_by_hand_and_its_shapes():
    a, b = np.repeat([1, 1, 0], [8, 90, 2]), np.repeat([0, 1, 1], [8, 90, 2])
    assert mcnemar(a, b) == (8, 2, pytest.approx(2 * (1 + 10 + 45) / 1024))
    with pytest.raises(ShapeError, match=r"got shapes \(100,\) and \(99,\)"):
        mcnemar(a, b[1:])


def test_corrected_t_by_hand():
    # Five splits, a third of the rows for the test: variance 2.5 (1/5 + 1/2) = 1.75.
    found = corrected_t([1, 2, 3, 4, 5], 1 / 3)
    assert found.mean == 3
    t = 3 / np.sqrt(1.75)
    assert found.p_value == pytest.approx(2 * stats.t.sf(t, 4))
    half = 2.776445 * np.sqrt(1.75)
    assert (found.low, found.high) == pytest.approx((3 - half, 3 + half), rel=1e-6)


def test_corrected_t_is_wider_than_the_plain_one():
    values = np.random.default_rng(0).normal(0.5, 1, 10)
    plain = stats.ttest_1samp(values, 0)
    assert corrected_t(values, 1e-12).p_value == pytest.approx(plain.pvalue)
    assert corrected_t(values, 0.2).p_value > plain.pvalue


def test_corrected_t_when_all_splits_agree_and_when_there_is_one():
    assert corrected_t([0.0, 0.0], 0.5) == (0, 0, 0, 1)
    assert corrected_t([0.5, 0.5], 0.5) == (0.5, 0.5, 0.5, 0)
    with pytest.raises(DataError, match="at least two differences .* got 1 and 0.5"):
        corrected_t([0.1], 0.5)
    with pytest.raises(DataError, match=r"got 2 and 1\.0"):
        corrected_t([0.1, 0.2], 1.0)


def rows(seed: int, n: int = 400, skill: float = 0.8) -> tuple[np.ndarray, ...]:
    """Truth, and the answers of a good and of a poorer model that err independently."""
    random = np.random.default_rng(seed)
    truth = random.integers(0, 3, n)
    noise = random.integers(0, 3, (2, n))
    good = np.where(random.random(n) < skill, truth, noise[0])
    poor = np.where(random.random(n) < 0.6, truth, noise[1])
    return truth, good, poor


@pytest.mark.parametrize("name", METRICS)
def test_bootstrap_difference_is_that_of_resampled_rows(name):
    truth, good, poor = rows(1, skill=0.68)
    found = bootstrap_difference(truth, good, poor, METRICS[name])
    random = np.random.default_rng(0)

    def gap(chosen: np.ndarray) -> float:
        return single(METRICS[name], truth[chosen], good[chosen]) - single(
            METRICS[name], truth[chosen], poor[chosen]
        )

    assert found.mean == pytest.approx(gap(np.arange(400)))
    draws = np.array([gap(random.integers(0, 400, 400)) for _ in range(1000)])
    assert (found.low, found.high) == pytest.approx(np.percentile(draws, [2.5, 97.5]), abs=0.012)
    assert found.p_value == pytest.approx(2 * (draws <= 0).mean(), abs=0.06)
    assert found.p_value >= 2 / 2001


def single(metric, truth: np.ndarray, answers: np.ndarray) -> float:
    """The metric from plain counts."""
    classes = range(3)
    margins = Margins(
        np.array([((truth == c) & (answers == c)).sum() for c in classes]),
        np.array([(truth == c).sum() for c in classes]),
        np.array([(answers == c).sum() for c in classes]),
    )
    return float(metric(margins))


def test_bootstrap_difference_turns_round_with_its_sides():
    truth, good, poor = rows(2, skill=0.65)
    one = bootstrap_difference(truth, good, poor, macro_f1)
    other = bootstrap_difference(truth, poor, good, macro_f1)
    assert one.mean == -other.mean
    assert one.low == pytest.approx(-other.high, abs=0.01)
    assert 0 < one.p_value <= 1


def test_a_model_does_not_differ_from_itself():
    truth, good, _ = rows(3)
    assert bootstrap_difference(truth, good, good, accuracy) == (0, 0, 0, 1)


def test_unsure_answers_are_wrong_in_the_difference():
    truth = np.array([0, 1, 1, 0])
    found = bootstrap_difference(truth, truth, np.array([0, -1, -1, 0]), accuracy)
    assert found.mean == 0.5


def test_bootstrap_difference_needs_rows():
    with pytest.raises(ShapeError, match="not empty"):
        bootstrap_difference(np.array([]), np.array([]), np.array([]), accuracy)


@given(st.lists(st.floats(0, 1), max_size=12))
def test_holm_by_its_definition(p_values):
    found = holm(p_values)
    order = np.argsort(p_values, kind="stable")
    highest = 0.0
    for rank, place in enumerate(order):
        highest = max(highest, min(1.0, (len(p_values) - rank) * p_values[place]))
        assert found[place] == pytest.approx(highest)


def test_verdict_says_which_is_better():
    better = Difference(0.012, 0.003, 0.021, 0.0121)
    assert verdict("the network", "word-svm", better) == (
        "The network is better than word-svm by 1.2 points of accuracy (95 %: 0.3 to 2.1,"
        " p = 0.012)."
    )
    worse = Difference(-0.012, -0.021, -0.003, 0.0001)
    assert verdict("lstm", "the baseline word-svm", worse, metric="macro_f1") == (
        "The baseline word-svm is better than lstm by 1.2 points of macro F1 (95 %: 0.3 to 2.1,"
        " p < 0.001)."
    )


def test_verdict_claims_nothing_that_is_not_shown():
    unclear = Difference(-0.0001, -0.003, 0.021, 0.41)
    assert verdict("the network", "word-svm", unclear, metric="mcc", comparisons=3) == (
        "No difference of MCC can be shown between the network and word-svm: 0.0 points (95 %:"
        " -0.3 to 2.1, p = 0.410 corrected for 3 comparisons)."
    )
    for doubtful in (Difference(0.01, 0.001, 0.02, 0.06), Difference(0.01, -0.001, 0.02, 0.01)):
        assert verdict("a", "b", doubtful).startswith("No difference")
    assert verdict("a", "b", Difference(0.01, 0.001, 0.02, 0.06), alpha=0.1).startswith("a is")
