"""Why the first values of U matter, and why normalisation makes them matter less.

Half of the workshop's question 4.
"""

import math
from collections.abc import Sequence
from typing import Any, NamedTuple

from attentif.lab.epochs import by_epoch
from attentif.lab.language import Language
from attentif.lab.results import Chapter, Equation, Findings, Picture, Wishes
from attentif.lab.rows import MOST, parts_of
from attentif.lab.score_cells import score_cells, score_heads, score_note
from attentif.lab.states import States, states_of
from attentif.lab.variants import PLAIN, Trained, Variant, train_all
from attentif.report.ladder import LadderLabels, Rung, ladder
from attentif.report.named_lines import Curve, Frame, Labels, named_lines
from attentif.report.pages import Table

STARTS = ("uniform", "normal", "xavier", "orthogonal", "spread")


class Size(NamedTuple):
    """How large the experiment is."""

    hidden: int = 32
    epochs: int = 5
    texts: int = MOST


FULL = Size()


class Start(NamedTuple):
    """One way to start U, without layer normalisation and with it."""

    plain: Trained
    normed: Trained
    states: States

    @property
    def name(self) -> str:
        """As it is shown."""
        return self.plain.variant.name


def run(wishes: Wishes, size: Size = FULL) -> Findings:
    """Train the same RNN from five starts, without layer normalisation and with it."""
    parts, language = parts_of(wishes.data, wishes.seed, size.texts), wishes.language
    found = train_all(variants(language, size), parts, wishes)
    rows = found[0].trial.front_end.encode(parts.test.texts)
    starts = [
        Start(plain, normed, states_of(plain.trial.first, rows))
        for plain, normed in zip(found[::2], found[1::2], strict=True)
    ]
    say = language.say
    return Findings(
        name="initialisation",
        title=say("First values and normalisation", "Valeurs de départ et normalisation"),
        question=say(
            "Why do initialisation and normalisation help?",
            "Pourquoi l'initialisation et la normalisation aident-elles ?",
        ),
        answer=answer(starts, language),
        details=[normalised(starts, language), learnt(starts, language)],
        equations=equations(language),
        chapters=[way_back(starts, language), curves(starts, language), table(starts, language)],
        numbers={
            "starts": [
                {
                    "start": key,
                    "states": one.states._asdict(),
                    "plain": one.plain.to_dict(),
                    "layer_norm": one.normed.to_dict(),
                }
                for key, one in zip(STARTS, starts, strict=True)
            ],
            "orders_apart": spread([one.plain for one in starts]),
            "orders_apart_layer_norm": spread([one.normed for one in starts]),
        },
        about=parts.about(language),
    )


def variants(language: Language, size: Size) -> list[Variant]:
    """Each start, then the same with layer normalisation."""
    say = language.say
    names = {
        "uniform": say("uniform ±.05", "uniforme ±0,05"),
        "normal": say("normal .05", "normale 0,05"),
        "xavier": "Glorot",
        "orthogonal": say("orthogonal", "orthogonale"),
        "spread": say("normal .3", "normale 0,3"),
    }
    base: dict[str, Any] = PLAIN | {
        "architecture": "rnn",
        "hidden_size": size.hidden,
        "learning_rate": 0.002,
        "epochs": size.epochs,
        "max_length": 50,
    }
    return [
        Variant(
            f"{start}{'-layer-norm' if normed else ''}",
            names[start],
            base | {"recurrent_init": start, "layer_norm": normed},
        )
        for start in STARTS
        for normed in (False, True)
    ]


def spread(found: Sequence[Trained]) -> float:
    """Orders of magnitude between the start whose gradient reaches farthest and the worst one."""
    parts = [one.before.first_word for one in found]
    return math.log10(max(parts) / min(parts))


