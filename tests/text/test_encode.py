"""The front end: arrays that depend on each text alone, cut, marked and complete."""

import copy
import dataclasses
import json
import pickle
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from ngram_reference import bucket, ngrams
from text_strategies import TEXTS

from attentif.config import TextSettings
from attentif.errors import ArtifactError, ConfigError, InputTypeError
from attentif.text import encode
from attentif.text.encode import Encoded, FrontEnd
from attentif.text.shapes import SHAPES, shape_id

TRAINING = ["win now", "win £9 now", "see you at six", "l'été arrive", "see it"]
PLAIN = TextSettings(subwords=False, shapes=False, min_count=1)


def pieces_of(encoded: Encoded, text: int) -> list[tuple[list[int], int]]:
    """The piece ids and the shape of each token of a text."""
    ids, starts, shapes = encoded.pieces
    found = encoded.words[encoded.starts[text] : encoded.starts[text + 1]]
    return [(ids[starts[n] : starts[n + 1]].tolist(), int(shapes[n])) for n in found]


def ids_of(front_end: FrontEnd, text: str) -> list[int]:
    """The first piece of each token: its id in the vocabulary."""
    return [ids[0] for ids, shape in pieces_of(front_end.encode([text]), 0)]


@pytest.fixture(scope="module")
def front_end() -> FrontEnd:
    return FrontEnd.fit(TRAINING, TextSettings(min_count=1))


def test_pieces_are_the_word_and_its_ngrams(front_end):
    size, settings = len(front_end.vocabulary), front_end.settings
    buckets, sizes = settings.ngram_buckets, (settings.ngram_min, settings.ngram_max)
    grams = [size + bucket(gram, buckets) for gram in ngrams("win", *sizes)]
    expected = [front_end.vocabulary.id("win"), *grams]
    assert pieces_of(front_end.encode(["WIN"]), 0) == [(expected, shape_id("WIN"))]
    unknown = front_end.encode(["qzxv"])
    assert pieces_of(unknown, 0)[0][0][0] == 1
    assert len(pieces_of(unknown, 0)[0][0]) == 1 + len(ngrams("qzxv", *sizes))


def test_padding_is_the_first_distinct_word(front_end):
    ids, starts, shapes = front_end.encode(["win"]).pieces
    assert (ids[starts[0] : starts[1]].tolist(), shapes[0]) == ([0], 0)
    assert len(starts) == len(shapes) + 1


def test_words_are_numbered_in_the_order_of_their_first_appearance(front_end):
    front_end.encode(["six at you see"])
    encoded = front_end.encode(["see you see", "at see six you"])
    assert encoded.words.tolist() == [1, 2, 1, 3, 1, 4, 2]


def test_the_arrays_have_the_promised_types_and_can_be_written(front_end):
    encoded = front_end.encode(["win", "", "see you"])
    types = [encoded.words, encoded.starts, *encoded.pieces, encoded.unknown, encoded.cut]
    names = ["int32", "int64", "int32", "int64", "int32", "int32", "bool"]
    assert [array.dtype.name for array in types] == names
    assert encoded.empty.dtype == bool
    assert all(array.flags.writeable for array in types)


@pytest.mark.parametrize("texts", [[], [""], ["win", " \n", "see you"]])
def test_lengths_fit(front_end, texts):
    encoded = front_end.encode(texts)
    assert len(encoded.lengths) == len(encoded.unknown) == len(encoded.cut) == len(texts)
    assert encoded.lengths.sum() == len(encoded.words)
    assert (encoded.lengths >= 1).all()


def test_an_empty_text_is_one_unknown_token(front_end):
    encoded = front_end.encode(["", " \t", "win"])
    assert encoded.empty.tolist() == [True, True, False]
    assert encoded.unknown.tolist() == [1, 1, 0]
    assert pieces_of(encoded, 0) == [([1], shape_id(""))] == pieces_of(encoded, 1)
    assert front_end.tokens(" \t") == [("", 0, 0, False)]


def test_unknown_tokens_are_counted(front_end):
    assert front_end.encode(["qzxv win 😀😀", "wkrp", "see"]).unknown.tolist() == [3, 1, 0]


@pytest.mark.parametrize(("truncate", "kept"), [("end", ["see", "you"]), ("start", ["at", "six"])])
def test_a_long_text_is_cut(truncate, kept):
    front_end = FrontEnd.fit(TRAINING, TextSettings(min_count=1, max_length=2, truncate=truncate))
    encoded = front_end.encode(["see you at six", "see you", "win"])
    assert encoded.cut.tolist() == [True, False, False]
    assert encoded.lengths.tolist() == [2, 2, 1]
    assert [token.text for token in front_end.tokens("see you at six")] == kept
    assert pieces_of(encoded, 0) == pieces_of(front_end.encode([" ".join(kept)]), 0)


