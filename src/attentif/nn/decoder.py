"""From the states of a source to the units of a target, one after the other.

Letters: B batch, T source time, U target time, E embedding width, H hidden width, D memory
width, A width of the attention vector, V target vocabulary. D = H: `seq2seq` sees to it.

Two ways give the same numbers. `Decoder.step` makes one step, as decoding needs it.
`Decoder.unroll` makes all steps of a target that is known: where a step needs nothing but
the state before (no attention, or Luong's without input feeding) the fused kernel runs over
all of them at once, and all of them attend in one batched product; elsewhere it is a loop.
`tests/nn/test_decoder.py` proves them equal.
"""

from typing import NamedTuple, cast

import torch
from jaxtyping import Bool, Float, Int
from torch import Tensor, nn
from torch.nn import functional

from attentif.config import Seq2SeqSettings, choose
from attentif.nn.attention import Additive, Dot, General
from attentif.nn.cells import CELLS, Cell, CellOptions, LSTMCell, State
from attentif.nn.recurrent import fused_kernel, unroll

Attention = Dot | General | Additive


class Memory(NamedTuple):
    """What the decoder sees of the source.

    states: of the encoder, zero on padding.
    keys: the states as the attention's scores want them, projected once a text.
    mask: True = real token.
    """

    states: Float[Tensor, "B T D"]
    keys: Float[Tensor, "B T K"]
    mask: Bool[Tensor, "B T"]


class DecoderState(NamedTuple):
    """What goes from one step to the next: each layer's state, the last attention vector."""

    layers: tuple[State, ...]
    fed: Float[Tensor, "B A"]


class Decoded(NamedTuple):
    """What some steps found; U is absent from the shapes of a single step.

    vectors: the output layer reads them.
    weights: attention over the source, None without attention.
    """

    vectors: Float[Tensor, "B U A"] | Float[Tensor, "B A"]
    weights: Float[Tensor, "B U T"] | Float[Tensor, "B T"] | None


