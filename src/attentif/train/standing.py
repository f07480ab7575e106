"""What stands around every training: guards between gradient and step, checkpoint, threads."""

import hashlib
import json
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import Any

import torch

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
        StopOnNonFinite(),
        Schedule(factor, settings.learning_rate),
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
