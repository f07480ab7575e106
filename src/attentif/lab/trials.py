"""One network trained in a frame and judged on rows that it never saw."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

import numpy as np
import torch

from attentif.config import Settings
from attentif.lab.frames import AS_BATCHED, Frame, Framed
from attentif.lab.rows import Parts
from attentif.measure.metrics import Scores, score
from attentif.text.encode import FrontEnd
from attentif.train.callbacks import History, KeepBest
from attentif.train.classify import (
    batches_of,
    make_network,
    objectives,
    outcome_of,
    steps_of,
    validate,
)
from attentif.train.loop import Callback, Run, fit
from attentif.train.optimize import make_optimizer
from attentif.train.predict import read
from attentif.train.standing import threads, watchers


@dataclass(frozen=True)
class Trial:
    """A trained network and how it went.

    network: with the weights of the best epoch on validation rows.
    first: the same network before its first step.
    scores: on the rows to judge on.
    """

    network: Framed
    first: Framed
    front_end: FrontEnd
    history: list[dict[str, float]]
    best_epoch: int
    stop_reason: str
    diverged: bool
    steps: int
    seconds: float
    scores: Scores

    @property
    def best(self) -> dict[str, float]:
        """The best epoch's numbers; none where no epoch was finished."""
        return self.history[self.best_epoch - 1] if self.best_epoch else {}

    @property
    def last(self) -> dict[str, float]:
        """The last epoch's numbers; none where no epoch was finished."""
        return self.history[-1] if self.history else {}

    @property
    def n_weights(self) -> int:
        """Numbers that training may change."""
        return sum(w.numel() for w in self.network.parameters() if w.requires_grad)

    def to_dict(self) -> dict[str, Any]:
        """The numbers, ready for JSON."""
        return {
            "accuracy": self.scores.accuracy,
            "accuracy_interval": list(self.scores.intervals["accuracy"]),
            "macro_f1": self.scores.macro_f1,
            "mcc": self.scores.mcc,
            "majority": self.scores.majority,
            "best_epoch": self.best_epoch,
            "epochs": len(self.history),
            "diverged": self.diverged,
            "stop_reason": self.stop_reason,
            "steps": self.steps,
            "weights": self.n_weights,
            "losses": [row["loss"] for row in self.history],
            "validation_losses": [row["validation_loss"] for row in self.history],
            "seconds": self.seconds,
        }


def train(
    settings: Settings,
    parts: Parts,
    *,
    frame: Frame = AS_BATCHED,
    frozen: Sequence[str] = (),
    callbacks: Sequence[Callback] = (),
) -> Trial:
    """Train with the library's loop; only the frame is the experiment's.

    Args:
        frozen: beginnings of the names of weights that keep their first values.
    """
    front_end = FrontEnd.fit(parts.training.texts, settings)
    taught, held_out = (front_end.encode(part.texts) for part in parts[2:4])
    objective, plain = objectives(settings, parts.labels, parts.training.labels)
    best, history = KeepBest(settings.monitor, settings.patience), History()
    first = Framed(make_network(settings, front_end, len(parts.labels)), frame)
    network = Framed(make_network(settings, front_end, len(parts.labels)), frame)
    for name, weight in network.network.named_parameters():
        weight.requires_grad_(not name.startswith(tuple(frozen)))
    guards = watchers(settings, steps_of(settings, taught), each=settings.clip_each)
    with threads(settings.threads):
        run = fit(
            Run(network, make_optimizer(network.parameters(), settings), settings.epochs),
            partial(outcome_of, objective=objective),
            partial(batches_of, taught, torch.from_numpy(parts.training.labels), settings),
            validate=partial(validate, held_out, parts.validation.labels, plain),
            seed=settings.seed,
            callbacks=[*guards, best, history, *callbacks],
        )
        network.eval()
        scores = judged(network, front_end, parts)
    seconds = sum(row["seconds"] for row in history.rows)
    return Trial(
        network, first, front_end, history.rows, best.epoch, run.stop_reason, run.diverged,
        run.step, seconds, scores,
    )  # fmt: skip


def judged(network: Framed, front_end: FrontEnd, parts: Parts) -> Scores:
    """Scores on the rows to judge on; undefined answers count as the first class."""
    logits = read(network, front_end.encode(parts.test.texts)).logits.astype(np.float64)
    logits = np.nan_to_num(logits, nan=0.0, posinf=80.0, neginf=-80.0)
    odds = np.exp(logits - logits.max(axis=1, keepdims=True))
    return score(parts.test.labels, odds / odds.sum(axis=1, keepdims=True), parts.labels)
