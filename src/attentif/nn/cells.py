"""One time step of each recurrent cell, written as its equations.

Letters: B batch, E input width, H hidden width.
A state is always a tuple of tensors whose first entry is the hidden state h, so that
callers never ask which cell they hold.

Gates are stacked in the order of `torch.nn` (RNN: one; GRU: r, z, n; LSTM: i, f, g, o),
so that weights can be handed to the fused kernels as they are.
"""

from typing import NamedTuple

import torch
from jaxtyping import Float
from torch import Tensor, nn

from attentif.config import choose
from attentif.nn.functions import ACTIVATIONS, INITIALISERS, initialise_blocks
from attentif.nn.taps import Tap

State = tuple[Float[Tensor, "B H"], ...]


class CellOptions(NamedTuple):
    """What may vary in a cell.

    activation: of the candidate and of the memory.
    gate_activation: of the gates; an RNN has none.
    recurrent_init: first values of U, each H x H block on its own.
    layer_norm: normalise W x and U h, all gates together, before b is added (Ba, Kiros,
        Hinton 2016, eq. 20).
    """

    activation: str = "tanh"
    gate_activation: str = "sigmoid"
    recurrent_init: str = "orthogonal"
    layer_norm: bool = False


class RNNCell(nn.Module):
    r"""Simple recurrent cell.

    .. math:: h' = \phi(W x + U h + b)

    Args:
        input_size: width E of x.
        hidden_size: width H of h.
        options: activation is \phi.

    Source:
        Rumelhart, Hinton, Williams 1986; Elman 1990.

    Example:
        >>> cell = RNNCell(3, 5)
        >>> x = torch.ones(2, 3)
        >>> [tuple(part.shape) for part in cell(x, cell.start(x))]
        [(2, 5)]
    """

    def __init__(
        self, input_size: int, hidden_size: int, options: CellOptions = CellOptions()
    ) -> None:
        super().__init__()
        self.hidden_size = hidden_size
        self.options = options
        self.activation = choose(ACTIVATIONS, options.activation, "activation")
        self.W, self.U = gate_weights(input_size, hidden_size, 1, options)
        self.norm_x, self.norm_h = gate_norms(hidden_size, options)
        self.hidden = Tap()

    def start(self, x: Float[Tensor, "B E"]) -> State:
        """All-zero state on the device and of the dtype of x."""
        return (x.new_zeros(x.shape[0], self.hidden_size),)

    def forward(self, x: Float[Tensor, "B E"], state: State) -> State:
        """One step: (x, (h,)) -> (h',)."""
        (h,) = state
        h = self.hidden(self.activation(self.norm_x(self.W(x)) + self.norm_h(self.U(h))))
        return (h,)


class LSTMCell(nn.Module):
    r"""Long short-term memory with a forget gate and no peepholes.

    .. math::
        i, f, g, o &= \sigma, \sigma, \phi, \sigma \; (W x + U h + b) \\
        c' &= f \odot c + i \odot g \\
        h' &= o \odot \phi(c')

    Args:
        input_size: width E of x.
        hidden_size: width H of h.
        options: gate_activation is \sigma, activation is \phi.
        forget_bias: added to b_f at the start, so that memory is kept by default.

    Source:
        Hochreiter, Schmidhuber 1997; forget gate: Gers, Schmidhuber, Cummins 2000,
        eq. 2.1 to 2.6 (they write y for our h and s for our c); forget bias:
        Jozefowicz, Zaremba, Sutskever 2015.

    Example:
        >>> cell = LSTMCell(3, 5)
        >>> x = torch.ones(2, 3)
        >>> [tuple(part.shape) for part in cell(x, cell.start(x))]
        [(2, 5), (2, 5)]
    """

    def __init__(
        self,
        input_size: int,
        hidden_size: int,
        options: CellOptions = CellOptions(),
        forget_bias: float = 1.0,
    ) -> None:
        super().__init__()
        self.hidden_size = hidden_size
        self.options = options
        self.activation = choose(ACTIVATIONS, options.activation, "activation")
        self.gate = choose(ACTIVATIONS, options.gate_activation, "gate_activation")
        self.W, self.U = gate_weights(input_size, hidden_size, 4, options)
        self.norm_x, self.norm_h = gate_norms(4 * hidden_size, options)
        bias = self.norm_x.bias if isinstance(self.norm_x, nn.LayerNorm) else self.W.bias
        with torch.no_grad():
            bias[hidden_size : 2 * hidden_size] += forget_bias
        self.input_gate, self.forget_gate, self.output_gate = Tap(), Tap(), Tap()
        self.candidate, self.memory, self.hidden = Tap(), Tap(), Tap()

    def start(self, x: Float[Tensor, "B E"]) -> State:
        """All-zero state on the device and of the dtype of x."""
        zeros = x.new_zeros(x.shape[0], self.hidden_size)
        return zeros, zeros

    def forward(self, x: Float[Tensor, "B E"], state: State) -> State:
        """One step: (x, (h, c)) -> (h', c')."""
        h, c = state
        gates = self.norm_x(self.W(x)) + self.norm_h(self.U(h))  # (B, 4H)
        i, f, g, o = gates.chunk(4, dim=1)  # each (B, H)
        i = self.input_gate(self.gate(i))
        f = self.forget_gate(self.gate(f))
        g = self.candidate(self.activation(g))
        o = self.output_gate(self.gate(o))
        c = self.memory(f * c + i * g)
        h = self.hidden(o * self.activation(c))
        return h, c


