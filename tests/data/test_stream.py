import io
import os
import threading
import tracemalloc

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from attentif.data.options import ReadOptions
from attentif.data.stream import Record, open_records, stream
from attentif.errors import AttentifError, DataError


def texts(content: bytes, lines: bool = True) -> list[str]:
    return [record.text for record in stream(io.BytesIO(content), lines=lines)]


def test_one_text_a_line_blank_or_not():
    assert texts(b"a\n\n  \nqzxv\nb") == ["a", "", "  ", "qzxv", "b"]
    assert texts(b"a\n\n  \nqzxv\nb\n") == texts(b"a\r\n\r\n  \r\nqzxv\rb\r")
    assert texts(b"\n") == [""] and texts(b"\n\n") == ["", ""] and texts(b"") == []


def test_quotes_commas_and_tabs_are_letters_in_lines():
    assert texts(b'"a, b\nlabel,text\n{"a": 1}\nc\td"') == [
        '"a, b',
        "label,text",
        '{"a": 1}',
        'c\td"',
    ]


def test_each_line_in_its_encoding(write):
    path = write("café\n".encode() + b"caf\xe9 \x80\n\x93a\x94\n", "a.txt")
    with open_records(path) as records:
        assert [record.text for record in records] == ["café", "café €", "“a”"]
    assert "2 lines not UTF-8" in records.warnings[0] and "line 2, line 3" in records.warnings[0]
    assert texts("é\n😀".encode("utf-16")) == ["é", "😀"]
    assert texts(b"\xef\xbb\xbfa\n\0b\n") == ["a", "b"]


def test_a_table_is_carried_along(write):
    path = write('id,text,when\n7,hi,today\n8,,\n\n9,"a\nb",x\n')
    with open_records(path) as records:
        assert records.columns == ["id", "text", "when"]
        assert (records.text_column, records.label_column) == ("text", None)
        assert list(records) == [
            Record(2, "hi", None, {"id": "7", "when": "today"}),
            Record(3, "", None, {"id": "8", "when": ""}),
            Record(5, "a\nb", None, {"id": "9", "when": "x"}),
        ]
        assert records.count == 3


def test_labels_come_along_when_they_are_there(write):
    found = list(stream(write("label,text\n ham ,hi\n,yo\n")))
    assert [(record.label, record.fields) for record in found] == [("ham", {}), (None, {})]
    with open_records(write("id,text\n7,hi\n"), ReadOptions(label_column="label")) as records:
        assert records.label_column is None
        assert "no label column 'label'" in records.warnings[0]


def test_a_table_of_one_column_keeps_its_blank_lines(write):
    assert [r.text for r in stream(write('text\na, b\n\n"c, d"\n'))] == ["a, b", "", "c, d"]


def test_which_input_is_lines(write, monkeypatch):
    content = "text,n\na,1\n"
    assert len(list(stream(write(content, "a.txt")))) == 2
    assert len(list(stream(write(content, "a.csv")))) == 1
    assert len(list(stream(write(content, "a.csv"), lines=True))) == 2
    chosen = ReadOptions(text_column="text")
    assert len(list(stream(write(content, "a.txt"), chosen))) == 1
    for options, count in ((ReadOptions(), 2), (chosen, 1)):
        console = io.TextIOWrapper(io.BytesIO(content.encode()), encoding="ascii")
        monkeypatch.setattr("sys.stdin", console)
        assert len(list(stream("-", options))) == count


def test_standard_input_is_answered_line_by_line(monkeypatch):
    reader, writer = os.pipe()
    with os.fdopen(reader, "rb") as source, os.fdopen(writer, "wb", buffering=0) as out:
        monkeypatch.setattr("sys.stdin", io.TextIOWrapper(source, encoding="ascii"))
        found, came = [], threading.Semaphore(0)

        def take():
            for record in stream("-"):
                found.append(record.text)
                came.release()

        thread = threading.Thread(target=take)
        thread.start()
        for text in ("a", "caf\u00e9", "", "b"):
            out.write(text.encode() + b"\n")
            assert came.acquire(timeout=5), f"no answer to {text!r} while the pipe is open"
        out.close()
        thread.join(timeout=5)
    assert found == ["a", "café", "", "b"]


def test_texts_are_mended_and_nuls_removed_as_in_training():
    with open_records(io.BytesIO("I\x92m\nhel\0lo\n".encode()), lines=True) as records:
        assert [record.text for record in records] == ["I’m", "hello"]
    assert any("C1" in said for said in records.warnings)
    assert any("NUL" in said for said in records.warnings)


def test_max_rows():
    with open_records(io.BytesIO(b"a\nb\nc"), ReadOptions(max_rows=2), lines=True) as records:
        assert len(list(records)) == 2
        assert "first 2" in records.warnings[0]


def test_no_text_at_all_is_said():
    with open_records(io.BytesIO(b""), lines=True) as records:
        assert list(records) == [] and records.warnings == ["There is no text in the input."]


def test_errors(write, tmp_path):
    for place, what in (
        (tmp_path / "none.txt", "no such file"),
        (tmp_path, "a folder"),
        (write(b"PK\x03\x04 etc", "a.txt"), "Excel"),
        (write("a,b\none two,three four\n"), "which column is the text"),
    ):
        with pytest.raises(DataError, match=what):
            list(stream(place))


def test_memory_is_bounded(tmp_path):
    path = tmp_path / "large.csv"
    with path.open("w", encoding="utf-8") as file:
        file.write("id,text\n")
        file.writelines(f"{i},message number {i} {'x' * 100}\n" for i in range(20_000))
    for lines in (False, True):
        tracemalloc.start()
        count = sum(1 for _ in stream(path, lines=lines))
        peak = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        assert count == 20_000 + lines
        assert peak < 2_000_000  # the file has 2.6 millions, a list of its texts 4


@given(st.binary(max_size=200), st.booleans())
@settings(max_examples=200, deadline=None)
def test_any_bytes_give_records_or_one_of_our_errors(content, lines):
    try:
        found = list(stream(io.BytesIO(content), lines=lines))
    except AttentifError as error:
        assert str(error)
    else:
        assert all(isinstance(record.text, str) for record in found)


@given(st.lists(st.text(st.characters(exclude_categories=["Cs", "Cc"]), max_size=10), max_size=8))
def test_as_many_records_as_lines(given_texts):
    content = "\n".join(given_texts)
    expected = given_texts if content else []
    expected = expected[:-1] if expected and not expected[-1] else expected
    found = texts(content.removeprefix("\ufeff").encode())
    assert len(found) == len(expected)
