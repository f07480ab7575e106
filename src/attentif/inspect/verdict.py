"""From the measures of an attention to one sentence that says no more than they do."""

import math
from typing import NamedTuple

from attentif.inspect.agreement import Agreement
from attentif.inspect.explain import EVEN

SAME = 1 - 1e-6  # and from here on all are equal but for rounding
CLOSE = 0.8  # part of the ceiling from which two orders count as one
MOVED = 0.05  # total variation below which an answer has hardly moved

NONE = "This network gives no weights to words: it has no attention to believe or not."
ALIKE = (
    "The attention explains nothing: it is {same} for every word ({evenness:.1%} of the"
    " evenness that is possible), so it singles out none."
)
FEW = "The attention cannot be judged: that takes two texts of two tokens or more, got {texts}."
VERDICTS = {  # number of the three tests passed -> how the sentence begins
    3: "The attention is a fair hint at the words that matter, though no proof",
    2: "The attention is a weak hint at the words that matter; do not rely on it alone",
    1: "The attention should not be taken for an explanation",
    0: "The attention cannot be believed as an explanation",
}


class Verdict(NamedTuple):
    """The sentence, and how many of the three tests were passed; None where there is no test."""

    sentence: str
    passed: int | None


def no_attention() -> Verdict:
    """Of a network without attention."""
    return Verdict(NONE, None)


def too_few(texts: int) -> Verdict:
    """Of fewer texts than a margin can be told from."""
    return Verdict(FEW.format(texts=texts), None)


def judged(
    evenness: float, left_out: Agreement, ceiling: Agreement, effects: tuple[float, float, float]
) -> Verdict:
    """Three tests, and what they gave.

    1. The attention's order is close to that of leave-one-out: at least `CLOSE` of the tau
       that gradient and leave-one-out reach with each other, within the margin, and above 0.
    2. Shuffled weights move the answer, by `MOVED` at least.
    3. The words that weigh most take the answer away sooner than random ones, beyond the
       margin.

    Args:
        effects: mean change under permutation; area ahead of the random order; its margin.
    """
    if evenness >= EVEN:
        same = "the same" if evenness > SAME else "nearly the same"
        return Verdict(ALIKE.format(evenness=evenness, same=same), 0)
    moved, ahead, margin = effects
    aim = CLOSE * max(ceiling.mean, 0.0) if ceiling.taus else 0.0
    high, low = left_out.mean + left_out.margin, left_out.mean - left_out.margin
    passed = (high >= aim and low > 0) + (moved >= MOVED) + (ahead > margin)
    return Verdict(
        f"{VERDICTS[passed]}: {order(left_out, ceiling)};"
        f" giving the same weights to other words moves the answer by {moved:.3f};"
        f" {removal(ahead, margin)}.",
        passed,
    )


def order(left_out: Agreement, ceiling: Agreement) -> str:
    """What the ranks say."""
    if not left_out.taus:
        return "its order of the words could not be compared with leave-one-out"
    other = "" if math.isnan(ceiling.mean) else f", where the gradient's reaches {ceiling.mean:.2f}"
    return (
        f"its order of the words agrees with leave-one-out by tau {left_out.mean:.2f}"
        f" ± {left_out.margin:.2f}{other}"
    )


def removal(ahead: float, margin: float) -> str:
    """What the deletion curve says."""
    if ahead > margin:
        return (
            "taking away the words it weighs most loses the answer sooner than taking away"
            f" random ones (area smaller by {ahead:.3f} ± {margin:.3f})"
        )
    if ahead < -margin:
        return (
            "taking away the words it weighs most loses the answer later than taking away"
            f" random ones (area larger by {-ahead:.3f} ± {margin:.3f})"
        )
    return (
        "taking away the words it weighs most loses the answer no sooner than taking away"
        f" random ones (area different by {ahead:+.3f} ± {margin:.3f})"
    )
