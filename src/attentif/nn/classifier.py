"""Many to one: from a text to one score a class.

Letters: B batch, T time, F width of an embedded token (of its word and shape, and C more for its
part in the evidence), D memory width, A attention width, C classes.
"""

from typing import NamedTuple

import torch
from jaxtyping import Bool, Float
from torch import Tensor, nn

from attentif.config import NetworkSettings, cell_and_pooling, choose
from attentif.nn.attention import ATTENDING, Additive, Dot, General, Last, Max, Mean, Pooling
from attentif.nn.cells import CellOptions
from attentif.nn.embedding import Inputs, WordEmbedding
from attentif.nn.evidence import Evidence, heard
from attentif.nn.functions import ACTIVATIONS, linear
from attentif.nn.recurrent import Stack, Unrolled
from attentif.nn.taps import Tap

SMALLEST = 1e-7  # Keras's epsilon: outputs other than softmax are kept from 0 and 1
OUTPUTS = {"softmax": linear, "sigmoid": ACTIVATIONS["sigmoid"], "relu": ACTIVATIONS["relu"]}


class Classified(NamedTuple):
    """What the classifier found.

    logits: softmax(logits) are the class probabilities.
    weights: attention over the text, None without attention.
    """

    logits: Float[Tensor, "B C"]
    weights: Float[Tensor, "B T"] | None


