"""Padding before the words or after them, with the mask and without: does the side matter?"""

from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np
import torch

from attentif.lab.frames import Frame, framed
from attentif.lab.language import Language
from attentif.lab.results import Chapter, Equation, Findings, Picture, Wishes
from attentif.lab.rows import MOST, Parts, parts_of
from attentif.lab.same_rows import differ, difference
from attentif.lab.variants import PLAIN, Trained, Variant, train_one
from attentif.measure.paired import Difference
from attentif.nn.recurrent import Recurrent, unroll
from attentif.report.interval_rows import Measured, RowLabels, interval_rows
from attentif.report.pages import Table
from attentif.train.batch import gather

CELLS = {"rnn": "RNN", "gru": "GRU", "lstm": "LSTM", "attention": "LSTM"}
TEXTS = 64  # that the states are compared on


class Size(NamedTuple):
    """How large the experiment is: words read at most, length after padding, epochs, texts."""

    words: int = 25
    length: int = 50
    epochs: int = 5
    texts: int = MOST


FULL = Size()


class Row(NamedTuple):
    """One network three times.

    gap: largest difference of a last state between the sides, with the mask.
    lost_after, lost_before: MCC without the mask minus that with it.
    """

    key: str
    name: str
    masked: Trained
    after: Trained
    before: Trained
    gap: float
    lost_after: Difference
    lost_before: Difference

    def to_dict(self) -> dict[str, Any]:
        """Ready for JSON."""
        return {
            "network": self.key,
            "masked": self.masked.to_dict(),
            "after": self.after.to_dict(),
            "before": self.before.to_dict(),
            "largest_state_difference": self.gap,
            "after_minus_masked": self.lost_after._asdict(),
            "before_minus_masked": self.lost_before._asdict(),
        }


def run(wishes: Wishes, size: Size = FULL) -> Findings:
    """Train each network with the mask, and without it with padding on either side."""
    parts = parts_of(wishes.data, wishes.seed, size.texts)
    rows = [row_of(key, parts, wishes, size) for key in CELLS]
    language = wishes.language
    say = language.say
    return Findings(
        name="padding-side",
        title=say("The side of the padding", "Le côté du remplissage"),
        question=say(
            "Should the padding stand before the words or after them, and does the side still"
            " matter with the mask?",
            "Le remplissage doit-il être avant les mots ou après, et le côté compte-t-il encore"
            " avec le masque ?",
        ),
        answer=answer(rows, language),
        details=details(rows, size, language),
        equations=equations(language),
        chapters=[table(rows, language), picture(rows, language)],
        numbers={"length": size.length, "networks": [row.to_dict() for row in rows]},
        about=parts.about(language),
    )


def row_of(key: str, parts: Parts, wishes: Wishes, size: Size) -> Row:
    """The three trainings of one network."""
    say = wishes.language.say
    name = CELLS[key] if key != "attention" else say("LSTM with attention", "LSTM avec attention")
    base = PLAIN | {
        "architecture": key, "hidden_size": 24, "learning_rate": 0.004, "epochs": size.epochs,
        "max_length": size.words,
    }  # fmt: skip
    bare = base | {"masking": False}
    variants = {
        "masked": Variant(f"{key}-masked", name, base),
        "after": Variant(f"{key}-after", name, bare, Frame(size.length)),
        "before": Variant(f"{key}-before", name, bare, Frame(size.length, "start")),
    }
    found = {}
    for kind, variant in variants.items():
        wishes.tell(variant.key)
        found[kind] = train_one(variant, parts, wishes.seed)
    masked, after, before = found["masked"], found["after"], found["before"]
    return Row(
        key, name, masked, after, before, side_gap(masked, parts, size.length),
        difference(after.trial, masked.trial, parts), difference(before.trial, masked.trial, parts),
    )  # fmt: skip


