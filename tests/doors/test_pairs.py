"""Pairs of texts through the real command line, from a file to outputs and back."""

import csv
import gzip
import io
import json
import random

import numpy as np
import pytest
from app.samples import refused, run, said, strict_json

FLAGS = "--epochs 12 --hidden-size 48 --embedding-size 16 --batch-size 16 --learning-rate 0.01"


def reversed_words(n: int) -> list[tuple[str, str]]:
    drawn = random.Random(3)
    words = {"".join(drawn.choices("abcé", k=drawn.randint(1, 4))) for _ in range(n)}
    return [(word, word[::-1].upper()) for word in sorted(words)]


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """A model of a moment, trained on a packed file of two columns."""
    place = tmp_path_factory.mktemp("pairs")
    content = "".join(f"{source}\t{target}\n" for source, target in reversed_words(300))
    with gzip.open(place / "pairs.tsv.gz", "wt", encoding="utf-8") as file:
        file.write(content)
    ran = run(
        "train", place / "pairs.tsv.gz", "--task", "transduce", "--out", place / "m",
        *FLAGS.split(), "--json",
    )  # fmt: skip
    assert ran.code == 0, ran.err
    metrics = strict_json(ran.out)
    assert metrics["test"]["exact_match"] > 0.5  # it has learnt
    return place / "m"


def test_a_file_of_pairs_is_written_by_its_first_column(folder):
    for name in (folder.parent / "pairs.tsv.gz",):
        ran = run("predict", folder, name)
        assert ran.code == 0, ran.err
        rows = list(csv.DictReader(io.StringIO(ran.out)))
        pairs = reversed_words(300)
        assert [row["column 1"] for row in rows] == [source for source, _ in pairs]
        right = [row["output"] == row["column 2"] for row in rows]
        assert sum(right) > len(pairs) / 2


def test_standard_input_and_the_next_best(folder):
    texts = b"ab\n\nxyz\n"
    quick = said("predict", folder, stdin=texts)
    assert [row["text"] for row in quick] == ["ab", "", "xyz"]
    assert quick[1]["note"] == "empty" and quick[2]["unknown"] == ["x", "y", "z"]
    beam = said("predict", folder, "--n-best", 3, stdin=texts)  # a flag that typer reads
    best = [beam[0], *beam[0]["others"]]
    assert len({one["output"] for one in best}) == 3
    assert [one["score"] for one in best] == sorted((one["score"] for one in best), reverse=True)


def test_all_verbs_search_alike(folder, tmp_path):
    held = tmp_path / "held.tsv"
    held.write_text("ab\tBA\nxyz\tZYX\n", encoding="utf-8")
    wishes = ("--beam", 4, "--copy")
    [written, unknown] = said("predict", folder, *wishes, stdin=b"ab\nxyz\n")
    [explained, copied] = said("explain", folder, "ab", "xyz", *wishes)
    assert explained["output"] == written["output"]
    assert copied["output"] == unknown["output"]
    [scores] = said("test", folder, held, *wishes)
    assert scores["exact_match"] == np.mean([written["output"] == "BA", unknown["output"] == "ZYX"])


def test_where_the_network_looked(folder, tmp_path):
    ran = run("explain", folder, "ab", "<b>&")
    assert ran.code == 0 and "Unknown in the source" in ran.out
    alignment = json.loads(run("explain", folder, "ab", "--json").out)
    assert "".join(alignment["target"]) == alignment["output"] != ""
    assert all(sum(row) == pytest.approx(1) for row in alignment["weights"])
    assert run("explain", folder, "<b>&", "--page", tmp_path / "p.html").code == 0
    page = (tmp_path / "p.html").read_text(encoding="utf-8")
    assert "<svg" in page and "<b>&" not in page


def test_judged_again(folder):
    ran = run("test", folder, folder.parent / "pairs.tsv.gz", "--json")
    assert ran.code == 0 and strict_json(ran.out)["exact_match"] > 0.5
    assert "its scores flatter" in ran.err


def test_judged_on_two_files(folder, tmp_path, model):
    for name, side in (("a", 0), ("b", 1)):
        lines = "".join(f"{pair[side]}\n" for pair in reversed_words(300))
        (tmp_path / name).write_text(lines, encoding="utf-8")
    two = [tmp_path / "a", "--target-file", tmp_path / "b"]
    one = run("test", folder, folder.parent / "pairs.tsv.gz", "--json")
    assert run("test", folder, *two, "--json").out == one.out
    assert "--target-file is for transducers" in refused("test", model, *two)


def test_max_rows_cut_the_pairs_to_judge_on(folder):
    ran = run("test", folder, "dates", "--max-rows", 7, "--json")
    assert strict_json(ran.out)["n"] == 7
    assert "Only the first 7 rows were read (--max-rows)" in ran.err


def test_what_is_for_transducers_is_not_lost_on_a_classifier(model):
    assert "--beam is for transducers" in refused("predict", model, "-", "--beam", 3)
    assert "--beam is for transducers" in refused("explain", model, "a", "--beam", 3)
    assert "--copy is for transducers" in refused("test", model, "messages", "--copy")


@pytest.mark.parametrize(
    "words",
    [("predict", "-", "--beam", 3), ("explain", "a", "--copy"), ("test", "dates", "--beam", 3)],
    ids=lambda words: words[0],
)
def test_a_model_that_is_not_there_is_missed_before_its_flags(words, tmp_path):
    verb, *others = words
    said = refused(verb, tmp_path / "none", *others)
    assert "none" in said and "transducers" not in said


def test_what_is_for_classifiers_is_not_lost_on_a_transducer(folder):
    assert "--gradients is for classifiers" in refused("explain", folder, "a", "--gradients")
    assert "--threads is for classifiers" in refused("predict", folder, "-", "--threads", 2)


def test_refused_in_one_sentence(folder, tmp_path):
    pairs = folder.parent / "pairs.tsv.gz"
    assert "must be a classifier" in refused("inspect", folder, pairs)
    assert "--task transduce" in refused("train", pairs, "--task", "transduce", "--unsure", 0.1)
    assert "--decoder is for pairs" in refused("train", pairs, "--decoder", "none")
    assert "Did you mean 'transduce'" in refused("train", pairs, "--task", "transducer")
    assert "--preset is for" in refused(
        "train", pairs, "--task", "transduce", "--preset", "workshop-rnn"
    )
    assert "no model at" in refused("predict", tmp_path / "none", pairs)
