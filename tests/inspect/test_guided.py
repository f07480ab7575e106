import numpy as np
from toy_messages import messages

from attentif.inspect.guided import guided, weighted_counts
from attentif.inspect.subject import sample_of
from attentif.train.classify import Labelled


def rows(n, seed):
    texts, labels = messages(n, seed)
    return Labelled(texts, np.array([int(label == "spam") for label in labels]))


def test_weighted_counts_by_hand():
    words, starts = np.array([1, 2, 1, 3], np.int32), np.array([0, 3, 4])
    found = weighted_counts(words, starts, [np.array([0.5, 0.3, 0.2]), np.array([1.0])])
    assert np.allclose(found.toarray(), [[0, 2.1, 0.9, 0], [0, 0, 0, 1]])
    assert words.tolist() == [1, 2, 1, 3] and starts.tolist() == [0, 3, 4]  # as they were


def test_a_simpler_model_learns_the_toy_messages(subject, sample):
    found = guided(subject, sample, sample.explained, rows(60, 3))
    assert found.even_accuracy > 0.8
    assert found.guided_accuracy > 0.8
    assert set(found.to_dict()) == {f"{a}_{b}" for a in ("even", "guided")
                                    for b in ("accuracy", "macro_f1")}  # fmt: skip


def test_an_even_attention_is_no_help(even_subject, sample):
    even = sample_of(even_subject, sample.texts)
    found = guided(even_subject, even, sample.explained, rows(60, 3))
    assert found.guided_macro_f1 == found.even_macro_f1 > 0.8


def test_nothing_to_judge_by(subject, sample):
    assert guided(subject, sample, None, rows(10, 3)) is None
    one = Labelled(["win"], np.array([1]))
    assert guided(subject, sample, sample.explained, one) is None
