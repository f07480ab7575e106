import numpy as np
import pytest

from attentif.inspect.leave_out import changes, distances, left_out, total_variation
from attentif.inspect.subject import sample_of


def test_left_out_is_the_text_without_the_word(subject, sample):
    without = left_out(subject, sample)
    for row, text in enumerate(sample.texts):
        words = text.split()
        shorter = [" ".join(words[:t] + words[t + 1 :]) for t in range(len(words))]
        expected = sample_of(subject, shorter).probabilities
        assert np.allclose(without[row], expected, atol=1e-6), text


def test_changes_and_distances(subject, sample):
    without = left_out(subject, sample)
    for row, (change, far) in enumerate(
        zip(changes(sample, without), distances(sample, without), strict=True)
    ):
        answer = sample.explained[row]
        assert np.allclose(change, sample.probabilities[row, answer] - without[row][:, answer])
        assert np.allclose(far, np.abs(change))  # with two classes


def test_total_variation_by_hand():
    p, q = np.array([0.5, 0.3, 0.2]), np.array([[0.5, 0.3, 0.2], [0.2, 0.3, 0.5], [0, 0, 1.0]])
    assert total_variation(p, q).tolist() == pytest.approx([0, 0.3, 0.8])
