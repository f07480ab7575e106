import json
from typing import NamedTuple

import numpy as np
import pytest

from attentif.errors import ConfigError, DataError
from attentif.measure.compare import baseline_contenders, compare

TEXTS = [f"{word} number {n}" for n in range(30) for word in ("prize", "lunch")]
LABELS = ["spam", "ham"] * 30


class Division(NamedTuple):
    train: np.ndarray
    validation: np.ndarray
    test: np.ndarray


class Pretender:
    """Answers rightly with a given chance; knows the truth from the word."""

    n_parameters_ = 7

    def __init__(self, seed: int, skill: float) -> None:
        self.random = np.random.default_rng(seed)
        self.skill = skill
        self.seen: list[str] = []

    def fit(self, texts, labels):
        self.seen = texts
        self.classes_ = ["spam", "ham"]  # not the sorted order
        return self

    def predict_proba(self, texts):
        spam = np.array(["prize" in text for text in texts])
        right = self.random.random(len(texts)) < self.skill
        found = np.where(spam == right, 0.9, 0.1)
        return np.stack([found, 1 - found], axis=1)


def divisions(n: int) -> list[Division]:
    rows = [np.random.default_rng(seed).permutation(len(TEXTS)) for seed in range(n)]
    return [Division(order[:30], order[30:40], order[40:]) for order in rows]


def pretend(skill: float):
    return lambda seed: Pretender(seed, skill)


def test_every_contender_meets_the_same_rows_in_the_order_of_all_labels():
    made = []

    def spy(seed: int) -> Pretender:
        made.append(Pretender(seed, 1.0))
        return made[-1]

    splits = divisions(2)
    found = compare({"lstm": spy, **baseline_contenders(["majority"])}, TEXTS, LABELS, splits)
    assert found.labels == ("ham", "spam")
    assert [(run.name, run.split) for run in found.runs] == [
        ("lstm", 0), ("majority", 0), ("lstm", 1), ("majority", 1),
    ]  # fmt: skip
    first = splits[0]
    learnt = [*first.train, *first.validation]
    assert made[0].seen == [TEXTS[row] for row in learnt]
    assert found.runs[0].truth.tolist() == [int(LABELS[row] == "spam") for row in first.test]
    assert found.of("lstm")[0].scores.accuracy == 1  # its columns were put in our order
    assert found.of("lstm")[1].scores.positive == "spam"
    assert found.test_share == pytest.approx(1 / 3)


def test_the_seed_is_the_number_of_the_split():
    seeds = []
    compare({"a": lambda seed: seeds.append(seed) or Pretender(seed, 1)}, TEXTS, LABELS,
            divisions(3))  # fmt: skip
    assert seeds == [0, 1, 2]


def test_progress_names_each_run():
    calls = []
    contenders = {"a": pretend(1), "b": pretend(1)}
    compare(contenders, TEXTS, LABELS, divisions(2), on_progress=lambda *now: calls.append(now))
    assert calls == [("a", 0, 4), ("b", 1, 4), ("a", 2, 4), ("b", 3, 4)]


def test_table_over_splits():
    found = compare(
        {"lstm": pretend(0.8), **baseline_contenders(["word-svm"])}, TEXTS, LABELS, divisions(5)
    )
    network, baseline = found.table()
    assert (network.name, baseline.name) == ("lstm", "word-svm")
    accuracies = [run.scores.accuracy for run in found.of("lstm")]
    assert network.accuracy.mean == pytest.approx(np.mean(accuracies))
    assert 0 <= network.accuracy.low < network.accuracy.mean < network.accuracy.high <= 1
    assert network.parameters == 7
    assert baseline.parameters > 10
    runs = found.of("word-svm")
    assert baseline.fit_seconds == sorted(run.fit_seconds for run in runs)[2] > 0
    assert baseline.messages_per_second == sorted(run.messages_per_second for run in runs)[2] > 0
    assert baseline.mcc.mean == baseline.mcc.low == baseline.mcc.high == 1


def test_table_of_one_split_has_the_intervals_of_its_scores():
    found = compare({"lstm": pretend(0.8)}, TEXTS, LABELS, divisions(1))
    (row,) = found.table()
    assert (row.mcc.low, row.mcc.high) == found.runs[0].scores.intervals["mcc"]


def test_intervals_of_two_splits_stay_inside_what_is_possible():
    found = compare({"lstm": pretend(0.7)}, TEXTS, LABELS, divisions(2))
    (row,) = found.table()
    assert (row.accuracy.low, row.accuracy.high) == (0, 1)
    assert -1 <= row.mcc.low < 0 < row.mcc.high == 1


