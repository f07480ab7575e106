"""`attentif compare --task transduce`: kinds of decoder side by side, of equal size and budget."""

import statistics
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from rich.console import Console
from rich.table import Table

from attentif.app.compare import named
from attentif.app.lines import print_json
from attentif.app.options import CompareOptions, Splitting
from attentif.app.output import heading, sentence
from attentif.app.transduce import judged, pairs_of, parts_of
from attentif.app.transducer_flags import DecoderOptions, PairOptions
from attentif.config import Seq2SeqSettings, TransducerSettings, choose
from attentif.data.options import ReadOptions
from attentif.data.pair_corpora import LoadedPairs
from attentif.errors import ConfigError, DataError
from attentif.measure.paired import Difference
from attentif.measure.paired_outputs import Edits, edits_of, error_difference
from attentif.measure.transduction import TransductionScores
from attentif.report.length_lines import LengthLine, LengthPanel, length_lines
from attentif.report.save import to_png, to_svg, whole
from attentif.ship.folder import strict
from attentif.text.units import BothUnits, fit_units
from attentif.train.callbacks import INTERRUPTED
from attentif.train.transduce import DEFAULTS, LUONG_ONLY, make_seq2seq
from attentif.transducer import Transducer

KINDS: tuple[str, ...] = Seq2SeqSettings.__dataclass_fields__["decoder"].metadata["allowed"]
WITHOUT = "none"  # attention
DRAWINGS = (".svg", ".png")
Train = Callable[[str, TransducerSettings, LoadedPairs], Transducer]


class DecoderRun(NamedTuple):
    """One training of one kind, judged on the test part."""

    kind: str
    seed: int
    hidden: int
    parameters: int
    seconds: float
    scores: TransductionScores
    edits: Edits
    lengths: tuple[int, ...]


@dataclass(frozen=True)
class DecoderComparison:
    """All trainings, kind by kind, and what may be concluded."""

    kinds: tuple[str, ...]
    runs: tuple[DecoderRun, ...]

    def of(self, kind: str) -> list[DecoderRun]:
        """The trainings of a kind."""
        return [run for run in self.runs if run.kind == kind]

    @property
    def groups(self) -> list[tuple[int, int]]:
        """The shortest and the longest source of each group, in units."""
        return [(group.shortest, group.longest) for group in self.runs[0].scores.by_length]

    def gap(self, kind: str, group: tuple[int, int] | None = None) -> Difference:
        """Unit error without attention minus that of a kind with it, of some sources or all."""
        low, high = group or (0, np.inf)
        lengths = np.array(self.runs[0].lengths)
        rows = np.flatnonzero((low <= lengths) & (lengths <= high))
        one, other = ([run.edits.at(rows) for run in self.of(name)] for name in (WITHOUT, kind))
        return error_difference(one, other)

    def conclusions(self) -> list[str]:
        """What the figures say of each kind with attention; nothing where `none` takes no part."""
        if WITHOUT not in self.kinds:
            return []
        return [self.said(kind) for kind in self.kinds if kind != WITHOUT]

    def said(self, kind: str) -> str:
        """Two sentences: over all sources, and long sources beside short ones."""
        whole, short, long = (self.gap(kind, at) for at in (None, self.groups[0], self.groups[-1]))
        outcome = "no difference is shown"
        if whole.low > 0 or whole.high < 0:
            outcome = f"attention {'wins' if whole.low > 0 else 'loses'}"
        return (
            f"{kind} beside {WITHOUT}: {outcome}; unit error lower by {points(whole)}. By length:"
            f" by {points(short)} on the shortest group, by {points(long)} on the"
            f" longest{growth(short, long) if whole.low > 0 else ''}."
        )

    def to_dict(self) -> dict[str, Any]:
        """For JSON."""
        gaps = [kind for kind in self.kinds if kind != WITHOUT and WITHOUT in self.kinds]
        return {
            "runs": [
                {
                    "decoder": run.kind,
                    "seed": run.seed,
                    "hidden_size": run.hidden,
                    "parameters": run.parameters,
                    "fit_seconds": run.seconds,
                    "scores": run.scores.to_dict(),
                }
                for run in self.runs
            ],
            "gaps": {
                kind: {
                    "all": self.gap(kind)._asdict(),
                    "by_length": [self.gap(kind, group)._asdict() for group in self.groups],
                }
                for kind in gaps
            },
            "conclusions": self.conclusions(),
        }


def growth(short: Difference, long: Difference) -> str:
    """Whether attention that wins does so most where a bottleneck hurts most.

    >>> growth(Difference(0.1, 0.0, 0.2, 0.04), Difference(0.1, 0.0, 0.2, 0.04))
    ': not more on long sources than on short ones'
    """
    if long.mean <= short.mean:
        return ": not more on long sources than on short ones"
    overlap = ", though the intervals overlap" if long.low <= short.high else ""
    return f": more on long sources than on short ones{overlap}"


