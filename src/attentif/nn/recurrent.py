"""A cell unrolled in time under a mask, in one or two directions, in one or more layers.

Letters: B batch, T time, E input width, H hidden width, D memory width (H or 2H).
A mask is bool, True = real token; padding stands at the end. Padding never changes a
state: a row's states depend on its own real tokens alone.

Two paths give the same numbers: the cell path steps through the equations of `cells` and
can be looked into; the fused path hands the same weights to torch's kernel (oneDNN on a
CPU, cuDNN on a GPU) when the cell is a standard one. `tests/nn/test_recurrent.py` proves
them equal.
"""

from collections.abc import Callable
from typing import NamedTuple

import torch
from jaxtyping import Bool, Float, Int
from torch import Tensor, nn

from attentif.config import choose
from attentif.errors import ConfigError, ShapeError
from attentif.nn.cells import CELLS, Cell, CellOptions, GRUCell, LSTMCell, RNNCell, State


class Unrolled(NamedTuple):
    """What a recurrent layer found.

    memory: the hidden state at each step, zero on padding.
    last: the hidden state after the last real token; with two directions, the forward
        one's beside the backward one's (which ends on the first token).
    """

    memory: Float[Tensor, "B T D"]
    last: Float[Tensor, "B D"]


class Recurrent(nn.Module):
    """One recurrent layer over (B, T, E), in one or two directions.

    Args:
        cell: "rnn", "lstm" or "gru".
        input_size: width E of what is read.
        hidden_size: H, of each direction.
        bidirectional: read each text from its last real token backwards too
            (Schuster, Paliwal 1997); then D = 2H.
        options: activations, first values, normalisation; see `CellOptions`.

    `fused = False` forces the cell path, for looking inside.

    Example:
        >>> layer = Recurrent("lstm", 3, 5, bidirectional=True)
        >>> mask = torch.tensor([[True, True], [True, False]])
        >>> found = layer(torch.ones(2, 2, 3), mask)
        >>> tuple(found.memory.shape), tuple(found.last.shape)
        ((2, 2, 10), (2, 10))
    """

    def __init__(
        self,
        cell: str,
        input_size: int,
        hidden_size: int,
        *,
        bidirectional: bool = False,
        options: CellOptions = CellOptions(),
    ) -> None:
        super().__init__()
        kind = choose(CELLS, cell, "cell")
        self.forwards = kind(input_size, hidden_size, options)
        self.backwards = kind(input_size, hidden_size, options) if bidirectional else None
        self.memory_size = hidden_size * (2 if bidirectional else 1)
        self.fused = True

    def forward(self, x: Float[Tensor, "B T E"], mask: Bool[Tensor, "B T"]) -> Unrolled:
        """Read every row; see the module for what the mask means."""
        check_padding(mask, tuple(x.shape[:2]))
        lengths = mask.sum(dim=1)
        memory = self.read(self.forwards, x, mask)
        last = at_last(memory, lengths)
        if self.backwards is not None:
            order = reversal(mask)  # its own inverse
            turned = self.read(self.backwards, in_order(x, order), mask)
            memory = torch.cat([memory, in_order(turned, order)], dim=2)
            last = torch.cat([last, at_last(turned, lengths)], dim=1)
        return Unrolled(memory * mask[:, :, None], last)

    def read(
        self, cell: Cell, x: Float[Tensor, "B T E"], mask: Bool[Tensor, "B T"]
    ) -> Float[Tensor, "B T H"]:
        """Hidden states of one direction by the path that applies; arbitrary on padding."""
        kernel = fused_kernel(cell) if self.fused else None
        return unroll(cell, x, mask) if kernel is None else kernel(x)


class Stack(nn.Module):
    """Recurrent layers on top of each other, with dropout between them.

    Args:
        layers: number of layers.
        dropout: share of each lower layer's outputs dropped in training.
        Others as for `Recurrent`.
    """

    def __init__(  # noqa: PLR0913  (the arguments of one layer, and two of its own)
        self,
        cell: str,
        input_size: int,
        hidden_size: int,
        *,
        layers: int = 1,
        bidirectional: bool = False,
        dropout: float = 0.0,
        options: CellOptions = CellOptions(),
    ) -> None:
        super().__init__()
        if layers < 1:
            raise ConfigError(f"layers must be >= 1, got {layers}.")
        self.layers = nn.ModuleList()
        width = input_size
        for _ in range(layers):
            layer = Recurrent(
                cell, width, hidden_size, bidirectional=bidirectional, options=options
            )
            self.layers.append(layer)
            width = layer.memory_size
        self.memory_size = width
        self.dropout = nn.Dropout(dropout)

    def forward(self, x: Float[Tensor, "B T E"], mask: Bool[Tensor, "B T"]) -> Unrolled:
        """The top layer's states."""
        first, *others = self.layers
        found: Unrolled = first(x, mask)
        for layer in others:
            found = layer(self.dropout(found.memory), mask)
        return found


