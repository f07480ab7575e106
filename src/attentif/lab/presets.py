"""The workshop's recipes as settings: to reproduce them, and to learn from where they fail.

Each recipe is the workshop's to the letter; what a recipe leaves to Keras's defaults is
written out. `docs/workshop-presets.md` shows what each gives here and which single change
repairs the ones that fail.
"""

from typing import Any

import numpy as np
from sklearn.model_selection import train_test_split

from attentif.config import Settings, choose
from attentif.data.split import Split, last
from attentif.errors import DataError

WORKSHOP: dict[str, Any] = {
    # Text: addresses removed, Keras's Tokenizer, 50 tokens, the vocabulary of all texts.
    "clean": ("drop-addresses-workshop",),
    "tokens": "workshop",
    "lowercase": True,
    "subwords": False,
    "shapes": False,
    "min_count": 1,
    "max_length": 50,
    "truncate": "start",  # pad_sequences' default keeps the last 50
    "vocabulary_from": "all",
    # Network: one direction, no dropout, Keras's first values.
    "embedding_size": 200,
    "embedding_init": "uniform",
    "bidirectional": False,
    "evidence": False,
    "dropout": 0.0,
    "word_dropout": 0.0,
    # Training: a fixed rate, no clipping unless said, no early stopping.
    "batching": "random",
    "loss": "binary",
    "warmup": 0.0,
    "decay": "none",
    "clip_norm": 0.0,
    "patience": 0,
    "validation": 0.2,
    "validation_rows": "last",
}

PRESETS: dict[str, dict[str, Any]] = {
    "workshop-rnn": {
        **WORKSHOP,
        "architecture": "rnn",
        "hidden_size": 24,
        "activation": "sigmoid",
        "recurrent_init": "normal",
        "embedding_init": "zeros",
        "optimizer": "sgd",
        "learning_rate": 0.5,
        "batch_size": 16,
        "epochs": 25,
    },
    "workshop-lstm": {
        **WORKSHOP,
        "architecture": "lstm",
        "hidden_size": 64,
        "gate_activation": "relu",
        "optimizer": "adam",
        "learning_rate": 0.04,
        "batch_size": 128,
        "epochs": 20,
    },
    "workshop-attention": {
        **WORKSHOP,
        "architecture": "attention",
        "hidden_size": 128,
        "gate_activation": "relu",
        "attention_size": 64,
        "attention_bias": False,
        "output_activation": "relu",
        "optimizer": "adam",
        "learning_rate": 0.04,
        "batch_size": 128,
        "epochs": 20,
        "clip_norm": 1.0,
        "clip_each": True,
    },
}
TEST_SHARE, TEST_SEED = 0.33, 17


def workshop_split(n: int, validation: float) -> Split:
    """The workshop's split: a third drawn for the test, the last rows to choose by.

    scikit-learn's `train_test_split` on the row numbers, so that the rows are the very ones
    of the workshop; equal texts may stand on both sides, which flatters.

    Args:
        n: rows.
        validation: share of the training rows, taken from their end as Keras does.

    Raises:
        DataError: fewer than two rows.
    """
    if n < 2:
        raise DataError(f"the workshop's split needs at least two rows, got {n}.")
    drawn = train_test_split(np.arange(n), test_size=TEST_SHARE, random_state=TEST_SEED)
    train, test = np.array(drawn[0]), np.array(drawn[1])
    inner = last(validation, len(train))
    return Split(train[inner.train], train[inner.validation], test)


def preset(name: str) -> dict[str, Any]:
    """The settings of a recipe, to be passed on: `TextClassifier(**preset("workshop-rnn"))`.

    Raises:
        ConfigError: no preset of that name.

    >>> preset("workshop-rnn")["hidden_size"]
    24
    """
    return dict(choose(PRESETS, name, "preset"))


def settings_of(name: str) -> Settings:
    """The same as checked settings."""
    return Settings.from_dict(preset(name))
