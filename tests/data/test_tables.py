import io

import pytest

from attentif.data.options import ReadOptions
from attentif.data.source import opened
from attentif.data.tables import open_table
from attentif.errors import DataError


def table_of(content: str, text: int = 1, **options):
    """The table's face, its rows and what was met."""
    with opened(io.BytesIO(content.encode())) as source:
        table = open_table(source, ReadOptions(**options))
        rows = [(line, *cells) for line, cells in table.rows(text)]
        return table, rows, table.met()


def test_every_row_has_the_header_s_width():
    _, rows, _ = table_of("label,text\na\nb,c,,\n\nd,e\n")
    assert rows == [(2, "a", ""), (3, "b", "c"), (5, "d", "e")]


def test_rows_can_be_gone_through_again():
    with opened(io.BytesIO(b"label,text\na,b,c\n")) as source:
        table = open_table(source, ReadOptions())
        assert list(table.rows(1)) == list(table.rows(1))
        assert len(table.met()) == 1 and "1 text holding" in table.met()[0]
        assert table.count_lines() == 2


def test_names_that_are_missing_or_come_twice():
    table, _, _ = table_of("label,text,text,\na,b,c,d\n")
    assert table.columns == ["label", "text", "text (3)", "column 4"]
    assert table.nameless == {3}
    table, _, _ = table_of("a;b;c\n", header="no", delimiter=";")
    assert table.columns == ["column 1", "column 2", "column 3"]


def test_blank_lines_count_in_one_column_only():
    _, rows, _ = table_of("\ntext\na\n\nb\n", text=0)
    assert [cells for _, *cells in rows] == [["a"], [""], ["b"]]


def test_excel_s_hint_is_no_row():
    table, rows, _ = table_of("sep=;\nlabel;text\nham;a, b\n")
    assert table.delimiter == ";" and rows == [(3, "ham", "a, b")]


def test_another_delimiter_by_option():
    table, rows, _ = table_of("label~text\nham~a,b\n", delimiter="~")
    assert table.delimiter == "~" and rows == [(2, "ham", "a,b")]


def test_quotes_by_option():
    assert table_of('label,text\na,"b"\n', quotes="no")[1] == [(2, "a", '"b"')]
    assert table_of('x\t"a\nb" c\t"d"', quotes="no", header="no")[1][0] == (1, "x", '"a')
    assert table_of('x\t"a"\ny\tb"\n', quotes="yes", header="no")[1] == [
        (1, "x", "a"),
        (2, "y", 'b"'),
    ]


def test_json_keys_that_come_late():
    lines = ['{"text": "a", "label": "x"}'] * 1000 + ['{"text": "b", "label": "x", "new": 1}']
    _, rows, met = table_of("\n".join(lines))
    assert rows[-1] == (1001, "b", "x")
    assert "1 object with keys" in met[0] and "line 1001: new" in met[0]


def test_json_without_keys():
    with pytest.raises(DataError, match="objects with keys"):
        table_of("{}\n{}\n")


def test_an_uncertain_header_is_said():
    table, _, _ = table_of("promo,Sale\nham,See you\nspam,Win\n")
    assert "--header yes" in table.warnings[0]
    assert not table_of("promo,Sale\nham,See you\nspam,Win\n", header="no")[0].warnings
