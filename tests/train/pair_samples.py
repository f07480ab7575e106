"""Words and what becomes of them, for trainings of a moment."""

import numpy as np

from attentif.config import TransducerSettings
from attentif.train.transduce import Pairs, TrainedTransducer, train_transducer


def words(n: int, seed: int = 0, letters: str = "abcdef", longest: int = 5) -> list[str]:
    """Random words."""
    draw = np.random.default_rng(seed)
    lengths = draw.integers(1, longest + 1, n)
    return ["".join(draw.choice(list(letters), length)) for length in lengths]


def reversed_pairs(n: int, seed: int = 0) -> Pairs:
    """Words and the same backwards."""
    sources = words(n, seed)
    return Pairs(sources, [word[::-1] for word in sources])


SMALL = {"hidden_size": 32, "embedding_size": 16, "epochs": 2, "batch_size": 32}


def settings(**given) -> TransducerSettings:
    """Small ones."""
    return TransducerSettings(**{**SMALL, **given})


def trained(n: int = 120, *, callbacks=(), checkpoint=None, resume=False, **given):
    """A training of a moment on reversed words."""
    training, held_out = reversed_pairs(n), reversed_pairs(30, seed=1)
    found: TrainedTransducer = train_transducer(
        settings(**given), training, held_out,
        callbacks=callbacks, checkpoint=checkpoint, resume=resume,
    )  # fmt: skip
    return found
