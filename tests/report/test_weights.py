import math

import pytest

from attentif.report.weights import OUTSTANDING, deepest


def test_a_word_that_stands_out_is_the_deepest():
    assert deepest([0.05, 0.9, 0.05, 0.0]) == 0.9


def test_no_word_stands_out_of_an_even_map():
    weights = [1 / 20] * 20
    assert deepest(weights) == pytest.approx(OUTSTANDING / 20)


def test_signed_changes_are_always_measured_by_the_largest():
    assert deepest([-0.2, 0.1, 0.2], signs=True) == 0.2


@pytest.mark.parametrize("weights", [[], [0.0, 0.0], [math.nan], [math.inf, 0.0]])
def test_nothing_to_measure_by_is_no_division_by_zero(weights):
    assert deepest(weights) == deepest(weights, signs=True) == 1.0
