"""Variants: the same rows and first weights, one thing changed, all told of in no language."""

import json

import pytest

from attentif.lab.frames import Frame
from attentif.lab.variants import PLAIN, Variant, train_all
from attentif.ship.folder import strict

QUICK = PLAIN | {"architecture": "rnn", "min_count": 1, "hidden_size": 4, "embedding_size": 4,
                 "epochs": 1}  # fmt: skip


@pytest.fixture(scope="module")
def found(parts, wishes):
    told = []
    variants = [
        Variant("same", "the same", QUICK),
        Variant("mask", "avec le masque", QUICK | {"masking": False}, Frame(12)),
        Variant("again", "again", QUICK),
    ]
    return train_all(variants, parts, wishes._replace(tell=told.append)), told


def test_each_is_announced(found):
    assert found[1] == ["1/3  the same", "2/3  avec le masque", "3/3  again"]


def test_equal_variants_give_equal_numbers(found):
    first, other, again = (one.to_dict() for one in found[0])
    for numbers in (first, other, again):
        del numbers["seconds"], numbers["variant"]
    assert first == again != other


def test_the_seed_is_the_user_s(parts, wishes, found):
    (other,) = train_all([Variant("same", "", QUICK)], parts, wishes._replace(seed=1))
    assert other.before != found[0][0].before


def test_the_numbers_are_strict_json(found):
    numbers = [one.to_dict() for one in found[0]]
    assert [one["variant"] for one in numbers] == ["same", "mask", "again"]
    assert {"reach_before", "reach_after", "accuracy"} <= set(numbers[0])
    json.dumps(strict(numbers), allow_nan=False)


def test_the_frame_is_used(found):
    assert len(found[0][1].before.parts) == 12 > len(found[0][0].before.parts)
