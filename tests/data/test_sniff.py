import pytest

from attentif.data.sniff import (
    SAMPLE_LINES,
    find_delimiter,
    is_blank,
    rows_of,
    sample_of,
    width_without_header,
)


@pytest.mark.parametrize(
    ("text", "delimiter"),
    [
        ("label;text\nham;a, b\nham;c, d", ";"),
        ("id,text\n7,hi\n8,yo", ","),
        ("label;text;notes,class\nham;a, b;x", ";"),
        ("text\nhello, you\nsee, it", "none"),
        ("hello, you\nsee you, then\nbye, now", "none"),
        ("hello\nyou, and me, and all\nthem", "none"),
        ("ham, hello\nspam, win\nham, ok", ","),
        ("ham,ok, bye\nspam,win, a, b\nham,hi", ","),
        ("a|1|x\nb|2|y", "|"),
        ('"a;b";x\n"c;d";y\n"e";x', ";"),
        ("ham see you\nspam win now", "space"),
        ("I like it\nYou do not", "none"),
        ("2 of us\nYou do not\n2 of them\nYou do", "none"),
        ("1 2 3\n4 5 6", "space"),
        ("one\ttwo, three\nfour\tfive, six", "tab"),
    ],
)
def test_delimiters(text, delimiter):
    assert find_delimiter(text.split("\n")) == delimiter


def test_a_sample_is_bounded():
    assert len(sample_of("x" for _ in range(10_000))) == SAMPLE_LINES
    assert len(sample_of("x" * 500_000 for _ in range(10))) == 3


def test_rows_under_a_delimiter():
    assert rows_of(["a,b", "", "  ", ",", "c"], ",") == [["a", "b"], ["", ""], ["c"]]
    assert rows_of(["a,b", "c,d", "e,f", 'g,"h'], ",") == [["a", "b"], ["c", "d"], ["e", "f"]]
    assert rows_of(['a,"b', "c,d", "e,f"], ",") == [["a", '"b'], ["c", "d"], ["e", "f"]]


def test_blank_lines():
    assert is_blank([""]) and is_blank([" \t"]) and is_blank([])
    assert not is_blank(["", ""])


def test_width_where_rows_disagree():
    assert width_without_header([["a", "b", "c"]] * 10) == 3
    assert width_without_header([["a", "b"], ["a", "b", "c"], ["a"] * 5]) == 2
    assert width_without_header([["a"]]) == 1
