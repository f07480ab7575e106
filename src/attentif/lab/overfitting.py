"""What the embedding is for, when it over-fits, and what early stopping and dropout change.

The workshop's question 2.
"""

from collections.abc import Sequence
from typing import Any, NamedTuple

from attentif.lab.epochs import by_epoch
from attentif.lab.language import Language
from attentif.lab.near_words import NearWords, near_words
from attentif.lab.results import Chapter, Equation, Findings, Picture, Wishes
from attentif.lab.rows import MOST, parts_of
from attentif.lab.score_cells import score_cells, score_heads, score_note
from attentif.lab.variants import PLAIN, Trained, Variant, train_all
from attentif.report.pages import Table

OVER = 1.1  # last validation loss over the best one: from here on it is over-fitting


class Size(NamedTuple):
    """How large the experiment is: widths of the embedding, the last one remedied."""

    widths: tuple[int, ...] = (2, 8, 32, 128)
    hidden: int = 32
    epochs: int = 10
    texts: int = MOST


FULL = Size()


def run(wishes: Wishes, size: Size = FULL) -> Findings:
    """Train embeddings of rising width, then the widest with one remedy after the other."""
    parts, language = parts_of(wishes.data, wishes.seed, size.texts), wishes.language
    say = language.say
    found = train_all([*widths(language, size), *remedies(language, size)], parts, wishes)
    wide, treated = found[: len(size.widths)], found[len(size.widths) :]
    words = near_words(wide[-1].trial, parts)
    return Findings(
        name="overfitting",
        title=say("The embedding and over-fitting", "Le plongement et le sur-apprentissage"),
        question=say(
            "What is the embedding for, and when does it over-fit? What do early stopping and"
            " dropout change?",
            "À quoi sert le plongement, et quand y a-t-il sur-apprentissage ? Que changent l'arrêt"
            " précoce et le dropout ?",
        ),
        answer=answer(wide[-1], language),
        details=[
            meaning(words, wide[-1], treated[0], language),
            share(wide, language),
            remedied(wide[-1], treated[1:], language),
        ],
        equations=equations(language),
        chapters=[
            curves(wide, treated[0], language),
            table_of_words(words, language),
            cures([wide[-1], *treated[1:]], language),
            table(found, language),
        ],
        numbers={
            "networks": [one.to_dict() | {"rise": rise(one)} for one in found],
            "words": words.to_dict(),
        },
        about=parts.about(language),
    )


def base_of(size: Size, width: int) -> dict[str, Any]:
    """One LSTM over an embedding of whole words."""
    return PLAIN | {
        "architecture": "lstm",
        "subwords": False,
        "shapes": False,
        "min_count": 1,
        "embedding_size": width,
        "hidden_size": size.hidden,
        "embedding_init": "uniform",
        "learning_rate": 0.001,
        "epochs": size.epochs,
    }


def widths(language: Language, size: Size) -> list[Variant]:
    """The same network over embeddings of rising width."""
    say = language.say
    return [
        Variant(f"width-{width}", say(f"{width} numbers a word", f"{width} nombres par mot"),
                base_of(size, width))
        for width in size.widths
    ]  # fmt: skip


def remedies(language: Language, size: Size) -> list[Variant]:
    """The widest embedding not learnt at all, then with one remedy each, then with all."""
    say, base = language.say, base_of(size, size.widths[-1])
    dropout, words, stop = {"dropout": 0.5}, {"word_dropout": 0.2}, {"patience": 2}
    common = {"min_count": 2}
    frozen = Variant(
        "frozen", say("random, not learnt", "aléatoire, non appris"), base, frozen=("embedding.",)
    )
    treated = [
        ("early-stopping", say("early stopping", "arrêt précoce"), stop),
        ("dropout", say("dropout .5", "dropout 0,5"), dropout),
        ("word-dropout", say("words dropped .2", "mots effacés 0,2"), words),
        ("no-rare-words", say("no words seen once", "sans les mots vus une fois"), common),
        ("all", say("all four", "les quatre"), dropout | words | stop | common),
    ]
    return [frozen, *(Variant(key, name, base | own) for key, name, own in treated)]


def rise(one: Trained) -> float:
    """Validation loss of the last epoch, as a multiple of the best epoch's."""
    trial = one.trial
    return trial.last["validation_loss"] / trial.best["validation_loss"]


def answer(widest: Trained, language: Language) -> str:
    """When it over-fits."""
    say, trial, number = language.say, widest.trial, language.number
    best, last = (number(row["validation_loss"], 2) for row in (trial.best, trial.last))
    taught = number(trial.last["loss"], 2)
    if rise(widest) < OVER:
        return say(
            f"In these {len(trial.history)} epochs there is no over-fitting: the validation loss"
            f" ends at {last}, its lowest was {best}.",
            f"Pendant ces {len(trial.history)} époques, pas de sur-apprentissage : la perte de"
            f" validation finit à {last}, son minimum était {best}.",
        )
    return say(
        f"From epoch {trial.best_epoch + 1} on it over-fits: the validation loss rises from {best}"
        f" to {last} while the training loss falls to {taught}.",
        f"Il y a sur-apprentissage à partir de l'époque {trial.best_epoch + 1} : la perte de"
        f" validation monte de {best} à {last} pendant que celle d'apprentissage descend à"
        f" {taught}.",
    )


