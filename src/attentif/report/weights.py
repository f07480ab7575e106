"""How deep a word's shade is for its weight; the same in pages and in terminals."""

import math
from collections.abc import Sequence

OUTSTANDING = 3.0  # times the mean weight: what a word must reach for the deepest shade


def deepest(weights: Sequence[float], signs: bool = False) -> float:
    """The weight that gets the deepest shade.

    It is the largest one, but where all weights are nearly the same none stands out, and
    none may look as if it did: an even attention stays pale as a whole.

    Args:
        weights: of one text; what is not finite is left aside.
        signs: the weights are changes with a sign, of which the largest is always deepest.

    Example:
        >>> deepest([0.9, 0.0, 0.1, 0.0]), deepest([0.25, 0.25, 0.25, 0.25])
        (0.9, 0.75)
    """
    sizes = [abs(weight) for weight in weights if math.isfinite(weight)]
    largest = max(sizes, default=0.0)
    even = 0.0 if signs or not sizes else OUTSTANDING * sum(sizes) / len(sizes)
    return max(largest, even) or 1.0
