"""`attentif compare`: networks and baselines on the same splits, with intervals."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from functools import partial
from typing import Any

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from attentif.app.lines import print_json
from attentif.app.material import rows_of
from attentif.app.options import CompareOptions
from attentif.app.show import show_comparison
from attentif.app.source import load
from attentif.config import ARCHITECTURES, Settings, choose
from attentif.contestant import Contestant
from attentif.data.check import require_trainable
from attentif.data.options import ReadOptions
from attentif.data.split import repeated
from attentif.errors import ConfigError
from attentif.measure.baselines import BASELINES
from attentif.measure.compare import Contender, baseline_contenders, compare
from attentif.ship.folder import strict


def run(
    source: str, given: Mapping[str, Any], wishes: CompareOptions, options: ReadOptions
) -> None:
    """Fit everyone on every split, print one table and what follows from it."""
    if "architecture" in given:
        raise ConfigError("compare takes a list of networks: give --architectures instead.")
    settings = Settings.from_dict(given)
    contenders: dict[str, Callable[[int], Contender]] = {}
    for name in named(wishes.architectures, tuple(ARCHITECTURES)):
        choose(ARCHITECTURES, name, "a name in --architectures")
        contenders[name] = partial(contestant, settings, name)
    contenders |= baseline_contenders(named(wishes.baselines, tuple(BASELINES)))
    loaded = load(source, options)
    rows = rows_of(loaded.train)
    require_trainable(rows.labels)
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
        print_json(strict(about | found.to_dict()))
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


def contestant(settings: Settings, architecture: str, split: int) -> Contestant:
    """An unfitted network for one split, which gives it a seed of its own."""
    seed = settings.seed + split
    return Contestant(replace(settings, architecture=architecture, seed=seed))
