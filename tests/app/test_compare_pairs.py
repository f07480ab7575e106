"""`compare --task transduce`: who takes part, equal sizes, tables, a picture, conclusions."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from app.samples import refused, run, said
from attentif.app import compare_pairs
from attentif.app.compare_pairs import (
    DecoderComparison,
    DecoderRun,
    compared,
    of_equal_size,
    weights_of,
    widened,
)
from attentif.config import TransducerSettings
from attentif.data.pair_corpora import load_pairs
from attentif.measure.paired_outputs import edits_of
from attentif.measure.transduction import Outputs, score_outputs
from attentif.text.units import fit_units
from attentif.train.callbacks import INTERRUPTED

TINY = ["--hidden-size", "8", "--embedding-size", "4", "--epochs", "1", "--batch-size", "32"]
FEW = [*TINY, "--task", "transduce", "--seeds", "2"]


@pytest.fixture(scope="module")
def pairs(tmp_path_factory) -> Path:
    rows = [f"{'ab' * (n % 4 + 1)}{n % 9}\t{n % 9}{'BA' * (n % 4 + 1)}" for n in range(80)]
    path = tmp_path_factory.mktemp("pairs") / "pairs.tsv"
    path.write_text("\n".join(rows) + "\n", encoding="utf-8")
    return path


def made(kind: str, texts: list[str], seed: int = 0) -> DecoderRun:
    """A training whose outputs were these; sources of 2 and of 8 units."""
    right = [["aa"], ["bbbbbbbb"]] * 30
    lengths = (2, 8) * 30
    outputs = Outputs(texts * 30, lengths, [False] * 60)
    scores = score_outputs(right, outputs, units=list)
    return DecoderRun(kind, seed, 8, 100, 1.0, scores, edits_of(right, texts * 30, list), lengths)


def test_a_person_reads_tables_by_length_and_conclusions(pairs, tmp_path):
    picture = tmp_path / "found.svg"
    found = run("compare", pairs, *FEW, "--picture", picture)
    assert found.code == 0
    out = " ".join(found.out.split())
    assert "trainings a kind: 2" in out and "Split by source, drawn with seed 0" in out
    assert "right as a whole by the length of the source" in out
    assert "luong beside none:" in out and "bahdanau beside none:" in out
    assert f"Drawn: {picture}" in found.out.replace("\n", "")
    assert picture.read_text(encoding="utf-8").startswith("<svg")
    assert "none-seed-0: exact" in found.err and "bahdanau-seed-1: exact" in found.err


def test_json_holds_every_training_and_the_gaps(pairs):
    [found] = said("compare", pairs, *FEW, "--decoders", "none,luong", "--picture", "", "--json")
    assert [(one["decoder"], one["seed"]) for one in found["runs"]] == [
        ("none", 0), ("luong", 0), ("none", 1), ("luong", 1),
    ]  # fmt: skip
    assert list(found["gaps"]) == ["luong"] and len(found["conclusions"]) == 1
    groups = found["runs"][0]["scores"]["by_length"]
    assert len(found["gaps"]["luong"]["by_length"]) == len(groups)
    sizes = {one["parameters"] for one in found["runs"]}
    assert max(sizes) < 1.2 * min(sizes)


def test_a_kind_named_twice_takes_part_once(pairs):
    flags = [*FEW, "--decoders", "luong,luong", "--picture", ""]
    [found] = said("compare", pairs, *flags)
    assert [(one["decoder"], one["seed"]) for one in found["runs"]] == [("luong", 0), ("luong", 1)]


@pytest.mark.parametrize("tied", ["none", "all"])
def test_sizes_are_equal(tied):
    texts = ["abcdefghij", "klmnop"]
    settings = TransducerSettings(hidden_size=64, embedding_size=32, tied=tied)
    units = fit_units(texts, texts, settings, shared=tied == "all")
    own = of_equal_size(settings, ("none", "luong", "bahdanau"), units)
    assert [one.decoder for one in own] == ["none", "luong", "bahdanau"]
    assert own[2].hidden_size == 64 and own[0].hidden_size > own[1].hidden_size > 64
    sizes = [weights_of(one, units) for one in own]
    assert max(sizes) / min(sizes) < 1.05  # two units more are 3 % here


def test_what_is_about_luong_goes_to_luong_alone():
    settings = TransducerSettings(hidden_size=8, input_feeding=True, attention_score="dot")
    units = fit_units(["ab"], ["ba"], settings, shared=False)
    fed = {one.decoder: one for one in of_equal_size(settings, ("none", "luong"), units)}
    assert (fed["luong"].input_feeding, fed["luong"].attention_score) == (True, "dot")
    assert (fed["none"].input_feeding, fed["none"].attention_score) == (False, "general")
    [alone] = of_equal_size(settings, ("bahdanau",), units)
    assert alone.input_feeding  # so that it is refused, and not passed over


def test_the_nearest_even_width_is_taken():
    units = fit_units(["ab"], ["ba"], TransducerSettings(), shared=False)
    settings = TransducerSettings(hidden_size=10, embedding_size=4)
    for size in (10, 12, 30):
        wanted = weights_of(TransducerSettings(hidden_size=size, embedding_size=4), units)
        assert [widened(settings, units, wanted + more).hidden_size for more in (-2, 2)] == [
            size, size,
        ]  # fmt: skip


def test_each_training_has_its_kind_and_its_seed(pairs):
    loaded = load_pairs(str(pairs))
    loaded = replace(loaded, validation=loaded.train, test=loaded.train)
    settings = TransducerSettings(hidden_size=8, embedding_size=4, epochs=1, seed=5)
    seen = []

    def train(name, own, given):
        seen.append((name, own.decoder, own.seed, given is loaded))
        return compare_pairs.trained(name, own, given)

    found = compared(loaded, settings, ("none", "luong"), 2, tell=lambda words: None, train=train)
    assert seen == [
        (f"{kind}-seed-{seed}", kind, seed, True) for seed in (5, 6) for kind in ("none", "luong")
    ]
    assert [(run.kind, run.seed) for run in found.runs] == [(kind, s) for _, kind, s, _ in seen]


def test_conclusions_follow_the_figures():
    short_only, all_right = ["aa", "b"], ["aa", "bbbbbbbb"]
    won = DecoderComparison(("none", "luong"), (made("none", short_only), made("luong", all_right)))
    [sentence] = won.conclusions()
    assert "attention wins" in sentence and sentence.endswith(
        "more on long sources than on short ones."
    )
    assert won.groups == [(2, 2), (8, 8)]
    lost = DecoderComparison(
        ("none", "luong"), (made("none", all_right), made("luong", short_only))
    )
    assert "attention loses" in lost.conclusions()[0]
    lost_short = DecoderComparison(
        ("none", "luong"), (made("none", all_right), made("luong", ["", "bbbbbbbb"]))
    )
    for sentence in (*lost.conclusions(), *lost_short.conclusions()):
        assert "long sources" not in sentence  # nothing was won on them
    same = DecoderComparison(
        ("none", "luong"), (made("none", short_only), made("luong", short_only))
    )
    assert "no difference is shown" in same.conclusions()[0]
    assert DecoderComparison(("luong",), (made("luong", all_right),)).conclusions() == []


def test_gaps_are_of_the_sources_asked_for():
    found = DecoderComparison(
        ("none", "luong"), (made("none", ["aa", "b"]), made("luong", ["aa", "bbbbbbbb"]))
    )
    assert found.gap("luong", (2, 2)).mean == 0.0
    assert found.gap("luong", (8, 8)).mean == pytest.approx(7 / 8)
    assert found.gap("luong").mean == pytest.approx(7 / 10)
    assert np.isclose(found.to_dict()["gaps"]["luong"]["all"]["mean"], 0.7)


@pytest.mark.parametrize(
    ("flags", "sentence"),
    [
        (["--decoders", "none,lung"], "Did you mean 'luong'?"),
        (["--decoders", ","], "must name one at least"),
        (["--picture", "found.pdf"], "a file ending in .svg or .png"),
        (["--decoder", "none"], "give --decoders instead"),
        (["--splits", "2"], "--splits is for classifiers"),
        (["--decoders", "none", "--picture", "found.gif"], "--picture must be a file ending"),
        (["--picture", "none/found.svg"], "none/found.svg cannot be written (no such folder)"),
        (["--no-day-first"], "--no-day-first is for dates"),
        (["--test", "0"], "needs pairs to judge on"),
        (["--seeds", "0"], "seeds must be >= 1"),
    ],
)
def test_mistakes(pairs, flags, sentence):
    assert sentence in refused("compare", pairs, *TINY, "--task", "transduce", *flags)


def test_a_classifier_s_comparison_has_no_decoders(pairs):
    assert "give --task transduce too" in refused("compare", pairs, "--decoders", "none")


def test_ctrl_c_ends_the_comparison(pairs, monkeypatch):
    class Stopped(compare_pairs.Transducer):
        def fit(self, *args, **given):
            super().fit(*args, **given)
            self.stop_reason_ = INTERRUPTED
            return self

    monkeypatch.setattr(compare_pairs, "Transducer", Stopped)
    ran = run("compare", pairs, *FEW, "--picture", "")
    assert (ran.code, ran.out, ran.err) == (130, "", "attentif: interrupted.\n")
