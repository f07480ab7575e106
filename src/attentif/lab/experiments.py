"""The experiments by name, each with what it shows in a line; loaded when they are done.

`vanishing-gradient` is the function `run` of `attentif.lab.vanishing_gradient`, and so on: torch
is not needed to list them.
"""

from importlib import import_module
from typing import TYPE_CHECKING, NamedTuple

from attentif.config import choose

if TYPE_CHECKING:
    from attentif.lab.results import Experiment


class Entry(NamedTuple):
    """What an experiment shows, in each language.

    reads_texts: the user's own can be given; False: it makes its own sequences.
    """

    english: str
    french: str
    reads_texts: bool = True


EXPERIMENTS: dict[str, Entry] = {
    "vanishing-gradient": Entry(
        "How much of the gradient reaches the first word, and what each repair restores.",
        "Quelle part du gradient atteint le premier mot, et ce que rétablit chaque réparation.",
    ),
    "exploding-gradient": Entry(
        "Where the first infinite number is born, and what prevents it.",
        "Où naît le premier nombre infini, et ce qui l'évite.",
    ),
    "masking": Entry(
        "Without the mask: what curves and weights show, and when each cell gives in.",
        "Sans le masque : ce que montrent courbes et poids, et quand chaque cellule cède.",
    ),
    "overfitting": Entry(
        "What the embedding is for, when it over-fits, and what stopping and dropout change.",
        "À quoi sert le plongement, quand il sur-apprend, ce que changent arrêt et dropout.",
    ),
    "initialisation": Entry(
        "Why the first values of the recurrent matrix matter, and what normalisation changes.",
        "Pourquoi le départ de la matrice récurrente compte, ce que change la normalisation.",
    ),
    "activations": Entry(
        "Why the sigmoid is known for trouble, and what clipping does and does not do.",
        "Pourquoi la sigmoïde pose problème, et ce que l'écrêtage fait et ne fait pas.",
    ),
    "known-answer": Entry(
        "Whether attention looks at the right places, in tasks of which they are known.",
        "Si l'attention regarde les bons endroits, dans des tâches où ils sont connus.",
        reads_texts=False,
    ),
    "long-lags": Entry(
        "How many sequences each cell needs to carry something over many steps.",
        "Combien de suites il faut à chaque cellule pour porter quelque chose sur bien des pas.",
        reads_texts=False,
    ),
    "attention-or-not": Entry(
        "Whether attention is needed here: five networks on the same splits.",
        "Si l'attention est nécessaire ici : cinq réseaux sur les mêmes partages.",
    ),
    "padding-side": Entry(
        "What padding before or after the words does, with the mask and without.",
        "Ce que fait le remplissage avant ou après les mots, avec le masque et sans.",
    ),
    "sequence-length": Entry(
        "How many words of a text must be read, and what reading more costs.",
        "Combien de mots d'un texte il faut lire, et ce que coûte d'en lire plus.",
    ),
}


def entry_of(name: str) -> Entry:
    """An experiment's entry.

    Raises:
        ConfigError: no experiment of that name; the nearest one is proposed.
    """
    return choose(EXPERIMENTS, name, "an experiment")


def load(name: str) -> "Experiment":
    """The experiment of an entry, ready to be done."""
    return import_module(f"attentif.lab.{name.replace('-', '_')}").run