def meaning(words: NearWords, widest: Trained, frozen: Trained, language: Language) -> str:
    """What the embedding is for."""
    number = language.number
    same, other = (
        [number(c, 2) for c in pair] for pair in zip(words.before, words.after, strict=True)
    )
    learnt, random = (number(one.trial.scores.mcc, 2) for one in (widest, frozen))
    together = words.after.same - words.after.other > words.before.same - words.before.other + 0.05
    come = language.say(
        "come together" if together else "hardly come together",
        "se rapprochent" if together else "se rapprochent à peine",
    )
    first = language.say(
        "The embedding gives each word a place, and training moves it: words that speak for the"
        f" same class {come}, cosine {same[0]} before and {same[1]} after (of different classes:"
        f" {other[0]} and {other[1]}).",
        "Le plongement donne une place à chaque mot, et l'apprentissage la déplace : les mots qui"
        f" parlent pour une même classe {come}, cosinus {same[0]} avant et {same[1]} après"
        f" (classes différentes : {other[0]} et {other[1]}).",
    )
    rises = [number(rise(one), 2) for one in (frozen, widest)]
    return first + language.say(
        f" Left at its random places it gives an MCC of {random}, learnt {learnt}; the validation"
        f" loss then ends at {rises[0]} times its lowest, learnt at {rises[1]} times.",
        f" Laissé à ses places aléatoires, il donne un MCC de {random}, appris {learnt} ; la perte"
        f" de validation finit alors à {rises[0]} fois son minimum, appris à {rises[1]} fois.",
    )


def share(wide: Sequence[Trained], language: Language) -> str:
    """How much of the network it is, and how the rise goes with its width."""
    widest = wide[-1].trial
    table = widest.network.network.embedding.pieces.weight.numel()
    part, weights = language.percent(table / widest.n_weights, 0), language.count(widest.n_weights)
    rises = language.listed(
        [f"{language.number(rise(one), 2)} ({one.variant.name})" for one in wide]
    )
    return language.say(
        f"The widest embedding is {part} of the network's {weights} weights. The validation loss"
        f" at the end as a multiple of the lowest: {rises}.",
        f"Le plongement le plus large est {part} des {weights} poids du réseau. La perte de"
        f" validation à la fin, en multiple de la plus basse : {rises}.",
    )


def remedied(plain: Trained, treated: Sequence[Trained], language: Language) -> str:
    """Which remedy keeps the validation loss down, and which one gives the best answers."""
    lowest = min(treated, key=lambda one: one.trial.best["validation_loss"])
    best = max(treated, key=lambda one: one.trial.scores.mcc)
    number = language.number
    losses = [number(one.trial.best["validation_loss"], 2) for one in (plain, lowest)]
    mccs = [number(one.trial.scores.mcc, 2) for one in (plain, best)]
    names = [language.quoted([one.variant.name]) for one in (lowest, best)]
    ended = [number(one.trial.last["validation_loss"], 2) for one in (plain, treated[0])]
    return language.say(
        f"Early stopping ends the rise, at {ended[1]} instead of {ended[0]}, after"
        f" {len(treated[0].trial.history)} epochs; it does not make the best epoch better. The"
        f" lowest validation loss: {names[0]}, {losses[1]} (without remedy {losses[0]}); the best"
        f" MCC: {names[1]}, {mccs[1]} ({mccs[0]}).",
        f"L'arrêt précoce met fin à la montée, à {ended[1]} au lieu de {ended[0]}, après"
        f" {len(treated[0].trial.history)} époques ; il ne rend pas la meilleure époque meilleure."
        f" La perte de validation la plus basse : {names[0]}, {losses[1]} (sans remède"
        f" {losses[0]}) ; le meilleur MCC : {names[1]}, {mccs[1]} ({mccs[0]}).",
    )


