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
# # 2. Du neurone au réseau récurrent
#
# **Environ 30 minutes de lecture et d'essais ; le code prend environ une demi-minute.**
#
# Vous apprendrez
#
# - ce que calcule un neurone, et comment il apprend ;
# - pourquoi un neurone qui voit tous les mots à la fois ne peut pas connaître leur ordre ;
# - le réseau récurrent : son équation, un pas calculé à la main, le même pas dans `attentif` ;
# - à quoi sert un plongement (*embedding*) ;
# - à reconnaître le sur-apprentissage sur deux courbes.
#
# Les lettres : $x$ ce qui entre, $h$ l'état caché, $W$ et $U$ des matrices, $b$ un biais. Ce sont
# celles de `attentif/nn/cells.py`, que l'on peut ouvrir à côté de cette page.

# %%
import re

import numpy as np
import torch
from course import (
    PLAIN,
    check,
    column,
    drawing,
    lines,
    measured,
    number,
    parts_of,
    percent,
    show,
    vector,
)
from matplotlib.axes import Axes

from attentif import TextClassifier
from attentif.inspect.embeddings import vectors
from attentif.inspect.subject import Subject
from attentif.nn.recurrent import Recurrent
from attentif.report.palette import BLUE, ORANGE
from attentif.train.classify import make_network

# %%
DATA = "messages"  # ou "sms-spam"

# %% [markdown]
# ## Un neurone
#
# Un neurone pondère ses entrées, ajoute un biais et ramène la somme entre 0 et 1 :
#
# $$ p = \sigma(w \cdot x + b), \qquad \sigma(a) = \frac{1}{1 + e^{-a}} $$
#
# Prenons pour entrées les cinq indices du carnet 1, et pour $p$ la probabilité d'un spam.
# Apprendre, c'est déplacer $w$ et $b$ un peu, encore et encore, pour que la perte diminue. Avec
# l'entropie croisée, le gradient est d'une agréable simplicité : $\partial L / \partial a = p -
# y$, où $y = 1$ pour un spam.

# %%
parts = parts_of(DATA)
CLUES = (r"\d", r"http|www\.|\.example|\.com", r"\b[A-Z]{3,}\b", r"[£€$]", "!")


def clues(texts: list[str]) -> np.ndarray:
    """(N, 5) : 1 là où le texte contient l'indice."""
    return np.array([[bool(re.search(clue, text)) for clue in CLUES] for text in texts], float)


def sigmoid(a: np.ndarray) -> np.ndarray:
    """Entre 0 et 1."""
    return 1 / (1 + np.exp(-a))


x, y = clues(parts.train.texts), np.array(parts.train.labels) == "spam"
w, b = np.zeros(5), 0.0
for _ in range(500):
    slope = sigmoid(x @ w + b) - y
    w -= 0.5 * (x.T @ slope) / len(y)
    b -= 0.5 * slope.mean()
answers = sigmoid(clues(parts.test.texts) @ w + b) > 0.5
neuron = float((answers == (np.array(parts.test.labels) == "spam")).mean())
majority = parts.test.labels.count("ham") / len(parts.test.labels)
measured("poids des indices", [number(v, 1) for v in w])
measured("exactitude d'un neurone sur les messages de test", percent(neuron))
measured("toujours répondre ham", percent(majority))

