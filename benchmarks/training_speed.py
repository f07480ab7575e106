"""How long training takes beside the workshop's own stack and a torch tutorial's loop.

    python -m benchmarks.training_speed [--repeats 5] [--epochs 5] [--json FILE]

First question: seconds per epoch of the workshop's attention model (LSTM 128, embedding 200,
batch 128, length 50) on the SMS collection with the workshop's split and text step, in Keras
on TensorFlow, in torch as tutorials write it, and in attentif. The activations are the usual
ones (sigmoid gates, softmax), since the recipe's own do not train; the arithmetic is the same.
attentif differs in one thing: batches of like length. Each contender runs with one and with
two threads, and is judged at its better one. Second question: attentif's default model
trained to its best epoch, beside the workshop's 20 epochs.

All contenders run in turn, in processes of their own, in each repeat; a ratio is taken within
a repeat, and its spread is over the repeats. The first epoch holds the peers' own start
(Keras traces its graph) and is shown apart; an epoch's figure is the median of the others.
"""

import argparse
import statistics
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

from attentif.config import Settings
from attentif.data.corpora import load
from attentif.errors import AttentifError
from attentif.lab.presets import preset, workshop_split
from attentif.measure.metrics import count_table, margins_of, mcc
from attentif.text.clean import clean, has_letters
from attentif.text.encode import FrontEnd
from benchmarks.limit import least_seconds, mean_rate, products_of, rates_of
from benchmarks.peers.ask import ask
from benchmarks.peers.environments import PeerMissing
from benchmarks.peers.job import Answer, Job
from benchmarks.record import Goal, Section, exit_code, keep

QUESTION = "How long does training take?"
FASTER_EPOCH, FASTER_WHOLE = 3.5, 5.0
THREADS = (1, 2)
SAME: dict[str, Any] = preset("workshop-attention") | {
    "clean": (),  # done beforehand, for all
    "batching": "like_length",
    "gate_activation": "sigmoid",
    "output_activation": "softmax",
    "learning_rate": 0.001,
}
WORKSHOP_EPOCHS = 20
OURS, KERAS, TORCH = "attentif", "Keras on TensorFlow", "torch, as tutorials do"


class Material(NamedTuple):
    """The parts as a job wants them, and the truth of the test rows."""

    job: Job
    truth: list[str]


class Run(NamedTuple):
    """One contender's answer in one repeat."""

    name: str
    threads: int
    repeat: int
    answer: Answer

    @property
    def epoch(self) -> float:
        """Seconds of an epoch: the median without the first, if there are others."""
        seconds = self.answer.epoch_seconds
        return statistics.median(seconds[1:] or seconds)


def main() -> int:
    """Run both questions; 1 when a goal falls short."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--repeats", type=int, default=5)
    parser.add_argument("--epochs", type=int, default=5, help="of each run of the first question")
    parser.add_argument("--only", choices=("epoch", "whole"), help="one of the two questions")
    parser.add_argument("--json", type=Path)
    arguments = parser.parse_args()
    try:
        material = workshop_material()
    except AttentifError as error:
        print(f"skipped: {error}", file=sys.stderr)
        return 0
    sections = []
    if arguments.only != "whole":
        sections.append(epoch_section(material, arguments.repeats, arguments.epochs))
        keep(arguments.json, QUESTION, "epoch", sections[-1])
    if arguments.only != "epoch":
        sections.append(whole_section(material, max(1, arguments.repeats // 2)))
        keep(arguments.json, QUESTION, "whole", sections[-1])
    for section in sections:
        section.show()
    return exit_code(sections)


def workshop_material() -> Material:
    """The SMS collection in the workshop's parts, its addresses removed already."""
    reading = load("sms-spam").train
    steps = ("drop-addresses-workshop",)
    rows = [
        (clean(example.text, steps).text, example.label)
        for example in reading.examples
        if has_letters(example.text)
    ]
    split = workshop_split(len(rows), 0.2)
    (texts, labels), (others, known), (asked, truth) = (
        ([rows[row][0] for row in part], [rows[row][1] for row in part])
        for part in (split.train, split.validation, split.test)
    )
    job = Job(
        texts=texts, labels=labels, validation_texts=others, validation_labels=known,
        test_texts=asked,
    )  # fmt: skip
    return Material(job, truth)


def asked(material: Material, settings: dict[str, Any], threads: int, seed: int) -> Job:
    """The material as a job with those settings."""
    fields = {**vars(material.job), "settings": settings, "threads": threads, "seed": seed}
    return Job(**fields)