class Classifier(nn.Module):
    r"""Embedding, recurrent layers, attention with the last state as query, output layer.

    .. math::
        m_1 \ldots m_T, h &= \mathrm{recurrent}([x_1 ; \tilde e_1] \ldots [x_T ; \tilde e_T]) \\
        c &= \sum_t \alpha_t m_t \qquad \text{(see } \mathtt{attention}\text{)} \\
        a &= \tanh(W_c [c ; h] + b_c) \\
        logits &= W_y a + b_y + s e

    Without attention (last, mean, max) a is the pooled vector itself. Where there is `Evidence`,
    the network hears beside each word what a linear model says of it (`evidence.heard`); e is
    what that says of the whole text, and its share s is 0 while the network learns.

    Args:
        settings: sizes, names and rates; see `NetworkSettings`.
        n_pieces, n_grams, n_shapes: what the front end tells apart: pieces, the n-grams among
            them, which share `ngram_vectors` vectors, and shapes.
        n_classes: C, at least 2.

    Source:
        Luong, Pham, Manning 2015, arXiv:1508.04025, eq. 5, in the many-to-one form: the
        state after the last token takes the part of the decoder's state.
    """

    def __init__(
        self,
        settings: NetworkSettings,
        *,
        n_pieces: int,
        n_grams: int = 0,
        n_shapes: int,
        n_classes: int,
    ) -> None:
        super().__init__()
        cell, pooling = cell_and_pooling(settings)
        self.masking = settings.masking
        self.softmaxed = settings.output_activation == "softmax"
        self.activation = choose(OUTPUTS, settings.output_activation, "output_activation")
        self.embedding = WordEmbedding(
            n_pieces - max(0, n_grams - settings.ngram_vectors),
            settings.embedding_size,
            shared=min(n_grams, settings.ngram_vectors),
            n_shapes=n_shapes,
            shape_size=settings.shape_size,
            initialise=settings.embedding_init,
        )
        self.word_dropout = settings.word_dropout
        self.dropout = nn.Dropout(settings.dropout)
        self.evidence = Evidence(n_pieces, n_classes) if settings.evidence else None
        self.recurrent = Stack(
            cell,
            self.embedding.embedding_size + (n_classes if settings.evidence else 0),
            settings.hidden_size,
            layers=settings.layers,
            bidirectional=settings.bidirectional,
            dropout=settings.dropout,
            options=CellOptions(
                settings.activation,
                settings.gate_activation,
                settings.recurrent_init,
                settings.layer_norm,
            ),
        )
        size = self.recurrent.memory_size
        self.attend = make_pooling(pooling, size, settings.attention_size)
        self.combine: nn.Linear | None = None
        if isinstance(self.attend, ATTENDING):
            self.combine = nn.Linear(2 * size, settings.attention_size, settings.attention_bias)
            nn.init.xavier_uniform_(self.combine.weight)
            size = settings.attention_size
        self.output = nn.Linear(size, n_classes)
        nn.init.xavier_uniform_(self.output.weight)
        nn.init.zeros_(self.output.bias)
        self.context, self.vector, self.logits = Tap(), Tap(), Tap()

    def forward(self, inputs: Inputs, parts: Float[Tensor, "B T C"] | None = None) -> Classified:
        """Read a batch of texts; parts as of `embed`."""
        return self.read(self.embed(inputs, parts), inputs)

    def embed(
        self, inputs: Inputs, parts: Float[Tensor, "B T C"] | None = None
    ) -> Float[Tensor, "B T F"]:
        """Each token's vector and, where there is evidence, its part in it.

        Args:
            parts: given instead, for texts that taught the evidence: what others say of them.
        """
        x = self.embedding(inputs)
        if self.evidence is None:
            return x
        return torch.cat([x, self.evidence(inputs) if parts is None else parts], dim=2)

    def read(self, x: Float[Tensor, "B T F"], inputs: Inputs) -> Classified:
        """Classify from the embedded tokens on (the door for gradients by token)."""
        memory, last = self.states(x, inputs)
        context, weights = self.attend(last, self.attend.keys(memory), memory, self.mask_of(inputs))
        vector = context = self.context(context)  # (B, D)
        if self.combine is not None:
            vector = torch.tanh(self.combine(torch.cat([context, last], dim=1)))  # (B, A)
        vector = self.vector(vector)
        logits = self.score(self.output(self.dropout(vector)))
        if not self.training:
            logits = logits + self.beside(x, inputs)
        return Classified(self.logits(logits), weights)

    def states(self, x: Float[Tensor, "B T F"], inputs: Inputs) -> Unrolled:
        """The recurrent layers over the embedded tokens, what is heard beside the words louder."""
        if self.evidence is not None:
            word, parts = x.tensor_split([self.embedding.embedding_size], dim=2)
            x = torch.cat([word, heard(parts, inputs.mask)], dim=2)
        return self.recurrent(self.dropout(self.drop_words(x)), self.mask_of(inputs))

    def beside(self, x: Float[Tensor, "B T F"], inputs: Inputs) -> Float[Tensor, "B C"]:
        """What the evidence adds to the logits of the embedded tokens; zeros without any."""
        if self.evidence is None:
            return x.new_zeros(len(x), self.output.out_features)
        parts = x[:, :, self.embedding.embedding_size :]
        return self.evidence.opinion(parts * inputs.mask[:, :, None])

    def mask_of(self, inputs: Inputs) -> Bool[Tensor, "B T"]:
        """True where a token counts: without masking, on padding too."""
        return inputs.mask if self.masking else torch.ones_like(inputs.mask)

    def drop_words(self, x: Float[Tensor, "B T F"]) -> Float[Tensor, "B T F"]:
        """In training, blank whole tokens at random (Iyyer et al. 2015, section 3.1)."""
        if not self.training or not self.word_dropout:
            return x
        kept = torch.rand(x.shape[:2], device=x.device) >= self.word_dropout
        return x * kept[:, :, None]

    def score(self, outputs: Float[Tensor, "B C"]) -> Float[Tensor, "B C"]:
        """Outputs as logits: the logarithm of what another activation than softmax gives."""
        if self.softmaxed:
            return outputs
        return self.activation(outputs).clamp(SMALLEST, 1 - SMALLEST).log()


def make_pooling(name: str, size: int, attention_size: int) -> Pooling:
    """The pooling of that name over a memory of that width, the query being as wide."""
    makers = {
        "last": Last,
        "mean": Mean,
        "max": Max,
        "dot": Dot,
        "general": lambda: General(size, size),
        "additive": lambda: Additive(size, size, attention_size),
    }
    return choose(makers, name, "pooling")()