# %% [markdown]
# Le neurone a appris tout seul qu'un lien parle pour le spam. Mais c'est nous qui avons choisi les
# indices, et il les voit tous à la fois : « vous me devez, je ne vous dois pas » et « je vous
# dois, vous ne me devez pas » lui donnent la même entrée.
#
# ## Le même neurone, avec une mémoire
#
# Un message se lit mot à mot. Donnons aux neurones, outre le mot $x$, ce qu'ils ont dit après le
# mot précédent : l'**état caché** $h$.
#
# $$ h' = \tanh(W x + U h + b) $$
#
# C'est tout le réseau récurrent : les mêmes $W$, $U$ et $b$ à chaque mot. Calculons un pas à la
# main, avec deux neurones :
#
# $$
# W = \begin{pmatrix} 0{,}5 & -0{,}3 \\ 0{,}2 & 0{,}8 \end{pmatrix}, \quad
# U = \begin{pmatrix} 0{,}4 & 0{,}1 \\ -0{,}2 & 0{,}6 \end{pmatrix}, \quad
# b = \begin{pmatrix} 0{,}1 \\ 0 \end{pmatrix}, \quad
# x = \begin{pmatrix} 1 \\ 2 \end{pmatrix}, \quad
# h = \begin{pmatrix} 0{,}5 \\ -0{,}5 \end{pmatrix}
# $$
#
# 1. $W x = (0{,}5 \cdot 1 - 0{,}3 \cdot 2, \; 0{,}2 \cdot 1 + 0{,}8 \cdot 2) = (-0{,}1, \; 1{,}8)$
# 2. $U h = (0{,}4 \cdot 0{,}5 - 0{,}1 \cdot 0{,}5, \; -0{,}2 \cdot 0{,}5 - 0{,}6 \cdot 0{,}5) =
#    (0{,}15, \; -0{,}4)$
# 3. $W x + U h + b = (0{,}15, \; 1{,}4)$
# 4. $h' = \tanh(0{,}15, \; 1{,}4) = (0{,}149, \; 0{,}885)$
#
# Refaisons-le trois fois par la machine : en numpy, avec la cellule de la bibliothèque, puis avec
# sa couche, qui lit un message entier.

# %%
W, U, b = (
    np.array([[0.5, -0.3], [0.2, 0.8]]),
    np.array([[0.4, 0.1], [-0.2, 0.6]]),
    np.array([0.1, 0]),
)
x, h = np.array([1.0, 2.0]), np.array([0.5, -0.5])


def step(x: np.ndarray, h: np.ndarray) -> np.ndarray:
    """h' = tanh(W x + U h + b)."""
    return np.tanh(W @ x + U @ h + b)


by_hand = step(x, h)
layer = Recurrent("rnn", 2, 2).double()
cell = layer.forwards
with torch.no_grad():
    for weight, value in ((cell.W.weight, W), (cell.U.weight, U), (cell.W.bias, b)):
        weight.copy_(torch.tensor(value))
    (by_cell,) = cell(torch.tensor(x)[None], (torch.tensor(h)[None],))
measured("numpy", vector(by_hand, 3))
measured("la cellule", vector(by_cell[0], 3))

# %% [markdown]
# Deux mots maintenant, dans les deux ordres. La somme des entrées est la même ; les états ne le
# sont pas. C'est ce qui manquait au neurone seul.

# %%
first, second = np.array([1.0, 2.0]), np.array([-1.0, 0.5])
forth, back = step(second, step(first, np.zeros(2))), step(first, step(second, np.zeros(2)))
with torch.no_grad():
    message = torch.tensor(np.array([[first, second]]))
    by_layer = layer(message, torch.tensor([[True, True]])).last[0].numpy()
measured("un ordre", vector(forth, 3))
measured("l'autre ordre", vector(back, 3))
measured("la couche, premier ordre", vector(by_layer, 3))

# %% [markdown]
# ## Le plongement
#
# Un mot est un identifiant, par exemple 163. La grandeur de ce nombre ne veut rien dire : le mot
# 164 n'est pas voisin du mot 163. Chaque identifiant reçoit donc une ligne d'une table, le
# **plongement** (*embedding*), et ces lignes s'apprennent comme tous les autres poids. Lire une
# ligne revient à multiplier par un vecteur qui n'a qu'un seul 1.

# %%
table = np.random.default_rng(0).normal(size=(5, 3))
only_one = np.array([0, 0, 1, 0, 0])
measured("lire, c'est multiplier", bool(np.allclose(only_one @ table, table[2])))

