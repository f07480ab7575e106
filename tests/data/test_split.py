from collections import Counter

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from attentif.data.check import key_of
from attentif.data.split import by_column, first, folds, last, repeated, stratified
from attentif.errors import ConfigError, DataError

ROWS = st.lists(st.tuples(st.sampled_from("abc"), st.sampled_from("uvwxyzUVW")), min_size=1)


def parts(split):
    return split.train.tolist(), split.validation.tolist(), split.test.tolist()


@given(ROWS, st.floats(0, 0.49), st.floats(0, 0.49), st.integers(0, 99))
def test_every_row_once_and_equal_texts_together(rows, test, validation, seed):
    labels, texts = [label for label, _ in rows], [text for _, text in rows]
    split = stratified(labels, texts, test=test, validation=validation, seed=seed)
    assert sorted(sum(parts(split), [])) == list(range(len(rows)))
    sides = [{key_of(texts[i]) for i in part} for part in parts(split)]
    assert not (sides[0] & sides[1] or sides[0] & sides[2] or sides[1] & sides[2])
    assert all(part == sorted(part) for part in parts(split))


def test_classes_keep_their_proportions():
    labels = ["ham"] * 870 + ["spam"] * 130
    texts = [f"text {i}" for i in range(1000)]
    split = stratified(labels, texts, test=0.2, validation=0.1, seed=3)
    assert Counter(labels[i] for i in split.test) == {"ham": 174, "spam": 26}
    assert Counter(labels[i] for i in split.validation) == {"ham": 87, "spam": 13}
    assert split.notes == []
    assert split.train.dtype == np.int64


def test_shares_are_met_in_spite_of_repeats():
    labels = ["a"] * 300
    texts = [f"text {i // 3}" for i in range(300)]
    split = stratified(labels, texts, test=0.25, validation=0.25, seed=0)
    assert abs(len(split.test) - 75) <= 2 and abs(len(split.validation) - 75) <= 2


def test_the_seed_decides_alone():
    labels, texts = ["a", "b"] * 50, [f"text {i}" for i in range(100)]
    draws = [parts(stratified(labels, texts, test=0.2, validation=0.2, seed=s)) for s in (1, 1, 2)]
    assert draws[0] == draws[1] != draws[2]


@pytest.mark.parametrize("seed", range(5))
def test_a_class_with_one_example_stays_in_training(seed):
    labels = ["ham"] * 6 + ["spam"] * 6 + ["promo"]
    texts = [f"text {i}" for i in range(13)]
    split = stratified(labels, texts, test=0.0, validation=0.3, seed=seed)
    assert 12 in split.train
    assert split.notes == ["class 'promo' has 1 example: kept in training, not validated."]
    for fold in folds(labels, texts, k=3, seed=seed):
        assert 12 in fold.train and "'promo' has 1 example" in fold.notes[0]


def test_a_class_that_is_one_text_many_times_stays_in_training():
    labels = ["ham"] * 10 + ["promo"] * 5
    texts = [f"text {i}" for i in range(10)] + ["Sale", "sale", "SALE", " sale", "sale "]
    split = stratified(labels, texts, test=0.3, validation=0.3, seed=0)
    assert {10, 11, 12, 13, 14} <= set(split.train.tolist())
    assert (
        "5 examples (1 different text): kept in training, not tested and not validated"
        in (split.notes[0])
    )


@pytest.mark.parametrize("seed", range(5))
def test_a_class_known_only_from_a_text_of_two_labels_stays_in_training(seed):
    labels = ["ham", "ham", "promo"] + ["ham"] * 10
    texts = ["see you"] * 3 + [f"text {i}" for i in range(10)]
    split = stratified(labels, texts, test=0.4, validation=0.4, seed=seed)
    assert {0, 1, 2} <= set(split.train.tolist())
    assert "'promo'" in split.notes[0]


def test_two_and_three_examples_are_spread():
    for n, expected in ((2, (1, 0, 1)), (3, (1, 1, 1))):
        labels, texts = ["x"] * n, [f"text {i}" for i in range(n)]
        split = stratified(labels, texts, test=0.1, validation=0.1, seed=0)
        assert tuple(map(len, parts(split))) == expected
    assert stratified(["x"] * 2, ["a", "b"], test=0.1, validation=0.1, seed=0).notes


@given(ROWS.filter(lambda rows: len(rows) > 1), st.integers(2, 5), st.integers(0, 9))
def test_folds_test_each_row_once_at_most(rows, k, seed):
    labels, texts = [label for label, _ in rows], [text for _, text in rows]
    if k > len(rows):
        with pytest.raises(ConfigError):
            folds(labels, texts, k=k, seed=seed)
        return
    made = folds(labels, texts, k=k, seed=seed)
    tested = [row for fold in made for row in fold.test.tolist()]
    assert len(made) == k and len(tested) == len(set(tested))
    for fold in made:
        train, validation, test = parts(fold)
        assert sorted(train + test) == list(range(len(rows))) and validation == []
        assert not {key_of(texts[i]) for i in train} & {key_of(texts[i]) for i in test}
        assert {labels[i] for i in train} == set(labels) or fold.notes or len(rows) < 3 * k


def test_folds_are_alike():
    labels, texts = ["a"] * 80 + ["b"] * 20, [f"text {i}" for i in range(100)]
    made = folds(labels, texts, k=5, seed=0)
    assert [Counter(labels[i] for i in fold.test) for fold in made] == [{"a": 16, "b": 4}] * 5
    few = folds(["a"] * 3 + ["b"] * 9, texts[:12], k=5, seed=0)
    assert "'a' has 3 different texts: 2 of the 5 folds" in few[0].notes[0]


def test_repeated_draws_differ_and_can_be_made_again():
    labels, texts = ["a", "b"] * 20, [f"text {i}" for i in range(40)]
    made = [repeated(labels, texts, times=4, test=0.25, seed=7) for _ in range(2)]
    assert [parts(s) for s in made[0]] == [parts(s) for s in made[1]]
    assert len({tuple(s.test.tolist()) for s in made[0]}) == 4
    assert len(repeated(labels, texts, times=1, test=0.25, seed=7)) == 1
    with pytest.raises(ConfigError):
        repeated(labels, texts, times=0, test=0.25, seed=7)


def test_by_column():
    split = by_column(["train", " Test", "dev", "TRAIN", "validation"])
    assert parts(split) == ([0, 3], [2, 4], [1])
    with pytest.raises(DataError, match="got 'autre' in row 2"):
        by_column(["train", "autre"])
    with pytest.raises(DataError, match="no row that says 'train'"):
        by_column(["test"])


def test_first_and_last():
    assert parts(first(1674, 5574))[2][0] == 1674
    assert parts(last(0.25, 8)) == ([0, 1, 2, 3, 4, 5], [6, 7], [])
    assert len(last(0.1, 30).validation) == 3
    assert len(last(0.0, 5).validation) == 0
    for n in (0, 5, 6):
        with pytest.raises(ConfigError):
            first(n, 5)


@pytest.mark.parametrize(("test", "validation"), [(-0.1, 0), (0.5, 0.5), (0, 1.0)])
def test_shares_out_of_range(test, validation):
    with pytest.raises(ConfigError, match="shares"):
        stratified(["a"], ["b"], test=test, validation=validation, seed=0)


def test_rows_that_do_not_fit():
    with pytest.raises(DataError, match="got 1 and 2"):
        stratified(["a"], ["b", "c"], test=0.1, validation=0, seed=0)
    with pytest.raises(DataError, match="got 0 and 0"):
        stratified([], [], test=0.1, validation=0, seed=0)
