import numpy as np
import pytest

from attentif.errors import ShapeError
from attentif.report.matrix import Error, checked, row_shares, worst


@pytest.mark.parametrize("matrix", [[[1, 2]], [[1, 2, 3], [4, 5, 6]], 3, [1, 2]])
def test_a_matrix_of_another_shape_is_refused(matrix):
    with pytest.raises(ShapeError, match="for each of the 2 labels, got the shape"):
        checked(matrix, ["ham", "spam"])


@pytest.mark.parametrize("cell", [0.5, -1, np.nan])
def test_shares_are_not_taken_for_counts(cell):
    with pytest.raises(ShapeError, match="whole counts from 0 on"):
        checked([[1, cell], [0, 1]], ["ham", "spam"])


def test_no_labels_is_an_error():
    with pytest.raises(ShapeError, match="0 labels"):
        checked(np.zeros((0, 0)), [])


def test_rows_are_the_true_classes():
    table = checked([[2, 1], [0, 5]], ["ham", "spam"])  # 3 true ham, 1 taken for spam
    assert worst(table, ["ham", "spam"], 5) == [Error("ham", "spam", 1, pytest.approx(1 / 3))]


def test_the_largest_errors_come_first_and_right_answers_never():
    table = np.array([[9, 1, 0], [4, 9, 0], [0, 3, 9]])
    found = [(e.true, e.predicted, e.number) for e in worst(table, list("abc"), 2)]
    assert found == [("b", "a", 4), ("c", "b", 3)]


def test_an_absent_class_has_no_share():
    assert row_shares(np.zeros((2, 2))).tolist() == [[0, 0], [0, 0]]
