import gzip
import io
import os
import threading

import pytest

from attentif.data.source import (
    CHUNK,
    GZIP,
    opened,
    peeked,
    refuse_foreign,
    suffix_of,
    unpacked,
)
from attentif.errors import DataError, InputTypeError


def content_of(given) -> bytes:
    with opened(given) as source:
        first = b"".join(source.chunks())
        assert b"".join(source.chunks()) == first  # as often as needed
        assert source.start() == first[:CHUNK]
        return first


def test_files_streams_and_gzip_give_the_same_bytes(tmp_path):
    data = bytes(range(256)) * 2000
    (tmp_path / "a.csv").write_bytes(data)
    (tmp_path / "b.csv").write_bytes(gzip.compress(data))
    assert content_of(tmp_path / "a.csv") == data
    assert content_of(str(tmp_path / "b.csv")) == data
    assert content_of(io.BytesIO(data)) == data
    assert content_of(io.BytesIO(gzip.compress(data))) == data
    assert content_of(io.BytesIO(b"")) == b""


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="no named pipes here")
def test_a_named_pipe_is_read_once_and_kept(tmp_path):
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    writer = threading.Thread(target=lambda: pipe.write_bytes(b"label,text\n"))
    writer.start()
    assert content_of(pipe) == b"label,text\n"
    writer.join()


def test_gzip_is_undone_piece_by_piece_and_damage_is_told():
    packed = gzip.compress(os.urandom(1000)) + gzip.compress(b"two") + b"\0" * 10
    pieces = (packed[i : i + 1] for i in range(len(packed)))
    assert b"".join(unpacked(pieces, "x")).endswith(b"two")
    for damaged in (packed[:500], GZIP + b"nonsense", packed[:-10] + b"tail"):
        with pytest.raises(DataError, match="gzip file"):
            list(unpacked(iter([damaged]), "x"))


def test_a_small_gzip_of_a_large_file_comes_in_pieces():
    packed = gzip.compress(b"\n" * 50_000_000)
    assert max(map(len, unpacked(iter([packed]), "x"))) <= 16 * CHUNK


def test_peeking_does_not_wait_for_more_than_a_line():
    def slowly():
        yield b"a\n"
        raise AssertionError("asked for more than was needed")

    first, chunks = peeked(slowly(), 4)
    assert first == b"a\n" and next(chunks) == b"a\n"


def test_the_suffix_ignores_gz():
    from pathlib import Path

    assert suffix_of(Path("a.CSV.gz")) == ".csv"
    assert suffix_of(Path("a.TXT")) == ".txt"
    assert suffix_of(Path("SMSSpamCollection")) == ""


def test_names_that_lead_nowhere():
    for name in ("a\0b", "x" * 5000, "no/such/folder/a.csv"):
        with pytest.raises(DataError, match="no such file"):
            content_of(name)
    with pytest.raises(DataError, match="an empty name"):
        content_of("")


def test_markup_is_refused_as_a_table_only():
    refuse_foreign(b"<html> is how pages begin", "x", table=False)
    with pytest.raises(DataError, match="web page"):
        refuse_foreign(b"<html> is how pages begin", "x", table=True)
    with pytest.raises(DataError, match="tar archive"):
        refuse_foreign(b"a" * 257 + b"ustar", "x", table=False)


def test_a_stream_of_text_or_a_closed_one(tmp_path):
    with pytest.raises(InputTypeError, match="mode 'rb'"):
        content_of(io.StringIO("text"))
    closed = io.BytesIO(b"x")
    closed.close()
    with pytest.raises(DataError, match="cannot be read"):
        content_of(closed)
    with pytest.raises(InputTypeError, match="got int"):
        content_of(3)


def test_standard_input_that_is_missing(monkeypatch):
    monkeypatch.setattr("sys.stdin", None)
    with pytest.raises(DataError, match="standard input"):
        content_of("-")
