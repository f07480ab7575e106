"""Why an answer, on 80 columns: complete, and never taken for markup."""

import io
from dataclasses import replace

import pytest
from rich.console import Console

from attentif.app.reasons import ALIKE, NOTHING, belief, show_explanation
from attentif.inspect.explain import Explanation, TokenReason

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


def shown(explanation: Explanation, *, colours: bool = False, others=NOTHING) -> str:
    file = io.StringIO()
    system = "truecolor" if colours else None
    console = Console(file=file, width=80, force_terminal=colours, color_system=system)
    show_explanation(console, explanation, others)
    return file.getvalue()


def test_an_explanation_without_colour():
    assert shown(EXPLANATION).splitlines() == [
        "spam  probability 0.750",
        "attention: where the network looked",
        "[red]win(0.75) now(0.25)",
        "without the word: what speaks for spam",
        "[red]win(+0.50) now(-0.25)",
        "Attention and leaving out agree (tau 1.00): the attention points at what counts.",
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


def test_an_even_attention_is_said_to_explain_nothing():
    even = [TOKENS[0]._replace(attention=0.51), TOKENS[1]._replace(attention=0.49)]
    assert ALIKE in shown(replace(EXPLANATION, tokens=even))  # although the orders agree
    same = [token._replace(attention=0.5) for token in TOKENS]
    assert ALIKE in shown(replace(EXPLANATION, tokens=same, agreement=None))
    assert ALIKE not in shown(EXPLANATION)


def test_further_measures_stand_below():
    out = shown(replace(EXPLANATION), others={"integrated": [0.5, -0.3], "gradient": [0.1, 0.0]})
    lines = out.splitlines()
    place = lines.index("integrated gradients: what speaks for spam")
    assert lines[place + 1] == "[red]win(+0.50) now(-0.30)"
    assert lines[place + 2] == "gradient times input: what speaks for spam"


def test_an_empty_text():
    blank = replace(EXPLANATION, text=" ", tokens=[], agreement=None)
    assert "The text is empty" in shown(blank)


@pytest.mark.parametrize(
    ("tau", "words"),
    [(0.5, "agree (tau 0.50)"), (0.2, "agree a little"), (0.19, "hardly agree"), (-1, "hardly")],
)
def test_how_far_the_attention_can_be_believed(tau, words):
    assert words in belief(tau)


def test_where_no_single_word_decides_that_is_said():
    small = [
        token._replace(left_out=part) for token, part in zip(TOKENS, (0.0042, -0.001), strict=True)
    ]
    out = shown(replace(EXPLANATION, tokens=small))
    assert "win(+0.004) now(-0.001)" in out
    assert "No single word decides: without any one of them the probability" in out
    assert "by 0.004 at most" in out.replace("\n", " ")
    assert "No single word" not in shown(EXPLANATION)
