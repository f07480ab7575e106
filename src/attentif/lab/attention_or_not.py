"""Is attention needed here? Five networks on the same splits, and paired differences."""

from collections.abc import Mapping, Sequence
from functools import partial
from typing import Any, NamedTuple

import numpy as np

from attentif.config import Settings
from attentif.contestant import Contestant
from attentif.data.split import repeated
from attentif.lab.language import WIDE, Language
from attentif.lab.results import Chapter, Equation, Findings, Picture, Wishes
from attentif.lab.rows import MOST, drawn_from
from attentif.measure.compare import Comparison, Estimate, compare
from attentif.measure.paired import Difference, holm
from attentif.report.interval_rows import Measured, RowLabels, interval_rows
from attentif.report.pages import Table

TEST = 0.25  # share of the texts to judge on
LITTLE = 0.01  # of macro F1: a difference that nobody would notice
METRIC = "macro_f1"
NETWORKS: dict[str, dict[str, Any]] = {
    "rnn": {"architecture": "rnn"},
    "gru": {"architecture": "gru"},
    "lstm": {"architecture": "lstm"},
    "gru-attention": {"architecture": "attention", "cell": "gru"},
    "lstm-attention": {"architecture": "attention", "cell": "lstm"},
}
PAIRS = {"gru-attention": "gru", "lstm-attention": "lstm"}


class Size(NamedTuple):
    """How large the experiment is: splits, texts, epochs, width of the state each way."""

    splits: int = 5
    texts: int = MOST
    epochs: int = 10
    hidden: int = 32


FULL = Size()


class Gap(NamedTuple):
    """With attention minus without, on the same splits; p corrected for both cells (Holm)."""

    key: str
    name: str
    found: Difference

    @property
    def verdict(self) -> str:
        """ "better", "worse", "same" (whatever there is, is little) or "open"."""
        _, low, high, p = self.found
        if p < 0.05 and (low > 0 or high < 0):
            return "better" if low > 0 else "worse"
        return "same" if -LITTLE <= low and high <= LITTLE else "open"

    def to_dict(self) -> dict[str, Any]:
        """Ready for JSON."""
        return {"network": self.key, "verdict": self.verdict, **self.found._asdict()}


def run(wishes: Wishes, size: Size = FULL) -> Findings:
    """Train all five on each split and hold those with attention against those without."""
    name, texts, labels = drawn_from(wishes.data, wishes.seed, size.texts)
    splits = repeated(labels, texts, times=size.splits, test=TEST, seed=wishes.seed)
    shared = {"evidence": False, "epochs": size.epochs, "hidden_size": size.hidden}
    found = compare(
        {key: partial(contestant, shared | own, wishes.seed) for key, own in NETWORKS.items()},
        texts, labels, splits,
        on_progress=lambda key, done, total: wishes.tell(f"{done + 1}/{total}  {key}"),
    )  # fmt: skip
    language = wishes.language
    gaps = gaps_of(found, language)
    say, count = language.say, language.count
    return Findings(
        name="attention-or-not",
        title=say("Attention, or not?", "Avec ou sans attention ?"),
        question=say(
            f"Is attention needed to tell {listed(found, language)} apart?",
            f"L'attention est-elle nécessaire pour distinguer {listed(found, language)} ?",
        ),
        answer=answer(gaps, language),
        details=details(found, gaps, language),
        equations=equations(language),
        chapters=[table(found, language), differences(found, gaps, language)],
        numbers={
            "metric": METRIC,
            "networks": {key: numbers(found, key) for key in found.names},
            "differences": [gap.to_dict() for gap in gaps],
        },
        about={
            say("Data", "Données"): say(
                f"{name}: {count(len(texts))} texts, {size.splits} splits, a quarter to judge on",
                f"{name} : {count(len(texts))} textes, {size.splits} partages, un quart pour juger",
            )
        },
    )  # fmt: skip


def contestant(settings: Mapping[str, Any], seed: int, split: int) -> Contestant:
    """An unfitted network for one split."""
    return Contestant(Settings.from_dict({**settings, "seed": seed + split}))


def names(language: Language) -> dict[str, str]:
    """The networks, in words."""
    say = language.say
    return {
        "rnn": "RNN",
        "gru": "GRU",
        "lstm": "LSTM",
        "gru-attention": say("GRU with attention", "GRU avec attention"),
        "lstm-attention": say("LSTM with attention", "LSTM avec attention"),
    }


