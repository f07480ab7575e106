"""Any number of messages, made from real ones with a stated, seeded corruption.

Each takes a real message at random, drops each of its words with probability .1, and in each
word of four letters or more, with probability .15, swaps two neighbouring letters or drops
one. One message is in memory at a time.
"""

import csv
import os
import random
from collections.abc import Iterator, Sequence
from pathlib import Path

DROP_WORD, SPOIL_WORD, SHORTEST = 0.1, 0.15, 4
Row = tuple[str, str]  # label, text


def corrupted(text: str, draw: random.Random) -> str:
    """One message with some words missing and some misspelt; at least one word stays.

    >>> corrupted("please call our customer service now", random.Random(3))
    'plesae call our customer service'
    """
    words = text.split()
    kept = [word for word in words if draw.random() >= DROP_WORD] or words[:1]
    return " ".join(misspelt(word, draw) for word in kept)


def misspelt(word: str, draw: random.Random) -> str:
    """The word, or with a small probability two of its letters swapped or one dropped."""
    if len(word) < SHORTEST or draw.random() >= SPOIL_WORD:
        return word
    place = draw.randrange(len(word) - 1)
    if draw.random() < 0.5:
        return word[:place] + word[place + 1] + word[place] + word[place + 2 :]
    return word[:place] + word[place + 1 :]


def many(rows: Sequence[Row], n: int, seed: int = 0) -> Iterator[Row]:
    """So many messages, made from the rows."""
    draw = random.Random(seed)
    for _ in range(n):
        label, text = rows[draw.randrange(len(rows))]
        yield label, corrupted(text, draw)


def write(path: Path, rows: Sequence[Row], n: int, seed: int = 0) -> Path:
    """The same as a CSV file with the columns label and text."""
    unfinished = path.with_suffix(".part")
    with unfinished.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(("label", "text"))
        writer.writerows(many(rows, n, seed))
    os.replace(unfinished, path)
    return path
