"""The family of errors: one base for the command line, Python's own for its users."""

import inspect

import pytest
from sklearn.exceptions import NotFittedError as SklearnNotFittedError

from attentif import errors
from attentif.errors import AttentifError

OURS = {
    "ConfigError": ValueError,
    "DataError": ValueError,
    "InputTypeError": TypeError,
    "ShapeError": ValueError,
    "ArtifactError": ValueError,
    "NotFittedError": AttributeError,
    "MissingExtraError": ImportError,
}


def test_the_family_is_complete():
    classes = dict(inspect.getmembers(errors, inspect.isclass))
    assert set(classes) == {*OURS, "AttentifError"}


@pytest.mark.parametrize("name", OURS)
def test_each_error_is_ours_and_pythons(name):
    error = getattr(errors, name)("expected this, got that. Do this.")
    assert isinstance(error, AttentifError)
    assert isinstance(error, OURS[name])
    assert str(error) == "expected this, got that. Do this."
    assert type(error).__doc__


def test_not_fitted_is_caught_wherever_scikit_learn_s_is():
    assert issubclass(errors.NotFittedError, SklearnNotFittedError.__bases__)