# %% [markdown]
# ## L'entraînement et le sur-apprentissage
#
# Un réseau complet, maintenant : plongement, couche récurrente, et un neurone de sortie par classe
# qui lit le dernier état. `PLAIN` désigne le réseau nu, sans rien qui le retienne ; le second
# éteint au hasard, à chaque pas de l'entraînement, la moitié des plongements et des sorties et un
# cinquième des mots.

# %%
plain = TextClassifier(architecture="rnn", epochs=10, **PLAIN)
plain.fit(*parts.train, validation=parts.validation)
held = TextClassifier(
    architecture="rnn", epochs=10, **PLAIN | {"dropout": 0.5, "word_dropout": 0.2}
)
held.fit(*parts.train, validation=parts.validation)
curves = {
    "nu, apprentissage": column(plain, "loss"),
    "nu, validation": column(plain, "validation_loss"),
    "avec dropout, apprentissage": column(held, "loss"),
    "avec dropout, validation": column(held, "validation_loss"),
}
show(lines("La perte, époque par époque", curves, "époque", "perte"))
lowest = int(np.argmin(column(plain, "validation_loss"))) + 1
measured("nu : perte de validation la plus basse à l'époque", lowest)
accuracies = column(plain, "validation_accuracy")
measured(
    "nu : exactitude de validation à cette époque et à la fin",
    [percent(accuracies[lowest - 1]), percent(accuracies[-1])],
)
for name, values in curves.items():
    measured(f"{name}, minimum et fin", [number(min(values)), number(values[-1])])

# %% [markdown]
# ## Qu'a appris le plongement ?
#
# Pour le voir de nos yeux, ne donnons à chaque mot que **deux nombres**, proches de 0 au départ,
# et faisons lire à la sortie la moyenne des états, afin que chaque mot compte. La *part de spam*
# d'un mot est la part des spams parmi ses messages d'apprentissage ; on ne la dit jamais au
# réseau. La place d'un mot dit-elle quelque chose de lui ? La *corrélation* ci-dessous est celle
# de la part de spam avec la meilleure estimation linéaire tirée des deux coordonnées : 0 si la
# place ne dit rien, 1 si elle dit tout.

# %%
FLAT = PLAIN | {"embedding_size": 2, "embedding_init": "uniform", "pooling": "mean"}
flat = TextClassifier(architecture="rnn", epochs=6, **FLAT)
flat.fit(*parts.train, validation=parts.validation)
front_end = flat.front_end_
counts: dict[str, list[int]] = {}
for text, label in zip(*parts.train, strict=True):
    for word in sorted({token.text.lower() for token in front_end.tokens(text) if token.known}):
        counts.setdefault(word, [0, 0])[label == "spam"] += 1
often = {word: spam / (ham + spam) for word, (ham, spam) in counts.items() if ham + spam >= 8}
words, spam_share = list(often), np.array(list(often.values()))
trained = Subject(flat.network_, front_end, flat.decision_)
fresh = trained._replace(network=make_network(flat.settings_, front_end, 2))


def correlation(subject: Subject) -> float:
    """Entre la part de spam des mots et une estimation linéaire tirée de leurs vecteurs."""
    known = np.column_stack([vectors(subject, words), np.ones(len(words))])
    guess = known @ np.linalg.lstsq(known, spam_share, rcond=None)[0]
    return float(np.corrcoef(guess, spam_share)[0, 1])


before, after = correlation(fresh), correlation(trained)
measured("mots présents dans huit messages ou plus", len(words))
measured("corrélation avant l'entraînement", number(before))
measured("corrélation après l'entraînement", number(after))


