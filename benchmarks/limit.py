"""The least seconds an epoch can take here: the machine's matrix products, on real tokens.

The recurrent network is matrix products and little else. Each product of a training step is
timed alone with `torch.mm` at the step's own shapes; the arithmetic of one epoch, counted on
real tokens without any padding, over these rates is what a perfect implementation with this
library of matrix products would need. Everything else (activations, embedding, optimiser,
Python) is free in this count, so nobody reaches it.
"""

import statistics
import time
from collections.abc import Sequence
from typing import NamedTuple

import torch

TIMED = 0.1  # seconds for which each product is repeated
ROUNDS = 5


class Product(NamedTuple):
    """(rows, inner) x (inner, columns), and how often a token needs a share of it.

    per_token: multiplications and additions for one real token.
    forward: part of a forward pass too, so that validation needs it.
    """

    name: str
    shape: tuple[int, int, int]
    per_token: float
    forward: bool


def products_of(batch: int, tokens: int, embedding: int, hidden: int) -> list[Product]:
    """The products of one LSTM layer in a training step.

    Args:
        batch: texts of a step, the rows of the recurrent product.
        tokens: real tokens of a step, the rows of all others.

    >>> sum(product.per_token for product in products_of(128, 2048, 200, 128)) == 6 * 328 * 512
    True
    """
    gates = 4 * hidden
    into, back = 2.0 * embedding * gates, 2.0 * hidden * gates
    return [
        Product("x W", (tokens, embedding, gates), into, True),
        Product("h U, a step", (batch, hidden, gates), back, True),
        Product("gradient of x", (tokens, gates, embedding), into, False),
        Product("gradient of W", (gates, tokens, embedding), into, False),
        Product("gradient of h, a step", (batch, gates, hidden), back, False),
        Product("gradient of U", (gates, tokens, hidden), back, False),
    ]


def rate_of(shape: tuple[int, int, int]) -> float:
    """Operations a second of one product: the best of some rounds, since others disturb."""
    rows, inner, columns = shape
    a, b = torch.rand(rows, inner), torch.rand(inner, columns)
    out = torch.empty(rows, columns)
    torch.mm(a, b, out=out)
    times = []
    for _ in range(ROUNDS):
        n, began = 0, time.perf_counter()
        while time.perf_counter() - began < TIMED:
            torch.mm(a, b, out=out)
            n += 1
        times.append((time.perf_counter() - began) / n)
    return 2.0 * rows * inner * columns / min(times)


def least_seconds(
    products: Sequence[Product], rates: Sequence[float], taught: int, validated: int
) -> float:
    """Seconds of one epoch at those rates.

    Args:
        taught: real tokens to train on. validated: those read forward only.

    >>> products = [Product("x W", (1, 1, 1), 2.0, True), Product("dW", (1, 1, 1), 2.0, False)]
    >>> least_seconds(products, [1.0, 2.0], 10, 5)
    40.0
    """
    return sum(
        product.per_token * (taught + validated * product.forward) / rate
        for product, rate in zip(products, rates, strict=True)
    )


def rates_of(products: Sequence[Product], threads: int) -> list[float]:
    """The rate of each with so many threads."""
    before = torch.get_num_threads()
    torch.set_num_threads(threads)
    try:
        return [rate_of(product.shape) for product in products]
    finally:
        torch.set_num_threads(before)


def mean_rate(products: Sequence[Product], rates: Sequence[float]) -> float:
    """Operations a second over a whole step: the harmonic mean, weighted by the work."""
    return statistics.harmonic_mean(rates, [product.per_token for product in products])
