r"""The part of each token in an answer, by gradients.

Letters: B texts, T tokens, F width of a token's vector, S steps. p is the probability of the
class that is explained, x the text as vectors: a token's vector is its embedding and, where
the network has `Evidence` beside it, its part in that, one number a class.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from attentif.errors import ConfigError
from attentif.inspect.leave_out import changes, left_out
from attentif.inspect.record import attention_replaced
from attentif.inspect.subject import Sample, Subject, answering, chances, sample_of
from attentif.nn.attention import ATTENDING
from attentif.nn.embedding import Inputs
from attentif.text.batches import cut
from attentif.train.batch import gather

BATCH = 64  # texts
STEPS = 50  # points of the path; with Gauss's weights more change nothing


class Integrated(NamedTuple):
    """Integrated gradients of some texts.

    values: one for each token; they add up to `change` but for the gap.
    change: p of the text minus p of the baseline, (N,).
    gap: what the sum of the values misses of it, (N,); a large one asks for more steps.
    """

    values: list[NDArray[np.float64]]
    change: NDArray[np.float64]
    gap: NDArray[np.float64]


class TokenParts(NamedTuple):
    """One token, its place in the text, and its part in the answer by four measures.

    attention: None where the network gives no weights. left_out: p with it minus p without.
    gradient: gradient times input, signed. integrated: integrated gradients, signed.
    """

    text: str
    start: int
    end: int
    known: bool
    attention: float | None
    left_out: float
    gradient: float
    integrated: float


@dataclass(frozen=True)
class Attribution:
    """One text's answer and the part of each token in it.

    gap: what integrated gradients miss of the change that they add up to.
    """

    text: str
    explained: str
    probability: float
    tokens: list[TokenParts]
    gap: float

    def to_dict(self) -> dict[str, Any]:
        """Ready for JSON."""
        return {
            "text": self.text,
            "explained": self.explained,
            "probability": self.probability,
            "tokens": [token._asdict() for token in self.tokens],
            "completeness_gap": self.gap,
        }


def attribute(subject: Subject, text: str, *, steps: int = STEPS) -> Attribution:
    """All four measures of one text."""
    sample = sample_of(subject, [text])
    found = integrated_gradients(subject, sample, steps=steps)
    left = changes(sample, left_out(subject, sample))[0].tolist()
    slopes = gradient_times_input(subject, sample)[0].tolist()
    parts = found.values[0].tolist()
    alpha = sample.weights[0].tolist() if sample.weights else None
    tokens = [
        TokenParts(*token, alpha[t] if alpha else None, left[t], slopes[t], parts[t])
        for t, token in enumerate(subject.front_end.tokens(text))
    ]
    answer = int(sample.explained[0])
    return Attribution(
        text=text,
        explained=subject.decision.labels[answer],
        probability=float(sample.probabilities[0, answer]),
        tokens=tokens,
        gap=float(found.gap[0]),
    )


def gradient_times_input(
    subject: Subject, sample: Sample, *, through_attention: bool = True
) -> list[NDArray[np.float64]]:
    r"""x_t times the gradient of p with respect to x_t, for each token t.

    .. math:: \sum_f x_{tf} \; \partial p / \partial x_{tf}

    Args:
        through_attention: False holds the attention fixed, so that the gradient says what
            the words do apart from moving it (Jain and Wallace 2019, section 4.1).
    """
    network = subject.network
    if not through_attention and isinstance(network.attend, ATTENDING):
        with attention_replaced(network.attend, lambda weights, mask: weights.detach()):
            return gradient_times_input(subject, sample)
    values: list[NDArray[np.float64]] = [np.empty(0)] * len(sample)
    with answering(network):
        for rows, inputs, x, classes in embedded(subject, sample, 1):
            x.requires_grad_()
            p = chances(network.read(x, inputs).logits, subject.decision, classes)
            (slope,) = torch.autograd.grad(p.sum(), x)
            put(values, rows, inputs, (slope * x.detach()).sum(dim=2))
    return values


def integrated_gradients(subject: Subject, sample: Sample, *, steps: int = STEPS) -> Integrated:
    r"""The gradient averaged along the way from nothing to the text, times the text.

    .. math:: x_{tf} \int_0^1 \frac{\partial p(a x)}{\partial x_{tf}} \, da

    summed over f. The baseline is the text of blank tokens (zero vectors), as many as
    the text has. The integral is Gauss and Legendre's with `steps` points; all of them are
    one batch.

    Args:
        steps: S, at least 1.

    Source:
        Sundararajan, Taly, Yan 2017, arXiv:1703.01365, eq. 1; completeness: proposition 1.

    Raises:
        ConfigError: steps below 1.
    """
    if steps < 1:
        raise ConfigError(f"steps must be >= 1, got {steps}.")
    points, shares = legendre(steps)
    network, decision = subject.network, subject.decision
    values: list[NDArray[np.float64]] = [np.empty(0)] * len(sample)
    change = np.zeros(len(sample))
    with answering(network):
        for rows, inputs, x, classes in embedded(subject, sample, steps):
            path = (points[None, :, None, None] * x[:, None]).flatten(0, 1).requires_grad_()
            many = repeated(inputs, steps)
            answers = network.read(path, many).logits
            p = chances(answers, decision, classes.repeat_interleave(steps))
            (slope,) = torch.autograd.grad(p.sum(), path)
            mean = (slope.unflatten(0, (-1, steps)) * shares[None, :, None, None]).sum(dim=1)
            put(values, rows, inputs, (mean * x).sum(dim=2))
            with torch.no_grad():
                ends = [
                    chances(network.read(end, inputs).logits, decision, classes)
                    for end in (x, torch.zeros_like(x))
                ]
            change[rows] = (ends[0] - ends[1]).numpy()
    total = np.array([value.sum() for value in values])
    return Integrated(values, change, change - total)


def legendre(steps: int) -> tuple[Tensor, Tensor]:
    """Points between 0 and 1 and their weights, whose sum is 1.

    >>> [[round(value, 3) for value in part.tolist()] for part in legendre(2)]
    [[0.211, 0.789], [0.5, 0.5]]
    """
    points, shares = np.polynomial.legendre.leggauss(steps)
    return torch.tensor((points + 1) / 2).float(), torch.tensor(shares / 2).float()


def embedded(
    subject: Subject, sample: Sample, copies: int
) -> Iterator[tuple[NDArray[np.int64], Inputs, Tensor, Tensor]]:
    """Batches of texts: their rows, inputs, vectors (B, T, F) and explained classes (B,).

    Args:
        copies: how many times each text will be read, for the memory.
    """
    order = np.argsort(sample.lengths, kind="stable")
    for rows in cut(sample.lengths * copies, order, BATCH):
        inputs = gather(sample.encoded, rows).inputs
        x = subject.network.embed(inputs).detach()
        yield rows, inputs, x, torch.from_numpy(sample.explained[rows])


def repeated(inputs: Inputs, times: int) -> Inputs:
    """Each text several times, one after the other."""
    return inputs._replace(
        words=inputs.words.repeat_interleave(times, dim=0),
        mask=inputs.mask.repeat_interleave(times, dim=0),
    )


def put(
    values: list[NDArray[np.float64]], rows: Sequence[int] | NDArray[np.int64], inputs: Inputs,
    found: Tensor,
) -> None:  # fmt: skip
    """Each row's values, without padding, in their place."""
    lengths = inputs.mask.sum(dim=1).tolist()
    for row, length, own in zip(rows, lengths, found.double().numpy(), strict=True):
        values[int(row)] = own[:length].copy()
