"""As many answers as texts, in order, each with what its reader must know."""

import random
from dataclasses import replace
from functools import partial
from pathlib import Path

import numpy as np
import pytest
from toy_messages import messages, tiny

from attentif.errors import InputTypeError
from attentif.ship.answers import CUT, EMPTY, NO_KNOWN_WORD, answers
from attentif.train.predict import read

CASES = Path(__file__).resolve().parents[1] / "cases"


def ask(model, texts, **decision):
    decided = replace(model.decision_, **decision)
    return answers(partial(read, model.network_), model.front_end_, decided, texts)


def lines_of(case):
    """The messages of a case, one a line, whatever they hold."""
    return (CASES / case / "input.txt").read_text(encoding="utf-8").split("\n")


def test_answers_are_the_estimator_s_in_the_order_of_the_texts(tiny_classifier):
    texts, labels = messages(40, seed=4)
    found = ask(tiny_classifier, texts)
    assert [answer.label for answer in found] == tiny_classifier.predict(texts).tolist() == labels
    chances = tiny_classifier.predict_proba(texts)
    for answer, row in zip(found, chances, strict=True):
        assert list(answer.probabilities) == ["ham", "spam"]
        assert np.array_equal(list(answer.probabilities.values()), row)
        assert answer.probability == row.max() == answer.probabilities[answer.label]
        assert sum(answer.probabilities.values()) == pytest.approx(1)
        assert (answer.unknown, answer.note) == (0.0, "")


def test_every_line_gets_its_answer(tiny_classifier):
    lines = lines_of("23-predict-every-line-in-order")
    assert len(lines) == 6
    found = ask(tiny_classifier, lines)
    assert [answer.note for answer in found] == [
        "", EMPTY, EMPTY, NO_KNOWN_WORD, NO_KNOWN_WORD, "",
    ]  # fmt: skip
    assert found[5].label == "spam"
    assert all(0 <= answer.probability <= 1 for answer in found)
    assert [answer.unknown for answer in found][1:5] == [1.0] * 4
    assert 0 < found[0].unknown < 1


@pytest.mark.parametrize("pooling", ["general", "last", "mean"])
def test_neighbours_do_not_change_an_answer(pooling):
    short, middle, long = lines_of("26-batch-does-not-change-the-answer")[:3]
    assert len(long.split()) > 300
    model = tiny(pooling=pooling, epochs=2, max_length=500).fit(*messages(40, seed=3))
    alone = [ask(model, [text])[0] for text in (short, middle, long)]
    for order in ([0, 1, 2], [2, 1, 0], [1, 2], [2, 0]):
        texts = [(short, middle, long)[place] for place in order]
        for place, answer in zip(order, ask(model, texts), strict=True):
            assert answer.label == alone[place].label
            assert answer.probability == pytest.approx(alone[place].probability, abs=1e-5)
            assert answer.note == alone[place].note


def test_many_texts_in_any_order(tiny_classifier):
    texts = [*messages(600, seed=5)[0], *lines_of("23-predict-every-line-in-order")]
    order = random.Random(0).sample(range(len(texts)), len(texts))
    straight = ask(tiny_classifier, texts)
    shuffled = ask(tiny_classifier, [texts[place] for place in order])
    for answer, place in zip(shuffled, order, strict=True):
        assert answer.note == straight[place].note
        assert answer.probability == pytest.approx(straight[place].probability, abs=1e-5)


def test_a_text_longer_than_what_is_read_is_marked(tiny_classifier):
    longest = tiny_classifier.front_end_.max_length
    fits, cut, unknown = ask(
        tiny_classifier, [" ".join(["the"] * n) for n in (longest, longest + 1)] + ["qzxv " * 50]
    )
    assert (fits.note, cut.note, unknown.note) == ("", CUT, NO_KNOWN_WORD)


def test_unsure(tiny_classifier):
    texts = ["win a prize", "qzxv"]
    sure = ask(tiny_classifier, texts)
    for answer, before in zip(ask(tiny_classifier, texts, unsure=0.999), sure, strict=True):
        assert answer.label == "unsure"
        assert answer.probabilities == before.probabilities
        assert answer.probability == max(answer.probabilities.values())


def test_a_threshold_decides_and_the_probability_is_the_answer_s(tiny_classifier):
    (answer,) = ask(tiny_classifier, ["win a prize"], positive=1, threshold=1.0)
    assert answer.label == "ham"
    assert answer.probability == answer.probabilities["ham"] < 0.5


def test_no_text_and_no_list(tiny_classifier):
    assert ask(tiny_classifier, []) == []
    for wrong in ("one text", ["a", None], [3]):
        with pytest.raises(InputTypeError):
            ask(tiny_classifier, wrong)
