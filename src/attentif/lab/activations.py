"""Why the sigmoid is known for trouble, and what clipping does and does not do.

The other half of the workshop's question 4.
"""

import math
from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np
import torch

from attentif.lab.language import Language
from attentif.lab.results import Chapter, Equation, Findings, Picture, Wishes
from attentif.lab.rows import MOST, Parts, parts_of
from attentif.lab.score_cells import score_cells, score_heads, score_note
from attentif.lab.states import SLOPES, States, states_of
from attentif.lab.variants import PLAIN, Trained, Variant, train_one
from attentif.nn.functions import ACTIVATIONS
from attentif.report.named_lines import Curve, Frame, Labels, named_lines
from attentif.report.pages import Table
from attentif.train.loop import Callback, Run

LIMIT = 1.0  # of the gradient's norm


class Size(NamedTuple):
    """How large the experiment is."""

    hidden: int = 32
    epochs: int = 5
    texts: int = MOST


FULL = Size()


class Norms(Callback):
    """The norm of each step's gradient, before it is clipped."""

    def __init__(self) -> None:
        self.values: list[float] = []

    def on_gradients(self, run: Run) -> None:
        """Remember it."""
        self.values.append(run.gradient_norm)

    @property
    def largest(self) -> float:
        """The largest finite one."""
        return max((value for value in self.values if math.isfinite(value)), default=math.nan)

    @property
    def clipped(self) -> float:
        """Share of the steps whose gradient is longer than `LIMIT`."""
        return float(np.mean([not value <= LIMIT for value in self.values]))


class Tried(NamedTuple):
    """One activation, free and clipped."""

    key: str
    name: str
    free: Trained
    clipped: Trained
    norms: tuple[Norms, Norms]
    before: States
    after: States

    def to_dict(self) -> dict[str, Any]:
        """Ready for JSON."""
        free, clipped = (
            {**one.to_dict(), "largest_norm": norms.largest, "share_over_limit": norms.clipped}
            for one, norms in zip((self.free, self.clipped), self.norms, strict=True)
        )
        states = {"before": self.before._asdict(), "after": self.after._asdict()}
        return {"activation": self.key, "states": states, "free": free, "clipped": clipped}


def run(wishes: Wishes, size: Size = FULL) -> Findings:
    """Train the same RNN with each activation, without clipping and with it."""
    parts, language = parts_of(wishes.data, wishes.seed, size.texts), wishes.language
    found = [tried(key, name, parts, wishes, size) for key, name in names(language).items()]
    say = language.say
    return Findings(
        name="activations",
        title=say("Activations and clipping", "Fonctions d'activation et écrêtage"),
        question=say(
            "Why is the sigmoid known for trouble? What does clipping do?",
            "Pourquoi la sigmoïde est-elle connue pour poser problème ? Que fait l'écrêtage ?",
        ),
        answer=answer(found, language),
        details=[centred(found, language), clipping(found, language)],
        equations=equations(language),
        chapters=[
            slopes(found, language),
            way_back(found, language),
            norms(found, language),
            table(found, language),
        ],
        numbers={"activations": [one.to_dict() for one in found]},
        about=parts.about(language),
    )


def names(language: Language) -> dict[str, str]:
    """The activations, as they are shown."""
    say = language.say
    return {
        "sigmoid": say("sigmoid", "sigmoïde"),
        "tanh": "tanh",
        "relu": "ReLU",
        "linear": say("none (linear)", "aucune (linéaire)"),
    }


def tried(key: str, name: str, parts: Parts, wishes: Wishes, size: Size) -> Tried:
    """Train with one activation, free, then clipped."""
    base: dict[str, Any] = PLAIN | {
        "architecture": "rnn",
        "activation": key,
        "hidden_size": size.hidden,
        "optimizer": "sgd",
        "learning_rate": 0.1,
        "epochs": size.epochs,
        "max_length": 50,
    }
    found, seen = [], []
    for clip, said in ((0.0, ""), (LIMIT, wishes.language.say(", clipped", ", écrêté"))):
        wishes.tell(f"{name}{said}")
        seen.append(Norms())
        variant = Variant(f"{key}{'-clipped' if clip else ''}", name, base | {"clip_norm": clip})
        found.append(train_one(variant, parts, wishes.seed, [seen[-1]]))
    free, clipped = found
    rows = clipped.trial.front_end.encode(parts.test.texts)
    before, after = (states_of(n, rows) for n in (clipped.trial.first, clipped.trial.network))
    return Tried(key, name, free, clipped, (seen[0], seen[1]), before, after)


