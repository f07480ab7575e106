"""From the pieces of words to their vectors.

Letters: B batch, T time, N distinct words of the batch, P pieces of all of them, E and S
widths of the vectors of a word and of its shape.
"""

from typing import NamedTuple

import torch
from jaxtyping import Bool, Float, Int
from torch import Tensor, nn
from torch.nn import functional

from attentif.config import choose
from attentif.nn.functions import INITIALISERS


class Inputs(NamedTuple):
    """A batch of texts as a network reads them.

    A word that occurs ten times in the batch is embedded once: `words` points into the
    N distinct words, word n being the pieces `pieces[starts[n]:starts[n + 1]]`.
    Distinct word 0 is padding.
    """

    words: Int[Tensor, "B T"]
    mask: Bool[Tensor, "B T"]  # True = real token
    pieces: Int[Tensor, " P"]
    starts: Int[Tensor, " N"]
    shapes: Int[Tensor, " N"]


class WordEmbedding(nn.Module):
    r"""A word is its own vector and its n-grams' vectors, with its shape's vector beside it.

    .. math::
        x = \Bigl[ v_w + \tfrac{1}{\sqrt{m}} \textstyle\sum_{i=1}^{m} v_{g_i} \; ; \;
        s_{shape(w)} \Bigr]

    The first piece of a word is the word itself; the m others are its hashed character
    n-grams. Where there are none, this is the plain look-up table.

    Args:
        n_pieces: rows of the table; row 0 is padding and stays zero.
        embedding_size: E.
        n_shapes: rows of the shape table, 0 for no shapes; row 0 is padding.
        shape_size: S.
        initialise: first values, by name.

    Source:
        Bojanowski, Grave, Joulin, Mikolov 2017, arXiv:1607.04606, section 3.2. They sum word
        and n-grams alike; here the n-grams are divided by the root of their number, so that
        a long word is as large as a short one, and the word's own vector is not drowned.
    """

    def __init__(
        self,
        n_pieces: int,
        embedding_size: int,
        *,
        n_shapes: int = 0,
        shape_size: int = 0,
        initialise: str = "spread",
    ) -> None:
        super().__init__()
        self.pieces = nn.EmbeddingBag(n_pieces, embedding_size, mode="sum", padding_idx=0)
        self.shapes = nn.Embedding(n_shapes, shape_size, padding_idx=0) if n_shapes else None
        self.embedding_size = embedding_size + (shape_size if n_shapes else 0)
        with torch.no_grad():
            for table in (self.pieces, self.shapes):
                if table is not None:
                    choose(INITIALISERS, initialise, "embedding_init")(table.weight)
                    table.weight[0] = 0.0

    def forward(self, inputs: Inputs) -> Float[Tensor, "B T F"]:
        """Vectors of all tokens; F = E + S; zero on padding."""
        weights = piece_weights(inputs.starts, len(inputs.pieces)).to(self.pieces.weight.dtype)
        words = self.pieces(inputs.pieces, inputs.starts, per_sample_weights=weights)  # (N, E)
        if self.shapes is not None:
            words = torch.cat([words, self.shapes(inputs.shapes)], dim=1)  # (N, E + S)
        # Not words[inputs.words]: the gradient of indexing adds in an order that varies.
        return functional.embedding(inputs.words, words)


def piece_weights(starts: Int[Tensor, " N"], n_pieces: int) -> Float[Tensor, " P"]:
    """1 for each word's own piece, which comes first; 1 / sqrt(m) for each of its m n-grams.

    >>> piece_weights(torch.tensor([0, 1, 6]), 7).tolist()
    [1.0, 1.0, 0.5, 0.5, 0.5, 0.5, 1.0]
    """
    sizes = torch.diff(starts, append=starts.new_tensor([n_pieces]))  # (N,)
    weights = (sizes - 1).clamp(min=1).double().rsqrt().repeat_interleave(sizes)
    weights[starts] = 1.0
    return weights
