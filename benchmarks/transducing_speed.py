"""How fast does a transducer learn and write, beside what tutorials write in torch?

    python -m benchmarks.transducing_speed [--repeats 5] [--steps 20] [--json FILE]

Multi30k German to English, lower case, words; GRU 256, embeddings 128, batches of 64, one
thread. First question: real target tokens a second in training, whole steps (forward,
backward, Adam), of each kind of decoder and of a step-by-step network as tutorials write it
(`peers.seq2seq_tutorial`). attentif's batches are of like length; the tutorial's are drawn at
random, as a shuffled loader gives them, and in a row of its own of like length too. All
contenders take turns within a repeat, in this process; a ratio is taken within a repeat.
Second question: sentences of the test part a second, greedy and with a beam of 5, by the model
that `benchmarks.pairs multi30k-de-en` trained and kept; without it, it is skipped.
"""

import argparse
import statistics
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import torch
from torch import nn
from torch.nn import functional

from attentif.app.compare_pairs import KINDS
from attentif.config import TransducerSettings
from attentif.data.pair_corpora import load_pairs
from attentif.errors import AttentifError
from attentif.nn.seq2seq import Seq2Seq
from attentif.ship.folder import is_transducer
from attentif.text.units import BothUnits, fit_units
from attentif.text.vocabulary import PADDING
from attentif.train.optimize import make_optimizer
from attentif.train.pair_batches import (
    CodedPairs,
    PairBatch,
    coded,
    gather_pairs,
    pair_batches,
)
from attentif.train.standing import threads
from attentif.train.transduce import make_seq2seq, outcome_of
from attentif.transducer import Transducer
from benchmarks.peers.environments import FOLDER
from benchmarks.peers.seq2seq_tutorial import TutorialSeq2Seq
from benchmarks.record import Goal, Section, exit_code, keep

QUESTION = "How fast does a transducer learn and write?"
NAME = "multi30k-de-en"
SETTINGS: dict[str, Any] = {
    "source_units": "words", "target_units": "words", "lowercase": True, "min_count": 2,
    "embedding_size": 128, "hidden_size": 256, "dropout": 0.0, "patience": 0,
}  # fmt: skip
TUTORIAL, ALIKE = "torch, as tutorials do", "the same, batches of like length"
FASTER = 2.0
WARM = 2  # steps before the clock starts
BEAMS = (1, 5)
TRAINED = FOLDER / "transducers" / f"{NAME}-seed-0"
TRAINING = f"python -m benchmarks.pairs {NAME}"
Step = Callable[[PairBatch], None]


class Material(NamedTuple):
    """What all contenders learn from, and what they write of."""

    units: BothUnits
    pairs: CodedPairs
    sources: list[str]


class Contender(NamedTuple):
    """Who takes part: a training step, and its batches of one repeat."""

    name: str
    step: Step
    batches: Callable[[int], Sequence[PairBatch]]


