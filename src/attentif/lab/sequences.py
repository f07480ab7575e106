"""Sequences of numbers whose right answer is known: the problems that memory was tested on.

Letters: B sequences, T steps, E numbers a step. All are drawn from a generator, never
stored, so that no sequence is seen twice.
"""

from typing import NamedTuple

import numpy as np
import torch
from numpy.random import Generator
from numpy.typing import NDArray
from torch import Tensor

CLOSE = 0.04  # an answer this near is right (Hochreiter and Schmidhuber 1997, section 5.4)
GAP = 0.1  # between the largest number and the others
SYMBOLS = 8  # of the temporal order and of the copying problem
RECALLED = 10  # symbols to copy


class Sequences(NamedTuple):
    """What a recurrent layer reads: numbers (B, T, E) and True where a step is real (B, T)."""

    x: Tensor
    mask: Tensor


class Drawn(NamedTuple):
    """Sequences with their answers.

    targets: (B,) numbers, (B,) classes, or (B, R) classes of the last R steps.
    places: (B, K) the steps that the answer is made of.
    """

    inputs: Sequences
    targets: Tensor
    places: NDArray[np.int64]


def adding(draw: Generator, rows: int, length: int) -> Drawn:
    """Two of many numbers are marked: give half of one plus half their mean.

    Each step has a number from -1 to 1 and a mark: 1 on two steps, -1 on the first and the
    last one, else 0. The answer is 0.5 + (X1 + X2) / 4.

    Args:
        length: T; sequences are T to T + T / 10 long; the first mark is among the first ten
            steps, the second among the first T / 2 - 1.

    Source:
        Hochreiter and Schmidhuber 1997, section 5.4.
    """
    lengths = draw.integers(length, length + length // 10 + 1, rows)
    longest, each = int(lengths.max()), np.arange(rows)
    x = np.zeros((rows, longest, 2))
    x[:, :, 0] = draw.uniform(-1, 1, (rows, longest))
    x[:, 0, 1] = -1
    x[each, lengths - 1, 1] = -1
    first = draw.integers(0, min(10, length // 2 - 2), rows)
    second = draw.integers(0, length // 2 - 2, rows)
    second += second >= first  # any of the others
    x[first == 0, 0, 0] = 0.0
    x[second == 0, 0, 0] = 0.0
    x[each, first, 1] = x[each, second, 1] = 1
    targets = 0.5 + (x[each, first, 0] + x[each, second, 0]) / 4
    return made(x, lengths, targets, np.stack([first, second], axis=1))


def temporal_order(draw: Generator, rows: int, length: int) -> Drawn:
    """Two of many symbols matter, X or Y: which of the four orders was it?

    Args:
        length: T; sequences are T to T + T / 10 long. The symbols stand at about 0.1 to 0.2 T
            and 0.5 to 0.6 T; all others are one of four that mean nothing.

    Source:
        Hochreiter and Schmidhuber 1997, section 5.6, task 6a.
    """
    lengths = draw.integers(length, length + length // 10 + 1, rows)
    longest, each = int(lengths.max()), np.arange(rows)
    symbols = draw.integers(0, 4, (rows, longest))
    tenth = max(1, length // 10)
    first = draw.integers(tenth, 2 * tenth, rows)
    second = draw.integers(5 * tenth, 6 * tenth, rows)
    which = draw.integers(0, 2, (2, rows))
    symbols[each, first], symbols[each, second] = 4 + which[0], 4 + which[1]
    symbols[:, 0] = 6  # start
    symbols[each, lengths - 1] = 7  # end
    x = np.eye(SYMBOLS)[symbols]
    return made(x, lengths, 2 * which[0] + which[1], np.stack([first, second], axis=1))


def copy_memory(draw: Generator, rows: int, length: int) -> Drawn:
    """Ten symbols, T - 1 blanks, a signal: give the ten back in their order, on ten more blanks.

    Source:
        Hochreiter and Schmidhuber 1997 in spirit; in this form Arjovsky, Shah, Bengio 2016,
        arXiv:1511.06464, section 5.1.
    """
    total = length + 2 * RECALLED
    symbols = np.full((rows, total), SYMBOLS)
    kept = draw.integers(0, SYMBOLS, (rows, RECALLED))
    symbols[:, :RECALLED] = kept
    symbols[:, -RECALLED - 1] = SYMBOLS + 1  # now
    x = np.eye(SYMBOLS + 2)[symbols]
    places = np.tile(np.arange(RECALLED), (rows, 1))
    return made(x, np.full(rows, total), kept, places)


def largest(draw: Generator, rows: int, length: int) -> Drawn:
    """Give the largest of the numbers, from 0 to 1. Each step: number, another number."""
    drawn = beside_largest(draw, rows, length)
    each = torch.arange(rows)
    return drawn._replace(targets=drawn.inputs.x[each, drawn.places[:, 0], 0])


def beside_largest(draw: Generator, rows: int, length: int) -> Drawn:
    """Give the number that stands beside the largest one. Each step: number, its neighbour.

    The largest, from 0.2 to 1, stands out by `GAP`, so that there is one right place; the
    neighbours are from -0.5 to 0.5.
    """
    lengths, each = draw.integers(length // 2, length + 1, rows), np.arange(rows)
    x = draw.uniform(0, 1, (rows, int(lengths.max()), 2))
    top, places = draw.uniform(2 * GAP, 1, rows), draw.integers(0, lengths)
    x[:, :, 0] *= (top - GAP)[:, None]
    x[each, places, 0] = top
    x[:, :, 1] -= 0.5
    return made(x, lengths, x[each, places, 1], places[:, None])


def marked(draw: Generator, rows: int, length: int) -> Drawn:
    """Two of the numbers are marked, anywhere: give their mean. Each step: number, mark."""
    lengths = draw.integers(length // 2, length + 1, rows)
    x = np.zeros((rows, int(lengths.max()), 2))
    x[:, :, 0] = draw.uniform(-1, 1, x.shape[:2])
    first = draw.integers(0, lengths)
    second = draw.integers(0, lengths - 1)
    second += second >= first
    each = np.arange(rows)
    x[each, first, 1] = x[each, second, 1] = 1
    targets = (x[each, first, 0] + x[each, second, 0]) / 2
    return made(x, lengths, targets, np.stack([first, second], axis=1))


def made(
    x: NDArray[np.float64],
    lengths: NDArray[np.int64],
    targets: NDArray[np.generic],
    places: NDArray[np.int64],
) -> Drawn:
    """Arrays as tensors; steps after a sequence's end are zero."""
    mask = np.arange(x.shape[1]) < lengths[:, None]
    numbers = torch.from_numpy((x * mask[:, :, None]).astype(np.float32))
    kind = np.float32 if targets.dtype.kind == "f" else np.int64
    answers = torch.from_numpy(targets.astype(kind))
    return Drawn(Sequences(numbers, torch.from_numpy(mask)), answers, places)
