"""How right are the outputs of a transducer on real pairs: translations, pronunciations, dates?

    python -m benchmarks.pairs [NAME ...] [--seeds 1] [--set name=value ...] [--json FILE]

Names are those of `pair_protocols.PROTOCOLS`; without one, all (several hours). Each is
trained with so many seeds by the settings that the protocol names; the epoch is chosen by the
greedy outputs on validation pairs. The test part is judged once a training, free-running,
with greedy search, which the lines to reach are about, and with a beam. BLEU is sacrebleu's
on lower-cased text, and beside it, for figures that were published so, that of tokens cut
by attentif's own rules (marks apart, French elisions cut) and not by Moses'.

A trained model is kept under the folder of ATTENTIF_BENCH and judged again without another
training while its settings are the same; an interrupted training is resumed. Data: by name,
in the folder that ATTENTIF_DATA names; what is missing is skipped, and said.
"""

import statistics
import sys
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from attentif.app.transduce import judged
from attentif.config import TransducerSettings
from attentif.data.pair_corpora import LoadedPairs
from attentif.data.pairs import PairReading
from attentif.errors import DataError
from attentif.measure.transduction import TransductionScores, bleu
from attentif.text.tokenize import words
from attentif.transducer import Transducer
from benchmarks.pair_protocols import PROTOCOLS, PairProtocol, load_for, settings_for
from benchmarks.pair_training import Learnt, learnt
from benchmarks.peers.environments import FOLDER
from benchmarks.protocol_runs import run_protocols
from benchmarks.record import Goal, Section

QUESTION = "How right are written outputs?"
HEADER = (
    "", "weights", "epochs", "best", "min", "min of processor", "exact %", "unit error %", "BLEU",
    "BLEU of tokens", "cut %",
)  # fmt: skip


class Judged(NamedTuple):
    """One way of searching, on the test part.

    tokens: BLEU of tokens; None where BLEU says nothing.
    """

    beam: int
    scores: TransductionScores
    tokens: float | None


class Tried(NamedTuple):
    """One training and its outputs on the test part: greedy first, then the beam's."""

    seed: int
    learnt: Learnt
    judged: list[Judged]


def main() -> int:
    """Run the protocols; 1 when a line falls short."""
    return run_protocols(
        __doc__ or "",
        QUESTION,
        PROTOCOLS,
        section_of,
        defaults=TransducerSettings().to_dict(),
        seeds=1,
    )


def section_of(name: str, protocol: PairProtocol, seeds: int, given: Mapping[str, Any]) -> Section:
    """One protocol: its trainings, the table, the lines."""
    loaded = load_for(name)
    tried = [trial(name, protocol, loaded, seed, given) for seed in range(seeds)]
    judged_on = tried[0].judged[0].scores.n
    section = Section(
        f"{protocol.about}: {len(loaded.train.pairs):,} pairs to learn from, {judged_on:,} sources"
        " to judge on",
        HEADER,
        [row_of(one, judged) for one in tried for judged in one.judged],
        [loaded.provenance, f"Settings: {shown({**protocol.settings, **given})}."],
    )
    section.sentences += [curve_of(one) for one in tried]
    section.sentences += [f"Published: {anchor}." for anchor in protocol.anchors]
    section.goals = goals_of(protocol, tried)
    section.data = [raw(one) for one in tried]
    return section


def trial(
    name: str, protocol: PairProtocol, loaded: LoadedPairs, seed: int, given: Mapping[str, Any]
) -> Tried:
    """Train, or take what was trained before, and judge."""
    train, choosing, test = loaded.train, loaded.validation, loaded.test
    if choosing is None or test is None:
        raise DataError(f"{name} has no parts of its own to choose and to judge. Draw them.")
    settings = settings_for(loaded, protocol, seed, given)
    place = FOLDER / "transducers" / f"{name}-seed-{seed}"
    found = learnt(place, settings, train, choosing)
    beams = (1, protocol.beam)
    return Tried(seed, found, [judge(found.model, test, beam) for beam in beams])


def judge(model: Transducer, reading: PairReading, beam: int) -> Judged:
    """The outputs of one way of searching; a source with several targets is judged once."""
    model.beam = beam
    found = judged(model, reading)
    tokens = token_bleu(found.references, found.texts) if found.scores.bleu else None
    return Judged(beam, found.scores, tokens)


def token_bleu(references: Sequence[Sequence[str]], texts: Sequence[str]) -> float:
    """BLEU of the tokens that `attentif.text.tokenize` finds."""
    cut = [[" ".join(words(one)) for one in own] for own in references]
    return bleu(cut, [" ".join(words(text)) for text in texts], tokenize="none").score


def row_of(one: Tried, judged: Judged) -> list[str]:
    """A line of the table."""
    scores, found = judged.scores, one.learnt
    search = f"beam {judged.beam}" if judged.beam > 1 else "greedy"
    return [
        f"seed {one.seed}, {search}", f"{found.model.n_parameters_:,}", str(found.epochs),
        str(found.best_epoch), f"{found.seconds / 60:.1f}", f"{found.processor / 60:.1f}",
        f"{100 * scores.exact_match:.2f}",
        f"{100 * scores.unit_error:.2f}", f"{scores.bleu.score:.2f}" if scores.bleu else "",
        "" if judged.tokens is None else f"{judged.tokens:.2f}", f"{100 * scores.cut:.2f}",
    ]  # fmt: skip


def shown(settings: Mapping[str, Any]) -> str:
    """Settings in words.

    >>> shown({"hidden_size": 64, "tied": "all"})
    'hidden_size 64, tied all'
    """
    return ", ".join(f"{name} {value}" for name, value in settings.items()) or "the defaults"


def curve_of(one: Tried) -> str:
    """The free-running unit error of each epoch on the validation pairs."""
    errors = (f"{100 * row['validation_token_error']:.1f}" for row in one.learnt.curve)
    return f"Seed {one.seed}, unit error on validation pairs by epoch, in %: {' '.join(errors)}."


def goals_of(protocol: PairProtocol, tried: Sequence[Tried]) -> list[Goal]:
    """The lines, of the greedy outputs: their mean over the seeds."""
    found = []
    for line in protocol.lines:
        value = statistics.fmean(line.score(one.judged[0].scores) for one in tried)
        beam = statistics.fmean(line.score(one.judged[-1].scores) for one in tried)
        said = f"{value:.2f} ({beam:.2f} with a beam of {tried[0].judged[-1].beam})"
        found.append(Goal(line.wanted, said, line.reached(value)))
    return found


def raw(one: Tried) -> dict[str, Any]:
    """All numbers of a training, for the record."""
    found = one.learnt
    return {
        "seed": one.seed,
        "parameters": found.model.n_parameters_,
        "seconds": found.seconds,
        "processor_seconds": found.processor,
        "best_epoch": found.best_epoch,
        "curve": found.curve,
        "judged": [
            {"beam": own.beam, "bleu_of_tokens": own.tokens, **own.scores.to_dict()}
            for own in one.judged
        ],
    }


if __name__ == "__main__":
    sys.exit(main())
