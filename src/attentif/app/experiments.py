"""`attentif lab` without a name: the experiments in a line each; needs no torch."""

from rich.console import Console
from rich.table import Table
from rich.text import Text

from attentif.app.lines import print_json
from attentif.app.options import LabOptions
from attentif.app.output import sentence
from attentif.lab.experiments import EXPERIMENTS
from attentif.lab.language import language_of


def run(options: LabOptions) -> None:
    """Print the experiments, each with what it shows."""
    language = language_of(options.language)
    lines = {name: language.say(one.english, one.french) for name, one in EXPERIMENTS.items()}
    if options.json:
        return print_json({"experiments": lines})
    table = Table(box=None, show_header=False, pad_edge=False)
    for name, line in lines.items():
        table.add_row(Text(name, style="bold cyan"), Text(line))
    console = Console()
    console.print(table)
    console.print()
    again = language.say("One of them:", "L'une d'elles :")
    sentence(console, f"{again} attentif lab {next(iter(lines))}", "dim")
