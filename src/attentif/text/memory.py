"""What the front end remembers of words that it met: each is cut, hashed and shaped once."""

from collections.abc import Callable, Sequence
from threading import Lock
from typing import Generic, TypeVar

import numpy as np
from numpy.typing import NDArray

from attentif.text.pieces import Pieces, Words
from attentif.text.tokenize import LONGEST_STRETCH, Style

AT_ONCE = 4096  # words made together: memory stays small however many there are
Number = TypeVar("Number", bound=np.generic)


class Memory(dict[str, tuple[int, ...]]):
    """A stretch of text without white space -> the numbers of its words; a new one is cut.

    Numbers go up from 1 in the order in which words were met; 0 is for padding. Threads may
    share a memory; it only grows, so whoever wants a bound begins another one.

    Args:
        style: how a stretch is cut.
        key: what a word is told apart by.
        make: what becomes of words of such keys, as many.
        padding: word 0 alone.
    """

    def __init__(
        self,
        style: Style,
        key: Callable[[str], str],
        make: Callable[[Sequence[str]], Words],
        padding: Words,
    ) -> None:
        super().__init__()
        self._words = GrowingWords(padding)
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

    def words(self) -> Words:
        """All words that have a number, in its order; the new ones are made now, many at once."""
        with self._lock:
            for first in range(0, len(self._new), AT_ONCE):
                self._words.add(self._make(self._new[first : first + AT_ONCE]))
            self._new = []
            return self._words.whole


class GrowingWords:
    """Words to which others are added; what was handed out before stays as it was."""

    def __init__(self, first: Words) -> None:
        (ids, starts, shapes), known = first
        self._ids, self._starts = GrowingArray(ids), GrowingArray(starts)
        self._shapes, self._known = GrowingArray(shapes), GrowingArray(known)

    def add(self, words: Words) -> None:
        """Put words behind those that are there."""
        (ids, starts, shapes), known = words
        self._starts.add(len(self._ids.whole) + starts[1:])
        self._ids.add(ids)
        self._shapes.add(shapes)
        self._known.add(known)

    @property
    def whole(self) -> Words:
        """All words so far."""
        pieces = Pieces(self._ids.whole, self._starts.whole, self._shapes.whole)
        return Words(pieces, self._known.whole)


class GrowingArray(Generic[Number]):
    """Numbers to which others are added: room is made for as many again whenever it is full."""

    def __init__(self, first: NDArray[Number]) -> None:
        self._room, self._size = first, len(first)

    def add(self, more: NDArray[Number]) -> None:
        """Put numbers behind those that are there."""
        size = self._size + len(more)
        if size > len(self._room):
            room = np.empty(max(size, 2 * len(self._room)), self._room.dtype)
            room[: self._size] = self.whole
            self._room = room
        self._room[self._size : size] = more
        self._size = size

    @property
    def whole(self) -> NDArray[Number]:
        """All numbers so far."""
        return self._room[: self._size]
