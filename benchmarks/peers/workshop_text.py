"""The workshop's text step in plain Python, as Keras's Tokenizer and pad_sequences do it.

Keras 3 keeps its Tokenizer in a legacy corner only; this one gives the same ids.
"""

from collections import Counter
from collections.abc import Iterable

FILTERS = '!"#$%&()*+,-./:;<=>?@[\\]^_`{|}~\t\n'
BLANKS = str.maketrans({mark: " " for mark in FILTERS})
LENGTH = 50


def words(text: str) -> list[str]:
    """Lower case, marks become blanks, cut at blanks.

    >>> words("WIN a £1000 prize!Call 09061-701461")
    ['win', 'a', '£1000', 'prize', 'call', '09061', '701461']
    """
    return [word for word in text.lower().translate(BLANKS).split(" ") if word]


def word_ids(texts: Iterable[str]) -> dict[str, int]:
    """From 1 on, the most frequent word first, equal ones by their first occurrence."""
    counts = Counter(word for text in texts for word in words(text))
    return {word: place for place, (word, _) in enumerate(counts.most_common(), 1)}


def padded(texts: Iterable[str], ids: dict[str, int], length: int = LENGTH) -> list[list[int]]:
    """Each text as `length` ids, zeros at the end; of a longer one the last words are kept.

    >>> padded(["b a b c", "a", "d"], {"a": 1, "b": 2, "c": 3}, 3)
    [[1, 2, 3], [1, 0, 0], [0, 0, 0]]
    """
    rows = []
    for text in texts:
        known = [ids[word] for word in words(text) if word in ids][-length:]
        rows.append(known + [0] * (length - len(known)))
    return rows
