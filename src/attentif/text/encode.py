"""From texts to the arrays that a network reads: words, their pieces, their shapes."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import chain, repeat
from typing import Any, NamedTuple, Self

import numpy as np
from numpy.typing import NDArray

from attentif.config import TextSettings, choose
from attentif.errors import ArtifactError
from attentif.inputs import texts_of
from attentif.text.clean import clean
from attentif.text.memory import Memory
from attentif.text.pieces import Pieces, Words, pick
from attentif.text.shapes import SHAPES, shape_id
from attentif.text.subwords import rows_of
from attentif.text.tokenize import STYLES, Cutter, tokenize
from attentif.text.vocabulary import PADDING, Vocabulary

AT_ONCE = 65_536  # texts cut, and tokens looked at, together: memory stays small
CACHED_WORDS = 100_000  # words and stretches of text that are kept, then memory starts again
LONGEST_WORD = 64  # characters of a word that give n-grams: a pasted file is one word
FITTING = 99.9  # percentile of the training texts that are read whole by default
PADDING_WORD = Words(
    Pieces(np.array([PADDING], np.int32), np.array([0, 1]), np.zeros(1, np.int32)), np.ones(1, bool)
)
TRUNCATIONS: dict[str, Callable[[int], slice]] = {  # the end that is cut off -> what is kept
    "end": lambda longest: slice(longest),
    "start": lambda longest: slice(-longest, None),
}


class KnownToken(NamedTuple):
    """A token, its place in the original text, and whether the vocabulary has it."""

    text: str
    start: int
    end: int
    known: bool


@dataclass(frozen=True)
class Encoded:
    """Texts as numbers: text t is words[starts[t]:starts[t + 1]], at least one word.

    Args:
        words: indices into the distinct words of `pieces`, all texts one after the other.
        unknown: tokens of each text that are not in the vocabulary.
        cut: texts longer than the limit, of which one end was not read.
        empty: texts without a token, read as one unknown word.
    """

    words: NDArray[np.int32]  # (tokens,)
    starts: NDArray[np.int64]  # (texts + 1,)
    pieces: Pieces
    unknown: NDArray[np.int32]  # (texts,)
    cut: NDArray[np.bool_]  # (texts,)
    empty: NDArray[np.bool_]  # (texts,)

    @cached_property
    def lengths(self) -> NDArray[np.int64]:
        """Tokens of each text."""
        return np.diff(self.starts)

    def places(self, rows: NDArray[np.int64]) -> NDArray[np.int64]:
        """Where in `words` the tokens of those rows stand, one row after the other."""
        lengths = self.lengths[rows]
        first = np.cumsum(lengths) - lengths  # of each row, among these tokens
        return np.repeat(self.starts[rows] - first, lengths) + np.arange(lengths.sum())


class FrontEnd:
    """Cleaning, tokens, vocabulary and pieces in one: text in, arrays out.

    What a word becomes depends on the word alone, never on the texts around it.

    Args:
        max_length: most tokens of a text that are read, at least 1.

    Example:
        >>> front_end = FrontEnd.fit(["win now", "win £9"], TextSettings(min_count=1))
        >>> encoded = front_end.encode(["WIN", ""])
        >>> encoded.words.tolist(), encoded.unknown.tolist(), encoded.empty.tolist()
        ([1, 2], [0, 1], [False, True])
    """

    def __init__(self, settings: TextSettings, vocabulary: Vocabulary, max_length: int) -> None:
        self.settings = settings
        self.vocabulary = vocabulary
        self.max_length = max_length
        self._kept = choose(TRUNCATIONS, settings.truncate, "truncate")(max_length)
        self._key = _key(settings)
        self._memory = self._empty_memory()

    def __reduce__(self) -> tuple[type[Self], tuple[TextSettings, Vocabulary, int]]:
        """Pickled and copied without what it remembers."""
        return type(self), (self.settings, self.vocabulary, self.max_length)

    @classmethod
    def fit(cls, texts: Iterable[str], settings: TextSettings) -> Self:
        """Choose the vocabulary and the longest length from training texts.

        Only words within the longest length count: the others are never read.

        Raises:
            InputTypeError: not a list of texts.
        """
        lists = list(map(Cutter(settings.tokens, settings.clean), texts_of(texts)))
        longest = settings.max_length
        if not longest:
            counts = [len(tokens) for tokens in lists] or [1]
            longest = max(1, int(np.percentile(counts, FITTING, method="higher")))
        kept, key = choose(TRUNCATIONS, settings.truncate, "truncate")(longest), _key(settings)
        vocabulary = Vocabulary.count(
            (map(key, tokens[kept]) for tokens in lists),
            min_count=settings.min_count,
            max_words=settings.max_words,
        )
        return cls(settings, vocabulary, longest)

    @property
    def n_pieces(self) -> int:
        """How many pieces are told apart: the words of the vocabulary, then the n-grams."""
        return len(self.vocabulary) + self.n_grams

    @property
    def n_grams(self) -> int:
        """The n-grams among them, as buckets that they are hashed into; 0 without subwords."""
        return self.settings.ngram_buckets if self.settings.subwords else 0

    @property
    def n_shapes(self) -> int:
        """Rows of the shapes' table, padding included; 0 without shapes."""
        return len(SHAPES) if self.settings.shapes else 0

    def encode(self, texts: Iterable[str]) -> Encoded:
        """Turn texts into arrays, one entry for each text, in order.

        Raises:
            InputTypeError: not a list of texts.
        """
        memory, given = self._roomy_memory(), texts_of(texts)
        parts = [
            self._numbers(memory, given[first : first + AT_ONCE])
            for first in range(0, len(given) or 1, AT_ONCE)
        ]
        counts, numbers = (np.concatenate(part) for part in zip(*parts, strict=True))
        starts = np.zeros(len(given) + 1, np.int64)
        np.cumsum(np.clip(counts, 1, self.max_length), out=starts[1:])
        pieces, known = memory.words()
        distinct, words = _renumbered(numbers, len(known))
        return Encoded(
            words=words,
            starts=starts,
            pieces=pick(pieces, np.append(0, distinct)),
            unknown=np.add.reduceat(~known[numbers], starts[:-1], dtype=np.int32),
            cut=counts > self.max_length,
            empty=counts == 0,
        )

    def _numbers(
        self, memory: Memory, texts: Sequence[str]
    ) -> tuple[NDArray[np.int64], NDArray[np.int32]]:
        """How many tokens each text has, and the numbers of the words that are read of all."""
        steps = self.settings.clean
        lists = [
            list(chain.from_iterable(map(memory.__getitem__, clean(text, steps).text.split())))
            for text in texts
        ]
        counts = np.fromiter(map(len, lists), np.int64, len(lists))
        if (counts > self.max_length).any():
            lists = [numbers[self._kept] for numbers in lists]
        flat = chain.from_iterable(numbers or [memory.number("")] for numbers in lists)
        return counts, np.fromiter(flat, np.int32, np.clip(counts, 1, self.max_length).sum())

    def tokens(self, text: str) -> list[KnownToken]:
        """The tokens that `encode` reads of a text, as many as it counts.

        A text without tokens has one, without characters and not known.
        """
        texts_of([text])
        tokens = tokenize(text, self.settings.tokens, self.settings.clean)[self._kept]
        if not tokens:
            return [KnownToken("", 0, 0, False)]
        return [KnownToken(*token, self._key(token.text) in self.vocabulary) for token in tokens]

    def to_json(self) -> dict[str, Any]:
        """What training chose; the settings are written elsewhere."""
        return {"max_length": self.max_length, "vocabulary": self.vocabulary.to_json()}

    @classmethod
    def from_json(cls, settings: TextSettings, data: Mapping[str, Any]) -> Self:
        """Read back what `to_json` gave.

        Raises:
            ArtifactError: something is missing, or the vocabulary was changed.
        """
        if not isinstance(data, Mapping):
            raise ArtifactError(
                f"The vocabulary's file must be an object, got {type(data).__name__};"
                " copy the model folder again."
            )
        longest = data.get("max_length")
        if type(longest) is not int or longest < 1:
            raise ArtifactError(
                f"max_length of the vocabulary must be an int >= 1, got {longest!r};"
                " copy the model folder again."
            )
        return cls(settings, Vocabulary.from_json(data.get("vocabulary", {})), longest)

    def _roomy_memory(self) -> Memory:
        """The memory; a new one where it has become large."""
        if max(len(self._memory), len(self._memory.words().known)) > CACHED_WORDS:
            self._memory = self._empty_memory()
        return self._memory

    def _empty_memory(self) -> Memory:
        """Words are told apart by case where their shapes are read, else by their keys alone."""
        key = str if self.settings.shapes else self._key
        style = choose(STYLES, self.settings.tokens, "tokens")
        return Memory(style, key, self._computed, PADDING_WORD)

    def _computed(self, words: Sequence[str]) -> Words:
        """What is remembered of words; all together, for hashing one by one is slow."""
        settings, keys, n = self.settings, list(map(self._key, words)), len(words)
        own = np.fromiter(map(self.vocabulary.id, keys), np.int32, n)
        ids, starts = own, np.arange(n + 1)
        if settings.subwords:
            sizes = settings.ngram_min, settings.ngram_max, settings.ngram_buckets
            rows = rows_of([word.lower()[:LONGEST_WORD] for word in words], *sizes)
            ids = np.insert(rows.ids + len(self.vocabulary), rows.starts[:-1], own)
            starts = rows.starts + starts
        shapes = np.fromiter(map(shape_id, words) if settings.shapes else repeat(0, n), np.int32, n)
        known = np.fromiter(map(self.vocabulary.__contains__, keys), bool, n)
        return Words(Pieces(ids.astype(np.int32), starts, shapes), known)


def _key(settings: TextSettings) -> Callable[[str], str]:
    """What gives the form under which the vocabulary knows a word."""
    return str.lower if settings.lowercase else str


def _renumbered(flat: NDArray[np.int32], n: int) -> tuple[NDArray[np.int64], NDArray[np.int32]]:
    """The distinct numbers, all below n, in the order of their first appearance, and each
    number's place among them, from 1 on.

    >>> [part.tolist() for part in _renumbered(np.array([7, 3, 7, 5]), 8)]
    [[7, 3, 5], [1, 2, 1, 3]]
    """
    first = np.full(n, len(flat), np.int32)
    for end in range(len(flat), 0, -AT_ONCE):  # the last assignment, the first place, stays
        begin = max(0, end - AT_ONCE)
        first[flat[begin:end][::-1]] = np.arange(begin, end)[::-1]
    distinct = np.flatnonzero(first < len(flat))
    distinct = distinct[np.argsort(first[distinct])]
    place = np.empty(n, np.int32)
    place[distinct] = np.arange(1, len(distinct) + 1)
    return distinct, place[flat]
