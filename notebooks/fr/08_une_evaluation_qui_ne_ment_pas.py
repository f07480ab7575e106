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
# # 8. Une évaluation qui ne ment pas
#
# **Environ 30 minutes de lecture et d'essais ; le code prend environ une demi-minute.**
#
# Vous apprendrez
#
# - pourquoi l'exactitude seule dit peu, et ce qu'il faut mettre à côté ;
# - l'ampleur du doute sur quelques centaines de messages ;
# - pourquoi le choix du meilleur parmi beaucoup flatte, sans que personne ne triche ;
# - à comparer deux modèles sur les mêmes lignes et sur plusieurs découpages, à côté de modèles
#   simples ;
# - à choisir un seuil là où l'on a le droit de le choisir, et à voir si les probabilités veulent
#   dire ce qu'elles disent ;
# - à répondre, chiffres en main, si l'attention est nécessaire pour séparer spam et ham.

# %%
import numpy as np
from course import (
    COLOURS,
    all_rows,
    check,
    drawing,
    lines,
    measured,
    number,
    parts_of,
    percent,
    show,
)
from matplotlib.axes import Axes

from attentif import TextClassifier
from attentif.data.split import repeated
from attentif.measure.baselines import BASELINES
from attentif.measure.calibration import reliability, wilson
from attentif.measure.compare import baseline_contenders, compare
from attentif.measure.decision import choose_threshold
from attentif.measure.metrics import score
from attentif.measure.paired import mcnemar

# %%
DATA = "messages"  # ou "sms-spam"

# %% [markdown]
# ## L'exactitude et ses voisines
#
# Entraînons un réseau avec attention qui lit les mots et leurs n-grammes, et un modèle linéaire
# (une machine à vecteurs de support sur les mots, les signes et les caractères) qui s'ajuste en
# une seconde. Jugeons-les sur les mêmes messages de test.
#
# - **exactitude** : part de réponses justes ;
# - **précision** du spam : parmi ce qu'on a appelé spam, combien en sont ;
# - **rappel** du spam : parmi les spams, combien on en a attrapé ;
# - **F1** : leur moyenne harmonique ; le F1 *macro* fait la moyenne des deux classes, pour que la
#   petite compte autant.

# %%
FAIR = {
    "evidence": False, "bidirectional": False, "hidden_size": 32, "ngram_max": 4, "epochs": 6,
    "batch_size": 64, "learning_rate": 0.006,
}  # fmt: skip
parts = parts_of(DATA)
network = TextClassifier(architecture="attention", **FAIR)
network.fit(*parts.train, validation=parts.validation)
baseline = BASELINES["marks+char-svm"]().fit(*parts.train)
nothing = BASELINES["majority"]().fit(*parts.train)
truth = np.array([int(label == "spam") for label in parts.test.labels])
judged = {}
for name, model in (("attention", network), ("linéaire", baseline), ("toujours ham", nothing)):
    judged[name] = score(truth, model.predict_proba(parts.test.texts), ("ham", "spam"), positive=1)
    spam = judged[name].per_class["spam"]
    measured(
        f"{name} : exactitude, F1 macro, précision et rappel du spam",
        [
            number(v)
            for v in (judged[name].accuracy, judged[name].macro_f1, spam.precision, spam.recall)
        ],
    )

# %% [markdown]
# Toujours répondre *ham* a une exactitude respectable, un F1 macro sous un demi, et n'attrape
# rien. Un seul nombre ne le dit jamais.
#
# ## Quelle est l'ampleur du doute ?
#
# L'exactitude sur un échantillon est une estimation. L'intervalle de Wilson dit quelles
# exactitudes vraies s'accordent avec ce que l'on a vu. Il rétrécit comme la *racine carrée* du
# nombre de messages : quatre fois plus de messages pour moitié moins de doute.

# %%
widths = {}
for n in (50, 100, 264, 1000, 4000):
    low, high = (float(bound) for bound in wilson(np.array(round(0.85 * n)), np.array(n)))
    widths[n] = high - low
    measured(f"85 % justes sur {number(n, 0)} : de, à", [percent(low, 1), percent(high, 1)])

# %% [markdown]
# ## Le meilleur de vingt
#
# Supposons vingt modèles tous exactement aussi bons : chacun a raison sur tout message avec la
# probabilité 0,82. On les juge sur 264 messages et l'on garde le meilleur. Personne n'a triché.
# Recommençons mille fois.

# %%
draw = np.random.default_rng(0)
seen = draw.binomial(264, 0.82, size=(1000, 20)) / 264
best_of_twenty = float(seen.max(axis=1).mean())
measured("exactitude vraie de chacun", percent(0.82))
measured("ce que montre le meilleur de vingt, en moyenne", percent(best_of_twenty, 1))
growing = [float(seen[:, :k].max(axis=1).mean()) for k in range(1, 21)]
show(
    lines(
        "Choisir sur le test flatte",
        {"montré par le meilleur": growing, "vrai": [0.82] * 20},
        "modèles essayés",
        "exactitude",
    )
)

