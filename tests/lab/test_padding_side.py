from types import SimpleNamespace

import pytest

from attentif.lab.language import LANGUAGES
from attentif.lab.padding_side import CELLS, Size, answer, clear, run
from attentif.measure.paired import Difference

TINY = Size(words=6, length=12, epochs=1, texts=60)
EN, FR = LANGUAGES["en"], LANGUAGES["fr"]


@pytest.fixture(scope="module")
def findings(wishes):
    return run(wishes, TINY)


def test_four_networks_on_three_paddings(findings):
    networks = findings.numbers["networks"]
    assert [one["network"] for one in networks] == list(CELLS)
    (table,) = findings.tables
    assert len(table.rows) == 4 and {len(row) for row in table.rows} == {len(table.head)}
    assert [one.name for one in findings.pictures] == ["scores"]
    assert findings.tables[0].note.count("MCC") == 2


def test_the_mask_makes_the_sides_equal_and_without_it_they_are_not(findings):
    for one in findings.numbers["networks"]:
        assert one["largest_state_difference"] < 1e-5
        assert one["before"]["reach_before"]["last_word"] == pytest.approx(1.0)
        if one["network"] == "attention":
            continue  # it looks at the last word itself
        assert one["after"]["reach_before"]["last_word"] < 0.9


def row(name, after, before, gap=1e-7):
    losses = [Difference(mean, mean - 0.05, mean + 0.05, 0.5) for mean in (after, before)]
    return SimpleNamespace(name=name, lost_after=losses[0], lost_before=losses[1], gap=gap)


def test_the_sentence_follows_the_numbers():
    said = answer([row("RNN", -0.4, 0.0), row("LSTM", 0.0, 0.0, 1e-6)], EN)
    assert "after the words changes the MCC by −0.20 on average (beyond chance for RNN)" in said
    assert "before them by 0.00 (beyond chance for none)" in said
    assert "by more than 1.0 × 10⁻⁶" in said.replace("\N{NO-BREAK SPACE}", " ")
    assert "−0,20" in answer([row("RNN", -0.4, 0.0), row("LSTM", 0.0, 0.0)], FR)


def test_a_gain_is_no_loss():
    assert "beyond chance for none" in answer([row("RNN", 0.4, 0.0)], EN)
    assert clear(["a"], [row("a", 0, 0)], EN) == "beyond chance for all"