class GRUCell(nn.Module):
    r"""Gated recurrent unit.

    .. math::
        r, z &= \sigma(W x + U h + b) \\
        n &= \phi(W_n x + b_n + r \odot (U_n h + b_u)) \\
        h' &= (1 - z) \odot n + z \odot h

    Args:
        input_size: width E of x.
        hidden_size: width H of h.
        options: gate_activation is \sigma, activation is \phi.

    Source:
        Cho et al. 2014, arXiv:1406.1078, eq. 5 to 8. They multiply r with h before U_n;
        here r multiplies U_n h + b_u, as in cuDNN and `torch.nn`, because the fused
        kernels exist for that form only.

    Example:
        >>> cell = GRUCell(3, 5)
        >>> x = torch.ones(2, 3)
        >>> [tuple(part.shape) for part in cell(x, cell.start(x))]
        [(2, 5)]
    """

    def __init__(
        self, input_size: int, hidden_size: int, options: CellOptions = CellOptions()
    ) -> None:
        super().__init__()
        self.hidden_size = hidden_size
        self.options = options
        self.activation = choose(ACTIVATIONS, options.activation, "activation")
        self.gate = choose(ACTIVATIONS, options.gate_activation, "gate_activation")
        self.W, self.U = gate_weights(input_size, hidden_size, 3, options)
        self.b_u = nn.Parameter(torch.zeros(hidden_size))
        self.norm_x, self.norm_h = gate_norms(3 * hidden_size, options)
        self.reset_gate, self.update_gate = Tap(), Tap()
        self.candidate, self.hidden = Tap(), Tap()

    def start(self, x: Float[Tensor, "B E"]) -> State:
        """All-zero state on the device and of the dtype of x."""
        return (x.new_zeros(x.shape[0], self.hidden_size),)

    def forward(self, x: Float[Tensor, "B E"], state: State) -> State:
        """One step: (x, (h,)) -> (h',)."""
        (h,) = state
        r_x, z_x, n_x = self.norm_x(self.W(x)).chunk(3, dim=1)  # each (B, H)
        r_h, z_h, n_h = self.norm_h(self.U(h)).chunk(3, dim=1)
        r = self.reset_gate(self.gate(r_x + r_h))
        z = self.update_gate(self.gate(z_x + z_h))
        n = self.candidate(self.activation(n_x + r * (n_h + self.b_u)))
        h = self.hidden((1 - z) * n + z * h)
        return (h,)


Cell = RNNCell | LSTMCell | GRUCell
CELLS: dict[str, type[RNNCell] | type[LSTMCell] | type[GRUCell]] = {
    "rnn": RNNCell,
    "lstm": LSTMCell,
    "gru": GRUCell,
}


def gate_weights(
    input_size: int, hidden_size: int, n_gates: int, options: CellOptions
) -> tuple[nn.Linear, nn.Linear]:
    """W with bias (E -> kH), started as Glorot's; U without (H -> kH), as named.

    A normalised W x takes its bias after the normalisation, which would undo it here.
    """
    W = nn.Linear(input_size, n_gates * hidden_size, bias=not options.layer_norm)
    U = nn.Linear(hidden_size, n_gates * hidden_size, bias=False)
    nn.init.xavier_uniform_(W.weight)
    if not options.layer_norm:
        nn.init.zeros_(W.bias)
    initialise_blocks(U.weight, choose(INITIALISERS, options.recurrent_init, "recurrent_init"))
    return W, U


def gate_norms(width: int, options: CellOptions) -> tuple[nn.Module, nn.Module]:
    """One normalisation for W x, with the bias b, and one for U h; or two that do nothing."""
    if not options.layer_norm:
        return nn.Identity(), nn.Identity()
    return nn.LayerNorm(width), nn.LayerNorm(width, bias=False)
