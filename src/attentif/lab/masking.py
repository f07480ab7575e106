"""Without the mask: what the curves give away, what the weights show, and when each cell gives in.

The workshop's questions 3 and 5.
"""

from collections.abc import Sequence
from typing import Any, NamedTuple

from attentif.lab.epochs import by_epoch
from attentif.lab.frames import Frame
from attentif.lab.language import Language
from attentif.lab.pulls import compared, weights_chapter, weights_said
from attentif.lab.results import Chapter, Equation, Findings, Picture, Wishes
from attentif.lab.rows import MOST, Parts, parts_of
from attentif.lab.variants import PLAIN, Trained, Variant, train_one
from attentif.report.named_lines import Curve, Labels, named_lines
from attentif.report.named_lines import Frame as Axes
from attentif.report.pages import Table

IDLE = 0.1  # MCC below which a network has learnt nothing
CLOSE = 0.03  # nats: a loss this near to the constant answer's is the constant answer's


class Size(NamedTuple):
    """How large the experiment is.

    words: most of a text that are read. lengths: after padding, rising; the curves are drawn
    at the second one.
    """

    words: int = 25
    lengths: tuple[int, ...] = (25, 50, 100, 200)
    epochs: int = 5
    texts: int = MOST


FULL = Size()


class Row(NamedTuple):
    """One cell: with the mask, then without it at each length until it has learnt nothing."""

    key: str
    name: str
    masked: Trained
    padded: dict[int, Trained]

    @property
    def gives_in(self) -> int | None:
        """The shortest length at which nothing is learnt any more."""
        idle = [n for n, one in self.padded.items() if one.trial.scores.mcc < IDLE]
        return min(idle, default=None)


def run(wishes: Wishes, size: Size = FULL) -> Findings:
    """Train each cell with the mask, and without it behind more and more padding."""
    parts = parts_of(wishes.data, wishes.seed, size.texts)
    rows = [
        row_of(key, name, own, parts, wishes, size) for key, (name, own) in cells(wishes.language)
    ]
    curved, language = size.lengths[1], wishes.language
    say, base = language.say, rows[0]
    weights = compared(base.masked, base.padded[min(curved, max(base.padded))], parts)
    return Findings(
        name="masking",
        title=say("Without the mask", "Sans le masque"),
        question=say(
            "Without the mask, what in the training curves gives it away, and what do the weights"
            " show? Is it trouble for the LSTM too, and as soon?",
            "Sans le masque, à quoi le voit-on dans les courbes d'apprentissage, et que montrent"
            " les poids ? Est-ce aussi un problème pour le LSTM, et aussi tôt ?",
        ),
        answer=answer(rows, size, language),
        details=[curve_said(base, curved, parts, language), weights_said(weights, language)],
        equations=equations(language),
        chapters=[
            curves(rows, curved, parts, language),
            weights_chapter(weights, base.name, language),
            padding(rows, parts, language),
        ],
        numbers={
            "constant_loss": parts.constant_loss,
            "cells": [
                {
                    "cell": row.key,
                    "gives_in": row.gives_in,
                    "masked": row.masked.to_dict(),
                    "padded": {str(n): one.to_dict() for n, one in row.padded.items()},
                }
                for row in rows
            ],
            "weights": [one._asdict() for one in weights],
        },
        about=parts.about(language),
    )


def cells(language: Language) -> list[tuple[str, tuple[str, dict[str, Any]]]]:
    """The workshop's RNN, a sounder one, and the two cells with gates."""
    say = language.say
    workshop = {"activation": "sigmoid", "recurrent_init": "normal"}
    return [
        (
            "workshop-rnn",
            (say("RNN, sigmoid", "RNN, sigmoïde"), {"architecture": "rnn", **workshop}),
        ),
        ("rnn", (say("RNN, tanh", "RNN, tanh"), {"architecture": "rnn"})),
        ("gru", ("GRU", {"architecture": "gru"})),
        ("lstm", ("LSTM", {"architecture": "lstm"})),
    ]


