"""Does one way of writing make fewer errors than another, on the same sources?"""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from attentif.errors import ShapeError
from attentif.measure.metrics import PERCENTILES
from attentif.measure.paired import Difference
from attentif.measure.transduction import Cut, References, distance

DRAWS = 2000
AT_ONCE = 50  # draws whose rows are held together


class Edits(NamedTuple):
    """How far each output of one training is from the right one that is nearest.

    edits: (N,) insertions, deletions and replacements. units: (N,) of that right output.
    """

    edits: NDArray[np.int64]
    units: NDArray[np.int64]

    def at(self, rows: NDArray[np.int64]) -> "Edits":
        """Those rows of it."""
        return Edits(self.edits[rows], self.units[rows])

    @property
    def error(self) -> float:
        """Edits as a share of the units."""
        return float(self.edits.sum() / max(1, self.units.sum()))


def edits_of(references: References, texts: Sequence[str], units: Cut) -> Edits:
    """Count them.

    Args:
        units: cuts a text as the target is cut.

    Example:
        >>> edits_of([["ab"], ["b", "bc"]], ["ax", "bc"], list).error
        0.25
    """
    nearest = [
        min((distance(right, units(text)), len(right)) for right in map(units, each))
        for text, each in zip(texts, references, strict=True)
    ]
    table = np.array(nearest, np.int64).reshape(-1, 2)
    return Edits(table[:, 0], table[:, 1])


def error_difference(
    one: Sequence[Edits], other: Sequence[Edits], *, draws: int = DRAWS, seed: int = 0
) -> Difference:
    """Unit error of the first minus that of the second, each the mean over its trainings.

    Bootstrap on two levels: in each draw the sources are drawn again, the same for both, and
    the trainings of each too. The interval holds what other sources and other seeds would
    change; with one training of each, what other sources would.

    Args:
        one, other: the trainings of each, with the same N sources.

    Raises:
        ShapeError: no training, or not as many sources.
    """
    sizes = {len(edits.edits) for edits in (*one, *other)}
    if not one or not other or len(sizes) != 1 or 0 in sizes:
        raise ShapeError(
            f"both ways need a training with outputs for the same sources, got {len(one)} and"
            f" {len(other)} trainings with {sorted(sizes)} sources."
        )
    n, random = sizes.pop(), np.random.default_rng(seed)
    gaps = np.concatenate(
        [
            gap_of(one, other, random.multinomial(n, np.full(n, 1 / n), some), random)
            for some in (min(AT_ONCE, draws - begun) for begun in range(0, draws, AT_ONCE))
        ]
    )
    mean = float(np.mean([run.error for run in one]) - np.mean([run.error for run in other]))
    low, high = np.percentile(gaps, PERCENTILES)
    opposite = min((gaps <= 0).sum(), (gaps >= 0).sum())
    p_value = min(1.0, 2 * float(opposite + 1) / (draws + 1))
    return Difference(mean, float(low), float(high), p_value)


def gap_of(
    one: Sequence[Edits],
    other: Sequence[Edits],
    counts: NDArray[np.int64],
    random: np.random.Generator,
) -> NDArray[np.float64]:
    """The difference in each draw.

    Args:
        counts: (D, N) how often each source is drawn.
    """
    means = []
    for runs in (one, other):
        errors = np.stack(
            [counts @ run.edits / np.maximum(1, counts @ run.units) for run in runs], axis=1
        )  # (D, S)
        drawn = random.integers(len(runs), size=errors.shape)
        means.append(np.take_along_axis(errors, drawn, axis=1).mean(axis=1))
    return means[0] - means[1]
