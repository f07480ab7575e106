"""What the front end remembers of words that it met: each is cut, hashed and shaped once."""

from collections.abc import Callable, Sequence
from threading import Lock
from typing import NamedTuple

from attentif.text.tokenize import LONGEST_STRETCH, Style


class Word(NamedTuple):
    """What is kept of a word: its piece ids (int32 as bytes, for memory), shape, known."""

    ids: bytes
    shape: int
    known: bool


class Memory(dict[str, tuple[int, ...]]):
    """A stretch of text without white space -> the numbers of its words; a new one is cut.

    Numbers go up from 1 in the order in which words were met; 0 is for padding. Threads may
    share a memory; it only grows, so whoever wants a bound begins another one.

    Args:
        style: how a stretch is cut.
        key: what a word is told apart by.
        make: what becomes of words of such keys, as many.
        padding: word 0.
    """

    def __init__(
        self,
        style: Style,
        key: Callable[[str], str],
        make: Callable[[Sequence[str]], Sequence[Word]],
        padding: Word,
    ) -> None:
        super().__init__()
        self._words = [padding]
        self._style, self._key, self._make = style, key, make
        self._numbers: dict[str, int] = {}
        self._new: list[str] = []
        self._lock = Lock()

    def __missing__(self, stretch: str) -> tuple[int, ...]:
        """Cut a stretch that was not met before; a long one is not kept."""
        numbers = tuple(map(self.number, self._style.words(stretch)))
        if len(stretch) <= LONGEST_STRETCH:
            self[stretch] = numbers
        return numbers

    def number(self, word: str) -> int:
        """The number of a word."""
        key = self._key(word)
        found = self._numbers.get(key)
        if found is None:
            with self._lock:
                found = self._numbers.get(key)
                if found is None:
                    found = self._numbers[key] = len(self._numbers) + 1
                    self._new.append(key)
        return found

    def words(self) -> Sequence[Word]:
        """All words that have a number, in its order; the new ones are made now, together."""
        with self._lock:
            self._words += self._make(self._new)
            self._new = []
        return self._words
