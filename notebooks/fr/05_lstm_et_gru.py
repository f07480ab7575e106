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
# # 5. Le LSTM porte par porte, et le GRU
#
# **Environ 30 minutes de lecture et d'essais ; le code prend environ une demi-minute.**
#
# Vous apprendrez
#
# - les équations du LSTM, porte par porte, avec un pas calculé à côté de la cellule de la
#   bibliothèque ;
# - pourquoi une mémoire à laquelle on *ajoute* garde son gradient, alors qu'un état que l'on
#   *multiplie* le perd ;
# - ce que fait le biais de la porte d'oubli ;
# - à regarder les portes d'un réseau entraîné, le long d'un message ;
# - le GRU, son cousin plus économe ;
# - ce que l'absence de masque fait à un LSTM.
#
# Les lettres sont celles de `attentif/nn/cells.py`.

# %%
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
    size,
    vector,
)
from matplotlib.axes import Axes

from attentif import TextClassifier
from attentif.config import Settings
from attentif.inspect.gates import gate_use, watch
from attentif.inspect.gradients import back_in_time
from attentif.inspect.subject import Subject, sample_of
from attentif.measure.decision import Decision
from attentif.nn.cells import GRUCell, LSTMCell, RNNCell
from attentif.report.gate_maps import SHUT_TO_OPEN
from attentif.text.encode import FrontEnd
from attentif.train.classify import make_network

# %%
DATA = "messages"  # ou "sms-spam"

# %% [markdown]
# ## Quatre couches dans une cellule
#
# Le LSTM garde deux choses : l'état caché $h$, qu'il montre, et la mémoire $c$, qu'il garde pour
# lui. Trois portes, chacune entre 0 (fermée) et 1 (ouverte), décident du sort de la mémoire :
#
# $$
# \begin{aligned}
# i &= \sigma(W_i x + U_i h + b_i) && \text{porte d'entrée : combien de nouveau s'écrit} \\
# f &= \sigma(W_f x + U_f h + b_f) && \text{porte d'oubli : combien d'ancien se garde} \\
# g &= \tanh(W_g x + U_g h + b_g) && \text{candidat : ce qui pourrait s'écrire} \\
# o &= \sigma(W_o x + U_o h + b_o) && \text{porte de sortie : combien se montre} \\
# c' &= f \odot c + i \odot g && \text{la mémoire} \\
# h' &= o \odot \tanh(c') && \text{l'état caché}
# \end{aligned}
# $$
#
# La bibliothèque empile les quatre matrices en une seule, dans l'ordre $i, f, g, o$, et ne
# multiplie qu'une fois. Voici le pas en numpy, avec les poids d'une cellule neuve.

# %%
torch.manual_seed(0)
cell = LSTMCell(3, 2).double()
W, U, b = (weight.detach().numpy() for weight in (cell.W.weight, cell.U.weight, cell.W.bias))


def sigmoid(a: np.ndarray) -> np.ndarray:
    """Entre 0, fermée, et 1, ouverte."""
    return 1 / (1 + np.exp(-a))