def answer(starts: Sequence[Start], language: Language) -> str:
    """What the start decides."""
    best = max(starts, key=lambda one: one.plain.before.first_word)
    worst = min(starts, key=lambda one: one.plain.before.first_word)
    names = [language.quoted([one.name]) for one in (best, worst)]
    sizes = [language.size(one.plain.before.first_word) for one in (best, worst)]
    stretches = [language.number(one.states.stretch, 2) for one in (best, worst)]
    return language.say(
        f"The start decides what reaches the first word: {sizes[0]} times the gradient at the last"
        f" word from {names[0]}, whose matrix stretches by {stretches[0]} at most, and {sizes[1]}"
        f" times from {names[1]} ({stretches[1]}).",
        f"Le départ décide de ce qui atteint le premier mot : {sizes[0]} fois le gradient du"
        f" dernier mot avec {names[0]}, dont la matrice étire de {stretches[0]} au plus, et"
        f" {sizes[1]} fois avec {names[1]} ({stretches[1]}).",
    )


def normalised(starts: Sequence[Start], language: Language) -> str:
    """What layer normalisation changes of that."""
    plain, normed = (
        spread(found) for found in ([one.plain for one in starts], [one.normed for one in starts])
    )
    apart = [language.number(orders, 1) for orders in (plain, normed)]
    if normed < plain - 0.5:
        return language.say(
            f"Layer normalisation gives every step's pre-activations the same size, whatever U:"
            f" the starts are {apart[1]} orders of magnitude apart instead of {apart[0]}.",
            "La normalisation de couche donne aux pré-activations la même taille à chaque pas,"
            f" quelle que soit U : entre les départs, {apart[1]} ordres de grandeur au lieu de"
            f" {apart[0]}.",
        )
    return language.say(
        f"Layer normalisation does not bring the starts together here: {apart[1]} orders of"
        f" magnitude apart, {apart[0]} without it.",
        f"Ici la normalisation de couche ne rapproche pas les départs : {apart[1]} ordres de"
        f" grandeur entre eux, {apart[0]} sans elle.",
    )


def learnt(starts: Sequence[Start], language: Language) -> str:
    """Whether it shows in the answers."""
    number = language.number
    plain, normed = (
        sorted(one.trial.scores.mcc for one in found)
        for found in ([one.plain for one in starts], [one.normed for one in starts])
    )
    best = max(starts, key=lambda one: one.plain.trial.scores.mcc)
    return language.say(
        f"Answers: MCC {number(plain[0], 2)} to {number(plain[-1], 2)} without normalisation, the"
        f" best start being {language.quoted([best.name])}; {number(normed[0], 2)} to"
        f" {number(normed[-1], 2)} with it.",
        f"Les réponses : MCC de {number(plain[0], 2)} à {number(plain[-1], 2)} sans normalisation,"
        f" le meilleur départ étant {language.quoted([best.name])} ; de {number(normed[0], 2)} à"
        f" {number(normed[-1], 2)} avec elle.",
    )


def equations(language: Language) -> list[Equation]:
    """What is multiplied, and what a normalisation does to it."""
    say = language.say
    return [
        Equation(
            r"\frac{\partial h_T}{\partial h_k} = \prod_{t=k+1}^{T} diag(\phi'_t) U",
            "∂h_T/∂h_k = ∏_{t=k+1..T} diag(φ'_t) U",
            say(
                "The same matrix again and again: what it shrinks vanishes, what it stretches"
                " explodes.",
                "La même matrice, encore et encore : ce qu'elle rétrécit disparaît, ce qu'elle"
                " étire explose.",
            ),
        ),
        Equation(
            r"U^\top U = I \; \to \; \norm U v \norm = \norm v \norm",
            "UᵀU = I  →  ‖U v‖ = ‖v‖",
            say(
                "An orthogonal start neither shrinks nor stretches (Saxe, McClelland, Ganguli"
                " 2014).",
                "Un départ orthogonal ne rétrécit ni n'étire (Saxe, McClelland, Ganguli 2014).",
            ),
        ),
        Equation(
            r"\text{std} (U_{\text{Glorot}}) = \sqrt{\frac{2}{n + n}} = \frac{1}{\sqrt n}",
            "std(U_Glorot) = √(2/(n + n)) = 1/√n",
            say(
                "Glorot and Bengio 2010: the wider the layer, the smaller its values, so that the"
                " size of a sum of n terms does not depend on n.",
                "Glorot et Bengio 2010 : plus la couche est large, plus ses valeurs sont petites,"
                " pour que la taille d'une somme de n termes ne dépende pas de n.",
            ),
        ),
        Equation(
            r"\text{LN} (a) = g \odot \frac{a - \bar a}{\text{std} (a)}",
            "LN(a) = g ⊙ (a - ā) / std(a)",
            say(
                "Layer normalisation, of W x and of U h: a matrix twice as large gives the same"
                " (Ba, Kiros, Hinton 2016).",
                "La normalisation de couche, de W x et de U h : une matrice deux fois plus grande"
                " donne le même résultat (Ba, Kiros, Hinton 2016).",
            ),
        ),
    ]


