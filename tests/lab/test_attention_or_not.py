import pytest

from attentif.lab.attention_or_not import NETWORKS, PAIRS, Gap, Size, answer, run
from attentif.lab.language import LANGUAGES
from attentif.measure.paired import Difference

TINY = Size(splits=2, texts=60, epochs=1, hidden=4)
EN = LANGUAGES["en"]


@pytest.fixture(scope="module")
def findings(wishes):
    return run(wishes, TINY)


def test_five_networks_and_two_paired_differences(findings):
    (table,) = findings.tables
    assert len(table.rows) == len(NETWORKS) == 5
    assert {row[0] for row in table.rows} >= {"RNN", "LSTM with attention"}
    assert all(len(one["macro_f1"]) == 2 for one in findings.numbers["networks"].values())
    assert [one["network"] for one in findings.numbers["differences"]] == list(PAIRS)
    assert [one.name for one in findings.pictures] == ["differences"]
    assert "ham and spam" in findings.question


def test_the_difference_is_that_of_the_splits(findings):
    networks = findings.numbers["networks"]
    for one in findings.numbers["differences"]:
        a, b = (networks[key]["macro_f1"] for key in (one["network"], PAIRS[one["network"]]))
        assert one["mean"] == pytest.approx(sum(a) / 2 - sum(b) / 2)


def gap(mean, low, high, p=0.001, name="LSTM"):
    return Gap("key", name, Difference(mean, low, high, p))


@pytest.mark.parametrize(
    ("found", "verdict"),
    [
        (gap(0.02, 0.01, 0.03), "better"),
        (gap(0.02, 0.01, 0.03, p=0.06), "open"),
        (gap(-0.02, -0.03, -0.01), "worse"),
        (gap(0.0, -0.009, 0.009, p=0.9), "same"),
        (gap(0.0, -0.02, 0.009, p=0.9), "open"),
    ],
)
def test_verdicts(found, verdict):
    assert found.verdict == verdict


GOOD, BAD, SAME = gap(0.02, 0.01, 0.03), gap(-0.02, -0.03, -0.01), gap(0, -0.005, 0.005, 1.0)
OPEN = gap(0.01, -0.02, 0.04, 0.5, "GRU")


@pytest.mark.parametrize(
    ("gaps", "said"),
    [
        ([GOOD, GOOD], "Yes, it pays here"),
        ([GOOD, OPEN], "It depends on the cell"),
        ([BAD, OPEN], "No, it does harm here"),
        ([SAME, SAME], "No: whatever it changes is less than one point"),
        ([OPEN, SAME], "No need for it can be shown"),
    ],
)
def test_the_conclusion_follows_the_intervals(gaps, said):
    assert answer(gaps, EN).startswith(said)
    assert answer(gaps, LANGUAGES["fr"]) != answer(gaps, EN)


def test_the_interval_is_written_in_points():
    assert "GRU +1.0 (95\N{NO-BREAK SPACE}%: −2.0 to +4.0)" in answer([OPEN], EN)
    assert "+1,0" in answer([OPEN], LANGUAGES["fr"])
