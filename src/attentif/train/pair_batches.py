"""Pairs of texts as numbers -> batches in which neither side is padded much.

The order depends on the seed and the epoch alone, as that of `train.batch`.
"""

from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from attentif.nn.seq2seq import Sources
from attentif.text.batches import cut
from attentif.text.units import END, START, Units

Numbers = Sequence[NDArray[np.int64]]  # of the units of each text


class CodedPairs(NamedTuple):
    """N pairs; no side is empty."""

    sources: Numbers
    targets: Numbers

    @property
    def lengths(self) -> NDArray[np.int64]:
        """Units of each pair's longer side, the mark of the target's end counted."""
        return np.maximum(lengths_of(self.sources), lengths_of(self.targets) + 1)


class PairBatch(NamedTuple):
    """Some pairs, as training wants them.

    inputs: the sources.
    fed: (B, U) what is given to each step: the mark of the start, then the target.
    wanted: (B, U) what each step should find: the target, then the mark of its end.
    real: (B, U) True where a step counts.
    own: share of the steps that are fed with the model's own output instead.
    """

    inputs: Sources
    fed: Tensor
    wanted: Tensor
    real: Tensor
    own: float = 0.0


def coded(units: Units, texts: Iterable[str]) -> list[NDArray[np.int64]]:
    """The numbers of the units of each text."""
    return [np.array([unit.id for unit in units.cut(text)], np.int64) for text in texts]


def lengths_of(numbers: Numbers) -> NDArray[np.int64]:
    """Units of each text."""
    return np.fromiter(map(len, numbers), np.int64, len(numbers))


def sources_of(numbers: Numbers) -> Sources:
    """A batch of sources, padded no further than the longest."""
    units = padded(numbers)
    lengths = lengths_of(numbers)
    return Sources(units, torch.from_numpy(np.arange(units.shape[1]) < lengths[:, None]))


def padded(numbers: Numbers) -> Tensor:
    """Rows of numbers as one table, 0 where there is none."""
    table = np.zeros((len(numbers), max(map(len, numbers))), np.int64)
    for row, own in enumerate(numbers):
        table[row, : len(own)] = own
    return torch.from_numpy(table)


def gather_pairs(pairs: CodedPairs, rows: NDArray[np.int64], own: float = 0.0) -> PairBatch:
    """Make one batch of those rows, in that order."""
    targets = [pairs.targets[row] for row in rows]
    fed = padded([np.concatenate([[START], target]) for target in targets])
    wanted = padded([np.concatenate([target, [END]]) for target in targets])
    return PairBatch(
        sources_of([pairs.sources[row] for row in rows]), fed, wanted, wanted != 0, own
    )


def pair_batches(
    pairs: CodedPairs, *, batch_size: int, seed: int, epoch: int, own: float = 0.0
) -> Iterator[PairBatch]:
    """One pass over all pairs in random order, pairs of like lengths together.

    They are sorted by the source's length, with a random jitter of about a tenth, and those
    of equal length by the target's.
    """
    draw = np.random.default_rng([seed, epoch])
    sources, targets = lengths_of(pairs.sources), lengths_of(pairs.targets)
    jitter = sources * draw.uniform(0.95, 1.05, len(sources)) + draw.uniform(0, 1, len(sources))
    order = np.lexsort((draw.uniform(0, 1, len(targets)), targets, jitter.astype(int)))
    batches = cut(pairs.lengths, order, batch_size)
    for index in draw.permutation(len(batches)):
        yield gather_pairs(pairs, batches[index], own)


def count_pair_batches(pairs: CodedPairs, batch_size: int) -> int:
    """How many batches an epoch has, but for the few more or less that the jitter makes."""
    order = np.lexsort((lengths_of(pairs.targets), lengths_of(pairs.sources)))
    return len(cut(pairs.lengths, order, batch_size))
