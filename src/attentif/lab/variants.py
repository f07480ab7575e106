"""Networks that differ from one recipe in one thing each, trained one after the other."""

from collections.abc import Sequence
from typing import Any, NamedTuple

from attentif.config import Settings
from attentif.lab.frames import AS_BATCHED, Frame
from attentif.lab.reach import Reach, reach
from attentif.lab.results import Wishes
from attentif.lab.rows import Parts
from attentif.lab.trials import Trial, train
from attentif.train.loop import Callback

PIECES: dict[str, Any] = {  # texts as the library cuts them: words, marks, n-grams, shapes
    "clean": (),
    "tokens": "words-and-marks",
    "subwords": True,
    "ngram_buckets": 4096,
    "shapes": True,
    "min_count": 2,
    "truncate": "end",
    "vocabulary_from": "training",
}
PLAIN: dict[str, Any] = {  # a sound recurrent network alone: one direction, no second opinion
    **PIECES,
    "embedding_size": 32,
    "embedding_init": "spread",
    "hidden_size": 32,
    "bidirectional": False,
    "evidence": False,
    "dropout": 0.0,
    "word_dropout": 0.0,
    "batching": "random",
    "warmup": 0.0,
    "decay": "none",
    "patience": 0,
    "monitor": "loss",
}


class Variant(NamedTuple):
    """One network.

    key: its name in the numbers, in no language; name: as it is shown.
    frozen: beginnings of the names of weights that are not trained.
    """

    key: str
    name: str
    settings: dict[str, Any]
    frame: Frame = AS_BATCHED
    frozen: tuple[str, ...] = ()


class Trained(NamedTuple):
    """One network after its training, and the gradient's reach before and after it."""

    variant: Variant
    trial: Trial
    before: Reach
    after: Reach

    def to_dict(self) -> dict[str, Any]:
        """Ready for JSON."""
        reaches = {"reach_before": self.before.to_dict(), "reach_after": self.after.to_dict()}
        return {"variant": self.variant.key, **self.trial.to_dict(), **reaches}


def train_all(variants: Sequence[Variant], parts: Parts, wishes: Wishes) -> list[Trained]:
    """Train them all on the same rows with the same seed."""
    found = []
    for number, variant in enumerate(variants, 1):
        wishes.tell(f"{number}/{len(variants)}  {variant.name}")
        found.append(train_one(variant, parts, wishes.seed))
    return found


def train_one(
    variant: Variant, parts: Parts, seed: int, callbacks: Sequence[Callback] = ()
) -> Trained:
    """Train one; the reach is measured on the first texts to judge on."""
    settings = Settings.from_dict({**variant.settings, "seed": seed})
    trial = train(settings, parts, frame=variant.frame, frozen=variant.frozen, callbacks=callbacks)
    rows = trial.front_end.encode(parts.test.texts)
    before, after = (
        reach(network, rows, parts.test.labels) for network in (trial.first, trial.network)
    )
    return Trained(variant, trial, before, after)
