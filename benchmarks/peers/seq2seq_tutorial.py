"""A translation network as tutorials on sequence to sequence write it in torch.

Step by step: at each step of the target the states of the source are projected again and the
output layer runs on the whole batch, padding included. Attention is additive, the decoder is
Bahdanau's, and the output reads state, context and embedding, as in the widely used notebook
"Neural machine translation by jointly learning to align and translate".
"""

import torch
from torch import Tensor, nn


class TutorialSeq2Seq(nn.Module):
    """The network.

    Args:
        source_size, target_size: of the vocabularies.
        embedding_size: E. hidden_size: H, of the encoder's two directions together.
    """

    def __init__(
        self, source_size: int, target_size: int, *, embedding_size: int, hidden_size: int
    ) -> None:
        super().__init__()
        E, H = embedding_size, hidden_size
        self.source = nn.Embedding(source_size, E)
        self.target = nn.Embedding(target_size, E)
        self.encoder = nn.GRU(E, H // 2, bidirectional=True, batch_first=True)
        self.bridge = nn.Linear(H, H)
        self.attention = nn.Linear(2 * H, H)
        self.v = nn.Linear(H, 1, bias=False)
        self.decoder = nn.GRU(E + H, H, batch_first=True)
        self.output = nn.Linear(2 * H + E, target_size)

    def forward(self, source: Tensor, fed: Tensor) -> Tensor:
        """Logits (B, U, V) of every step, each given the right unit before."""
        memory, last = self.encoder(self.source(source))
        state = torch.tanh(self.bridge(torch.cat([last[0], last[1]], dim=1)))  # (B, H)
        logits = []
        for step in range(fed.shape[1]):
            embedded = self.target(fed[:, step])
            repeated = state[:, None].expand_as(memory)
            energy = torch.tanh(self.attention(torch.cat([repeated, memory], dim=2)))
            weights = self.v(energy).squeeze(2).softmax(dim=1)
            context = torch.bmm(weights[:, None], memory)  # (B, 1, H)
            read = torch.cat([embedded[:, None], context], dim=2)
            _, found = self.decoder(read, state[None].contiguous())
            state = found[0]
            logits.append(self.output(torch.cat([state, context[:, 0], embedded], dim=1)))
        return torch.stack(logits, dim=1)
