"""What the words of a text say by themselves: a linear model beside the recurrent network.

Letters: B batch, T time, N distinct words of the batch, C classes.
"""

import torch
from jaxtyping import Bool, Float, Int
from torch import Tensor, nn
from torch.nn import functional

from attentif.nn.embedding import Inputs

PAIRS, SPREAD = 16_384, 1_000_003  # rows of the table of pairs; a prime that spreads them over it
LOUDNESS = 2.5  # of what is heard; half and twice as loud made no difference beyond noise


class Evidence(nn.Module):
    r"""A second opinion: words, pairs of words and n-grams, each weighed.

    .. math::
        e_t &= \frac{\sum_{p \in t} w_p}{\sqrt{\sum_p q_p}} +
               \frac{\sum_{g \in t} w_g}{\sqrt{\sum_g q_g}} \\
        e &= b + \sum_t e_t

    p runs over the words of the text and their pairs with the word before, g over the
    character n-grams of the words; q is the square of a piece's inverse document frequency,
    which w holds already. So each half of e is a linear model of TF-IDF of length 1.

    A recurrent network that has read a thousand texts forgets the rare decisive piece; a
    large-margin linear model does not, and knows no order. It speaks twice. The network hears
    e_t beside the vector of each word (`heard`). And both opinions are added as
    logits + `share` * e, a logarithmic opinion pool (`opinion`).

    Its numbers are buffers, not parameters: no gradient teaches them. `train.linear` finds
    w in one convex fit and the share on validation rows; until then the share is 0.

    Args:
        n_pieces: rows of the table of words and n-grams: each has its own, since a weight is
            cheaper than a vector.
        n_classes: C; each table has one column more, for q.

    Source:
        Hinton 2002, "Training products of experts by minimizing contrastive divergence",
        eq. 1; Wang and Manning 2012, "Baselines and bigrams", section 2.3; Wolpert 1992,
        "Stacked generalization", section 2, for hearing it.
    """

    pieces: Tensor
    pairs: Tensor
    bias: Tensor
    share: Tensor

    def __init__(self, n_pieces: int, n_classes: int) -> None:
        super().__init__()
        self.register_buffer("pieces", torch.zeros(n_pieces, n_classes + 1))
        self.register_buffer("pairs", torch.zeros(PAIRS, n_classes + 1))
        self.register_buffer("bias", torch.zeros(n_classes))
        self.register_buffer("share", torch.zeros(()))

    def forward(self, inputs: Inputs) -> Float[Tensor, "B T C"]:
        """The part e_t of each token, zero on padding."""
        ids = inputs.pieces[inputs.starts]  # (N,) a word's first piece is the word itself
        all_pieces = functional.embedding_bag(inputs.pieces, self.pieces, inputs.starts, mode="sum")
        alone = self.pieces[ids]  # (N, C + 1)
        real = inputs.mask[:, :, None]
        pairs = self.pairs[pair_ids(ids[inputs.words])]
        words = (alone[inputs.words] + pairs) * real  # (B, T, C + 1)
        grams = (all_pieces - alone)[inputs.words] * real
        return of_length_one(words) + of_length_one(grams)

    def opinion(self, parts: Float[Tensor, "B T C"]) -> Float[Tensor, "B C"]:
        """What is added to the network's logits: share * e."""
        return self.share * (parts.sum(dim=1) + self.bias)


def heard(parts: Float[Tensor, "B T C"], mask: Bool[Tensor, "B T"]) -> Float[Tensor, "B T C"]:
    r"""What the network hears beside each word: the part of a token as if its text were short.

    .. math:: \tilde e_t = 2.5 \, \sqrt{T} \, e_t

    A text of T tokens has about the length root T before it is divided by it, so the root of T
    gives a word back what it says, in a long text as in a short one.
    """
    lengths = mask.sum(dim=1)[:, None, None]
    return LOUDNESS * lengths.sqrt() * parts


def pair_ids(ids: Int[Tensor, "B T"]) -> Int[Tensor, "B T"]:
    """The row that each word shares with the word before it; the first one's is padding, 0.

    >>> pair_ids(torch.tensor([[2, 3]])).tolist()
    [[2, 1161]]
    """
    before = functional.pad(ids, (1, 0))[:, :-1]
    return (before * SPREAD + ids) % PAIRS


def of_length_one(pieces: Float[Tensor, "B T K"]) -> Float[Tensor, "B T C"]:
    """w of each token over the root of the text's sum of q, the last column."""
    length = pieces[:, :, -1].sum(dim=1).clamp(min=1e-12).sqrt()
    return pieces[:, :, :-1] / length[:, None, None]
