"""Train a transducer: every step from pairs of texts to a network that writes, in order."""

import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any, NamedTuple, cast

import numpy as np
import torch
from torch import nn
from torch.nn import functional

from attentif.config import TransducerSettings
from attentif.data.findings import counted
from attentif.errors import ConfigError, DataError
from attentif.measure.transduction import accuracy, error_rate
from attentif.nn.seq2seq import Seq2Seq
from attentif.text.units import END, START, BothUnits, fit_units, normal
from attentif.train.callbacks import (
    History,
    KeepBest,
    StopOnInterrupt,
)
from attentif.train.loop import Callback, Outcome, Run, fit, heard
from attentif.train.optimize import make_optimizer
from attentif.train.outputs import Writer, ratio_of, write
from attentif.train.pair_batches import (
    CodedPairs,
    PairBatch,
    coded,
    count_pair_batches,
    gather_pairs,
    lengths_of,
    pair_batches,
)
from attentif.train.standing import hashed, saving, threads, watchers

DEFAULTS = TransducerSettings()
LUONG_ONLY = ("attention_score", "input_feeding")
MANY_CUT = 0.05  # share of validation outputs that met their limit
NAMES = {  # what the loop calls a number -> what it is for a transducer
    "loss": "teacher_forced_loss",
    "accuracy": "teacher_forced_accuracy",
    "validation_loss": "validation_teacher_forced_loss",
    "texts_per_second": "target_units_per_second",
}


class Pairs(NamedTuple):
    """Sources and targets, as many of the one as of the other."""

    sources: Sequence[str]
    targets: Sequence[str]


@dataclass(frozen=True)
class TrainedTransducer:
    """All that training found.

    ratio: see `train.outputs.Writer`.
    history: one row an epoch; teacher-forced and free-running numbers say which they are.
    best_epoch: whose weights the network holds; 0: the first weights, none was finished.
    notes: sentences that its user must know.
    """

    units: BothUnits
    network: Seq2Seq
    ratio: float
    history: list[dict[str, float]]
    best_epoch: int
    stop_reason: str
    diverged: bool
    notes: list[str]
    seconds: float


def train_transducer(
    settings: TransducerSettings,
    training: Pairs,
    validation: Pairs,
    *,
    callbacks: Iterable[Callback] = (),
    checkpoint: Path | None = None,
    resume: bool = False,
) -> TrainedTransducer:
    """Fit units and network; only training pairs teach, validation pairs choose the epoch.

    Args:
        validation: may be empty: then the training loss chooses.
        checkpoint: folder in which a run can be resumed; `discard` it once the model is saved.
        resume: go on from there.

    Raises:
        ConfigError: settings that contradict each other.
        DataError: no pair is left to learn from.
        ArtifactError: a checkpoint that cannot be resumed.
    """
    began = time.perf_counter()
    require_fitting(settings, validated=bool(len(validation.sources)))
    units = fit_units(*training, settings, shared=settings.tied == "all")
    pairs, notes = usable(units, training, settings.max_length)
    held_out = CodedPairs(coded(units.source, validation[0]), coded(units.target, validation[1]))
    writer = Writer(units, ratio_of(lengths_of(pairs.sources), lengths_of(pairs.targets)))
    best, history = KeepBest(settings.monitor, settings.patience), History()
    fixed = settings.to_dict() | fingerprint(training, validation)
    steps = settings.epochs * count_pair_batches(pairs, settings.batch_size)
    standing = [*watchers(settings, steps), best, history]
    standing += saving(checkpoint, fixed, best, history, resume=resume)
    with threads(settings.threads):
        network = make_seq2seq(settings, units)
        run = fit(
            Run(network, make_optimizer(network.parameters(), settings), settings.epochs),
            partial(outcome_of, smoothing=settings.label_smoothing),
            partial(batches_of, pairs, settings),
            validate=partial(validate, held_out, validation, writer),
            seed=settings.seed,
            callbacks=[*standing, *heard(callbacks), StopOnInterrupt()],
        )
    network.eval()
    rows = [{NAMES.get(name, name): value for name, value in row.items()} for row in history.rows]
    kept = next((row for row in rows if row["epoch"] == best.epoch), {})
    return TrainedTransducer(
        units, network, writer.ratio, rows, best.epoch, run.stop_reason, run.diverged,
        [*notes, *doubts(kept)], time.perf_counter() - began,
    )  # fmt: skip


def require_fitting(settings: TransducerSettings, *, validated: bool) -> None:
    """Settings must be about the kind of decoder and of training that was chosen.

    Args:
        validated: there are validation pairs.

    Raises:
        ConfigError: one would have no effect.
    """
    kind = settings.decoder
    if settings.own_outputs and settings.epochs == 1:
        raise ConfigError(
            "own_outputs rises from 0 in the first epoch, and there is no other. Train longer, or"
            " leave own_outputs out."
        )
    if settings.monitor not in (DEFAULTS.monitor, "loss") and not validated:
        raise ConfigError(
            f"monitor is {settings.monitor!r} of validation pairs, and there are none. Keep some"
            " aside with validation, or leave monitor out."
        )
    if settings.copy_unknown and kind == "none":
        raise ConfigError("copy_unknown follows the attention; choose luong or bahdanau.")
    for name in LUONG_ONLY if kind != "luong" else ():
        if getattr(settings, name) != getattr(DEFAULTS, name):
            raise ConfigError(
                f"{name} is about Luong's attention, got the decoder {kind!r}. Choose luong, or"
                f" leave {name} out."
            )


