"""Long lags: how many sequences each cell needs to carry something over many steps."""

import math
import time
from collections.abc import Sequence
from typing import NamedTuple

from attentif.lab.lag_trials import CONTENDERS, PROBLEMS, Attempt, Round, attempts, idle_loss
from attentif.lab.language import WIDE, Language
from attentif.lab.results import Chapter, Equation, Findings, Picture, Wishes
from attentif.lab.sequence_training import EPOCH, Plan
from attentif.report.named_lines import Curve, Frame, Labels, named_lines
from attentif.report.pages import Table

MAIN = ("adding", 100)


class Size(NamedTuple):
    """How large the experiment is."""

    rounds: tuple[Round, ...] = (
        Round("adding", 100, 60_000, tuple(CONTENDERS)),
        Round("adding", 50, 40_000),
        Round("adding", 20, 40_000),
        Round("order", 100, 40_000),
        Round("order", 50, 40_000),
        Round("copying", 10, 30_000, hidden=128),
    )


FULL = Size()


def run(wishes: Wishes, size: Size = FULL) -> Findings:
    """Train every cell on every problem and length until it is solved, or far enough."""
    until = time.monotonic() + 60 * wishes.minutes if wishes.minutes else math.inf
    return told(list(attempts(size.rounds, wishes.seed, until, wishes.tell)), wishes)


def told(found: Sequence[Attempt], wishes: Wishes) -> Findings:
    """What the numbers say."""
    language = wishes.language
    say = language.say
    return Findings(
        name="long-lags",
        title=say("Long lags", "Les longs délais"),
        question=say(
            "How many sequences does each cell need to learn to carry something over many steps,"
            " beside the counts published in 1997?",
            "Combien de suites faut-il à chaque cellule pour apprendre à transporter quelque chose"
            " sur de nombreux pas, à côté des nombres publiés en 1997 ?",
        ),
        answer=answer(found, language),
        details=details(found, wishes),
        equations=equations(language),
        chapters=[counts(found, language), *pictures(found, language)],
        numbers={"attempts": [one.to_dict() for one in found]},
        about={
            say("Training", "Apprentissage"): say(
                "Adam, steps of 0.01 (tanh RNN: 0.001), 50 sequences a step, gradient norm at"
                " most 1",
                "Adam, pas d'apprentissage 0,01 (RNN tanh : 0,001), 50 suites par pas, norme du"
                " gradient bornée à 1",
            )
        },
    )


def names(language: Language) -> dict[str, str]:
    """The contenders, in words."""
    say = language.say
    return {
        "rnn": say("tanh RNN", "RNN tanh"),
        "gru": say("GRU, gates held open", "GRU, portes ouvertes"),
        "lstm": say("LSTM, gates held open", "LSTM, portes ouvertes"),
        "lstm-bias-1": say("LSTM, forget bias 1", "LSTM, biais d'oubli 1"),
    }


def titles(language: Language) -> dict[str, str]:
    """The problems, in words."""
    say = language.say
    return {
        "adding": say("adding", "addition"),
        "order": say("temporal order", "ordre temporel"),
        "copying": say("copying", "copie"),
    }


def of(found: Sequence[Attempt], contender: str) -> Attempt | None:
    """One contender at the problem and length that the answer is about."""
    for one in found:
        if (one.round.problem, one.round.length) == MAIN and one.contender == contender:
            return one
    return None