def test_words_that_are_cut_off_are_not_in_the_vocabulary():
    settings = TextSettings(min_count=1, max_length=1, truncate="start")
    assert FrontEnd.fit(["a b", "c b"], settings).vocabulary.words == ("b",)


def test_the_longest_length_fits_nearly_all_training_texts():
    texts = ["a"] * 1500 + ["a b c", "a " * 500]
    assert FrontEnd.fit(texts, TextSettings()).max_length == 3
    assert FrontEnd.fit([""], TextSettings()).max_length == 1
    assert FrontEnd.fit([], TextSettings()).max_length == 1
    assert FrontEnd.fit(texts, TextSettings(max_length=7)).max_length == 7


def test_sizes_of_the_tables(front_end):
    assert front_end.n_pieces == len(front_end.vocabulary) + 65536
    assert front_end.n_grams == 65536
    assert front_end.n_shapes == len(SHAPES)
    plain = FrontEnd.fit(TRAINING, PLAIN)
    assert plain.n_pieces == len(plain.vocabulary)
    assert plain.n_grams == 0
    assert plain.n_shapes == 0


def test_distinct_words_are_surface_forms_with_shapes_and_keys_without(front_end):
    assert len(front_end.encode(["win WIN Win win"]).pieces.shapes) == 4
    encoded = FrontEnd.fit(TRAINING, PLAIN).encode(["win WIN Win win"])
    assert len(encoded.pieces.shapes) == 2
    assert encoded.words.tolist() == [1, 1, 1, 1]
    assert not encoded.pieces.shapes.any()


def test_case_counts_when_it_is_asked_for():
    settings = dataclasses.replace(PLAIN, lowercase=False, max_length=3)
    front_end = FrontEnd.fit(["WIN win", "WIN"], settings)
    assert front_end.vocabulary.words == ("WIN", "win")
    assert ids_of(front_end, "WIN win Win") == [2, 3, 1]
    assert [token.known for token in front_end.tokens("WIN win Win")] == [True, True, False]


def test_counts_and_limits_of_the_settings_are_honoured():
    settings = dataclasses.replace(PLAIN, min_count=2, max_words=1)
    assert FrontEnd.fit(TRAINING, settings).vocabulary.words == ("now",)
    workshop = dataclasses.replace(PLAIN, tokens="workshop", clean=("drop-addresses-workshop",))
    assert FrontEnd.fit(["Win!! ok.see it"], workshop).vocabulary.words == ("it", "win")


@given(st.lists(TEXTS, min_size=1, max_size=5), st.booleans(), st.booleans(), st.booleans())
def test_a_text_is_encoded_alike_alone_and_among_others(texts, subwords, shapes, lowercase):
    settings = TextSettings(subwords=subwords, shapes=shapes, lowercase=lowercase, max_length=6)
    front_end = FrontEnd.fit(TRAINING, settings)
    together = front_end.encode(texts)
    for number, text in enumerate(texts):
        alone = FrontEnd.fit(TRAINING, settings).encode([text])
        assert pieces_of(together, number) == pieces_of(alone, 0)
        assert together.unknown[number] == alone.unknown[0]
        assert together.cut[number] == alone.cut[0]


@given(TEXTS)
def test_tokens_are_those_that_are_encoded(text):
    front_end = FrontEnd.fit(TRAINING, TextSettings(min_count=1, max_length=5, truncate="start"))
    encoded, tokens = front_end.encode([text]), front_end.tokens(text)
    assert encoded.lengths.tolist() == [len(tokens)]
    assert encoded.unknown[0] == sum(not token.known for token in tokens)
    shapes = [shape for ids, shape in pieces_of(encoded, 0)]
    assert shapes == [shape_id(token.text) for token in tokens]
    known = [ids[0] != 1 for ids, shape in pieces_of(encoded, 0)]
    assert known == [token.known for token in tokens]


def test_accents_and_apostrophes():
    """The same text composed and decomposed, with either apostrophe: the same ids."""
    texts = ["d\u00e9j\u00e0 fait", "de\u0301ja\u0300 fait", "l\u2019\u00e9t\u00e9 arrive"]
    texts += ["l'\u00e9t\u00e9 arrive", "D\u00c9J\u00c0 gagn\u00e9"]
    front_end = FrontEnd.fit(texts, TextSettings(min_count=1))
    encoded = front_end.encode(texts)
    assert pieces_of(encoded, 0) == pieces_of(encoded, 1)
    assert pieces_of(encoded, 2) == pieces_of(encoded, 3)
    assert encoded.lengths.tolist() == [2, 2, 3, 3, 2]
    assert front_end.vocabulary.words == (
        *("d\u00e9j\u00e0", "arrive", "fait", "l'", "\u00e9t\u00e9", "gagn\u00e9"),
    )