def main() -> int:
    """Both questions; 1 when a goal falls short."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--repeats", type=int, default=5)
    parser.add_argument("--steps", type=int, default=20, help="training steps of each turn")
    parser.add_argument("--sentences", type=int, default=200, help="to write, in each turn")
    parser.add_argument("--json", type=Path)
    arguments = parser.parse_args()
    try:
        found = material()
    except AttentifError as error:
        print(f"skipped: {error}", file=sys.stderr)
        return 0
    with threads(1):
        sections = {"learning": learning(found, arguments.repeats, arguments.steps)}
        if is_transducer(TRAINED):
            model, texts = Transducer.load(TRAINED), found.sources[: arguments.sentences]
            sections["writing"] = writing(model, texts, arguments.repeats)
        else:
            print(f"writing: skipped: first run {TRAINING}", file=sys.stderr)
    for key, section in sections.items():
        section.show()
        keep(arguments.json, QUESTION, key, section)
    return exit_code(sections.values())


def settings_of(kind: str) -> TransducerSettings:
    """Those of a kind of decoder."""
    return TransducerSettings.from_dict(SETTINGS | {"decoder": kind})


def material() -> Material:
    """The training pairs as numbers, and the sources of the test part."""
    loaded = load_pairs(NAME)
    train, test = loaded.train, loaded.test
    if test is None:
        raise AttentifError(f"{NAME} has no test part.")
    units = fit_units(train.sources, train.targets, settings_of("none"), shared=False)
    pairs = CodedPairs(coded(units.source, train.sources), coded(units.target, train.targets))
    return Material(units, pairs, test.sources)


def learning(found: Material, repeats: int, steps: int) -> Section:
    """The first question."""
    networks = {kind: make_seq2seq(settings_of(kind), found.units) for kind in KINDS}
    size = settings_of("none").batch_size
    n = steps + WARM

    def alike(repeat: int) -> list[PairBatch]:
        every = pair_batches(found.pairs, batch_size=size, seed=0, epoch=repeat)
        return [batch for batch, _ in zip(every, range(n), strict=False)]

    def drawn(repeat: int) -> list[PairBatch]:
        order = np.random.default_rng(repeat).permutation(len(found.pairs.sources))
        rows = (order[at : at + size] for at in range(0, n * size, size))
        return [gather_pairs(found.pairs, each) for each in rows]

    network = tutorial_network(found.units)
    tutorial = tutorial_step(network)
    contenders = [Contender(kind, own_step(one), alike) for kind, one in networks.items()]
    contenders += [Contender(TUTORIAL, tutorial, drawn), Contender(ALIKE, tutorial, alike)]
    rates: dict[str, list[float]] = {one.name: [] for one in contenders}
    for repeat in range(1, repeats + 1):
        for one in contenders:
            rates[one.name].append(rate_of(one.step, one.batches(repeat)))
            print(f"repeat {repeat}: {one.name}: {rates[one.name][-1]:.0f}/s", file=sys.stderr)
    section = Section(
        f"Training on Multi30k German to English: {repeats} repeats of {steps} steps of {size}"
        f" pairs, {len(found.units.target):,} target words, one thread",
        ("", "target tokens a second", "range", "times the tutorial's"),
        [
            [
                name, f"{statistics.median(own):,.0f}", f"{min(own):,.0f} to {max(own):,.0f}",
                spread(ratios(own, rates[TUTORIAL])),
            ]
            for name, own in rates.items()
        ],
        data=rates,
    )  # fmt: skip
    own = ", ".join(f"{kind} {weights_of(one)}" for kind, one in networks.items())
    section.sentences.append(
        f"Weights: {own}, the tutorial's {weights_of(network)}, since its output layer reads state,"
        " context and embedding, and not one vector made of them."
    )
    for kind in (settings_default(), "bahdanau"):
        found_ratios = ratios(rates[kind], rates[TUTORIAL])
        section.goals.append(
            Goal(
                f"{kind}: at least {FASTER:.0f} times the tutorial's target tokens a second",
                f"{spread(found_ratios)} times",
                statistics.median(found_ratios) >= FASTER,
            )
        )
    return section


def settings_default() -> str:
    """The kind of decoder that a user gets."""
    return TransducerSettings().decoder


def own_step(network: Seq2Seq) -> Step:
    """A training step of attentif's, as `train.loop` makes it."""
    optimizer = make_optimizer(network.parameters(), settings_of("none"))

    def step(batch: PairBatch) -> None:
        optimizer.zero_grad(set_to_none=True)
        outcome_of(network, batch).loss.backward()
        optimizer.step()

    return step


def tutorial_network(units: BothUnits) -> TutorialSeq2Seq:
    """Of the same widths as attentif's."""
    return TutorialSeq2Seq(
        len(units.source), len(units.target),
        embedding_size=SETTINGS["embedding_size"], hidden_size=SETTINGS["hidden_size"],
    )  # fmt: skip


def weights_of(network: nn.Module) -> str:
    """How many there are, in words."""
    return f"{sum(weight.numel() for weight in network.parameters()):,}"


def tutorial_step(network: TutorialSeq2Seq) -> Step:
    """A training step of the tutorial's."""
    optimizer = torch.optim.Adam(network.parameters())

    def step(batch: PairBatch) -> None:
        optimizer.zero_grad()
        logits = network(batch.inputs.units, batch.fed)
        loss = functional.cross_entropy(
            logits.flatten(0, 1), batch.wanted.flatten(), ignore_index=PADDING
        )
        loss.backward()
        optimizer.step()

    return step


def rate_of(step: Step, batches: Sequence[PairBatch]) -> float:
    """Real target tokens a second, the first steps not counted."""
    for batch in batches[:WARM]:
        step(batch)
    began = time.perf_counter()
    for batch in batches[WARM:]:
        step(batch)
    return sum(int(batch.real.sum()) for batch in batches[WARM:]) / (time.perf_counter() - began)


def writing(model: Transducer, texts: Sequence[str], repeats: int) -> Section:
    """The second question."""
    rates: dict[int, list[float]] = {beam: [] for beam in BEAMS}
    for _ in range(repeats):
        for beam, own in rates.items():
            model.beam = beam
            began = time.perf_counter()
            model.write(texts)
            own.append(len(texts) / (time.perf_counter() - began))
    settings = model.settings_
    return Section(
        f"Writing {len(texts):,} sentences of the test part together, one thread, {repeats}"
        f" repeats: {settings.decoder}, {settings.cell} {settings.hidden_size},"
        f" {model.n_parameters_:,} weights",
        ("", "sentences a second"),
        [[f"beam {beam}" if beam > 1 else "greedy", spread(own)] for beam, own in rates.items()],
        data=rates,
    )


def ratios(ours: Sequence[float], theirs: Sequence[float]) -> list[float]:
    """Ours over theirs, within each repeat.

    >>> ratios([4.0, 6.0], [2.0, 2.0])
    [2.0, 3.0]
    """
    return [one / other for one, other in zip(ours, theirs, strict=True)]


def spread(values: Sequence[float]) -> str:
    """Median and range.

    >>> spread([3.0, 4.0, 3.5])
    '3.50 (3.00 to 4.00)'
    """
    return f"{statistics.median(values):.2f} ({min(values):.2f} to {max(values):.2f})"


if __name__ == "__main__":
    sys.exit(main())
