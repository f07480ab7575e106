"""Named places in a model that can be looked at from outside."""

from torch import nn


class Tap(nn.Identity):
    """Passes its input through; a recorder listens here. No weights, no state."""
