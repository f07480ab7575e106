r"""How much of the loss's gradient reaches each word, by its distance from the last step read.

.. math:: r_k = \frac{\|\partial L / \partial x_{T-k}\|}{\|\partial L / \partial x_T\|}

x is the vector of the word, so that cells of any kind can be compared. Measured in double
precision: single precision ends at about 10^-45, and what vanishes is often smaller.
"""

import copy
from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np
import torch
from numpy.typing import NDArray
from torch.nn import functional

from attentif.inspect.subject import answering
from attentif.lab.frames import Framed, framed
from attentif.text.encode import Encoded
from attentif.train.batch import gather

TEXTS = 64
SMALLEST = 1e-300  # what a gradient of 0 counts as in a geometric mean


class Reach(NamedTuple):
    """Geometric means over some texts, as parts of the gradient at the last step read.

    parts: at 0, 1, 2 ... steps back, as far as a tenth of the texts reach.
    first_word, last_word: at the text's own first and last word.
    steps: mean number of steps between the last one read and the first word.
    """

    parts: tuple[float, ...]
    first_word: float
    last_word: float
    steps: float

    def to_dict(self) -> dict[str, Any]:
        """Ready for JSON."""
        return {**self._asdict(), "parts": list(self.parts)}


def reach(network: Framed, encoded: Encoded, labels: NDArray[np.int64]) -> Reach:
    """Measure on the first `TEXTS` of the texts, each with its own loss.

    Args:
        labels: (N,) the classes.
    """
    rows = np.arange(min(TEXTS, len(labels)))
    batch = gather(encoded, rows)
    inputs = framed(batch.inputs, network.frame)
    double = copy.deepcopy(network.network).double()
    with answering(double):
        x = double.embed(inputs).detach().requires_grad_()
        logits = double.read(x, inputs).logits
        loss = functional.cross_entropy(logits, torch.from_numpy(labels[rows]), reduction="sum")
        (slope,) = torch.autograd.grad(loss, x)
    norms = slope.norm(dim=2).numpy().clip(min=SMALLEST)  # (B, T)
    mask = inputs.mask.numpy()
    read = mask if double.masking else np.ones_like(mask)
    return of_norms(np.log(norms), mask, read)


def of_norms(logs: NDArray[np.float64], mask: NDArray[np.bool_], read: NDArray[np.bool_]) -> Reach:
    """The same from the logarithms of the norms.

    Args:
        logs: (B, T).
        mask: (B, T) True = a word of the text.
        read: (B, T) True = a step that the network takes; padding too without a mask.

    >>> logs = np.log(np.array([[0.01, 0.1, 1.0]]))
    >>> found = of_norms(logs, np.array([[True, True, False]]), np.array([[True] * 3]))
    >>> [round(part, 3) for part in (*found.parts, found.first_word, found.last_word)]
    [1.0, 0.1, 0.01, 0.01, 0.1]
    """
    ends = last_of(read)
    each = np.arange(len(logs))
    parts = logs - logs[each, ends][:, None]
    firsts, lasts = mask.argmax(axis=1), last_of(mask)
    by_step: list[list[float]] = [[] for _ in range(logs.shape[1])]
    for row, end in enumerate(ends):
        for step in range(end + 1):
            if read[row, end - step]:
                by_step[step].append(parts[row, end - step])
    enough = [own for own in by_step if 10 * len(own) >= len(logs)]
    return Reach(
        tuple(mean(own) for own in enough),
        mean(parts[each, firsts]),
        mean(parts[each, lasts]),
        float((ends - firsts).mean()),
    )


def last_of(mask: NDArray[np.bool_]) -> NDArray[np.int64]:
    """(B,) the last place of each row that is True."""
    return mask.shape[1] - 1 - mask[:, ::-1].argmax(axis=1)


def mean(logs: Sequence[float] | NDArray[np.float64]) -> float:
    """Geometric mean of numbers given by their logarithms."""
    return float(np.exp(np.mean(logs)))
