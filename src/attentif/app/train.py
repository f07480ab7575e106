"""`attentif train`: from a labelled file to a model folder with its report."""

import json
import shlex
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from rich.console import Console

from attentif.account import Fitting, metrics_of, train_and_judge
from attentif.app.material import gather
from attentif.app.options import Splitting, TrainOptions
from attentif.app.progress import ProgressBar
from attentif.app.show import sentence, show_account
from attentif.config import Settings
from attentif.data.options import ReadOptions
from attentif.lab.presets import preset
from attentif.measure.baselines import BASELINES
from attentif.ship.artifact import check_place
from attentif.ship.card import model_card


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
    steps = -(-len(material.parts.train.texts) // settings.batch_size)
    account = train_and_judge(
        settings,
        material.parts,
        baselines=tuple(BASELINES) if wishes.baselines else (),
        fitting=Fitting([ProgressBar(errors, steps)], checkpoint, wishes.resume),
        on_stage=lambda stage: errors.print(f"{stage} ...", highlight=False),
    )
    metrics = metrics_of(account, material.about)
    labels = account.model.classes_.tolist()
    card = model_card(settings, labels, metrics)
    account.model.save(out, metrics=metrics, card=card)
    page = None
    if wishes.report:
        from attentif.app.report import write

        page = write(account, metrics, out, shlex.join(["attentif", *sys.argv[1:]]))
    if wishes.json:
        print(json.dumps(metrics, ensure_ascii=False))
    else:
        show_account(Console(), account, metrics, out, page)