# %% [markdown]
# Vingt époques d'un réseau, ce sont aussi vingt modèles. D'où les trois parties : *apprentissage*
# pour apprendre, *validation* pour choisir l'époque, les réglages, le seuil, et *test* une seule
# fois, à la fin.
#
# ## Deux modèles sur les mêmes lignes
#
# Là où les deux ont raison, ou tort, on n'apprend rien de leur différence. Le test de McNemar ne
# regarde que les autres lignes : si les deux se valaient, elles tomberaient d'un côté ou de
# l'autre comme une pièce.

# %%
answers = [np.array(model.predict(parts.test.texts)) == "spam" for model in (network, baseline)]
pair = mcnemar(*(own == truth for own in answers))
measured("seul le réseau a raison, seul le modèle linéaire a raison", [pair.better, pair.worse])
measured("le hasard les partagerait aussi inégalement avec la probabilité", number(pair.p_value))

# %% [markdown]
# ## Plusieurs découpages, et des modèles simples
#
# Un découpage est un tirage. `compare` ajuste chaque concurrent sur plusieurs, et corrige les
# intervalles pour les lignes d'apprentissage que les découpages ont en commun (Nadeau et Bengio).
# Le LSTM et le réseau avec attention ne diffèrent qu'en l'attention.

# %%
rows = all_rows(DATA)
found = compare(
    {
        "lstm": lambda seed: TextClassifier(architecture="lstm", seed=seed, **FAIR),
        "attention": lambda seed: TextClassifier(architecture="attention", seed=seed, **FAIR),
        **baseline_contenders(("majority", "naive-bayes", "word-svm", "marks+char-svm")),
    },
    rows.texts,
    rows.labels,
    repeated(rows.labels, rows.texts, times=4, test=0.25, seed=0),
)
table = {row.name: row for row in found.table()}
for name, row in table.items():
    f1 = row.macro_f1
    measured(
        f"{name} : F1 macro et son intervalle, secondes d'ajustement",
        [number(f1.mean), number(f1.low), number(f1.high), number(row.fit_seconds, 1)],
    )


def draw_table(axes: Axes) -> None:
    """Un point et son intervalle par concurrent ; les petits points sont les découpages."""
    for place, (name, row) in enumerate(table.items()):
        colour = COLOURS[0] if name in ("lstm", "attention") else COLOURS[3]
        axes.hlines(place, row.macro_f1.low, row.macro_f1.high, color=colour, linewidth=2)
        axes.plot(row.macro_f1.mean, place, "o", color=colour, markersize=7)
        single = [run.scores.macro_f1 for run in found.of(name)]
        axes.plot(single, [place + 0.22] * len(single), ".", color=colour, alpha=0.6)
    axes.set_yticks(range(len(table)), list(table))
    axes.yaxis.set_major_formatter(lambda v, place: list(table)[place or 0])
    axes.invert_yaxis()


show(drawing("F1 macro sur quatre découpages", draw_table, "F1 macro, avec son intervalle à 95 %"))
attention_gain = found.difference("attention", "lstm")
network_gain = found.difference("attention", "marks+char-svm")
for name, gain in (
    ("attention moins LSTM", attention_gain),
    ("attention moins linéaire", network_gain),
):
    measured(f"{name} : points de F1 macro, de, à", [number(100 * v, 1) for v in gain[:3]])

# %% [markdown]
# ## Le seuil, et ce que vaut une probabilité
#
# Un filtre qui cache un message honnête fait plus de mal qu'un filtre qui laisse passer une
# arnaque. On peut donc souhaiter que 2 % au plus des messages honnêtes soient bloqués. Le seuil
# qui respecte ce souhait se choisit sur les lignes de *validation* et se juge sur celles de test.
# Savoir si une probabilité de 0,9 a raison neuf fois sur dix est une autre question :
# l'**étalonnage** (*calibration*).

# %%
known = np.array([int(label == "spam") for label in parts.validation.labels])
choice = choose_threshold(
    known, network.predict_proba(parts.validation.texts)[:, 1], max_false_positive_rate=0.02
)
probability = network.predict_proba(parts.test.texts)[:, 1]
called = probability >= choice.threshold
caught, blocked = float(called[truth == 1].mean()), float(called[truth == 0].mean())
half = {kind: float((probability >= 0.5)[truth == kind].mean()) for kind in (1, 0)}
measured("seuil", number(choice.threshold))
measured(
    "validation : spam attrapé, ham bloqué", [percent(choice.caught), percent(choice.blocked, 1)]
)
measured("test : spam attrapé, ham bloqué", [percent(caught), percent(blocked, 1)])
measured("test, seuil 0,5 : spam attrapé, ham bloqué", [percent(half[1]), percent(half[0], 1)])
bins = reliability(truth == 1, probability, bins=8)


