"""Listen to a network while it reads: what each gate, state and attention weight is.

The values of a step exist on the cell path only (the fused kernel hides them); within
`record` the cell path is taken, and afterwards the network is as it was.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from typing import Any, NamedTuple

import torch
from torch import Tensor, nn
from torch.utils.hooks import RemovableHandle

from attentif.errors import InputTypeError
from attentif.nn.attention import ATTENDING, Mean
from attentif.nn.cells import Cell
from attentif.nn.recurrent import Recurrent, in_order, reversal
from attentif.nn.taps import Tap

Change = Callable[[Tensor, Tensor], Tensor]
"""(weights (B, T), mask (B, T)) -> other weights (B, T), zero on padding."""


class Place(NamedTuple):
    """Where a tap stands.

    owner: name of the layer or attention whose mask says which of its values are of padding.
    stepped: it is in a cell and gives one value a step.
    backwards: the steps go from the last token to the first.
    """

    owner: str = ""
    stepped: bool = False
    backwards: bool = False


class Trace(Mapping[str, Tensor]):
    """What the taps gave in the model's last call, by name, detached.

    Values of a cell are (B, T, H) in the order of the text, also where it is read backwards;
    attention is (B, T), or (B, U, T) where a decoder attends U times. Padding is absent: NaN.
    """

    def __init__(self, places: Mapping[str, Place]) -> None:
        self.places = places
        self.masks: dict[str, Tensor] = {}
        self.steps: dict[str, list[Tensor]] = {}

    def __getitem__(self, name: str) -> Tensor:
        return self.shaped(name, self.steps[name]).detach()

    def __iter__(self) -> Iterator[str]:
        return iter(self.steps)

    def __len__(self) -> int:
        return len(self.steps)

    def gradients(self, loss: Tensor, names: Sequence[str] = ()) -> dict[str, Tensor]:
        """The loss's gradient with respect to each recorded value, in the shape of the value.

        Of a state it is the whole derivative: through all later steps that it reaches, and
        through the attention that looks at it. The model's own `.grad` stays as it is.

        Args:
            loss: a scalar made from what the model returned within this record.
            names: of the taps; all unless given.

        Raises:
            InputTypeError: the model ran without gradients, as within `torch.no_grad`.
        """
        wanted = {name: self.steps[name] for name in names or self.steps}
        flat = [step for steps in wanted.values() for step in steps]
        if not loss.requires_grad or not all(step.requires_grad for step in flat):
            raise InputTypeError(
                "gradients need a loss of a model that ran with gradients, got one without."
                " Call the model outside torch.no_grad and torch.inference_mode."
            )
        found = torch.autograd.grad(
            loss, flat, retain_graph=True, allow_unused=True, materialize_grads=True
        )
        each = iter(found)
        return {
            name: self.shaped(name, [next(each) for _ in steps]) for name, steps in wanted.items()
        }

    def shaped(self, name: str, steps: Sequence[Tensor]) -> Tensor:
        """The steps in one tensor, in the text's order, padding as NaN."""
        place = self.places[name]
        joined = place.stepped or len(steps) > 1
        values = torch.stack(list(steps), dim=1) if joined else steps[0]
        mask = self.masks.get(place.owner)
        if mask is None:
            return values
        if place.backwards:
            values = in_order(values, reversal(mask))
        if values.ndim == 3:
            mask = mask[:, :, None] if place.stepped else mask[:, None, :]
        return values.masked_fill(~mask, torch.nan)

    def clear(self, *_: Any) -> None:
        """Forget the call before."""
        self.steps.clear()
        self.masks.clear()

    def begin(self, owner: str, mask: Tensor) -> None:
        """A layer starts to read: what its cells gave before belongs to another text."""
        self.masks[owner] = mask
        for name, place in self.places.items():
            if place.owner == owner and place.stepped:
                self.steps.pop(name, None)


