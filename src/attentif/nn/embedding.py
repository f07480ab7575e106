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
    r"""A word is the mean of its pieces' vectors, with its shape's vector beside it.

    .. math:: x = \left[\tfrac{1}{|P(w)|} \sum_{p \in P(w)} v_p \; ; \; s_{shape(w)}\right]

    The pieces are the word itself and its hashed character n-grams, or the word alone:
    then this is the plain look-up table.

    Args:
        n_pieces: rows of the table; row 0 is padding and stays zero.
        embedding_size: width E of a word's vector.
        shared: how many of the last rows the pieces beyond the table take in turn; 0 where
            there are none beyond it.
        n_shapes: rows of the shape table, 0 for no shapes; row 0 is padding.
        shape_size: width S of a shape's vector.
        initialise: first values, by name.

    Source:
        Bojanowski, Grave, Joulin, Mikolov 2017, arXiv:1607.04606, section 3.2 (they sum).
    """

    def __init__(
        self,
        n_pieces: int,
        embedding_size: int,
        *,
        shared: int = 0,
        n_shapes: int = 0,
        shape_size: int = 0,
        initialise: str = "spread",
    ) -> None:
        super().__init__()
        self.shared = shared
        self.pieces = nn.EmbeddingBag(n_pieces, embedding_size, mode="mean", padding_idx=0)
        self.shapes = nn.Embedding(n_shapes, shape_size, padding_idx=0) if n_shapes else None
        self.embedding_size = embedding_size + (shape_size if n_shapes else 0)
        with torch.no_grad():
            for table in (self.pieces, self.shapes):
                if table is not None:
                    choose(INITIALISERS, initialise, "embedding_init")(table.weight)
                    table.weight[0] = 0.0

    def forward(self, inputs: Inputs) -> Float[Tensor, "B T F"]:
        """Vectors of all tokens; F = E + S; zero on padding."""
        rows = rows_of(inputs.pieces, self.pieces.num_embeddings, self.shared)
        words = self.pieces(rows, inputs.starts)  # (N, E)
        if self.shapes is not None:
            words = torch.cat([words, self.shapes(inputs.shapes)], dim=1)  # (N, E + S)
        # Not words[inputs.words]: the gradient of indexing adds in an order that varies.
        return functional.embedding(inputs.words, words)


def rows_of(pieces: Int[Tensor, " P"], n: int, shared: int) -> Int[Tensor, " P"]:
    """The row of each piece in a table of n; one beyond it takes one of the last, in turn.

    >>> rows_of(torch.tensor([0, 3, 4, 5, 6, 7]), 5, 2).tolist()
    [0, 3, 4, 3, 4, 3]
    """
    if not shared:
        return pieces
    return torch.where(pieces < n, pieces, n - shared + (pieces - n) % shared)