def answer(found: Sequence[Tried], language: Language) -> str:
    """The sigmoid against the activation whose gradient reaches farthest."""
    sigmoid = found[0]
    best = max(found, key=lambda one: one.free.before.first_word)
    if best is sigmoid:
        return language.say(
            "In this run no activation lets more of the gradient through than the sigmoid.",
            "Dans cet essai, aucune activation ne laisse passer plus de gradient que la sigmoïde.",
        )
    slopes = [language.number(one.before.slope, 2) for one in (sigmoid, best)]
    parts = [language.size(one.free.before.first_word) for one in (sigmoid, best)]
    return language.say(
        f"The sigmoid is never steeper than 1/4: each word multiplies the gradient by a slope of"
        f" {slopes[0]} on average, and {parts[0]} of it reaches the first word; with"
        f" “{best.name}” ({slopes[1]}) {parts[1]} does.",
        f"La pente de la sigmoïde ne dépasse pas 1/4 : chaque mot multiplie le gradient par une"
        f" pente de {slopes[0]} en moyenne, et {parts[0]} en atteint le premier mot ; avec"
        f" « {best.name} » ({slopes[1]}), {parts[1]}.",
    )


def centred(found: Sequence[Tried], language: Language) -> str:
    """What else is wrong with it, and who learns."""
    number = language.number
    centres = language.listed([f"{one.name} {number(one.before.centre, 2)}" for one in found])
    scores = language.listed(
        [f"{one.name} {number(one.clipped.trial.scores.mcc, 2)}" for one in found]
    )
    return language.say(
        f"Its states are all above 0, so that every update pushes a whole row of weights the same"
        f" way; mean of the states: {centres}. MCC after {len(found[0].clipped.trial.history)}"
        f" epochs, clipped: {scores}.",
        "Ses états sont tous au-dessus de 0 : chaque mise à jour pousse toute une ligne de poids"
        f" dans le même sens ; moyenne des états : {centres}. MCC après"
        f" {len(found[0].clipped.trial.history)} époques, avec écrêtage : {scores}.",
    )


def clipping(found: Sequence[Tried], language: Language) -> str:
    """What clipping prevents, and what it cannot give back."""
    say, number = language.say, language.number
    saved = [one for one in found if one.free.trial.diverged and not one.clipped.trial.diverged]
    sigmoid = found[0]
    share = language.percent(sigmoid.norms[1].clipped, 0)
    cannot = say(
        " It only shortens: what has vanished stays so, and with the sigmoid it finds something to"
        f" shorten in {share} of the steps.",
        " Il ne fait que raccourcir : ce qui a disparu le reste, et avec la sigmoïde il trouve à"
        f" raccourcir dans {share} des pas.",
    )
    if not saved:
        largest = max(found, key=lambda one: one.norms[0].largest)
        return (
            say(
                "Here no training broke without clipping; the largest gradient was"
                f" {language.size(largest.norms[0].largest)}, with “{largest.name}”.",
                "Ici aucun apprentissage n'a cassé sans écrêtage ; le plus grand gradient était de"
                f" {language.size(largest.norms[0].largest)}, avec « {largest.name} ».",
            )
            + cannot
        )
    one = saved[-1]
    step, mcc = language.count(one.free.trial.steps + 1), number(one.clipped.trial.scores.mcc, 2)
    largest, limit = language.size(one.norms[0].largest), number(LIMIT, 0)
    return (
        say(
            f"Without clipping the network with “{one.name}” broke at step {step}, after a"
            f" gradient of {largest}; clipped to {limit} it holds (MCC {mcc}).",
            f"Sans écrêtage, le réseau avec « {one.name} » a cassé au pas {step}, après"
            f" un gradient de {largest} ; écrêté à {limit}, il tient (MCC {mcc}).",
        )
        + cannot
    )


def equations(language: Language) -> list[Equation]:
    """Slopes and clipping."""
    say = language.say
    return [
        Equation(
            r"\sigma' = \sigma (1 - \sigma) \le \frac{1}{4}, \quad \tanh' = 1 - \tanh^2 \le 1",
            "σ' = σ(1 - σ) ≤ 1/4,  tanh' = 1 - tanh² ≤ 1",
            say(
                "The steepest slope of each, at 0; away from 0 both become flat.",
                "La plus forte pente de chacune, en 0 ; loin de 0, les deux sont plates.",
            ),
        ),
        Equation(
            r"\relu' (a) = 1 \; (a > 0), \quad 0 \; (a \le 0)",
            "relu'(a) = 1 (a > 0), 0 (a ≤ 0)",
            say("A ReLU passes all or nothing.", "Une ReLU laisse tout passer, ou rien."),
        ),
        Equation(
            r"\norm \frac{\partial h_T}{\partial h_k} \norm \le (\gamma \, s_1(U))^{T-k}",
            "‖∂h_T/∂h_k‖ ≤ (γ s₁(U))^(T-k)",
            say(
                "γ is the steepest slope, s₁ the largest singular value of U: with a sigmoid U must"
                " stretch four times for the gradient to survive (Pascanu, Mikolov, Bengio 2013).",
                "γ est la plus forte pente, s₁ la plus grande valeur singulière de U : avec une"
                " sigmoïde, U doit étirer quatre fois pour que le gradient survive (Pascanu,"
                " Mikolov, Bengio 2013).",
            ),
        ),
        Equation(
            r"g \to g \, \min(1, \frac{\ell}{\norm g \norm})",
            "g → g · min(1, ℓ/‖g‖)",
            say(
                "Clipping: same direction, at most the length ℓ.",
                "L'écrêtage : même direction, longueur ℓ au plus.",
            ),
        ),
    ]


