"""Small messages and small settings that the tests of this room train with."""

import hashlib
import random

import numpy as np

from attentif.config import Settings
from attentif.train.classify import Labelled, train_classifier
from attentif.train.loop import Callback

LABELS = ["ham", "spam"]
DECISIVE = {"ham": ["lunch", "home"], "spam": ["win", "prize"]}
FILLERS = "the a now you for at on my and this today please".split()


def small(**settings):
    """Settings of a network that a test trains in a moment."""
    sizes = {"embedding_size": 16, "shape_size": 4, "hidden_size": 16, "attention_size": 16}
    quick = {"ngram_buckets": 512, "epochs": 12, "learning_rate": 0.01, "batch_size": 8}
    return Settings(
        **(sizes | quick | {"min_count": 1, "dropout": 0.2, "word_dropout": 0.0} | settings)
    )


def messages(n, seed, labels=LABELS, decisive=DECISIVE):
    """n texts of 2 to 6 words, each with one word that decides its class."""
    draw = random.Random(seed)
    texts, ids = [], []
    for row in range(n):
        label = row % len(labels)
        words = draw.choices(FILLERS, k=draw.randint(1, 5))
        words.insert(draw.randint(0, len(words)), draw.choice(decisive[labels[label]]))
        texts.append(" ".join(words))
        ids.append(label)
    return Labelled(texts, np.array(ids, np.int64))


NOTHING = Labelled([], np.array([], np.int64))


def train(settings, training=None, validation=None, labels=LABELS, **options):
    """Train on 60 messages, choose on 40 others, unless told otherwise."""
    training = messages(60, seed=1) if training is None else training
    validation = messages(40, seed=2) if validation is None else validation
    return train_classifier(settings, labels, training, validation, **options)


class Forget(Callback):
    """From an epoch on, the output layer is zero after every step: the loss is log 2 at best."""

    def __init__(self, epoch):
        self.epoch = epoch

    def on_step(self, run):
        if run.epoch >= self.epoch:
            run.model.output.weight.data.zero_()


def weights_of(trained):
    """The network's weights by name, as arrays."""
    return {name: w.numpy() for name, w in trained.network.state_dict().items()}


def digest(trained):
    """A hash of the network's weights."""
    total = hashlib.sha256()
    for name, weight in sorted(weights_of(trained).items()):
        total.update(name.encode() + weight.tobytes())
    return total.hexdigest()


def same_bits(one, other):
    """Whether two dicts of arrays hold the very same numbers."""
    return one.keys() == other.keys() and all(np.array_equal(one[k], other[k]) for k in one)