def contenders(epochs: int) -> dict[str, tuple[str, dict[str, Any]]]:
    """The same model three times: name -> program, settings."""
    return {
        KERAS: ("keras_workshop", {"model": "attention", "sound": True, "epochs": epochs}),
        TORCH: ("torch_tutorial", {"epochs": epochs}),
        OURS: ("attentif_peer", {**SAME, "epochs": epochs, "patience": 0}),
    }


def epoch_section(material: Material, repeats: int, epochs: int) -> Section:
    """The first question."""
    runs: list[Run] = []
    missing: dict[str, str] = {}
    for repeat in range(repeats):
        for name, (peer, settings) in contenders(epochs).items():
            for threads in THREADS:
                if name in missing:
                    continue
                try:
                    found = ask(peer, asked(material, settings, threads, repeat))
                except PeerMissing as error:
                    missing[name] = str(error)
                    continue
                runs.append(Run(name, threads, repeat, found))
                print(
                    f"repeat {repeat + 1}: {name}, {threads} threads: {runs[-1].epoch:.2f} s an"
                    f" epoch",
                    file=sys.stderr,
                )
    section = Section(
        f"The workshop's attention model on {len(material.job.texts):,} messages, batches of 128:"
        f" {repeats} repeats of {epochs} epochs",
        ("", "threads", "s an epoch", "range", "first", "whole process", "memory", "accuracy"),
        [row_of(group, material.truth) for group in grouped(runs)],
        [f"{name}: skipped: {why}" for name, why in missing.items()],
    )
    section.sentences.append(f"Versions: {versions_of(runs)}.")
    for other in (KERAS, TORCH):
        compared(section, runs, other)
    limit_lines(section, runs, material.job)
    section.data = raw(runs)
    return section


def versions_of(runs: Sequence[Run]) -> str:
    """Of the packages that the contenders ran with."""
    found = {name: number for run in runs for name, number in run.answer.versions.items()}
    return ", ".join(f"{name} {number}" for name, number in found.items())


def grouped(runs: Sequence[Run]) -> list[list[Run]]:
    """The repeats of each contender at each number of threads."""
    groups: dict[tuple[str, int], list[Run]] = {}
    for run in runs:
        groups.setdefault((run.name, run.threads), []).append(run)
    return list(groups.values())


def row_of(group: Sequence[Run], truth: Sequence[str]) -> list[str]:
    """A line of the table: medians over the repeats."""
    epochs = [run.epoch for run in group]
    first, wall, peak, right = (
        statistics.median(values)
        for values in zip(
            *(
                (r.answer.epoch_seconds[0], r.answer.wall_seconds, r.answer.peak_mib,
                 accuracy_of(r.answer, truth))
                for r in group
            ),
            strict=True,
        )
    )  # fmt: skip
    return [
        group[0].name, str(group[0].threads), f"{statistics.median(epochs):.2f}",
        f"{min(epochs):.2f} to {max(epochs):.2f}", f"{first:.2f} s", f"{wall:.1f} s",
        f"{peak:.0f} MiB", f"{right:.4f}",
    ]  # fmt: skip


def accuracy_of(answer: Answer, truth: Sequence[str]) -> float:
    """Share of right answers, so that nobody is fast by not learning."""
    classes = sorted(set(truth))
    answers = np.array(answer.probabilities).argmax(axis=1)
    return float(np.mean([classes[place] for place in answers] == np.array(truth)))


def best_epochs(runs: Sequence[Run], name: str) -> dict[int, float]:
    """By repeat, the seconds of an epoch at the better number of threads."""
    found: dict[int, float] = {}
    for run in runs:
        if run.name == name:
            found[run.repeat] = min(found.get(run.repeat, np.inf), run.epoch)
    return found


def ratios(theirs: dict[int, float], ours: dict[int, float]) -> list[float]:
    """Theirs over ours, within each repeat that both finished.

    >>> ratios({0: 4.0, 1: 3.0}, {0: 2.0})
    [2.0]
    """
    return [seconds / ours[repeat] for repeat, seconds in theirs.items() if repeat in ours]


def spread(values: Sequence[float]) -> str:
    """Median and range.

    >>> spread([3.0, 4.0, 3.5])
    '3.50 (3.00 to 4.00)'
    """
    return f"{statistics.median(values):.2f} ({min(values):.2f} to {max(values):.2f})"


def compared(section: Section, runs: Sequence[Run], other: str) -> None:
    """The ratio to one peer, as a sentence or, for Keras, as a goal."""
    found = ratios(best_epochs(runs, other), best_epochs(runs, OURS))
    if not found:
        return
    if other != KERAS:
        section.sentences.append(f"{other}: {spread(found)} times our seconds an epoch.")
        return
    wanted = f"an epoch at least {FASTER_EPOCH} times faster than {KERAS}, each at its best threads"
    reached = statistics.median(found) >= FASTER_EPOCH
    section.goals.append(Goal(wanted, f"{spread(found)} times", reached))