def gaps_of(found: Comparison, language: Language) -> list[Gap]:
    """Each network with attention against the same without."""
    gaps = [found.difference(*pair, METRIC) for pair in PAIRS.items()]
    corrected = holm([gap.p_value for gap in gaps]).tolist()
    return [
        Gap(key, names(language)[PAIRS[key]], gap._replace(p_value=p))
        for key, gap, p in zip(PAIRS, gaps, corrected, strict=True)
    ]


def numbers(found: Comparison, key: str) -> dict[str, Any]:
    """One network's scores on each split."""
    return {
        metric: [getattr(run.scores, metric) for run in found.of(key)]
        for metric in ("accuracy", "macro_f1", "mcc")
    } | {"fit_seconds": [run.fit_seconds for run in found.of(key)]}


def answer(gaps: Sequence[Gap], language: Language) -> str:
    """The sentence of conclusion, by what the intervals allow."""
    say = language.say
    kinds = {gap.verdict for gap in gaps}
    measured = language.listed([f"{gap.name} {points(gap, language)}" for gap in gaps])
    if kinds == {"better"}:
        said = say("Yes, it pays here", "Oui, elle sert ici")
    elif "better" in kinds:
        said = say("It depends on the cell", "Cela dépend de la cellule")
    elif "worse" in kinds:
        said = say("No, it does harm here", "Non, elle nuit ici")
    elif kinds == {"same"}:
        said = say(
            "No: whatever it changes is less than one point",
            "Non : quoi qu'elle change, c'est moins d'un point",
        )
    else:
        said = say(
            "No need for it can be shown, though differences of more than one point remain"
            " possible",
            "Aucun besoin n'en est démontré, mais des écarts de plus d'un point restent possibles",
        )
    return say(
        f"{said}; with attention minus without, in points of macro F1: {measured}.",
        f"{said} ; avec attention moins sans, en points de F1 macro : {measured}.",
    )


def points(gap: Gap, language: Language) -> str:
    """A difference in points with its interval."""
    mean, low, high, _ = gap.found
    signed = language.signed
    interval = language.say(
        f"(95{WIDE}%: {signed(100 * low, 1)} to {signed(100 * high, 1)})",
        f"(95 % : {signed(100 * low, 1)} à {signed(100 * high, 1)})",
    )
    return f"{signed(100 * mean, 1)} {interval}"


def listed(found: Comparison, language: Language) -> str:
    """The classes, or how many there are."""
    labels = list(found.labels)
    if len(labels) <= 4:
        return language.listed(labels)
    return language.say(f"the {len(labels)} classes", f"les {len(labels)} classes")


def details(found: Comparison, gaps: Sequence[Gap], language: Language) -> list[str]:
    """Which is highest, and what the intervals would need."""
    say, called = language.say, names(language)
    rows = {row.name: row for row in found.table()}
    best = max(rows, key=lambda key: rows[key].macro_f1.mean)
    highest, idle = written(rows[best].macro_f1, language), language.percent(majority(found))
    said = [
        say(
            f"The highest mean macro F1 is that of the {called[best]}, {highest}; always the"
            f" largest class: accuracy {idle}.",
            f"Le F1 macro moyen le plus haut est celui du {called[best]}, {highest} ; toujours la"
            f" plus grande classe : exactitude {idle}.",
        )
    ]
    slow = [rows[key].fit_seconds / rows[without].fit_seconds for key, without in PAIRS.items()]
    said.append(
        say(
            f"With attention a training takes {language.number(sum(slow) / len(slow), 1)} times as"
            " long.",
            f"Avec attention, un apprentissage dure {language.number(sum(slow) / len(slow), 1)}"
            " fois autant.",
        )
    )
    if any(gap.verdict == "open" for gap in gaps):
        said.append(
            say(
                "More texts or more splits would narrow the intervals; what cannot be shown is not"
                " shown to be absent.",
                "Plus de textes ou de partages resserreraient les intervalles ; ce qui n'est pas"
                " démontré n'est pas pour autant démontré absent.",
            )
        )
    return said


def majority(found: Comparison) -> float:
    """Mean accuracy of always answering the largest class."""
    return float(np.mean([run.scores.majority for run in found.runs]))


