"""Differences of errors on the same sources, with what chance alone would do."""

import numpy as np
import pytest

from attentif.errors import ShapeError
from attentif.measure.paired_outputs import Edits, edits_of, error_difference
from attentif.measure.transduction import error_rate


def made(edits: list[int], units: int = 4) -> Edits:
    return Edits(np.array(edits), np.full(len(edits), units))


def test_edits_are_those_of_the_error_rate():
    references = [["kitten"], ["abc", "xy"], [""]]
    texts = ["sitting", "xyz", "a"]
    found = edits_of(references, texts, list)
    assert found.edits.tolist() == [3, 1, 1] and found.units.tolist() == [6, 2, 0]
    assert found.error == error_rate(references, texts, list)
    assert found.at(np.array([1])).error == 0.5


def test_a_clear_difference_has_an_interval_without_zero():
    worse, better = made([3, 2, 4, 3] * 25), made([1, 0, 1, 0] * 25)
    found = error_difference([worse], [better])
    assert found.mean == pytest.approx((3.0 - 0.5) / 4)
    assert 0 < found.low < found.mean < found.high and found.p_value < 0.01
    turned = error_difference([better], [worse])
    assert turned.mean == -found.mean and turned.high < 0


def test_the_same_outputs_do_not_differ():
    found = error_difference([made([1, 0, 3] * 9)], [made([1, 0, 3] * 9)])
    assert found == (0.0, 0.0, 0.0, 1.0)


def test_seeds_that_differ_widen_the_interval():
    steady, shaky = made([2] * 60), [made([0] * 60), made([4] * 60)]
    alone = error_difference([steady], [made([2] * 60)])
    spread = error_difference([steady], shaky)
    assert alone.low == alone.high == 0.0
    assert spread.mean == 0.0 and spread.low <= -0.5 and spread.high >= 0.5


def test_sources_weigh_by_their_units():
    found = error_difference(
        [Edits(np.array([0, 10]), np.array([1, 10]))], [Edits(np.array([1, 0]), np.array([1, 10]))]
    )
    assert found.mean == pytest.approx(10 / 11 - 1 / 11)


@pytest.mark.parametrize("one", [[], [made([1, 2])], [made([])]])
def test_other_sources_are_refused(one):
    with pytest.raises(ShapeError, match="the same sources"):
        error_difference(one, [made([1, 2, 3])])
