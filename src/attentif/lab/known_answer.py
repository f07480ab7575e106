"""Attention where the right places are known: does it look at what the answer is made of?"""

import math
from collections.abc import Sequence
from functools import partial
from typing import Any, NamedTuple

import numpy as np

from attentif.lab.language import Language
from attentif.lab.pointing import Judged, Seen, judge, look, progress
from attentif.lab.results import Chapter, Equation, Findings, Picture, Wishes
from attentif.lab.sequence_training import NEVER, Learnt, Looker, Plan, learn, seeded
from attentif.lab.sequences import CLOSE, Drawn, beside_largest, largest, marked
from attentif.nn.recurrent import Recurrent
from attentif.report.named_lines import Curve, Frame, Labels, named_lines
from attentif.report.pages import Table
from attentif.report.truth_map import truth_map

ENOUGH = 0.9  # of the attention on the places: it points at them
HELD_OUT = 2**32  # no seed of a training: these sequences are never taught
TASKS = {"marked": marked, "beside-largest": beside_largest, "largest": largest}


class Size(NamedTuple):
    """How large the experiment is: numbers a sequence, sequences taught and held out."""

    length: int = 20
    taught: int = 20_000
    held_out: int = 1_000
    hidden: int = 24
    shown: int = 10


class Tried(NamedTuple):
    """One task: its name, the training, the held-out sequences and what was found on them."""

    key: str
    name: str
    learnt: Learnt
    drawn: Drawn
    seen: Seen
    judged: Judged

    @property
    def points(self) -> bool:
        """Attention shows where the answer comes from."""
        return bool(self.judged.mass.mean() >= ENOUGH)

    def to_dict(self) -> dict[str, Any]:
        """Ready for JSON."""
        return {"task": self.key, **self.judged.to_dict(), "training": self.learnt.to_dict()}


FULL = Size()


def run(wishes: Wishes, size: Size = FULL) -> Findings:
    """Teach three tasks whose right places are known, and look where the attention is."""
    names = task_names(wishes.language)
    found = []
    for number, (key, name) in enumerate(names.items(), 1):
        wishes.tell(f"{number}/{len(names)}  {name}")
        found.append(attempt(key, name, wishes.seed, size))
    say = wishes.language.say
    return Findings(
        name="known-answer",
        title=say("Attention where the answer is known", "L'attention quand la réponse est connue"),
        question=say(
            "In tasks whose right places are known, does attention look at what the answer is"
            " made of?",
            "Dans des tâches dont les bons endroits sont connus, l'attention regarde-t-elle ce"
            " dont la réponse est faite ?",
        ),
        answer=answer(found, wishes.language),
        details=details(found, wishes.language),
        equations=equations(wishes.language),
        chapters=[
            measured(found, wishes.language),
            maps(found, size.shown, wishes.language),
            growth(found, wishes.language),
        ],
        numbers={"tasks": [one.to_dict() for one in found], "close": CLOSE},
        about=about(size, wishes.language),
    )


def task_names(language: Language) -> dict[str, str]:
    """What is asked, in words."""
    say = language.say
    return {
        "marked": say("mean of the two marked", "moyenne des deux marqués"),
        "beside-largest": say("number beside the largest", "nombre à côté du plus grand"),
        "largest": say("the largest number itself", "le plus grand nombre lui-même"),
    }


def attempt(key: str, name: str, seed: int, size: Size) -> Tried:
    """Train on one task and look at sequences that were not taught."""
    draw = partial(TASKS[key], length=size.length)
    drawn = draw(np.random.default_rng([HELD_OUT, seed]), size.held_out)
    model = seeded(seed, lambda: Looker(Recurrent("gru", 2, size.hidden, bidirectional=True)))
    plan = Plan(most=size.taught, solved=NEVER, seed=seed)
    learnt = learn(model, draw, plan, partial(progress, drawn))
    seen = look(model, drawn)
    return Tried(key, name, learnt, drawn, seen, judge(seen, drawn))


