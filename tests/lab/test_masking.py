"""Without the mask: every cell behind more and more padding, sentences from the numbers."""

import pytest

from attentif.lab.language import LANGUAGES
from attentif.lab.masking import Row, Size, answer, curve_said, run
from attentif.lab.results import Wishes

TINY = Size(words=8, lengths=(10, 40), epochs=2, texts=60)
EN, FR = LANGUAGES["en"], LANGUAGES["fr"]


@pytest.fixture(scope="module")
def findings(wishes):
    return run(wishes, TINY)


def test_every_cell_with_and_without_the_mask(findings):
    cells = {one["cell"]: one for one in findings.numbers["cells"]}
    assert list(cells) == ["workshop-rnn", "rnn", "gru", "lstm"]
    for one in cells.values():
        tried = [int(length) for length in one["padded"]]
        assert tried == [n for n in TINY.lengths if n <= (one["gives_in"] or 99)]
    rnn = cells["workshop-rnn"]
    reaches = [one["reach_before"]["last_word"] for one in (rnn["masked"], rnn["padded"]["10"])]
    assert reaches[0] == pytest.approx(1.0) and reaches[1] < 0.1


def test_pictures_tables_and_words(findings):
    assert [one.name for one in findings.pictures] == [
        "loss-workshop-rnn", "loss-lstm", "weights", "padding",
    ]  # fmt: skip
    weights, lengths = findings.tables
    assert len(weights.rows) == len(findings.numbers["weights"])
    assert {len(row) for row in lengths.rows} == {len(lengths.head)}
    assert len(findings.details) == 2


class Made:
    """Stands for a network with such an MCC, or such losses in validation."""

    def __init__(self, mcc=0.0, losses=(0.5,)):
        scores = type("S", (), {"mcc": mcc})
        history = [{"validation_loss": loss, "validation_accuracy": 0.7} for loss in losses]
        self.trial = type("T", (), {"scores": scores, "history": history})


def row(**by_length):
    padded = {int(name[1:]): Made(mcc) for name, mcc in by_length.items()}
    return Row("key", "name", Made(0.6), padded)


def test_where_a_cell_gives_in():
    assert row(n25=0.5, n50=0.0).gives_in == 50
    assert row(n25=0.5, n50=0.4).gives_in is None


@pytest.mark.parametrize(
    ("rnn", "lstm", "said"),
    [
        (row(n25=0.5), row(n25=0.5), "still learns something"),
        (row(n25=0.0), row(n25=0.5, n50=0.4, n200=0.5), "LSTM still learns at 200"),
        (row(n25=0.0), row(n25=0.0), "nor does the LSTM"),
        (row(n25=0.3, n50=0.0), row(n25=0.0), "as soon as 25"),
        (row(n25=0.0), row(n25=0.5, n50=0.0), "later, at 50"),
    ],
)
def test_the_answer_follows_the_numbers(rnn, lstm, said):
    assert said in answer([rnn, lstm], Size(), EN)
    assert answer([rnn, lstm], Size(), EN) != answer([rnn, lstm], Size(), FR)


def test_a_plateau_is_only_claimed_where_there_is_one(parts):
    plateau = Row("k", "n", Made(), {50: Made(losses=(0.70, parts.constant_loss))})
    falling = Row("k", "n", Made(), {50: Made(losses=(0.70, 0.2))})
    assert "plateau from the first epoch" in curve_said(plateau, 50, parts, EN)
    assert "do not give it away" in curve_said(falling, 50, parts, EN)
    assert "0,20" in curve_said(falling, 50, parts, FR)


def test_french_throughout(toy_file):
    found = run(Wishes(data=toy_file, language=FR), TINY._replace(texts=40, epochs=1))
    words = " ".join([found.answer, *found.details, *(t.note for t in found.tables)])
    assert " the " not in words and "masque" in words