def draw_bins(axes: Axes) -> None:
    """Annoncé contre arrivé ; la droite est l'honnêteté."""
    axes.plot([0, 1], [0, 1], color=COLOURS[3], linewidth=1)
    axes.vlines(bins.mean, bins.low, bins.high, color=COLOURS[0], linewidth=1.5)
    axes.plot(bins.mean, bins.observed, "o", color=COLOURS[0])


title = "« Spam avec la probabilité p » : est-ce vrai ?"
show(drawing(title, draw_bins, "probabilité annoncée", "part de spams"))
inside = float(np.mean((bins.low <= bins.mean) & (bins.mean <= bins.high)))
measured("groupes dont l'intervalle contient ce qui était annoncé", percent(inside))

# %% [markdown]
# Le souhait est respecté sur les messages de validation, où le seuil a été choisi ; sur des
# messages nouveaux, le taux peut être le double, car il a lui-même été estimé sur peu de
# messages honnêtes (moins de deux cents parmi les messages fournis). Un seuil au-dessus d'un demi
# a son prix : on attrape moins de spam. Là où les classes se distinguent aisément, comme dans les
# SMS, un seuil plus bas peut suffire au souhait : on attrape alors plus de spam, et on bloque plus.
#
# ## Question 7
#
# **L'attention est-elle nécessaire pour distinguer spam et ham ? Pourquoi, ou pourquoi pas ?**
#
# *Votre réponse :*
#
# …
#
# <details><summary>Indice</summary>
#
# Lisez les deux différences avec leurs intervalles, non les deux moyennes. Rappelez-vous ensuite
# les deux tâches du carnet 7 et les dates du carnet 6 : qu'est-ce qui y rendait l'attention
# nécessaire ?
#
# </details>

# %% [markdown]
# ## Réponses
#
# Elles parlent des messages fournis. Avec d'autres données, la dernière cellule dit de chaque
# affirmation si elle tient encore (✓) ou non (✗).
#
# <details><summary>Réponse à la question 7</summary>
#
# **Non.** Sur quatre découpages, le réseau avec attention et le même réseau sans elle diffèrent de
# 0,8 point de F1 macro, et l'intervalle de la différence va de -3,0 à 4,7 : il contient 0. Un
# modèle linéaire, sans aucun réseau, ajusté en une seconde environ, est 3,2 points plus bas, avec
# un intervalle de -2,2 à 8,7 : sur ces messages, on ne peut montrer aucune différence avec lui non
# plus. Sur un même découpage, les deux divergent sur 35 messages, dont le réseau a 18 justes et le
# modèle linéaire 17.
#
# **Pourquoi** : la plupart des messages sont courts, et ce qui trahit une arnaque est réparti sur
# plusieurs mots, dont chacun dit un peu. Le dernier état d'un réseau récurrent les retient assez
# bien, et un compte de mots et de signes aussi. L'attention est payante là où une seule place
# parmi beaucoup décide (la clef du carnet 7), ou là où chaque sortie a besoin de sa partie de la
# source (les dates du carnet 6) ; ici, ni l'un ni l'autre. Le carnet 7 l'a trouvé de l'intérieur :
# les poids sont presque égaux, et les rendre exactement égaux ne change presque aucune réponse.
#
# **Ce n'est pas la preuve que l'attention n'aide jamais ici** : avec quatre découpages de cette
# taille, un gain de deux ou trois points peut se cacher dans l'intervalle. C'est une raison de ne
# pas payer l'attention avant d'avoir montré ce qu'elle rapporte.
#
# </details>

# %%
idle = judged["toujours ham"]
check(
    "ne rien faire : exactitude voisine de 0,7, F1 macro sous un demi",
    idle.accuracy > 0.6 and idle.macro_f1 < 0.5,
    DATA,
)
check(
    "quatre fois plus de messages, moitié moins de doute", 1.8 < widths[1000] / widths[4000] < 2.2
)
check("le meilleur de vingt modèles égaux se flatte", best_of_twenty > 0.85)
check(
    "attention et LSTM : aucune différence démontrable",
    attention_gain.low < 0 < attention_gain.high and abs(attention_gain.mean) < 0.03,
    DATA,
)
check("ni avec le modèle linéaire", network_gain.low < 0 < network_gain.high, DATA)
check(
    "sur un découpage, les deux divergent des deux côtés",
    min(pair.better, pair.worse) >= 5 and pair.p_value > 0.05,
    DATA,
)
check("le seuil choisi bloque moins de messages honnêtes", blocked < half[0], DATA)
