"""`attentif train --task transduce` and `attentif test` on a transducer."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any, NamedTuple

from rich.console import Console

from attentif.app.lines import print_json
from attentif.app.material import check_one_way, refuse_a_share
from attentif.app.options import JsonOption, Splitting, TrainOptions
from attentif.app.output import heading, sentence
from attentif.app.source import first_of, load_paired, names
from attentif.app.transducer_flags import Apart, PairOptions, SearchOptions
from attentif.config import TransducerSettings
from attentif.data.findings import counted
from attentif.data.options import ReadOptions
from attentif.data.pair_corpora import LoadedPairs
from attentif.data.pairs import PairReading, alternatives, read_pairs, split_by_source
from attentif.errors import ConfigError, DataError
from attentif.measure.transduction import Machine, Outputs, TransductionScores, score_outputs
from attentif.ship.folder import strict
from attentif.ship.saving import check_place
from attentif.ship.transducer_folder import transducer_card
from attentif.text.units import normal
from attentif.train.callbacks import INTERRUPTED
from attentif.train.checkpoint import FILE, discard
from attentif.train.loop import Callback, Run
from attentif.train.outputs import Output
from attentif.transducer import Transducer

DEFAULT = "dates"
TRANSLATED = ("words", "subwords")  # units of targets for which BLEU says something
AS_MADE, TOGETHER = SearchOptions(), Apart()
BETWEEN_BLANKS = "spaced"  # a "word" is a unit then: of phones, not what a word error means
REPEATED = 20  # wrong outputs that metrics.json lists


def run(  # noqa: PLR0913  (one group of options each)
    source: str,
    given: Mapping[str, Any],
    wishes: TrainOptions,
    splitting: Splitting,
    reading: ReadOptions,
    pairing: PairOptions,
) -> None:
    """Read pairs, split, train, judge, save, tell.

    Args:
        source: a file, "-" or pairs by name; "messages", the classifiers' default, means the
            dates.
        given: the settings that were given as flags.
    """
    out = Path(wishes.out)
    check_place(out)
    name, loaded, settings = pairs_of(source, given, reading, pairing)
    errors = Console(stderr=True, quiet=wishes.quiet)
    account = loaded.train.account()  # of all that was read, before it is split
    for words in account:
        sentence(errors, words)
    loaded = parts_of(loaded, settings, splitting, reading)
    checkpoint = out.with_name(f".{out.name}.training")
    learnt, choosing = loaded.train, loaded.validation
    if choosing is None:
        raise DataError("the pairs to choose the epoch are missing.")
    model = Transducer(**settings.to_dict()).fit(
        learnt.sources,
        learnt.targets,
        validation=(choosing.sources, choosing.targets),
        callbacks=[Lines(lambda words: sentence(errors, words))],
        checkpoint=checkpoint,
        resume=wishes.resume,
    )
    metrics = metrics_of(model, loaded, name, pairing) | {"data": account}
    model.save(out, metrics=metrics, card=transducer_card(model.settings_, metrics))
    if wishes.json:
        print_json(metrics)
    else:
        show(Console(), metrics, out)
    if model.stop_reason_ == INTERRUPTED and (checkpoint / FILE).is_file():
        sentence(errors, "To go on with this training, give the same command with --resume.")
    else:
        discard(checkpoint)


def pairs_of(
    source: str, given: Mapping[str, Any], reading: ReadOptions, pairing: PairOptions
) -> tuple[str, LoadedPairs, TransducerSettings]:
    """The name of the pairs, the pairs, and the settings, whose units are theirs unless given.

    Args:
        source: see `run`.

    Raises:
        ConfigError: an order of numbers for pairs that are not made here.
    """
    name = DEFAULT if source == "messages" else source
    if not (pairing.day_first or names(name, [DEFAULT])):
        raise ConfigError(f"--no-day-first is for {DEFAULT}, got {name}. Leave it out.")
    loaded = load_paired(name, reading, target=pairing.target_file, day_first=pairing.day_first)
    units = dict(zip(("source_units", "target_units"), loaded.units, strict=True))
    return name, loaded, TransducerSettings.from_dict(units | dict(given))


class Lines(Callback):
    """One sentence an epoch, in which both kinds of numbers are named."""

    def __init__(self, tell: Callable[[str], None]) -> None:
        self.tell = tell

    def on_epoch(self, run: Run) -> None:
        """Say it."""
        numbers = run.metrics
        said = f"epoch {run.epoch:3}  loss {numbers['loss']:.4f}"
        if "validation_loss" in numbers:
            said += (
                f"  teacher-forced: loss {numbers['validation_loss']:.4f}"
                f" units {numbers['validation_teacher_forced_accuracy']:.3f}"
                f"  free-running: exact {numbers['validation_exact_match']:.3f}"
                f" unit error {numbers['validation_token_error']:.3f}"
                f" cut {numbers['validation_cut']:.1%}"
            )
        self.tell(said)

    def on_end(self, run: Run) -> None:
        """Say why training ended early."""
        if run.stop_reason:
            self.tell(run.stop_reason)


def parts_of(
    loaded: LoadedPairs, settings: TransducerSettings, splitting: Splitting, reading: ReadOptions
) -> LoadedPairs:
    """All three parts: its own ones, those of another file, or shares of the sources, drawn."""
    if splitting.first or splitting.split_column:
        raise ConfigError(
            "--first and --split-column are for classifiers; for pairs use --test or --test-file."
        )
    check_one_way(splitting)
    if splitting.test_file:
        loaded = replace(loaded, test=read_pairs(splitting.test_file, None, reading))
    elif loaded.test:
        refuse_a_share(loaded.name, splitting)
    if loaded.validation and loaded.test:
        return loaded
    pairs, share = loaded.train.pairs, settings.validation
    test = 0.0 if loaded.test else splitting.test
    split = split_by_source(
        loaded.train.sources, validation=share * (1 - test), test=test, seed=settings.seed
    )
    train, choosing, judging = (
        replace(loaded.train, pairs=[pairs[row] for row in rows]) for rows in split
    )
    said = (
        f" Split by source, drawn with seed {settings.seed}: {test:.0%} to judge on, {share:.0%}"
        " of the others to choose the epoch."
    )
    return replace(
        loaded, train=train, validation=choosing, test=loaded.test or judging,
        provenance=loaded.provenance + said,
    )  # fmt: skip


class Judged(NamedTuple):
    """What a model wrote for the sources of some pairs, each source once, and how right it is.

    references: of each source; several targets of one source are all right.
    cut: a target -> its units, by which errors are counted.
    """

    sources: list[str]
    written: list[Output]
    references: list[list[str]]
    scores: TransductionScores
    cut: Callable[[str], list[str]]

    @property
    def texts(self) -> list[str]:
        """The outputs alone."""
        return [output.text for output in self.written]

    @property
    def wrong(self) -> list[dict[str, str]]:
        """The first outputs that are not right."""
        found = [
            {"source": source, "output": output.text, "right": own[0], "note": output.note}
            for source, output, own in zip(self.sources, self.written, self.references, strict=True)
            if output.text not in own
        ]
        return found[:REPEATED]


def judged(model: Transducer, reading: PairReading) -> Judged:
    """Let the model write for pairs that training never saw.

    Raises:
        DataError: no pair.
    """
    if not reading.pairs:
        raise DataError(f"{reading.name} has no pair to judge on. Name another file.")
    target = model.units_.target
    once = list(alternatives(reading.sources, reading.targets))
    sources = [source for source, _ in once]
    written = model.write(sources)
    references = [[normal(target, one) for one in own] for _, own in once]
    outputs = Outputs(
        [output.text for output in written],
        [len(output.source) for output in written],
        [output.cut for output in written],
    )

    def cut(text: str) -> list[str]:
        return [unit.text for unit in target.cut(text)]

    scores = score_outputs(
        references, outputs, units=cut, machine=model.settings_.target_units in TRANSLATED
    )
    return Judged(sources, written, references, scores, cut)


def metrics_of(
    model: Transducer, loaded: LoadedPairs, name: str, pairing: PairOptions
) -> dict[str, Any]:
    """All that is told of a training, ready for JSON."""
    parts = {"validation": loaded.validation, "test": loaded.test}
    sizes = {part: len(own.pairs) for part, own in parts.items() if own}
    found: dict[str, Any] = {
        "task": "transduce",
        "source": name,
        "day_first": pairing.day_first,
        "provenance": loaded.provenance,
        "split": {"train": len(loaded.train.pairs)} | sizes,
        "training": {
            "best_epoch": model.best_epoch_,
            "epochs": len(model.history_),
            "parameters": model.n_parameters_,
            "stop_reason": model.stop_reason_,
            "seconds": model.seconds_,
        },
        "notes": model.notes_,
    }
    kept = next((row for row in model.history_ if row["epoch"] == model.best_epoch_), {})
    found["chosen_by"] = {key: value for key, value in kept.items() if "validation" in key}
    part = "test" if sizes.get("test") else "validation"
    judged_on = parts[part]
    if judged_on and judged_on.pairs:
        answers = judged(model, judged_on)
        found |= {"judged_on": part, part: answers.scores.to_dict(), "wrong": answers.wrong}
        found["verdict"] = verdict(answers.scores, part, kept, model.settings_.target_units)
    checked: dict[str, Any] = strict(found)
    return checked


def verdict(
    scores: TransductionScores, part: str, kept: Mapping[str, float], unit: str
) -> list[str]:
    """The honest sentences, exact match first."""
    low, high = scores.exact_interval
    words = f", word error {scores.word_error:.2%}" if unit != BETWEEN_BLANKS else ""
    said = [
        f"{scores.exact_match:.1%} of {scores.n:,} {part} outputs are right as a whole (95 %"
        f" interval {low:.1%} to {high:.1%}), each written from its source alone.",
        f"Unit error ({unit}) {scores.unit_error:.2%}, character error"
        f" {scores.character_error:.2%}{words}.",
    ]
    said += [
        f"{name} {machine.score:.2f} ({machine.signature})."
        for name, machine in (("BLEU", scores.bleu), ("chrF", scores.chrf))
        if isinstance(machine, Machine)
    ]
    if "validation_teacher_forced_accuracy" in kept:
        said.append(
            "On the validation pairs, given the right units before (teacher-forced),"
            f" {kept['validation_teacher_forced_accuracy']:.1%} of the units are found; writing"
            f" alone (free-running), {kept['validation_token_accuracy']:.1%} stand in place and"
            f" {kept['validation_exact_match']:.1%} of the outputs are right."
        )
    if scores.cut:
        said.append(f"{scores.cut:.1%} of the outputs met the limit of their length: cut.")
    return said


def show(console: Console, metrics: Mapping[str, Any], out: Path) -> None:
    """For a person: the verdict first."""
    heading(console, "Verdict")
    for words in [*metrics.get("verdict", ["Nothing was judged."]), *metrics["notes"]]:
        sentence(console, words)
    heading(console, "Data")
    sentence(console, metrics["provenance"])
    sizes = ", ".join(f"{n:,} to {part}" for part, n in metrics["split"].items())
    sentence(console, f"Pairs: {sizes}.")
    heading(console, "Training")
    training = metrics["training"]
    sentence(
        console,
        f"Epoch {training['best_epoch']} of {training['epochs']} kept;"
        f" {training['parameters']:,} weights; {training['seconds']:.1f} s.",
    )
    show_groups(console, metrics.get(metrics.get("judged_on", ""), {}).get("by_length", []))
    show_wrong(console, metrics.get("wrong", []))
    console.print()
    sentence(console, f"Model: {out}")


def show_groups(console: Console, groups: Sequence[Mapping[str, Any]]) -> None:
    """The scores by the length of the source: where the bottleneck would show."""
    if not groups:
        return
    heading(console, "By length of the source, in units")
    for group in groups:
        bleu = "" if group["bleu"] is None else f"  BLEU {group['bleu']:.1f}"
        sentence(
            console,
            f"{group['shortest']:4} to {group['longest']:4}  {group['n']:6,} sources  exact"
            f" {group['exact_match']:.3f}  unit error {group['unit_error']:.3f}{bleu}",
        )


def show_wrong(console: Console, wrong: Sequence[Mapping[str, str]]) -> None:
    """Some outputs that are wrong."""
    if wrong:
        heading(console, "Some that are wrong")
    for one in wrong[:5]:
        sentence(console, f"{one['source']!r}: {one['output']!r}, right: {one['right']!r}")


def opened_transducer(folder: Path, search: SearchOptions, n_best: int = 1) -> Transducer:
    """The model, its search as asked for."""
    model = Transducer.load(folder)
    model.beam = max(search.beam or model.beam, n_best)
    model.copy_unknown = model.copy_unknown or search.copy
    return model


def test(
    folder: Path,
    source: str,
    wishes: JsonOption,
    options: ReadOptions,
    search: SearchOptions = AS_MADE,
    apart: Apart = TOGETHER,
) -> None:
    """Judge a transducer, once, on pairs the training never saw.

    Args:
        apart: the file of the targets, if they are not in that of the sources.
    """
    model = opened_transducer(folder, search)
    day_first = bool(model.metrics_.get("day_first", 1))
    loaded = load_paired(source, options, target=apart.target_file, day_first=day_first)
    reading = first_of(loaded.test or loaded.train, options.max_rows)
    answers = judged(model, reading)
    scores = answers.scores
    errors = Console(stderr=True)
    for words in reading.account():
        sentence(errors, words)
    if loaded.test is None and model.metrics_.get("source") == source:
        sentence(errors, f"{source} is what the model was trained on: its scores flatter.")
    if wishes.json:
        print_json(strict(scores.to_dict()))
        return
    console = Console()
    heading(console, f"{source}: {counted(scores.n, 'source')}")
    for words in verdict(scores, "test", {}, model.settings_.target_units):
        sentence(console, words)
    show_groups(console, [group._asdict() for group in scores.by_length])
    show_wrong(console, answers.wrong)