def written(estimate: Estimate, language: Language) -> str:
    """A mean and its interval."""
    mean, low, high = (language.number(v, 3) for v in (estimate.mean, estimate.low, estimate.high))
    return f"{mean} ({low}{WIDE}{language.say('to', 'à')}{WIDE}{high})"


def equations(language: Language) -> list[Equation]:
    """The two readings of a text, and the interval."""
    say = language.say
    return [
        Equation(
            r"v = h_T",
            "v = h_T",
            say(
                "Without attention: the last state, of each direction, is all that is kept.",
                "Sans attention : on ne garde que le dernier état, de chaque direction.",
            ),
        ),
        Equation(
            r"c = \sum_t \alpha_t h_t, \quad v = \tanh(W_c [c ; h_T] + b_c)",
            "c = Σ_t α_t h_t,  v = tanh(W_c [c ; h_T] + b_c)",
            say(
                "With attention: a weighted mean of all states beside the last (Luong 2015).",
                "Avec attention : une moyenne pondérée de tous les états à côté du dernier"
                " (Luong 2015).",
            ),
        ),
        Equation(
            r"\bar d \pm t_{n-1} s \sqrt{\frac{1}{n} + \frac{n_{\text{test}}}{n_{\text{train}}}}",
            "d̄ ± t_{n−1} s √(1/n + n_test/n_train)",
            say(
                "The interval of a mean difference over n splits, whose training rows overlap"
                " (Nadeau and Bengio 2003).",
                "L'intervalle d'une différence moyenne sur n partages, dont les lignes"
                " d'apprentissage se recoupent (Nadeau et Bengio 2003).",
            ),
        ),
    ]


def table(found: Comparison, language: Language) -> Chapter:
    """All networks, the best first."""
    say, called = language.say, names(language)
    rows = sorted(found.table(), key=lambda row: -row.macro_f1.mean)
    cells = [
        (
            called[row.name],
            *(written(one, language) for one in (row.macro_f1, row.accuracy, row.mcc)),
            language.count(row.parameters or 0),
            language.number(row.fit_seconds, 1),
        )
        for row in rows
    ]
    head = (
        say("network", "réseau"), say("macro F1", "F1 macro"), say("accuracy", "exactitude"), "MCC",
        say("weights", "poids"), say("seconds", "secondes"),
    )  # fmt: skip
    note = say(
        "Means over the splits, with 95 % intervals; seconds of one training. All else is equal:"
        " both directions, subwords and shapes, no linear model beside.",
        "Moyennes sur les partages, avec intervalles à 95 % ; secondes d'un apprentissage. Tout le"
        " reste est égal : deux directions, sous-mots et formes, pas de modèle linéaire à côté.",
    )
    caption = say("Five networks on the same splits", "Cinq réseaux sur les mêmes partages")
    return Chapter(
        say("The five networks", "Les cinq réseaux"), (), [Table(caption, head, cells, note=note)]
    )


def differences(found: Comparison, gaps: Sequence[Gap], language: Language) -> Chapter:
    """With attention minus without."""
    say = language.say
    rows = []
    for gap in gaps:
        pairs = zip(found.of(gap.key), found.of(PAIRS[gap.key]), strict=True)
        each = [100 * (a.scores.macro_f1 - b.scores.macro_f1) for a, b in pairs]
        mean, low, high, p = gap.found
        chance = f"p < {language.number(0.001, 3)}" if p < 0.001 else f"p = {language.number(p, 3)}"
        said = f"{language.signed(100 * mean, 1)}, {chance}"
        rows.append(Measured(gap.name, 100 * mean, 100 * low, 100 * high, said, each))
    labels = RowLabels(
        say("What attention adds", "Ce qu'ajoute l'attention"),
        say(
            "With attention minus without; line: 95 % interval, marks: the splits.",
            "Avec attention moins sans ; trait : intervalle à 95 %, marques : les partages.",
        ),
        say("points of macro F1", "points de F1 macro"),
        language.decimal,
    )
    figure = interval_rows(rows, labels, level=0.0)
    return Chapter(
        say("Paired differences", "Différences appariées"),
        [
            say(
                "Both networks of a pair learn from the same rows and answer the same rows. p is"
                " corrected for the two comparisons (Holm).",
                "Les deux réseaux d'une paire apprennent des mêmes lignes et répondent aux mêmes"
                " lignes. p est corrigé pour les deux comparaisons (Holm).",
            )
        ],
        [Picture("differences", figure)],
    )