def answer(found: Sequence[Attempt], language: Language) -> str:
    """The LSTM on adding at length 100 beside the published count, and the RNN."""
    say, count = language.say, language.count
    lstm, rnn = of(found, "lstm"), of(found, "rnn")
    published = PROBLEMS["adding"].published[100]
    if lstm is None:
        return say(
            "Adding at length 100, the published problem, was not among those tried.",
            "L'addition de longueur 100, le problème publié, n'était pas parmi les essais.",
        )
    if lstm.learnt.needed is None:
        first = say(
            f"The LSTM did not solve adding at length 100 in {count(lstm.learnt.seen)} sequences"
            f" (published: {count(published)}): {why_not(lstm, language)}",
            f"Le LSTM n'a pas résolu l'addition de longueur 100 en {count(lstm.learnt.seen)} suites"
            f" (publié : {count(published)}) : {why_not(lstm, language)}",
        )
    else:
        fewer = lstm.learnt.needed < published
        first = say(
            f"The LSTM solves adding at length 100 after {count(lstm.learnt.needed)} sequences,"
            f" {'fewer' if fewer else 'not fewer'} than the published {count(published)}",
            f"Le LSTM résout l'addition de longueur 100 après {count(lstm.learnt.needed)} suites,"
            f" {'moins' if fewer else 'pas moins'} que les {count(published)} publiées",
        )
    return f"{first}{beside(rnn, language)}"


def why_not(one: Attempt, language: Language) -> str:
    """Whether the time ended it, it learnt nothing, or it was on its way."""
    say = language.say
    if one.learnt.cut:
        return say("the time limit broke it off", "la limite de temps l'a interrompu")
    if one.loss > 0.9 * idle_loss(one.round.problem, one.round.length):
        return say("it had learnt nothing yet", "il n'avait encore rien appris")
    return say(
        f"{language.percent(one.right)} of its answers were right by then",
        f"{language.percent(one.right)} de ses réponses étaient alors justes",
    )


def beside(rnn: Attempt | None, language: Language) -> str:
    """The end of the answer: the tanh RNN on the same sequences."""
    say, count = language.say, language.count
    if rnn is None:
        return "."
    if rnn.learnt.needed is not None:
        return say(
            f"; the tanh RNN after {count(rnn.learnt.needed)}.",
            f" ; le RNN tanh après {count(rnn.learnt.needed)}.",
        )
    return say(
        f"; the tanh RNN does not in {count(rnn.learnt.seen)}: {why_not(rnn, language)}.",
        f" ; le RNN tanh échoue en {count(rnn.learnt.seen)} : {why_not(rnn, language)}.",
    )


def details(found: Sequence[Attempt], wishes: Wishes) -> list[str]:
    """What the other rounds add."""
    language = wishes.language
    said = [*start(found, language), *reach(found, language), *fastest(found, language)]
    cut = [one for one in found if one.learnt.cut]
    if cut:
        said.append(
            language.say(
                f"The time limit of {wishes.minutes:g} minutes broke off {len(cut)} of"
                f" {len(found)} trainings; they say nothing about the cells.",
                f"La limite de {language.number(wishes.minutes, 1)} minutes a interrompu"
                f" {len(cut)} apprentissages sur {len(found)} ; ils ne disent rien des cellules.",
            )
        )
    return said


def start(found: Sequence[Attempt], language: Language) -> list[str]:
    """What the gates' first values decide."""
    say, count = language.say, language.count
    held, plain = of(found, "lstm"), of(found, "lstm-bias-1")
    if held is None or plain is None or not held.learnt.needed or plain.learnt.cut:
        return []
    seen, needed = count(plain.learnt.seen), count(plain.learnt.needed or 0)
    if plain.learnt.needed:
        ended = say(f"needs {needed}", f"en demande {needed}")
    else:
        ended = say(f"has not solved it after {seen}", f"ne l'a pas résolu après {seen}")
    return [
        say(
            "What it starts with decides: with gates held open for as long as the lag the LSTM"
            f" needs {count(held.learnt.needed)} sequences; with a forget bias of 1, the usual"
            f" start, it {ended}.",
            "Le départ décide : avec des portes ouvertes aussi longtemps que le délai, il faut au"
            f" LSTM {count(held.learnt.needed)} suites ; avec un biais d'oubli de 1, le départ"
            f" habituel, il {ended}.",
        )
    ]


