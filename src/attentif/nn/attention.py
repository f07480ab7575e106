"""From a memory of states to one vector: attention, or the plain ways without it.

Letters: B batch, T memory time, Q query width, D memory width, A attention width.
Masks are bool and True means a real token, everywhere in this package.

All of them answer one call, `attend(query, attend.keys(memory), memory, mask)`. The keys
are projected once a text by the caller, who keeps them: nothing is stored in a module
between calls. The number of steps to attend from, one here, is a decoder's business.
"""

from typing import NamedTuple

import torch
from jaxtyping import Bool, Float
from torch import Tensor, nn

from attentif.errors import ShapeError
from attentif.nn.taps import Tap


class Attended(NamedTuple):
    """What one attention step found.

    context: the weighted mean of the memory.
    weights: one per real token, at least 0, their sum 1, exactly 0 on padding; None
        where the pooling gives no weights to tokens (last, max).
    """

    context: Float[Tensor, "B D"]
    weights: Float[Tensor, "B T"] | None


def masked_softmax(scores: Float[Tensor, "B T"], mask: Bool[Tensor, "B T"]) -> Float[Tensor, "B T"]:
    """Normalise scores over the real tokens; padding gets exactly zero.

    Raises:
        ShapeError: the mask is not of the scores' shape, or some row has no real token
            (its average would be 0/0).
    """
    check_tokens(mask, tuple(scores.shape))
    return scores.masked_fill(~mask, float("-inf")).softmax(dim=1)


def check_tokens(mask: Bool[Tensor, "..."], shape: tuple[int, ...]) -> None:
    """Refuse a mask of another shape than (B, T), or with a row that has no real token.

    Raises:
        ShapeError: one of the two.
    """
    if tuple(mask.shape) != shape:
        raise ShapeError(
            f"mask must have the scores' shape {shape}, got {tuple(mask.shape)}."
            " Give the batch's own mask."
        )
    some = mask.any(dim=1)  # (B,)
    if not some.all():
        raise ShapeError(
            f"each row must have a real token to attend to, got none in rows"
            f" {(~some).nonzero().flatten().tolist()}."
            " Give an empty text one unknown token, as text.encode does."
        )


def average(weights: Float[Tensor, "B T"], memory: Float[Tensor, "B T D"]) -> Float[Tensor, "B D"]:
    """The context vector: sum over t of weights_t memory_t."""
    return torch.bmm(weights[:, None, :], memory).squeeze(1)


class Last(nn.Module):
    """No attention: the query, which is the last state, is all that is kept."""

    def keys(self, memory: Float[Tensor, "B T D"]) -> Float[Tensor, "B T D"]:
        """Nothing to project."""
        return memory

    def forward(
        self,
        query: Float[Tensor, "B Q"],
        keys: Float[Tensor, "B T D"],
        memory: Float[Tensor, "B T D"],
        mask: Bool[Tensor, "B T"],
    ) -> Attended:
        """The query itself."""
        check_tokens(mask, tuple(memory.shape[:2]))
        return Attended(query, None)


class Mean(nn.Module):
    """No attention: the mean of the states of the real tokens (uniform weights)."""

    def __init__(self) -> None:
        super().__init__()
        self.weights = Tap()

    def keys(self, memory: Float[Tensor, "B T D"]) -> Float[Tensor, "B T D"]:
        """Nothing to project."""
        return memory

    def forward(
        self,
        query: Float[Tensor, "B Q"],
        keys: Float[Tensor, "B T D"],
        memory: Float[Tensor, "B T D"],
        mask: Bool[Tensor, "B T"],
    ) -> Attended:
        """Equal weights on real tokens."""
        weights = self.weights(masked_softmax(memory.new_zeros(memory.shape[:2]), mask))
        return Attended(average(weights, memory), weights)


class Max(nn.Module):
    """No attention: each unit's largest value over the real tokens."""

    def keys(self, memory: Float[Tensor, "B T D"]) -> Float[Tensor, "B T D"]:
        """Nothing to project."""
        return memory

    def forward(
        self,
        query: Float[Tensor, "B Q"],
        keys: Float[Tensor, "B T D"],
        memory: Float[Tensor, "B T D"],
        mask: Bool[Tensor, "B T"],
    ) -> Attended:
        """Padding never wins."""
        check_tokens(mask, tuple(memory.shape[:2]))
        return Attended(memory.masked_fill(~mask[:, :, None], float("-inf")).amax(dim=1), None)


