"""`attentif compare`: networks and baselines on the same splits, with intervals."""

import json
from collections.abc import Callable, Mapping
from functools import partial
from typing import Any

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from attentif.app.material import rows_of
from attentif.app.options import CompareOptions
from attentif.app.show import show_comparison
from attentif.config import ARCHITECTURES, Settings, choose
from attentif.data.corpora import resolve
from attentif.data.options import ReadOptions
from attentif.data.split import repeated
from attentif.estimator import TextClassifier
from attentif.measure.baselines import BASELINES
from attentif.measure.compare import Contender, baseline_contenders, compare


def run(
    source: str, given: Mapping[str, Any], wishes: CompareOptions, reading: ReadOptions
) -> None:
    """Fit everyone on every split, print one table and what follows from it."""
    settings = Settings.from_dict(given)
    loaded = resolve(source, reading)
    rows = rows_of(loaded.train)
    contenders: dict[str, Callable[[int], Contender]] = {}
    for name in named(wishes.architectures, tuple(ARCHITECTURES)):
        choose(ARCHITECTURES, name, "a name in --architectures")
        contenders[name] = partial(network, settings, name)
    contenders |= baseline_contenders(named(wishes.baselines, tuple(BASELINES)))
    splits = repeated(
        rows.labels, rows.texts, times=wishes.splits, test=wishes.test, seed=settings.seed
    )
    errors = Console(stderr=True, quiet=wishes.quiet)
    with Progress(
        TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn(),
        console=errors, transient=True, disable=not errors.is_terminal,
    ) as bar:  # fmt: skip
        task = bar.add_task("comparing", total=len(contenders) * len(splits))
        found = compare(
            contenders, rows.texts, rows.labels, splits,
            on_progress=lambda name, done, total: bar.update(
                task, description=name, completed=done, total=total
            ),
        )  # fmt: skip
    if wishes.json:
        about = {"source": source, "provenance": loaded.provenance, "rows": len(rows.texts)}
        print(json.dumps(about | found.to_dict(), ensure_ascii=False))
    else:
        show_comparison(Console(), found, source, loaded.provenance)


def named(wanted: str, everyone: tuple[str, ...]) -> tuple[str, ...]:
    """Names from a flag: 'all', 'none', or a list with commas.

    >>> named("rnn, gru", ("rnn", "lstm", "gru")), named("all", ("a", "b")), named("none", ("a",))
    (('rnn', 'gru'), ('a', 'b'), ())
    """
    if wanted in ("all", "none"):
        return everyone if wanted == "all" else ()
    return tuple(name.strip() for name in wanted.split(",") if name.strip())


def network(settings: Settings, architecture: str, seed: int) -> TextClassifier:
    """An untrained network of that architecture; everything else as the settings say."""
    chosen = settings.to_dict() | {"architecture": architecture, "seed": settings.seed + seed}
    return TextClassifier.from_settings(Settings.from_dict(chosen))
