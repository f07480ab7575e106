"""Rows: drawn by the seed, split without overlap, named in both languages."""

import numpy as np
import pytest

from attentif.errors import DataError
from attentif.lab.language import LANGUAGES, WIDE
from attentif.lab.rows import parts_of


def test_three_parts_and_no_text_on_two_sides(parts):
    texts = [set(part.texts) for part in (parts.training, parts.validation, parts.test)]
    assert parts.labels == ("ham", "spam")
    assert sum(len(part.texts) for part in parts[2:]) == 80
    assert not (texts[0] & texts[1] | texts[0] & texts[2] | texts[1] & texts[2])
    assert all(set(part.labels.tolist()) == {0, 1} for part in parts[2:])


def test_labels_belong_to_their_texts(parts):
    for part in parts[2:]:
        for text, label in zip(part.texts, part.labels, strict=True):
            spam = {"win", "prize"} & set(text.split())
            assert parts.labels[label] == ("spam" if spam else "ham")


def test_of_many_so_many_are_drawn_by_the_seed(toy_file):
    drawn = [parts_of(toy_file, seed, most=40) for seed in (0, 0, 1)]
    texts = [sorted(t for part in parts[2:] for t in part.texts) for parts in drawn]
    assert texts[0] == texts[1] != texts[2] and len(texts[0]) == 40


def test_the_loss_of_a_constant_answer(parts):
    """Both classes are equally frequent among the training rows: one bit, whatever is judged."""
    assert np.bincount(parts.training.labels).tolist() == [24, 24]
    assert parts.constant_loss == pytest.approx(np.log(2))
    rare = parts._replace(training=parts.training._replace(labels=np.array([0] * 9 + [1])))
    shares = np.where(parts.validation.labels == 1, 0.1, 0.9)
    assert rare.constant_loss == pytest.approx(-np.log(shares).mean())


def test_the_foot_of_the_page(parts):
    [(name, said)] = parts.about(LANGUAGES["en"]).items()
    assert name == "Data" and parts.name in said and "to learn from" in said
    [(name, said)] = parts.about(LANGUAGES["fr"]).items()
    assert name == "Données" and f"{parts.name}{WIDE}: " in said


def test_what_cannot_teach_is_refused(tmp_path):
    with pytest.raises(DataError):
        parts_of("no-such-data", 0)
    alone = tmp_path / "one.csv"
    alone.write_text("label,text\nham,a\nham,b\n", encoding="utf-8")
    with pytest.raises(DataError):
        parts_of(str(alone), 0)
