import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from attentif.data.objects import as_text, json_form, json_table_rows
from attentif.errors import DataError

ROWS = [{"text": "a, [b] {c}", "label": "x"}, {"text": 'd "e" \n \\', "label": "y"}]


def rows(form: str, text: str) -> list[tuple[int, dict[str, str]]]:
    return list(json_table_rows(form, text.split("\n"), "x.json"))


@pytest.mark.parametrize("indent", [None, 0, 2])
def test_a_list_of_objects(indent):
    text = json.dumps(ROWS, indent=indent)
    assert json_form(text.split("\n"), "") == "list"
    found = rows("list", text)
    assert [cells for _, cells in found] == ROWS
    for line, cells in found if indent else []:
        assert text.split("\n")[line - 1].strip() == "{", cells


def test_lines_know_their_number():
    text = "\n".join([json.dumps(ROWS[0]), "", json.dumps(ROWS[1])])
    assert rows("lines", text) == [(1, ROWS[0]), (3, ROWS[1])]


def test_numbers_keep_their_spelling():
    text = '{"a": 1, "b": 1.0, "c": 1e5, "d": null, "e": true, "f": "NaN", "g": "01"}'
    (_, cells), *_ = rows("lines", text)
    assert cells == dict(zip("abcdefg", ["1", "1.0", "1e5", "", "true", "NaN", "01"], strict=True))


def test_a_bare_nan_is_a_missing_value():
    (_, cells), *_ = rows("lines", '{"a": NaN, "b": -Infinity, "c": null}')
    assert cells == {"a": "", "b": "-Infinity", "c": ""}
    assert as_text(float("nan")) == "" and as_text("nan") == "nan"


def test_values_as_text():
    assert as_text(b"caf\xc3\xa9") == "café"
    assert as_text({"é": [1]}) == '{"é": [1]}'
    assert as_text(7) == "7" and as_text(False) == "false"


@pytest.mark.parametrize(
    ("form", "text", "what"),
    [
        ("lines", '{"a": 1}\n{"a": ', "got '{\"a\":' at line 2"),
        ("lines", '{"a": 1}\n[1, 2]', "object at line 2"),
        ("lines", '{\n"a": 1\n}', "line 1"),
        ("list", '[{"a": 1}, 3]', "expected a JSON object at line 1, got '3'"),
        ("list", '[{"a": 1},\n{"a" 2}]', "line 2"),
        ("list", '[{"a": 1}', "without its ']'"),
        ("list", '[{"a": 1}]\n[]', "nothing after the list.*line 2"),
        ("list", "[" * 100_000, "inside each other|at line 1"),
        ("lines", '{"a":' * 100_000, "at line 1"),
    ],
)
def test_broken_json_names_its_line(form, text, what):
    with pytest.raises(DataError, match=what):
        rows(form, text)


@pytest.mark.parametrize(
    ("text", "suffix", "form"),
    [
        ('{"a": 1}', ".csv", "lines"),
        ("{smile} hello,ham", ".csv", ""),
        ("[see] you,ham", ".csv", ""),
        ('[\n  {\n "a": 1}]', ".txt", "list"),
        ("{broken", ".jsonl", "lines"),
        ("label,text", ".jsonl", ""),
        ("", ".json", ""),
    ],
)
def test_json_is_known_by_content(text, suffix, form):
    assert json_form(text.split("\n"), suffix) == form


values = st.one_of(st.text(), st.dictionaries(st.text(), st.text(), max_size=2))


@given(st.lists(st.dictionaries(st.text(), values, max_size=3), max_size=4), st.booleans())
def test_what_json_writes_is_read_back(objects, spread):
    text = json.dumps(objects, indent=1 if spread else None)
    expected = [{k: as_text(v) for k, v in each.items()} for each in objects]
    assert [cells for _, cells in rows("list", text)] == expected
