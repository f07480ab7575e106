"""What stands around every training: guards between gradient and step, checkpoint, threads."""

import hashlib
import json
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import Any

import torch

from attentif.config import NetworkSettings, cell_and_pooling
from attentif.errors import ConfigError
from attentif.train.callbacks import ClipNorm, History, KeepBest, Schedule, StopOnNonFinite
from attentif.train.checkpoint import Checkpoint
from attentif.train.loop import Callback
from attentif.train.optimize import Optimizing, rate_factor


def watchers(settings: Optimizing, steps: int, *, each: bool = False) -> list[Callback]:
    """What stands between a gradient and its step, in the order it must.

    Args:
        steps: of the whole training, by which the rate rises and falls.
        each: clip each weight's own norm, not that of all together.
    """
    factor = partial(rate_factor, steps=steps, settings=settings)
    return [
        ClipNorm(settings.clip_norm, each),
        StopOnNonFinite(advice(settings)),
        Schedule(factor, settings.learning_rate),
    ]


def advice(settings: Optimizing) -> str:
    """What to try when a training breaks: nothing that its settings do already.

    >>> from attentif.config import Settings
    >>> advice(Settings(clip_norm=0.0))
    'Try a learning rate ten times smaller, or clip_norm 1.'
    >>> advice(Settings(clip_norm=1.0, gate_activation="relu"))
    'Try a learning rate ten times smaller, or gate_activation sigmoid instead of relu.'
    """
    tries = ["a learning rate ten times smaller"]
    if not settings.clip_norm:
        tries.append("clip_norm 1")
    if isinstance(settings, NetworkSettings):
        tries += unbounded(settings)
    *others, last = tries
    return f"Try {', '.join(others)}, or {last}." if others else f"Try {last}."


def unbounded(settings: NetworkSettings) -> list[str]:
    """For each activation of the cell that has no bound, the one that has."""
    used = {"activation": "tanh", "gate_activation": "sigmoid"}
    if cell_and_pooling(settings)[0] == "rnn":
        del used["gate_activation"]  # it has no gates
    return [
        f"{name} {bounded} instead of {getattr(settings, name)}"
        for name, bounded in used.items()
        if getattr(settings, name) not in ("tanh", "sigmoid")
    ]


def saving(
    folder: Path | None,
    fixed: Mapping[str, Any],
    best: KeepBest,
    history: History,
    *,
    resume: bool,
) -> list[Callback]:
    """The checkpoint, if a folder for it was given."""
    if folder is not None:
        return [Checkpoint(folder, fixed, best, history, resume=resume)]
    if resume:
        raise ConfigError("resume needs the folder to go on from, got none. Give checkpoint too.")
    return []


def hashed(texts: Sequence[str], answers: Sequence[Any]) -> str:
    """How many rows, and a hash of them, by which a resumed run knows that they are the same.

    >>> hashed(["a"], [0])
    '1, hash e9f6bbe00345'
    """
    content = json.dumps([list(texts), list(answers)]).encode("ascii")
    return f"{len(texts)}, hash {hashlib.sha256(content).hexdigest()[:12]}"


@contextmanager
def threads(number: int) -> Iterator[None]:
    """So many processor threads within, as before afterwards; 0 changes nothing."""
    before = torch.get_num_threads()
    torch.set_num_threads(number or before)
    try:
        yield
    finally:
        torch.set_num_threads(before)