def check_padding(mask: Bool[Tensor, "..."], shape: tuple[int, ...]) -> None:
    """Refuse a mask that does not belong to the batch, or pads at the start.

    Raises:
        ShapeError: the mask is not of that shape (B, T), or a real token follows padding.
    """
    if tuple(mask.shape) != shape:
        raise ShapeError(
            f"mask must have the batch's shape {shape}, got {tuple(mask.shape)}."
            " Give the batch's own mask."
        )
    late = mask[:, 1:] & ~mask[:, :-1]  # (B, T - 1)
    if late.any():
        rows = late.any(dim=1).nonzero().flatten().tolist()
        raise ShapeError(
            f"padding must stand at the end, got a real token after padding in rows {rows}."
            " Move the padding, and the mask with it."
        )


def unroll(
    cell: Cell,
    x: Float[Tensor, "B T E"],
    mask: Bool[Tensor, "B T"],
    state: State | None = None,
) -> Float[Tensor, "B T H"]:
    """Step through the equations; where the mask is False the state stays as it was.

    Args:
        state: what to begin with; None for zeros.
    """
    state = cell.start(x[:, 0]) if state is None else state
    states = []
    for t in range(x.shape[1]):
        real = mask[:, t, None]  # (B, 1)
        new = cell(x[:, t], state)
        state = tuple(
            torch.where(real, after, before) for after, before in zip(new, state, strict=True)
        )
        states.append(state[0])
    return torch.stack(states, dim=1)


def fused_kernel(cell: Cell, state: State | None = None) -> Callable[[Tensor], Tensor] | None:
    """The kernel that computes this very cell over (B, T, E), or None.

    Args:
        state: what to begin with, each part (B, H); None for zeros.

    It runs over padding too: in reading order padding comes last, so it cannot reach a
    real token's state, and what it leaves on padding is masked by the caller. That needs
    states that cannot overflow there (0 times infinity is not 0), so the kernel for ReLU
    is left alone.
    """
    options = cell.options
    gated = not isinstance(cell, RNNCell)
    if options.layer_norm or options.activation != "tanh":
        return None
    if gated and options.gate_activation != "sigmoid":
        return None
    W, b, U = cell.W.weight, cell.W.bias, cell.U.weight
    b_h = torch.zeros_like(b)
    if isinstance(cell, GRUCell):
        b_h = torch.cat([b_h[: 2 * cell.hidden_size], cell.b_u])
    weights = (W, U, b, b_h)
    began = None if state is None else [part[None] for part in state]  # each (1, B, H)
    # Biases, layers, dropout, keep what a gradient needs (cuDNN asks), directions, batch first.
    how = (True, 1, 0.0, torch.is_grad_enabled(), False, True)
    if isinstance(cell, LSTMCell):
        return lambda x: torch.lstm(x, began or [first_state(x, cell)] * 2, weights, *how)[0]
    if isinstance(cell, GRUCell):
        return lambda x: torch.gru(x, began[0] if began else first_state(x, cell), weights, *how)[0]
    return lambda x: torch.rnn_tanh(x, began[0] if began else first_state(x, cell), weights, *how)[
        0
    ]


def first_state(x: Float[Tensor, "B T E"], cell: Cell) -> Float[Tensor, "1 B H"]:
    """All-zero hidden state in the kernels' layout."""
    return x.new_zeros(1, x.shape[0], cell.hidden_size)


def reversal(mask: Bool[Tensor, "B T"]) -> Int[Tensor, "B T"]:
    """For each row, its real tokens' positions from the last to the first; padding stays.

    >>> reversal(torch.tensor([[True, True, True], [True, True, False]])).tolist()
    [[2, 1, 0], [1, 0, 2]]
    """
    t = torch.arange(mask.shape[1], device=mask.device)[None, :]
    return torch.where(mask, mask.sum(dim=1, keepdim=True) - 1 - t, t)


def in_order(x: Float[Tensor, "B T F"], order: Int[Tensor, "B T"]) -> Float[Tensor, "B T F"]:
    """Rows of x with their time steps rearranged."""
    return x.gather(1, order[:, :, None].expand_as(x))


def at_last(memory: Float[Tensor, "B T H"], lengths: Int[Tensor, " B"]) -> Float[Tensor, "B H"]:
    """The state at each row's last real token (an all-padding row gives its first)."""
    rows = torch.arange(memory.shape[0], device=memory.device)
    return memory[rows, (lengths - 1).clamp(min=0)]
