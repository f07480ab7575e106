import io

import numpy as np
import pytest
from benchmarks import quality, rivals
from benchmarks.protocols import (
    PROTOCOLS,
    Trial,
    fixed,
    leave_one_out,
    random_splits,
    without_leaks,
)
from benchmarks.quality import (
    Tried,
    against,
    best_of,
    goals_of,
    outcome_of,
    section_of,
    shared_by,
    table,
)
from benchmarks.rivals import Judged, judged
from benchmarks.significance import over_seeds

from attentif.account import Parts, Rows
from attentif.config import Settings
from attentif.data.corpora import NAMES, Loaded
from attentif.data.read import Reading, read
from attentif.errors import DataError
from attentif.measure.metrics import accuracy, mcc, score
from attentif.measure.paired import Difference, bootstrap_difference


def reading(texts: list[str]) -> Reading:
    """Those texts, read; the ones with "win" are spam."""
    lines = (f"{'spam' if 'win' in text.lower() else 'ham'}\t{text}\n" for text in texts)
    return read(io.BytesIO(b"label\ttext\n" + "".join(lines).encode()))


TEXTS = [f"{'win' if n % 3 == 0 else 'see'} number {n}" for n in range(60)]


def loaded(**parts) -> Loaded:
    return Loaded(name="made", train=reading(TEXTS), **parts)


def test_each_protocol_names_data_that_are_known():
    assert {protocol.data for protocol in PROTOCOLS.values()} <= set(NAMES)
    assert len(PROTOCOLS) == 10


def test_a_fixed_split_has_one_test_part_and_other_validation_rows_each_seed():
    first, second = fixed(loaded(test=reading(["win a", "see b"])), 2)
    assert first.split == second.split == 0 and (first.seed, second.seed) == (0, 1)
    assert first.parts.test == second.parts.test
    assert set(first.parts.validation.texts) != set(second.parts.validation.texts)
    assert len(first.parts.validation.texts) == round(Settings().validation * 60)
    together = first.parts.train.texts + first.parts.validation.texts
    assert sorted(together) == sorted(TEXTS)
    with pytest.raises(DataError, match="no test part of its own"):
        list(fixed(loaded(), 1))


def test_validation_rows_of_the_authors_are_kept():
    own = loaded(validation=reading(["win v"]), test=reading(["see t"]))
    assert [t.parts.validation.texts for t in fixed(own, 2)] == [["win v"], ["win v"]]


def test_test_texts_that_are_taught_are_left_out():
    own = loaded(validation=reading(["win v"]), test=reading(["See  number 1", "WIN v", "see new"]))
    (trial,) = without_leaks(own, 1)
    assert trial.parts.test.texts == ["see new"]


def test_random_splits_are_of_distinct_texts():
    own = Loaded(name="made", train=reading([*TEXTS, *TEXTS[:20]]))
    trials = list(random_splits(own, 2))
    assert [trial.split for trial in trials] == [0, 1, 2, 3]
    for trial in trials:
        train, validation, test, _ = trial.parts
        assert sorted(train.texts + validation.texts + test.texts) == sorted(TEXTS)
        assert len(test.texts) == 12
    assert len({tuple(trial.parts.test.texts) for trial in trials}) == 4


def test_each_group_is_left_out_once():
    trials = list(leave_one_out(loaded(groups=["a", "b", "c"] * 20), 5))
    assert [trial.parts.test.texts for trial in trials] == [TEXTS[n::3] for n in range(3)]
    assert all(not set(t.parts.train.texts) & set(t.parts.test.texts) for t in trials)


def test_one_seed_is_the_bootstrap_over_rows():
    draw = np.random.default_rng(3)
    truth = draw.integers(2, size=400)
    good, bad = (np.where(draw.random(400) < share, truth, 1 - truth) for share in (0.95, 0.85))
    ours = over_seeds(truth, [good], bad, mcc)
    theirs = bootstrap_difference(truth, good, bad, mcc)
    assert ours.mean == pytest.approx(theirs.mean)
    assert ours.low == pytest.approx(theirs.low, abs=0.02)
    assert ours.high == pytest.approx(theirs.high, abs=0.02)
    assert ours.p_value < 0.01


def test_seeds_that_differ_widen_the_interval():
    truth = np.array([0, 1] * 100)
    other = np.where(np.arange(200) < 20, 1 - truth, truth)
    good, bad = truth, np.where(np.arange(200) < 40, 1 - truth, truth)
    mixed = over_seeds(truth, [good, bad], other, accuracy)
    last = np.where(np.arange(200) < 180, truth, 1 - truth)
    alike = over_seeds(truth, [last, last], other, accuracy)
    assert mixed.mean == pytest.approx(0) and alike.mean == pytest.approx(0)
    assert mixed.high - mixed.low > alike.high - alike.low
    assert mixed.p_value > 0.05
    assert over_seeds(truth, [other], other, accuracy).p_value == 1