def equations(language: Language) -> list[Equation]:
    """An embedding, dropout, early stopping."""
    say = language.say
    return [
        Equation(
            r"x_t = E^\top e_{w_t}, \; E \in R^{V \times d}",
            "x_t = Eᵀ e_{w_t},  E: V × d",
            say(
                "The embedding is a table: one row of d numbers for each of V words. A rare word's"
                " row is learnt from a few texts, and can learn them by heart.",
                "Le plongement est une table : une ligne de d nombres pour chacun des V mots. La"
                " ligne d'un mot rare s'apprend sur quelques textes, et peut les apprendre par"
                " cœur.",
            ),
        ),
        Equation(
            r"\tilde x = \frac{m \odot x}{1 - p}, \; m_i \sim \text{Bernoulli} (1 - p)",
            "x̃ = m ⊙ x / (1 - p),  m_i ~ Bernoulli(1 - p)",
            say(
                "Dropout: in training each number is left out with probability p, so that none"
                " can be relied upon (Srivastava et al. 2014).",
                "Le dropout : à l'apprentissage, chaque nombre est omis avec la probabilité p ;"
                " on ne peut compter sur aucun (Srivastava et al. 2014).",
            ),
        ),
        Equation(
            r"e^* = \text{argmin}_e \, L_{\text{validation}} (e)",
            "e* = argmin_e L_validation(e)",
            say(
                "Early stopping: the weights of the epoch with the lowest validation loss are"
                " kept; after some epochs without a better one training ends.",
                "L'arrêt précoce : on garde les poids de l'époque à la perte de validation la plus"
                " basse ; après quelques époques sans mieux, l'apprentissage s'arrête.",
            ),
        ),
    ]


def curves(wide: Sequence[Trained], frozen: Trained, language: Language) -> Chapter:
    """Training and validation loss of the widest; validation loss of all widths."""
    say, widest = language.say, wide[-1]
    both = {
        say("training", "apprentissage"): (widest.trial, "loss"),
        say("validation", "validation"): (widest.trial, "validation_loss"),
    }
    titles = (
        say(f"Over-fitting: {widest.variant.name}", f"Sur-apprentissage : {widest.variant.name}"),
        say("Loss of each epoch.", "Perte à chaque époque."),
    )
    every = {one.variant.name: (one.trial, "validation_loss") for one in (*wide, frozen)}
    headed = (
        say("Wider embeddings", "Des plongements plus larges"),
        say("Validation loss of each epoch.", "Perte de validation à chaque époque."),
    )
    return Chapter(
        say("When it over-fits", "Quand il y a sur-apprentissage"),
        [
            say(
                "As long as both losses fall, what is learnt holds for other messages too. Where"
                " the validation loss turns and the training loss goes on falling, messages are"
                " being learnt by heart.",
                "Tant que les deux pertes descendent, ce qui est appris vaut aussi pour d'autres"
                " messages. Là où la perte de validation remonte et où celle d'apprentissage"
                " continue de descendre, les messages sont appris par cœur.",
            )
        ],
        [
            Picture("overfitting", by_epoch(both, titles, language)),
            Picture("widths", by_epoch(every, headed, language)),
        ],
    )


def table_of_words(words: NearWords, language: Language) -> Chapter:
    """Who is near whom, before and after training."""
    say = language.say
    rows = [
        (word, label, ", ".join(words.near[word][0]), ", ".join(words.near[word][1]))
        for label, own in words.groups.items()
        for word in own
        if word in words.near
    ]
    head = (
        say("word", "mot"),
        say("class", "classe"),
        say("nearest before training", "plus proches avant"),
        say("nearest after", "plus proches après"),
    )
    note = say(
        "The words most typical of each class in the training texts, and the nearest words of the"
        " vocabulary by cosine.",
        "Les mots les plus typiques de chaque classe dans les textes d'apprentissage, et les plus"
        " proches du vocabulaire par le cosinus.",
    )
    caption = say("Nearest words", "Mots les plus proches")
    return Chapter(
        say("What the embedding is for", "À quoi sert le plongement"),
        (),
        [Table(caption, head, rows, words=(1, 2, 3), note=note)],
    )


def cures(treated: Sequence[Trained], language: Language) -> Chapter:
    """Validation loss under each remedy."""
    say = language.say
    every = {one.variant.name: (one.trial, "validation_loss") for one in treated}
    titles = (
        say("Against over-fitting", "Contre le sur-apprentissage"),
        say("Validation loss of each epoch.", "Perte de validation à chaque époque."),
    )
    return Chapter(
        say("Early stopping and dropout", "Arrêt précoce et dropout"),
        (),
        [Picture("remedies", by_epoch(every, titles, language))],
    )


def table(found: Sequence[Trained], language: Language) -> Chapter:
    """All numbers."""
    say, number = language.say, language.number
    rows = [
        (
            one.variant.name,
            language.count(one.trial.n_weights),
            f"{one.trial.best_epoch} / {len(one.trial.history)}",
            number(one.trial.last["loss"], 2),
            number(one.trial.best["validation_loss"], 2),
            number(one.trial.last["validation_loss"], 2),
            *score_cells(one.trial, language),
        )
        for one in found
    ]
    head = (
        say("network", "réseau"),
        say("weights", "poids"),
        say("best epoch", "meilleure époque"),
        say("training, last", "appr., dernière"),
        say("validation, best", "valid., meilleure"),
        say("validation, last", "valid., dernière"),
        *score_heads(language),
    )
    note = say("Losses in nats.", "Pertes en nats.") + " " + score_note(found[0].trial, language)
    caption = say("Every network in numbers", "Chaque réseau en chiffres")
    return Chapter(say("In numbers", "En chiffres"), (), [Table(caption, head, rows, note=note)])
