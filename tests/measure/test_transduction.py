"""Scores of written outputs, worked by hand."""

import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st

from attentif.errors import DataError, MissingExtraError
from attentif.measure.transduction import (
    Outputs,
    accuracy,
    bleu,
    by_length,
    chrf,
    distance,
    error_rate,
    score_outputs,
)

words = st.lists(st.sampled_from("abc"), max_size=6)


@pytest.mark.parametrize(
    ("one", "other", "edits"),
    [
        ("", "", 0),
        ("abc", "", 3),
        ("abc", "abd", 1),
        ("abc", "xabc", 1),
        ("intention", "execution", 5),
    ],
)
def test_edits_by_hand(one, other, edits):
    assert distance(one, other) == distance(other, one) == edits


@given(words, words, words)
def test_edits_are_a_distance(a, b, c):
    assert (distance(a, b) == 0) == (a == b)
    assert distance(a, c) <= distance(a, b) + distance(b, c)
    assert abs(len(a) - len(b)) <= distance(a, b) <= max(len(a), len(b))


def test_padding_cannot_count():
    """S06: targets of 10 units and of 1; nothing is counted beyond a target's own units."""
    references = [["2024-01-02"], ["a"]]
    assert accuracy(references, ["2024-01-02", "b"], list) == 10 / 11
    assert accuracy(references, ["", ""], list) == 0
    assert accuracy(references, ["2024-01-02-and-more", "a"], list) == 1


def test_the_nearest_of_several_references_counts():
    references = [["Z IH R OW", "Z IY R OW"]]
    assert error_rate(references, ["Z IY R OW"], str.split) == 0
    assert error_rate(references, ["Z IY R"], str.split) == 1 / 4
    scores = score_outputs(references, Outputs(["Z IY R OW"], [4], [False]), units=str.split)
    assert scores.exact_match == 1


def test_89_percent_of_characters_and_no_date():
    """S07: the headline says that no date is right."""
    references = [[f"2020-01-{day:02}"] for day in range(10, 20)]
    outputs = Outputs([f"2020-01-{day}x" for day in range(1, 2)] * 10, [9] * 10, [False] * 10)
    scores = score_outputs(references, outputs, units=list)
    assert scores.exact_match == 0
    assert scores.unit_accuracy > 0.8
    assert scores.exact_interval[0] == 0 < scores.exact_interval[1]


def test_every_score_is_there():
    references = [["the cat sat"], ["a dog"], ["it"]]
    outputs = Outputs(["the cat sat", "a dot", ""], [3, 2, 1], [False, True, False])
    scores = score_outputs(references, outputs, units=str.split)
    assert scores.exact_match == pytest.approx(1 / 3)
    assert scores.cut == scores.empty == pytest.approx(1 / 3)
    assert scores.word_error == scores.unit_error == 2 / 6
    assert scores.character_error == 3 / 18
    assert scores.bleu is None
    assert scores.to_dict()["by_length"][0]["n"] == 1


def test_groups_by_length_hold_every_source_once():
    lengths = [1, 1, 1, 1, 2, 2, 3, 4, 5, 6, 7, 30]
    references = [["x"]] * 12
    outputs = Outputs(["x"] * 11 + ["y"], lengths, [False] * 12)
    groups = by_length(references, outputs, list, machine=False)
    assert [(g.shortest, g.longest, g.n) for g in groups] == [
        (1, 1, 4), (2, 2, 2), (3, 4, 2), (5, 6, 2), (7, 30, 2),
    ]  # fmt: skip
    assert [g.exact_match for g in groups] == [1, 1, 1, 1, 0.5]


def test_machine_scores_have_their_signatures():
    references = [["the cat sat on the mat", "a cat sat on the mat"], ["it is a small dog here"]]
    right = ["a cat sat on the mat", "it is a small dog here"]
    best, worse = bleu(references, right), bleu(references, ["the cat", "it is a big dog there"])
    assert best.score == pytest.approx(100)
    assert worse.score < 60
    assert "version:" in best.signature and "tok:13a" in best.signature
    assert "tok:none" in bleu(references, right, tokenize="none").signature
    assert "case:lc" in bleu(references, right, lowercase=True).signature
    assert chrf(references, right).score == pytest.approx(100)


def test_no_pairs_and_missing_references():
    with pytest.raises(DataError, match="got 0 outputs"):
        score_outputs([], Outputs([], [], []), units=list)
    with pytest.raises(DataError, match="got 1 outputs and 0 references"):
        score_outputs([[]], Outputs(["a"], [1], [False]), units=list)


def test_a_missing_library_names_the_command(monkeypatch):
    monkeypatch.setitem(sys.modules, "sacrebleu", None)
    with pytest.raises(MissingExtraError, match=r"attentif\[transduce\]"):
        bleu([["a"]], ["a"])
