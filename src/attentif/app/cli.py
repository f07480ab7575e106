"""The command line: `attentif VERB ...`. Each verb's work is in the module of its name.

Nothing heavy is imported here: `--help` answers at once, and a verb loads what it needs.
"""

import os
import sys
from importlib.metadata import version
from pathlib import Path
from typing import Any

import typer

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

USER_ERROR = 2
EXTRA = {"torch", "sklearn", "scipy", "safetensors", "matplotlib", "jinja2", "pooch", "jaxtyping"}
READING: dict[str, type] = {"Reading the file": ReadOptions}
SETTINGS: dict[str, type] = {
    "Training": TrainingSettings,
    "Network": NetworkSettings,
    "Text": TextSettings,
    "Decision": DecisionSettings,
}
SOURCE = typer.Argument(
    "messages", help="A file, '-' for standard input, or data by name (sms-spam, trec ...)."
)
MODEL = typer.Argument(help="A model folder.")

app = typer.Typer(
    help="Recurrent networks with attention for short texts: train, judge, explain, use.",
    add_completion=False,
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    rich_markup_mode="rich",
)


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
    source: str = typer.Argument(help="Labelled rows the training never saw: a file or a name."),
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
    source: str = typer.Argument("-", help="A file, or '-': one text a line."),
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
    texts: list[str] = typer.Argument(help="One text or several, each in quotes; '-': lines."),
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
def print_version(
    show: bool = typer.Option(False, "--version", help="Print the version and stop."),
) -> None:
    """Recurrent networks with attention for short texts: train, judge, explain, use."""
    if show:
        print(version("attentif"))
        raise typer.Exit


def main() -> None:
    """Run the command line; a user's mistake is one sentence and exit code 2."""
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):  # whatever the locale says, and whatever a text holds
            stream.reconfigure(encoding="utf-8", errors="replace")
    try:
        app()
    except AttentifError as error:
        stop(str(error))
    except BrokenPipeError:  # the reader went away, as in `| head`
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    except ModuleNotFoundError as error:
        if (error.name or "").split(".")[0] not in EXTRA:
            raise
        stop(f"this needs {error.name}, which is not installed. Run: pip install 'attentif[train]'")


def stop(words: str) -> None:
    """Print one sentence on standard error and exit with 2."""
    print(f"attentif: {words}", file=sys.stderr)
    sys.exit(USER_ERROR)


if __name__ == "__main__":
    main()
