"""Small encoders and decoders of every kind, and batches for them."""

import torch
from nn_batches import mask_of, randomised

from attentif.config import Seq2SeqSettings
from attentif.nn.seq2seq import Seq2Seq, Sources

START, END = 2, 3
UNITS = 12
KINDS = {
    "none": {"decoder": "none"},
    "none-tied": {"decoder": "none", "tied": "output", "cell": "rnn"},
    "dot": {"attention_score": "dot"},
    "general": {"cell": "lstm"},
    "concat": {"attention_score": "concat", "layers": 2},
    "feeding": {"input_feeding": True, "cell": "lstm", "layers": 2, "tied": "all"},
    "bahdanau": {"decoder": "bahdanau"},
    "bahdanau-lstm": {"decoder": "bahdanau", "cell": "lstm", "layers": 2, "tied": "output"},
    "normalised": {"layer_norm": True, "bidirectional": False},
}
SOURCES = [[4, 5, 6, 7, 8], [9], [10, 11, 4], [5, 5, 5, 5]]


def small(kind: str, **settings) -> Seq2Seq:
    """One of every kind, random weights, float64, without dropout."""
    given = {"hidden_size": 6, "embedding_size": 4, "dropout": 0.0, **KINDS[kind], **settings}
    model = Seq2Seq(
        Seq2SeqSettings(**given), source_size=UNITS, target_size=UNITS, start=START, end=END
    )
    return randomised(model, 0.6).double().eval()


def sources(rows: list[list[int]] = SOURCES, steps: int = 0) -> Sources:
    """Rows of units, padded to the longest or to so many steps."""
    width = steps or max(map(len, rows))
    units = torch.tensor([row + [0] * (width - len(row)) for row in rows])
    return Sources(units, mask_of([len(row) for row in rows], width))


def targets(rows: int = 4, steps: int = 5, seed: int = 0) -> torch.Tensor:
    """Random units behind the mark of the start."""
    draw = torch.Generator().manual_seed(seed)
    units = torch.randint(4, UNITS, (rows, steps), generator=draw)
    units[:, 0] = START
    return units
