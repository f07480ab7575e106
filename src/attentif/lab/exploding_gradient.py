"""The exploding gradient: where the first infinite number is born, and what prevents it."""

import math
from collections.abc import Sequence
from typing import Any, NamedTuple

from attentif.config import Settings
from attentif.lab.births import Birth, Watch
from attentif.lab.language import Language
from attentif.lab.presets import preset
from attentif.lab.results import Chapter, Equation, Findings, Picture, Wishes
from attentif.lab.rows import MOST, Parts, parts_of
from attentif.lab.trials import Trial, train
from attentif.lab.variants import PIECES
from attentif.report.named_lines import Curve, Frame, Labels, named_lines
from attentif.report.pages import Table


class Size(NamedTuple):
    """How large the experiment is: words, width of the LSTM, epochs, texts."""

    length: int = 50
    hidden: int = 64
    epochs: int = 6
    texts: int = MOST


class Case(NamedTuple):
    """One training: its key and name, how it went and what was seen.

    words: most that it reads of a text.
    """

    key: str
    name: str
    words: int
    trial: Trial
    watch: Watch

    @property
    def largest(self) -> float:
        """The largest finite memory of all steps."""
        return max(self.watch.by_step, default=0.0)

    def to_dict(self) -> dict[str, Any]:
        """Ready for JSON."""
        birth = self.watch.birth
        return {
            "variant": self.key,
            **self.trial.to_dict(),
            "birth": birth._asdict() if birth else None,
            "largest_gradient": self.watch.norm,
            "largest_memory": self.largest,
            "largest_memory_by_step": self.watch.by_step,
        }


FULL = Size()


def run(wishes: Wishes, size: Size = FULL) -> Findings:
    """Train the workshop's LSTM until it breaks, then with one repair after the other."""
    parts = parts_of(wishes.data, wishes.seed, size.texts)
    cases = cases_of(wishes, size, parts)
    language = wishes.language
    return Findings(
        name="exploding-gradient",
        title=language.say("The exploding gradient", "L'explosion du gradient"),
        question=language.say(
            "With ReLU gates and a learning rate of .04 the workshop's LSTM breaks: where is the"
            " first infinite number born, and which single change prevents it?",
            "Avec des portes ReLU et un pas d'apprentissage de 0,04, le LSTM de l'atelier casse :"
            " où naît le premier nombre infini, et quel changement, seul, l'évite ?",
        ),
        answer=answer(cases[0], language),
        details=details(cases, language),
        equations=equations(language),
        chapters=[growth(cases, language), repairs(cases, language)],
        numbers={"cases": [case.to_dict() for case in cases]},
        about=parts.about(language),
    )


def cases_of(wishes: Wishes, size: Size, parts: Parts) -> list[Case]:
    """The workshop's LSTM, and the same with one thing changed."""
    say = wishes.language.say
    base = preset("workshop-lstm") | {
        **PIECES,
        "embedding_init": "spread",
        "max_length": size.length,
        "hidden_size": size.hidden,
        "epochs": size.epochs,
        "seed": wishes.seed,
    }
    changes: dict[str, tuple[str, dict[str, Any]]] = {
        "workshop": (say("as in the workshop", "comme à l'atelier"), {}),
        "clipping": (say("clipped to norm 1", "écrêté à la norme 1"), {"clip_norm": 1.0}),
        "rate": (say("rate .001", "pas de 0,001"), {"learning_rate": 0.001}),
        "short": (say("ten words", "dix mots"), {"max_length": min(10, size.length)}),
        "layer-norm": (say("layer normalisation", "normalisation de couche"), {"layer_norm": True}),
        "sigmoid": (say("sigmoid gates", "portes sigmoïdes"), {"gate_activation": "sigmoid"}),
    }
    found = []
    for number, (key, (name, own)) in enumerate(changes.items(), 1):
        wishes.tell(f"{number}/{len(changes)}  {name}")
        watch = Watch()
        settings = Settings.from_dict(base | own)
        trial = train(settings, parts, callbacks=[watch])
        found.append(Case(key, name, settings.max_length, trial, watch))
    return found


