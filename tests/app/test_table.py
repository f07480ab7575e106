"""A table that carries the input's columns: nothing lost, nothing that a spreadsheet would run."""

import csv
import io

import pytest

from attentif.app.table import Table, disarmed, free_name
from attentif.data.stream import Record

RECORDS = [Record(2, "=win", None, {"id": "7"}), Record(3, "a,b", "ham", {"id": "-1"})]
ADDED = [(["spam"], ["0.9", "-"]), (["+x"], ["0.8", ""])]


def rows(table):
    return list(csv.reader(io.StringIO(table.head() + table.body(RECORDS, ADDED))))


def test_columns_keep_their_order_and_the_new_ones_follow():
    table = Table(("id", "text", "label"), "text", "label", ("answer", "p", "note"), False)
    assert rows(table) == [
        ["id", "text", "label", "answer", "p", "note"],
        ["7", "=win", "", "spam", "0.9", "-"],
        ["-1", "a,b", "ham", "+x", "0.8", ""],
    ]


def test_formulas_are_disarmed_but_not_in_what_is_ours():
    table = Table(("=id", "text"), "text", None, ("answer", "p", "note"), True)
    assert rows(table) == [
        ["'=id", "text", "answer", "p", "note"],
        ["", "'=win", "spam", "0.9", "-"],
        ["", "a,b", "'+x", "0.8", ""],
    ]


@pytest.mark.parametrize("sign", ["=", "+", "-", "@", "\t", "\r"])
def test_signs_that_start_a_formula(sign):
    assert disarmed(f"{sign}1") == f"'{sign}1"
    assert disarmed(f"a{sign}") == f"a{sign}"
    assert disarmed("") == ""


def test_a_name_that_is_taken_gets_underscores():
    assert free_name("note", ["note", "note_"]) == "note__"
