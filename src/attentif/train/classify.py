"""Train a text classifier: every step from texts to a decision, in order."""

import math
import time
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn

from attentif.config import Settings
from attentif.errors import ConfigError
from attentif.measure.decision import (
    FEWEST_TO_CALIBRATE,
    Decision,
    choose_threshold,
    fit_temperature,
    pick_positive,
)
from attentif.measure.metrics import count_table, macro_f1, margins_of
from attentif.nn.classifier import Classifier
from attentif.text.encode import Encoded, FrontEnd
from attentif.train.batch import Batch, count_batches, training_batches
from attentif.train.callbacks import History, KeepBest, StopOnInterrupt
from attentif.train.cross_fit import CrossFitted, cross_fit
from attentif.train.linear import find_share
from attentif.train.loop import Callback, Outcome, Run, fit, heard
from attentif.train.objective import Objective, make_objective
from attentif.train.optimize import class_weights, make_optimizer
from attentif.train.predict import read
from attentif.train.standing import hashed, saving, threads, watchers


class Labelled(NamedTuple):
    """Texts and the ids of their labels, (N,)."""

    texts: Sequence[str]
    labels: NDArray[np.int64]


@dataclass(frozen=True)
class Trained:
    """All that training found.

    best_epoch: whose weights the network holds; 0: the first weights, none was finished.
    stop_reason: why training ended before its last epoch; empty when it did not.
    notes: sentences about the decision that its user must know.
    """

    front_end: FrontEnd
    network: Classifier
    decision: Decision
    history: list[dict[str, float]]
    best_epoch: int
    stop_reason: str
    diverged: bool
    notes: list[str]
    seconds: float


def train_classifier(
    settings: Settings,
    labels: Sequence[str],
    training: Labelled,
    validation: Labelled,
    *,
    callbacks: Iterable[Callback] = (),
    checkpoint: Path | None = None,
    resume: bool = False,
) -> Trained:
    """Fit front end, network and decision; only training rows teach, validation rows choose.

    Args:
        labels: names of the classes, in the order of their ids.
        validation: may be empty: then the training loss chooses the epoch, and there is
            neither temperature nor threshold.
        checkpoint: folder in which a run can be resumed; `discard` it once the model is saved.
        resume: go on from there.

    Raises:
        ConfigError: settings that do not go with these labels or rows; before training.
        ArtifactError: a checkpoint that cannot be resumed.
    """
    began = time.perf_counter()
    decision = first_decision(settings, labels, training.labels, validation.labels)
    front_end = FrontEnd.fit(words_from(settings, training, validation), settings)
    encoded, held_out = front_end.encode(training.texts), front_end.encode(validation.texts)
    objective, plain = objectives(settings, labels, training.labels)
    best, history = KeepBest(settings.monitor, settings.patience), History()
    fixed = settings.to_dict() | fingerprint(labels, training, validation)
    standing = watchers(settings, steps_of(settings, encoded), each=settings.clip_each)
    standing += [best, history, *saving(checkpoint, fixed, best, history, resume=resume)]
    with threads(settings.threads):
        network = make_network(settings, front_end, len(labels))
        unseen = cross_fit(network.evidence, encoded, *training, settings, labels)
        run = fit(
            Run(network, make_optimizer(network.parameters(), settings), settings.epochs),
            partial(outcome_of, objective=objective, unseen=unseen),
            partial(batches_of, encoded, torch.from_numpy(training.labels), settings),
            validate=partial(validate, held_out, validation.labels, plain),
            seed=settings.seed,
            callbacks=[*standing, *heard(callbacks), StopOnInterrupt()],
        )
        find_share(network, held_out, validation.labels)
        logits = read(network.eval(), held_out).logits
    decision, notes = decide(settings, decision, logits, validation.labels)
    return Trained(
        front_end, network, decision, history.rows, best.epoch, run.stop_reason, run.diverged,
        notes, time.perf_counter() - began,
    )  # fmt: skip


def words_from(settings: Settings, training: Labelled, validation: Labelled) -> Sequence[str]:
    """The texts whose words the vocabulary may hold."""
    leak = validation.texts if settings.vocabulary_from == "all" else []
    return [*training.texts, *leak]


def steps_of(settings: Settings, encoded: Encoded) -> int:
    """Steps of the whole training."""
    return settings.epochs * count_batches(encoded.lengths, settings.batch_size)


def fingerprint(labels: Sequence[str], training: Labelled, validation: Labelled) -> dict[str, Any]:
    """Names of the classes, and what tells the rows of each part from others."""
    return {
        "labels": list(labels),
        "rows to train on": hashed(training.texts, training.labels.tolist()),
        "rows to validate on": hashed(validation.texts, validation.labels.tolist()),
    }


def objectives(
    settings: Settings, labels: Sequence[str], label_ids: NDArray[np.int64]
) -> tuple[Objective, Objective]:
    """What training makes small, and the same without class weights, for validation."""
    softmaxed = settings.output_activation == "softmax"
    weights = class_weights(settings.class_weight, label_ids, labels)
    weighted = make_objective(settings, class_weights=weights, softmaxed=softmaxed)
    return weighted, make_objective(settings, softmaxed=softmaxed)


