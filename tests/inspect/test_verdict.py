"""The sentence says what the numbers say, and no more."""

import pytest

from attentif.inspect.agreement import Agreement
from attentif.inspect.verdict import NONE, judged, no_attention


def taus(mean: float) -> Agreement:
    return Agreement((mean - 0.1, mean + 0.1) * 50, 0.5, 100)


@pytest.mark.parametrize(
    ("order", "moved", "ahead", "passed"),
    [
        (0.5, 0.2, 0.1, 3),
        (0.45, 0.2, 0.1, 3),  # 9 tenths of the ceiling
        (0.3, 0.2, 0.1, 2),
        (0.0, 0.2, 0.1, 2),
        (0.3, 0.01, 0.1, 1),
        (0.3, 0.01, 0.0, 0),
        (-0.3, 0.01, -0.1, 0),
    ],
)
def test_three_tests(order, moved, ahead, passed):
    found = judged(0.7, taus(order), taus(0.5), (moved, ahead, 0.02))
    assert found.passed == passed
    assert f"by tau {order:.2f}" in found.sentence
    assert f"moves the answer by {moved:.3f}" in found.sentence
    beginnings = ("The attention cannot be believed", "The attention should not", "The attention"
                  " is a weak hint", "The attention is a fair hint")  # fmt: skip
    assert found.sentence.startswith(beginnings[passed])
    assert ("answer sooner than" in found.sentence) == (ahead > 0.02)
    assert ("later than" in found.sentence) == (ahead < -0.02)
    assert ("no sooner" in found.sentence) == (-0.02 <= ahead <= 0.02)


def test_a_ceiling_of_nothing_does_not_make_an_order_right():
    assert judged(0.7, taus(-0.1), taus(-0.2), (0.0, 0.0, 0.1)).passed == 0
    empty = Agreement((), float("nan"), 3)
    found = judged(0.7, empty, empty, (0.0, 0.0, 0.1))
    assert found.passed == 0 and "could not be compared" in found.sentence


def test_an_even_attention_is_called_so():
    found = judged(1.0, taus(0.9), taus(0.5), (0.9, 0.9, 0.0))
    assert found.sentence.startswith("The attention explains nothing: it is the same for every")
    assert found.passed == 0
    nearly = judged(0.9951, taus(0.9), taus(0.5), (0.9, 0.9, 0.0))
    assert "it is nearly the same for every word (99.5%" in nearly.sentence


def test_no_attention():
    assert no_attention() == (NONE, None)
