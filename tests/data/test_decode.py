import codecs
import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from attentif.data.decode import (
    UTF8_BY_LINE,
    Decoding,
    decoding_of_stream,
    find_decoding,
    settled,
    suspected_wide,
    text_lines,
)
from attentif.data.findings import Finding
from attentif.data.source import opened
from attentif.errors import DataError


def found(content: bytes, encoding: str = "") -> Decoding:
    with opened(io.BytesIO(content)) as source:
        return find_decoding(source, encoding)


def lines(content: bytes, decoding: Decoding = UTF8_BY_LINE, size: int = 1) -> list[str]:
    pieces = (content[i : i + size] for i in range(0, len(content), size))
    return list(text_lines(pieces, decoding, "x"))


@given(st.text("ab é€😀\r\n"), st.sampled_from(["utf-8", "utf-16-le", "utf-32-be", "cp1252"]),
       st.integers(1, 7))  # fmt: skip
def test_lines_do_not_depend_on_the_pieces(text, codec, size):
    content = text.encode(codec, "ignore")
    whole = content.decode(codec).replace("\r\n", "\n").replace("\r", "\n")
    expected = whole.split("\n")
    expected = expected[:-1] if not expected[-1] else expected
    assert lines(content, Decoding(codec, codec), size) == expected


def test_other_separators_of_unicode_end_no_line():
    assert lines("a\u2028b\x0bc\x0cd\x85e\n".encode()) == ["a\u2028b\x0bc\x0cd\x85e"]


def test_a_line_is_given_before_the_next_one_comes():
    def chunks():
        yield b"one\ntw"
        raise AssertionError("the first line should have come before")

    assert next(text_lines(chunks(), UTF8_BY_LINE, "x")) == "one"


def test_lines_in_two_encodings():
    stray = Finding()
    content = "é\n".encode() + b"\xe9 \x80\n" + "déjà vu ".encode() + b"\xc3\n"
    assert list(text_lines([content], UTF8_BY_LINE, "x", stray)) == ["é", "é €", "déjà vu Ã"]
    assert (stray.count, stray.lines) == (2, [2, 3])


def test_most_of_a_line_decides():
    bad = b"caf\xe9 ".decode("utf-8", "surrogateescape")
    assert settled(bad) == "café "
    assert settled("éé" + bad) == "éécafé "


@pytest.mark.parametrize(
    ("content", "name"),
    [
        (b"plain", "utf-8"),
        ("é".encode(), "utf-8"),
        (b"caf\xe9\n", "cp1252"),
        ("déjà".encode() + b" caf\xe9", "utf-8 with cp1252"),
        ("déjà vu".encode()[:-1] + b"\xc3", "utf-8 with cp1252"),
        (codecs.BOM_UTF8 + b"a", "utf-8-sig"),
        ("text, plenty".encode("utf-16-be"), "utf-16-be"),
        ("text, plenty".encode("utf-32-le"), "utf-32-le"),
        (b"label,text\nham,hel\0lo\n", "utf-8"),
    ],
)
def test_encodings(content, name):
    assert found(content).name == name


def test_a_wrong_mark_and_a_wrong_choice_name_byte_and_line():
    with pytest.raises(DataError, match="says it is utf-16-le, but byte 0x"):
        found(codecs.BOM_UTF16_LE + "a\n\ud800b".encode("utf-16-le", "surrogatepass"))
    with pytest.raises(DataError, match="expected ascii, got byte 0xE9 at line 3 .*caf"):
        found(b"a\nb\ncaf\xe9\n", "ascii")
    for name in ("utf-9", "hex", "a\0b", "rot13", "undefined"):
        with pytest.raises(DataError, match="is not an encoding"):
            found(b"a", name)


def test_binary_content_is_refused():
    with pytest.raises(DataError, match="control characters"):
        found(bytes(range(256)) * 10)


@pytest.mark.parametrize("codec", ["utf-16-le", "utf-16-be"])
def test_utf_16_of_letters_without_nuls(codec):
    text = "标签,文本\n垃圾,赢得奖品现在就来\n正常,晚上见你好吗\n正常,好的谢谢\n"
    assert suspected_wide(text.encode(codec)) == codec
    assert found(text.encode(codec)).name == codec


def test_nuls_here_and_there_are_no_utf_16():
    assert suspected_wide(b"label,text\nham,hel\0lo there\nspam,win now\nham,ok\n") == ""
    assert suspected_wide(b"a\n\0bcd\nefgh\nijk\n\0lmno\nqrs\n") == ""
    assert suspected_wide(b"a\0b,c d e f g\0\0h") == ""
    assert suspected_wide(b"") == suspected_wide(b"abc") == ""


def test_a_stream_is_recognised_by_its_first_bytes():
    assert decoding_of_stream(codecs.BOM_UTF16_BE + b"\0a").codec == "utf-16-be"
    assert decoding_of_stream(b"a\0b\0").codec == "utf-16-le"
    assert decoding_of_stream(codecs.BOM_UTF8 + b"a") == UTF8_BY_LINE
    assert decoding_of_stream(b"abc", "cp850").codec == "cp850"


def test_an_endless_line_is_an_error(monkeypatch):
    monkeypatch.setattr("attentif.data.decode.LONGEST_LINE", 100)
    assert lines(b"a" * 100, size=10) == ["a" * 100]
    with pytest.raises(DataError, match="line 2 is longer than 100"):
        lines(b"\n" + b"a" * 101, size=10)


def test_a_byte_that_does_not_fit_in_a_stream():
    with pytest.raises(DataError, match="byte 0xE9 after line 1"):
        lines(b"a\n\xe9\n", Decoding("ascii", "ascii"))
