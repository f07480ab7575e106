"""Records in chunks, read ahead by a thread, in bounded memory."""

from collections.abc import Callable, Iterable, Iterator
from queue import Empty, Queue
from threading import Thread

from attentif.data.stream import Record

CHUNK = 2048  # records answered together
Part = list[Record] | BaseException | None
"""Some records, or how they ended: None where all is well."""


def chunks(records: Iterable[Record], *, live: bool) -> Iterator[list[Record]]:
    """Records in chunks; a thread reads ahead, at most two chunks, while others are answered.

    Args:
        live: a chunk is what is there by now, so that a pipe is answered at once; otherwise
            chunks are full, so that a file's answers are the same to the last bit each time.
    """
    size = 1 if live else CHUNK  # records that are handed over together
    waiting: Queue[Part] = Queue(maxsize=2 * CHUNK // size)
    Thread(target=hand_over, args=(records, size, waiting.put), daemon=True).start()
    part: Part = []
    while isinstance(part, list):
        chunk: list[Record] = []
        part = waiting.get()
        while isinstance(part, list):
            chunk += part
            if len(chunk) == CHUNK:
                break
            try:
                part = waiting.get(block=not live)
            except Empty:
                break
        if chunk:
            yield chunk
    if part is not None:
        raise part


def hand_over(records: Iterable[Record], size: int, put: Callable[[Part], None]) -> None:
    """Give the records in parts of that size, then None; an error after the records before it."""
    part: list[Record] = []
    ended: BaseException | None = None
    try:
        for record in records:
            part.append(record)
            if len(part) == size:
                put(part)
                part = []
    except BaseException as error:  # to be raised where it is dealt with
        ended = error
    if part:
        put(part)
    put(ended)