class Dot(nn.Module):
    r"""Luong's dot score: how alike are the query and each state?

    .. math:: e_t = q^\top m_t, \quad \alpha = \mathrm{softmax}(e), \quad c = \sum_t \alpha_t m_t

    Source:
        Luong, Pham, Manning 2015, arXiv:1508.04025, eq. 7 and 8, "dot". They write h_t
        for our q, \bar h_s for our m_t, a_t(s) for our \alpha_t.
    """

    def __init__(self) -> None:
        super().__init__()
        self.scores, self.weights = Tap(), Tap()

    def keys(self, memory: Float[Tensor, "B T D"]) -> Float[Tensor, "B T D"]:
        """Nothing to project."""
        return memory

    def forward(
        self,
        query: Float[Tensor, "B Q"],
        keys: Float[Tensor, "B T Q"],
        memory: Float[Tensor, "B T D"],
        mask: Bool[Tensor, "B T"],
    ) -> Attended:
        """Attend once. Q must equal D."""
        scores = self.scores(torch.bmm(keys, query[:, :, None]).squeeze(2))  # (B, T)
        weights = self.weights(masked_softmax(scores, mask))
        return Attended(average(weights, memory), weights)


class General(nn.Module):
    r"""Luong's general score: a matrix learns what of the query matches what of a state.

    .. math:: e_t = q^\top W m_t

    Args:
        query_size: width Q of the query.
        memory_size: width D of the memory.

    Source:
        Luong, Pham, Manning 2015, arXiv:1508.04025, eq. 8, "general". No bias, as there.

    Example:
        >>> attend = General(query_size=6, memory_size=6)
        >>> memory = torch.ones(2, 3, 6)
        >>> mask = torch.tensor([[True, True, False], [True, False, False]])
        >>> found = attend(memory[:, 0], attend.keys(memory), memory, mask)
        >>> [[round(weight, 2) for weight in row] for row in found.weights.tolist()]
        [[0.5, 0.5, 0.0], [1.0, 0.0, 0.0]]
    """

    def __init__(self, query_size: int, memory_size: int) -> None:
        super().__init__()
        self.W = nn.Linear(memory_size, query_size, bias=False)
        nn.init.xavier_uniform_(self.W.weight)
        self.scores, self.weights = Tap(), Tap()

    def keys(self, memory: Float[Tensor, "B T D"]) -> Float[Tensor, "B T D"]:
        """The states themselves: W is cheaper on the one query than on each state."""
        return memory

    def forward(
        self,
        query: Float[Tensor, "B Q"],
        keys: Float[Tensor, "B T D"],
        memory: Float[Tensor, "B T D"],
        mask: Bool[Tensor, "B T"],
    ) -> Attended:
        """Attend once. See the class for the equation."""
        sought = query @ self.W.weight  # (B, D): q^T W
        scores = self.scores(torch.bmm(keys, sought[:, :, None]).squeeze(2))  # (B, T)
        weights = self.weights(masked_softmax(scores, mask))
        return Attended(average(weights, memory), weights)


class Additive(nn.Module):
    r"""Bahdanau's additive score: a one-layer network compares query and state.

    .. math:: e_t = v^\top \tanh(W q + U m_t)

    Args:
        query_size: width Q of the query.
        memory_size: D, width of one state (2H when bidirectional).
        attention_size: A, width of the hidden layer of the scorer.

    Source:
        Bahdanau, Cho, Bengio 2015, arXiv:1409.0473, section A.1.2. They write s for q
        and h for m; there is no bias in W, U or v there, nor here.

    Example:
        >>> attend = Additive(query_size=4, memory_size=6, attention_size=5)
        >>> memory = torch.zeros(2, 3, 6)
        >>> mask = torch.tensor([[True, True, True], [True, False, False]])
        >>> found = attend(torch.zeros(2, 4), attend.keys(memory), memory, mask)
        >>> found.context.shape, [round(w, 2) for w in found.weights[1].tolist()]
        (torch.Size([2, 6]), [1.0, 0.0, 0.0])
    """

    def __init__(self, query_size: int, memory_size: int, attention_size: int) -> None:
        super().__init__()
        self.W = nn.Linear(query_size, attention_size, bias=False)
        self.U = nn.Linear(memory_size, attention_size, bias=False)
        self.v = nn.Linear(attention_size, 1, bias=False)
        self.scores, self.weights = Tap(), Tap()

    def keys(self, memory: Float[Tensor, "B T D"]) -> Float[Tensor, "B T A"]:
        """U m_t for each t."""
        return self.U(memory)

    def forward(
        self,
        query: Float[Tensor, "B Q"],
        keys: Float[Tensor, "B T A"],
        memory: Float[Tensor, "B T D"],
        mask: Bool[Tensor, "B T"],
    ) -> Attended:
        """Attend once. See the class for the equation."""
        hidden = torch.tanh(self.W(query)[:, None, :] + keys)  # (B, T, A)
        scores = self.scores(self.v(hidden).squeeze(2))  # (B, T)
        weights = self.weights(masked_softmax(scores, mask))
        return Attended(average(weights, memory), weights)


Pooling = Last | Mean | Max | Dot | General | Additive
ATTENDING = (Dot, General, Additive)
