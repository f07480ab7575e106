"""Histories in one picture: a curve each, gaps where a training ended earlier."""

import math

from attentif.lab.epochs import by_epoch, values_of
from attentif.lab.language import LANGUAGES


class Made:
    """Stands for a trial with such losses."""

    def __init__(self, *losses):
        self.history = [{"loss": loss} for loss in losses]


def test_shorter_histories_end_earlier(texts_of):
    trials = {"long": (Made(3.0, 2.0, 1.0), "loss"), "short": (Made(2.5), "loss")}
    figure = by_epoch(trials, ("Titre", "Dessous."), LANGUAGES["fr"])
    drawn = {str(line.get_label()): list(line.get_ydata()) for line in figure.axes[0].lines}
    assert drawn["long"] == [3.0, 2.0, 1.0]
    assert drawn["short"][0] == 2.5 and all(map(math.isnan, drawn["short"][1:]))
    assert {"Titre", "Dessous.", "époque"} <= set(texts_of(figure))


def test_a_key_that_a_history_lacks_is_a_gap():
    assert all(map(math.isnan, values_of(Made(1.0), "validation_loss", 2)))
