"""What does attention buy, at equal size and budget, on short sentences and on long ones?

    python -m benchmarks.bottleneck [--seeds 1] [--set name=value ...] [--picture F] [--json F]

The three kinds of decoder on Multi30k German to English, lower case: without attention the
whole sentence must pass through one vector (Sutskever, Vinyals, Le 2014), with Luong's or
Bahdanau's it need not. All have as many weights (the narrower ones are widened), the same
subwords, pairs, batches and epochs; the epoch is chosen on validation pairs and the test part
(2016) is judged once a training, with greedy search. The settings are small, so that all three
are trained in three quarters of an hour of one processor; BLEU is therefore lower than that of
`benchmarks.pairs`. The epochs suffice for the kind without attention to come to its best one: with
fewer it has not yet learnt the short sentences, and seems worse on them than it need be.
Trainings are kept and resumed as there.
"""

import argparse
import statistics
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from attentif.app.compare_pairs import (
    KINDS,
    WITHOUT,
    DecoderComparison,
    compared,
    draw,
    spread,
)
from attentif.config import TransducerSettings
from attentif.data.pair_corpora import LoadedPairs, load_pairs
from attentif.errors import AttentifError
from attentif.transducer import Transducer
from benchmarks.pair_training import learnt
from benchmarks.pairs import shown
from benchmarks.peers.environments import FOLDER
from benchmarks.protocol_runs import typed
from benchmarks.record import Goal, Section, exit_code, keep

QUESTION = "What does attention buy?"
NAME = "multi30k-de-en"
SETTINGS: dict[str, Any] = {
    "lowercase": True, "max_units": 3000, "embedding_size": 64, "hidden_size": 128, "tied": "all",
    "label_smoothing": 0.1, "epochs": 20, "patience": 0,
}  # fmt: skip
CLEAR = 5.0  # BLEU


def main() -> int:
    """Run the comparison; 1 when a goal falls short."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--seeds", type=int, default=1)
    parser.add_argument("--set", action="append", default=[], metavar="NAME=VALUE")
    parser.add_argument("--picture", type=Path, help="an .svg or .png file")
    parser.add_argument("--json", type=Path)
    arguments = parser.parse_args()
    given = SETTINGS | typed(
        dict(pair.split("=", 1) for pair in arguments.set), TransducerSettings().to_dict()
    )
    try:
        loaded = load_pairs(NAME)
        units = dict(zip(("source_units", "target_units"), loaded.units, strict=True))
        found = compared(
            loaded, TransducerSettings.from_dict(units | given), KINDS, arguments.seeds,
            tell=lambda words: print(words, file=sys.stderr), train=kept,
        )  # fmt: skip
    except AttentifError as error:
        print(f"skipped: {error}", file=sys.stderr)
        return 0
    if arguments.picture:
        draw(found, arguments.picture, "Multi30k German to English")
    section = section_of(found, loaded, given)
    section.show()
    keep(arguments.json, QUESTION, NAME, section)
    return exit_code([section])


def kept(name: str, settings: TransducerSettings, loaded: LoadedPairs) -> Transducer:
    """A training that is not done twice."""
    if loaded.validation is None:
        raise AttentifError(f"{NAME} has no part to choose the epoch by.")
    place = FOLDER / "transducers" / f"bottleneck-{name}"
    return learnt(place, settings, loaded.train, loaded.validation).model


def section_of(found: DecoderComparison, loaded: LoadedPairs, settings: dict[str, Any]) -> Section:
    """The table: a line a kind, BLEU over all and by the length of the source."""
    groups = [f"BLEU, {low} to {high}" for low, high in found.groups]
    section = Section(
        f"Multi30k German to English, {found.runs[0].scores.n:,} sentences of test 2016 by their"
        f" length in subwords; trainings a kind: {len(found.of(WITHOUT))}",
        ("", "hidden", "weights", "unit error %", "BLEU", *groups),
        [row_of(found, kind) for kind in found.kinds],
        [loaded.provenance, f"Settings: {shown(settings)}.", *found.conclusions(), kept_of(found)],
    )
    for kind in found.kinds:
        if kind != WITHOUT:
            section.goals += goals_of(found, kind)
    section.data = found.to_dict()
    return section


def row_of(found: DecoderComparison, kind: str) -> list[str]:
    """A kind's line."""
    runs = found.of(kind)
    return [
        kind, str(runs[0].hidden), f"{runs[0].parameters:,}",
        spread([100 * run.scores.unit_error for run in runs]),
        spread(bleu_of(found, kind)),
        *(spread(values) for values in zip(*by_length(found, kind), strict=True)),
    ]  # fmt: skip


def bleu_of(found: DecoderComparison, kind: str) -> list[float]:
    """Of each training."""
    return [run.scores.bleu.score if run.scores.bleu else 0.0 for run in found.of(kind)]


def by_length(found: DecoderComparison, kind: str) -> list[list[float]]:
    """BLEU of each training's groups."""
    return [[group.bleu or 0.0 for group in run.scores.by_length] for run in found.of(kind)]


def kept_of(found: DecoderComparison) -> str:
    """How much of its BLEU on the shortest group each kind still has on the longest."""
    shares = []
    for kind in found.kinds:
        short, long = (mean([one[at] for one in by_length(found, kind)]) for at in (0, -1))
        shares.append(f"{kind} {100 * long / max(short, 1e-9):.0f} %")
    return f"Of its BLEU on the shortest group, on the longest is left: {', '.join(shares)}."


def goals_of(found: DecoderComparison, kind: str) -> list[Goal]:
    """Attention must win clearly, most on long sentences."""
    ahead = mean(bleu_of(found, kind)) - mean(bleu_of(found, WITHOUT))
    gap = found.gap(kind)
    short, long = (
        mean([one[at] for one in by_length(found, kind)])
        - mean([one[at] for one in by_length(found, WITHOUT)])
        for at in (0, -1)
    )
    return [
        Goal(
            f"{kind} clearly ahead of {WITHOUT}: by {CLEAR:.0f} BLEU, and fewer unit errors"
            " beyond what chance does",
            f"{ahead:.1f} BLEU, {100 * gap.mean:.1f} points of unit error (95 %:"
            f" {100 * gap.low:.1f} to {100 * gap.high:.1f})",
            ahead >= CLEAR and gap.low > 0,
        ),
        Goal(
            f"{kind} further ahead on the longest sentences than on the shortest",
            f"{long:.1f} BLEU beside {short:.1f}",
            long > short,
        ),
    ]


def mean(values: Sequence[float]) -> float:
    """Of some trainings."""
    return statistics.fmean(values)


if __name__ == "__main__":
    sys.exit(main())
