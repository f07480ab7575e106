"""Words are computed once, numbered in the order they were met, by any number of threads."""

import time
from concurrent.futures import ThreadPoolExecutor

import numpy as np

from attentif.text import memory as memory_module
from attentif.text.memory import GrowingArray, Memory
from attentif.text.pieces import Pieces, Words
from attentif.text.tokenize import LONGEST_STRETCH, STYLES


def spelled(texts):
    """Words whose pieces are their characters, and whose shapes are their lengths."""
    ids = np.array([ord(character) for text in texts for character in text], np.int32)
    lengths = np.array([len(text) for text in texts], np.int32)
    starts = np.concatenate([[0], np.cumsum(lengths)])
    return Words(Pieces(ids, starts, lengths), np.array([text == "" for text in texts]))


def read(words):
    """The texts of such words."""
    pieces = words.pieces
    ends = zip(pieces.starts, pieces.starts[1:], strict=False)
    found = ["".join(map(chr, pieces.ids[start:end])) for start, end in ends]
    assert pieces.shapes.tolist() == list(map(len, found)) and len(words.known) == len(found)
    return found


def memory(key=str, pause=0.0):
    """A memory that notes what it computes, and takes its time."""
    made = []

    def make(words):
        made.extend(words)
        time.sleep(pause * len(words))
        return spelled(words)

    return Memory(STYLES["words-and-marks"], key, make, spelled([""])), made


def test_a_word_is_computed_once_wherever_it_stands():
    known, made = memory()
    assert [known[stretch] for stretch in ("win!", "win", "(win)")] == [(1, 2), (1,), (3, 1, 4)]
    assert made == []  # until someone asks what became of them
    assert read(known.words()) == ["", "win", "!", "(", ")"]
    assert made == ["win", "!", "(", ")"]


def test_new_words_come_after_those_that_were_computed():
    known, made = memory()
    numbers, first = known["win!"], known.words()
    assert numbers == (1, 2) and known["now!"] == (3, 2)
    assert read(known.words()) == read(known.words()) == ["", "win", "!", "now"]
    assert read(first) == ["", "win", "!"] and made == ["win", "!", "now"]


def test_new_words_are_made_some_at_once(monkeypatch):
    monkeypatch.setattr(memory_module, "AT_ONCE", 2)
    known, made = memory()
    for stretch in ("a", "bb", "ccc", "a", "dd", "e"):
        known[stretch]
    assert read(known.words()) == ["", "a", "bb", "ccc", "dd", "e"]
    assert made == ["a", "bb", "ccc", "dd", "e"]


def test_words_of_one_key_are_one_word():
    known, made = memory(str.lower)
    assert known["WIN"] == known["win"] == (1,)
    assert read(known.words()) == ["", "win"] and made == ["win"]


def test_a_stretch_is_cut_once_and_a_long_one_is_not_kept():
    known, _ = memory()
    long = "x" * (LONGEST_STRETCH + 1)
    assert known["a-b"] == (1, 2, 3) and known[long] == (4,) == known[long]
    assert list(known) == ["a-b"]


def test_threads_share_the_numbers():
    known, made = memory(pause=1e-5)
    stretches = [f"w{n}" for n in range(500)]

    def each(stretches):
        """What a word is as soon as it has its number, whatever the others do meanwhile."""
        numbers = ((known[stretch], known.words()) for stretch in stretches)
        return [read(words)[number] for (number,), words in numbers]

    with ThreadPoolExecutor(8) as pool:
        found = list(pool.map(each, [stretches[::50]] * 8))
        list(pool.map(each, [stretches[n::50] for n in range(50)]))
    assert all(words == stretches[::50] for words in found)
    assert len({known[stretch] for stretch in stretches}) == len(made) == 500


def test_a_growing_array_leaves_what_it_handed_out():
    numbers = GrowingArray(np.arange(2))
    seen = []
    for size in (1, 5, 0, 9, 3):
        numbers.add(np.arange(size) + len(numbers.whole))
        seen.append(numbers.whole)
    assert [len(part) for part in seen] == [3, 8, 8, 17, 20]
    assert all(np.array_equal(part, np.arange(len(part))) for part in seen)