def row_of(
    key: str, name: str, own: dict[str, Any], parts: Parts, wishes: Wishes, size: Size
) -> Row:
    """All trainings of one cell; longer paddings are not tried once nothing is learnt."""
    say = wishes.language.say
    base = PLAIN | own | {
        "hidden_size": 24, "learning_rate": 0.004, "epochs": size.epochs, "max_length": size.words,
    }  # fmt: skip
    wishes.tell(f"{name}  {say('with the mask', 'avec le masque')}")
    masked = train_one(Variant(f"{key}-masked", name, base), parts, wishes.seed)
    padded: dict[int, Trained] = {}
    for length in size.lengths:
        wishes.tell(f"{name}  {length}")
        variant = Variant(f"{key}-{length}", name, base | {"masking": False}, Frame(length))
        padded[length] = train_one(variant, parts, wishes.seed)
        if padded[length].trial.scores.mcc < IDLE:
            break
    return Row(key, name, masked, padded)


def answer(rows: Sequence[Row], size: Size, language: Language) -> str:
    """The RNN of the workshop against the LSTM."""
    say, most = language.say, max(size.lengths)
    rnn, lstm = rows[0].gives_in, rows[-1].gives_in
    if rnn is None:
        return say(
            f"In this run the workshop's RNN still learns something when texts are padded to {most}"
            " words.",
            "Dans cet essai, le RNN de l'atelier apprend encore quelque chose quand les textes sont"
            f" complétés à {most} mots.",
        )
    first = say(
        f"Without the mask the workshop's RNN learns nothing from texts padded to {rnn} words",
        f"Sans masque, le RNN de l'atelier n'apprend rien de textes complétés à {rnn} mots",
    )
    if lstm is None:
        return first + say(
            f"; the LSTM still learns at {most}.", f" ; le LSTM apprend encore à {most}."
        )
    if lstm == rnn:
        return first + say(", nor does the LSTM.", ", le LSTM non plus.")
    if lstm < rnn:
        return first + say(f"; the LSTM as soon as {lstm}.", f" ; le LSTM dès {lstm}.")
    return first + say(
        f"; the LSTM has the same trouble, later, at {lstm}.",
        f" ; le LSTM a le même problème, plus tard, à {lstm}.",
    )


def idle(one: Trained, parts: Parts) -> bool:
    """Whether the loss stays at that of a constant answer."""
    losses = [row["validation_loss"] for row in one.trial.history]
    return bool(losses) and min(losses) > parts.constant_loss - CLOSE


def curve_said(base: Row, curved: int, parts: Parts, language: Language) -> str:
    """What gives it away."""
    one = base.padded[min(curved, max(base.padded))]
    best = min(row["validation_loss"] for row in one.trial.history)
    lowest, level = language.number(best, 2), language.number(parts.constant_loss, 2)
    if not idle(one, parts):
        return language.say(
            f"The curves do not give it away here: the loss falls to {lowest}, below {level}, the"
            " loss of an answer that only knows how frequent the classes are.",
            f"Ici les courbes ne le trahissent pas : la perte descend à {lowest}, sous {level},"
            " celle d'une réponse qui ne connaît que la fréquence des classes.",
        )
    accuracy = language.percent(one.trial.history[-1]["validation_accuracy"])
    return language.say(
        f"The curves give it away: training and validation loss stay together at {lowest}, the"
        f" loss of an answer that only knows how frequent the classes are ({level}), and the"
        f" accuracy at {accuracy}, that of always the same answer. No over-fitting, no noise: a"
        " plateau from the first epoch on.",
        f"Les courbes le trahissent : les pertes d'apprentissage et de validation restent ensemble"
        f" à {lowest}, celle d'une réponse qui ne connaît que la fréquence des classes ({level}),"
        f" et l'exactitude à {accuracy}, celle d'une réponse toujours identique. Ni"
        " sur-apprentissage, ni bruit : un palier dès la première époque.",
    )


