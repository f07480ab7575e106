"""What the linear model says of training rows that have not taught it.

Letters: N training rows, P tokens of all of them, B batch, T time, C classes.
"""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
import torch
from jaxtyping import Float, Int
from numpy.typing import NDArray
from torch import Tensor

from attentif.config import Settings
from attentif.data.split import folds
from attentif.nn.evidence import Evidence
from attentif.text.batches import cut
from attentif.text.encode import Encoded
from attentif.train.batch import Batch, gather
from attentif.train.linear import count_pieces, learn_evidence, teaching

FOLDS, BATCH = 5, 256


class CrossFitted(NamedTuple):
    """The part of each token in the evidence, as a model says it that its row did not teach.

    said: (P, C) of all tokens, row after row. starts: (N,) where each row begins.
    """

    said: Float[Tensor, "P C"]
    starts: Int[Tensor, " N"]

    def parts(self, batch: Batch) -> Float[Tensor, "B T C"]:
        """Those of a batch, zero on padding."""
        mask = batch.inputs.mask
        places = self.starts[torch.from_numpy(batch.rows)][:, None] + torch.arange(mask.shape[1])
        return self.said[places.clamp(max=len(self.said) - 1)] * mask[:, :, None]


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
    any. Of a text that is the only one of its class nothing is said.

    Args:
        evidence: None where the network has none; then there is nothing to teach.
        encoded, texts: the training rows, and as they were written, for equal ones in one fold.
        label_ids, settings, labels: as of `learn_evidence`.

    Source:
        Wolpert 1992, "Stacked generalization", section 2.
    """
    if evidence is None:
        return None
    rows = teaching(len(label_ids), settings.seed)
    counts, own = count_pieces(encoded, rows, len(evidence.pieces)), label_ids[rows]
    learn_evidence(evidence, counts, own, settings, labels)
    names, written = [labels[int(i)] for i in own], [texts[int(row)] for row in rows]
    said = torch.zeros(len(encoded.words), len(labels))
    unseen = np.setdiff1d(np.arange(len(label_ids)), rows, assume_unique=True)
    for part in folds(names, written, k=max(2, min(FOLDS, len(rows))), seed=settings.seed):
        model = Evidence(len(evidence.pieces), len(labels))
        learn_evidence(model, counts.of(part.train), own[part.train], settings, labels)
        tell(said, model, encoded, np.concatenate([rows[part.test], unseen]))
        unseen = unseen[:0]
    return CrossFitted(said, torch.from_numpy(encoded.starts[:-1]))


def tell(
    said: Float[Tensor, "P C"], model: Evidence, encoded: Encoded, rows: NDArray[np.int64]
) -> None:
    """Write down what a model says of the tokens of those rows."""
    order = np.argsort(encoded.lengths[rows], kind="stable")
    for part in cut(encoded.lengths[rows], order, BATCH):
        inputs = gather(encoded, rows[part]).inputs
        places = torch.from_numpy(encoded.starts[rows[part]])[:, None]
        places = places + torch.arange(inputs.mask.shape[1])
        said[places[inputs.mask]] = model(inputs)[inputs.mask]
