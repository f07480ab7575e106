# ---
# jupyter:
#   jupytext:
#     text_representation:
#       extension: .py
#       format_name: percent
#   kernelspec:
#     display_name: Python 3
#     language: python
#     name: python3
# ---

# %% [markdown]
# # 9. Un vrai projet : vos données, un seuil, une fiche de modèle
#
# **Environ 25 minutes de lecture et d'essais ; le code prend environ un quart de minute.**
#
# Vous apprendrez à faire tout le chemin avec un fichier à vous :
#
# - le lire, quel que soit le logiciel qui l'a écrit, et voir ce qui n'y allait pas ;
# - découper, entraîner, juger à côté de modèles simples, une seule fois ;
# - choisir le seuil d'après ce que coûte une erreur ;
# - lire les erreurs ;
# - enregistrer un dossier que d'autres peuvent utiliser, avec une fiche de modèle qui dit à quoi
#   il sert, et à quoi il ne sert pas ;
# - le recharger et répondre.
#
# Tout cela tient aussi en une commande : `attentif train mon-fichier.csv --max-false-positive-rate
# 0.02`.

# %%
import tempfile
from pathlib import Path

import numpy as np
from course import all_rows, bars, check, document, measured, number, percent, show

from attentif import TextClassifier
from attentif.account import Parts, Rows, metrics_of, train_and_judge
from attentif.config import Settings
from attentif.data.check import summarise
from attentif.data.read import read
from attentif.data.split import stratified
from attentif.inspect.explain import Explanation
from attentif.measure.metrics import METRICS
from attentif.measure.paired import bootstrap_difference

# %%
DATA = "messages"  # ou "sms-spam"
FILE = ""  # le chemin d'un fichier à vous ; vide : on en fabrique un

# %% [markdown]
# ## Le fichier
#
# Si vous n'avez pas de fichier, en voici un comme les bureaux en produisent : des points-virgules,
# un vieil encodage de Windows, une colonne de trop, une ligne sans texte, des lignes collées deux
# fois.

# %%
folder = tempfile.TemporaryDirectory()
place = Path(FILE or Path(folder.name) / "export.csv")
if not FILE:
    pairs = list(zip(*all_rows(DATA), strict=True))
    quoted = [(i, label, text.replace('"', '""')) for i, (text, label) in enumerate(pairs)]
    table = [f'{i};{label};"{text}"' for i, label, text in [*quoted, *quoted[:40]]]
    table.insert(10, '9999;ham;""')
    content = "\n".join(["number;class;message", *table])
    place.write_bytes(content.encode("cp1252", errors="replace"))
reading = read(place)
measured("encodage, séparateur", [reading.encoding, repr(reading.delimiter)])
measured("colonnes du texte et de l'étiquette", [reading.text_column, reading.label_column])
measured(
    "lignes du fichier, lignes utilisables",
    [number(n, 0) for n in (reading.records, len(reading.examples))],
)
words = {"empty text": "sans texte"}
reasons = [f"{words.get(one.reason, one.reason)}, ligne {one.line}" for one in reading.dropped]
measured("écartées", reasons)
summary = summarise(reading)
measured("de chaque classe", summary.labels)
measured("répétitions", summary.repeats)

# %% [markdown]
# Rien n'est perdu en silence : ce qui est écarté est compté, avec sa ligne. Les répétitions
# restent, mais le découpage garde les textes égaux d'un même côté.
#
# ## Avant d'entraîner : que coûte une erreur ?
#
# Décidez-le *avant* de voir un score. Ici, un message honnête caché coûte plus cher qu'une arnaque
# qui passe : on accepte donc de bloquer au plus 2 % des messages honnêtes. Le seuil correspondant
# est choisi sur les lignes de validation.

# %%
examples = reading.examples
everything = Rows(
    [e.text for e in examples], [e.label for e in examples], [e.line for e in examples]
)
split = stratified(everything.labels, everything.texts, test=0.2, validation=0.2, seed=0)
parts = Parts(
    everything.at(split.train),
    everything.at(split.validation),
    everything.at(split.test),
    "3/5, 1/5, 1/5, seed 0",
)
settings = Settings(
    architecture="attention", hidden_size=32, bidirectional=False, epochs=6, batch_size=64,
    learning_rate=0.006, max_false_positive_rate=0.02,
)  # fmt: skip
account = train_and_judge(settings, parts, baselines=("majority", "word-svm", "marks+char-svm"))
model = account.model

# %% [markdown]
# `Settings()` sans argument donne les réglages par défaut de la bibliothèque, un peu plus lents et
# un peu meilleurs. Notez que l'**appui linéaire** (`evidence`) est actif, comme par défaut : un
# modèle linéaire des mêmes mots parle au réseau récurrent, mot par mot, et à côté de lui (le carnet
# 8 a montré qu'ils se trompent sur des messages différents).
#
# ## Le verdict
#
# Il porte sur les lignes de test, vues une seule fois, maintenant. La dernière mesure le compare au
# meilleur des modèles simples : si son intervalle contient 0, on ne peut montrer aucune différence.
# `account.verdict` le dit en une phrase, en anglais.