@pytest.mark.parametrize("at_once", [1, 2, 3, 7])
def test_texts_are_read_in_blocks_and_alike(front_end, at_once, monkeypatch):
    texts = ["win £9 now", "", "see you, see me", "qzxv win", " ", "now now " * 40, "WIN"]
    whole = front_end.encode(texts)
    monkeypatch.setattr(encode, "AT_ONCE", at_once)
    parts = FrontEnd.from_json(front_end.settings, front_end.to_json()).encode(texts)
    for name in ("words", "starts", "unknown", "cut", "empty"):
        assert np.array_equal(getattr(parts, name), getattr(whole, name)), name
    assert all(map(np.array_equal, parts.pieces, whole.pieces))


def test_the_cache_is_bounded_and_changes_nothing(monkeypatch):
    monkeypatch.setattr(encode, "CACHED_WORDS", 3)
    front_end = FrontEnd.fit(TRAINING, TextSettings())
    text = "a b c d e f g h a b"
    first = pieces_of(front_end.encode([text]), 0)
    kept = front_end._memory
    assert pieces_of(front_end.encode([text]), 0) == first
    assert front_end._memory is not kept  # which had become too large
    front_end.encode(["a b"])
    kept = front_end._memory
    front_end.encode(["b a"])
    assert front_end._memory is kept and len(kept.words().known) == 3


def test_a_copy_reads_alike_and_takes_no_memory_along(front_end):
    front_end.encode(["win £9 now"])
    for copied in (pickle.loads(pickle.dumps(front_end)), copy.deepcopy(front_end)):
        assert len(copied._memory.words().known) == 1
        first, second = (f.encode(["WIN £9", "", "qzxv"]) for f in (front_end, copied))
        assert np.array_equal(first.words, second.words)
        assert np.array_equal(first.pieces.ids, second.pieces.ids)


def test_threads_that_share_a_front_end_read_alike():
    texts = [f"w{n} w{n % 7} v{n % 50}" for n in range(400)]
    expected = FrontEnd.fit(TRAINING, TextSettings()).encode(texts)
    shared = FrontEnd.fit(TRAINING, TextSettings())
    with ThreadPoolExecutor(6) as pool:
        for found in pool.map(shared.encode, [texts] * 12):
            assert np.array_equal(found.words, expected.words)
            assert np.array_equal(found.pieces.ids, expected.pieces.ids)


def test_a_pasted_file_is_one_word_of_bounded_size(front_end):
    assert len(front_end.encode(["x" * 100_000]).pieces.ids) < 300


def test_json_round_trip(front_end):
    data = json.loads(json.dumps(front_end.to_json()))
    again = FrontEnd.from_json(front_end.settings, data)
    texts = ["WIN £9", "qzxv", "see you " * 50]
    assert again.max_length == front_end.max_length
    assert pieces_of(again.encode(texts), 2) == pieces_of(front_end.encode(texts), 2)
    assert np.array_equal(again.encode(texts).pieces.ids, front_end.encode(texts).pieces.ids)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"max_length": 0}, "must be an int >= 1, got 0"),
        ({"max_length": None}, "must be an int >= 1, got None"),
        ({"max_length": True}, "must be an int >= 1, got True"),
        ({"vocabulary": {"words": ["a"], "hash": ""}}, "hash must be"),
        ({"vocabulary": None}, "an object with a list"),
    ],
)
def test_a_broken_file_is_refused(front_end, change, message):
    with pytest.raises(ArtifactError, match=message):
        FrontEnd.from_json(front_end.settings, front_end.to_json() | change)


def test_what_is_no_object_is_refused(front_end):
    with pytest.raises(ArtifactError, match="must be an object"):
        FrontEnd.from_json(front_end.settings, [])  # pyright: ignore[reportArgumentType]


@pytest.mark.parametrize(
    ("texts", "message"),
    [
        ("one text", "got one text: 'one text'"),
        (b"bytes", "got bytes"),
        (None, "got NoneType"),
        (["a", None], r"got None \(NoneType\) at position 1"),
        ([3.5], r"got 3.5 \(float\) at position 0"),
    ],
)
def test_what_is_not_a_list_of_texts_is_refused(front_end, texts, message):
    for call in (front_end.encode, lambda given: FrontEnd.fit(given, TextSettings())):
        with pytest.raises(InputTypeError, match=message):
            call(texts)
    with pytest.raises(InputTypeError, match=r"got 3 \(int\) at position 0"):
        front_end.tokens(3)


def test_texts_may_come_from_a_generator(front_end):
    assert front_end.encode(text for text in TRAINING).lengths.tolist() == [2, 4, 4, 3, 2]


@pytest.mark.parametrize(
    "settings",
    [TextSettings(clean=("nfk",)), TextSettings(tokens="word"), TextSettings(truncate="middle")],
)
def test_unknown_names_are_refused(settings):
    with pytest.raises(ConfigError, match="must be one of"):
        FrontEnd.fit(TRAINING, settings)