def usable(units: BothUnits, training: Pairs, longest: int) -> tuple[CodedPairs, list[str]]:
    """The pairs that can be learnt from, and how many cannot.

    Args:
        longest: most units of one side; 0 for no limit.

    Raises:
        DataError: none is left.
    """
    sources, targets = coded(units.source, training.sources), coded(units.target, training.targets)
    n_source, n_target = lengths_of(sources), lengths_of(targets)
    empty = (n_source == 0) | (n_target == 0)
    long = ~empty & (np.maximum(n_source, n_target) > (longest or np.inf))
    kept = np.flatnonzero(~empty & ~long)
    notes = []
    if empty.any():
        notes.append(f"{counted(int(empty.sum()), 'pair')} with an empty side not learnt from.")
    if long.any():
        notes.append(
            f"{counted(int(long.sum()), 'pair')} of more than {longest} units on one side not"
            " learnt from (max_length)."
        )
    if not len(kept):
        found = f"sources of up to {n_source.max(initial=0)} units and targets of up to"
        raise DataError(
            f"0 pairs are left to learn from: expected both sides to have from 1 to"
            f" {longest or 'any number of'} units, got {len(n_source)} pairs,"
            f" {int(empty.sum())} with an empty side, {found} {n_target.max(initial=0)}."
            " Raise max_length, or look at the columns."
        )
    return CodedPairs([sources[row] for row in kept], [targets[row] for row in kept]), notes


def fingerprint(training: Pairs, validation: Pairs) -> dict[str, Any]:
    """What tells the pairs of each part from others."""
    return {
        "pairs to train on": hashed(training.sources, training.targets),
        "pairs to validate on": hashed(validation.sources, validation.targets),
    }


def make_seq2seq(settings: TransducerSettings, units: BothUnits) -> Seq2Seq:
    """A network with the first weights that the seed fixes; other random state untouched."""
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(settings.seed)
        return Seq2Seq(
            settings,
            source_size=len(units.source),
            target_size=len(units.target),
            start=START,
            end=END,
        )


def batches_of(pairs: CodedPairs, settings: TransducerSettings, epoch: int) -> Iterator[PairBatch]:
    """The batches of one epoch; the share of own outputs rises with its number."""
    own = settings.own_outputs * (epoch - 1) / max(1, settings.epochs - 1)
    return pair_batches(
        pairs, batch_size=settings.batch_size, seed=settings.seed, epoch=epoch, own=own
    )


def outcome_of(model: nn.Module, batch: PairBatch, *, smoothing: float = 0.0) -> Outcome:
    """Loss of each real unit, the end included, given the right ones before it, and hits."""
    network = cast(Seq2Seq, model)
    found = network(batch.inputs, batch.fed, batch.own)
    logits = network.decoder.logits(found.vectors[batch.real])  # (units, V)
    wanted = batch.wanted[batch.real]
    correct = int((logits.detach().argmax(dim=1) == wanted).sum())
    loss = functional.cross_entropy(logits, wanted, label_smoothing=smoothing)
    return Outcome(loss, len(wanted), correct)


def validate(
    held_out: CodedPairs, texts: Pairs, writer: Writer, model: nn.Module
) -> Mapping[str, float]:
    """Two kinds of numbers on the validation pairs, if there are any.

    Teacher-forced: the loss without smoothing, and the share of units found when the right
    ones before are given. Free-running, from the source alone: the others.
    """
    if not len(texts.sources):
        return {}
    rows = np.flatnonzero((lengths_of(held_out.sources) > 0) & (lengths_of(held_out.targets) > 0))
    total, n, correct = 0.0, 0, 0
    order = rows[np.argsort(held_out.lengths[rows], kind="stable")]
    for start in range(0, len(order), 128):
        found = outcome_of(model, gather_pairs(held_out, order[start : start + 128]))
        total, n = total + found.loss.item() * found.rows, n + found.rows
        correct += found.correct
    outputs = write(cast(Seq2Seq, model), writer, texts.sources)
    scores = free_running(writer.units, texts.targets, [output.text for output in outputs])
    return {
        "validation_loss": total / max(1, n),
        "validation_teacher_forced_accuracy": correct / max(1, n),
        **scores,
        "validation_cut": sum(output.cut for output in outputs) / len(outputs),
    }


def free_running(
    units: BothUnits, targets: Sequence[str], texts: Sequence[str]
) -> dict[str, float]:
    """The scores of outputs that were written from their sources alone."""

    def cut(text: str) -> list[str]:
        return [unit.text for unit in units.target.cut(text)]

    right = [[normal(units.target, target)] for target in targets]
    return {
        "validation_exact_match": float(
            np.mean([text in each for text, each in zip(texts, right, strict=True)])
        ),
        "validation_token_accuracy": accuracy(right, texts, cut),
        "validation_token_error": error_rate(right, texts, cut),
    }


def doubts(row: Mapping[str, float]) -> list[str]:
    """What the kept epoch's numbers warn of."""
    found = []
    if row.get("validation_cut", 0.0) > MANY_CUT:
        found.append(
            f"{row['validation_cut']:.1%} of the validation outputs met the limit of their length"
            " before their end: the network has not learnt to end. Train longer."
        )
    if row.get("validation_exact_match") == 0.0:
        found.append(
            "No validation output is right as a whole, although"
            f" {row['validation_teacher_forced_accuracy']:.1%} of the units are found when the"
            " right ones before are given: the network has not learnt the task yet."
        )
    return found
