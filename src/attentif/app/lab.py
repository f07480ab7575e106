"""`attentif lab`: an experiment, its numbers, its pictures and its page."""

from pathlib import Path

from rich.console import Console
from rich.table import Table
from rich.text import Text

from attentif.app.lines import note, print_json
from attentif.app.options import LabOptions
from attentif.app.output import heading, sentence
from attentif.errors import ConfigError
from attentif.lab.experiments import entry_of, load
from attentif.lab.language import Language, language_of
from attentif.lab.results import MESSAGES, Findings, Wishes, silent
from attentif.lab.writing import PAGE, write
from attentif.report import pages
from attentif.report.printable import printable


def run(name: str, source: str, options: LabOptions) -> None:
    """Do the experiment; write its files; print its numbers and what follows from them.

    Args:
        name: of the experiment.
        source: a file, or data by name; empty for the messages that are shipped.

    Raises:
        ConfigError: no experiment of that name, texts for one that reads none, or no place to
            write.
        DataError: data that cannot be used.
    """
    language = language_of(options.language)
    if source and not entry_of(name).reads_texts:
        raise ConfigError(
            f"{name} makes its own sequences and reads no texts, got {source!r}. Leave it out."
        )
    tell = silent if options.quiet else note
    wishes = Wishes(options.seed, source or MESSAGES, language, options.minutes, tell)
    folder = made(Path(options.out or Path("lab") / name))
    findings = load(name)(wishes)
    content = write(findings, wishes, folder)
    if options.json:
        print_json(content)
        return
    console = Console()
    show(console, findings, language)
    console.print()
    sentence(console, language.say(f"Page: {folder / PAGE}", f"Page : {folder / PAGE}"), "dim")


def made(folder: Path) -> Path:
    """The folder, there before any work is done.

    Raises:
        ConfigError: it cannot be.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise ConfigError(
            f"--out must be a folder that can be written, got {folder} ({error.strerror or error})."
        ) from error
    return folder


def show(console: Console, findings: Findings, language: Language) -> None:
    """Question, equations, tables, conclusion."""
    heading(console, findings.title)
    sentence(console, findings.question)
    heading(console, language.say("Equations", "Équations"))
    for equation in findings.equations:
        sentence(console, f"  {equation.plain}")
    for table in findings.tables:
        console.print()
        console.print(drawn(table))
        if table.note:
            sentence(console, table.note, "dim")
    heading(console, language.say("What was measured", "Ce qu'on mesure"))
    for words in (findings.answer, *findings.details):
        sentence(console, words)


def drawn(table: pages.Table) -> Table:
    """A table of the page for the terminal."""
    found = Table(
        title=Text(printable(table.caption), style="bold"), title_justify="left", box=None,
        header_style="dim", pad_edge=False,
    )  # fmt: skip
    for place, name in enumerate(table.head):
        words = place == 0 or place in table.words
        found.add_column(Text(printable(name)), justify="left" if words else "right")
    for row in table.rows:
        found.add_row(*(Text(printable(cell)) for cell in row))
    return found
