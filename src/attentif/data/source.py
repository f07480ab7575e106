"""Where bytes come from: a file, standard input, a stream; gzip is undone by content."""

import sys
import tempfile
import zlib
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from difflib import get_close_matches
from itertools import chain
from pathlib import Path
from typing import BinaryIO

from attentif.errors import DataError, InputTypeError

CHUNK = 1 << 16
IN_MEMORY = 1 << 24
GZIP = b"\x1f\x8b"
PARQUET = b"PAR1"

EXCEL = "an Excel workbook. In Excel: File, Save as, 'CSV UTF-8'"
REFUSED = {
    b"PK\x03\x04": EXCEL + "; if it is another zip archive, unpack it first",
    b"PK\x05\x06": "an empty zip archive",
    b"\xd0\xcf\x11\xe0": "an old " + EXCEL.removeprefix("an "),
    b"%PDF": "a PDF document. Copy its table into a CSV file",
    b"{\\rtf": "an RTF document. Save it as plain text",
    b"BZh9": "packed with bzip2. Unpack it first",
    b"\xfd7zXZ": "packed with xz. Unpack it first",
    b"\x28\xb5\x2f\xfd": "packed with zstd. Unpack it first",
    b"7z\xbc\xaf": "a 7z archive. Unpack it first",
    b"Rar!\x1a": "a RAR archive. Unpack it first",
    b"SQLite format 3": "an SQLite database. Export a table as CSV",
    b"ARROW1": "an Arrow file. Save it as Parquet or CSV",
    b"\x89PNG": "a picture",
    b"\xff\xd8\xff": "a picture",
    b"GIF89a": "a picture",
}
MARKUP = {
    b"version https://git-lfs": "a Git LFS pointer, not the file itself. Run 'git lfs pull'",
    b"<!DOCTYPE": "a web page. Download the file behind it",
    b"<!doctype": "a web page. Download the file behind it",
    b"<html": "a web page. Download the file behind it",
    b"<?xml": "an XML document. Export it as CSV",
}


@dataclass(frozen=True)
class Source:
    """Bytes that can be read from the start as often as needed.

    Args:
        name: what messages call it.
        suffix: of the file's name, in lower case, without .gz.
        packed: gives the bytes as they are stored, anew at each call.
        path: where they lie, if it is a file.
    """

    name: str
    suffix: str
    packed: Callable[[], Iterator[bytes]]
    path: Path | None = None

    def chunks(self) -> Iterator[bytes]:
        """The bytes, unpacked, in pieces; none when there are none."""
        return unpacked(self.packed(), self.name)

    def start(self) -> bytes:
        """The first bytes, up to 64 KiB, to recognise the content by."""
        found = bytearray()
        for chunk in self.chunks():
            found += chunk
            if len(found) >= CHUNK:
                break
        return bytes(found[:CHUNK])


@contextmanager
def opened(given: str | Path | BinaryIO) -> Iterator[Source]:
    """Open a path, "-" for standard input, or a binary stream.

    What cannot be read twice is copied: into memory, beyond 16 MiB into a temporary file.

    Raises:
        DataError: no such file, a folder, not permitted.
        InputTypeError: neither a path nor a binary stream.
    """
    if isinstance(given, str | Path) and str(given) != "-":
        path = existing(given)
        if path.is_file():
            yield Source(str(given), suffix_of(path), lambda: file_chunks(path), path)
            return
        with copied(file_chunks(path), str(given)) as source:  # a pipe
            yield source
    else:
        stream, name = stream_of(given)
        with copied(raw_chunks(stream, name), name) as source:
            yield source


@contextmanager
def copied(chunks: Iterable[bytes], name: str) -> Iterator[Source]:
    """A source from bytes that come only once."""
    with tempfile.SpooledTemporaryFile(max_size=IN_MEMORY) as copy:
        for chunk in chunks:
            copy.write(chunk)

        def again() -> Iterator[bytes]:
            place = 0
            while True:
                copy.seek(place)
                chunk = copy.read(CHUNK)
                if not chunk:
                    return
                place += len(chunk)
                yield chunk

        yield Source(name, suffix_of(Path(name)), again)


