"""What a person reads on 80 columns: complete, in order, and never taken for markup."""

import io
from dataclasses import replace
from pathlib import Path

import numpy as np
from rich.console import Console

from attentif.app.show import ended_early, show_account, show_scores, spread
from attentif.measure.compare import Estimate
from attentif.measure.decision import UNSURE
from attentif.measure.metrics import score


def test_why_training_ended():
    assert ended_early("") == []
    assert ended_early("diverged: try less.") == ["Training ended early: diverged: try less."]


def test_a_mean_with_its_interval():
    assert spread(Estimate(-0.163, -1.0, 1.0)) == "-.163 (-1.00 to 1.00)"
    assert spread(Estimate(0.0, 0.0, 0.5)) == ".000 (.000 to .500)"


def test_where_the_unsure_rows_are_counted():
    file, chances = io.StringIO(), np.array([[0.9, 0.1], [0.2, 0.8], [0.5, 0.5]])
    decided = np.array([0, 1, UNSURE])
    found = score(np.array([0, 1, 1]), chances, ["ham", "spam"], positive=1, decided=decided)
    show_scores(Console(file=file, width=80), found, "Scores")
    lines = [" ".join(line.split()) for line in file.getvalue().splitlines()]
    assert "unsure 1 wrong above, in no column below" in lines


def test_the_account_on_80_columns(account, tmp_path):
    file = io.StringIO()
    console = Console(file=file, width=80, force_terminal=True, color_system=None)
    metrics = {"provenance": "The [b]file[/b].", "data": {"warnings": ["mind the [gap]"]}}
    show_account(console, account, metrics, tmp_path, tmp_path / "report.html")
    lines = file.getvalue().splitlines()
    headings = [line for line in lines if line in HEADINGS or line.startswith("Scores on the")]
    assert headings == [*HEADINGS[:3], "Scores on the 20 test rows", *HEADINGS[3:]]
    assert max(map(len, lines)) <= max(80, len(f"Report: {tmp_path}/report.html"))
    for words in ("The [b]file[/b].", "mind the [gap]", "40 rows to train, 10 to choose"):
        assert any(words in line for line in lines), words


HEADINGS = ["Verdict", "Data", "Training", "Beside the baselines", "The most certain mistakes"]


def test_without_baselines_nothing_stands_beside_the_network(account):
    file = io.StringIO()
    metrics = {"provenance": "", "data": {"warnings": []}}
    alone = replace(account, baselines=[])
    show_account(Console(file=file, width=80), alone, metrics, Path("m"), None)
    assert "Scores on the 20 test rows" in file.getvalue()
    assert "baseline" not in file.getvalue().split("Scores on")[1]


def test_without_rows_to_judge_on(untested, tmp_path):
    file = io.StringIO()
    metrics = {"provenance": "", "data": {"warnings": []}}
    show_account(Console(file=file, width=80), untested, metrics, tmp_path, None)
    assert "No row was kept aside" in file.getvalue()
    assert "Scores on" not in file.getvalue() and "Report:" not in file.getvalue()