def side_gap(one: Trained, parts: Parts, length: int) -> float:
    """Largest difference between the last states of texts padded at the end and at the start.

    Both are read under the mask, at which a state stays as it was.
    """
    encoded = one.trial.front_end.encode(parts.test.texts[:TEXTS])
    inputs = gather(encoded, np.arange(len(encoded.lengths))).inputs
    network = one.trial.network.network
    (layer,) = network.recurrent.layers
    if not isinstance(layer, Recurrent):
        return 0.0
    end, start = (framed(inputs, Frame(length, side)) for side in ("end", "start"))
    with torch.no_grad():
        last = layer(network.embedding(end), end.mask).last
        other = unroll(layer.forwards, network.embedding(start), start.mask)[:, -1]
    return float((last - other).abs().max())


def answer(rows: Sequence[Row], language: Language) -> str:
    """What each side costs without the mask, and what the mask leaves of it."""
    say, number = language.say, language.number
    hurt = {
        side: [row.name for row in rows if differ(gap(row, side)) and gap(row, side).mean < 0]
        for side in ("after", "before")
    }
    mean = {side: number(float(np.mean([gap(row, side).mean for row in rows])), 2) for side in hurt}
    worst = language.size(max(row.gap for row in rows))
    return say(
        f"Without the mask, padding after the words changes the MCC by {mean['after']} on average"
        f" ({clear(hurt['after'], rows, language)}), padding before them by {mean['before']}"
        f" ({clear(hurt['before'], rows, language)}); with the mask the side changes no state by"
        f" more than {worst}.",
        f"Sans masque, le remplissage après les mots change le MCC de {mean['after']} en moyenne"
        f" ({clear(hurt['after'], rows, language)}), avant eux de {mean['before']}"
        f" ({clear(hurt['before'], rows, language)}) ; avec le masque, le côté ne change aucun état"
        f" de plus de {worst}.",
    )


def gap(row: Row, side: str) -> Difference:
    """What one side does to a network."""
    return row.lost_after if side == "after" else row.lost_before


def clear(names: Sequence[str], rows: Sequence[Row], language: Language) -> str:
    """For which networks the loss is beyond chance."""
    if not names:
        return language.say("beyond chance for none", "au-delà du hasard pour aucun")
    if len(names) == len(rows):
        return language.say("beyond chance for all", "au-delà du hasard pour tous")
    said = language.listed(list(names))
    return language.say(f"beyond chance for {said}", f"au-delà du hasard pour {said}")


def details(rows: Sequence[Row], size: Size, language: Language) -> list[str]:
    """Why: how much of the gradient arrives at the last word."""
    say = language.say
    worst = min(rows, key=lambda row: row.after.before.last_word)
    said = [
        say(
            f"After the words, the padding stands between them and the answer: of the gradient at"
            f" the last step, {language.size(worst.after.before.last_word)} reaches the last word"
            f" of a message before training ({worst.name}); before them,"
            f" {language.size(worst.before.before.last_word)}.",
            "Après les mots, le remplissage se tient entre eux et la réponse : du gradient au"
            f" dernier pas, {language.size(worst.after.before.last_word)} atteint le dernier mot"
            f" d'un message avant l'apprentissage ({worst.name}) ; avant eux,"
            f" {language.size(worst.before.before.last_word)}.",
        )
    ]
    slower = [row.after.trial.seconds / row.masked.trial.seconds for row in rows]
    said.append(
        say(
            f"Reading the padding, to {size.length} words, takes"
            f" {language.number(float(np.mean(slower)), 1)} times as long as padding each batch to"
            " its longest message.",
            f"Lire le remplissage, jusqu'à {size.length} mots, prend"
            f" {language.number(float(np.mean(slower)), 1)} fois le temps du remplissage au plus"
            " long message de chaque lot.",
        )
    )
    return said


