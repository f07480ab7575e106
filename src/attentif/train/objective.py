"""What training makes small, by name."""

from collections.abc import Callable

from jaxtyping import Float, Int
from torch import Tensor
from torch.nn import functional

from attentif.config import TrainingSettings, choose

Objective = Callable[[Tensor, Tensor], Tensor]


def make_objective(
    settings: TrainingSettings, *, class_weights: Tensor | None = None, softmaxed: bool = True
) -> Objective:
    """Mean loss of a batch, in nats: (logits (B, C), labels (B,)) -> scalar.

    Args:
        class_weights: (C,) factors of each class's errors, or None for all alike.
        softmaxed: the network's outputs are softmax(logits); False: exp(logits), each
            output on its own.
    """
    smoothing = settings.label_smoothing

    def cross_entropy(logits: Float[Tensor, "B C"], labels: Int[Tensor, " B"]) -> Tensor:
        """- log softmax(logits)[label]."""
        return functional.cross_entropy(logits, labels, class_weights, label_smoothing=smoothing)

    def binary(logits: Float[Tensor, "B C"], labels: Int[Tensor, " B"]) -> Tensor:
        """Keras's binary cross-entropy on one-hot targets: each class against the rest.

        After a softmax Keras goes back to its logits (`_keras_logits`) and sends each through a
        sigmoid of its own: the softmax has no part in the loss, only in the answers.
        """
        targets = functional.one_hot(labels, logits.shape[1]).to(logits.dtype)
        targets = targets * (1 - smoothing) + smoothing / 2  # two outcomes for each class
        if softmaxed:
            each = functional.binary_cross_entropy_with_logits(logits, targets, reduction="none")
        else:
            outputs = logits.exp().clamp(1e-7, 1 - 1e-7)  # undefined ones stay so: diagnosed
            each = functional.binary_cross_entropy(outputs, targets, reduction="none")
        each = each.mean(dim=1)
        if class_weights is None:
            return each.mean()
        weights = class_weights[labels]
        return (each * weights).sum() / weights.sum()

    return choose({"cross_entropy": cross_entropy, "binary": binary}, settings.loss, "loss")