def slopes(found: Sequence[Tried], language: Language) -> Chapter:
    """The slope of each activation."""
    say = language.say
    a = torch.linspace(-5, 5, 101, dtype=torch.float64)
    curves = {
        one.name: Curve(a.tolist(), SLOPES[one.key][1](ACTIVATIONS[one.key](a)).tolist())
        for one in found
    }
    labels = Labels(
        say("The slope of each activation", "La pente de chaque activation"),
        say(
            "By its input: what the gradient is multiplied with.",
            "Selon son entrée : ce par quoi le gradient est multiplié.",
        ),
        say("input", "entrée"),
        language.decimal,
    )
    picture = named_lines(curves, labels, Frame(low=-0.03, high=1.08))
    return Chapter(say("Slopes", "Les pentes"), (), [Picture("slopes", picture)])


def way_back(found: Sequence[Tried], language: Language) -> Chapter:
    """What reaches back before training."""
    say = language.say
    curves = {
        one.name: Curve(range(len(one.free.before.parts)), one.free.before.parts) for one in found
    }
    labels = Labels(
        say("The gradient on its way back", "Le gradient sur le chemin du retour"),
        say(
            "Before training, as a part of that at the last word. U starts orthogonal.",
            "Avant l'apprentissage, en part de celui du dernier mot. U est orthogonale au départ.",
        ),
        say("words before the last one →", "mots avant le dernier →"),
        language.decimal,
    )
    picture = Picture("way-back", named_lines(curves, labels, Frame(log=True)))
    return Chapter(say("The way back", "Le chemin du retour"), (), [picture])


def norms(found: Sequence[Tried], language: Language) -> Chapter:
    """The gradient's norm step by step, free and clipped, of the first and the last activation."""
    say, pictures = language.say, []
    for one in (found[0], found[-1]):
        curves = {
            say("free", "libre"): one.norms[0].values,
            say("clipped", "écrêté"): one.norms[1].values,
        }
        labels = Labels(
            say(f"The gradient, step by step: {one.name}", f"Le gradient, pas à pas : {one.name}"),
            say("Its norm, before it is clipped.", "Sa norme, avant l'écrêtage."),
            say("training step", "pas d'apprentissage"),
            language.decimal,
        )
        level = (LIMIT, say("clipped above", "écrêté au-dessus"))
        lines = {name: Curve(range(1, len(v) + 1), v) for name, v in curves.items()}
        figure = named_lines(lines, labels, Frame(log=True, level=level))
        pictures.append(Picture(f"norms-{one.key}", figure))
    return Chapter(say("What clipping does", "Ce que fait l'écrêtage"), (), pictures)


def table(found: Sequence[Tried], language: Language) -> Chapter:
    """All numbers."""
    say, number = language.say, language.number
    rows = [
        (
            one.name,
            number(one.before.slope, 2),
            language.percent(one.after.flat, 0),
            language.size(one.free.before.first_word),
            language.size(one.norms[0].largest)
            + (say(", broke", ", cassé") if one.free.trial.diverged else ""),
            number(one.free.trial.scores.mcc, 2),
            *score_cells(one.clipped.trial, language),
        )
        for one in found
    ]
    head = (
        "activation",
        say("mean slope", "pente moyenne"),
        say("flat after", "plats après"),
        say("first word", "premier mot"),
        say("largest gradient", "plus grand gradient"),
        say("MCC, free", "MCC, libre"),
        *score_heads(language),
    )
    note = say(
        "Mean slope: over all states, before training. Flat after: states with less than a tenth of"
        " the steepest slope, after training. First word: part of the gradient at the last word."
        " The last two columns: clipped.",
        "Pente moyenne : sur tous les états, avant l'apprentissage. Plats après : états à moins"
        " d'un dixième de la plus forte pente, après l'apprentissage. Premier mot : part du"
        " gradient du dernier mot. Les deux dernières colonnes : avec écrêtage.",
    )
    note += " " + score_note(found[0].clipped.trial, language)
    caption = say("Every activation in numbers", "Chaque activation en chiffres")
    return Chapter(say("In numbers", "En chiffres"), (), [Table(caption, head, rows, note=note)])
