"""The vanishing gradient: what reaches the first word, and what each repair restores."""

import math
from collections.abc import Sequence
from typing import Any, NamedTuple

from attentif.lab.frames import Frame
from attentif.lab.language import Language
from attentif.lab.presets import preset
from attentif.lab.results import Chapter, Equation, Findings, Picture, Wishes
from attentif.lab.rows import MOST, parts_of
from attentif.lab.score_cells import score_cells, score_heads, score_note
from attentif.lab.variants import PIECES, Trained, Variant, train_all
from attentif.report.ladder import LadderLabels, Rung, ladder
from attentif.report.named_lines import Curve, Labels, named_lines
from attentif.report.named_lines import Frame as Axes
from attentif.report.pages import Table

BASE = "workshop"
SINGLE = 1.4e-45  # smallest number above 0 in single precision
FEW, MANY = 2, 6  # orders of magnitude that are worth a sentence
LEARNT = 0.3  # MCC from which a network counts as having learnt


class Size(NamedTuple):
    """How large the experiment is: words after padding, epochs, texts."""

    length: int = 50
    epochs: int = 8
    texts: int = MOST


FULL = Size()


def run(wishes: Wishes, size: Size = FULL) -> Findings:
    """Measure the workshop's RNN without the mask, and one repair after the other."""
    parts = parts_of(wishes.data, wishes.seed, size.texts)
    found = train_all(variants(wishes.language, size), parts, wishes)
    base, repairs = found[0], ranked(found[1:])
    say = wishes.language.say
    return Findings(
        name="vanishing-gradient",
        title=say("The vanishing gradient", "La disparition du gradient"),
        question=say(
            "How much of the loss's gradient reaches the first word of a message in the workshop's"
            " RNN without the mask, and what does each repair restore?",
            "Quelle part du gradient de la perte atteint le premier mot d'un message dans le RNN"
            " de l'atelier sans masque, et que rétablit chaque réparation ?",
        ),
        answer=answer(base, repairs, wishes.language),
        details=details(base, repairs, wishes.language),
        equations=equations(wishes.language),
        chapters=[
            way_back(found, wishes.language),
            ranking(base, repairs, wishes.language),
        ],
        numbers={
            "base": base.to_dict(),
            "repairs": [
                {**one.to_dict(), "orders_of_magnitude": gained(base, one)} for one in repairs
            ],
        },
        about=parts.about(wishes.language),
    )


def variants(language: Language, size: Size) -> list[Variant]:
    """The workshop's RNN without the mask, the same with one thing changed, and with several."""
    say = language.say
    base = preset("workshop-rnn") | {
        **PIECES,
        "masking": False,
        "max_length": size.length,
        "epochs": size.epochs,
    }
    mask, spread = {"masking": True}, {"embedding_init": "spread"}
    tanh, orthogonal = {"activation": "tanh"}, {"recurrent_init": "orthogonal"}
    lstm, gru = ({"architecture": cell, **tanh, **orthogonal} for cell in ("lstm", "gru"))
    changes: dict[str, tuple[str, dict[str, Any]]] = {
        BASE: (say("as in the workshop", "comme à l'atelier"), {}),
        "mask": (say("with the mask", "avec le masque"), mask),
        "embedding": (say("random embedding", "plongement aléatoire"), spread),
        "tanh": ("tanh", tanh),
        "orthogonal": (say("orthogonal start", "départ orthogonal"), orthogonal),
        "tanh-orthogonal": (say("tanh and orthogonal", "tanh et orthogonal"), tanh | orthogonal),
        "lstm": ("LSTM", lstm),
        "gru": ("GRU", gru),
        "together": (
            say("LSTM, mask and embedding", "LSTM, masque et plongement"),
            lstm | mask | spread,
        ),
    }
    frame = Frame(size.length)
    return [Variant(key, name, base | own, frame) for key, (name, own) in changes.items()]


def gained(base: Trained, one: Trained) -> float:
    """Orders of magnitude that a repair restores at the first word, before training."""
    return math.log10(one.before.first_word / base.before.first_word)


def reach_lost(one: Trained) -> float:
    """Orders of magnitude that training takes away at the first word."""
    return math.log10(one.before.first_word / one.after.first_word)


def ranked(repairs: Sequence[Trained]) -> list[Trained]:
    """The repairs, the one that restores most first."""
    return sorted(repairs, key=lambda one: -one.before.first_word)


