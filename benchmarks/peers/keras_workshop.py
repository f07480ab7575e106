"""The workshop's three models as the workshop writes them: Keras on TensorFlow, on the CPU.

Settings of a job:
    model: "rnn", "lstm" or "attention".
    epochs: how many; the recipe's own by default.
    sound: false: the recipe (ReLU gates, Adam .04, ReLU outputs for the attention model);
        true: Keras's default activations, softmax outputs and Adam .001, which train. The
        arithmetic is the same, the recipe's numbers become NaN or a constant.
    mask: whether padding is masked, as the workshop does it.
"""

import time
from importlib.metadata import version
from typing import Any

import keras
import numpy as np
import tensorflow as tf
from keras import layers, ops

from benchmarks.peers.job import Answer, Job, serve
from benchmarks.peers.workshop_text import LENGTH, padded, word_ids

EMBEDDING = 200
EPOCHS = {"rnn": 25, "lstm": 20, "attention": 20}
BATCH = {"rnn": 16, "lstm": 128, "attention": 128}


class Watch(keras.callbacks.Callback):
    """The seconds of each epoch, validation included."""

    def __init__(self) -> None:
        super().__init__()
        self.seconds: list[float] = []
        self.began = 0.0

    def on_epoch_begin(self, epoch: int, logs: Any = None) -> None:
        self.began = time.perf_counter()

    def on_epoch_end(self, epoch: int, logs: Any = None) -> None:
        self.seconds.append(time.perf_counter() - self.began)


def rnn(ids: Any, n_words: int, n_classes: int, settings: dict[str, Any]) -> Any:
    """SimpleRNN 24, sigmoid, recurrent weights and embedding as the recipe starts them."""
    start = "uniform" if settings.get("sound") else "zeros"
    x = layers.Embedding(
        n_words, EMBEDDING, embeddings_initializer=start, mask_zero=settings.get("mask", True)
    )(ids)
    activation = "tanh" if settings.get("sound") else "sigmoid"
    state = layers.SimpleRNN(24, activation=activation, recurrent_initializer="random_normal")(x)
    return layers.Dense(n_classes, activation="softmax")(state)


def lstm(ids: Any, n_words: int, n_classes: int, settings: dict[str, Any]) -> Any:
    """LSTM 64, the recipe's gates with ReLU."""
    x = layers.Embedding(n_words, EMBEDDING, mask_zero=settings.get("mask", True))(ids)
    gates = "sigmoid" if settings.get("sound") else "relu"
    state = layers.LSTM(64, recurrent_activation=gates)(x)
    return layers.Dense(n_classes, activation="softmax")(state)


def attention(ids: Any, n_words: int, n_classes: int, settings: dict[str, Any]) -> Any:
    """LSTM 128 with Luong's general score and the attention vector tanh(W [c; h])."""
    sound, masked = settings.get("sound"), settings.get("mask", True)
    x = layers.Embedding(n_words, EMBEDDING, mask_zero=masked)(ids)
    gates = "sigmoid" if sound else "relu"
    memory, state, _ = layers.LSTM(
        128, recurrent_activation=gates, return_sequences=True, return_state=True
    )(x)
    keys = layers.Dense(128, use_bias=False)(memory)
    scores = layers.Dot(axes=(2, 1))([keys, state])
    mask = ops.not_equal(ids, 0) if masked else None
    weights = layers.Softmax()(scores, mask=mask)
    context = layers.Dot(axes=(1, 1))([weights, memory])
    together = layers.Concatenate()([context, state])
    vector = layers.Dense(64, activation="tanh", use_bias=False)(together)
    return layers.Dense(n_classes, activation="softmax" if sound else "relu")(vector)


BUILD = {"rnn": rnn, "lstm": lstm, "attention": attention}


def optimizer_of(name: str, sound: bool) -> Any:
    """The recipe's, or Adam .001."""
    if name == "rnn" and not sound:
        return keras.optimizers.SGD(0.5)
    clip = 1.0 if name == "attention" else None
    return keras.optimizers.Adam(0.001 if sound else 0.04, clipnorm=clip)


def answer(job: Job) -> Answer:
    """Tokenise, build, fit, predict."""
    tf.config.threading.set_intra_op_parallelism_threads(job.threads)
    tf.config.threading.set_inter_op_parallelism_threads(job.threads)
    keras.utils.set_random_seed(job.seed)
    settings, name = job.settings, job.settings["model"]
    began = time.perf_counter()
    ids = word_ids([*job.texts, *job.validation_texts, *job.test_texts])
    arrays = [
        np.array(padded(texts, ids), np.int32).reshape(len(texts), LENGTH)
        for texts in (job.texts, job.validation_texts, job.test_texts)
    ]
    targets = [one_hot(labels, job.classes) for labels in (job.labels, job.validation_labels)]
    inputs = keras.Input((LENGTH,), dtype="int32")
    model = keras.Model(inputs, BUILD[name](inputs, len(ids) + 1, len(job.classes), settings))
    optimizer = optimizer_of(name, bool(settings.get("sound")))
    model.compile(optimizer=optimizer, loss="binary_crossentropy", metrics=["accuracy"])
    watch = Watch()
    model.fit(
        arrays[0], targets[0], batch_size=BATCH[name], epochs=settings.get("epochs", EPOCHS[name]),
        validation_data=(arrays[1], targets[1]) if len(arrays[1]) else None,
        callbacks=[watch], verbose=0,
    )  # fmt: skip
    fitted = time.perf_counter()
    found = model.predict(arrays[2], batch_size=BATCH[name], verbose=0)
    return Answer(
        probabilities=np.nan_to_num(found.astype(float)).tolist(),
        epoch_seconds=watch.seconds,
        fit_seconds=fitted - began,
        score_seconds=time.perf_counter() - fitted,
        versions={name: version(name) for name in ("tensorflow-cpu", "keras")},
        more={"parameters": model.count_params()},
    )


def one_hot(labels: list[str], classes: list[str]) -> np.ndarray:
    """Labels as rows with a single 1."""
    return np.eye(len(classes), dtype=np.float32)[[classes.index(label) for label in labels]]


if __name__ == "__main__":
    serve(answer)
