"""The words that have a vector of their own, and their numbers."""

import hashlib
import json
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Self

from attentif.errors import ArtifactError

PADDING = 0
UNKNOWN = 1
RESERVED = 2  # ids that are no word


@dataclass(frozen=True)
class Vocabulary:
    """Words and their ids: 0 is padding, 1 an unknown word, then the words in order.

    Example:
        >>> vocabulary = Vocabulary(("free", "win"))
        >>> vocabulary.id("win"), vocabulary.id("qzxv"), len(vocabulary)
        (3, 1, 4)
    """

    words: tuple[str, ...]
    _ids: dict[str, int] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        ids = {word: number for number, word in enumerate(self.words, RESERVED)}
        object.__setattr__(self, "_ids", ids)

    @classmethod
    def count(
        cls, token_lists: Iterable[Iterable[str]], *, min_count: int = 1, max_words: int = 0
    ) -> Self:
        """Number the words of some texts, the most frequent first, equals by their text.

        The order depends on nothing else, so two runs give the same file.

        Args:
            min_count: how often a word must be seen to be kept.
            max_words: most words kept, the reserved ids not counted; 0 for no limit.
        """
        counts: Counter[str] = Counter()
        for tokens in token_lists:
            counts.update(tokens)
        kept = [word for word, seen in counts.items() if seen >= min_count]
        kept.sort(key=lambda word: (-counts[word], word))
        return cls(tuple(kept[:max_words] if max_words else kept))

    def __len__(self) -> int:
        """Ids in use: the words and the two reserved ones."""
        return len(self.words) + RESERVED

    def __contains__(self, word: object) -> bool:
        return word in self._ids

    def id(self, word: str) -> int:
        """The word's id, or 1 for a word that is not known."""
        return self._ids.get(word, UNKNOWN)

    def to_json(self) -> dict[str, Any]:
        """The words in order, and a hash by which a change is noticed."""
        return {"words": list(self.words), "hash": _hash(self.words)}

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Self:
        """Read back what `to_json` gave.

        Raises:
            ArtifactError: not a vocabulary, or not the one that was written.
        """
        words = data.get("words") if isinstance(data, Mapping) else None
        if not isinstance(words, list) or not all(isinstance(word, str) for word in words):
            raise ArtifactError(
                "The vocabulary must be an object with a list of texts under 'words', got"
                f" {type(data if words is None else words).__name__}; copy the model folder again."
            )
        if len(set(words)) < len(words):
            raise ArtifactError(
                f"The vocabulary must hold each word once, got {len(words) - len(set(words))}"
                " repeats; copy the model folder again."
            )
        found, expected = _hash(words), data.get("hash")
        if found != expected:
            raise ArtifactError(
                f"The vocabulary's hash must be {expected}, got {found}: the words or their order"
                " changed since training; copy the model folder again or train again."
            )
        return cls(tuple(words))


def _hash(words: Iterable[str]) -> str:
    return hashlib.sha256(json.dumps(list(words)).encode()).hexdigest()