def points(found: Difference) -> str:
    """A difference in percentage points with its interval.

    >>> points(Difference(0.051, 0.04, 0.062, 0.001))
    '5.1 points (95 %: 4.0 to 6.2)'
    """
    mean, low, high = (f"{100 * value:.1f}" for value in found[:3])
    return f"{mean} points (95 %: {low} to {high})"


def run(  # noqa: PLR0913  (one group of options each)
    source: str,
    given: Mapping[str, Any],
    wishes: CompareOptions,
    reading: ReadOptions,
    pairing: PairOptions,
    decoding: DecoderOptions,
) -> None:
    """Train each kind with each seed on the same pairs, print tables, draw, conclude.

    Args:
        given: the settings that were given as flags.
    """
    if "decoder" in given:
        raise ConfigError("compare takes a list of decoders: give --decoders instead.")
    alone = decoding.decoders == WITHOUT  # the kind of this name, not an empty list
    kinds = (WITHOUT,) if alone else tuple(dict.fromkeys(named(decoding.decoders, KINDS)))
    for kind in kinds:
        choose(dict.fromkeys(KINDS), kind, "a name in --decoders")
    picture = Path(decoding.picture) if decoding.picture else None
    if not kinds:
        raise ConfigError(
            f"--decoders must name one at least, or be 'all', got {decoding.decoders!r}."
        )
    if picture and picture.suffix not in DRAWINGS:
        raise ConfigError(
            f"--picture must be a file ending in .svg or .png, got {decoding.picture!r}."
        )
    if picture and not picture.parent.is_dir():
        raise ConfigError(
            f"{picture} cannot be written (no such folder). Choose another file with --picture."
        )
    name, loaded, settings = pairs_of(source, given, reading, pairing)
    loaded = parts_of(loaded, settings, Splitting(test=wishes.test), reading)
    errors = Console(stderr=True, quiet=wishes.quiet)
    found = compared(
        loaded, settings, kinds, decoding.seeds, tell=lambda words: sentence(errors, words)
    )
    if picture:
        draw(found, picture, name)
    if wishes.json:
        about = {"source": name, "provenance": loaded.provenance}
        print_json(strict(about | found.to_dict()))
    else:
        show(Console(), found, loaded, picture)


def trained(name: str, settings: TransducerSettings, loaded: LoadedPairs) -> Transducer:
    """A model; Ctrl-C ends the comparison, not only this training."""
    choosing = loaded.validation
    if choosing is None:
        raise DataError(f"{name}: the pairs to choose the epoch are missing.")
    model = Transducer(**settings.to_dict()).fit(
        loaded.train.sources,
        loaded.train.targets,
        validation=(choosing.sources, choosing.targets),
    )
    if model.stop_reason_ == INTERRUPTED:
        raise KeyboardInterrupt
    return model


def compared(  # noqa: PLR0913  (what is compared, and how it is told)
    loaded: LoadedPairs,
    settings: TransducerSettings,
    kinds: Sequence[str],
    seeds: int,
    *,
    tell: Callable[[str], None],
    train: Train = trained,
) -> DecoderComparison:
    """Train each kind with each seed on the same pairs, with as many weights and epochs.

    Args:
        tell: told after each training.
        train: (name, settings, pairs) -> a trained model.
    """
    units = fit_units(
        loaded.train.sources, loaded.train.targets, settings, shared=settings.tied == "all"
    )
    sized = dict(zip(kinds, of_equal_size(settings, kinds, units), strict=True))
    found = []
    for seed in range(settings.seed, settings.seed + seeds):
        for kind, own in sized.items():
            name = f"{kind}-seed-{seed}"
            began = time.perf_counter()
            model = train(name, replace(own, seed=seed), loaded)
            found.append(run_of(kind, seed, model, loaded, time.perf_counter() - began))
            tell(f"{name}: {said_of(found[-1].scores)} ({found[-1].seconds:.0f} s)")
    return DecoderComparison(tuple(kinds), tuple(found))


def of_equal_size(
    settings: TransducerSettings, kinds: Sequence[str], units: BothUnits
) -> list[TransducerSettings]:
    """Each kind's settings: the largest keeps its width, the others are widened to its weights."""
    own = [of_kind(settings, kind, beside=kinds) for kind in kinds]
    most = max(weights_of(one, units) for one in own)
    return [widened(one, units, most) for one in own]


def of_kind(
    settings: TransducerSettings, kind: str, *, beside: Sequence[str]
) -> TransducerSettings:
    """Settings of one kind of decoder, without what is about another kind beside it."""
    others = LUONG_ONLY if "luong" in beside and kind != "luong" else ()
    usual = {name: getattr(DEFAULTS, name) for name in others}
    return replace(settings, decoder=kind, **usual)


