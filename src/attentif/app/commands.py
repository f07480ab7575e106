"""The verbs, their arguments and their flags. Each verb's work is in the module of its name.

Nothing heavy is imported here but typer: a verb loads what it needs.
"""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import typer

from attentif.app.flags import with_flags, with_pairs
from attentif.app.options import (
    CompareOptions,
    DataOptions,
    ExportOptions,
    InspectOptions,
    JsonOption,
    LabOptions,
    PredictOptions,
    Splitting,
    TrainOptions,
)
from attentif.app.transducer_flags import (
    Apart,
    DecoderOptions,
    PairOptions,
    SearchOptions,
    TransducerFlags,
    WritingOptions,
    check_flags,
    refuse_for_classifiers,
)
from attentif.config import DecisionSettings, NetworkSettings, TextSettings, TrainingSettings
from attentif.data.options import ReadOptions
from attentif.errors import ConfigError

READING: dict[str, type] = {"Reading the file": ReadOptions}
SETTINGS: dict[str, type] = {
    "Training": with_pairs(TrainingSettings),
    "Network": with_pairs(NetworkSettings),
    "Text": with_pairs(TextSettings),
    "Decision": DecisionSettings,
}
PAIRS = "Pairs of texts (--task transduce)"
SEARCHING: dict[str, type] = {"Writing (transducers)": SearchOptions}
TRANSDUCING: dict[str, type] = {"Transducing (with --task transduce)": TransducerFlags}
SOURCE = typer.Argument(
    "messages",
    metavar="[FILE|NAME]",
    help="A file, '-' for standard input, or data by name (sms-spam, trec ...).",
)
MODEL = typer.Argument(metavar="MODEL", help="A model folder.")
UsageError: type[Exception] = typer.BadParameter.__mro__[1]  # typer's or click's

app = typer.Typer(add_completion=False, rich_markup_mode="rich")


@app.command()
@with_flags(
    options={"Options": TrainOptions},
    splitting={"Splitting": Splitting},
    reading=READING,
    pairing={PAIRS: PairOptions},
    settings=SETTINGS | TRANSDUCING,
)
def train(
    source: str = SOURCE,
    *,
    options: dict[str, Any],
    splitting: dict[str, Any],
    reading: dict[str, Any],
    pairing: dict[str, Any],
    settings: dict[str, Any],
) -> None:
    """Read, check, split, train, compare with baselines, report."""
    chosen = TrainOptions(**options), Splitting(**splitting), ReadOptions(**reading)
    pairs = PairOptions(**pairing)
    check_flags([*options, *pairing, *settings], pairs.task)
    if pairs.task == "transduce":
        from attentif.app.transduce import run as run_pairs

        return run_pairs(source, settings, *chosen, pairs)
    from attentif.app.train import run

    run(source, settings, *chosen)


@app.command()
@with_flags(
    options={"Options": JsonOption},
    pairing={"Pairs of texts": Apart},
    searching=SEARCHING,
    reading=READING,
)
def test(
    model: Path = MODEL,
    source: str = typer.Argument(
        metavar="FILE|NAME", help="Labelled rows that the training never saw."
    ),
    *,
    options: dict[str, Any],
    pairing: dict[str, Any],
    searching: dict[str, Any],
    reading: dict[str, Any],
) -> None:
    """Judge a model, once, on data the training never saw."""
    chosen = JsonOption(**options), ReadOptions(**reading)
    from attentif.ship.folder import is_transducer

    if is_transducer(model):
        from attentif.app.transduce import test as test_pairs

        return test_pairs(model, source, *chosen, SearchOptions(**searching), Apart(**pairing))
    refuse_for_classifiers(model, [*pairing, *searching])
    from attentif.app.test import run

    run(model, source, *chosen)


@app.command()
@with_flags(
    options={"Options": PredictOptions},
    writing={"Writing (transducers)": WritingOptions},
    reading=READING,
)
def predict(
    model: Path = MODEL,
    source: str = typer.Argument(
        "-", metavar="[FILE|-]", help="A file, or '-' for standard input, one text a line."
    ),
    *,
    options: dict[str, Any],
    writing: dict[str, Any],
    reading: dict[str, Any],
) -> None:
    """Answer each text: as many answers as texts, in order."""
    chosen = PredictOptions(**options), ReadOptions(**reading)
    from attentif.ship.folder import is_transducer

    if is_transducer(model):
        from attentif.app.write import predict as write

        return write(model, source, *chosen, WritingOptions(**writing))
    refuse_for_classifiers(model, writing)
    from attentif.app.predict import run

    run(model, source, *chosen)


