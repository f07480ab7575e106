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
# # 3. La rétropropagation à travers le temps, à la main
#
# **Environ 25 minutes de lecture et d'essais ; le code prend quelques secondes.**
#
# Vous apprendrez
#
# - ce que veut dire dérouler un réseau récurrent ;
# - à calculer vous-même son gradient, en une douzaine de lignes de numpy, et à le trouver égal à
#   celui que calcule torch ;
# - que le gradient d'un poids partagé est une *somme sur les pas*, et combien ses parts sont
#   inégales ;
# - ce que l'on fait en tronquant cette somme.
#
# L'équation est celle du carnet 2, $h_t = \tanh(W x_t + U h_{t-1} + b)$, et les lettres sont
# celles de `attentif/nn/cells.py`.

# %%
import numpy as np
import torch
from course import bars, check, lines, measured, number, percent, show, size

from attentif.nn.recurrent import Recurrent

# %%
T, E, H = 12, 4, 5  # pas, largeur de l'entrée, largeur de l'état
draw = np.random.default_rng(0)
x, target = draw.normal(size=(T, E)), draw.normal(size=H)
torch.manual_seed(0)
layer = Recurrent("rnn", E, H).double()
layer.fused = False  # suivre les équations pas à pas
cell = layer.forwards
weights = cell.W.weight, cell.U.weight, cell.W.bias
W, U, b = (weight.detach().numpy() for weight in weights)

# %% [markdown]
# ## En avant : dérouler
#
# Déroulé, le réseau est un réseau profond de $T$ couches qui ont toutes les mêmes poids. On garde
# chaque état, car le retour en a besoin. La perte ne regarde que le dernier, $L = \tfrac{1}{2}
# \lVert h_T - y \rVert^2$ : comme un classifieur qui répond après le dernier mot.

# %%
h = [np.zeros(H)]
for t in range(T):
    h.append(np.tanh(W @ x[t] + U @ h[t] + b))
loss = 0.5 * float(((h[T] - target) ** 2).sum())
measured("perte", number(loss, 4))

# %% [markdown]
# ## En arrière : rendre l'erreur
#
# Notons $\delta_t = \partial L / \partial h_t$ ce que la perte dit à l'état après le pas $t$, et
# $a_t$ ce qui entre dans la tanh. La règle de dérivation en chaîne donne trois lignes :
#
# $$
# \begin{aligned}
# \delta_T &= h_T - y && \text{la perte parle au dernier état} \\
# \partial L / \partial a_t &= \delta_t \odot (1 - h_t^2) && \text{à travers la tanh : sa pente} \\
# \delta_{t-1} &= U^\top \, \partial L / \partial a_t && \text{à travers la matrice}
# \end{aligned}
# $$
#
# et chaque pas ajoute sa part au gradient des poids partagés :
#
# $$
# \frac{\partial L}{\partial W} = \sum_t \frac{\partial L}{\partial a_t} x_t^\top, \qquad
# \frac{\partial L}{\partial U} = \sum_t \frac{\partial L}{\partial a_t} h_{t-1}^\top, \qquad
# \frac{\partial L}{\partial b} = \sum_t \frac{\partial L}{\partial a_t}
# $$

# %%
delta, parts_U, sizes = h[T] - target, [], []
dW, dU, db = np.zeros_like(W), np.zeros_like(U), np.zeros_like(b)
for t in range(T, 0, -1):
    sizes.append(float(np.linalg.norm(delta)))
    a = delta * (1 - h[t] ** 2)
    dW += np.outer(a, x[t - 1])
    dU += np.outer(a, h[t - 1])
    db += a
    parts_U.append(np.outer(a, h[t - 1]))
    delta = U.T @ a

# %% [markdown]
# Le même calcul par torch, maintenant, qui tient le registre de chaque opération et le remonte.
# Les états viennent de la couche de la bibliothèque.

