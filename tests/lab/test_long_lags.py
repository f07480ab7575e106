import pytest

from attentif.lab.lag_trials import Attempt, Round
from attentif.lab.language import LANGUAGES
from attentif.lab.long_lags import Size, answer, details, run
from attentif.lab.results import Wishes
from attentif.lab.sequence_training import Learnt

TINY = Size(
    (Round("adding", 10, 2_000, ("rnn", "lstm"), 3), Round("copying", 3, 2_000, ("rnn",), 3))
)
EN = LANGUAGES["en"]


@pytest.fixture(scope="module")
def findings():
    return run(Wishes(), TINY)


def test_a_row_for_each_attempt_and_a_picture_for_each_problem(findings):
    (table,) = findings.tables
    assert [row[:4] for row in table.rows] == [
        ("adding", "10", "tanh RNN", ">\N{NO-BREAK SPACE}2,000"),
        ("adding", "10", "LSTM, gates held open", ">\N{NO-BREAK SPACE}2,000"),
        ("copying", "3", "tanh RNN", ">\N{NO-BREAK SPACE}2,000"),
    ]
    assert [one.name for one in findings.pictures] == ["loss-adding", "loss-copying"]
    assert len(findings.numbers["attempts"]) == 3
    assert "was not among those tried" in findings.answer


def test_a_limit_of_time_is_said():
    found = run(Wishes(minutes=1e-6, language=LANGUAGES["fr"]), TINY)
    assert "a interrompu 3 apprentissages sur 3" in found.details[-1]
    assert not found.pictures


def attempt(contender, needed=None, *, problem="adding", length=100, right=0.2, why="", loss=0.04):
    seen = needed or 60_000
    history = [{"accuracy": right, "loss": loss}]
    learnt = Learnt(needed, seen, history, 1.0, why)
    return Attempt(Round(problem, length, seen), contender, 10, learnt)


@pytest.mark.parametrize(
    ("attempts", "said"),
    [
        ([attempt("lstm", 30_000)], "after 30,000 sequences, fewer than the published 74,000."),
        (
            [attempt("lstm", 300_000)],
            "after 300,000 sequences, not fewer than the published 74,000.",
        ),
        ([attempt("lstm")], "did not solve adding at length 100 in 60,000 sequences"),
        ([attempt("lstm")], "it had learnt nothing yet"),
        ([attempt("lstm", right=0.5, loss=0.01)], "50.0\N{NO-BREAK SPACE}% of its answers"),
        ([attempt("lstm", why="time")], "the time limit broke it off"),
        ([attempt("lstm", 30_000), attempt("rnn")], "the tanh RNN does not in 60,000: it had"),
        ([attempt("lstm", 30_000), attempt("rnn", 9_000)], "the tanh RNN after 9,000."),
    ],
)
def test_the_sentence_follows_the_numbers(attempts, said):
    assert said in answer(attempts, EN)


def test_what_the_start_decides():
    both = [attempt("lstm", 30_000), attempt("lstm-bias-1")]
    assert "it has not solved it after 60,000" in details(both, Wishes())[0]
    both = [attempt("lstm", 30_000), attempt("lstm-bias-1", 50_000)]
    assert "it needs 50,000" in details(both, Wishes())[0]
    assert details([attempt("lstm", 30_000)], Wishes()) == []


def test_how_far_the_rnn_reaches():
    found = [attempt("rnn", length=20, right=0.6), attempt("rnn", length=50)]
    assert "at length 20, and no more at length 50" in details(found, Wishes())[0]
    assert details(found[:1], Wishes()) == []


def test_where_the_rnn_is_quickest_it_is_said():
    rnn = attempt("rnn", 22_000, problem="copying", length=10)
    slow = attempt("lstm", problem="copying", length=10)
    assert (
        "the tanh RNN with an orthogonal start is the quickest" in details([rnn, slow], Wishes())[0]
    )
    quick = attempt("lstm", 2_000, problem="copying", length=10)
    assert details([rnn, quick], Wishes()) == []