def draw_words(axes: Axes) -> None:
    """Chaque mot à sa place ; les noms de ceux des deux bouts."""
    places = vectors(trained, words)
    dots = axes.scatter(*places.T, c=spam_share, cmap="coolwarm", s=14, alpha=0.8)
    bar = axes.figure.colorbar(dots, label="part de spam")
    bar.ax.yaxis.set_major_formatter(axes.yaxis.get_major_formatter())
    order = np.argsort(spam_share, kind="stable")
    scale = np.ptp(places, axis=0) * (0.12, 0.04)  # la place d'un nom
    named: list[np.ndarray] = []
    for at in [*order[:12], *order[-12:]]:
        if all((np.abs(places[at] - other) > scale).any() for other in named):
            named.append(places[at])
            colour = BLUE if spam_share[at] < 0.5 else ORANGE
            axes.text(*places[at], f" {words[at]}", size=8, color=colour)


title = "Les deux nombres de chaque mot, après l'entraînement"
show(drawing(title, draw_words, height=4.4))

# %% [markdown]
# ## Question 2
#
# **À quoi sert le plongement ? Quand y a-t-il sur-apprentissage ?**
#
# *Votre réponse :*
#
# …
#
# <details><summary>Indice</summary>
#
# Comparez les deux corrélations, avant et après l'entraînement. Pour la seconde partie, cherchez
# l'époque à partir de laquelle les deux courbes du réseau nu se séparent, et demandez-vous ce que
# le réseau peut encore apprendre.
#
# </details>

# %% [markdown]
# ## Réponses
#
# Elles parlent des messages fournis. Avec d'autres données, la dernière cellule dit de chaque
# affirmation si elle tient encore (✓) ou non (✗).
#
# <details><summary>Réponse à la question 2</summary>
#
# **Le plongement** change un identifiant, dont la grandeur ne veut rien dire, en coordonnées qui
# ont un sens pour la tâche. Avant l'entraînement, la place d'un mot ne dit rien de lui
# (corrélation 0,09). Après six époques, deux nombres par mot suffisent à une corrélation de 0,57
# avec sa part de spam : personne n'a dit au réseau quels mots vont ensemble, il les a déplacés
# ainsi parce que la perte en diminuait. Les mots employés de la même façon se rapprochent, et ce
# qu'on apprend de l'un sert à l'autre ; et 50 nombres par mot au lieu de 1 580 gardent les
# matrices petites.
#
# **Le sur-apprentissage** commence là où la perte d'apprentissage baisse encore alors que celle de
# validation remonte. Pour le réseau nu, c'est dès la troisième époque : sa perte d'apprentissage
# tombe à 0,02, il sait les messages d'apprentissage par cœur, tandis que sa perte de validation
# remonte de 0,54 à 0,77. Il est devenu sûr de ses erreurs. Avec le dropout, la perte
# d'apprentissage reste à 0,51, et celle de validation finit à 0,52, son minimum. Remarquez que
# l'exactitude ne le montre presque pas ; la perte, si.
#
# </details>

# %%
check(
    "la cellule est l'équation",
    np.allclose(by_hand, by_cell[0].numpy()) and np.allclose(forth, by_layer),
)
check("l'ordre change l'état", bool(np.abs(forth - back).max() > 0.1))
check("un neurone fait mieux que rien", neuron > majority + 0.02, DATA)
check("avant l'entraînement, la place d'un mot ne dit rien", before < 0.25, DATA)
check("après, elle renseigne sur sa part de spam", after > 0.4 and after > 2 * before, DATA)
losses = {
    name: column(model, "validation_loss") for name, model in (("plain", plain), ("held", held))
}
rises = losses["plain"][-1] > 1.2 * min(losses["plain"])
check("le réseau nu sur-apprend après quelques époques", lowest <= 6 and rises, DATA)
check("et sait ses messages d'apprentissage par cœur", column(plain, "loss")[-1] < 0.1, DATA)
lower = min(losses["held"]) < min(losses["plain"]) and losses["held"][-1] < losses["plain"][-1]
check("le dropout sur-apprend moins, avec une perte plus basse", lower, DATA)