# %%
message = torch.tensor(x)[None]
found = layer(message, torch.ones(1, T, dtype=torch.bool)).last[0]
(0.5 * ((found - torch.tensor(target)) ** 2).sum()).backward()
gaps = {
    name: float(np.abs(ours - weight.grad.numpy()).max())
    for name, ours, weight in zip("WUb", (dW, dU, db), weights, strict=True)
    if weight.grad is not None
}
for name, gap in gaps.items():
    measured(f"{name} : plus grand écart entre notre gradient et celui de torch", size(gap))

# %% [markdown]
# Et un troisième témoin, qui ne connaît pas les dérivées : déplacer un poids d'un cheveu et
# regarder la perte.


# %%
def loss_with(matrix: np.ndarray) -> float:
    """La perte, avec une autre U."""
    state = np.zeros(H)
    for t in range(T):
        state = np.tanh(W @ x[t] + matrix @ state + b)
    return 0.5 * float(((state - target) ** 2).sum())


hair = np.zeros_like(U)
hair[1, 2] = 1e-6
nudged = (loss_with(U + hair) - loss_with(U - hair)) / 2e-6
measured(
    "un élément du gradient : le nôtre, et celui du cheveu",
    [number(dU[1, 2], 6), number(nudged, 6)],
)

# %% [markdown]
# ## Les parts de la somme
#
# Le gradient de $U$ est une somme de $T$ parts, une par pas. Quelle est la taille de chacune, en
# remontant depuis le dernier mot ?

# %%
norms = [float(np.linalg.norm(part)) for part in parts_U]
curves = {
    "ce que la perte dit à l'état": sizes,
    "part du gradient de U": norms[:-1],
}
show(
    lines(
        "En remontant depuis le dernier pas", curves, "pas en arrière", "norme", first=0, log=True
    )
)
missing = {}
for most in (1, 2, 4, 8, T):
    cut = sum(parts_U[:most], np.zeros_like(U))
    missing[most] = float(np.linalg.norm(dU - cut) / np.linalg.norm(dU))
    measured(f"erreur du gradient tronqué, k = {most}", percent(missing[most], 1))
title = "Tronqué : ce qui manque au gradient des k derniers pas"
show(bars(title, {f"k = {most}": value for most, value in missing.items()}, "erreur relative"))

# %% [markdown]
# ## Ce que l'on a vu
#
# <details><summary>En bref, avec les chiffres</summary>
#
# Notre douzaine de lignes et torch s'accordent à l'arrondi près (moins de 10⁻¹⁵), et le
# déplacement d'un cheveu aussi. Il n'y a pas de magie dans la rétropropagation à travers le
# temps : c'est la dérivation en chaîne sur un réseau déroulé, et les parts d'un poids partagé
# s'additionnent.
#
# Les parts sont très inégales : ce que la perte dit à l'état rétrécit de pas en pas, et avec lui
# la part de chaque pas. La rétropropagation **tronquée** s'en sert : il manque au gradient des
# huit derniers pas environ un centième du gradient entier, et à celui du seul dernier pas un
# cinquième, pour moins de mémoire et de travail. Elle le paie d'une cécité : de ce qui précède la
# coupure, on ne peut plus rien apprendre. À quelle vitesse les parts rétrécissent, et ce que l'on
# peut y faire, c'est l'objet du carnet 4.
#
# **Pour aller plus loin** : multipliez $U$ par 0,5 ou par 2 avant la première cellule qui s'en
# sert, et retracez les deux courbes. Lequel des deux réseaux préféreriez-vous entraîner ?
#
# </details>

# %%
check("notre gradient est celui de torch", max(gaps.values()) < 1e-12 and len(gaps) == 3)
check("et s'accorde avec une petite poussée", abs(nudged - dU[1, 2]) < 1e-7)
check("les parts rétrécissent en remontant", sizes[-1] < 0.1 * sizes[0])
check("à huit pas il manque peu, à un seul davantage", missing[8] < 0.03 < 0.1 < missing[1])