def equations(language: Language) -> list[Equation]:
    """What a mask does."""
    say = language.say
    return [
        Equation(
            r"h_t = m_t \, \phi(W x_t + U h_{t-1} + b) + (1 - m_t) \, h_{t-1}",
            "h_t = m_t φ(W x_t + U h_{t-1} + b) + (1 - m_t) h_{t-1}",
            say(
                "m is 1 on a word and 0 on padding: with the mask, padding leaves the state as"
                " it is.",
                "m vaut 1 sur un mot et 0 sur le remplissage : avec le masque, le remplissage"
                " laisse l'état tel quel.",
            ),
        ),
        Equation(
            r"x_t = 0 \; \to \; h_t = \phi(U h_{t-1} + b)",
            "x_t = 0  →  h_t = φ(U h_{t-1} + b)",
            say(
                "Without it, every padding step is one more step that forgets the words and"
                " shortens the gradient.",
                "Sans lui, chaque pas de remplissage est un pas de plus qui oublie les mots et"
                " raccourcit le gradient.",
            ),
        ),
        Equation(
            r"H = - \sum_k p_k \log p_k",
            "H = - ∑_k p_k log p_k",
            say(
                "The loss of a network that has learnt the classes' frequencies p and nothing"
                " else: the height of the plateau.",
                "La perte d'un réseau qui a appris les fréquences p des classes et rien d'autre :"
                " la hauteur du palier.",
            ),
        ),
    ]


def curves(rows: Sequence[Row], curved: int, parts: Parts, language: Language) -> Chapter:
    """Loss by epoch with and without the mask, of the first cell and the last."""
    say = language.say
    level = say("always the same answer", "réponse toujours identique")
    pictures = []
    for row in (rows[0], rows[-1]):
        length = min(curved, max(row.padded))
        masked, padded = row.masked.trial, row.padded[length].trial
        trials = {
            say("mask: training", "masque : appr."): (masked, "loss"),
            say("mask: validation", "masque : valid."): (masked, "validation_loss"),
            say("none: training", "sans : appr."): (padded, "loss"),
            say("none: validation", "sans : valid."): (padded, "validation_loss"),
        }
        titles = (
            say(f"Loss: {row.name}", f"Perte : {row.name}"),
            say(
                f"With the mask, and without it on texts padded to {length} words.",
                f"Avec le masque, et sans lui sur des textes complétés à {length} mots.",
            ),
        )
        figure = by_epoch(trials, titles, language, Axes(level=(parts.constant_loss, level)))
        pictures.append(Picture(f"loss-{row.key}", figure))
    return Chapter(
        say("In the training curves", "Dans les courbes d'apprentissage"),
        [
            say(
                "The dotted line is the loss of a network that has learnt how frequent the classes"
                " are, and nothing from the texts.",
                "La ligne pointillée est la perte d'un réseau qui a appris la fréquence des"
                " classes, et rien des textes.",
            )
        ],
        pictures,
    )


def padding(rows: Sequence[Row], parts: Parts, language: Language) -> Chapter:
    """What each cell learns behind more and more padding."""
    say = language.say
    curves = {
        row.name: Curve(list(row.padded), [one.trial.scores.mcc for one in row.padded.values()])
        for row in rows
    }
    encoded = rows[0].masked.trial.front_end.encode(parts.test.texts)
    words = language.number(float(encoded.lengths.mean()), 0)
    labels = Labels(
        say(
            "How much padding each cell can bear", "Combien de remplissage chaque cellule supporte"
        ),
        say(
            f"MCC without the mask; the texts have {words} words on average.",
            f"MCC sans le masque ; les textes ont {words} mots en moyenne.",
        ),
        say("words after padding", "mots après remplissage"),
        language.decimal,
    )
    most = max(len(row.padded) for row in rows)
    lengths = max((list(row.padded) for row in rows), key=len)
    written = [
        (
            row.name,
            language.number(row.masked.trial.scores.mcc, 2),
            *[language.number(one.trial.scores.mcc, 2) for one in row.padded.values()],
            *["–"] * (most - len(row.padded)),
        )
        for row in rows
    ]
    note = say(
        "MCC on rows that were kept aside. After the first length at which nothing is learnt"
        f" (MCC below {language.number(IDLE, 1)}) longer ones are not tried.",
        "MCC sur des lignes gardées à part. Après la première longueur où rien n'est appris (MCC"
        f" sous {language.number(IDLE, 1)}), de plus longues ne sont pas essayées.",
    )
    head = (say("cell", "cellule"), say("mask", "masque"), *map(str, lengths))
    caption = say("MCC by length after padding", "MCC selon la longueur après remplissage")
    picture = Picture("padding", named_lines(curves, labels, Axes(log_x=True)))
    return Chapter(
        say("Is the LSTM in trouble too?", "Le LSTM a-t-il le même problème ?"),
        (),
        [picture, Table(caption, head, written, note=note)],
    )
