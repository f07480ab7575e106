"""What training makes small, by name."""

from collections.abc import Callable, Mapping

import torch
from jaxtyping import Float, Int
from torch import Tensor
from torch.nn import functional

from attentif.config import TrainingSettings, choose
from attentif.errors import ConfigError

Objective = Callable[[Tensor, Tensor], Tensor]


def make_objective(settings: TrainingSettings, class_weights: Tensor | None) -> Objective:
    """Mean loss of a batch, in nats: (logits (B, C), labels (B,)) -> scalar.

    Args:
        class_weights: (C,) factors of each class's errors, or None for all alike.
    """
    smoothing = settings.label_smoothing

    def cross_entropy(logits: Float[Tensor, "B C"], labels: Int[Tensor, " B"]) -> Tensor:
        """- log softmax(logits)[label]."""
        return functional.cross_entropy(logits, labels, class_weights, label_smoothing=smoothing)

    def binary(logits: Float[Tensor, "B C"], labels: Int[Tensor, " B"]) -> Tensor:
        """Each class against the rest on one-hot targets, as Keras's binary cross-entropy.

        The outputs are exp(logits): where the output layer is a softmax, the probabilities;
        otherwise what the activation gave, kept from 0 and 1 by 1e-7 as Keras does.
        """
        softmaxed = settings_use_softmax(logits)
        outputs = (logits.log_softmax(dim=1) if softmaxed else logits).exp()
        outputs = outputs.clamp(1e-7, 1 - 1e-7)
        targets = functional.one_hot(labels, logits.shape[1]).to(outputs.dtype)
        each = functional.binary_cross_entropy(outputs, targets, reduction="none").mean(dim=1)
        return weighted_mean(each, labels, class_weights)

    return choose({"cross_entropy": cross_entropy, "binary": binary}, settings.loss, "loss")
