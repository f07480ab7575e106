"""The character n-grams of many words, hashed together into the rows of a table.

CRC-32 reads one byte after the other, so that the hash of the n-gram that is one character
longer goes on from that of the shorter one, for all places of all words at the same time.
"""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

ALL_ONES = np.uint32(0xFFFFFFFF)


class GramRows(NamedTuple):
    """The rows of each word's n-grams: word w has ids[starts[w]:starts[w + 1]]."""

    ids: NDArray[np.int64]
    starts: NDArray[np.int64]


class Characters(NamedTuple):
    """Characters one after the other: character c is data[begin[c]:begin[c] + size[c]]."""

    data: NDArray[np.uint8]
    begin: NDArray[np.int64]
    size: NDArray[np.int64]


def rows_of(words: Sequence[str], smallest: int, largest: int, buckets: int) -> GramRows:
    """The rows of the table that the n-grams of words share with others.

    Those of `win` are the stretches of `<win>` of each size, shortest first, then from left to
    right: of 3 and 4 characters `<wi win in> <win win>`. An n-gram's row is the CRC-32 of its
    UTF-8 bytes modulo `buckets`, the same on every machine. An empty word has none.

    Args:
        words: some thousands at most, for memory's sake: see `text.memory`.
        smallest, largest: characters of an n-gram.
        buckets: rows of the table.

    Source:
        Bojanowski et al. 2017, Enriching Word Vectors with Subword Information, section 3.2
        (their whole word is our vocabulary id).

    >>> rows_of(["a", "", "win"], 3, 4, 100)
    GramRows(ids=array([15, 47, 10, 95, 21, 72]), starts=array([0, 1, 1, 6]))
    """
    marked = [f"<{word}>" if word else "" for word in words]
    lengths = np.fromiter(map(len, marked), np.int64, len(marked))
    ends = lengths.cumsum()
    sizes = range(smallest, largest + 1)
    counts = [np.maximum(lengths - size + 1, 0) * (lengths > 0) for size in sizes]
    starts = np.concatenate([[0], sum(counts, np.zeros(len(words), np.int64)).cumsum()])
    place = starts[:-1].copy()  # of a word's next n-gram

    text = characters("".join(marked))
    owner = np.repeat(np.arange(len(words)), lengths)
    at = np.arange(len(owner))  # where n-grams begin that end within their word
    crc = np.full(len(owner), ALL_ONES)
    ids = np.empty(starts[-1], np.int64)
    for size in range(1, largest + 1):
        fits = at + size <= ends[owner[at]]
        at, crc = at[fits], longer(crc[fits], text, at[fits] + size - 1)
        if size >= smallest:
            word = owner[at]
            first = ends[word] - lengths[word]
            ids[place[word] + at - first] = (crc ^ ALL_ONES).astype(np.int64) % buckets
            place += counts[size - smallest]
    return GramRows(ids, starts)


def characters(text: str) -> Characters:
    """A text in UTF-8, and where its characters begin.

    >>> characters("a€").begin.tolist(), characters("a€").size.tolist()
    ([0, 1], [1, 3])
    """
    data = np.frombuffer(text.encode("utf-8", "surrogatepass"), np.uint8)
    begin = np.flatnonzero((data & 0xC0) != 0x80)
    return Characters(data, begin, np.diff(np.append(begin, len(data))))


def longer(
    crc: NDArray[np.uint32], text: Characters, last: NDArray[np.int64]
) -> NDArray[np.uint32]:
    """Registers of CRC-32 after one more character each."""
    size = text.size[last]
    for byte in range(size.max(initial=0)):
        more = np.flatnonzero(size > byte)
        register, data = crc[more], text.data[text.begin[last[more]] + byte]
        crc[more] = TABLE[(register ^ data) & 0xFF] ^ (register >> np.uint32(8))
    return crc


def crc_table() -> NDArray[np.uint32]:
    """What each byte does to the register: IEEE 802.3's polynomial, reflected."""
    table = np.arange(256, dtype=np.uint32)
    for _ in range(8):
        table = np.where(table & 1, np.uint32(0xEDB88320) ^ (table >> 1), table >> 1)
    return table.astype(np.uint32)


TABLE = crc_table()