@app.command()
@with_flags(options={"Options": JsonOption}, searching=SEARCHING)
def explain(
    model: Path = MODEL,
    texts: list[str] = typer.Argument(
        metavar="TEXT...", help="One text or several, each in quotes; '-': lines."
    ),
    *,
    page: str = typer.Option("", help="Write the same to this HTML file too."),
    gradients: bool = typer.Option(
        False,
        show_default=False,
        help="With gradient times input and integrated gradients (needs PyTorch). \\[default: off]",
    ),
    options: dict[str, Any],
    searching: dict[str, Any],
) -> None:
    """Which words, how sure, and whether the attention can be believed."""
    chosen = JsonOption(**options)
    from attentif.ship.folder import is_transducer

    if is_transducer(model):
        from attentif.app.explain import given
        from attentif.app.write import explain as align

        if gradients:
            raise ConfigError("--gradients is for classifiers, and this is none: leave it out.")
        return align(model, given(texts), chosen, SearchOptions(**searching), page)
    refuse_for_classifiers(model, searching)
    from attentif.app.explain import run

    run(model, texts, chosen, page, gradients)


@app.command()
@with_flags(options={"Options": InspectOptions}, reading=READING)
def inspect(
    model: Path = MODEL,
    source: str = typer.Argument(metavar="FILE|NAME", help="Texts to look with, labelled or not."),
    *,
    options: dict[str, Any],
    reading: dict[str, Any],
) -> None:
    """What the network does inside, and whether its attention can be believed."""
    chosen = InspectOptions(**options), ReadOptions(**reading)
    from attentif.app.inspect import run

    run(model, source, *chosen)


@app.command()
@with_flags(options={"Options": ExportOptions}, reading=READING)
def export(
    model: Path = MODEL,
    source: str = typer.Argument(
        metavar="FILE|NAME", help="Labelled rows that the training never saw."
    ),
    *,
    options: dict[str, Any],
    reading: dict[str, Any],
) -> None:
    """A folder of less than half the size, and what that costs on a file."""
    chosen = ExportOptions(**options), ReadOptions(**reading)
    from attentif.app.export import run

    run(model, source, *chosen)


@app.command()
@with_flags(options={"Options": DataOptions}, reading=READING)
def data(source: str = SOURCE, *, options: dict[str, Any], reading: dict[str, Any]) -> None:
    """What is in this file, and what is wrong with it."""
    chosen = DataOptions(**options), ReadOptions(**reading)
    from attentif.app.data import run

    run(source, *chosen)


@app.command()
@with_flags(
    options={"Options": CompareOptions},
    reading=READING,
    pairing={PAIRS: PairOptions},
    decoding={PAIRS: DecoderOptions},
    settings=SETTINGS | TRANSDUCING,
)
def compare(
    source: str = SOURCE,
    *,
    options: dict[str, Any],
    reading: dict[str, Any],
    pairing: dict[str, Any],
    decoding: dict[str, Any],
    settings: dict[str, Any],
) -> None:
    """Networks and baselines on the same splits, or decoders, with intervals."""
    chosen, pairs = CompareOptions(**options), PairOptions(**pairing)
    check_flags([*options, *pairing, *decoding, *settings], pairs.task)
    if pairs.task == "transduce":
        from attentif.app.compare_pairs import run as run_pairs

        decoders = DecoderOptions(**decoding)
        return run_pairs(source, settings, chosen, ReadOptions(**reading), pairs, decoders)
    from attentif.app.compare import run

    run(source, settings, chosen, ReadOptions(**reading))


@app.command()
@with_flags(options={"Options": LabOptions})
def lab(
    name: str = typer.Argument("", metavar="[NAME]", help="An experiment; without: the list."),
    source: str = typer.Argument(
        "", metavar="[FILE|NAME]", help="Labelled texts; without: the messages shipped with this."
    ),
    *,
    options: dict[str, Any],
) -> None:
    """The workshop's experiments: numbers, pictures, and the equations beside them."""
    chosen = LabOptions(**options)
    if not name:
        from attentif.app.experiments import run as list_all

        return list_all(chosen)
    from attentif.lab.experiments import entry_of

    entry_of(name)  # refused before torch is loaded
    from attentif.app.lab import run

    run(name, source, chosen)


def run(arguments: Sequence[str]) -> None:
    """Do what a command line says, or print the help that it asks for.

    Raises:
        ConfigError: a mistake in it, in one sentence.
        SystemExit: help was printed.
    """
    command = typer.main.get_command(app)
    try:
        with command.make_context("attentif", [*arguments]) as context:
            command.invoke(context)
    except typer.Exit as ended:
        raise SystemExit(ended.exit_code) from None
    except UsageError as error:
        raise ConfigError(said_by(error)) from error


def said_by(error: Exception) -> str:
    """The sentence of an error that the flags' parser found."""
    context = getattr(error, "ctx", None)
    verb = context.command_path if context else "attentif"
    words = " ".join(getattr(error, "format_message", error.__str__)().split())
    words += "" if words.endswith((".", "?")) else "."
    pairs = context and any(option.name == "target_file" for option in context.command.params)
    if pairs and "unexpected extra argument" in words:
        words += " One file is read; a file of targets goes to --target-file."
    return f"{words} For help: {verb} --help"
