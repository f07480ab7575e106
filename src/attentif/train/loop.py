"""The training loop: one function, five events, no framework."""

import math
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from typing import NamedTuple, Protocol, TypeVar

import torch
from torch import Tensor, nn

from attentif.errors import InputTypeError

EVENTS = ("on_start", "on_gradients", "on_step", "on_epoch", "on_end")


class Masked(Protocol):
    """What a network reads; True in the mask is a real token."""

    @property
    def mask(self) -> Tensor:
        """(B, T)."""
        ...


class AnyBatch(Protocol):
    """Rows of whatever is learnt from; the callbacks look at nothing but the mask."""

    @property
    def inputs(self) -> Masked:
        """What the network reads."""
        ...


Batch = TypeVar("Batch", bound=AnyBatch)


class Outcome(NamedTuple):
    """What one batch gave.

    loss: mean over its rows, a scalar to go backward from.
    rows: how many rows.
    correct: how many of them were answered rightly.
    """

    loss: Tensor
    rows: int
    correct: int


@dataclass
class Run:
    """Everything a callback may read; `stop` is the only thing it may ask for.

    loss: of the batch just seen; metrics: of the epoch just ended.
    """

    model: nn.Module
    optimizer: torch.optim.Optimizer
    epochs: int
    epoch: int = 0
    step: int = 0
    batch: AnyBatch | None = None
    loss: float = math.nan
    seen: int = 0
    gradient_norm: float = math.nan
    metrics: dict[str, float] = field(default_factory=dict)
    stop_reason: str = ""
    stop_now: bool = False
    diverged: bool = False

    def stop(self, reason: str, *, now: bool = False) -> None:
        """End training after this epoch, or now, before the next step; keep the reason."""
        self.stop_reason = self.stop_reason or reason
        self.stop_now = self.stop_now or now


class Callback:
    """Override any of the five events. A misspelt event is an error at import."""

    def __init_subclass__(cls) -> None:
        super().__init_subclass__()
        for name in vars(cls):
            if name.startswith("on_") and name not in EVENTS:
                raise TypeError(
                    f"{cls.__name__}.{name} is no event; events are {', '.join(EVENTS)}."
                )

    def on_start(self, run: Run) -> None:
        """Before the first batch."""

    def on_gradients(self, run: Run) -> None:
        """After backward, before the optimizer moves (clip here, look here)."""

    def on_step(self, run: Run) -> None:
        """After the optimizer moved; run.loss is this batch's."""

    def on_epoch(self, run: Run) -> None:
        """After validation; run.metrics holds this epoch's numbers."""

    def on_end(self, run: Run) -> None:
        """Always called once, also after an error, be it in another callback's `on_end`."""


def fit(
    run: Run,
    outcome_of: Callable[[nn.Module, Batch], Outcome],
    batches: Callable[[int], Iterable[Batch]],
    *,
    validate: Callable[[nn.Module], Mapping[str, float]],
    seed: int,
    callbacks: Sequence[Callback] = (),
) -> Run:
    """Train from run.epoch + 1 to run.epochs, telling the callbacks; return the run.

    Args:
        run: fresh, or as a checkpoint left it.
        outcome_of: loss and hits of one batch.
        batches: epoch number -> batches, so that the order depends only on it.
        validate: numbers to add to run.metrics after each epoch; it never sees a test row.
        seed: with the epoch's number it fixes the dropout of each epoch, so that a resumed
            run equals an uninterrupted one. The caller's own random state is left alone.
    """
    tell = teller(run, callbacks)
    with torch.random.fork_rng(devices=[]), ExitStack() as ending:
        for callback in reversed(callbacks):
            ending.callback(callback.on_end, run)
        tell("on_start")
        while run.epoch < run.epochs and not run.stop_reason:
            run.epoch += 1
            torch.manual_seed((seed * 1_000_003 + run.epoch) % 2**64)
            train_epoch(run, outcome_of, batches(run.epoch), tell)
            if run.diverged or not run.seen:
                break
            run.model.eval()
            with torch.inference_mode():
                run.metrics.update(validate(run.model))
            tell("on_epoch")
    return run


def heard(callbacks: Iterable[Callback]) -> list[Callback]:
    """Callbacks that a caller gave, as a list.

    Raises:
        InputTypeError: no list, or one of them does not know the five events.
    """
    if not isinstance(callbacks, Iterable):
        raise InputTypeError(
            f"expected a list of callbacks, got {type(callbacks).__name__}. Put it in [ ]."
        )
    given = list(callbacks)
    for position, one in enumerate(given):
        if not all(callable(getattr(one, event, None)) for event in EVENTS):
            raise InputTypeError(
                f"expected callbacks, got {one!r} ({type(one).__name__}) at position {position}."
                " Inherit from attentif.train.loop.Callback."
            )
    return given


def teller(run: Run, callbacks: Sequence[Callback]) -> Callable[[str], None]:
    """A function that tells all callbacks of an event, in their order."""

    def tell(event: str) -> None:
        for callback in callbacks:
            getattr(callback, event)(run)

    return tell


def train_epoch(
    run: Run,
    outcome_of: Callable[[nn.Module, Batch], Outcome],
    batches: Iterable[Batch],
    tell: Callable[[str], None],
) -> None:
    """One pass: forward, backward, step; then the pass's own loss and accuracy."""
    total, correct, run.seen = 0.0, 0, 0
    run.model.train()
    for batch in batches:
        run.batch = batch
        run.optimizer.zero_grad(set_to_none=True)
        outcome = outcome_of(run.model, batch)
        outcome.loss.backward()
        run.loss = outcome.loss.item()
        tell("on_gradients")
        if run.stop_now:
            break
        run.optimizer.step()
        run.step += 1
        run.seen += outcome.rows
        total += run.loss * outcome.rows
        correct += outcome.correct
        tell("on_step")
        if run.stop_now:
            break
    if run.seen:
        run.metrics = {"loss": total / run.seen, "accuracy": correct / run.seen}
