import csv
import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from attentif.data.records import Lines, Splitter, quotes_balance
from attentif.errors import DataError


def cells(text: str, separator: str = ",", quotes: bool = True) -> list[list[str]]:
    splitter = Splitter(separator, quotes=quotes, name="x")
    return [row.cells for row in splitter.records(text.split("\n"))]


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("a,b", ["a", "b"]),
        ("", [""]),
        (",", ["", ""]),
        ('"",', ["", ""]),
        ('"a,b", c,', ["a,b", " c", ""]),
        ('a, "b, c" ', ["a", "b, c"]),
        ('"a ""b"" c"', ['a "b" c']),
        ('"a" b,c', ['"a" b', "c"]),
        ('"he said "no" then",c', ['he said "no" then', "c"]),
        ('5" wide,6"', ['5" wide', '6"']),
        ('""""', ['"']),
        ('a,"b\nc",d', ["a", "b\nc", "d"]),
        ('a,"b\n\n""c""\n",d', ["a", 'b\n\n"c"\n', "d"]),
    ],
)
def test_one_record(line, expected):
    assert cells(line) == [expected]


def test_rows_know_the_line_where_they_start():
    splitter = Splitter(",", quotes=True, name="x")
    rows = list(splitter.records(["a", '"b', "", 'c",d', "e"]))
    assert [row.line for row in rows] == [1, 2, 5]


def test_other_separators():
    assert cells("0 a b  c", " ") == [["0", "a b  c"]]
    assert cells("a, b", "") == [["a, b"]]
    assert cells('"a, ""b"""', "") == [['a, "b"']]
    assert cells('"a"\tb', "\t", quotes=False) == [['"a"', "b"]]


@pytest.mark.parametrize(
    "text", ['a,"b\nc,d', 'a,"b\nc" d,e', 'a,"', 'a,"b\nc,"d"\n']
)  # never closed; closed inside a cell
def test_a_quote_not_closed_over_lines_names_its_line(text):
    with pytest.raises(DataError, match=r"x: .* opens at line 2 "):
        cells("first,line\n" + text)


def test_an_open_quote_stops_after_a_bounded_size(monkeypatch):
    monkeypatch.setattr("attentif.data.records.LONGEST_QUOTED", 1000)
    taken = []
    lines = (taken.append(i) or "0123456789" for i in range(100_000))
    with pytest.raises(DataError, match="opens at line 1"):
        list(Splitter(",", quotes=True, name="x").records(x if i else '"' + x
             for i, x in enumerate(lines)))  # fmt: skip
    assert len(taken) < 200


def test_what_is_odd_about_quotes_is_noted():
    splitter = Splitter("\t", quotes=True, name="x")
    list(splitter.records(['"a" b', 'c "d"', '"e', 'f\tg"', '"h', 'i"']))
    assert (splitter.stray.lines, splitter.inner.lines, splitter.spanning.lines) == ([1], [2], [3])


@pytest.mark.parametrize(
    ("lines", "balanced"),
    [
        (["a\tb"], True),
        (['a\t"b ""c"""', '"d', 'e"\tf'], True),
        (['a\t"b'], False),
        (['a\tb"'], False),
        (['a\t"b" c'], False),
        (['ham\t"b', "spam\tc", 'ham\td"'], False),
    ],
)
def test_quotes_balance(lines, balanced):
    assert quotes_balance(lines, "\t", "x") is balanced


@given(st.lists(st.lists(st.text('ab ",;\n'), min_size=2, max_size=4), min_size=1, max_size=5))
def test_as_the_standard_library_writes(rows):
    out = io.StringIO()
    csv.writer(out, lineterminator="\n").writerows(rows)
    assert cells(out.getvalue().removesuffix("\n")) == rows


def test_nuls_are_taken_out_and_counted():
    lines = Lines(["a\0\0", "b", "\0"])
    assert list(lines) == ["a", "b", ""]
    assert lines.count == 3
    assert lines.warnings() == ["3 NUL characters removed (line 1, line 3)."]
    assert Lines(["a"]).warnings() == []


def test_many_quotes():
    assert cells('"' + '""' * 500_000 + '"') == [['"' * 500_000]]  # quadratic: hours
