"""`train --task transduce` and `test` on its model, called as the command line calls them."""

import json
from pathlib import Path

import pytest

from attentif.app import transduce
from attentif.app.options import JsonOption, Splitting, TrainOptions
from attentif.app.transduce import run, verdict
from attentif.app.transducer_flags import PairOptions
from attentif.data.options import ReadOptions
from attentif.errors import ConfigError, DataError
from attentif.measure.transduction import Outputs, score_outputs

TINY = {"hidden_size": 16, "embedding_size": 8, "epochs": 2, "batch_size": 16}


@pytest.fixture
def pairs(tmp_path) -> Path:
    rows = [f"{'ab' * (n % 4 + 1)}{n % 5}\t{n % 5}{'BA' * (n % 4 + 1)}" for n in range(80)]
    path = tmp_path / "pairs.tsv"
    path.write_text("\n".join([*rows, "x\t"]) + "\n", encoding="utf-8")
    return path


def trained(pairs, out, *, splitting=None, pairing=None, **options):
    run(
        str(pairs), TINY, TrainOptions(out=str(out), **options), splitting or Splitting(),
        ReadOptions(), pairing or PairOptions(task="transduce"),
    )  # fmt: skip


def test_a_person_reads_the_verdict_first(pairs, tmp_path, capsys):
    trained(pairs, tmp_path / "model")
    found = capsys.readouterr()
    out = " ".join(found.out.split())
    assert out.startswith("Verdict")
    assert "outputs are right as a whole" in out and "from its source alone" in out
    assert "(teacher-forced)" in out and "(free-running)" in out
    assert "By length of the source" in out
    assert "1 pair with an empty side dropped (line 81)." in found.err
    assert "teacher-forced: loss" in found.err and "free-running: exact" in found.err
    assert not (tmp_path / ".model.training").exists()


def test_a_machine_gets_the_metrics(pairs, tmp_path, capsys):
    trained(pairs, tmp_path / "model", json=True, quiet=True)
    found = capsys.readouterr()
    metrics = json.loads(found.out)
    assert found.err == ""
    assert metrics == json.loads((tmp_path / "model" / "metrics.json").read_text(encoding="utf-8"))
    assert metrics["split"]["train"] + metrics["split"]["validation"] < 80
    assert metrics["data"][0].startswith(f"{pairs}: 80 pairs")
    assert metrics["judged_on"] == "test" and 0 <= metrics["test"]["exact_match"] <= 1


def test_judged_again_with_the_same_scores(pairs, tmp_path, capsys):
    held = tmp_path / "held.tsv"
    held.write_text("ab1\t1BA\nabab2\t2BABA\nab1\t1ba\n", encoding="utf-8")
    trained(pairs, tmp_path / "model", splitting=Splitting(test_file=str(held)), json=True)
    scores = json.loads(capsys.readouterr().out)["test"]
    assert scores["n"] == 2  # a source with two targets is judged once
    transduce.test(tmp_path / "model", str(held), JsonOption(json=True), ReadOptions())
    assert json.loads(capsys.readouterr().out) == scores
    transduce.test(tmp_path / "model", str(pairs), JsonOption(), ReadOptions())
    found = capsys.readouterr()
    assert "what the model was trained on" in found.err
    assert "outputs are right as a whole" in " ".join(found.out.split())


def test_phones_are_not_called_words():
    """A word error of phones would be read as the share of words that are wrong."""
    scores = score_outputs([["b a"], ["c"]], Outputs(["b b", "c"], [2, 1], [False] * 2),
                           units=str.split)  # fmt: skip
    _, errors = verdict(scores, "test", {}, "spaced")
    assert errors.startswith("Unit error (spaced) 33.33%") and "word error" not in errors
    assert "word error 33.33%" in verdict(scores, "test", {}, "words")[1]


def test_two_files(tmp_path, capsys):
    for name, letter in (("a", "a"), ("b", "b")):
        lines = "".join(f"{letter * (n % 5 + 1)}{n}\n" for n in range(40))
        (tmp_path / name).write_text(lines, encoding="utf-8")
    trained(tmp_path / "a", tmp_path / "m", pairing=PairOptions(target_file=str(tmp_path / "b")),
            json=True)  # fmt: skip
    assert " and " in json.loads(capsys.readouterr().out)["data"][0]


def test_mistakes(pairs, tmp_path):
    with pytest.raises(ConfigError, match="for classifiers"):
        trained(pairs, tmp_path / "m", splitting=Splitting(first=10))
    with pytest.raises(ConfigError, match="--test draws the rows to judge on, and dates has"):
        trained("dates", tmp_path / "m", splitting=Splitting(test=0.3))
    with pytest.raises(ConfigError, match="--no-day-first is for dates, got .*pairs.tsv"):
        trained(pairs, tmp_path / "m", pairing=PairOptions(day_first=False))
    with pytest.raises(DataError, match="file of pairs or one of dates"):
        trained("no-such-name", tmp_path / "m")
    with pytest.raises(ConfigError, match="a setting's name"):
        run(str(pairs), {"ngram_min": 2}, TrainOptions(out=str(tmp_path / "m")), Splitting(),
            ReadOptions(), PairOptions())  # fmt: skip