def reach(found: Sequence[Attempt], language: Language) -> list[str]:
    """How far the tanh RNN gets where it gets somewhere."""
    say = language.say
    own = [one for one in found if one.contender == "rnn" and one.round.problem == "adding"]
    good = [one.round.length for one in own if one.right > 0.5]
    bad = [one.round.length for one in own if not one.right > 0.5 and not one.learnt.cut]
    if not good or not bad or max(good) > min(bad):
        return []
    return [
        say(
            f"On adding the tanh RNN is right for more than half of the sequences at length"
            f" {max(good)}, and no more at length {min(bad)}.",
            f"Pour l'addition, le RNN tanh a raison pour plus de la moitié des suites de longueur"
            f" {max(good)}, et plus à la longueur {min(bad)}.",
        )
    ]


def fastest(found: Sequence[Attempt], language: Language) -> list[str]:
    """Where the tanh RNN is not the one that fails."""
    own = [one for one in found if one.round.problem == "copying"]
    solved = [one for one in own if one.learnt.needed is not None]
    if not solved or any(one.learnt.cut for one in own):
        return []
    best = min(solved, key=lambda one: one.learnt.needed or math.inf)
    if best.contender != "rnn":
        return []
    return [
        language.say(
            f"Copying over {best.round.length} blanks is another matter: there the tanh RNN with"
            f" an orthogonal start is the quickest ({language.count(best.learnt.needed or 0)}"
            " sequences), as Henaff, Szlam and LeCun (2016) found for orthogonal networks.",
            f"Copier par-dessus {best.round.length} blancs est autre chose : le RNN tanh à départ"
            f" orthogonal y est le plus rapide ({language.count(best.learnt.needed or 0)} suites),"
            " comme Henaff, Szlam et LeCun (2016) l'ont trouvé pour les réseaux orthogonaux.",
        )
    ]


def equations(language: Language) -> list[Equation]:
    """What carries, and how its start is chosen."""
    say = language.say
    return [
        Equation(
            r"c_t = f_t \odot c_{t-1} + i_t \odot g_t",
            "c_t = f_t ⊙ c_{t-1} + i_t ⊙ g_t",
            say(
                "The LSTM's memory: what the forget gate f keeps, and what the input gate i adds.",
                "La mémoire du LSTM : ce que la porte d'oubli f garde, et ce que la porte"
                " d'entrée i ajoute.",
            ),
        ),
        Equation(
            r"f = \sigma(b_f), \quad f^k \approx \exp(-\frac{k}{1 + \exp(b_f)})",
            "f = σ(b_f),  f^k ≈ exp(−k / (1 + exp(b_f)))",
            say(
                "At the start the gate is its bias: with a bias of 1 the memory lasts 4 steps.",
                "Au départ, la porte n'est que son biais : avec un biais de 1, la mémoire dure 4"
                " pas.",
            ),
        ),
        Equation(
            r"b_f = \log u, \quad u \sim U(1, T - 1), \quad b_i = -b_f",
            "b_f = log u,  u ~ U(1, T − 1),  b_i = −b_f",
            say(
                "Gates held open for up to T steps (Tallec and Ollivier 2018).",
                "Portes ouvertes jusqu'à T pas (Tallec et Ollivier 2018).",
            ),
        ),
        Equation(
            r"y = \frac{1}{2} + \frac{X_1 + X_2}{4}",
            "y = 1/2 + (X₁ + X₂)/4",
            say(
                "The answer of the adding problem; X₁ and X₂ are the two marked numbers.",
                "La réponse du problème d'addition ; X₁ et X₂ sont les deux nombres marqués.",
            ),
        ),
    ]


