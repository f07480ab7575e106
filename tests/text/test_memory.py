"""Words are computed once, numbered in the order they were met, by any number of threads."""

import time
from concurrent.futures import ThreadPoolExecutor

from attentif.text.memory import Memory, Word
from attentif.text.tokenize import LONGEST_STRETCH, STYLES

PADDING = Word(b"", 0, True)


def memory(key=str, pause=0.0):
    """A memory that notes what it computes, and takes its time."""
    made = []

    def make(words):
        made.extend(words)
        time.sleep(pause * len(words))
        return [Word(word.encode(), len(word), False) for word in words]

    return Memory(STYLES["words-and-marks"], key, make, PADDING), made


def test_a_word_is_computed_once_wherever_it_stands():
    known, made = memory()
    assert [known[stretch] for stretch in ("win!", "win", "(win)")] == [(1, 2), (1,), (3, 1, 4)]
    assert made == []  # until someone asks what became of them
    assert [word.ids for word in known.words()] == [b"", b"win", b"!", b"(", b")"]
    assert made == ["win", "!", "(", ")"]


def test_new_words_come_after_those_that_were_computed():
    known, made = memory()
    first = known["win!"], len(known.words())
    assert first == ((1, 2), 3) and known["now!"] == (3, 2)
    assert [word.ids for word in known.words()] == [b"", b"win", b"!", b"now"]
    assert known.words() is known.words() and made == ["win", "!", "now"]


def test_words_of_one_key_are_one_word():
    known, made = memory(str.lower)
    assert known["WIN"] == known["win"] == (1,)
    assert len(known.words()) == 2 and made == ["win"]


def test_a_stretch_is_cut_once_and_a_long_one_is_not_kept():
    known, _ = memory()
    long = "x" * (LONGEST_STRETCH + 1)
    assert known["a-b"] == (1, 2, 3) and known[long] == (4,) == known[long]
    assert list(known) == ["a-b"]


def test_threads_share_the_numbers():
    known, made = memory(pause=1e-5)
    stretches = [f"w{n}" for n in range(500)]

    def spelled(stretches):
        """What a word is as soon as it has its number, whatever the others do meanwhile."""
        numbers = ((known[stretch], known.words()) for stretch in stretches)
        return [words[number].ids for (number,), words in numbers]

    with ThreadPoolExecutor(8) as pool:
        found = list(pool.map(spelled, [stretches] * 8))
    assert all(words == [stretch.encode() for stretch in stretches] for words in found)
    assert len({known[stretch] for stretch in stretches}) == len(made) == 500
