import math

import pytest
from report_samples import BEATEN, ROWS

from attentif.errors import ShapeError
from attentif.report.ranking import baseline_wins, ranked, reach, verdict


def test_the_best_comes_first_and_what_has_no_value_last():
    rows = [{"name": "broken", "value": math.nan, "is_baseline": False}, *ROWS]
    assert [row["name"] for row in ranked(rows)] == [
        "attention",
        "words, SVM",
        "majority",
        "broken",
    ]


def test_no_rows_is_an_error():
    with pytest.raises(ShapeError, match="at least one model, got none"):
        ranked([])


def test_a_baseline_that_wins_is_said_first():
    said = "A baseline scores higher: words, SVM, 0.961; the model is 0.009 behind."
    assert verdict(BEATEN) == said
    assert baseline_wins(BEATEN)


def test_a_model_that_wins_or_draws_is_named():
    assert verdict(ROWS) == "Highest: attention, 0.952."
    draw = [{**ROWS[0], "value": 0.952}, ROWS[1]]
    assert not baseline_wins(draw)
    assert verdict(draw) == "Highest: attention, 0.952."


def test_of_several_models_the_best_is_compared():
    rows = [*BEATEN, {"name": "lstm", "value": 0.5, "is_baseline": False}]
    assert verdict(rows).endswith("the best model is 0.009 behind.")


def test_a_difference_too_small_to_be_written_is_not_said_to_be_none():
    rows = [{**ROWS[0], "value": 0.9493, "is_baseline": True}, {**ROWS[1], "value": 0.94929}]
    rows[1]["is_baseline"] = False
    assert verdict(rows).endswith("is less than 0.0005 behind.")


def test_baselines_alone_can_be_ranked():
    assert verdict([ROWS[0]]) == "A baseline scores higher: words, SVM, 0.930."


def test_a_far_baseline_is_left_off_the_axis_but_a_far_model_is_not():
    assert reach(ROWS) == (0.905, 0.968)
    models = [{**row, "is_baseline": False} for row in ROWS]
    assert reach(models) == (0.464, 0.968)
    assert reach([{"name": "a", "value": None}]) == (0.0, 1.0)


def test_the_axis_holds_every_split():
    assert reach([{**ROWS[1], "values": [0.7, 0.99, math.nan]}]) == (0.7, 0.99)
