"""Shapes: fixed forever, for models are saved with them."""

import pytest
from hypothesis import given
from text_strategies import TEXTS

from attentif.text.shapes import SHAPES, shape_id, shape_of
from attentif.text.tokenize import words


@pytest.mark.parametrize(
    ("word", "shape"),
    [
        ("a", "lower 1"),
        ("win", "lower 2-3"),
        ("don't", "lower 4-5"),
        ("étéété", "lower 6-8"),
        ("l'", "lower 1"),
        ("I", "UPPER 1"),
        ("WIN", "UPPER 2-3"),
        ("Free", "Title 4-5"),
        ("wInner", "mIxed 6-8"),
        ("中文", "caseless 2-3"),
        ("x" * 9, "lower 9+"),
        ("x" * 99, "lower 9+"),
        ("fr33", "lower with 2 digits"),
        ("2nite", "lower after 1 digit"),
        ("C4SH2345", "UPPER with 4+ digits"),
        ("7", "1 digit"),
        ("1234567", "7-9 digits"),
        ("07123456789", "11 digits"),
        ("1" * 30, "12+ digits"),
        ("1,000.50", "6 digits separated"),
        ("£", "currency"),
        ("!", "mark"),
        ("\u0301", "mark"),
        ("😀", "emoji"),
        ("🇫🇷", "emoji"),
        ("1\ufe0f\u20e3", "emoji"),
        ("http://a.io/x9", "url"),
        ("b.com", "url"),
        ("<url>", "url"),
        ("me@c.org", "mail"),
        ("<number>", "number"),
        ("", "empty"),
    ],
)
def test_shape_of(word, shape):
    assert shape_of(word) == shape


@given(TEXTS)
def test_every_text_has_one_of_the_shapes(text):
    for word in [text, *words(text)]:
        assert shape_of(word) in SHAPES
        assert SHAPES[shape_id(word)] == shape_of(word)
        assert shape_id(word) > 0


def test_the_list_of_shapes_is_complete_and_fixed():
    assert len(SHAPES) == len(set(SHAPES)) == 93
    assert SHAPES[0] == "padding"
    assert (SHAPES[1], SHAPES[28], SHAPES[-1]) == ("empty", "lower 1", "caseless after 4+ digits")