class Decoder(nn.Module):
    r"""The decoder, of one of three kinds; y_u is the unit before, e its embedding.

    .. math::
        \text{none:} \quad & s_u = \mathrm{cell}(e(y_u), s_{u-1}), \quad a_u = s_u \\
        \text{luong:} \quad & s_u = \mathrm{cell}([e(y_u) ; a_{u-1}], s_{u-1}) \quad
            \text{(} a_{u-1} \text{ with input feeding only)} \\
        & c_u = \mathrm{attend}(s_u), \quad a_u = \tanh(W_c [c_u ; s_u]) \\
        \text{bahdanau:} \quad & c_u = \mathrm{attend}(s_{u-1}), \quad
            s_u = \mathrm{cell}([e(y_u) ; c_u], s_{u-1}) \\
        & a_u = \tanh(W_o [s_u ; c_u ; e(y_u)]) \\
        \text{all:} \quad & s_0 = \tanh(W_s h + b_s), \quad
            p(y_{u+1}) = \mathrm{softmax}(W_y a_u + b_y)

    h is the encoder's last state. An LSTM's memory begins with the argument of that tanh.
    With several layers each reads the one below; s is the top one's in attention and output.
    With `tied` weights W_y is the embedding, and A = E (a_u = W_c s_u for the kind none).

    Args:
        settings: see `Seq2SeqSettings`.
        vocabulary_size: V; unit 0 is padding.

    Source:
        none: Sutskever, Vinyals, Le 2014, arXiv:1409.3215; the first state by a layer of its
        own: Cho et al. 2014, arXiv:1406.1078, A.1.2. luong: Luong, Pham, Manning 2015,
        arXiv:1508.04025, eq. 5 to 8, "concat" being v tanh(W_a [s ; m]), the additive score;
        input feeding: section 3.3. bahdanau: Bahdanau, Cho, Bengio 2015, arXiv:1409.0473,
        A.2.2; their output reads s_{u-1} through a maxout layer, ours s_u through tanh. Tied
        weights: Press, Wolf 2017, arXiv:1608.05859.
    """

    def __init__(self, settings: Seq2SeqSettings, vocabulary_size: int) -> None:
        super().__init__()
        E, H = settings.embedding_size, settings.hidden_size
        self.kind, self.tied = settings.decoder, settings.tied != "none"
        self.vector_size = A = E if self.tied else H
        self.feeding = settings.input_feeding and self.kind == "luong"
        self.embedding = unit_embedding(vocabulary_size, E)
        self.dropout = nn.Dropout(settings.dropout)
        cell = choose(CELLS, settings.cell, "cell")
        options = CellOptions(layer_norm=settings.layer_norm)
        width = E + (H if self.kind == "bahdanau" else 0) + (A if self.feeding else 0)
        self.cells = nn.ModuleList(
            cell(H if layer else width, H, options) for layer in range(settings.layers)
        )
        self.parts = 2 if cell is LSTMCell else 1  # of a state
        self.bridge = linear(H, self.parts * settings.layers * H)
        self.attend = make_attention(settings)
        reading = {"none": H, "luong": 2 * H, "bahdanau": 2 * H + E}[self.kind]
        self.combine: nn.Linear | None = None
        if self.attend or A != reading:
            self.combine = linear(reading, A, bias=bool(self.attend))
        self.output = None if self.tied else linear(A, vocabulary_size)
        self.bias = nn.Parameter(torch.zeros(vocabulary_size)) if self.tied else None
        self.fused = True

    def keys(self, states: Float[Tensor, "B T D"]) -> Float[Tensor, "B T K"]:
        """What the scores compare a state of the decoder with."""
        return self.attend.keys(states) if self.attend else states

    def start(self, last: Float[Tensor, "B D"]) -> DecoderState:
        """The state before the first unit, from the encoder's last."""
        parts = self.bridge(last).chunk(self.parts * len(self.cells), dim=1)  # each (B, H)
        layers = tuple(
            (torch.tanh(parts[at]), *parts[at + 1 : at + self.parts])
            for at in range(0, len(parts), self.parts)
        )
        return DecoderState(layers, last.new_zeros(last.shape[0], self.vector_size))

    def step(
        self, units: Int[Tensor, " B"], state: DecoderState, memory: Memory
    ) -> tuple[Decoded, DecoderState]:
        """One unit further, from the unit before."""
        return self.advance(self.dropout(self.embedding(units)), state, memory)

    def advance(
        self, x: Float[Tensor, "B E"], state: DecoderState, memory: Memory
    ) -> tuple[Decoded, DecoderState]:
        """One unit further, from the embedding of the unit before."""
        context, weights, parts = None, None, [x]
        states, keys, mask = memory
        if self.attend and self.kind == "bahdanau":
            context, weights = self.attend(state.layers[-1][0], keys, states, mask)
            parts.append(context)
        if self.feeding:
            parts.append(state.fed)
        layers = self.climb(torch.cat(parts, dim=1), state.layers)
        top = layers[-1][0]
        if self.attend and self.kind == "luong":
            context, weights = self.attend(top, keys, states, mask)
        vector = self.vector(x, top, context)
        return Decoded(vector, weights), DecoderState(layers, vector)

    def climb(self, below: Float[Tensor, "B W"], states: tuple[State, ...]) -> tuple[State, ...]:
        """One step of every layer, from the lowest up."""
        layers = []
        for cell, state in zip(self.cells, states, strict=True):
            layers.append(cell(self.dropout(below) if layers else below, state))
            below = layers[-1][0]
        return tuple(layers)

    def vector(
        self,
        x: Float[Tensor, "... E"],
        top: Float[Tensor, "... H"],
        context: Float[Tensor, "... D"] | None,
    ) -> Float[Tensor, "... A"]:
        """What the output layer reads, of one step or of many. See the class."""
        if self.combine is None:
            return top
        if context is None:
            return self.combine(top)
        read = [context, top] if self.kind == "luong" else [top, context, x]
        return torch.tanh(self.combine(torch.cat(read, dim=-1)))

    def unroll(
        self, units: Int[Tensor, "B U"], state: DecoderState, memory: Memory, own: float = 0.0
    ) -> Decoded:
        """All steps of known targets.

        Args:
            units: the unit before each step, the first being the mark of the start.
            own: share of steps, drawn anew, that are fed with the model's own most probable
                unit instead (scheduled sampling: Bengio et al. 2015, arXiv:1506.03099).
        """
        x = self.dropout(self.embedding(units))  # (B, U, E)
        if own:
            return self.alone(x, state, memory, own)
        if self.kind == "bahdanau" or self.feeding:
            return self.loop(x, state, memory)
        top = x
        for cell, began in zip(cast(list[Cell], self.cells), state.layers, strict=True):
            top = self.run(cell, self.dropout(top) if top is not x else x, began)  # (B, U, H)
        if self.attend is None:
            return Decoded(self.vector(x, top, None), None)
        context, weights = attend_all(self.attend, top, memory)
        return Decoded(self.vector(x, top, context), weights)

    def run(self, cell: Cell, x: Float[Tensor, "B U W"], state: State) -> Float[Tensor, "B U H"]:
        """One layer over all steps, by the path that applies."""
        kernel = fused_kernel(cell, state) if self.fused else None
        if kernel is not None:
            return kernel(x)
        return unroll(cell, x, torch.ones_like(x[:, :, 0], dtype=torch.bool), state)

    def loop(self, x: Float[Tensor, "B U E"], state: DecoderState, memory: Memory) -> Decoded:
        """Step by step, for attention vectors that enter the next step."""
        found = []
        for u in range(x.shape[1]):
            decoded, state = self.advance(x[:, u], state, memory)
            found.append(decoded)
        return stacked(found)

    def alone(
        self, x: Float[Tensor, "B U E"], state: DecoderState, memory: Memory, own: float
    ) -> Decoded:
        """Step by step, some of them fed with the unit that the last one found."""
        found = []
        for u in range(x.shape[1]):
            fed = x[:, u]
            if found:
                best = self.logits(found[-1].vectors).argmax(dim=1)  # (B,)
                drawn = torch.rand(len(best), 1, device=x.device) < own
                fed = torch.where(drawn, self.dropout(self.embedding(best)), fed)
            decoded, state = self.advance(fed, state, memory)
            found.append(decoded)
        return stacked(found)

    def logits(self, vectors: Float[Tensor, "... A"]) -> Float[Tensor, "... V"]:
        """softmax(logits) are the probabilities of the next unit."""
        vectors = self.dropout(vectors)
        if self.output is None:
            return functional.linear(vectors, self.embedding.weight, self.bias)
        return self.output(vectors)


