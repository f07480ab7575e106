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

import argparse
import statistics
import sys
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

from attentif.config import TransducerSettings, choose
from attentif.data.pair_corpora import LoadedPairs
from attentif.data.pairs import PairReading, alternatives
from attentif.errors import AttentifError, DataError
from attentif.measure.transduction import Outputs, TransductionScores, bleu, score_outputs
from attentif.text.tokenize import words
from attentif.text.units import normal
from attentif.transducer import Transducer
from benchmarks.pair_protocols import PROTOCOLS, PairProtocol, load_for, settings_for
from benchmarks.pair_training import Learnt, learnt
from benchmarks.peers.environments import FOLDER
from benchmarks.record import Goal, Section, exit_code, keep

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
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("names", nargs="*", default=list(PROTOCOLS), metavar="NAME")
    parser.add_argument("--seeds", type=int, default=1)
    parser.add_argument("--set", action="append", default=[], metavar="NAME=VALUE")
    parser.add_argument("--json", type=Path)
    arguments = parser.parse_args()
    given = typed(dict(pair.split("=", 1) for pair in arguments.set))
    sections = []
    for name in arguments.names:
        try:
            protocol = choose(PROTOCOLS, name, "a protocol")
            sections.append(section_of(name, protocol, arguments.seeds, given))
        except AttentifError as error:
            print(f"{name}: skipped: {error}", file=sys.stderr)
            continue
        sections[-1].show()
        keep(arguments.json, QUESTION, name, sections[-1])
    return exit_code(sections)


def typed(given: Mapping[str, str]) -> dict[str, Any]:
    """Settings from the command line in their types.

    >>> typed({"hidden_size": "64", "input_feeding": "True", "decoder": "none"})
    {'hidden_size': 64, 'input_feeding': True, 'decoder': 'none'}
    """
    defaults = TransducerSettings().to_dict()
    found: dict[str, Any] = {}
    for name, value in given.items():
        default = choose(defaults, name, "a setting's name")
        found[name] = value == "True" if isinstance(default, bool) else type(default)(value)
    return found


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
    return Tried(seed, found, [judge(found.model, test, beam, protocol) for beam in beams])


def judge(model: Transducer, reading: PairReading, beam: int, protocol: PairProtocol) -> Judged:
    """The outputs of one way of searching; a source with several targets is judged once."""
    model.beam = beam
    target = model.units_.target
    once = list(alternatives(reading.sources, reading.targets))
    written = model.write([source for source, _ in once])
    references = [[normal(target, one) for one in own] for _, own in once]
    texts = [output.text for output in written]
    outputs = Outputs(
        texts, [len(output.source) for output in written], [output.cut for output in written]
    )
    cut: Callable[[str], list[str]] = lambda text: [unit.text for unit in target.cut(text)]  # noqa: E731
    scores = score_outputs(references, outputs, units=cut, machine=protocol.translation)
    tokens = token_bleu(references, texts) if protocol.translation else None
    return Judged(beam, scores, tokens)


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
