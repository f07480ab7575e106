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
# # 6. D'une suite à une autre, et le goulot d'étranglement
#
# **Environ 25 minutes de lecture et d'essais ; le code prend environ une demi-minute.**
#
# Vous apprendrez
#
# - comment deux réseaux récurrents, un encodeur et un décodeur, changent une suite en une autre ;
# - ce qu'est le forçage par le maître (*teacher forcing*), et pourquoi son score flatte ;
# - le goulot d'étranglement : tout ce qui a été lu doit passer par un seul vecteur ;
# - ce que l'attention y change, mesuré sur les mêmes paires ;
# - à lire un alignement.
#
# La tâche est petite et utile : on écrit les dates de bien des façons (*jeudi 8 mars 2001*, *27
# AVR. 97*) ; le réseau les écrit `2001-03-08`. C'est de la traduction avec un petit vocabulaire.
# Les formes viennent des tables d'Unicode, par `babel` : installez `attentif[all]`.

# %%
import numpy as np
from course import check, column, lines, measured, percent, show

from attentif import Transducer
from attentif.data.dates import dates
from attentif.report.alignment import alignment_map

# %%
PAIRS, EPOCHS = 1000, 9  # plus de paires et d'époques : mieux, et plus lent
LOCALES = ("en_GB", "fr_FR")

# %%
learn, choose, judge = (
    dates(n, seed=seed, locales=LOCALES) for n, seed in ((PAIRS, 1), (100, 2), (200, 3))
)
for pair in judge[:6]:
    print(f"{pair.text:32} {pair.iso}")

# %% [markdown]
# ## Encodeur et décodeur
#
# L'**encodeur** lit la source, caractère par caractère, et finit dans un état $h$. Le **décodeur**
# est un autre réseau récurrent : il part de cet état et écrit un caractère à la fois, en relisant
# celui qu'il a écrit avant, $y_u$ :
#
# $$
# s_0 = \tanh(W_s h + b_s), \qquad
# s_u = \mathrm{cell}(e(y_u), s_{u-1}), \qquad
# p(y_{u+1}) = \mathrm{softmax}(W_y a_u + b_y)
# $$
#
# Sans attention, $a_u = s_u$. Tout ce qu'il faut encore savoir de la source doit tenir dans
# $s_0$ : quelques dizaines de nombres, quelle que soit la longueur du texte. C'est le **goulot
# d'étranglement**.
#
# Avec l'attention, le décodeur peut revoir chaque état $m_t$ de l'encodeur à chaque caractère
# qu'il écrit :
#
# - **Luong** : avancer, puis regarder, $c_u = \mathrm{attend}(s_u)$, $a_u = \tanh(W_c [c_u ;
#   s_u])$ ;
# - **Bahdanau** : regarder, puis avancer, $c_u = \mathrm{attend}(s_{u-1})$, $s_u =
#   \mathrm{cell}([e(y_u) ; c_u], s_{u-1})$.
#
# Pendant l'apprentissage, on donne au décodeur le *bon* caractère précédent, non le sien : c'est
# le **forçage par le maître**. Un score mesuré ainsi est trop indulgent, car une vraie sortie se
# construit sur ses propres erreurs. `attentif` choisit donc l'époque d'après ce que le modèle
# écrit seul, et l'on juge à la **correspondance exacte** : la date entière est juste, ou elle est
# fausse.

# %%
SMALL = {
    "hidden_size": 64, "embedding_size": 32, "batch_size": 64, "learning_rate": 0.01,
    "epochs": EPOCHS, "patience": 0,
}  # fmt: skip
texts, right = [pair.text for pair in judge], [pair.iso for pair in judge]
chosen = [pair.text for pair in choose], [pair.iso for pair in choose]
models, exact = {}, {}
NAMES = {"none": "sans attention", "luong": "Luong", "bahdanau": "Bahdanau"}
for kind in NAMES:
    model = Transducer(decoder=kind, **SMALL)
    models[kind] = model.fit([p.text for p in learn], [p.iso for p in learn], validation=chosen)
    exact[kind] = model.score(texts, right)
    forced = column(model, "validation_teacher_forced_accuracy")[-1]
    measured(f"{NAMES[kind]} : caractères justes quand le maître tient la main", percent(forced))
    measured(f"{NAMES[kind]} : dates justes, tout seul", percent(exact[kind]))
curves = {NAMES[kind]: column(model, "validation_exact_match") for kind, model in models.items()}
show(lines("Dates écrites sans faute", curves, "époque", "part des dates de validation"))