def stacked(steps: list[Decoded]) -> Decoded:
    """Single steps as one, along U."""
    vectors = torch.stack([step.vectors for step in steps], dim=1)
    weights = [step.weights for step in steps if step.weights is not None]
    return Decoded(vectors, torch.stack(weights, dim=1) if weights else None)


def attend_all(
    attend: Attention, queries: Float[Tensor, "B U Q"], memory: Memory
) -> tuple[Float[Tensor, "B U D"], Float[Tensor, "B U T"]]:
    """Attend from all steps at once: contexts and weights. An additive score holds B U T A."""
    states, keys, mask = memory
    if isinstance(attend, Additive):
        hidden = torch.tanh(attend.W(queries)[:, :, None] + keys[:, None])  # (B, U, T, A)
        scores = attend.v(hidden).squeeze(3)  # (B, U, T)
    else:
        sought = queries @ attend.W.weight if isinstance(attend, General) else queries
        scores = torch.bmm(sought, keys.transpose(1, 2))
    scores = attend.scores(scores)
    weights = attend.weights(scores.masked_fill(~mask[:, None], float("-inf")).softmax(dim=2))
    return torch.bmm(weights, states), weights


def make_attention(settings: Seq2SeqSettings) -> Attention | None:
    """The attention that the settings name; the state of the decoder is as wide as a memory's."""
    size = settings.hidden_size
    if settings.decoder == "none":
        return None
    if settings.decoder == "bahdanau":
        return Additive(size, size, size)
    makers = {
        "dot": Dot,
        "general": lambda: General(size, size),
        "concat": lambda: Additive(size, size, size),
    }
    return choose(makers, settings.attention_score, "attention_score")()


def unit_embedding(vocabulary_size: int, size: int) -> nn.Embedding:
    """A table of vectors of about length 1; row 0 is padding and stays zero."""
    table = nn.Embedding(vocabulary_size, size, padding_idx=0)
    with torch.no_grad():
        table.weight.normal_(std=size**-0.5)
        table.weight[0] = 0.0
    return table


def linear(n_in: int, n_out: int, *, bias: bool = True) -> nn.Linear:
    """A layer that starts as Glorot and Bengio's, without offset."""
    layer = nn.Linear(n_in, n_out, bias)
    nn.init.xavier_uniform_(layer.weight)
    if bias:
        nn.init.zeros_(layer.bias)
    return layer
