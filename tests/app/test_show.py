"""What a person reads on 80 columns: complete, in order, and never taken for markup."""

import io
from dataclasses import replace
from pathlib import Path

import pytest
from rich.console import Console

from attentif.app.show import belief, ended_early, show_account, show_explanation, spread
from attentif.inspect.explain import Explanation, TokenReason
from attentif.measure.compare import Estimate

TOKENS = [
    TokenReason("[red]win", 0, 8, True, 0.75, 0.5),
    TokenReason("now", 9, 12, False, 0.25, -0.25),
]
EXPLANATION = Explanation(
    text="[red]win now",
    label="spam",
    explained="spam",
    probabilities={"ham": 0.25, "spam": 0.75},
    tokens=TOKENS,
    agreement=1.0,
)


def shown(explanation: Explanation, *, colours: bool = False) -> str:
    file = io.StringIO()
    system = "truecolor" if colours else None
    console = Console(file=file, width=80, force_terminal=colours, color_system=system)
    show_explanation(console, explanation)
    return file.getvalue()


def test_an_explanation_without_colour():
    assert shown(EXPLANATION).splitlines() == [
        "spam  probability 0.750",
        "attention: where the network looked",
        "[red]win(0.75) now(0.25)",
        "without the word: what speaks for spam",
        "[red]win(+0.50) now(-0.25)",
        "The two orders agree (tau 1.00): the attention points at what counts.",
        "",
    ]


def test_an_explanation_in_colour_has_no_numbers():
    drawn = shown(EXPLANATION, colours=True)
    assert "[red]win" in drawn and "0.50" not in drawn and "\x1b[" in drawn


def test_an_unsure_answer_names_the_most_probable_class():
    unsure = replace(EXPLANATION, label="unsure")
    assert shown(unsure).startswith("unsure  (most probable: spam, 0.750)\n")


def test_a_network_without_attention_shows_only_what_leaving_out_changes():
    bare = [token._replace(attention=None) for token in TOKENS]
    out = shown(replace(EXPLANATION, tokens=bare, agreement=None))
    assert "attention" not in out and "[red]win(+0.50)" in out


def test_an_empty_text():
    blank = replace(EXPLANATION, text=" ", tokens=[], agreement=None)
    assert "The text is empty" in shown(blank)


@pytest.mark.parametrize(
    ("tau", "words"),
    [(0.5, "agree (tau 0.50)"), (0.2, "agree a little"), (0.19, "hardly agree"), (-1, "hardly")],
)
def test_how_far_the_attention_can_be_believed(tau, words):
    assert words in belief(tau)


def test_why_training_ended():
    assert ended_early("") == []
    assert ended_early("diverged: try less.") == ["Training ended early: diverged: try less."]


def test_a_mean_with_its_interval():
    assert spread(Estimate(-0.163, -1.0, 1.0)) == "-.163 (-1.00 to 1.00)"
    assert spread(Estimate(0.0, 0.0, 0.5)) == ".000 (.000 to .500)"


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