def step(x: np.ndarray, h: np.ndarray, c: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Un pas des équations ci-dessus : h' et c'."""
    i, f, g, o = np.split(W @ x + U @ h + b, 4)
    c = sigmoid(f) * c + sigmoid(i) * np.tanh(g)
    return sigmoid(o) * np.tanh(c), c


x, h, c = np.array([1.0, -0.5, 0.3]), np.array([0.2, -0.1]), np.array([0.8, 0.4])
by_hand = step(x, h, c)
with torch.no_grad():
    by_cell = cell(*(torch.tensor(x)[None], (torch.tensor(h)[None], torch.tensor(c)[None])))
for name, ours, theirs in zip(("h'", "c'"), by_hand, by_cell, strict=True):
    measured(f"{name}, numpy et la cellule", [vector(ours, 4), vector(theirs[0], 4)])

# %% [markdown]
# ## L'autoroute
#
# Regardons la seule équation de la mémoire. Sa pente par rapport à la mémoire précédente est $f$ :
# ni matrice, ni $\tanh$. Sur $T$ pas, le long de ce chemin,
#
# $$ \frac{\partial c_T}{\partial c_0} = \prod_{t=1}^{T} f_t $$
#
# et le réseau peut choisir $f$ proche de 1 là où il veut se souvenir. Pour *commencer* avec des
# portes plutôt ouvertes, `attentif` ajoute 1 au biais de la porte d'oubli. Que reste-t-il d'une
# mémoire après 20 pas, selon la porte d'oubli ?

# %%
kept = {f"f = {number(f)}": f**20 for f in (0.5, 0.73, 0.9, 0.99)}
for name, part in kept.items():
    measured(f"mémoire restante après 20 pas, {name}", size(part))
measured(
    "une porte au repos, biais 0 et biais 1",
    [number(float(sigmoid(np.array(v)))) for v in (0.0, 1.0)],
)

# %% [markdown]
# Maintenant sur de vrais messages, avant tout entraînement, comme au carnet 4 : la cellule simple,
# le LSTM et le GRU.

# %%
parts = parts_of(DATA)
front_end = FrontEnd.fit(parts.train.texts, Settings(**PLAIN))
WAYS = {
    "RNN, sigmoïde": {"architecture": "rnn", "activation": "sigmoid", "recurrent_init": "normal"},
    "RNN, tanh": {"architecture": "rnn", "recurrent_init": "normal"},
    "GRU": {"architecture": "gru", "recurrent_init": "normal"},
    "LSTM": {"architecture": "lstm", "recurrent_init": "normal"},
}
ways = {}
for name, changes in WAYS.items():
    settings = Settings.from_dict(PLAIN | changes)
    network = make_network(settings, front_end, 2)
    subject = Subject(network, front_end, Decision(("ham", "spam"), 1))
    found = back_in_time(subject, sample_of(subject, parts.train.texts[:128]))
    ways[name] = next(one for one in found if one.state == "hidden").parts[:21]
    measured(f"{name} : gradient restant 20 pas en arrière", size(ways[name][20]))
title = "Ce qui reste du gradient, avant l'entraînement (petite U au hasard)"
show(
    lines(title, ways, "pas en arrière depuis le dernier mot", "part du dernier", first=0, log=True)
)

# %% [markdown]
# ## Le GRU
#
# Le GRU n'a qu'un état et deux portes. La porte de mise à jour $z$ fait à la fois le travail de
# $f$ et de $i$ : ce qui est gardé et ce qui est écrit ont pour somme 1.
#
# $$
# \begin{aligned}
# r, z &= \sigma(W x + U h + b) && \text{portes de réinitialisation et de mise à jour} \\
# n &= \tanh(W_n x + b_n + r \odot (U_n h + b_u)) && \text{candidat} \\
# h' &= (1 - z) \odot n + z \odot h
# \end{aligned}
# $$
#
# Trois blocs au lieu de quatre : un quart de poids en moins.

# %%
sizes = {
    kind.__name__: sum(w.numel() for w in kind(50, 64).parameters())
    for kind in (RNNCell, GRUCell, LSTMCell)
}
for name, weights in sizes.items():
    measured(f"poids, {name}", number(weights, 0))

# %% [markdown]
# ## Entraînés, avec et sans masque
#
# Comme au carnet 4, sans masque le dernier état doit traverser le bourrage. Le réseau simple à
# sigmoïde n'avait rien appris que les parts des classes. Et un LSTM ?

# %%
LONG = PLAIN | {"batching": "random", "batch_size": 64, "learning_rate": 0.004, "epochs": 8}
models = {
    "LSTM, avec masque": TextClassifier(architecture="lstm", **LONG),
    "LSTM, sans masque": TextClassifier(architecture="lstm", masking=False, **LONG),
    "RNN à sigmoïde, sans masque": TextClassifier(
        architecture="rnn", activation="sigmoid", masking=False, **LONG
    ),
}
for name, model in models.items():
    model.fit(*parts.train, validation=parts.validation)
    measured(
        f"{name} : perte d'apprentissage par époque", [number(v) for v in column(model, "loss")]
    )
    measured(
        f"{name} : meilleure exactitude de validation",
        percent(max(column(model, "validation_accuracy"))),
    )
losses = {name: column(model, "loss") for name, model in models.items()}
show(lines("La perte d'apprentissage, avec et sans masque", losses, "époque", "perte"))
spam_share = parts.train.labels.count("spam") / len(parts.train.labels)
shares = np.array([spam_share, 1 - spam_share])
entropy = float(-(shares * np.log(shares)).sum())
BELOW = 0.8 * entropy
measured("perte de qui ne sait que les parts des classes", number(entropy))
reached = {
    name: next((e for e, v in enumerate(own, 1) if v < BELOW), 99) for name, own in losses.items()
}
for name, epoch in reached.items():
    measured(
        f"{name} : première époque sous les quatre cinquièmes", "aucune" if epoch == 99 else epoch
    )

# %% [markdown]
# ## Regarder les portes
#
# `watch` lit un message et donne la valeur de chaque porte à chaque mot. Orange : fermée ; bleu :
# ouverte ; chaque ligne est une unité du réseau.

# %%
lstm = next(iter(models.values()))
subject = Subject(lstm.network_, lstm.front_end_, lstm.decision_)
spam = [text for text, label in zip(*parts.test, strict=True) if label == "spam"]
message = next(text for text in spam if 8 < len(text.split()) < 16)
seen = watch(subject, message)
[layer] = seen.layers
NAMES = {
    "input_gate": "porte d'entrée",
    "forget_gate": "porte d'oubli",
    "output_gate": "porte de sortie",
}
for gate, name in NAMES.items():

    def draw(axes: Axes, values: np.ndarray = layer.gates[gate]) -> None:
        """Une ligne par unité, une colonne par mot."""
        order = np.argsort(values.mean(axis=0))
        axes.pcolormesh(values[:, order].T, cmap=SHUT_TO_OPEN, vmin=0, vmax=1)
        axes.set_xticks(np.arange(len(seen.tokens)) + 0.5, [token.text for token in seen.tokens])
        axes.tick_params(axis="x", rotation=60)
        axes.set_yticks([])

    show(drawing(name, draw, up="unités", height=2.6))
uses = {use.gate: use for use in gate_use(subject, sample_of(subject, parts.validation.texts))}
forget = uses["forget_gate"]
for gate, name in NAMES.items():
    measured(
        f"{name} : moyenne, part au-dessus de 0,9",
        [number(uses[gate].mean), percent(uses[gate].opened)],
    )
lasting = np.sort(forget.memory_lengths)
measured(
    "pas que dure une mémoire : une unité ordinaire, et la plus longue",
    [number(float(v), 1) for v in (np.median(lasting), lasting[-1])],
)

# %% [markdown]
# ## Question 5
#
# **Sans le masque sur le LSTM : y a-t-il encore des difficultés, et aussi tôt ?**
#
# *Votre réponse :*
#
# …
#
# <details><summary>Indice</summary>
#
# Comparez les époques où les trois réseaux passent pour la première fois sous les quatre
# cinquièmes de la perte de qui ne sait que les parts, et les meilleures exactitudes. Regardez
# ensuite ce qui reste du gradient 20 pas en arrière.
#
# </details>

# %% [markdown]
# ## Réponses
#
# Elles parlent des messages fournis. Avec d'autres données, la dernière cellule dit de chaque
# affirmation si elle tient encore (✓) ou non (✗).
#
# <details><summary>Réponse à la question 5</summary>
#
# **Il y a des difficultés, mais d'une autre nature.** Le réseau à sigmoïde reste pour de bon à la
# perte de qui ne sait que les parts des classes (0,61). Le LSTM sans masque, lui, apprend : il
# passe sous les quatre cinquièmes de cette perte à l'époque 4, alors qu'avec le masque il le fait
# à l'époque 2. Il perd deux époques au départ, tant que ses portes n'ont pas appris à tenir la
# mémoire à travers le bourrage, puis il atteint 80 % en validation, près des 83 % obtenus avec le
# masque.
#
# **Pourquoi** : 20 pas en arrière, avant tout entraînement et avec la même petite $U$ au hasard,
# il reste au LSTM un millième du gradient (0,001) là où la cellule simple à tanh n'en a plus que
# 5 × 10⁻⁹, parce qu'on ajoute à la mémoire et que sa pente est la porte d'oubli, qui vaut 0,73 au
# départ. Mais 0,73 à la puissance 20 ne fait que 0,002 : un bourrage plus long poserait de nouveau
# problème, plus tard. La porte doit apprendre à rester ouverte, et cela aussi s'apprend à travers
# le bourrage. Le masque reste donc utile.
#
# </details>

# %%
check(
    "la cellule, ce sont les équations",
    all(np.allclose(a, b[0].numpy()) for a, b in zip(by_hand, by_cell, strict=True)),
)
check(
    "un GRU a les trois quarts des blocs du LSTM", 0.7 < sizes["GRUCell"] / sizes["LSTMCell"] < 0.8
)
_, plain, _, gated = (way[20] for way in ways.values())
check("le LSTM garde bien plus de gradient", gated > 3e-4 and gated > 1e4 * plain, DATA)
with_mask, without, stuck = reached.values()
check("le RNN n'apprend jamais", stuck == 99, DATA)
check("le LSTM apprend sans masque, plus tard", with_mask < without <= 7, DATA)
best = [max(column(model, "validation_accuracy")) for model in models.values()]
check(
    "et s'approche de l'exactitude avec masque",
    best[1] > best[0] - 0.08 and best[1] > best[2] + 0.04,
    DATA,
)