def test_a_class_that_was_not_learnt_gets_no_probability():
    texts, labels = [*TEXTS, "rare thing"], [*LABELS, "promo"]
    split = Division(np.arange(40), np.array([], int), np.arange(40, 61))
    found = compare(baseline_contenders(["naive-bayes"]), texts, labels, [split])
    scores = found.runs[0].scores
    assert found.labels == ("ham", "promo", "spam")
    assert scores.per_class["promo"].support == 1
    assert scores.per_class["promo"].recall == 0
    assert scores.positive is None


def test_conclusions_when_the_baseline_wins():
    contenders = {"lstm": pretend(0.8), "attention": pretend(0.75),
                  **baseline_contenders(["majority", "word-svm"])}  # fmt: skip
    found = compare(contenders, TEXTS, LABELS, divisions(20))
    pays, cost, attention = found.conclusions()
    assert pays.startswith("Does a network pay? The baseline word-svm is better than lstm by")
    assert "points of macro F1" in pays
    assert pays.endswith("corrected for 3 comparisons).")
    assert cost.startswith("lstm took 0.0 s to fit and answers")
    assert attention.startswith("Does attention pay? No difference of macro F1 can be shown")
    smallest = min(found.difference(name, "word-svm").p_value for name in ("lstm", "attention"))
    assert 0.001 < 3 * smallest < 0.05
    assert f"p = {3 * smallest:.3f} corrected" in pays


def test_conclusions_when_the_network_wins():
    texts = [f"number {n}" for n in range(60)]  # nothing to learn for a baseline

    class Knowing(Pretender):
        def predict_proba(self, texts):
            return super().predict_proba([TEXTS[int(text.split()[1])] for text in texts])

    contenders = {
        "lstm": lambda seed: Knowing(seed, 0.6),
        "attention": lambda seed: Knowing(seed, 1.0),
        **baseline_contenders(["naive-bayes"]),
    }
    found = compare(contenders, texts, LABELS, divisions(20)).conclusions("accuracy")
    assert any(
        s.startswith("Does a network pay? attention is better than the baseline") for s in found
    )
    assert any(s.startswith("Does attention pay? attention is better than lstm by") for s in found)


def test_conclusions_name_a_network_that_does_nothing():
    texts, labels = TEXTS, ["ham" if n % 5 else "spam" for n in range(60)]
    found = compare({"lstm": pretend(0.5), **baseline_contenders(["majority"])}, texts, labels,
                    divisions(3)).conclusions()  # fmt: skip
    assert found[0].startswith("lstm is no better than always answering the largest class:")


def test_conclusions_admit_what_was_not_measured():
    alone = compare({"lstm": pretend(0.9)}, TEXTS, LABELS, divisions(1)).conclusions()
    assert alone == [
        "No baseline took part, so nobody can say whether a network pays.",
        "This is one split; another may turn a small difference round.",
    ]
    baselines = compare(baseline_contenders(["majority"]), TEXTS, LABELS, divisions(2))
    assert baselines.conclusions() == []
    with pytest.raises(ConfigError, match="metric must be one of"):
        baselines.conclusions("f1")


def test_one_split_is_compared_by_bootstrap():
    contenders = {"lstm": pretend(0.7), **baseline_contenders(["word-svm"])}
    found = compare(contenders, TEXTS, LABELS, divisions(1))
    assert found.difference("word-svm", "lstm").mean == -found.difference("lstm", "word-svm").mean
    assert "The baseline word-svm is better than lstm" in found.conclusions()[-3]


def test_all_of_it_as_json():
    found = compare(
        {"lstm": pretend(0.9), **baseline_contenders(["majority"])}, TEXTS, LABELS, divisions(2)
    )
    read = json.loads(json.dumps(found.to_dict()))
    assert [run["name"] for run in read["runs"]] == ["lstm", "majority"] * 2
    assert read["runs"][0]["scores"]["n"] == 20
    assert read["conclusions"] == found.conclusions()


def test_impossible_comparisons_are_refused():
    leaking = Division(np.arange(10), np.arange(10, 12), np.arange(11, 20))
    empty = Division(np.arange(10), np.array([], int), np.array([], int))
    one = {"a": pretend(1)}
    with pytest.raises(DataError, match="got 1 on both sides, the first 11"):
        compare(one, TEXTS, LABELS, [leaking])
    with pytest.raises(DataError, match="10 to learn from and 0 to test on"):
        compare(one, TEXTS, LABELS, [empty])
    with pytest.raises(DataError, match="needs a split, got none"):
        compare(one, TEXTS, LABELS, [])
    with pytest.raises(DataError, match="got 60 and 59"):
        compare(one, TEXTS, LABELS[1:], divisions(1))
    with pytest.raises(ConfigError, match="needs a contender"):
        compare({}, TEXTS, LABELS, divisions(1))
    with pytest.raises(ConfigError, match="Did you mean 'word-svm'"):
        baseline_contenders(["wordsvm"])
