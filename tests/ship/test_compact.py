"""The table in eight bits: close row by row, its scales checked, its graph the network."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from ship_folders import refusal
from toy_messages import messages

from attentif import TextClassifier, open_model
from attentif.errors import ArtifactError
from attentif.ship.artifact import load_folder, made_compact
from attentif.ship.compact import LARGEST, SCALE, TABLE, compacted, plain
from attentif.ship.folder import GRAPHS, WEIGHTS

TEXTS = [*messages(60, seed=7)[0], "", "qzxv 99"]
NUMBERS = st.floats(-100, 100, width=32).filter(lambda x: x == 0 or abs(x) > 1e-30)
"""Where a scale, a hundredth of them, has all its digits."""


@given(arrays(np.float32, (4, 5), elements=NUMBERS))
def test_each_number_is_as_near_as_its_row_allows(table):
    units = compacted({TABLE: table})
    assert units[TABLE].dtype == np.int8 and units[SCALE].shape == (4, 1)
    again = plain(units)[TABLE]
    assert again.dtype == np.float32
    step = np.abs(table).max(axis=1, keepdims=True) / LARGEST
    assert (np.abs(again - table) <= step * 0.51 + 1e-30).all()
    np.testing.assert_array_equal(compacted({TABLE: again})[TABLE], units[TABLE])


def test_all_other_weights_stay():
    weights = {TABLE: np.ones((2, 3), np.float32), "output.bias": np.ones(2, np.float32)}
    assert compacted(weights)["output.bias"] is weights["output.bias"]
    assert plain(weights) == weights  # never compacted: as it is


def test_scales_that_do_not_fit_are_refused():
    units = compacted({TABLE: np.ones((2, 3), np.float32)})
    with pytest.raises(ArtifactError, match=r"must be of \(2, 1\), got \(1, 2\)"):
        plain(units | {SCALE: units[SCALE].T})


def test_a_compact_folder_is_smaller_and_answers_as_its_network(tiny_classifier, tmp_path):
    whole = tiny_classifier.save(tmp_path / "whole")
    small = tiny_classifier.save(tmp_path / "small", compact=True)
    assert (small / WEIGHTS).stat().st_size < (whole / WEIGHTS).stat().st_size
    assert all((small / name).is_file() for name in GRAPHS)  # they passed the check against torch
    again = TextClassifier.load(small)
    found = [answer.probabilities["ham"] for answer in open_model(small).answers(TEXTS)]
    np.testing.assert_allclose(found, again.predict_proba(TEXTS)[:, 0], atol=1e-5)
    np.testing.assert_allclose(found, tiny_classifier.predict_proba(TEXTS)[:, 0], atol=0.05)
    assert not np.array_equal(found, tiny_classifier.predict_proba(TEXTS)[:, 0])


def test_what_it_leaves_of_the_weights_can_be_made_compact_again(tiny_classifier, tmp_path):
    small = load_folder(tiny_classifier.save(tmp_path / "small", compact=True))
    np.testing.assert_array_equal(made_compact(small).weights[TABLE], small.weights[TABLE])


def test_a_forged_scale_is_one_sentence(tiny_classifier, tmp_path, monkeypatch):
    small = tiny_classifier.save(tmp_path / "small", compact=True)
    monkeypatch.setattr(
        "attentif.ship.artifact.load", lambda saved: {TABLE: np.ones((2, 3)), SCALE: np.ones(2)}
    )
    assert "embedding.pieces.scale must be of (2, 1)" in refusal(load_folder, small)
