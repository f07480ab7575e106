"""The scores of a trial as cells of a table, and what must be known to read them."""

from attentif.lab.language import Language
from attentif.lab.trials import Trial

HEADS = (("accuracy", "exactitude"), ("MCC", "MCC"))


def score_cells(trial: Trial, language: Language) -> tuple[str, str]:
    """Accuracy and MCC."""
    return language.percent(trial.scores.accuracy), language.number(trial.scores.mcc, 2)


def score_heads(language: Language) -> list[str]:
    """Their names."""
    return [language.say(*names) for names in HEADS]


def score_note(first: Trial, language: Language) -> str:
    """On which rows, by whose weights, how sure, and what costs nothing.

    Args:
        first: of the table's first row, whose interval is given.
    """
    low, high = (language.percent(bound) for bound in first.scores.intervals["accuracy"])
    n, always = language.count(first.scores.n), language.percent(first.scores.majority)
    return language.say(
        f"Accuracy and MCC on {n} rows that were kept aside, with the weights of the epoch that is"
        f" best on validation rows; so few rows leave room for chance: 95 % interval of the first"
        f" accuracy {low} to {high}. Always the same answer: {always}.",
        f"Exactitude et MCC sur {n} lignes gardées à part, avec les poids de l'époque la meilleure"
        " sur les lignes de validation ; si peu de lignes laissent de la place au hasard :"
        f" intervalle à 95 % de la première exactitude, de {low} à {high}. Réponse toujours"
        f" identique : {always}.",
    )
