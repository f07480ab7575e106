"""Reading ahead: nothing lost, all in order, in bounded memory."""

import itertools
import threading
import time

import pytest

from attentif.app.ahead import CHUNK, chunks
from attentif.data.stream import Record
from attentif.errors import DataError


def records(n: int | None = None):
    """So many records, or without end."""
    numbers = itertools.count(1) if n is None else range(1, n + 1)
    return (Record(number, "x", None, {}) for number in numbers)


@pytest.mark.parametrize("n", [0, 1, CHUNK - 1, CHUNK, CHUNK + 1, 3 * CHUNK])
def test_chunks_are_all_records_in_order(n):
    found = list(chunks(records(n), live=True))
    assert [record.line for chunk in found for record in chunk] == list(range(1, n + 1))
    assert all(0 < len(chunk) <= CHUNK for chunk in found)
    full = [len(chunk) for chunk in chunks(records(n), live=False)]
    assert full == [CHUNK] * (n // CHUNK) + [n % CHUNK] * bool(n % CHUNK)


def test_reading_runs_ahead_by_two_chunks_only():
    read = []

    def watched():
        for record in records(10 * CHUNK):
            read.append(record)
            yield record

    ahead = chunks(watched(), live=True)
    given = len(next(ahead))
    deadline = time.monotonic() + 10
    while len(read) < given + 2 * CHUNK and time.monotonic() < deadline:
        time.sleep(0.001)
    time.sleep(0.01)
    assert given + 2 * CHUNK <= len(read) <= given + 2 * CHUNK + 1
    assert given + sum(map(len, ahead)) == 10 * CHUNK


def test_a_record_is_not_kept_waiting_for_the_next():
    more = threading.Event()

    def slow():
        yield Record(1, "x", None, {})
        assert more.wait(60)
        yield Record(2, "x", None, {})

    found = chunks(slow(), live=True)
    assert [record.line for record in next(found)] == [1]
    more.set()
    assert [record.line for record in next(found)] == [2]


def test_what_goes_wrong_in_reading_comes_after_the_records_before_it():
    def broken():
        yield Record(1, "x", None, {})
        raise DataError("line 2 cannot be read.")

    found = chunks(broken(), live=True)
    assert next(found)[0].line == 1
    with pytest.raises(DataError, match="line 2"):
        next(found)


@pytest.mark.parametrize("live", [True, False])
def test_all_records_come_before_the_error(live):
    def broken():
        yield from records(CHUNK + 3)
        raise DataError("no more.")

    found = chunks(broken(), live=live)
    given = []
    with pytest.raises(DataError, match="no more"):
        for chunk in found:
            given += chunk
    assert [record.line for record in given] == list(range(1, CHUNK + 4))