# %%
judged = account.judged
scores = judged.scores
measured("exactitude, F1 macro", [number(scores.accuracy), number(scores.macro_f1)])
measured(
    "spam attrapé, ham bloqué",
    [percent(scores.positive_caught), percent(scores.negative_blocked, 1)],
)
low, high = scores.intervals["negative_blocked"]
measured("ham bloqué, intervalle à 95 %", [percent(low, 1), percent(high, 1)])
compared = {"le réseau": scores.macro_f1} | {
    row.name: row.scores.macro_f1 for row in account.baselines
}
show(bars("F1 macro sur les messages de test", compared, "F1 macro"))
best = max(account.baselines, key=lambda row: row.scores.macro_f1)
gap = bootstrap_difference(judged.truth, judged.answers, best.answers, METRICS["macro_f1"])
measured(
    f"le réseau moins {best.name} : points de F1 macro, de, à",
    [number(100 * value, 1) for value in gap[:3]],
)

# %% [markdown]
# Le réseau est jugé à son seuil sévère, les modèles simples à un demi : un seuil sévère coûte du
# F1 macro. Comparez ce qui est comparable avant de conclure.
#
# ## Lire les erreurs
#
# Les nombres disent combien ; seule la lecture dit *lesquelles*. Voici les réponses fausses dont
# il était le plus sûr. L'étiquette est-elle juste, au fait ?

# %%
for mistake in account.mistakes:
    sure = percent(mistake.probability)
    print(f"{mistake.true} -> {mistake.predicted} ({sure}) {mistake.text[:90]}")

# %% [markdown]
# Et pourquoi a-t-il répondu ainsi ? Pour chaque mot : de combien le réseau serait-il moins sûr
# sans lui ?


# %%
def strongest(explanation: Explanation, most: int = 6) -> dict[str, float]:
    """Les mots dont l'absence change le plus la réponse."""
    ordered = sorted(explanation.tokens, key=lambda token: -abs(token.left_out))
    return {f"{token.text} ({token.start})": token.left_out for token in ordered[:most]}


known = zip(parts.test.texts, parts.test.labels, strict=True)
spam = next(text for text, label in known if label == "spam" and len(text) > 60)
explanation = model.explain(spam)
print(spam)
measured("réponse", [explanation.label, percent(explanation.probabilities["spam"])])
title = "Sans ce mot, la réponse perd"
show(bars(title, strongest(explanation), "probabilité"))

# %% [markdown]
# ## Enregistrer, avec une fiche
#
# Un modèle est un dossier : poids, vocabulaire, réglages, seuil, mesures, et une **fiche de
# modèle** qui le dit en mots. Sans ces deux dernières, personne ne saura plus tard à quoi il est
# bon. La fiche est en anglais, pour tous ceux qui recevront le dossier ; la voici.

# %%
about = {
    "source": place.name,
    "data": {
        "rows": len(examples),
        "labels": summary.labels,
        "n_dropped": len(reading.dropped),
        "warnings": reading.warnings,
    },
}
home = model.save(Path(folder.name) / "my-model", metrics=metrics_of(account, about))
for file in sorted(home.iterdir()):
    measured(file.name, f"{number(file.stat().st_size / 1000, 0)} ko")
card = (home / "README.md").read_text(encoding="utf-8")
document(card)

# %% [markdown]
# Ajoutez à la main ce qu'aucun programme ne sait : à qui une erreur peut nuire, de qui venaient
# ces messages et avec quel accord, dans quelles langues et de quelle année, et qui répond du
# modèle.
#
# ## Recharger, et répondre
#
# Les réponses du modèle rechargé sont celles du modèle enregistré. Dans le terminal : `attentif
# predict my-model nouveau.csv`.

# %%
loaded = TextClassifier.load(home)
before, after = (own.predict_proba(parts.test.texts) for own in (model, loaded))
same = bool(np.allclose(before, after, atol=1e-6))
measured("les mêmes réponses", same)
for text in (
    "Win a 500 gift card now, click prize-draw.example",
    "Tu passes prendre le pain ? Bisous",
):
    measured(text, [str(loaded.predict(text)), percent(float(loaded.predict_proba(text)[1]))])
folder.cleanup()

# %% [markdown]
# ## Avant la mise en service
#
# - Le jeu de test n'a-t-il servi qu'une fois ? Si vous revenez changer un réglage à cause de ce
#   que vous avez vu ici, il vous faut de nouveaux messages de test.
# - Le souhait est-il respecté sur les lignes de test, *avec son intervalle* ? Sur
#   les 190 messages honnêtes des données fournies, un taux de 2 % peut aussi bien être de
#   1 % ou de 5 %.
# - Les langues, l'année et le genre des messages sont-ils ceux qu'il rencontrera ? Le spam change
#   d'habits : gardez chaque mois une centaine de messages récents, étiquetez-les, et lancez
#   `attentif test` dessus.
# - Qui lit les messages sur lesquels il hésite ? `unsure=0.1` répond « unsure » près du seuil.
# - Le modèle linéaire suffirait-il ? Si l'on ne peut montrer aucune différence, prenez le plus
#   simple.

# %%
if not FILE:
    check(
        "le fichier a été compris", reading.encoding == "cp1252" and reading.delimiter == ";", DATA
    )
    check("rien n'est perdu en silence", len(reading.dropped) == 1 and summary.repeats >= 40, DATA)
    majority = next(row.scores for row in account.baselines if row.name == "majority")
    check("le réseau fait mieux que rien", scores.macro_f1 > majority.macro_f1 + 0.1, DATA)
    check("l'intervalle du ham bloqué est large", high - low > 0.02, DATA)
    check("la fiche énonce le verdict", account.verdict[0][:30] in card, DATA)
    check("le modèle rechargé répond de même", same, DATA)
