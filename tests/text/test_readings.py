"""Answers in the order of the texts, whichever batches they went through."""

import numpy as np
import pytest

from attentif.config import TextSettings
from attentif.text.encode import FrontEnd
from attentif.text.readings import read_in_batches

TEXTS = ["win a prize", "now", "see you at noon", "", "a b c d e f g"]
FRONT_END = FrontEnd.fit(TEXTS, TextSettings(min_count=1))


def counting(batch):
    """Answers each text with its length and its row; attends to its steps in turn."""
    steps = np.tile(np.arange(batch.words.shape[1], dtype=np.float32), (len(batch.rows), 1))
    return np.stack([batch.lengths, batch.rows], axis=1).astype(np.float32), steps


@pytest.mark.parametrize("batch_size", [1, 2, 3, 256])
def test_every_text_gets_its_own_answer(batch_size):
    encoded = FRONT_END.encode(TEXTS)
    found = read_in_batches(encoded, counting, batch_size=batch_size)
    assert found.logits.dtype == np.float32
    assert found.logits.tolist() == [[3, 0], [1, 1], [4, 2], [1, 3], [7, 4]]
    expected = [list(range(length)) for length in (3, 1, 4, 1, 7)]
    assert [weights.tolist() for weights in found.weights] == expected


def test_without_attention_there_are_no_weights():
    encoded = FRONT_END.encode(TEXTS)
    found = read_in_batches(encoded, lambda batch: (counting(batch)[0], None), batch_size=2)
    assert [len(weights) for weights in found.weights] == [0] * len(TEXTS)


def test_no_texts_are_no_batch():
    found = read_in_batches(FRONT_END.encode([]), lambda batch: 1 / 0, batch_size=2)
    assert (found.logits.shape, found.weights) == ((0, 0), [])