ROWS = Rows(["a", "b", "c", "d"], ["ham", "ham", "spam", "spam"], [1, 2, 3, 4])


def judged_as(*answers: int) -> Judged:
    probabilities = np.eye(2)[list(answers)]
    truth = np.array([0, 0, 1, 1])
    scores = score(truth, probabilities, ["ham", "spam"], positive=1, bootstrap=0)
    return Judged(scores, np.array(answers), 1.0)


def tried(split: int, network: Judged, rivals: dict[str, Judged]) -> Tried:
    parts = Parts(ROWS.and_also(ROWS), ROWS, ROWS, "")
    return Tried(Trial(split, split, parts), network, 3, rivals)


def test_the_best_rival_is_that_of_the_mean_and_a_split_is_compared_with_itself():
    runs = [
        tried(0, judged_as(0, 0, 1, 1), {"x": judged_as(0, 0, 1, 1), "y": judged_as(0, 0, 1, 0)}),
        tried(1, judged_as(0, 0, 1, 1), {"x": judged_as(1, 1, 1, 0), "y": judged_as(0, 0, 1, 0)}),
    ]
    assert best_of(runs, "accuracy") == "y"
    assert against(runs, "y", "accuracy").mean == pytest.approx(0.25)
    assert best_of(runs[:1], "mcc") == "x"
    equal = against(runs[:1], "x", "mcc")
    assert equal.mean == 0 and outcome_of(equal) == "no difference"


def test_the_network_is_held_against_each_rival_that_every_split_has():
    both = {"x": judged_as(0, 0, 1, 1), "y": judged_as(0, 0, 1, 0)}
    runs = [tried(n, judged_as(0, 0, 1, 1), both) for n in range(3)]
    runs.append(tried(3, judged_as(0, 0, 1, 1), {"x": judged_as(1, 1, 0, 0)}))
    assert shared_by(runs) == {"x"}
    rows = table(runs, {"x": against(runs, "x", "accuracy")})
    assert [row[-1][:5] for row in rows] == ["", "+25.0", ""]


def test_a_rival_that_does_not_know_every_label_has_probability_zero_there():
    beside = judged_as(0, 0, 1, 1).scores
    found = judged(np.array([[2.0]] * 4), ["spam"], ROWS, beside, 0.5)
    assert found.answers.tolist() == [1, 1, 1, 1] and found.scores.accuracy == 0.5


def test_goals():
    won, lost = Difference(0.1, 0.05, 0.2, 0.01), Difference(-0.1, -0.2, -0.05, 0.01)
    leads = {"x": won, "y": lost, "marks+char-svm": Difference(0, -1, 1, 0.9)}
    assert [outcome_of(one) for one in leads.values()] == ["won", "lost", "no difference"]
    right, wrong = judged_as(0, 0, 1, 1), judged_as(1, 1, 0, 0)
    runs = [tried(0, right, {"marks+char-svm": right, "x": wrong})]
    goals = goals_of("sms-almeida", runs, "mcc", leads)
    assert [goal.passed for goal in goals] == [True, True, False]
    assert [goal.wanted.split()[-1] for goal in goals[1:]] == ["(x)", "(marks+char-svm)"]
    assert goals[1].measured == "won: +10.0, p = 0.010"
    assert [goal.passed for goal in goals_of("trec-6", runs, "mcc", leads)] == [True]
    behind = [tried(0, wrong, {"x": wrong, "y": right})]
    assert [goal.passed for goal in goals_of("trec-6", behind, "mcc", leads)] == [False]
    assert goals_of("sst2", behind, "mcc", leads) == []


def test_a_whole_row(monkeypatch, one_thread_of_torch):
    protocol = PROTOCOLS["trec-6"]._replace(anchors=("someone 99: A paper",))
    monkeypatch.setattr(quality, "load_for", lambda p: loaded(test=reading(["win a", "see b"] * 5)))
    monkeypatch.setattr(rivals, "FASTTEXT", {})
    small = {"epochs": 2, "hidden_size": 4, "embedding_size": 4, "ngram_buckets": 8}
    section = section_of("trec-6", protocol, 2, small)
    assert section.title.endswith("10 rows to judge on, one split, 2 trainings")
    assert [row[0] for row in section.rows] == ["the network", *rivals.BASELINES]
    assert all(len(row) == len(section.columns) for row in section.rows)
    assert section.sentences[-1] == "Published: someone 99: A paper."
    assert len(section.data["runs"]) == 2 and section.goals
