"""Weights of two trainings: how strongly the loss pulls at each, how far training moved it."""

import copy
from collections.abc import Mapping, Sequence
from typing import NamedTuple

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor
from torch.nn import functional

from attentif.inspect.subject import answering
from attentif.lab.frames import Framed
from attentif.lab.language import Language
from attentif.lab.reach import TEXTS
from attentif.lab.results import Chapter, Picture
from attentif.lab.rows import Parts
from attentif.lab.trials import Trial
from attentif.lab.variants import Trained
from attentif.report.ladder import LadderLabels, Rung, ladder
from attentif.report.pages import Table
from attentif.text.encode import Encoded
from attentif.train.batch import gather


class Weight(NamedTuple):
    """One weight, with the mask and without it: the loss's pull at the start, and the way made."""

    name: str
    pull: tuple[float, float]
    moved: tuple[float, float]


def pull(network: Framed, encoded: Encoded, labels: NDArray[np.int64]) -> dict[str, float]:
    """Norm of the loss's gradient at each weight, of a batch of the first `TEXTS` texts.

    In double precision, as in `reach`.

    Args:
        labels: (N,) the classes.
    """
    rows = np.arange(min(TEXTS, len(labels)))
    batch = gather(encoded, rows)
    double = Framed(copy.deepcopy(network.network).double(), network.frame)
    weights = dict(double.network.named_parameters())
    with answering(double):
        loss = functional.cross_entropy(double(batch.inputs).logits, torch.from_numpy(labels[rows]))
        slopes = torch.autograd.grad(loss, list(weights.values()))
    return {name: float(slope.norm()) for name, slope in zip(weights, slopes, strict=True)}


def moved(trial: Trial) -> dict[str, float]:
    """Distance of each weight from its first value, as a part of the first value's norm.

    A weight that started at zero has its distance itself.
    """
    first = weights_of(trial.first)
    found = {}
    for name, weight in weights_of(trial.network).items():
        size = float(first[name].norm()) or 1.0
        found[name] = float((weight - first[name]).norm()) / size
    return found


def weights_of(network: Framed) -> Mapping[str, Tensor]:
    """Name -> value, apart from the network's graph."""
    return {name: weight.detach() for name, weight in network.network.named_parameters()}


def compared(masked: Trained, padded: Trained, parts: Parts) -> list[Weight]:
    """Every weight of the two networks, from the words to the output."""
    rows = masked.trial.front_end.encode(parts.test.texts)
    pulls = [pull(one.trial.first, rows, parts.test.labels) for one in (masked, padded)]
    ways = [moved(one.trial) for one in (masked, padded)]
    return [
        Weight(name, (pulls[0][name], pulls[1][name]), (ways[0][name], ways[1][name]))
        for name in pulls[0]
    ]


def weights_said(weights: Sequence[Weight], language: Language) -> str:
    """What the weights show."""
    by_name = {one.name: one for one in weights}
    vectors, bias = by_name["embedding.pieces.weight"], by_name["output.bias"]
    times, others = (
        language.size(one.pull[0] / one.pull[1]) if one.pull[1] else "∞" for one in (vectors, bias)
    )
    ways = [language.size(part) for part in (*vectors.moved, *bias.moved)]
    return language.say(
        f"The weights show where: at the start the loss pulls at the words' vectors {times} times"
        f" less than with the mask, at the output's bias {others} times less. The vectors have"
        f" moved by {ways[1]} of their size (with the mask {ways[0]}), the bias by {ways[3]}"
        f" ({ways[2]}).",
        f"Les poids montrent où : au départ, la perte tire sur les vecteurs des mots {times} fois"
        f" moins fort qu'avec le masque, sur le biais de sortie {others} fois moins. Les vecteurs"
        f" ont bougé de {ways[1]} fois leur taille (avec le masque {ways[0]}), le biais de"
        f" {ways[3]} ({ways[2]}).",
    )


def weights_chapter(weights: Sequence[Weight], cell: str, language: Language) -> Chapter:
    """The pull at each weight, and the way it made."""
    say, names = language.say, weight_names(language)
    rungs = [Rung(names.get(one.name, one.name), *one.pull) for one in weights]
    labels = LadderLabels(
        say(
            f"The loss's pull at each weight: {cell}",
            f"La force de la perte sur chaque poids : {cell}",
        ),
        say(
            "Norm of the gradient before the first training step.",
            "Norme du gradient avant le premier pas d'apprentissage.",
        ),
        say("norm of the gradient", "norme du gradient"),
        (say("with the mask", "avec le masque"), say("without", "sans")),
        language.decimal,
    )
    rows = [
        (names.get(one.name, one.name), *map(language.size, (*one.pull, *one.moved)))
        for one in weights
    ]
    head = (
        say("weight", "poids"),
        say("gradient, mask", "gradient, masque"),
        say("without", "sans"),
        say("moved, mask", "bougé, masque"),
        say("without", "sans"),
    )
    note = say(
        "Moved: distance from the first value after training, as a part of its size; of a weight"
        " that starts at zero the distance itself.",
        "Bougé : distance à la valeur de départ après l'apprentissage, en part de sa taille ; pour"
        " un poids nul au départ, la distance elle-même.",
    )
    caption = say("The weights, with and without the mask", "Les poids, avec et sans le masque")
    return Chapter(
        say("What the weights show", "Ce que montrent les poids"),
        (),
        [Picture("weights", ladder(rungs, labels)), Table(caption, head, rows, note=note)],
    )


def weight_names(language: Language) -> dict[str, str]:
    """The weights in words."""
    say, cell = language.say, "recurrent.layers.0.forwards"
    return {
        "embedding.pieces.weight": say("word vectors", "vecteurs des mots"),
        "embedding.shapes.weight": say("shapes' vectors", "vecteurs des formes"),
        f"{cell}.W.weight": say("W, from the word", "W, depuis le mot"),
        f"{cell}.W.bias": say("b, bias", "b, biais"),
        f"{cell}.U.weight": say("U, from the state", "U, depuis l'état"),
        "output.weight": say("output", "sortie"),
        "output.bias": say("output, bias", "sortie, biais"),
    }
