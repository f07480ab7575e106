"""Sequence to sequence: an encoder reads the source, a decoder writes the target.

Letters: B batch, T source time, U target time, D memory width, A width of the attention
vector, V target vocabulary. Units are numbers; 0 is padding, which stands at the end.
"""

from typing import NamedTuple

from jaxtyping import Bool, Int
from torch import Tensor, nn

from attentif.config import Seq2SeqSettings
from attentif.nn.cells import CellOptions
from attentif.nn.decoder import Decoded, Decoder, DecoderState, Memory, unit_embedding
from attentif.nn.recurrent import Stack


class Sources(NamedTuple):
    """A batch of sources."""

    units: Int[Tensor, "B T"]
    mask: Bool[Tensor, "B T"]  # True = real unit


class Seq2Seq(nn.Module):
    r"""Encoder and decoder.

    .. math::
        m_1 \ldots m_T, h &= \mathrm{recurrent}(e(x_1) \ldots e(x_T)) \\
        p(y_{u+1} \mid y_1 \ldots y_u, x) &= \mathrm{decoder}(y_u, s_{u-1}; m, h)
        \qquad \text{(see } \mathtt{decoder}\text{)}

    With two directions each has H / 2 units, so that a state m_t is as wide as the
    decoder's whatever the encoder (D = H).

    Args:
        settings: sizes, names and rates; see `Seq2SeqSettings`.
        source_size, target_size: units of each side, the marks included.
        start, end: the target's marks of where it begins and ends.

    Example:
        >>> import torch
        >>> model = Seq2Seq(Seq2SeqSettings(), source_size=9, target_size=7, start=2, end=3)
        >>> source = Sources(torch.tensor([[4, 5, 6], [7, 8, 0]]),
        ...                  torch.tensor([[True, True, True], [True, True, False]]))
        >>> found = model(source, torch.tensor([[2, 5], [2, 6]]))
        >>> tuple(model.decoder.logits(found.vectors).shape), tuple(found.weights.shape)
        ((2, 2, 7), (2, 2, 3))
    """

    def __init__(
        self, settings: Seq2SeqSettings, *, source_size: int, target_size: int, start: int, end: int
    ) -> None:
        super().__init__()
        self.start_id, self.end_id = start, end
        self.decoder = Decoder(settings, target_size)
        self.embedding: nn.Embedding | None = None
        if settings.tied != "all":
            self.embedding = unit_embedding(source_size, settings.embedding_size)
        self.dropout = nn.Dropout(settings.dropout)
        self.encoder = Stack(
            settings.cell,
            settings.embedding_size,
            settings.hidden_size // (2 if settings.bidirectional else 1),
            layers=settings.layers,
            bidirectional=settings.bidirectional,
            dropout=settings.dropout,
            options=CellOptions(layer_norm=settings.layer_norm),
        )

    def forward(self, source: Sources, units: Int[Tensor, "B U"], own: float = 0.0) -> Decoded:
        """Every step of known targets, each given the right unit before (teacher forcing).

        Args:
            units: the targets behind the mark of the start.
            own: see `Decoder.unroll`.
        """
        memory, state = self.read(source)
        return self.decoder.unroll(units, state, memory, own)

    def read(self, source: Sources) -> tuple[Memory, DecoderState]:
        """What the decoder needs of the sources, and its first state."""
        table = self.embedding or self.decoder.embedding
        states, last = self.encoder(self.dropout(table(source.units)), source.mask)
        return Memory(states, self.decoder.keys(states), source.mask), self.decoder.start(last)
