"""The benchmark of the bottleneck: its table and what must hold."""

import pytest
from benchmarks import bottleneck
from benchmarks.bottleneck import goals_of, section_of

from attentif.app.compare_pairs import DecoderComparison, DecoderRun
from attentif.data.pair_corpora import LoadedPairs
from attentif.data.pairs import Pair, PairReading
from attentif.errors import DataError
from attentif.measure.paired_outputs import edits_of
from attentif.measure.transduction import Outputs, score_outputs

pytest.importorskip("sacrebleu")
SHORT, LONG = "a b c d e", "f g h i j k l m n o"
LOADED = LoadedPairs(name="made", train=PairReading(name="made", pairs=[Pair("a", "b", 1)]))


def made(kind: str, short: str, long: str) -> DecoderRun:
    """A training that wrote these."""
    references, texts = [[SHORT], [LONG]] * 20, [short, long] * 20
    lengths = (5, 10) * 20
    scores = score_outputs(
        references, Outputs(texts, lengths, [False] * 40), units=str.split, machine=True
    )
    return DecoderRun(kind, 0, 8, 100, 1.0, scores, edits_of(references, texts, str.split), lengths)


def compared(luong: tuple[str, str], none: tuple[str, str]) -> DecoderComparison:
    return DecoderComparison(("none", "luong"), (made("none", *none), made("luong", *luong)))


WEAK = "f g h i j x x x x x"


def test_attention_that_wins_on_long_sentences_passes():
    found = goals_of(compared((SHORT, LONG), (SHORT, WEAK)), "luong")
    assert [goal.passed for goal in found] == [True, True]


def test_attention_that_wins_on_short_ones_only_falls_short():
    found = goals_of(compared((SHORT, WEAK), ("a b c d x", WEAK)), "luong")
    assert not found[1].passed


def test_no_difference_falls_short():
    assert not goals_of(compared((SHORT, WEAK), (SHORT, WEAK)), "luong")[0].passed


def test_the_table_has_a_column_a_group():
    section = section_of(compared((SHORT, LONG), (SHORT, WEAK)), LOADED, {"epochs": 1})
    assert section.columns[-2:] == ("BLEU, 5 to 5", "BLEU, 10 to 10")
    assert [row[0] for row in section.rows] == ["none", "luong"]
    assert all(len(row) == len(section.columns) for row in section.rows)
    said = " ".join(section.sentences)
    assert "attention wins" in said and "luong 100 %" in said


def test_missing_data_are_skipped_and_said(monkeypatch, capsys):
    def missing(name):
        raise DataError("not here")

    monkeypatch.setattr(bottleneck, "load_pairs", missing)
    monkeypatch.setattr("sys.argv", ["bottleneck"])
    assert bottleneck.main() == 0
    assert "skipped: not here" in capsys.readouterr().err
