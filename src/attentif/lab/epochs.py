"""Histories of several trainings in one picture."""

import math
from collections.abc import Mapping

from matplotlib.figure import Figure

from attentif.lab.language import Language
from attentif.lab.trials import Trial
from attentif.report.named_lines import LINEAR, Curve, Frame, Labels, named_lines


def by_epoch(
    trials: Mapping[str, tuple[Trial, str]],
    titles: tuple[str, str],
    language: Language,
    frame: Frame = LINEAR,
) -> Figure:
    """One curve each.

    Args:
        trials: name of the curve -> a training and what is drawn of its history, such as
            `validation_loss`; epochs that were not finished are a gap.
        titles: the two lines above.
    """
    epochs = max(len(trial.history) for trial, _ in trials.values())
    curves = {
        name: Curve(range(1, epochs + 1), values_of(trial, key, epochs))
        for name, (trial, key) in trials.items()
    }
    labels = Labels(*titles, language.say("epoch", "époque"), language.decimal)
    return named_lines(curves, labels, frame)


def values_of(trial: Trial, key: str, epochs: int) -> list[float]:
    """The values of one key, with gaps at the end where the training ended earlier."""
    values = [row.get(key, math.nan) for row in trial.history]
    return values + [math.nan] * (epochs - len(values))