def equations(language: Language) -> list[Equation]:
    """The mask, and what padding does without it."""
    say = language.say
    return [
        Equation(
            r"h_t = m_t \phi(W x_t + U h_{t-1} + b) + (1 - m_t) h_{t-1}",
            "h_t = m_t φ(W x_t + U h_{t-1} + b) + (1 − m_t) h_{t-1}",
            say(
                "With the mask (m = 1: a word, 0: padding) a state passes padding unchanged,"
                " wherever it stands.",
                "Avec le masque (m = 1 : un mot, 0 : remplissage), un état traverse le remplissage"
                " sans changer, où qu'il soit.",
            ),
        ),
        Equation(
            r"h_{n+k} = \phi(W x_0 + U h_{n+k-1} + b)",
            "h_{n+k} = φ(W x₀ + U h_{n+k−1} + b)",
            say(
                "Without it, k steps of padding x₀ after the n words write over them; before the"
                " words they only change where the reading starts.",
                "Sans lui, k pas de remplissage x₀ après les n mots les recouvrent ; avant les"
                " mots, ils ne changent que le point de départ.",
            ),
        ),
    ]


def table(rows: Sequence[Row], language: Language) -> Chapter:
    """MCC of the three, and what of the gradient arrives."""
    say, number = language.say, language.number
    cells = [
        (
            row.name,
            *(number(one.trial.scores.mcc, 2) for one in (row.masked, row.before, row.after)),
            language.size(row.before.before.last_word),
            language.size(row.after.before.last_word),
            language.size(row.gap),
        )
        for row in rows
    ]
    head = (
        say("network", "réseau"),
        say("mask", "masque"),
        say("before", "avant"),
        say("after", "après"),
        say("last word, before", "dernier mot, avant"),
        say("last word, after", "dernier mot, après"),
        say("sides with mask", "côtés avec masque"),
    )
    idle = language.percent(rows[0].masked.trial.scores.majority)
    note = say(
        "Mask, before, after: MCC with the mask, and without it with the padding on that side."
        " Last word: part of the gradient at the last step, before training. Sides with mask:"
        " largest difference between the last states of padding at the two ends. Always the same"
        f" answer: accuracy {idle}, MCC 0. One training each: chance is that of the texts, not of"
        " the first weights.",
        "Masque, avant, après : MCC avec le masque, puis sans lui, remplissage de ce côté. Dernier"
        " mot : part du gradient du dernier pas, avant l'apprentissage. Côtés avec masque : plus"
        " grand écart entre les derniers états du remplissage aux deux bouts. Réponse toujours"
        f" identique : exactitude {idle}, MCC 0. Un seul apprentissage chacun : le hasard est celui"
        " des textes, pas des premières valeurs.",
    )
    caption = say("Four networks, three paddings", "Quatre réseaux, trois remplissages")
    return Chapter(
        say("With the mask and without", "Avec le masque et sans"),
        (),
        [Table(caption, head, cells, note=note)],
    )


def picture(rows: Sequence[Row], language: Language) -> Chapter:
    """The MCC of all trainings with their intervals."""
    say = language.say
    kinds = {
        "masked": say("mask", "masque"),
        "before": say("before", "avant"),
        "after": say("after", "après"),
    }
    drawn = []
    for row in rows:
        for kind, word in kinds.items():
            scores = getattr(row, kind).trial.scores
            low, high = scores.intervals["mcc"]
            said = language.number(scores.mcc, 2)
            drawn.append(
                Measured(f"{row.name}, {word}", scores.mcc, low, high, said, (), kind == "after")
            )
    labels = RowLabels(
        say("What the side of the padding does", "Ce que fait le côté du remplissage"),
        say(
            "MCC on messages that were never taught; line: 95 % interval.",
            "MCC sur des messages jamais enseignés ; trait : intervalle à 95 %.",
        ),
        "MCC",
        language.decimal,
    )
    return Chapter(
        say("The scores and their intervals", "Les scores et leurs intervalles"),
        (),
        [Picture("scores", interval_rows(drawn, labels, level=0.0))],
    )