# %% [markdown]
# ## Où cela se gâte-t-il ?
#
# Une date a dix caractères : quatre pour l'année, un tiret, deux pour le mois, un tiret, deux pour
# le jour. Combien de fois chacun est-il juste ?

# %%
by_place = {}
for kind, model in models.items():
    outputs = [str(output).ljust(10)[:10] for output in model.predict(texts)]
    by_place[kind] = [
        float(np.mean([out[at] == iso[at] for out, iso in zip(outputs, right, strict=True)]))
        for at in range(10)
    ]
show(
    lines(
        "Chaque caractère de la date",
        {NAMES[kind]: shares for kind, shares in by_place.items()},
        "place dans la sortie",
        "part de justes",
    )
)
for text, iso in list(zip(texts, right, strict=True))[:3]:
    print(f"{text:28} {iso}")
    for kind, model in models.items():
        print(f"{NAMES[kind]:>28} {model.predict(text)}")

# %% [markdown]
# Le réseau sans attention écrit des dates qui *ont l'air* justes : il a appris la grammaire de la
# sortie, les tirets, les mois possibles. Ce qui lui manque, c'est le contenu de cette source-ci.
#
# ## Lire un alignement
#
# Les lignes sont les caractères écrits, les colonnes ceux de la source ; plus c'est foncé, plus le
# poids est grand.

# %%
luong = models["luong"]
named = next(
    p
    for p in judge
    if 14 < len(p.text) < 24 and p.iso[:4] in p.text and luong.predict(p.text) == p.iso
)
found = luong.explain(named.text)
source = [unit.text for unit in found.source]
if found.weights is not None:
    show(
        alignment_map(
            source, found.target, found.weights, title="Où le décodeur de Luong a regardé"
        )
    )


def on_year(text: str, iso: str) -> tuple[float, float]:
    """Poids sur l'année et le caractère suivant pendant qu'on l'écrit ; et au hasard."""
    looked = luong.explain(text).weights
    at = text.index(iso[:4])
    return float(looked[:4, at : at + 5].sum() / 4), len(text[at : at + 5]) / len(text)


whole = [(t, i) for t, i in zip(texts, right, strict=True) if i[:4] in t and luong.predict(t) == i]
weight, chance = np.mean([on_year(text, iso) for text, iso in whole], axis=0)
measured("poids sur l'année et le caractère suivant pendant qu'on écrit l'année", percent(weight))
measured("si l'on regardait partout de même", percent(chance))

# %% [markdown]
# ## Ce que l'on a vu
#
# <details><summary>Le goulot d'étranglement, en chiffres</summary>
#
# Avec les mêmes paires, les mêmes tailles et le même nombre d'époques, aucune date n'est juste
# sans attention (0 %), 79 % le sont avec celle de Luong, et 40 % avec celle de Bahdanau, qui est
# en chemin et demande plus d'époques. Tenu par la main du maître, le réseau sans attention a 68 %
# des caractères justes : ce score cache ce que montre la correspondance exacte. Place par place,
# ses tirets sont toujours justes, et le dernier chiffre du jour l'est une fois sur dix : il
# devine.
#
# L'alignement n'est pas un ornement : pendant qu'on écrit l'année, 99 % du poids repose sur elle
# ou sur le caractère qui la suit, contre 32 % s'il était réparti partout de même. Ici,
# contrairement aux messages du carnet 7, chaque sortie a besoin de *sa* partie de la source ;
# c'est la situation pour laquelle on a inventé l'attention.
#
# **Pour aller plus loin** : doublez `PAIRS` et `EPOCHS` ; donnez `hidden_size` 256 au décodeur
# sans attention. Un goulot plus large aide-t-il autant que l'attention ?
#
# </details>

# %%
check("sans attention, presque aucune date n'est juste", exact["none"] < 0.1)
check("avec celle de Luong, la plupart le sont", exact["luong"] > 0.5)
check("celle de Bahdanau est en chemin", exact["bahdanau"] > exact["none"] + 0.1)
forced = column(models["none"], "validation_teacher_forced_accuracy")[-1]
check("la main du maître le cache", 0.55 < forced < 0.85 and exact["none"] < forced - 0.4)
dashes, days = [by_place["none"][at] for at in (4, 7)], [by_place["none"][at] for at in (8, 9)]
check("les tirets sont justes, le jour est deviné", min(dashes) > 0.9 and min(days) < 0.25)
check("on écrit l'année en regardant l'année", weight > 1.5 * chance)
