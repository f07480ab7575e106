"""`attentif export`: the same model in a smaller folder, and what that costs."""

from pathlib import Path
from typing import Any

import numpy as np
from rich.console import Console

from attentif.account import Judged, Rows, judge
from attentif.app.lines import print_json
from attentif.app.material import rows_of
from attentif.app.options import ExportOptions
from attentif.app.output import heading, sentence
from attentif.app.source import load, to_judge
from attentif.data.options import ReadOptions
from attentif.errors import ConfigError, DataError
from attentif.estimator import TextClassifier
from attentif.ship.folder import GRAPHS, MODEL, VOCABULARY, WEIGHTS, strict
from attentif.ship.saving import check_place

NEEDED = (WEIGHTS, *GRAPHS, MODEL, VOCABULARY)  # what answering reads
SCORES = ("accuracy", "macro_f1", "mcc")


def run(folder: Path, source: str, wishes: ExportOptions, options: ReadOptions) -> None:
    """Write the smaller folder, read it back, judge both on the same rows.

    Raises:
        ConfigError: it would replace the model that it is made from.
        DataError: no labelled row to judge on.
    """
    out = Path(wishes.out)
    if out.resolve() == folder.resolve():
        raise ConfigError(f"--out must be another folder than the model's, got {wishes.out}.")
    check_place(out)
    model = TextClassifier.load(folder)
    rows = rows_of(to_judge(load(source, options)))
    before = judged(model, rows, source)
    model.save(out, compact=True)
    after = judged(TextClassifier.load(out), rows, source)
    found = cost_of(before, after) | {"bytes": {"before": size(folder), "after": size(out)}}
    if wishes.json:
        print_json(strict(found))
    else:
        show(Console(), found, out)


def judged(model: TextClassifier, rows: Rows, source: str) -> Judged:
    """The model's answers on these rows.

    Raises:
        DataError: there is none.
    """
    found = judge(model, rows)
    if found is None:
        raise DataError(f"{source} has no labelled row to judge on. Name another file.")
    return found


def cost_of(before: Judged, after: Judged) -> dict[str, Any]:
    """The scores of both, and how far their answers are apart, ready for JSON."""
    scores = {
        name: {"before": getattr(before.scores, name), "after": getattr(after.scores, name)}
        for name in SCORES
    }
    return {
        "n": before.scores.n,
        "answers_changed": int((before.answers != after.answers).sum()),
        "largest_change": float(np.abs(before.probabilities - after.probabilities).max()),
    } | scores


def size(folder: Path) -> int:
    """Bytes of the files that answering reads."""
    return sum((folder / name).stat().st_size for name in NEEDED if (folder / name).is_file())


def show(console: Console, found: dict[str, Any], out: Path) -> None:
    """For a person."""
    sizes = found["bytes"]
    heading(console, f"{sizes['before'] / 1e6:.1f} MB before, {sizes['after'] / 1e6:.1f} MB after")
    sentence(
        console,
        f"Of {found['n']:,} answers {found['answers_changed']:,} changed; no probability moved by"
        f" more than {found['largest_change']:.3f}.",
    )
    for name in SCORES:
        sentence(
            console, f"{name.replace('_', ' '):9} {found[name]['before']:.4f} before,"
            f" {found[name]['after']:.4f} after",
        )  # fmt: skip
    sentence(console, f"Model: {out}")
