"""The command line: `attentif VERB ...`. Each verb's work is in the module of its name.

Nothing heavy is imported here: `--help` answers at once, and a verb loads what it needs.
"""

import os
import sys
from io import TextIOWrapper
from pathlib import Path
from typing import Any

import typer

from attentif import __version__
from attentif.app.flags import with_flags
from attentif.app.options import (
    CompareOptions,
    DataOptions,
    JsonOption,
    PredictOptions,
    Splitting,
    TrainOptions,
)
from attentif.config import DecisionSettings, NetworkSettings, TextSettings, TrainingSettings
from attentif.data.options import ReadOptions
from attentif.errors import AttentifError

USER_ERROR, INTERRUPTED = 2, 130
EXTRA = {"torch", "sklearn", "scipy", "safetensors", "matplotlib", "jinja2", "pooch", "jaxtyping"}
READING: dict[str, type] = {"Reading the file": ReadOptions}
SETTINGS: dict[str, type] = {
    "Training": TrainingSettings,
    "Network": NetworkSettings,
    "Text": TextSettings,
    "Decision": DecisionSettings,
}
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
    settings=SETTINGS,
)
def train(
    source: str = SOURCE,
    *,
    options: dict[str, Any],
    splitting: dict[str, Any],
    reading: dict[str, Any],
    settings: dict[str, Any],
) -> None:
    """Read, check, split, train, compare with baselines, report."""
    chosen = TrainOptions(**options), Splitting(**splitting), ReadOptions(**reading)
    from attentif.app.train import run

    run(source, settings, *chosen)


@app.command()
@with_flags(options={"Options": JsonOption}, reading=READING)
def test(
    model: Path = MODEL,
    source: str = typer.Argument(
        metavar="FILE|NAME", help="Labelled rows that the training never saw."
    ),
    *,
    options: dict[str, Any],
    reading: dict[str, Any],
) -> None:
    """Judge a model, once, on data the training never saw."""
    chosen = JsonOption(**options), ReadOptions(**reading)
    from attentif.app.test import run

    run(model, source, *chosen)


@app.command()
@with_flags(options={"Options": PredictOptions}, reading=READING)
def predict(
    model: Path = MODEL,
    source: str = typer.Argument(
        "-", metavar="[FILE|-]", help="A file, or '-' for standard input, one text a line."
    ),
    *,
    options: dict[str, Any],
    reading: dict[str, Any],
) -> None:
    """Answer each text: as many answers as texts, in order."""
    chosen = PredictOptions(**options), ReadOptions(**reading)
    from attentif.app.predict import run

    run(model, source, *chosen)


@app.command()
@with_flags(options={"Options": JsonOption})
def explain(
    model: Path = MODEL,
    texts: list[str] = typer.Argument(
        metavar="TEXT...", help="One text or several, each in quotes; '-': lines."
    ),
    *,
    options: dict[str, Any],
) -> None:
    """Which words, how sure, and whether the attention can be believed."""
    chosen = JsonOption(**options)
    from attentif.app.explain import run

    run(model, texts, chosen)


@app.command()
@with_flags(options={"Options": DataOptions}, reading=READING)
def data(source: str = SOURCE, *, options: dict[str, Any], reading: dict[str, Any]) -> None:
    """What is in this file, and what is wrong with it."""
    chosen = DataOptions(**options), ReadOptions(**reading)
    from attentif.app.data import run

    run(source, *chosen)


@app.command()
@with_flags(options={"Options": CompareOptions}, reading=READING, settings=SETTINGS)
def compare(
    source: str = SOURCE,
    *,
    options: dict[str, Any],
    reading: dict[str, Any],
    settings: dict[str, Any],
) -> None:
    """Networks and baselines on the same splits, with intervals."""
    chosen = CompareOptions(**options), ReadOptions(**reading)
    from attentif.app.compare import run

    run(source, settings, *chosen)


@app.callback(invoke_without_command=True)
def without_verb(
    context: typer.Context,
    version: bool = typer.Option(False, "--version", help="Print the version and stop."),
) -> None:
    """Recurrent networks with attention for short texts: train, judge, explain, use."""
    if version:
        print(__version__)
        raise typer.Exit
    if context.invoked_subcommand is None:
        print(context.get_help(), end="")


def main() -> None:
    """Run the command line; a user's mistake is one sentence and exit code 2."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, TextIOWrapper):  # whatever the locale says and a text holds
            stream.reconfigure(encoding="utf-8", errors="replace")
    try:
        command = typer.main.get_command(app)
        with command.make_context("attentif", sys.argv[1:]) as context:
            command.invoke(context)
        sys.stdout.flush()
    except typer.Exit as ended:
        sys.exit(ended.exit_code)
    except (AttentifError, UsageError) as error:
        stop(said_by(error))
    except KeyboardInterrupt:
        stop("interrupted.", INTERRUPTED)
    except BrokenPipeError:  # the reader went away, as in `| head`
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    except OSError as error:  # a full disk, a folder without permission
        stop(f"{error.filename or 'the output'}: {error.strerror or error}.")
    except ModuleNotFoundError as error:
        if (error.name or "").split(".")[0] not in EXTRA:
            raise
        stop(f"this needs {error.name}, which is not installed. Run: pip install 'attentif[train]'")


def said_by(error: Exception) -> str:
    """The sentence of our own error, or of one that the flags' parser found."""
    if isinstance(error, AttentifError):
        return str(error)
    context = getattr(error, "ctx", None)
    verb = context.command_path if context else "attentif"
    words = " ".join(getattr(error, "format_message", error.__str__)().split())
    return f"{words}{'' if words.endswith(('.', '?')) else '.'} For help: {verb} --help"


def stop(words: str, code: int = USER_ERROR) -> None:
    """Print one sentence on standard error and exit."""
    print(f"attentif: {words}", file=sys.stderr)
    sys.exit(code)


if __name__ == "__main__":
    main()
