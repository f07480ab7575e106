"""Small messages whose class one word decides, and a network that learns them in a moment."""

import random
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from attentif import TextClassifier

DECISIVE = {"ham": ["lunch", "home"], "spam": ["win", "prize"]}
THREE = {"food": ["lunch", "bread"], "ham": ["home", "noon"], "spam": ["win", "prize"]}
FILLERS = "the a now you for at on my and this today please".split()


def messages(
    n: int, seed: int, decisive: Mapping[str, Sequence[str]] = DECISIVE
) -> tuple[list[str], list[str]]:
    """n texts of 2 to 6 words, one of them decisive, and their labels in turn."""
    draw = random.Random(seed)
    texts, labels = [], []
    for row in range(n):
        label = list(decisive)[row % len(decisive)]
        words = draw.choices(FILLERS, k=draw.randint(1, 5))
        words.insert(draw.randint(0, len(words)), draw.choice(decisive[label]))
        texts.append(" ".join(words))
        labels.append(label)
    return texts, labels


def tiny(**settings: Any) -> "TextClassifier":
    """A network with attention that a test trains in a tenth of a second an epoch."""
    from attentif import TextClassifier

    sizes = {"embedding_size": 8, "shape_size": 2, "hidden_size": 8, "attention_size": 8}
    quick = {"ngram_buckets": 64, "epochs": 1, "learning_rate": 0.02, "batch_size": 16}
    plain = {"min_count": 1, "embedding_init": "normal", "dropout": 0.1, "word_dropout": 0.0}
    return TextClassifier(**{**sizes, **quick, **plain, "patience": 0, **settings})