def make_network(settings: Settings, front_end: FrontEnd, n_classes: int) -> Classifier:
    """A network with the first weights that the seed fixes; other random state untouched."""
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(settings.seed)
        return Classifier(
            settings,
            n_pieces=front_end.n_pieces,
            n_grams=front_end.n_grams,
            n_shapes=front_end.n_shapes,
            n_classes=n_classes,
        )


def outcome_of(
    model: nn.Module, batch: Batch, *, objective: Objective, unseen: CrossFitted | None = None
) -> Outcome:
    """Loss and hits of one batch, whose evidence is that of rows other than its own."""
    given = () if unseen is None else (unseen.parts(batch),)  # a network in a frame takes none
    logits, labels = model(batch.inputs, *given).logits, batch.labels
    if labels is None:
        raise ValueError("a training batch needs labels, got None.")
    correct = int((logits.detach().argmax(dim=1) == labels).sum())
    return Outcome(objective(logits, labels), len(labels), correct)


def batches_of(encoded: Encoded, labels: Tensor, settings: Settings, epoch: int) -> Iterable[Batch]:
    """The batches of one epoch."""
    return training_batches(
        encoded,
        labels,
        batch_size=settings.batch_size,
        seed=settings.seed,
        epoch=epoch,
        like_length=settings.batching == "like_length",
    )


def validate(
    encoded: Encoded, labels: NDArray[np.int64], objective: Objective, model: nn.Module
) -> Mapping[str, float]:
    """Loss without class weights, accuracy and macro-F1 on the validation rows, if any."""
    if not len(labels):
        return {}
    logits = read(model, encoded).logits
    loss = objective(torch.from_numpy(logits), torch.from_numpy(labels)).item()
    answers = logits.argmax(axis=1)
    table = count_table(labels, answers, logits.shape[1])
    return {
        "validation_loss": loss,
        "validation_calibrated_loss": calibrated_loss(logits, labels, objective),
        "validation_accuracy": float((answers == labels).mean()),
        "validation_macro_f1": float(macro_f1(margins_of(table))),
    }


def first_decision(
    settings: Settings,
    labels: Sequence[str],
    label_ids: NDArray[np.int64],
    truth: NDArray[np.int64],
) -> Decision:
    """What is decided before training: the class looked for, and when not to answer.

    Args:
        label_ids: classes of the training rows.
        truth: classes of the validation rows.

    Raises:
        ConfigError: a wish that cannot be fulfilled with these classes or validation rows.
    """
    wish = settings.max_false_positive_rate or settings.min_precision
    if len(labels) != 2:
        if wish or settings.positive_label:
            raise ConfigError(
                "max_false_positive_rate, min_precision and positive_label need two classes,"
                f" got {len(labels)}. Leave them out."
            )
        return Decision(tuple(labels), unsure=settings.unsure)
    rows = np.bincount(truth, minlength=2)
    if wish and not rows.all():
        raise ConfigError(
            "max_false_positive_rate and min_precision need validation rows of both classes to"
            f" choose the threshold on, got {rows[0]} of {labels[0]!r} and {rows[1]} of"
            f" {labels[1]!r}. Keep more rows aside, or leave them out."
        )
    counts = np.bincount(label_ids, minlength=2).tolist()
    positive = pick_positive(labels, counts, settings.positive_label)
    return Decision(tuple(labels), positive, unsure=settings.unsure)


def calibrated_loss(
    logits: NDArray[np.float32], labels: NDArray[np.int64], objective: Objective
) -> float:
    """The loss at the temperature that suits these rows best: how well classes are told apart."""
    if not np.isfinite(logits).all():
        return math.nan
    temperature = fit_temperature(logits, labels)
    return objective(torch.from_numpy(logits / temperature), torch.from_numpy(labels)).item()


def decide(
    settings: Settings, decision: Decision, logits: NDArray[np.float32], truth: NDArray[np.int64]
) -> tuple[Decision, list[str]]:
    """Add temperature and threshold from the validation rows; and what to know about them.

    Args:
        decision: as `first_decision` gave it.
        logits: (N, C) of the validation rows.
        truth: (N,) ids of their classes.
    """
    if not np.isfinite(logits).all():
        return decision, [
            "the network answers some validation rows with numbers that are not finite: neither"
            " temperature nor threshold could be chosen."
        ]
    notes = []
    if len(truth) < FEWEST_TO_CALIBRATE:
        notes.append(
            f"{len(truth)} validation rows are too few to calibrate the probabilities (at least"
            f" {FEWEST_TO_CALIBRATE} are needed): they are taken as they come."
        )
    else:
        decision = replace(decision, temperature=fit_temperature(logits, truth))
    rate, precision = settings.max_false_positive_rate, settings.min_precision
    if decision.positive is None or not (rate or precision):
        return decision, notes
    choice = choose_threshold(
        truth == decision.positive,
        decision.probabilities(logits)[:, decision.positive],
        max_false_positive_rate=rate,
        min_precision=precision,
    )
    if choice.note:
        notes.append(choice.note)
    return replace(decision, threshold=choice.threshold), notes