def way_back(starts: Sequence[Start], language: Language) -> Chapter:
    """The curves without and with normalisation, then both at the first word."""
    say = language.say
    pictures = []
    for key, when, found in (
        ("plain", say("without normalisation", "sans normalisation"), [s.plain for s in starts]),
        ("layer-norm", say("with normalisation", "avec normalisation"), [s.normed for s in starts]),
    ):  # fmt: skip
        lines = {
            one.variant.name: Curve(range(len(one.before.parts)), one.before.parts) for one in found
        }
        labels = Labels(
            say(f"The gradient on its way back, {when}", f"Le gradient vers le début, {when}"),
            say(
                "Before training, as a part of that at the last word.",
                "Avant l'apprentissage, en part de celui du dernier mot.",
            ),
            say("words before the last one →", "mots avant le dernier →"),
            language.decimal,
        )
        pictures.append(Picture(f"way-back-{key}", named_lines(lines, labels, Frame(log=True))))
    rungs = [
        Rung(one.name, one.plain.before.first_word, one.normed.before.first_word) for one in starts
    ]
    labels = LadderLabels(
        say("What reaches the first word", "Ce qui atteint le premier mot"),
        say("Before training.", "Avant l'apprentissage."),
        say("part of the gradient that is left", "part restante du gradient"),
        (say("without normalisation", "sans normalisation"), say("with", "avec")),
        language.decimal,
    )
    pictures.append(Picture("starts", ladder(rungs, labels)))
    return Chapter(say("The way back", "Le chemin du retour"), (), pictures)


def curves(starts: Sequence[Start], language: Language) -> Chapter:
    """Validation loss from each start."""
    say, pictures = language.say, []
    for key, when, found in (
        ("plain", say("Without normalisation", "Sans normalisation"), [s.plain for s in starts]),
        ("layer-norm", say("With layer normalisation", "Avec normalisation de couche"),
         [s.normed for s in starts]),
    ):  # fmt: skip
        trials = {one.variant.name: (one.trial, "validation_loss") for one in found}
        second = say("Validation loss of each epoch.", "Perte de validation à chaque époque.")
        pictures.append(Picture(f"loss-{key}", by_epoch(trials, (when, second), language)))
    return Chapter(say("In the training curves", "Dans les courbes d'apprentissage"), (), pictures)


def table(starts: Sequence[Start], language: Language) -> Chapter:
    """All numbers."""
    say, number = language.say, language.number
    rows = [
        (
            one.name,
            number(one.states.stretch, 2),
            language.percent(one.states.flat, 0),
            language.size(one.plain.before.first_word),
            language.size(one.normed.before.first_word),
            *score_cells(one.plain.trial, language),
            number(one.normed.trial.scores.mcc, 2),
        )
        for one in starts
    ]
    head = (
        say("first values of U", "valeurs de départ de U"),
        say("stretch", "étirement"),
        say("flat", "plats"),
        say("first word", "premier mot"),
        say("with norm.", "avec norm."),
        *score_heads(language),
        say("MCC with norm.", "MCC avec norm."),
    )
    note = say(
        "Stretch: largest singular value of U. Flat: states where tanh has less than a tenth of its"
        " steepest slope. First word: part of the gradient at the last word, before training.",
        "Étirement : plus grande valeur singulière de U. Plats : états où tanh a moins d'un dixième"
        " de sa plus forte pente. Premier mot : part du gradient du dernier mot, avant"
        " l'apprentissage.",
    )
    note += " " + score_note(starts[0].plain.trial, language)
    caption = say("Every start in numbers", "Chaque départ en chiffres")
    return Chapter(say("In numbers", "En chiffres"), (), [Table(caption, head, rows, note=note)])
