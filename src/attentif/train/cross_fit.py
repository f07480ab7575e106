"""What the linear model says of training rows that have not taught it.

Letters: N training rows, B batch, T time, C classes.
"""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
import torch
from jaxtyping import Float
from numpy.typing import NDArray
from torch import Tensor

from attentif.config import Settings
from attentif.data.split import folds
from attentif.nn.evidence import Evidence
from attentif.text.encode import Encoded
from attentif.train.batch import Batch
from attentif.train.linear import learn_evidence, teaching

FOLDS = 5


class CrossFitted(NamedTuple):
    """A linear model for each fold of the training rows, which the other folds taught.

    models: one for each fold, and one that nothing taught.
    fold: (N,) which of them each row is read with.
    """

    models: Sequence[Evidence]
    fold: NDArray[np.int64]

    def parts(self, batch: Batch) -> Float[Tensor, "B T C"]:
        """The part of each token in the evidence, by the model that its row did not teach."""
        own = torch.from_numpy(self.fold[batch.rows])
        words, mask = batch.inputs.words, batch.inputs.mask
        parts = torch.zeros(*words.shape, len(self.models[0].bias))
        for number in own.unique().tolist():
            rows = own == number
            inputs = batch.inputs._replace(words=words[rows], mask=mask[rows])
            parts[rows] = self.models[number](inputs)
        return parts


def cross_fit(
    evidence: Evidence | None,
    encoded: Encoded,
    texts: Sequence[str],
    label_ids: NDArray[np.int64],
    settings: Settings,
    labels: Sequence[str],
) -> CrossFitted | None:
    """Teach the evidence by all training rows, and one more for each fold by the other folds.

    A large-margin model says of the rows that taught it what they are, so that a network which
    heard it say so would learn to believe it, also where it has to guess. Thus each row is read
    with a model that it did not teach; where some rows teach for all, the others are read with
    any. A text that is the only one of its class is read with a model that nothing taught.

    Args:
        evidence: None where the network has none; then there is nothing to teach.
        encoded, texts: the training rows, and as they were written, for equal ones in one fold.
        label_ids, settings, labels: as of `learn_evidence`.

    Source:
        Wolpert 1992, "Stacked generalization", section 2.
    """
    if evidence is None:
        return None
    learn_evidence(evidence, encoded, label_ids, settings, labels)
    rows = teaching(len(label_ids), settings.seed)
    k = max(2, min(FOLDS, len(rows)))
    models = [Evidence(len(evidence.pieces), len(labels)) for _ in range(k + 1)]
    fold = np.zeros(len(label_ids), np.int64)
    fold[rows] = k
    names, own = [labels[int(i)] for i in label_ids[rows]], [texts[int(i)] for i in rows]
    for number, part in enumerate(folds(names, own, k=k, seed=settings.seed)):
        learn_evidence(models[number], encoded, label_ids, settings, labels, rows[part.train])
        fold[rows[part.test]] = number
    return CrossFitted(models, fold)
