"""From the arrays of a model folder to the network that they are the weights of."""

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any, TypeVar

import torch
from numpy.typing import NDArray
from torch import nn
from torch.overrides import TorchFunctionMode

from attentif.errors import ArtifactError
from attentif.nn.classifier import Classifier
from attentif.ship.artifact import Artifact
from attentif.ship.folder import AGAIN

Network = TypeVar("Network", bound=nn.Module)
DRAWS = ("normal_", "uniform_")  # of tensors and of `torch.nn.init`


class WithoutDrawing(TorchFunctionMode):
    """Within it, no first values are drawn: they would be replaced, and cost time to make."""

    def __torch_function__(
        self,
        func: Callable[..., Any],
        types: Sequence[type],
        args: Sequence[Any] = (),
        kwargs: Mapping[str, Any] | None = None,
    ) -> Any:
        """Leave the tensor as it is where it would be filled at random."""
        named = kwargs or {}
        if func.__name__ in DRAWS:
            return [*args, *named.values()][0]
        return func(*args, **named)


def network_of(artifact: Artifact, folder: str | Path) -> Classifier:
    """The network with the weights of a model folder, ready to answer.

    It is first made without memory, so that settings which ask for a giant do no harm, and
    the caller's random state is left alone.

    Args:
        folder: where the artifact was read, for the message.

    Raises:
        ArtifactError: the weights are not those of such a network.
    """
    with torch.device("meta"), WithoutDrawing():
        network = Classifier(
            artifact.settings,
            n_pieces=artifact.front_end.n_pieces,
            n_grams=artifact.front_end.n_grams,
            n_shapes=artifact.front_end.n_shapes,
            n_classes=len(artifact.labels),
        )
    return filled(network, artifact.weights, folder)


def filled(network: Network, weights: Mapping[str, NDArray[Any]], folder: str | Path) -> Network:
    """The network with a folder's weights.

    Raises:
        ArtifactError: a weight is missing, too many, or of another shape.
    """
    needed = {name: (*w.shape, "float32") for name, w in network.state_dict().items()}
    found = {name: (*w.shape, str(w.dtype)) for name, w in weights.items()}
    for name in sorted(needed.keys() | found.keys()):
        if needed.get(name) != found.get(name):
            raise ArtifactError(
                f"the weights of {folder} do not fit its settings: {name} must be"
                f" {needed.get(name, 'absent')}, got {found.get(name, 'nothing')}. {AGAIN}"
            )
    network.load_state_dict({name: torch.tensor(w) for name, w in weights.items()}, assign=True)
    return network.eval()
