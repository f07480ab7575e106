"""Processes that work beside this one on the parts of a large input, their results in order.

Python runs one thread at a time; what is Python's own work on a text (cutting, hashing,
writing) is as much as the engine's, so that threads would not fill two processors.
"""

import gc
import signal
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, TypeVar

from attentif.errors import ConfigError

if TYPE_CHECKING:
    from concurrent.futures import Future, ProcessPoolExecutor

Part = TypeVar("Part")
Done = TypeVar("Done")
Work = Callable[[Part], Done]
InOrder = Callable[[Iterable[Part]], Iterator[Done]]

GARBAGE = 50_000  # new objects before cycles are looked for: those of a few parts, which have none
_work: Callable[[Any], Any]  # of this process, where it is a worker


@contextmanager
def workers(n: int, begin: Callable[[], Work[Part, Done]]) -> Iterator[InOrder[Part, Done]]:
    """What does a work on parts, in processes that end with the context.

    They start at once: begin no thread before that a start by copying could disturb.

    Args:
        n: of processes; at most n + 1 parts are in work or wait. 0: the work is done here, a
            part before the next one is taken.
        begin: makes the work, once in each process; it and all parts can be pickled.

    Raises:
        ConfigError: a process was killed.
    """
    if not n:
        work = begin()
        yield lambda parts: map(work, parts)
        return
    from concurrent.futures import ProcessPoolExecutor  # not loaded for a line or two
    from concurrent.futures.process import BrokenProcessPool

    pool = ProcessPoolExecutor(n, initializer=_begin, initargs=(begin,))
    try:
        pool.submit(int)
        yield lambda parts: _in_order(pool, n, parts)
    except BrokenProcessPool as error:
        raise ConfigError(
            "One of the processes that answer was ended from outside, perhaps for want of memory."
            " Run again with --threads 1, which needs least."
        ) from error
    finally:
        pool.shutdown(cancel_futures=True)


def _in_order(pool: "ProcessPoolExecutor", n: int, parts: Iterable[Any]) -> Iterator[Any]:
    ahead: deque[Future[Any]] = deque()
    for part in parts:
        ahead.append(pool.submit(_do, part))
        if len(ahead) > n:
            yield ahead.popleft().result()
    while ahead:
        yield ahead.popleft().result()


def _begin(begin: Callable[[], Work[Any, Any]]) -> None:
    """Make this process a worker; Ctrl-C is the business of the one that began it."""
    global _work
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    _work = begin()
    gc.set_threshold(GARBAGE)


def _do(part: Any) -> Any:
    return _work(part)