def existing(given: str | Path) -> Path:
    """The path, when a file is there.

    Raises:
        DataError: nothing there, a folder, or an address of the web.
    """
    path = Path(given)
    if str(given).startswith(("http://", "https://", "ftp://")):
        raise DataError(f"{given}: expected a file, got a web address. Download it first.")
    if not str(given):
        raise DataError("expected a file, got an empty name. Give a path, or - for standard input.")
    try:
        if path.is_file() or (path.exists() and not path.is_dir()):
            return path
        folder = path.is_dir()
        near = get_close_matches(path.name, [p.name for p in path.absolute().parent.iterdir()], n=1)
    except (OSError, ValueError):  # a parent that is missing, a name no system allows
        folder, near = False, []
    if folder:
        raise DataError(f"{given}: expected a file, got a folder. Name one of its files.")
    hint = f" Did you mean {near[0]!r}?" if near else ""
    raise DataError(f"{given}: no such file.{hint}")


def suffix_of(path: Path) -> str:
    """The last part of a name, without .gz: '.csv' of 'a.CSV.gz'."""
    last = path.suffix.lower()
    return path.with_suffix("").suffix.lower() if last == ".gz" else last


def stream_of(given: object) -> tuple[BinaryIO, str]:
    """A binary stream and its name.

    Raises:
        InputTypeError: it is not one.
    """
    if given == "-":
        if sys.stdin is None:
            raise DataError("expected texts on standard input, but there is none. Give a file.")
        return sys.stdin.buffer, "standard input"
    if not hasattr(given, "read"):
        raise InputTypeError(
            f"expected a path or a binary stream, got {type(given).__name__}."
            " Give the name of a file, or open it with mode 'rb'."
        )
    name = getattr(given, "name", "")
    return given, name if isinstance(name, str) and name else "the stream"  # pyright: ignore[reportReturnType]


def file_chunks(path: Path) -> Iterator[bytes]:
    """A file's bytes in pieces."""
    try:
        with path.open("rb") as file:
            yield from raw_chunks(file, str(path))
    except OSError as error:
        raise DataError(f"{path}: cannot be read ({error.strerror}).") from error


def raw_chunks(stream: BinaryIO, name: str) -> Iterator[bytes]:
    """A stream's bytes in pieces, each as soon as it is there."""
    take = getattr(stream, "read1", stream.read)
    while True:
        try:
            chunk = take(CHUNK)
        except (OSError, ValueError) as error:
            raise DataError(f"{name}: cannot be read ({error}).") from error
        if not isinstance(chunk, bytes):
            raise InputTypeError(f"{name}: expected bytes, got text. Open it with mode 'rb'.")
        if not chunk:
            return
        yield chunk


def unpacked(chunks: Iterator[bytes], name: str) -> Iterator[bytes]:
    """Undo gzip, known by its first two bytes; anything else passes through."""
    first, chunks = peeked(chunks, len(GZIP))
    yield from gunzipped(chunks, name) if first.startswith(GZIP) else chunks


def peeked(chunks: Iterator[bytes], size: int) -> tuple[bytes, Iterator[bytes]]:
    """The first bytes, if there are so many, and all bytes, the first included.

    Does not wait for more than the first line.
    """
    first = b""
    while len(first) < size and b"\n" not in first and (chunk := next(chunks, b"")):
        first += chunk
    return first, chain([first] if first else [], chunks)


def gunzipped(chunks: Iterable[bytes], name: str) -> Iterator[bytes]:
    """Unpack gzip members one after another, in bounded memory."""
    unpack, started = zlib.decompressobj(wbits=31), False
    try:
        for packed in chunks:
            while packed := packed if started else packed.lstrip(b"\0"):  # tapes were padded
                started = True
                chunk = unpack.decompress(packed, 16 * CHUNK)
                if chunk:
                    yield chunk
                packed = unpack.unconsumed_tail
                if unpack.eof:
                    packed = unpack.unused_data
                    unpack, started = zlib.decompressobj(wbits=31), False
        rest = unpack.flush()
    except zlib.error as error:
        raise DataError(f"{name}: the gzip file is damaged ({error}). Fetch it again.") from error
    if rest:
        yield rest
    if started and not unpack.eof:
        raise DataError(f"{name}: the gzip file ends too early. Fetch it again.")


def refuse_foreign(start: bytes, name: str, *, table: bool) -> None:
    """Refuse what is plainly no text, or no table, saying what it is and what to do.

    Raises:
        DataError: the first bytes are those of another kind of file.
    """
    for magic, what in (REFUSED | MARKUP if table else REFUSED).items():
        if start.startswith(magic):
            raise DataError(f"{name}: expected text (CSV, TSV or JSON lines), got {what}.")
    if start[257:262] == b"ustar":
        raise DataError(f"{name}: expected text, got a tar archive. Unpack it first.")