def answer(base: Trained, repairs: Sequence[Trained], language: Language) -> str:
    """The sentence of conclusion."""
    best = repairs[0]
    return language.say(
        f"Of the gradient at the last step, a part of {language.size(base.before.first_word)}"
        f" reaches the first word, {language.number(base.before.steps, 0)} steps back; the"
        f" repair that restores most is {language.quoted([best.variant.name])}, with"
        f" {language.size(best.before.first_word)}.",
        f"Du gradient au dernier pas, une part de {language.size(base.before.first_word)} atteint"
        f" le premier mot, {language.number(base.before.steps, 0)} pas plus tôt ; la réparation"
        f" qui en rétablit le plus est {language.quoted([best.variant.name])}, avec"
        f" {language.size(best.before.first_word)}.",
    )


def details(base: Trained, repairs: Sequence[Trained], language: Language) -> list[str]:
    """What else the numbers say."""
    say = language.say
    found = []
    if base.before.first_word < 10 * SINGLE:
        found.append(
            say(
                "In single precision, in which networks are trained, this is exactly 0: the first"
                " words cannot be learnt through the recurrence at all.",
                "En simple précision, celle de l'entraînement, c'est exactement 0 : les premiers"
                " mots ne peuvent rien apprendre par la récurrence.",
            )
        )
    useless = [one.variant.name for one in repairs if abs(gained(base, one)) < FEW]
    if useless:
        found.append(
            say(
                f"Hardly any change, less than {FEW} orders of magnitude:"
                f" {language.quoted(useless)}.",
                f"Presque aucun changement, moins de {FEW} ordres de grandeur :"
                f" {language.quoted(useless)}.",
            )
        )
    lost = [one.variant.name for one in repairs if reach_lost(one) > MANY]
    if lost:
        found.append(
            say(
                f"Training at this rate took more than {MANY} orders of magnitude back from:"
                f" {language.quoted(lost)}. A good start is not kept by itself.",
                f"L'apprentissage à ce pas a repris plus de {MANY} ordres de grandeur à :"
                f" {language.quoted(lost)}. Un bon départ ne se conserve pas tout seul.",
            )
        )
    return [*found, learning(base, repairs, language)]


def learning(base: Trained, repairs: Sequence[Trained], language: Language) -> str:
    """Who has learnt anything."""
    say, epochs = language.say, len(base.trial.history)
    learnt = [one for one in repairs if one.trial.scores.mcc > LEARNT]
    names = language.quoted([one.variant.name for one in learnt])
    least = language.number(LEARNT, 1)
    accuracy = language.percent(base.trial.scores.accuracy)
    idle = base.trial.scores.accuracy <= base.trial.scores.majority
    return say(
        f"After {epochs} epochs the network as in the workshop is right for {accuracy} of the"
        " messages"
        + (", as the answer that is always the same." if idle else ".")
        + (f" Those that have learnt (MCC above {least}): {names}." if learnt else ""),
        f"Après {epochs} époques, le réseau comme à l'atelier a raison pour {accuracy} des"
        " messages"
        + (", autant que la réponse toujours identique." if idle else ".")
        + (f" Ont appris (MCC au-dessus de {least}) : {names}." if learnt else ""),
    )


def equations(language: Language) -> list[Equation]:
    """What makes it vanish."""
    say = language.say
    return [
        Equation(
            r"h_t = \phi(W x_t + U h_{t-1} + b)",
            "h_t = φ(W x_t + U h_{t-1} + b)",
            say("One step of the RNN.", "Un pas du RNN."),
        ),
        Equation(
            r"\frac{\partial L}{\partial h_k} = \frac{\partial L}{\partial h_T}"
            r"\prod_{t=k+1}^{T} diag(\phi'_t) U",
            "∂L/∂h_k = ∂L/∂h_T · ∏_{t=k+1..T} diag(φ'_t) U",
            say(
                "On its way back the gradient is multiplied once a step.",
                "Sur le chemin du retour, le gradient est multiplié à chaque pas.",
            ),
        ),
        Equation(
            r"\norm diag(\phi'_t) U \norm \le \gamma \, s_1(U), \; \gamma_{\text{sigmoid}}"
            r" = \frac{1}{4}, \; \gamma_{\text{tanh}} = 1",
            "‖diag(φ'_t) U‖ ≤ γ s₁(U),  γ = 1/4 (sigmoid), 1 (tanh)",
            say(
                "s₁ is the largest singular value of U. Where the product stays below 1, what"
                " reaches k steps back shrinks like its power k (Pascanu, Mikolov, Bengio 2013).",
                "s₁ est la plus grande valeur singulière de U. Si le produit reste sous 1, ce qui"
                " arrive k pas plus tôt décroît comme sa puissance k (Pascanu, Mikolov, Bengio"
                " 2013).",
            ),
        ),
        Equation(
            r"c_t = f_t \odot c_{t-1} + i_t \odot g_t",
            "c_t = f_t ⊙ c_{t-1} + i_t ⊙ g_t",
            say(
                "The LSTM's memory: where the forget gate f is near 1 the gradient passes"
                " unchanged.",
                "La mémoire du LSTM : là où la porte d'oubli f est proche de 1, le gradient passe"
                " tel quel.",
            ),
        ),
    ]


