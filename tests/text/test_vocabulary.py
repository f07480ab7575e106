"""The vocabulary: its order, its reserved ids, its file."""

import json
import os
import subprocess
import sys
from dataclasses import FrozenInstanceError
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from attentif import errors
from attentif.errors import ArtifactError
from attentif.text.vocabulary import Vocabulary

LISTS = st.lists(st.lists(st.sampled_from("a b c d é ÿ z".split()), max_size=8), max_size=8)


def test_order_is_by_count_then_by_text():
    vocabulary = Vocabulary.count([["b", "a", "c"], ["c", "é", "é"], ["once"]], min_count=1)
    assert vocabulary.words == ("c", "é", "a", "b", "once")
    assert [vocabulary.id(word) for word in ("c", "once", "never")] == [2, 6, 1]
    assert len(vocabulary) == 7
    assert "é" in vocabulary
    assert "never" not in vocabulary


def test_rare_words_and_words_beyond_the_limit_are_unknown():
    lists = [["a", "a", "a", "b", "b", "c", "c", "d"]]
    assert Vocabulary.count(lists, min_count=2).words == ("a", "b", "c")
    assert Vocabulary.count(lists, min_count=2, max_words=2).words == ("a", "b")
    assert len(Vocabulary.count([])) == 2


@given(LISTS, st.randoms())
def test_the_order_of_the_texts_does_not_matter(lists, random):
    shuffled = [random.sample(tokens, len(tokens)) for tokens in random.sample(lists, len(lists))]
    assert Vocabulary.count(lists) == Vocabulary.count(shuffled)


def test_the_hash_seed_of_python_does_not_matter():
    program = (
        "import json; from attentif.text.vocabulary import Vocabulary;"
        "words = [f'w{n % 500}' for n in range(999)];"
        "print(json.dumps(Vocabulary.count([set(words), words]).to_json()))"
    )
    source = str(Path(errors.__file__).parents[1])
    files = {
        subprocess.run(
            [sys.executable, "-c", program],
            env=os.environ | {"PYTHONHASHSEED": seed, "PYTHONPATH": source},
            capture_output=True,
            check=True,
        ).stdout
        for seed in ("1", "2")
    }
    assert len(files) == 1


def test_it_cannot_be_changed():
    with pytest.raises(FrozenInstanceError):
        Vocabulary(("a",)).words = ("b",)  # pyright: ignore[reportAttributeAccessIssue]


@given(LISTS)
def test_json_round_trip(lists):
    vocabulary = Vocabulary.count(lists)
    again = Vocabulary.from_json(json.loads(json.dumps(vocabulary.to_json())))
    assert again == vocabulary
    assert again.id("é") == vocabulary.id("é")


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"words": ["b", "a"]}, "the words or their order changed"),
        ({"words": ["a", "c"]}, "the words or their order changed"),
        ({"hash": None}, "the words or their order changed"),
        ({"words": ["a", "a"]}, "each word once, got 1 repeats"),
        ({"words": ["a", 3]}, "a list of texts"),
        ({"words": None}, "a list of texts"),
    ],
)
def test_a_changed_file_is_refused(change, message):
    with pytest.raises(ArtifactError, match=message):
        Vocabulary.from_json(Vocabulary(("a", "b")).to_json() | change)


def test_what_is_no_object_is_refused():
    with pytest.raises(ArtifactError, match="an object with a list"):
        Vocabulary.from_json(["a"])  # pyright: ignore[reportArgumentType]
