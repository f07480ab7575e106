import random

import pytest
from benchmarks import growth
from benchmarks.growth import Cost, stages_section, verbs_section
from benchmarks.messages import corrupted, many, write

from attentif.data.read import read

ROWS = [("ham", "see you at seven tonight"), ("spam", 'you "won" a prize; call, now\tor never')]


def test_messages_are_the_same_for_a_seed_and_are_made_one_by_one():
    first = [next(rows) for rows in [many(ROWS, 10**12)] for _ in range(50)]
    assert first == list(many(ROWS, 50)) != list(many(ROWS, 50, seed=1))
    assert {label for label, _ in first} == {"ham", "spam"}
    assert len({text for _, text in first}) > 10


def test_about_so_many_words_are_dropped_or_misspelt():
    draw, whole = random.Random(0), "quick brown foxes jumped over lazy sleeping dogs"
    words = whole.split()
    found = [word for _ in range(1000) for word in corrupted(whole, draw).split()]
    assert len(found) == pytest.approx(900 * len(words), rel=0.02)
    assert sum(word not in words for word in found) / len(found) == pytest.approx(0.15, abs=0.02)
    assert corrupted("a", random.Random(0)) == "a" and corrupted("", draw) == ""


def test_the_file_is_read_back_whole(tmp_path):
    file = write(tmp_path / "many.csv", ROWS, 300)
    reading = read(file)
    assert [(e.label, e.text) for e in reading.examples] == list(many(ROWS, 300))
    assert list(tmp_path.iterdir()) == [file]


def costs(*seconds: float, peaks: tuple[float, ...]) -> list[Cost]:
    return [Cost(10**n, s, peak) for n, (s, peak) in enumerate(zip(seconds, peaks, strict=True), 3)]


def test_growth_in_proportion_passes_and_more_falls_short():
    even, steep = costs(1, 10, 100, peaks=(200, 210, 220)), costs(1, 10, 1000, peaks=(1, 2, 3))
    section = verbs_section({"training, one epoch": steep, "scoring": even})
    assert [goal.passed for goal in section.goals] == [False, True, True]
    assert section.goals[0].measured == "2.00"
    assert section.sentences[1] == "Memory of scoring: 111 MiB more a million messages."
    assert section.rows[1][:5] == ["training, one epoch", "10,000", "10.0", "1.00", "1,000"]
    fat = verbs_section({"training, one epoch": even, "scoring": costs(1, peaks=(400,))})
    assert not fat.goals[-1].passed and fat.goals[-1].measured == "419 MB"


def test_a_steep_stage_is_named_unless_it_is_too_short_to_tell():
    peaks = (1, 1)
    found = {"read": costs(1, 10, peaks=peaks), "split": costs(0.1, 5, peaks=peaks)}
    assert stages_section(found).goals[0].measured == "split (1.70)"
    found["split"] = costs(0.001, 0.05, peaks=peaks)
    assert stages_section(found).goals[0].passed


def test_one_size_alone_says_nothing_of_growth():
    one = costs(1, peaks=(10,))
    assert stages_section({"read": one}).goals == []
    assert len(verbs_section({"training, one epoch": one, "scoring": one}).goals) == 1


@pytest.mark.slow
def test_both_verbs_and_the_stages_run_on_a_small_file():
    verbs, stages = growth.measured([*ROWS, ("ham", "lunch at noon"), ("spam", "win cash")], [60])
    assert set(verbs) == set(growth.VERBS) and all(c[0].peak_mib > 10 for c in verbs.values())
    assert list(stages) == [
        "read", "check", "split", "vocabulary", "encode", "batches of 32", "batches to read",
    ]  # fmt: skip