def limit_lines(section: Section, runs: Sequence[Run], job: Job) -> None:
    """How far from the machine's matrix products we are."""
    ours = best_epochs(runs, OURS)
    if not ours:
        return
    settings = Settings.from_dict(SAME)
    front_end = FrontEnd.fit([*job.texts, *job.validation_texts], settings)
    taught, validated = (
        int(front_end.encode(texts).lengths.sum()) for texts in (job.texts, job.validation_texts)
    )
    a_step = round(taught / len(job.texts) * settings.batch_size)
    products = products_of(
        settings.batch_size, a_step, settings.embedding_size, settings.hidden_size
    )
    for threads in THREADS:
        rates = rates_of(products, threads)
        least = least_seconds(products, rates, taught, validated)
        far = statistics.median(ours.values()) / least
        section.sentences.append(
            f"The limit with {threads} threads: {taught:,} real tokens to train on and"
            f" {validated:,} to validate on, {mean_rate(products, rates) / 1e9:.0f} Gflop/s"
            f" measured at the step's shapes: {least:.2f} s an epoch. We are {far:.2f} times above."
        )


def whole_section(material: Material, repeats: int) -> Section:
    """The second question."""
    keras = {"model": "attention", "sound": True, "epochs": WORKSHOP_EPOCHS}
    named = {KERAS: ("keras_workshop", keras), OURS: ("attentif_peer", {})}
    rows: list[list[str]] = []
    times: dict[str, dict[int, float]] = {KERAS: {}, OURS: {}, "fit": {}}
    sentences: dict[str, str] = {}
    for repeat in range(repeats):
        for name, (peer, settings) in named.items():
            try:
                found = ask(peer, asked(material, settings, best_threads(name), repeat))
            except PeerMissing as error:
                sentences[name] = f"{name}: skipped: {error}"
                continue
            until = seconds_to_best(found) if name == OURS else found.fit_seconds
            times[name][repeat] = until
            if name == OURS:
                times["fit"][repeat] = found.fit_seconds
            rows.append(whole_row(name, repeat, until, found, material.truth))
            print(f"repeat {repeat + 1}: {name}: {until:.1f} s", file=sys.stderr)
    section = Section(
        "The default model trained to its best epoch, the workshop's model for 20 epochs",
        ("", "seed", "s to learn", "s with all epochs", "epochs", "best", "accuracy", "MCC"),
        rows, list(sentences.values()), data=times,
    )  # fmt: skip
    found_ratios = ratios(times[KERAS], times[OURS])
    if found_ratios:
        section.goals.append(
            Goal(
                f"the default model to its best epoch at least {FASTER_WHOLE:.0f} times faster"
                f" than the workshop's {WORKSHOP_EPOCHS} epochs",
                f"{spread(found_ratios)} times",
                statistics.median(found_ratios) >= FASTER_WHOLE,
            )
        )
        waited = ratios(times[KERAS], times["fit"])
        section.sentences.append(
            f"With the epochs after the best one, which patience waits for: {spread(waited)} times."
        )
    return section


def best_threads(name: str) -> int:
    """Keras takes all cores as its users' does; attentif its default of one."""
    return max(THREADS) if name == KERAS else Settings().threads


def seconds_to_best(answer: Answer) -> float:
    """From texts to the end of the best epoch: text step, first weights, epochs up to it."""
    best = int(answer.more["best_epoch"])
    return answer.fit_seconds - sum(answer.epoch_seconds[best:])


def whole_row(
    name: str, repeat: int, until: float, found: Answer, truth: Sequence[str]
) -> list[str]:
    """A line of the second table."""
    classes = sorted(set(truth))
    answers = np.array(found.probabilities).argmax(axis=1)
    table = count_table(np.array([classes.index(t) for t in truth]), answers, len(classes))
    best = found.more.get("best_epoch")
    return [
        name, str(repeat), f"{until:.1f}", f"{found.fit_seconds:.1f}",
        str(len(found.epoch_seconds)), f"{best:.0f}" if best else "last",
        f"{accuracy_of(found, truth):.4f}", f"{float(mcc(margins_of(table))):.3f}",
    ]  # fmt: skip


def raw(runs: Sequence[Run]) -> list[dict[str, Any]]:
    """All that was measured, without the answers."""
    return [
        {"name": run.name, "threads": run.threads, "repeat": run.repeat}
        | {key: value for key, value in vars(run.answer).items() if key != "probabilities"}
        for run in runs
    ]


if __name__ == "__main__":
    sys.exit(main())