def counts(found: Sequence[Attempt], language: Language) -> Chapter:
    """The table of all rounds."""
    say, count = language.say, language.count
    rows = [row_of(one, language) for one in found]
    head = (
        say("problem", "problème"), "T", say("cell", "cellule"), say("sequences", "suites"),
        say("published", "publié"), say("right at the end", "juste à la fin"),
        say("weights", "poids"), say("seconds", "secondes"),
    )  # fmt: skip
    solved = Plan().solved
    note = say(
        f"Sequences: until at most {solved} of {count(EPOCH)} are wrong (published: none of the"
        " last 2,000), no sequence being seen twice; > where it did not come to that. Published:"
        " Hochreiter and Schmidhuber 1997, tables 7 and 9, means of 10 and 20 trials, LSTM of 93"
        " and 156 weights without a forget gate, one sequence a step. Right: within"
        " 0.04 of the sum, the right class, all ten symbols.",
        f"Suites : jusqu'à {solved} erreurs au plus sur {count(EPOCH)} (publié : aucune sur les"
        f" {count(2000)} dernières), aucune suite n'étant vue deux fois ; > si ce n'est pas arrivé."
        " Publié : Hochreiter et Schmidhuber 1997, tables 7 et 9, moyennes de 10 et de 20 essais,"
        " LSTM de 93 et de 156 poids sans porte d'oubli, une suite par pas. Juste : à"
        " 0,04 de la somme, la bonne classe, les dix symboles.",
    )
    caption = say("Until each problem is solved", "Jusqu'à la solution de chaque problème")
    return Chapter(
        say("Sequences needed", "Suites nécessaires"),
        [
            say(
                "Adding: two of T numbers are marked in the first half; give their sum, scaled."
                " Temporal order: two of T symbols matter, X or Y; which order was it? Copying: ten"
                " symbols, T blanks, then the ten again (Arjovsky, Shah, Bengio 2016).",
                "Addition : deux nombres sur T sont marqués dans la première moitié ; donner leur"
                " somme, réduite. Ordre temporel : deux symboles sur T comptent, X ou Y ; dans quel"
                " ordre ? Copie : dix symboles, T blancs, puis de nouveau les dix (Arjovsky, Shah,"
                " Bengio 2016).",
            )
        ],
        [Table(caption, head, rows, words=(2,), note=note)],
    )


def row_of(one: Attempt, language: Language) -> tuple[str, ...]:
    """One attempt in the table; what was published stands beside the LSTM."""
    learnt, count = one.learnt, language.count
    published = PROBLEMS[one.round.problem].published.get(one.round.length)
    return (
        titles(language)[one.round.problem],
        str(one.round.length),
        names(language)[one.contender],
        count(learnt.needed) if learnt.needed else f">{WIDE}{count(learnt.seen)}",
        count(published) if published and one.contender == "lstm" else "–",
        language.percent(one.right),
        count(one.weights),
        language.number(learnt.seconds, 0),
    )


def pictures(found: Sequence[Attempt], language: Language) -> list[Chapter]:
    """The loss of each problem at its greatest length, by sequences."""
    say = language.say
    drawn = []
    for key, title in titles(language).items():
        rounds = [one.round for one in found if one.round.problem == key]
        if not rounds:
            continue
        longest = max(rounds, key=lambda one: one.length)
        curves = {
            names(language)[one.contender]: curve(one)
            for one in found
            if one.round == longest and one.learnt.history
        }
        if not curves:
            continue
        labels = Labels(
            f"{title[:1].upper()}{title[1:]}, T = {longest.length}",
            say(
                "Loss on new sequences; dotted: the best answer that looks at nothing.",
                "Perte sur des suites nouvelles ; pointillé : la meilleure réponse sans rien lire.",
            ),
            say("thousand sequences →", "milliers de suites →"),
            language.decimal,
        )
        frame = Frame(log=True, level=(idle_loss(key, longest.length), ""))
        drawn.append(Picture(f"loss-{key}", named_lines(curves, labels, frame)))
    title = say("How they learn", "Comment elles apprennent")
    return [Chapter(title, (), drawn)] if drawn else []


def curve(one: Attempt) -> Curve:
    """The loss by thousand sequences."""
    losses = [row["loss"] for row in one.learnt.history]
    return Curve([(k + 1) * EPOCH / 1000 for k in range(len(losses))], losses)
