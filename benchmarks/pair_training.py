"""A training that is kept: an interrupted benchmark goes on, and trains nothing twice."""

import sys
import time
from pathlib import Path
from typing import NamedTuple

from attentif.config import TransducerSettings
from attentif.data.pairs import PairReading
from attentif.ship.folder import is_transducer
from attentif.train.callbacks import INTERRUPTED
from attentif.train.checkpoint import FILE, discard
from attentif.train.loop import Callback, Run
from attentif.transducer import Transducer

TOLD = ("loss", "validation_loss", "validation_token_error", "validation_exact_match")


class Learnt(NamedTuple):
    """A trained model and what its training took.

    seconds: of the wall's clock. processor: seconds of this process, which other processes of
        the machine do not lengthen much. Of a resumed training: since it was resumed.
    """

    model: Transducer
    seconds: float
    processor: float
    best_epoch: int
    epochs: int

    @property
    def curve(self) -> list[dict[str, float]]:
        """The numbers of each epoch."""
        return self.model.history_


class Told(Callback):
    """A line an epoch on the error output."""

    def __init__(self, name: str) -> None:
        self.name = name

    def on_epoch(self, run: Run) -> None:
        """Say it."""
        numbers = "  ".join(
            f"{name} {run.metrics[name]:.4f}" for name in TOLD if name in run.metrics
        )
        print(f"{self.name} epoch {run.epoch}: {numbers}", file=sys.stderr, flush=True)


def learnt(
    place: Path, settings: TransducerSettings, train: PairReading, choosing: PairReading
) -> Learnt:
    """The model that a folder holds, if it is of these settings; else one that is trained now.

    Raises:
        KeyboardInterrupt: the training was interrupted; the same command resumes it.
    """
    if is_transducer(place):
        model = Transducer.load(place)
        if model.settings_ == settings:
            about = model.metrics_["training"]
            return Learnt(model, **{name: about[name] for name in Learnt._fields[1:]})
    checkpoint = place.with_name(f".{place.name}.training")
    place.parent.mkdir(parents=True, exist_ok=True)
    began = time.process_time()
    model = Transducer(**settings.to_dict()).fit(
        train.sources,
        train.targets,
        validation=(choosing.sources, choosing.targets),
        callbacks=[Told(place.name)],
        checkpoint=checkpoint,
        resume=(checkpoint / FILE).is_file(),
    )
    if model.stop_reason_ == INTERRUPTED:
        raise KeyboardInterrupt
    about = {
        "seconds": model.seconds_,
        "processor": time.process_time() - began,
        "best_epoch": model.best_epoch_,
        "epochs": len(model.history_),
    }
    model.save(place, metrics={"training": about})
    discard(checkpoint)
    return Learnt(model, **about)