def answer(found: Sequence[Tried], language: Language) -> str:
    """The sentence of conclusion."""
    say, number = language.say, language.number
    pointing = [one for one in found if one.points]

    def masses(of: bool) -> str:
        own = [one for one in found if one.points == of]
        return language.listed(
            [f"{number(float(one.judged.mass.mean()), 3)} ({one.name})" for one in own]
        )

    if not pointing:
        return say(
            f"In no task is {number(ENOUGH, 1)} of the attention on the places that the answer is"
            " made of.",
            f"Dans aucune tâche {number(ENOUGH, 1)} de l'attention n'est sur les endroits dont la"
            " réponse est faite.",
        )
    others = len(found) > len(pointing)
    return say(
        f"In {len(pointing)} of {len(found)} tasks attention is where the answer comes from:"
        f" {masses(True)} of it, on sequences that were never taught"
        + (f"; otherwise only {masses(False)}." if others else "."),
        f"Dans {len(pointing)} tâches sur {len(found)}, l'attention est là d'où vient la réponse :"
        f" {masses(True)} de son total, sur des suites jamais enseignées"
        + (f" ; sinon {masses(False)} seulement." if others else "."),
    )


def details(found: Sequence[Tried], language: Language) -> list[str]:
    """Why it may look elsewhere and still be right."""
    say, number, percent = language.say, language.number, language.percent
    said = []
    for one in found:
        own = one.judged
        mass = number(float(own.mass.mean()), 2)
        if one.points or own.right < ENOUGH:
            continue
        said.append(
            say(
                f"Asked for {one.name}, the network is right in {percent(own.right)} of the"
                f" sequences with {mass} of its attention on the right place (equal weights:"
                f" {number(own.even, 2)}).",
                f"Pour « {one.name} », le réseau a raison dans {percent(own.right)} des suites"
                f" avec {mass} de son attention au bon endroit (poids égaux :"
                f" {number(own.even, 2)}).",
            )
        )
        if own.elsewhere > 0.5:
            said.append(
                say(
                    "It need not look there: the recurrent layer has carried the answer along,"
                    " and the states at all other places tell it already (R²"
                    f" {number(own.elsewhere, 2)}). A map of attention shows where the network"
                    " reads, not where the answer came from.",
                    "Il n'a pas besoin d'y regarder : la couche récurrente a transporté la réponse,"
                    " et les états de tous les autres endroits la donnent déjà"
                    f" (R² {number(own.elsewhere, 2)}). Une carte d'attention montre où le réseau"
                    " lit, pas d'où vient la réponse.",
                )
            )
    wrong = [one.name for one in found if one.judged.right < ENOUGH]
    if wrong:
        said.append(
            say(
                f"Not learnt well enough to judge: {language.listed(wrong)}.",
                f"Pas assez appris pour en juger : {language.listed(wrong)}.",
            )
        )
    return said


def equations(language: Language) -> list[Equation]:
    """The attention, and what is measured of it."""
    say = language.say
    return [
        Equation(
            r"e_t = q^\top W h_t, \quad \alpha_t = \frac{\exp(e_t)}{\sum_k \exp(e_k)}",
            "e_t = qᵀ W h_t,  α = softmax(e)",
            say(
                "Luong's general score; the query q is the last state, both directions of a GRU.",
                "Le score d'alignement général de Luong ; la requête q est le dernier état, dans"
                " les deux sens d'un GRU.",
            ),
        ),
        Equation(
            r"c = \sum_t \alpha_t h_t, \quad y = w^\top c + b",
            "c = Σ_t α_t h_t,  y = wᵀ c + b",
            say(
                "The answer is read from the context alone.",
                "La réponse ne se lit que dans le contexte.",
            ),
        ),
        Equation(
            r"m = \sum_{t \in P} \alpha_t",
            "m = Σ_{t ∈ P} α_t",
            say(
                "Attention on the places P that the answer is made of: 1 is all of it.",
                "L'attention sur les endroits P dont la réponse est faite : 1 est son total.",
            ),
        ),
    ]


