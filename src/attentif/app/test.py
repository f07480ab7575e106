"""`attentif test`: judge a model, once, on rows the training never saw."""

from pathlib import Path

from rich.console import Console

from attentif.account import judge
from attentif.app.lines import print_json
from attentif.app.material import rows_of
from attentif.app.options import JsonOption
from attentif.app.output import sentence
from attentif.app.show import show_scores
from attentif.app.source import load, to_judge
from attentif.data.findings import counted
from attentif.data.options import ReadOptions
from attentif.errors import DataError
from attentif.estimator import TextClassifier
from attentif.ship.folder import strict


def run(folder: Path, source: str, wishes: JsonOption, options: ReadOptions) -> None:
    """Read, answer, compare with the truth."""
    model = TextClassifier.load(folder)
    loaded = load(source, options)
    reading = to_judge(loaded)
    judged = judge(model, rows_of(reading))
    if judged is None:
        raise DataError(f"{source} has no labelled row to judge on. Name another file.")
    errors = Console(stderr=True)
    for words in reading.account():
        sentence(errors, words)
    if loaded.test is None and model.metrics_.get("source") == source:
        sentence(errors, f"{source} is what the model was trained on: its scores flatter.")
    if wishes.json:
        print_json(strict(judged.scores.to_dict()))
    else:
        show_scores(Console(), judged.scores, f"{source}: {counted(judged.scores.n, 'row')}")
