"""Records in chunks, read ahead and answered side by side, in their order, in bounded memory.

The threads do not share much: the engine computes outside Python's lock, so that one chunk's
texts are cut and another's answers written meanwhile.
"""

from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from queue import Empty, Queue
from threading import Thread

from attentif.data.stream import Record
from attentif.ship.answers import Answer

CHUNK = 1024  # records answered together
Answering = Callable[[Sequence[str]], list[Answer]]
Part = list[Record] | BaseException | None
"""Some records, or how they ended: None where all is well."""


def answered(
    chunks: Iterable[list[Record]], answering: Answering, at_once: int
) -> Iterator[tuple[list[Record], list[Answer]]]:
    """Chunks with their answers, in order.

    Args:
        at_once: chunks that are answered at the same time, each by a thread; 0: a chunk is
            answered before the next one is waited for.
    """
    if not at_once:
        for chunk in chunks:
            yield chunk, answering([record.text for record in chunk])
        return
    with ThreadPoolExecutor(at_once) as pool:
        ahead: deque[tuple[list[Record], Future[list[Answer]]]] = deque()
        for chunk in chunks:
            ahead.append((chunk, pool.submit(answering, [record.text for record in chunk])))
            if len(ahead) > at_once:
                done, found = ahead.popleft()
                yield done, found.result()
        for done, found in ahead:
            yield done, found.result()


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