def widened(settings: TransducerSettings, units: BothUnits, wanted: int) -> TransducerSettings:
    """The even hidden size whose number of weights is nearest to `wanted`, from below or above."""
    low, high = settings.hidden_size, settings.hidden_size
    while weights_of(replace(settings, hidden_size=high), units) < wanted:
        low, high = high, 2 * high
    while high - low > 2:
        middle = low + 2 * ((high - low) // 4)
        fewer = weights_of(replace(settings, hidden_size=middle), units) < wanted
        low, high = (middle, high) if fewer else (low, middle)
    return min(
        (replace(settings, hidden_size=size) for size in (low, high)),
        key=lambda one: abs(weights_of(one, units) - wanted),
    )


def weights_of(settings: TransducerSettings, units: BothUnits) -> int:
    """How many weights a network of those settings has."""
    network = make_seq2seq(settings, units)
    return sum(weight.numel() for weight in network.state_dict().values())


def run_of(
    kind: str, seed: int, model: Transducer, loaded: LoadedPairs, seconds: float
) -> DecoderRun:
    """The model's outputs on the test part; a source with several targets counts once."""
    if not loaded.test or not loaded.test.pairs:
        raise DataError("a comparison needs pairs to judge on. Keep some aside with --test.")
    found = judged(model, loaded.test)
    return DecoderRun(
        kind, seed, model.settings_.hidden_size, model.n_parameters_, seconds, found.scores,
        edits_of(found.references, found.texts, found.cut),
        tuple(len(output.source) for output in found.written),
    )  # fmt: skip


def said_of(scores: TransductionScores) -> str:
    """The scores in words."""
    bleu = f", BLEU {scores.bleu.score:.1f}" if scores.bleu else ""
    return f"exact {scores.exact_match:.1%}, unit error {scores.unit_error:.1%}{bleu}"


def panels_of(found: DecoderComparison) -> list[LengthPanel]:
    """BLEU where it was asked for, else the share of right outputs; and the unit error."""
    machine = found.runs[0].scores.bleu is not None

    def lines(value: Callable[[Any], float]) -> list[LengthLine]:
        return [
            LengthLine(
                kind, [[value(group) for group in run.scores.by_length] for run in found.of(kind)]
            )
            for kind in found.kinds
        ]

    first = (
        LengthPanel("BLEU", lines(lambda group: group.bleu))
        if machine
        else LengthPanel("right as a whole", lines(lambda group: 100 * group.exact_match), "%")
    )
    return [first, LengthPanel("unit error", lines(lambda group: 100 * group.unit_error), "%")]


def draw(found: DecoderComparison, path: Path, name: str) -> None:
    """Write the picture by source length, through a temporary name."""
    n, seeds = found.runs[0].scores.n, len(found.of(found.kinds[0]))
    weights = round(statistics.fmean(run.parameters for run in found.runs), -3)
    second = f"{name}: {n:,} sources, {weights:,.0f} weights each, trainings a kind: {seeds}"
    figure = length_lines(found.groups, panels_of(found), second)
    if path.suffix == ".png":
        return to_png(figure, path)
    with whole(path) as unfinished:
        unfinished.write_text(to_svg(figure), encoding="utf-8")


def show(
    console: Console, found: DecoderComparison, loaded: LoadedPairs, picture: Path | None
) -> None:
    """Two tables and what may be concluded."""
    n, seeds = found.runs[0].scores.n, len(found.of(found.kinds[0]))
    heading(console, f"{loaded.name}: {n:,} sources to judge on, trainings a kind: {seeds}")
    sentence(console, loaded.provenance)
    columns = ["decoder", "hidden", "weights", "s", "exact", "unit error"]
    machine = found.runs[0].scores.bleu is not None
    scores = table_of([*columns, *(["BLEU"] if machine else [])])
    for kind in found.kinds:
        runs = found.of(kind)
        cells = [
            kind, str(runs[0].hidden), f"{runs[0].parameters:,}",
            f"{statistics.fmean(run.seconds for run in runs):.0f}",
            spread([100 * run.scores.exact_match for run in runs], "%"),
            spread([100 * run.scores.unit_error for run in runs], "%"),
        ]  # fmt: skip
        if machine:
            cells.append(spread([run.scores.bleu.score for run in runs if run.scores.bleu]))
        scores.add_row(*cells)
    console.print(scores)
    sentence(console, "Mean and standard deviation over the trainings; free-running.", "dim")
    for each in panels_of(found):
        heading(console, f"{each.score} by the length of the source, in units")
        lengths = table_of(["decoder", *(f"{a} to {b}" for a, b in found.groups)])
        for line in each.lines:
            lengths.add_row(line.name, *(f"{value:.1f}{each.unit}" for value in line.means))
        console.print(lengths)
    console.print()
    for words in found.conclusions():
        sentence(console, words)
    if picture:
        sentence(console, f"Drawn: {picture}")


def table_of(columns: Sequence[str]) -> Table:
    """An empty table, all columns but the first to the right."""
    table = Table(box=None, padding=(0, 2, 0, 0), header_style="dim")
    for place, name in enumerate(columns):
        table.add_column(name, justify="right" if place else "left")
    return table


def spread(values: Sequence[float], unit: str = "") -> str:
    """Mean and standard deviation.

    >>> spread([50.0, 52.0], "%"), spread([7.0])
    ('51.0 ±1.4%', '7.0')
    """
    if len(values) < 2:
        return f"{values[0]:.1f}{unit}"
    return f"{statistics.fmean(values):.1f} ±{statistics.stdev(values):.1f}{unit}"