def where(birth: Birth, language: Language) -> str:
    """The place of birth in words."""
    say = language.say
    names = {
        "input_gate": say("the input gate", "la porte d'entrée"),
        "forget_gate": say("the forget gate", "la porte d'oubli"),
        "output_gate": say("the output gate", "la porte de sortie"),
        "candidate": say("the candidate", "le candidat"),
        "memory": say("the memory", "la mémoire"),
        "hidden": say("the hidden state", "l'état caché"),
    }
    step = language.count(birth.step)
    if birth.backward:
        return say(
            f"on the way back, in the gradient of {birth.place}, at training step {step}, while"
            f" the largest number on the way forward was {language.size(birth.largest)}",
            f"au retour, dans le gradient de {birth.place}, au pas d'apprentissage {step}, alors"
            f" que le plus grand nombre à l'aller était {language.size(birth.largest)}",
        )
    place = names.get(birth.place, birth.place)
    return say(
        f"on the way forward, in {place} at word {birth.word} of {birth.words}, at training step"
        f" {step}",
        f"à l'aller, dans {place} au mot {birth.word} sur {birth.words}, au pas d'apprentissage"
        f" {step}",
    )


def answer(base: Case, language: Language) -> str:
    """The sentence of conclusion."""
    birth = base.watch.birth
    if birth is None:
        most = language.size(base.largest)
        return language.say(
            f"In this run no number became infinite; the memory grew to {most}.",
            f"Dans cet essai, aucun nombre n'est devenu infini ; la mémoire a grandi jusqu'à"
            f" {most}.",
        )
    return language.say(
        f"The first number that is infinite or undefined is born {where(birth, language)}.",
        f"Le premier nombre infini ou indéfini naît {where(birth, language)}.",
    )


def details(cases: Sequence[Case], language: Language) -> list[str]:
    """Which changes prevent it, which only postpone it, and which do not even that."""
    say = language.say
    broken = [case for case in cases[1:] if case.trial.diverged]
    held = [case for case in cases[1:] if not case.trial.diverged]
    bounded = [case for case in held if case.largest <= case.words]
    growing = [case for case in held if case.largest > case.words]
    found = []
    if bounded:
        best = max(bounded, key=lambda case: case.trial.scores.mcc)
        names = language.listed([f"{one.name} ({language.size(one.largest)})" for one in bounded])
        mcc = language.number(best.trial.scores.mcc, 2)
        found.append(
            say(
                "A sigmoid gate is at most 1, so that a memory cannot pass the number of words."
                f" It stays below it with: {names}. Best MCC of these: {mcc}.",
                "Une porte sigmoïde vaut au plus 1 : la mémoire ne peut dépasser le nombre de"
                f" mots. Elle reste au-dessous avec : {names}. Meilleur MCC parmi eux : {mcc}.",
            )
        )
    if growing:
        names = language.listed([f"{one.name} ({language.size(one.largest)})" for one in growing])
        found.append(
            say(
                "Nothing infinite in these epochs, but a memory that has grown to the number in"
                f" brackets, postponed rather than prevented: {names}.",
                "Rien d'infini pendant ces époques, mais une mémoire qui a grandi jusqu'au nombre"
                f" entre parenthèses, remis plutôt qu'évité : {names}.",
            )
        )
    if broken:
        steps = [f"{case.name} ({language.count(case.trial.steps + 1)})" for case in broken]
        found.append(
            say(
                f"Broken all the same, at the step in brackets: {language.listed(steps)}.",
                f"Cassé quand même, au pas entre parenthèses : {language.listed(steps)}.",
            )
        )
    return found


def equations(language: Language) -> list[Equation]:
    """What makes it explode."""
    say = language.say
    return [
        Equation(
            r"c_t = f_t \odot c_{t-1} + i_t \odot g_t",
            "c_t = f_t ⊙ c_{t-1} + i_t ⊙ g_t",
            say("The memory of an LSTM.", "La mémoire d'un LSTM."),
        ),
        Equation(
            r"f_t = \relu(a_t) \in [0, \infty), \quad f_t = \sigma(a_t) \in (0, 1)",
            "f_t = relu(a_t) ∈ [0, ∞),  f_t = σ(a_t) ∈ (0, 1)",
            say(
                "A ReLU gate has no upper bound; a sigmoid one cannot pass 1.",
                "Une porte ReLU n'a pas de borne ; une porte sigmoïde ne dépasse pas 1.",
            ),
        ),
        Equation(
            r"\frac{\partial c_T}{\partial c_0} = \prod_{t=1}^{T} f_t + \dots",
            "∂c_T/∂c_0 = ∏_{t=1..T} f_t + …",
            say(
                "A forget gate of 2 over 50 words: 2⁵⁰, about 10¹⁵, forwards and backwards.",
                "Une porte d'oubli de 2 sur 50 mots : 2⁵⁰, environ 10¹⁵, à l'aller comme au"
                " retour.",
            ),
        ),
        Equation(
            r"g \to g \, \min(1, \frac{\ell}{\norm g \norm})",
            "g → g · min(1, ℓ/‖g‖)",
            say(
                "Clipping shortens the gradient; it cannot shorten a memory (Pascanu, Mikolov,"
                " Bengio 2013).",
                "L'écrêtage raccourcit le gradient ; il ne raccourcit pas la mémoire (Pascanu,"
                " Mikolov, Bengio 2013).",
            ),
        ),
    ]


