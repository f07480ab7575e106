"""N-grams and their rows one by one, as `text.subwords` says them in words."""

import zlib


def ngrams(word: str, smallest: int, largest: int) -> list[str]:
    """The character n-grams of `<word>`, shortest first, then from left to right.

    The whole `<word>` is one of them only where it is no longer than `largest`.

    Source: Bojanowski et al. 2017, Enriching Word Vectors with Subword Information,
    section 3.2 (their whole word is our vocabulary id).

    Example:
        >>> ngrams("win", 3, 4)
        ['<wi', 'win', 'in>', '<win', 'win>']
    """
    if not word:
        return []
    marked = f"<{word}>"
    return [
        marked[start : start + size]
        for size in range(smallest, min(largest, len(marked)) + 1)
        for start in range(len(marked) - size + 1)
    ]


def bucket(ngram: str, buckets: int) -> int:
    """The row of the table that an n-gram shares with others; the same on every machine."""
    return zlib.crc32(ngram.encode("utf-8", "surrogatepass")) % buckets
