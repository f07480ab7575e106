import csv
import json
import sys

import pytest
from benchmarks import svm_scoring
from benchmarks.scoring import (
    CHAR,
    OURS,
    WORD,
    Scored,
    latencies,
    latency_section,
    megabytes_of,
    scoring_section,
    start_section,
)

ROWS = [("ham", "see you at noon"), ("spam", "win a prize now"), ("ham", "lunch, at home?")] * 4


def scored(ours: float, char: float, peak: float = 100.0) -> dict[str, Scored]:
    return {
        OURS: Scored([ours, ours, 2 * ours], peak),
        WORD: Scored([1.0] * 3, 90.0),
        CHAR: Scored([char] * 3, 250.0),
    }


def passed(section):
    return [goal.passed for goal in section.goals]


def test_fast_and_small_passes_and_the_median_counts():
    section = scoring_section(scored(1.0, 3.0), 25_000)
    assert passed(section) == [True, True, True, True]
    assert section.rows[0] == [OURS, "25,000 (12,500 to 25,000)", "3.00", "100 MiB"]
    assert section.goals[2].measured == "1.00 times"


def test_slow_or_fat_falls_short():
    assert passed(scoring_section(scored(1.1, 3.0), 25_000)) == [False, False, False, True]
    assert passed(scoring_section(scored(1.0, 2.9, peak=290.0), 25_000)) == [
        True,
        False,
        True,
        False,
    ]


def test_starts_are_judged_by_their_medians():
    quick = {"predict": [0.5, 0.5, 9.0], "help": [0.1, 0.1, 9.0], "torch": [1.5, 1.5, 1.6]}
    assert passed(start_section(quick)) == [True, True, True]
    slow = {"predict": [0.61], "help": [0.21], "torch": [1.8]}
    assert passed(start_section(slow)) == [False, False, False]


def test_one_message_and_the_size():
    assert passed(latency_section([0.5] * 99 + [50.0], 4.9)) == [True, True]
    assert passed(latency_section([1.5] * 10, 5.1)) == [False, False]


def test_a_model_is_asked_one_text_at_a_time(tiny_classifier, tmp_path):
    model = tiny_classifier.save(tmp_path / "model")
    (model / "report.html").write_text("x" * 10**6, encoding="utf-8")
    assert len(latencies(model, ["win", "", "lunch at home"])) == 3
    assert 0.001 < megabytes_of(model) < 1


@pytest.mark.parametrize("kind", ["word", "char"])
def test_the_peer_learns_and_answers_every_row(kind, tmp_path, monkeypatch):
    known, out = tmp_path / "known.csv", tmp_path / "out.csv"
    with known.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows([("label", "text"), *ROWS])
    monkeypatch.setattr(svm_scoring, "CHUNK", 5)
    for line in (["learn", tmp_path / "m", kind, known], ["answer", tmp_path / "m", known, out]):
        monkeypatch.setattr(sys, "argv", ["x", *map(str, [tmp_path / "found.json", *line])])
        svm_scoring.main()
    with out.open(encoding="utf-8", newline="") as file:
        found = list(csv.DictReader(file))
    assert [(row["label"], row["text"]) for row in found] == ROWS
    assert [row["prediction"] for row in found] == [label for label, _ in ROWS]
    assert json.loads((tmp_path / "found.json").read_text(encoding="utf-8"))["peak_mib"] > 1