def way_back(found: Sequence[Trained], language: Language) -> Chapter:
    """The curves, before and after training."""
    say = language.say
    pictures = []
    for key, when, told in (
        ("before", say("before training", "avant l'apprentissage"), [t.before for t in found]),
        ("after", say("after training", "après l'apprentissage"), [t.after for t in found]),
    ):
        curves = {
            one.variant.name: Curve(range(len(own.parts)), own.parts)
            for one, own in zip(found, told, strict=True)
        }
        labels = Labels(
            say(
                f"The gradient on its way back, {when}",
                f"Le gradient sur le chemin du retour, {when}",
            ),
            say(
                "At the vector of each word, as a part of that at the last step read.",
                "Au vecteur de chaque mot, en part de celui du dernier pas lu.",
            ),
            say("steps before the last one read →", "pas avant le dernier lu →"),
            language.decimal,
        )
        level = (SINGLE, say("below: 0 in single precision", "au-dessous : 0 en simple précision"))
        lowest = min(min(own.parts) for own in told)
        frame = Axes(log=True, level=level if lowest < 1e-40 else None)
        pictures.append(Picture(f"way-back-{key}", named_lines(curves, labels, frame)))
    return Chapter(
        say("The way back", "Le chemin du retour"),
        [
            say(
                "Without the mask every message is followed by padding, and the network reads it:"
                " the last step is not the last word. The curve with the mask ends where the"
                " messages do.",
                "Sans masque, chaque message est suivi de remplissage, et le réseau le lit : le"
                " dernier pas n'est pas le dernier mot. La courbe avec masque s'arrête là où"
                " s'arrêtent les messages.",
            )
        ],
        pictures,
    )


def ranking(base: Trained, repairs: Sequence[Trained], language: Language) -> Chapter:
    """The repairs by what they restore."""
    say = language.say
    everyone = [base, *repairs]
    rungs = [
        Rung(
            one.variant.name,
            one.before.first_word,
            one.after.first_word,
            f"MCC {language.number(one.trial.scores.mcc, 2)}",
            one is base,
        )
        for one in everyone
    ]
    labels = LadderLabels(
        say("What reaches the first word", "Ce qui atteint le premier mot"),
        say(
            "Part of the gradient at the last step read that is left at the first word.",
            "Part du gradient du dernier pas lu qui reste au premier mot.",
        ),
        say("part that is left", "part restante"),
        (say("before training", "avant l'apprentissage"), say("after", "après")),
        language.decimal,
    )
    return Chapter(
        say("The repairs, ranked", "Les réparations, classées"),
        (),
        [Picture("repairs", ladder(rungs, labels)), table(base, everyone, language)],
    )


def table(base: Trained, everyone: Sequence[Trained], language: Language) -> Table:
    """The same in numbers."""
    say = language.say
    rows = [
        (
            one.variant.name,
            language.size(one.before.first_word),
            "–" if one is base else language.signed(gained(base, one), 1),
            language.size(one.after.first_word),
            language.size(one.before.last_word),
            *score_cells(one.trial, language),
        )
        for one in everyone
    ]
    head = (
        say("network", "réseau"),
        say("first word", "premier mot"),
        say("orders gained", "ordres gagnés"),
        say("after training", "après"),
        say("last word", "dernier mot"),
        *score_heads(language),
    )
    note = say(
        "First word, last word: part of the gradient at the last step read, before training,"
        " geometric mean over the messages. Orders gained: powers of ten at the first word"
        " against the network as in the workshop. The network and its training are the workshop's;"
        " texts are cut as this library does.",
        "Premier mot, dernier mot : part du gradient du dernier pas lu, avant l'apprentissage,"
        " moyenne géométrique sur les messages. Ordres gagnés : puissances de dix au premier mot"
        " par rapport au réseau de l'atelier. Le réseau et son apprentissage sont ceux de"
        " l'atelier ; les textes sont découpés comme le fait cette bibliothèque.",
    )
    note += " " + score_note(base.trial, language)
    caption = say(
        "The repairs, by what they restore", "Les réparations, par ce qu'elles rétablissent"
    )
    return Table(caption, head, rows, note=note)
