"""Bytes to lines of text: which encoding, and the lines themselves, without loss.

Order of trial: a byte order mark; UTF-16 or UTF-32 without one, suspected by its NULs;
strict UTF-8; cp1252 (Windows). Never latin-1, which hides € and curly quotes as invisible
characters. A file that is mostly UTF-8 with some bytes that are not (two files glued
together, a file cut in the middle of a letter) is decoded line by line.
"""

import codecs
import io
import re
from collections.abc import Iterable, Iterator
from typing import NamedTuple

from attentif.data.findings import Finding, excerpt
from attentif.data.source import Source
from attentif.errors import DataError

LONGEST_LINE = 16_000_000
BOMS = (  # the longer ones first: UTF-32's begins like UTF-16's
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
# Which of four bytes is (nearly) always zero in text of few characters above U+00FF.
WIDE = {
    (False, True, True, True): "utf-32-le",
    (True, True, True, False): "utf-32-be",
    (False, True, False, True): "utf-16-le",
    (True, False, True, False): "utf-16-be",
}
UNDEFINED = b"\x81\x8d\x8f\x90\x9d"  # bytes without a meaning in cp1252
CONTROLS = bytes(set(range(32)) - {0, 9, 10, 12, 13, 26, 27}) + b"\x7f"
ESCAPED = re.compile("[\udc80-\udcff]")
FROM_CP1252 = {0xDC00 + byte: bytes([byte]).decode("cp1252", "replace") for byte in range(128, 256)}


class Decoding(NamedTuple):
    """An encoding, as messages call it and as Python does, and what there is to say."""

    name: str
    codec: str
    errors: str = "strict"
    warnings: tuple[str, ...] = ()


UTF8_BY_LINE = Decoding("utf-8", "utf-8", "surrogateescape")


class BadByte(NamedTuple):
    """The first byte that an encoding does not know."""

    value: int
    line: int
    context: str


def find_decoding(source: Source, given: str = "") -> Decoding:
    """Choose the encoding by the whole content; `given` is the user's choice.

    Raises:
        DataError: the user's choice or the byte order mark is wrong, or it is no text.
    """
    if given:
        return insisted(source, given)
    start = source.start()
    mark = next((codec for bom, codec in BOMS if start.startswith(bom)), "")
    if mark and mark != "utf-8":
        bad = first_bad_byte(source, mark)
        if bad:
            raise DataError(
                f"{source.name}: the file says it is {mark}, but byte 0x{bad.value:02X} at line"
                f" {bad.line} is not. Save it again as UTF-8, or name its encoding: --encoding."
            )
        return Decoding(mark, mark)
    wide = suspected_wide(start)
    if wide and not first_bad_byte(source, wide):
        said = f"No byte order mark: read as {wide}, as its NULs suggest."
        return Decoding(wide, wide, warnings=(said,))
    refuse_binary(start, source.name)
    bad = first_bad_byte(source, "utf-8")
    if bad:
        return not_utf8(source, bad)
    return Decoding("utf-8-sig" if mark else "utf-8", "utf-8")


def insisted(source: Source, given: str) -> Decoding:
    """The encoding that the user names, if it is one and fits.

    Raises:
        DataError: it is not known, or a byte does not fit.
    """
    decoding = known_encoding(given)
    bad = first_bad_byte(source, decoding.codec)
    if bad:
        raise DataError(
            f"{source.name}: expected {given}, got byte 0x{bad.value:02X} at line {bad.line}"
            f" ({bad.context!r}). Name another encoding, or none to let it be found."
        )
    return decoding


def known_encoding(given: str) -> Decoding:
    """The encoding of a name.

    Raises:
        DataError: there is none, or it is no encoding of text.
    """
    try:
        "a".encode(given)
        codec = codecs.lookup(given).name
        codecs.getincrementaldecoder(codec)
    except (LookupError, ValueError) as error:
        raise DataError(
            f"{given!r} is not an encoding. Usual ones: utf-8, cp1252, latin-1, utf-16, cp850."
        ) from error
    return Decoding(given, codec)


def decoding_of_stream(start: bytes, given: str = "") -> Decoding:
    """The encoding of lines that come only once, by their first bytes.

    Without a mark, each line is UTF-8, or cp1252 if it is not.

    Raises:
        DataError: the user's choice is no encoding.
    """
    if given:
        return known_encoding(given)
    mark = next((codec for bom, codec in BOMS if start.startswith(bom)), "")
    wide = mark.removeprefix("utf-8") or suspected_wide(start)
    return Decoding(wide, wide, "replace") if wide else UTF8_BY_LINE


def suspected_wide(start: bytes) -> str:
    """UTF-16 or UTF-32 without a mark, by where the NULs are; else an empty text.

    >>> suspected_wide("label,text".encode("utf-16-be"))
    'utf-16-be'
    """
    start = start[: len(start) // 4 * 4]
    if not start or b"\0" not in start:
        return ""
    shares = [start[place::4].count(0) * 4 / len(start) for place in range(4)]
    for zeros, codec in WIDE.items():
        if all(s > 0.5 if zero else s < 0.1 for s, zero in zip(shares, zeros, strict=True)):
            return codec
    return next((c for c in ("utf-16-le", "utf-16-be") if _lines_fit(start, c)), "")


def _lines_fit(start: bytes, codec: str) -> bool:
    """Whether it is UTF-16 of a script whose letters have no NUL: the ends of lines tell."""
    if start[::2].count(0) and start[1::2].count(0):
        return False
    text = codecs.getincrementaldecoder(codec)("replace").decode(start)
    return "\ufffd" not in text and 2 <= text.count("\n") >= start.count(b"\n") / 2


def refuse_binary(start: bytes, name: str) -> None:
    """Refuse content with many control characters.

    Raises:
        DataError: more than one byte of twenty is one.
    """
    controls = len(start) - len(start.translate(None, CONTROLS))
    if controls > len(start) / 20:
        raise DataError(
            f"{name}: expected text (CSV, TSV or JSON lines), got {controls} control characters"
            f" in the first {len(start)} bytes. Is this the right file?"
        )


def first_bad_byte(source: Source, codec: str) -> BadByte | None:
    """Decode everything strictly; None when all is well."""
    decoder = codecs.getincrementaldecoder(codec)("strict")
    line = 1
    try:
        for chunk in source.chunks():
            line += line_breaks(decoder.decode(chunk))
        decoder.decode(b"", final=True)
    except UnicodeDecodeError as error:
        before, after = error.object[: error.start], error.object[error.start :]
        line += line_breaks(before.decode(codec, "ignore"))
        return BadByte(after[0], line, context_of(before, after))
    except UnicodeError as error:
        raise DataError(f"{source.name}: cannot be read as {codec} ({error}).") from error
    return None


def line_breaks(text: str) -> int:
    """How many lines end in a text, whichever way they do."""
    return max(text.count("\n"), text.count("\r"))


def context_of(before: bytes, after: bytes) -> str:
    """The words around a bad byte, as Windows reads them."""
    left = re.split(rb"[\r\n\t]", before[-16:])[-1]
    right = re.split(rb"[\r\n\t]", after[:24])[0]
    return excerpt((left + right).decode("cp1252", "replace"))


def not_utf8(source: Source, bad: BadByte) -> Decoding:
    """cp1252; or UTF-8 with stray bytes, when more letters are valid UTF-8 than are not."""
    decoder = codecs.getincrementaldecoder("utf-8")("surrogateescape")
    valid = stray = undefined = 0
    for chunk in source.chunks():
        text = decoder.decode(chunk)
        if not text.isascii():
            escaped = len(ESCAPED.findall(text))
            stray += escaped
            valid += len(text) - len(text.encode("ascii", "ignore")) - escaped
        undefined += len(chunk) - len(chunk.translate(None, UNDEFINED))
    found = f"Not UTF-8 (byte 0x{bad.value:02X} at line {bad.line})"
    doubt = f"for instance {bad.context!r}. If that looks wrong, name the encoding: --encoding."
    if valid > stray:
        said = f"{found}, though most of it is: the bytes that are not were read as cp1252, {doubt}"
        return UTF8_BY_LINE._replace(name="utf-8 with cp1252", warnings=(said,))
    warnings = [f"{found}: read as cp1252 (Windows), {doubt}"]
    if undefined:
        warnings.append(
            f"{undefined} bytes have no meaning in cp1252 and became \ufffd."
            " The encoding is probably another one: --encoding."
        )
    return Decoding("cp1252", "cp1252", "replace", tuple(warnings))


def text_lines(
    chunks: Iterable[bytes], decoding: Decoding, name: str, stray: Finding | None = None
) -> Iterator[str]:
    r"""Lines without their ends; \n, \r\n and \r each end one, and may be mixed.

    A line is given as soon as it is complete, so standard input streams; the end of the
    file ends a last line, but does not make one. Lines of `UTF8_BY_LINE` that are not UTF-8
    are read as cp1252 and noted in `stray`.

    Raises:
        DataError: a byte that does not fit, or a line without end.
    """
    decoder = io.IncrementalNewlineDecoder(
        codecs.getincrementaldecoder(decoding.codec)(decoding.errors), translate=True
    )
    mixed, count = decoding.errors == "surrogateescape", 0
    try:
        for line in split_lines(pieces(chunks, decoder), name):
            count += 1
            if mixed and not line.isascii() and ESCAPED.search(line):
                line = settled(line)
                if stray is not None:
                    stray.add(count, line)
            yield line
    except UnicodeDecodeError as error:
        raise DataError(
            f"{name}: expected {decoding.name}, got byte 0x{error.object[error.start]:02X} after"
            f" line {count}. Name another encoding: --encoding."
        ) from error


def pieces(chunks: Iterable[bytes], decoder: io.IncrementalNewlineDecoder) -> Iterator[str]:
    """Decoded text in pieces, without the byte order mark."""
    begun = False
    for chunk in chunks:
        text = decoder.decode(chunk)  # pyright: ignore[reportArgumentType]
        if text and not begun:
            text, begun = text.removeprefix("\ufeff"), True
        yield text
    yield decoder.decode(b"", final=True)  # pyright: ignore[reportArgumentType]


def split_lines(texts: Iterable[str], name: str) -> Iterator[str]:
    """Lines from pieces of text whose line ends are all newlines.

    Raises:
        DataError: a line longer than `LONGEST_LINE`.
    """
    parts: list[str] = []
    size = count = 0
    for text in texts:
        first, *others = text.split("\n")
        parts.append(first)
        size += len(first)
        if others:
            yield "".join(parts)
            yield from others[:-1]
            count += len(others)
            parts, size = [others[-1]], len(others[-1])
        if size > LONGEST_LINE:
            raise DataError(
                f"{name}: line {count + 1} is longer than {LONGEST_LINE:,} characters."
                " Is this a file of texts?"
            )
    if size:
        yield "".join(parts)


def settled(line: str) -> str:
    """Give their cp1252 meaning to bytes that are not UTF-8 (held as lone surrogates).

    Where most of the line is not UTF-8, all of it is read as cp1252.
    """
    stray = len(ESCAPED.findall(line))
    valid = len(line) - len(line.encode("ascii", "ignore")) - stray
    if valid > stray:
        return line.translate(FROM_CP1252)
    return line.encode("utf-8", "surrogateescape").decode("cp1252", "replace")
