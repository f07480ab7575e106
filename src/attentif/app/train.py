"""`attentif train`: from a labelled file to a model folder with its report."""

import shlex
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from rich.console import Console

from attentif.account import Fitting, Parts, metrics_of, train_and_judge
from attentif.app.lines import print_json
from attentif.app.material import gather
from attentif.app.options import Splitting, TrainOptions
from attentif.app.output import sentence
from attentif.app.progress import ProgressBar
from attentif.app.report import write
from attentif.app.show import show_account
from attentif.config import Settings, cell_and_pooling
from attentif.data.options import ReadOptions
from attentif.errors import ConfigError
from attentif.inspect import learning
from attentif.lab.presets import preset
from attentif.measure.baselines import BASELINES
from attentif.ship.card import model_card
from attentif.ship.saving import check_place
from attentif.text.encode import FrontEnd
from attentif.train.callbacks import INTERRUPTED
from attentif.train.checkpoint import FILE, discard

WEIGHING = ("mean", "dot", "general", "additive")  # poolings with a weight for each token


def run(
    source: str,
    given: Mapping[str, Any],
    wishes: TrainOptions,
    splitting: Splitting,
    reading: ReadOptions,
) -> None:
    """Read, split, train, judge, save, tell.

    Args:
        given: the settings that were given as flags; they stand above the preset's.
    """
    out = Path(wishes.out)
    check_place(out)
    settings = Settings.from_dict((preset(wishes.preset) if wishes.preset else {}) | dict(given))
    errors = Console(stderr=True, quiet=wishes.quiet)
    workshop = wishes.preset.startswith("workshop")
    material = gather(source, reading, settings, splitting, workshop=workshop)
    for words in [*material.reading.account(), *material.notes]:
        sentence(errors, words)
    checkpoint = out.with_name(f".{out.name}.training")
    seen = watched(settings, material.parts) if wishes.attention else None
    watchers = [seen.snapshots] if seen else []
    bar = ProgressBar(errors, len(material.parts.train.texts))
    account = train_and_judge(
        settings,
        material.parts,
        baselines=tuple(BASELINES) if wishes.baselines else (),
        fitting=Fitting([bar, *watchers], checkpoint, wishes.resume),
        on_stage=lambda stage: sentence(errors, f"{stage} ...", "dim"),
    )
    metrics = metrics_of(account, material.about)
    card = model_card(settings, account.model.classes_.tolist(), metrics)
    account.model.save(out, metrics=metrics, card=card)
    command = shlex.join(["attentif", *sys.argv[1:]])
    page = write(account, metrics, out, command) if wishes.report else None
    if seen and seen.snapshots.frames:
        drawn, _ = learning.write(seen, out, account.model.history_)
        sentence(errors, f"The attention at each epoch is drawn in {drawn}.")
    if wishes.json:
        print_json(metrics)
    else:
        show_account(Console(), account, metrics, out, page)
    if account.model.stop_reason_ == INTERRUPTED and (checkpoint / FILE).is_file():
        sentence(errors, "To go on with this training, give the same command with --resume.")
    else:
        discard(checkpoint)


def watched(settings: Settings, parts: Parts) -> learning.Watching:
    """Some messages, of validation rows where there are any, to draw the attention over.

    Raises:
        ConfigError: a network without attention.
    """
    _, pooling = cell_and_pooling(settings)
    if pooling not in WEIGHING:
        raise ConfigError(
            f"--attention draws weights of tokens, got the pooling {pooling!r}, which has none."
            " Choose --architecture attention, or leave --attention out."
        )
    rows = parts.validation if parts.validation.texts else parts.train
    leak = parts.validation.texts if settings.vocabulary_from == "all" else []
    front_end = FrontEnd.fit([*parts.train.texts, *leak], settings)
    chosen = learning.to_watch(rows.texts, rows.labels)
    texts, labels = ([part[row] for row in chosen] for part in (rows.texts, rows.labels))
    return learning.watching(front_end, texts, labels)