def growth(cases: Sequence[Case], language: Language) -> Chapter:
    """The largest memory by training step, and along the words of the batch that broke."""
    say = language.say
    pictures = []
    curves = {
        case.name: Curve(range(1, len(values) + 1), values)
        for case in cases
        if (values := [*case.watch.by_step, *[math.nan] * case.trial.diverged])
    }
    if curves:
        labels = Labels(
            say("The largest memory, step by step", "La plus grande mémoire, pas à pas"),
            say("Of each training step's batch.", "Du lot de chaque pas d'apprentissage."),
            say("training step", "pas d'apprentissage"),
            language.decimal,
        )
        pictures.append(Picture("memory-by-step", named_lines(curves, labels, Frame(log=True))))
    along = {
        say(f"step {language.count(step)}", f"pas {language.count(step)}"): Curve(
            range(1, len(values) + 1), until_infinite(values)
        )
        for step, values in cases[0].watch.along
    }
    if along:
        labels = Labels(
            say("The memory along the words", "La mémoire au fil des mots"),
            say(
                "As in the workshop, its last training steps: the largest value at each word.",
                "Comme à l'atelier, ses derniers pas : la plus grande valeur à chaque mot.",
            ),
            say("word", "mot"),
            language.decimal,
        )
        pictures.append(Picture("memory-by-word", named_lines(along, labels, Frame(log=True))))
    said = say(
        "A straight line on this scale is a memory that is multiplied by the same number at every"
        " word: that is the explosion. A cross marks the last finite number.",
        "Sur cette échelle, une droite est une mémoire multipliée par le même nombre à chaque"
        " mot : c'est l'explosion. Une croix marque le dernier nombre fini.",
    )
    return Chapter(say("How it grows", "Comment elle grandit"), [said], pictures)


def until_infinite(values: Sequence[float]) -> list[float]:
    """Nothing after the first number that is not finite.

    >>> until_infinite([1.0, math.inf, 2.0])
    [1.0, nan, nan]
    """
    end = next((k for k, value in enumerate(values) if not math.isfinite(value)), len(values))
    return [*values[:end], *[math.nan] * (len(values) - end)]


def repairs(cases: Sequence[Case], language: Language) -> Chapter:
    """The table."""
    say = language.say
    rows = [
        (
            case.name,
            language.count(case.trial.steps + 1) if case.trial.diverged else say("no", "non"),
            language.size(case.watch.norm),
            language.size(case.largest),
            language.percent(case.trial.scores.accuracy),
            language.number(case.trial.scores.mcc, 2),
        )
        for case in cases
    ]
    head = (
        say("network", "réseau"),
        say("broke at step", "a cassé au pas"),
        say("largest gradient", "plus grand gradient"),
        say("largest memory", "plus grande mémoire"),
        say("accuracy", "exactitude"),
        "MCC",
    )
    note = say(
        "One change each. Largest: the last finite numbers before it broke. Scores: of the best"
        " epoch's weights; of the first weights where no epoch was finished. Always the same"
        f" answer: {language.percent(cases[0].trial.scores.majority)}. The network and its"
        " training are the workshop's; texts are cut as this library does.",
        "Un seul changement à la fois. Plus grand : les derniers nombres finis avant la casse."
        " Scores : avec les poids de la meilleure époque, ou les poids de départ si aucune n'a"
        f" été finie. Réponse toujours identique :"
        f" {language.percent(cases[0].trial.scores.majority)}. Le réseau et son apprentissage sont"
        " ceux de l'atelier ; les textes sont découpés comme le fait cette bibliothèque.",
    )
    table = Table(say("One repair each", "Une réparation à la fois"), head, rows, note=note)
    return Chapter(say("What prevents it", "Ce qui l'évite"), (), [table])
