from types import SimpleNamespace

import numpy as np
import pytest

from attentif.lab.language import LANGUAGES
from attentif.lab.sequence_length import Cut, Kept, Size, answer, enough, kept_of, run
from attentif.measure.paired import Difference

TINY = Size(lengths=(2, 4, 50), epochs=1, texts=60)
EN = LANGUAGES["en"]


@pytest.fixture(scope="module")
def findings(wishes):
    return run(wishes, TINY)


def test_every_length_shorter_than_the_longest_text_and_that_one(findings):
    cuts = findings.numbers["cuts"]
    assert [one["network"] for one in cuts] == ["lstm"] * 3 + ["attention"] * 3
    lengths = [one["length"] for one in cuts[:3]]
    assert lengths[:2] == [2, 4] and 4 < lengths[2] < 50
    kept = findings.numbers["kept"]
    assert kept[str(lengths[2])] == {"whole": 1.0, "words": 1.0}
    assert kept["2"]["words"] < kept["4"]["words"] < 1
    assert cuts[2]["minus_uncut"]["mean"] == 0 and all(one["epoch_seconds"] > 0 for one in cuts)
    assert [one.name for one in findings.pictures] == ["score", "cost"]
    written = [row[1] for row in findings.tables[0].rows[:3]]
    assert written == ["2", "4", f"all\N{NO-BREAK SPACE}({lengths[2]})"]


def test_what_a_length_leaves():
    assert kept_of(np.array([1, 3, 10, 10]), 5) == Kept(0.5, 14 / 24)


def cut(length, mean, network="lstm"):
    scores = SimpleNamespace(mcc=0.8 + mean)
    trained = SimpleNamespace(trial=SimpleNamespace(scores=scores))
    return Cut(network, length, trained, Difference(mean, mean - 0.05, mean + 0.05, 0.5))


def test_the_shortest_length_that_loses_nothing():
    assert enough([cut(2, -0.3), cut(4, -0.01), cut(9, 0.0)]).length == 4
    assert enough([cut(2, -0.01), cut(4, -0.3), cut(9, 0.0)]).length == 9  # a hole between
    assert enough([cut(2, 0.3), cut(9, 0.0)]).length == 2  # a gain is no loss


def test_the_sentence_follows_the_numbers():
    kept = {2: Kept(0.1, 0.2), 4: Kept(0.5, 0.75), 9: Kept(1.0, 1.0)}
    lstm = [cut(2, -0.3), cut(4, -0.01), cut(9, 0.0)]
    attention = [cut(2, -0.3, "attention"), cut(4, -0.2, "attention"), cut(9, 0.0, "attention")]
    said = answer([*lstm, *attention], kept, EN).replace("\N{NO-BREAK SPACE}", " ")
    assert "the LSTM needs no more than the first 4 words (75 % of all; MCC 0.79" in said
    assert "for the LSTM with attention every cut loses something" in said
