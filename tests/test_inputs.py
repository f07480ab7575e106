"""What is taken as texts and labels, and the sentences with which it refuses."""

import numpy as np
import pandas as pd
import pytest
from toy_messages import messages, tiny

from attentif.errors import DataError, InputTypeError
from attentif.estimator import labels_of
from attentif.inputs import texts_of

TEXTS, LABELS = messages(20, seed=3)


@pytest.mark.parametrize(
    "form",
    [
        list,
        tuple,
        np.array,
        lambda texts: np.array(texts, dtype=object),
        pd.Series,
        lambda texts: pd.Series(texts, dtype="string"),
        lambda texts: pd.Series(texts, index=range(100, 100 + len(texts))),
        iter,
        lambda texts: (text for text in texts),
        lambda texts: dict(enumerate(texts)).values(),
    ],
)
def test_all_forms_of_a_list_give_the_same(tiny_classifier, form):
    expected = tiny_classifier.predict_proba(TEXTS)
    assert np.array_equal(tiny_classifier.predict_proba(form(TEXTS)), expected)
    assert texts_of(form(TEXTS)) == TEXTS
    assert labels_of(form(LABELS)).tolist() == LABELS


def test_generators_also_teach():
    given = tiny().fit((text for text in TEXTS), (label for label in LABELS))
    assert np.array_equal(
        given.predict_proba(TEXTS), tiny().fit(TEXTS, LABELS).predict_proba(TEXTS)
    )


def test_texts_become_plain_strings():
    assert [type(text) for text in texts_of(np.array(["a", "b"]))] == [str, str]


@pytest.mark.parametrize(
    ("given", "sentence"),
    [
        (None, "expected a list of texts, got NoneType."),
        (42, "expected a list of texts, got int."),
        (b"win", "expected a list of texts, got bytes."),
        ({"text": "win"}, "expected a list of texts, got dict."),
        ({"win", "home"}, "expected a list of texts, got set."),
        (frozenset({"win"}), "expected a list of texts, got frozenset."),
        (
            ["win", None],
            "expected texts, got None (NoneType) at position 1."
            " Convert it with str, or drop the row.",
        ),
        (
            [42],
            "expected texts, got 42 (int) at position 0. Convert it with str, or drop the row.",
        ),
        (
            [b"win"],
            "expected texts, got b'win' (bytes) at position 0."
            " Convert it with str, or drop the row.",
        ),
        (
            pd.Series(["win", float("nan")], dtype=object),
            "expected texts, got nan (float) at position 1. Convert it with str, or drop the row.",
        ),
        (
            pd.Series(["win", None], dtype="string"),
            "expected texts, got <NA> (NAType) at position 1."
            " Convert it with str, or drop the row.",
        ),
        (
            [["win"], ["home"]],
            "expected texts, got ['win'] (list) at position 0."
            " Convert it with str, or drop the row.",
        ),
        (
            np.array([["win"], ["home"]]),
            "expected one column of texts, got a table of shape (2, 1). Give its text column.",
        ),
        (
            pd.DataFrame({"text": ["win"], "label": ["spam"]}),
            "expected one column of texts, got a table of shape (1, 2). Give its text column.",
        ),
        (
            np.array("win"),
            "expected one column of texts, got a table of shape (). Give its text column.",
        ),
    ],
)
def test_what_is_no_list_of_texts_is_refused(tiny_classifier, given, sentence):
    for ask in (tiny_classifier.predict, tiny_classifier.predict_proba):
        with pytest.raises(InputTypeError) as caught:
            ask(given)
        assert str(caught.value) == sentence
    with pytest.raises(InputTypeError) as caught:
        tiny().fit(given, LABELS)
    assert str(caught.value) == sentence


def test_one_text_is_not_a_list_to_learn_from():
    with pytest.raises(InputTypeError) as caught:
        tiny().fit("win a prize", ["spam"])
    assert str(caught.value) == (
        "expected a list of texts, got one text: 'win a prize'. Put it in [ ]."
    )


@pytest.mark.parametrize("given", [None, 42, ["win"], b"win"])
def test_explain_takes_one_text(tiny_classifier, given):
    with pytest.raises(InputTypeError, match="expected one text to explain, got"):
        tiny_classifier.explain(given)


MISSING = (
    "expected a text or a whole number as label, got {} at position 1 (1 such row)."
    " Give the row its label, or drop it."
)


@pytest.mark.parametrize(
    ("given", "sentence"),
    [
        (None, "expected a list of labels, one a row, got NoneType."),
        ("ham", "expected a list of labels, one a row, got str."),
        (3, "expected a list of labels, one a row, got int."),
        ({"ham": 1}, "expected a list of labels, one a row, got dict."),
        (np.array([["ham"], ["spam"]]), "expected one label a row, got an array of shape (2, 1)."),
        (["ham", None], MISSING.format("None (NoneType)")),
        (["ham", float("nan")], MISSING.format("nan (float)")),
        ([0, float("nan")], MISSING.format("nan (float)")),
        (np.array([0.0, np.nan]), MISSING.format("nan (float)")),
        (pd.Series(["ham", np.nan], dtype=object), MISSING.format("nan (float)")),
        (pd.Series([0, None], dtype="Int64"), MISSING.format("<NA> (NAType)")),
        ([0, 0.5], MISSING.format("0.5 (float)")),
        ([0, float("inf")], MISSING.format("inf (float)")),
        (["ham", ["spam"]], MISSING.format("['spam'] (list)")),
        (["ham", b"spam"], MISSING.format("b'spam' (bytes)")),
        (["ham", 1], "labels must be all strings or all numbers, got both."),
    ],
)
def test_what_is_no_list_of_labels_is_refused(given, sentence):
    with pytest.raises(DataError) as caught:
        tiny().fit(["win", "home"], given)
    assert str(caught.value) == sentence


def test_two_missing_labels_are_counted():
    with pytest.raises(DataError, match=r"got None \(NoneType\) at position 0 \(2 such rows\)"):
        labels_of([None, "ham", None])


def test_lengths_that_differ_and_classes_that_are_missing():
    with pytest.raises(DataError) as caught:
        tiny().fit(["win", "home", "now"], ["spam", "ham"])
    assert str(caught.value) == "X and y must have as many rows, got 3 and 2."
    with pytest.raises(DataError, match="expected at least two classes, got only 'ham'"):
        tiny().fit(TEXTS, ["ham"] * 20)
    with pytest.raises(DataError, match="expected at least two texts of two classes, got none"):
        tiny().fit([], [])


@pytest.mark.parametrize("text", ["", "   ", "\x00", "\ud800", "😀" * 500, "a" * 5000, "<b>&amp;"])
def test_any_text_is_answered(tiny_classifier, text):
    chances = tiny_classifier.predict_proba(text)
    assert np.isfinite(chances).all() and chances.sum() == pytest.approx(1)
