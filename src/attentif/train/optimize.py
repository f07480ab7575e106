"""Update rules, the path of the learning rate, and the weight of each class, by name."""

import inspect
import math
from collections.abc import Iterable, Sequence
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn

from attentif.config import TrainingSettings, TransducingSettings, choose
from attentif.errors import ConfigError

Optimizing = TrainingSettings | TransducingSettings
WRAPPED = ("add_param_group", "zero_grad", "state_dict", "load_state_dict")


def make_optimizer(
    parameters: Iterable[nn.Parameter], settings: Optimizing
) -> torch.optim.Optimizer:
    """Adam (Kingma and Ba 2015), AdamW (Loshchilov and Hutter 2019) or plain SGD."""
    kind = choose(
        {"adam": torch.optim.Adam, "adamw": torch.optim.AdamW, "sgd": torch.optim.SGD},
        settings.optimizer,
        "optimizer",
    )
    return without_compiler(kind)(
        parameters, lr=settings.learning_rate, weight_decay=settings.weight_decay, fused=True
    )


def without_compiler(kind: Any) -> Any:
    """That optimizer, whose first call does not import torch's compiler.

    torch wraps some methods so that its compiler leaves them alone, and imports it for that: a
    second and eight hundred modules, while nothing here is compiled. Here they are unwrapped.
    """
    own = {name: inspect.unwrap(getattr(kind, name)) for name in WRAPPED}
    own["step"] = torch.no_grad()(inspect.unwrap(kind.step))  # which its wrapper also did
    return type(kind.__name__, (kind,), own)


def rate_factor(step: int, steps: int, settings: Optimizing) -> float:
    """What the learning rate is multiplied with at that step, counted from 0.

    It rises evenly over the warm-up, then stays, or falls to 0 as a line or a half cosine,
    and is 0 from there on, should an epoch have a batch more than foreseen.

    >>> plan = TrainingSettings(warmup=0.2, decay="linear")
    >>> [round(rate_factor(step, 10, plan), 2) for step in (0, 1, 2, 6, 9)]
    [0.5, 1.0, 1.0, 0.5, 0.12]
    """
    rising = math.ceil(settings.warmup * steps)
    if step < rising:
        return (step + 1) / rising
    done = min(1.0, (step - rising) / max(1, steps - rising))
    factors = {
        "none": 1.0,
        "linear": 1 - done,
        "cosine": (1 + math.cos(math.pi * done)) / 2,
    }
    return choose(factors, settings.decay, "decay")


def class_weights(
    wanted: str, label_ids: NDArray[np.integer], labels: Sequence[str]
) -> Tensor | None:
    """Factors of each class's errors, (C,), from the setting `class_weight`.

    Args:
        wanted: "none"; "balanced", n / (C n_c) as in scikit-learn; or "spam=6,ham=1",
            classes not named keeping 1.

    Raises:
        ConfigError: none of these, a name that is no class, or a weight that is no finite
            number above 0.

    >>> class_weights("balanced", np.array([0, 0, 0, 1]), ["ham", "spam"]).tolist()
    [0.6666666865348816, 2.0]
    """
    if wanted == "none":
        return None
    if wanted == "balanced":
        counts = np.bincount(label_ids, minlength=len(labels)).clip(min=1)
        return torch.tensor(len(label_ids) / (len(labels) * counts), dtype=torch.float32)
    weights = dict.fromkeys(labels, 1.0)
    for part in wanted.split(","):
        name, equals, number = part.rpartition("=")
        if not equals:
            raise ConfigError(
                f"class_weight must be 'none', 'balanced' or like 'spam=6,ham=1', got {wanted!r}."
            )
        name = name.strip()
        choose(weights, name, "a class in class_weight")
        try:
            weights[name] = float(number)
        except ValueError:
            weights[name] = math.nan
        if not 0 < weights[name] < math.inf:
            raise ConfigError(
                f"class_weight of {name!r} must be a number > 0, got {number!r}."
                " Write for instance 'spam=6,ham=1', or 'balanced'."
            )
    return torch.tensor([weights[name] for name in labels])
