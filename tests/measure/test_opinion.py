"""The share of a second opinion."""

import numpy as np
import pytest

from attentif.measure.decision import doubting_loss, fit_temperature
from attentif.measure.opinion import AS_ROWS, SHARES, USUAL, fit_share

DRAW = np.random.default_rng(3)
TRUTH = DRAW.integers(0, 2, 4000)
SIGNS = np.stack([1 - 2 * TRUTH, 2 * TRUTH - 1], axis=1)


def noisy(strength, noise):
    return strength * SIGNS + DRAW.normal(0, noise, (len(TRUTH), 2))


def test_noise_gets_little_say():
    assert fit_share(noisy(1, 1), noisy(0, 1), TRUTH) <= 0.125


def test_two_equal_opinions_count_about_the_same():
    assert 0.7 < fit_share(noisy(1, 1), noisy(1, 1), TRUTH) < 1.5


def test_the_share_undoes_another_scale():
    first, second = noisy(1, 1), noisy(1, 1)
    assert fit_share(first, second / 4, TRUTH) == pytest.approx(
        4 * fit_share(first, second, TRUTH), rel=0.45
    )


def test_the_pool_is_better_than_either_alone():
    first, second = noisy(0.7, 1), noisy(0.9, 1)

    def loss(pooled):
        return doubting_loss(pooled / fit_temperature(pooled, TRUTH), TRUTH)

    share = fit_share(first, second, TRUTH)
    assert share in SHARES
    assert loss(first + share * second) < min(loss(first), loss(second))


def said(usual, as_rows, n=60):
    """What a margin says, where both opinions have all rows right."""
    right = SIGNS[:n].astype(float)
    share = fit_share(4 * right, right, TRUTH[:n], usual=usual, as_rows=as_rows)
    return share / fit_temperature(4 * right + share * right, TRUTH[:n])


@pytest.mark.parametrize("usual", [0.25, 0.5, 1.0, 2.0])
def test_rows_that_both_have_right_leave_what_is_usual(usual):
    assert said(usual, 1.0) == pytest.approx(usual, rel=0.3)


def test_what_is_usual_counts_for_so_many_rows():
    far = [abs(np.log(said(8.0, as_rows) / 8.0)) for as_rows in (0.01, 1.0, 100.0)]
    assert far[0] >= far[1] >= far[2]
    assert fit_share(noisy(1, 1), noisy(1, 1), TRUTH, usual=64.0) < 1.5  # 4000 rows know better


def test_what_is_usual_is_the_default():
    first, second = noisy(1, 1)[:200], noisy(1, 1)[:200]
    given = fit_share(first, second, TRUTH[:200], usual=USUAL, as_rows=AS_ROWS)
    assert fit_share(first, second, TRUTH[:200]) == given
