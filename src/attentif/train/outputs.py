"""Sources in, written outputs out: as many, in the same order, from the source alone."""

import math
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from attentif.nn.search import Hypothesis, Search, decode
from attentif.nn.seq2seq import Seq2Seq
from attentif.text.batches import cut
from attentif.text.units import START, BothUnits, Unit
from attentif.text.vocabulary import PADDING, UNKNOWN
from attentif.train.pair_batches import sources_of

EMPTY, CUT, NO_KNOWN_UNIT = "empty", "cut", "no known unit"
ROOM = 10  # units of an output beyond what its source's length allows
SLACK = 1.25  # beyond what the training pairs need
BATCH = 128  # sources


class Copied(NamedTuple):
    """An unknown unit of the output, replaced by the source unit with most attention.

    place: in the output. source: in the source. weight: the attention there.
    """

    place: int
    source: int
    text: str
    weight: float


class Output(NamedTuple):
    """What the model writes for one source.

    text: the output, its units joined. Empty for an empty source.
    units: of the output, as the vocabulary has them, copied ones in their places.
    source: units of the source, with their places in it.
    weights: attention, (len(units), len(source)); None without attention.
    log_probability, score: see `nn.search.Hypothesis`.
    unknown: the texts of the source's units that the vocabulary does not have.
    copied: what was copied from the source.
    note: "empty", "no known unit", "cut" (met the limit before its end), or "". A model of
        dates says here what is doubtful too, see `attentif.data.dates.doubt`.
    others: the next best texts, all different, with their scores.
    """

    text: str
    units: tuple[str, ...]
    source: tuple[Unit, ...]
    weights: NDArray[np.float32] | None
    log_probability: float
    score: float
    unknown: tuple[str, ...]
    copied: tuple[Copied, ...] = ()
    note: str = ""
    others: tuple[tuple[str, float], ...] = ()

    @property
    def cut(self) -> bool:
        """Whether the limit was met before the end."""
        return self.note == CUT


class Writer(NamedTuple):
    """All that writing needs beside the network.

    ratio: most units of an output for each unit of its source, `ROOM` beyond that.
    copy: replace unknown units, see `Copied`.
    """

    units: BothUnits
    ratio: float
    search: Search = Search(never=(PADDING, START))
    copy: bool = False

    def limit(self, length: int) -> int:
        """Most units of an output for a source of so many."""
        return math.ceil(self.ratio * length) + ROOM


def ratio_of(sources: NDArray[np.int64], targets: NDArray[np.int64]) -> float:
    """The smallest ratio that gives every training pair room, and a quarter more.

    Args:
        sources, targets: units of each pair.
    """
    needed = (targets - ROOM) / np.maximum(sources, 1)
    return SLACK * max(1.0, float(needed.max(initial=0.0)))


def write(network: Seq2Seq, writer: Writer, texts: Sequence[str]) -> list[Output]:
    """Write an output for each text, without dropout; the network's mode is left as found.

    A text without units is not given to the network: its output is empty.
    """
    cuts = [writer.units.source.cut(text) for text in texts]
    lengths = np.fromiter(map(len, cuts), np.int64, len(cuts))
    rows = np.flatnonzero(lengths)
    found = [Output("", (), (), None, 0.0, 0.0, (), note=EMPTY)] * len(cuts)
    was_training = network.training
    network.eval()
    try:
        for batch in cut(lengths, rows[np.argsort(lengths[rows], kind="stable")], BATCH):
            own = [cuts[row] for row in batch]
            sources = sources_of([np.array([unit.id for unit in units]) for units in own])
            limits = [writer.limit(len(units)) for units in own]
            each = decode(network, sources, limits, writer.search)
            for row, units, hypotheses in zip(batch, own, each, strict=True):
                found[row] = output_of(writer, texts[int(row)], units, hypotheses)
    finally:
        network.train(was_training)
    return found


def output_of(
    writer: Writer, text: str, source: list[Unit], hypotheses: Sequence[Hypothesis]
) -> Output:
    """The best hypothesis as an output; others whose text differs beside it."""
    best = hypotheses[0]
    units, copied = copied_in(writer, text, source, best)
    unknown = tuple(text[unit.start : unit.end] for unit in source if unit.id == UNKNOWN)
    note = CUT if best.cut else NO_KNOWN_UNIT if len(unknown) == len(source) else ""
    written = writer.units.target.join(units)
    others: dict[str, float] = {}
    for one in hypotheses[1:]:
        other = writer.units.target.join(copied_in(writer, text, source, one)[0])
        if other != written:
            others.setdefault(other, one.score)
    return Output(
        written, units, tuple(source), best.weights, best.log_probability, best.score, unknown,
        copied, note, tuple(others.items()),
    )  # fmt: skip


def copied_in(
    writer: Writer, text: str, source: list[Unit], one: Hypothesis
) -> tuple[tuple[str, ...], tuple[Copied, ...]]:
    """The units of a hypothesis, its unknown ones replaced if that is wanted."""
    units, copied = [writer.units.target.text_of(unit) for unit in one.units], []
    if writer.copy and one.weights is not None:
        for place, unit in enumerate(one.units):
            if unit == UNKNOWN:
                at = int(one.weights[place].argmax())
                units[place] = text[source[at].start : source[at].end]
                copied.append(Copied(place, at, units[place], float(one.weights[place, at])))
    return tuple(units), tuple(copied)
