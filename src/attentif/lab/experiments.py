"""The experiments by name, each with what it shows in a line."""

from typing import NamedTuple

from attentif.lab import (
    activations,
    exploding_gradient,
    initialisation,
    known_answer,
    masking,
    overfitting,
    vanishing_gradient,
)
from attentif.lab.findings import Experiment


class Entry(NamedTuple):
    """An experiment, and what it shows in each language.

    reads_texts: the user's own can be given; False: it makes its own sequences.
    """

    run: Experiment
    english: str
    french: str
    reads_texts: bool = True


EXPERIMENTS: dict[str, Entry] = {
    "vanishing-gradient": Entry(
        vanishing_gradient.run,
        "How much of the gradient reaches the first word, and what each repair restores.",
        "Quelle part du gradient atteint le premier mot, et ce que rétablit chaque réparation.",
    ),
    "exploding-gradient": Entry(
        exploding_gradient.run,
        "Where the first infinite number is born, and what prevents it.",
        "Où naît le premier nombre infini, et ce qui l'évite.",
    ),
    "masking": Entry(
        masking.run,
        "Without the mask: what curves and weights show, and when each cell gives in.",
        "Sans le masque : ce que montrent courbes et poids, et quand chaque cellule cède.",
    ),
    "overfitting": Entry(
        overfitting.run,
        "What the embedding is for, when it over-fits, and what stopping and dropout change.",
        "À quoi sert le plongement, quand il sur-apprend, ce que changent arrêt et dropout.",
    ),
    "initialisation": Entry(
        initialisation.run,
        "Why the first values of the recurrent matrix matter, and what normalisation changes.",
        "Pourquoi le départ de la matrice récurrente compte, ce que change la normalisation.",
    ),
    "activations": Entry(
        activations.run,
        "Why the sigmoid is known for trouble, and what clipping does and does not do.",
        "Pourquoi la sigmoïde pose problème, et ce que l'écrêtage fait et ne fait pas.",
    ),
    "known-answer": Entry(
        known_answer.run,
        "Whether attention looks at the right places, in tasks of which they are known.",
        "Si l'attention regarde les bons endroits, dans des tâches où ils sont connus.",
        reads_texts=False,
    ),
}