@contextmanager
def record(model: nn.Module) -> Iterator[Trace]:
    """Within it, each call of the model fills the trace anew; afterwards nothing remains.

    Args:
        model: a network, a layer or a cell. Of a cell the steps are kept one after the
            other, because whoever calls it is the one who steps.

    Raises:
        InputTypeError: something that is no network.

    Example:
        >>> layer = Recurrent("gru", 2, 3)
        >>> with record(layer) as trace:
        ...     found = layer(torch.ones(1, 4, 2), torch.tensor([[True, True, True, False]]))
        >>> tuple(trace["forwards.update_gate"].shape)
        (1, 4, 3)
        >>> trace["forwards.hidden"][0, 3].isnan().all().item()  # padding
        True
    """
    if not isinstance(model, nn.Module):
        raise InputTypeError(
            f"record listens to a network, a torch.nn.Module, got {type(model).__name__}."
            " Of a trained classifier give its network_."
        )
    trace = Trace(places_of(model))
    layers = {name: m for name, m in model.named_modules() if isinstance(m, Recurrent)}
    with ExitStack() as ending:
        if not isinstance(model, Cell):
            ending.callback(model.register_forward_pre_hook(trace.clear).remove)
        for name, module in model.named_modules():
            if isinstance(module, Tap):
                ending.callback(module.register_forward_hook(keeper(trace, name)).remove)
            elif isinstance(module, (Recurrent, Mean, *ATTENDING)):
                hook = module.register_forward_pre_hook(beginner(trace, name), with_kwargs=True)
                ending.callback(hook.remove)
        for layer in layers.values():
            ending.callback(setattr, layer, "fused", layer.fused)
            layer.fused = False
        yield trace


@contextmanager
def attention_replaced(attend: nn.Module, change: Change) -> Iterator[None]:
    """Within it, the attention of a network is what `change` makes of it."""
    handles = replace_attention(attend, change)
    try:
        yield
    finally:
        for handle in handles:
            handle.remove()


def replace_attention(attend: nn.Module, change: Change) -> list[RemovableHandle]:
    """The same until the handles are removed.

    Raises:
        InputTypeError: a pooling that gives no weights to tokens (last, max).
    """
    tap = getattr(attend, "weights", None)
    if not isinstance(tap, Tap):
        raise InputTypeError(
            f"the attention can be replaced where there is one, got the pooling"
            f" {type(attend).__name__.lower()!r}. Train with dot, general, additive or mean."
        )
    masks: list[Tensor] = []

    def begin(module: nn.Module, args: tuple[Any, ...], named: dict[str, Any]) -> None:
        masks[:] = [mask_of(args, named)]

    def changed(module: nn.Module, args: tuple[Any, ...], weights: Tensor) -> Tensor:
        return change(weights, masks[0])

    return [
        attend.register_forward_pre_hook(begin, with_kwargs=True),
        tap.register_forward_hook(changed),
    ]


def places_of(model: nn.Module) -> dict[str, Place]:
    """Each tap's name and where it stands."""
    places = {name: Place() for name, m in model.named_modules() if isinstance(m, Tap)}
    for owner, module in model.named_modules():
        prefix = f"{owner}." if owner else ""
        for name in places:
            rest = name.removeprefix(prefix)
            if not name.startswith(prefix):
                continue
            if isinstance(module, (Mean, *ATTENDING)):
                places[name] = Place(owner)
            elif isinstance(module, Recurrent):
                places[name] = Place(owner, stepped=True, backwards=rest.startswith("backwards."))
            elif isinstance(module, Cell) and not places[name].stepped:
                places[name] = Place(owner, stepped=True)
    return places


def keeper(trace: Trace, name: str) -> Callable[..., None]:
    """A hook that keeps what a tap passes on."""

    def keep(module: nn.Module, args: tuple[Any, ...], value: Tensor) -> None:
        trace.steps.setdefault(name, []).append(value)

    return keep


def beginner(trace: Trace, owner: str) -> Callable[..., None]:
    """A hook that notes the mask with which a layer starts to read."""

    def begin(module: nn.Module, args: tuple[Any, ...], named: dict[str, Any]) -> None:
        trace.begin(owner, mask_of(args, named))

    return begin


def mask_of(args: tuple[Any, ...], named: Mapping[str, Any]) -> Tensor:
    """The mask of a layer's or an attention's call: its last argument."""
    return named["mask"] if "mask" in named else args[-1]
