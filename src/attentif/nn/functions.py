"""Activations and first values by name: the tables behind the settings.

>>> ACTIVATIONS["relu"](torch.tensor([-1.0, 2.0])).tolist()
[0.0, 2.0]
"""

from collections.abc import Callable

import torch
from torch import Tensor, nn

Activation = Callable[[Tensor], Tensor]
Initialiser = Callable[[Tensor], Tensor]


def linear(x: Tensor) -> Tensor:
    """No activation: x itself."""
    return x


def uniform(weight: Tensor) -> Tensor:
    """Even between -0.05 and 0.05 (Keras's RandomUniform)."""
    return nn.init.uniform_(weight, -0.05, 0.05)


def normal(weight: Tensor) -> Tensor:
    """Gaussian of standard deviation 0.05 (Keras's RandomNormal)."""
    return nn.init.normal_(weight, std=0.05)


def spread(weight: Tensor) -> Tensor:
    """Gaussian of standard deviation 0.3: for vectors of pieces, whose mean is much smaller."""
    return nn.init.normal_(weight, std=0.3)


def orthogonal(weight: Tensor) -> Tensor:
    """Orthogonal, found on one thread: several round otherwise, and an explosion multiplies it.

    Source:
        Saxe, McClelland, Ganguli 2014, arXiv:1312.6120.
    """
    before = torch.get_num_threads()
    torch.set_num_threads(1)
    try:
        return nn.init.orthogonal_(weight)
    finally:
        torch.set_num_threads(before)


ACTIVATIONS: dict[str, Activation] = {
    "tanh": torch.tanh,
    "sigmoid": torch.sigmoid,
    "relu": torch.relu,
    "linear": linear,
}

INITIALISERS: dict[str, Initialiser] = {
    "uniform": uniform,
    "normal": normal,
    "spread": spread,
    "xavier": nn.init.xavier_uniform_,  # Glorot and Bengio 2010, eq. 16
    "orthogonal": orthogonal,
    "zeros": nn.init.zeros_,
}


def initialise_blocks(weight: Tensor, initialise: Initialiser) -> None:
    """Fill each square block of stacked (kH, H) recurrent weights on its own.

    A (4H, H) matrix orthogonal as a whole would not make the four H x H matrices of an
    LSTM orthogonal, and it is each of them that multiplies h at every step.
    """
    size = weight.shape[1]
    with torch.no_grad():
        for block in weight.split(size):
            initialise(block)
