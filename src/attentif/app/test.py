"""`attentif test`: judge a model, once, on rows the training never saw."""

import json
from pathlib import Path

from rich.console import Console

from attentif.account import judge
from attentif.app.material import rows_of
from attentif.app.options import JsonOption
from attentif.app.show import show_scores
from attentif.data.corpora import resolve
from attentif.data.options import ReadOptions
from attentif.errors import DataError
from attentif.estimator import TextClassifier


def run(folder: Path, source: str, wishes: JsonOption, reading: ReadOptions) -> None:
    """Read, answer, compare with the truth."""
    model = TextClassifier.load(folder)
    loaded = resolve(source, reading)
    rows = rows_of(loaded.test or loaded.train)
    judged = judge(model, rows)
    if judged is None:
        raise DataError(f"{source} has no labelled row to judge on.")
    if wishes.json:
        print(json.dumps(judged.scores.to_dict(), ensure_ascii=False))
        return
    for sentence in (loaded.test or loaded.train).account():
        Console(stderr=True).print(sentence, highlight=False, markup=False)
    show_scores(Console(), judged.scores, f"{source}: {len(rows.texts):,} rows")
