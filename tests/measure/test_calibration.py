import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from sklearn.metrics import average_precision_score, precision_recall_curve

from attentif.errors import ShapeError
from attentif.measure.calibration import (
    average_precision,
    calibration_error,
    operating_points,
    precision_recall,
    reliability,
    wilson,
)


def random_rows(seed: int, n: int = 200) -> tuple[np.ndarray, np.ndarray]:
    """Events and probabilities with many ties."""
    random = np.random.default_rng(seed)
    return random.random(n) < 0.3, random.integers(0, 20, n) / 20


def test_wilson_by_hand():
    # Textbook value: 15 of 20 gives 0.531 to 0.888.
    low, high = wilson(np.array([15, 0, 20, 0]), np.array([20, 20, 20, 0]))
    assert low == pytest.approx([0.5313, 0, 0.8389, 0], abs=1e-4)
    assert high == pytest.approx([0.8881, 0.1611, 1, 1], abs=1e-4)


def test_wilson_ends_exactly_at_none_and_all():
    n = np.arange(1, 400)
    assert not wilson(np.zeros(399), n)[0].any()
    assert (wilson(n, n)[1] == 1).all()


def test_reliability_bins_by_hand():
    events = np.array([0, 0, 1, 1, 0, 1])
    bins = reliability(events, np.array([0.1, 0.2, 0.3, 0.7, 0.8, 0.9]), bins=2)
    assert bins.mean == pytest.approx([0.2, 0.8])
    assert bins.observed == pytest.approx([1 / 3, 2 / 3])
    assert bins.rows.tolist() == [3, 3]
    assert (bins.low < bins.observed).all() and (bins.observed < bins.high).all()
    assert calibration_error(bins) == pytest.approx(2 / 15)


def test_calibration_error_weighs_bins_by_their_rows():
    events = np.array([1, 1, 1, 0])
    bins = reliability(events, np.array([0.9, 0.9, 0.9, 0.2]), bins=2)
    assert bins.rows.tolist() == [1, 3]
    assert calibration_error(bins) == pytest.approx((0.2 + 3 * 0.1) / 4)


def test_equal_probabilities_share_a_bin_whatever_their_order():
    events = np.array([True] * 5 + [False] * 5)
    bins = reliability(events, np.full(10, 0.5))
    assert bins.rows.tolist() == [10]
    assert calibration_error(bins) == 0


def test_no_rows_give_no_bins_and_no_points():
    nothing = np.array([])
    assert calibration_error(reliability(nothing, nothing)) == 0
    assert average_precision(operating_points(nothing, nothing)) == 0


@given(st.integers(0, 10_000), st.randoms(use_true_random=False))
def test_order_of_rows_does_not_matter(seed, shuffler):
    events, probability = random_rows(seed, 60)
    order = list(range(60))
    shuffler.shuffle(order)
    one, other = reliability(events, probability), reliability(events[order], probability[order])
    for a, b in zip(one, other, strict=True):
        assert a == pytest.approx(b)
    points, shuffled = (
        operating_points(events, probability),
        operating_points(events[order], probability[order]),
    )
    assert points.caught.tolist() == shuffled.caught.tolist()
    assert points.blocked.tolist() == shuffled.blocked.tolist()


@given(arrays(float, st.integers(1, 40), elements=st.floats(0, 1)), st.integers(1, 20))
def test_bins_hold_every_row_once(probability, bins):
    found = reliability(probability > 0.5, probability, bins)
    assert found.rows.sum() == len(probability)
    assert len(found.rows) <= bins
    assert (np.diff(found.mean) > 0).all()


@pytest.mark.parametrize("seed", range(5))
def test_curve_and_average_precision_agree_with_scikit_learn(seed):
    events, probability = random_rows(seed)
    curve = precision_recall(events, probability)
    precision, recall, thresholds = precision_recall_curve(events, probability)
    assert curve.threshold[::-1] == pytest.approx(thresholds)
    assert curve.precision[::-1] == pytest.approx(precision[:-1])
    assert curve.recall[::-1] == pytest.approx(recall[:-1])
    expected = average_precision_score(events, probability)
    assert average_precision(operating_points(events, probability)) == pytest.approx(expected)


def test_average_precision_without_a_positive_is_zero():
    assert average_precision(operating_points(np.zeros(3), np.array([0.1, 0.5, 0.9]))) == 0


def test_a_whole_matrix_of_probabilities_is_refused():
    with pytest.raises(ShapeError, match=r"shape \(N,\), got \(3,\) and \(3, 2\)"):
        operating_points(np.zeros(3), np.zeros((3, 2)))