def measured(found: Sequence[Tried], language: Language) -> Chapter:
    """The table."""
    say, number, percent = language.say, language.number, language.percent
    rows = [
        (
            one.name,
            percent(one.judged.right),
            number(float(one.judged.mass.mean()), 3),
            number(float(np.percentile(one.judged.mass, 5)), 3),
            number(one.judged.even, 3),
            percent(one.judged.exact),
            number(one.judged.elsewhere, 2),
        )
        for one in found
    ]
    head = (
        say("asked for", "demandé"),
        say("right", "juste"),
        say("on the places", "aux bons endroits"),
        say("5th percentile", "5e centile"),
        say("equal weights", "poids égaux"),
        say("largest there", "maximum là"),
        say("elsewhere, R²", "ailleurs, R²"),
    )
    note = say(
        f"Right: within {number(CLOSE, 2)}. On the places: attention on the numbers that the"
        " answer is made of; the 5th percentile is what all but 5 % of the sequences reach."
        " Largest there: sequences whose largest weights are on those places. Elsewhere: how much"
        " of the answer a linear fit reads from the states at all other places.",
        f"Juste : à {number(CLOSE, 2)} près. Aux bons endroits : attention sur les nombres dont la"
        " réponse est faite ; le 5e centile est ce qu'atteignent toutes les suites sauf 5 %."
        " Maximum là : suites dont les plus grands poids sont à ces endroits. Ailleurs : ce qu'un"
        " ajustement linéaire lit de la réponse dans les états de tous les autres endroits.",
    )
    caption = say("On sequences that were never taught", "Sur des suites jamais enseignées")
    return Chapter(
        say("Where the attention is", "Où est l'attention"),
        (),
        [Table(caption, head, rows, note=note)],
    )


def maps(found: Sequence[Tried], shown: int, language: Language) -> Chapter:
    """The attention beside the truth."""
    say = language.say
    pictures = []
    for one in found:
        lengths = one.drawn.inputs.mask.sum(dim=1).tolist()[:shown]
        mass = one.judged.mass[:shown]
        figure = truth_map(
            [one.seen.weights[row, :length] for row, length in enumerate(lengths)],
            one.drawn.places[:shown].tolist(),
            [language.number(float(value), 2) for value in mass],
            title=one.name[:1].upper() + one.name[1:],
            second=say(
                "Dark: attention. Frames: where the answer is. At the right: how much is in them.",
                "Foncé : attention. Cadres : où est la réponse. À droite : ce qui s'y trouve.",
            ),
            below=say("place in the sequence →", "place dans la suite →"),
        )
        pictures.append(Picture(f"map-{one.key}", figure))
    return Chapter(
        say("The maps beside the truth", "Les cartes à côté de la vérité"),
        [
            say(
                "The first held-out sequences of each task, none chosen.",
                "Les premières suites gardées de chaque tâche, sans choix.",
            )
        ],
        pictures,
    )


def growth(found: Sequence[Tried], language: Language) -> Chapter:
    """How the attention finds the places."""
    say = language.say
    curves = {}
    for one in found:
        step = one.learnt.seen / max(1, len(one.learnt.history))
        values = [row["mass"] for row in one.learnt.history] or [math.nan]
        curves[one.name] = Curve([step * (k + 1) / 1000 for k in range(len(values))], values)
    labels = Labels(
        say(
            "Attention on the right places, while it learns",
            "L'attention aux bons endroits, pendant l'apprentissage",
        ),
        say(
            f"Mean over the held-out sequences; dotted: {ENOUGH}.",
            f"Moyenne sur les suites gardées ; pointillé : {language.number(ENOUGH, 1)}.",
        ),
        say("thousand sequences taught →", "milliers de suites enseignées →"),
        language.decimal,
    )
    frame = Frame(low=0.0, high=1.02, level=(ENOUGH, ""))
    return Chapter(
        say("How it finds them", "Comment elle les trouve"),
        (),
        [Picture("while-learning", named_lines(curves, labels, frame))],
    )


def about(size: Size, language: Language) -> dict[str, str]:
    """For the foot of the page."""
    say, count = language.say, language.count
    said = say(
        f"{size.length // 2} to {size.length} numbers, drawn anew each time:"
        f" {count(size.taught)} to learn from, {count(size.held_out)} held out",
        f"{size.length // 2} à {size.length} nombres, tirés à chaque fois :"
        f" {count(size.taught)} pour apprendre, {count(size.held_out)} gardées",
    )
    return {say("Sequences", "Suites"): said}
