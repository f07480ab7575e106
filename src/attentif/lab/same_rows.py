"""Two trainings that answered the same texts: their difference, with its interval."""

import numpy as np
from numpy.typing import NDArray

from attentif.lab.rows import Parts
from attentif.lab.trials import Trial
from attentif.measure.metrics import METRICS
from attentif.measure.paired import Difference, bootstrap_difference
from attentif.train.predict import read


def answers_of(trial: Trial, parts: Parts) -> NDArray[np.int64]:
    """(N,) the class that the network gives each text to judge on."""
    return read(trial.network, trial.front_end.encode(parts.test.texts)).logits.argmax(axis=1)


def difference(one: Trial, other: Trial, parts: Parts) -> Difference:
    """MCC of the first minus that of the second, the texts resampled together."""
    first, second = answers_of(one, parts), answers_of(other, parts)
    return bootstrap_difference(parts.test.labels, first, second, METRICS["mcc"])


def differ(found: Difference) -> bool:
    """Whether the interval leaves 0 out."""
    return found.low > 0 or found.high < 0
