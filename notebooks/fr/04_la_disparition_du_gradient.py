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
# # 4. La disparition du gradient, et son explosion, mesurées
#
# **Environ 30 minutes de lecture et d'essais ; le code prend environ une demi-minute.**
#
# Vous apprendrez
#
# - pourquoi le gradient rétrécit ou grandit en remontant le temps, et de combien ;
# - à le voir : à chaque mot, sur de vrais messages, avant tout entraînement ;
# - ce qui se passe quand on retire le masque et que le réseau doit se souvenir à travers le
#   bourrage ;
# - ce qu'y changent la fonction d'activation, les valeurs initiales, la normalisation et
#   l'écrêtage.
#
# Le carnet 3 fait la rétropropagation à travers le temps à la main ; il est bon de l'avoir lu,
# mais ce n'est pas nécessaire ici.

# %%
import numpy as np
from course import PLAIN, check, column, lines, measured, number, parts_of, percent, show, size

from attentif import TextClassifier
from attentif.config import Settings
from attentif.inspect.gradients import back_in_time, spectra
from attentif.inspect.subject import Subject, sample_of
from attentif.measure.decision import Decision
from attentif.text.encode import FrontEnd
from attentif.train.callbacks import WeightPrinter
from attentif.train.classify import make_network

# %%
DATA = "messages"  # ou "sms-spam"

# %% [markdown]
# ## Une chaîne de pentes
#
# Prenons l'équation récurrente avec un seul neurone, $h' = \phi(W x + U h + b)$. De combien change
# le dernier état quand le premier change ? Chaque pas multiplie par sa pente ; après $T$ pas :
#
# $$ \frac{\partial h_T}{\partial h_0} = \prod_{t=1}^{T} U \, \phi'(a_t) $$
#
# où $a_t$ est ce qui entre dans $\phi$. La pente de la sigmoïde vaut **au plus un quart**, celle
# de tanh au plus 1. Un produit de vingt nombres plus petits que un n'est presque rien ; un produit
# de vingt nombres plus grands que un est énorme.

# %%
a = np.linspace(-6, 6, 121)
s = 1 / (1 + np.exp(-a))
steepest = {"sigmoïde": float((s * (1 - s)).max()), "tanh": float((1 - np.tanh(a) ** 2).max())}
for name, slope in steepest.items():
    measured(f"pente la plus forte, {name}", number(slope))
products = {
    f"U = {number(u, 1)}": [(u * slope) ** t for t in range(21)]
    for u, slope in ((1.0, 0.25), (4.0, 0.25), (6.0, 0.25))
}
title = "La sigmoïde au plus raide : le produit après t pas"
show(lines(title, products, "pas en arrière", "produit", first=0, log=True))
measured("un quart à la puissance vingt", size(0.25**20))

# %% [markdown]
# Même à l'endroit le plus favorable, il faut $U = 4$ à la sigmoïde pour garder le gradient, et
# au-delà il explose. Il n'y a pas de milieu confortable. Avec des matrices, la plus grande valeur
# singulière de $U$ joue le rôle de ce nombre.
#
# ## Sur de vrais messages, avant tout entraînement
#
# `back_in_time` fait lire des messages à un réseau et donne la taille du gradient de la perte à
# chaque pas en arrière depuis le dernier mot. Cinq réseaux, tous neufs, ne diffèrent qu'en une ou
# deux choses.

# %%
parts = parts_of(DATA)
VARIANTS = {
    "sigmoïde, petites au hasard": {"activation": "sigmoid", "recurrent_init": "normal"},
    "sigmoïde, orthogonale": {"activation": "sigmoid"},
    "tanh, petites au hasard": {"recurrent_init": "normal"},
    "la même, normalisée": {"recurrent_init": "normal", "layer_norm": True},
    "tanh, orthogonale": {},
}
front_end = FrontEnd.fit(parts.train.texts, Settings(**PLAIN))


def untrained(changes: dict[str, object]) -> Subject:
    """Un réseau avec ses premiers poids."""
    settings = Settings.from_dict(PLAIN | {"architecture": "rnn"} | changes)
    return Subject(make_network(settings, front_end, 2), front_end, Decision(("ham", "spam"), 1))


ways, largest = {}, {}
for name, changes in VARIANTS.items():
    subject = untrained(changes)
    [found] = back_in_time(subject, sample_of(subject, parts.train.texts[:128]))
    ways[name] = found.parts[:21]
    [spectrum] = spectra(subject.network)
    largest[name] = spectrum.values[0]
    measured(
        f"{name} : plus grande valeur singulière, gradient 20 pas en arrière",
        [number(largest[name]), size(found.parts[20])],
    )
title = "Ce qui reste du gradient, avant l'entraînement"
show(
    lines(title, ways, "pas en arrière depuis le dernier mot", "part du dernier", first=0, log=True)
)

# %% [markdown]
# La moitié des messages fournis a 17 mots ou plus, et le premier est souvent le plus parlant
# (« Félicitations… »). Avec la sigmoïde, son gradient est plus petit que l'erreur d'arrondi de la
# machine : le réseau ne peut rien en apprendre, aussi longtemps qu'on l'entraîne.
#
# ## Retirons le masque
#
# Voici l'expérience de l'atelier. Avec `masking=False`, le réseau lit le bourrage comme si
# c'étaient des mots ; le dernier état vient donc après de nombreux pas où rien n'est dit. Les lots
# sont ici tirés à l'aveugle, si bien qu'un message court est suivi de beaucoup de bourrage (la
# moitié des places environ, comme l'a mesuré le carnet 1 ; les deux tiers dans les SMS).
# `WeightPrinter` est l'imprimeur de poids de
# l'atelier : à chaque époque, la taille de chaque poids et de son gradient.

# %%
LONG = PLAIN | {"batching": "random", "batch_size": 64, "learning_rate": 0.004}


def trained(masking: bool) -> tuple[TextClassifier, WeightPrinter]:
    """Un RNN à sigmoïde, avec ou sans masque, et la taille de ses poids."""
    printer = WeightPrinter(lambda line: None, ["embedding.pieces", "output.weight"])
    model = TextClassifier(
        architecture="rnn", activation="sigmoid", masking=masking, epochs=8, **LONG
    )
    model.fit(*parts.train, validation=parts.validation, callbacks=[printer])
    return model, printer


(masked, masked_weights), (bare, bare_weights) = trained(True), trained(False)
spam = parts.train.labels.count("spam") / len(parts.train.labels)
entropy = float(-(spam * np.log(spam) + (1 - spam) * np.log(1 - spam)))
curves = {
    "avec masque, apprentissage": column(masked, "loss"),
    "avec masque, validation": column(masked, "validation_loss"),
    "sans masque, apprentissage": column(bare, "loss"),
    "sans masque, validation": column(bare, "validation_loss"),
    "ne savoir que les parts": [entropy] * 8,
}
show(lines("Avec et sans masque : la perte", curves, "époque", "perte"))
measured("perte de qui ne sait que les parts des classes", number(entropy))
measured(
    "perte d'apprentissage à la fin, avec et sans masque",
    [number(column(m, "loss")[-1]) for m in (masked, bare)],
)
accuracies = [column(model, "validation_accuracy")[-1] for model in (masked, bare)]
majority = parts.validation.labels.count("ham") / len(parts.validation.labels)
measured("exactitude de validation à la fin, avec et sans masque", [percent(v) for v in accuracies])
measured("toujours répondre ham", percent(majority))


# %%
def gradients(printer: WeightPrinter, name: str) -> list[float]:
    """Taille du gradient d'un poids à la fin de chaque époque."""
    return [float(row["gradient_norm"]) for row in printer.rows if name in str(row["name"])]


sizes = {
    f"{layer}, {way}": gradients(printer, name)
    for way, printer in (("avec masque", masked_weights), ("sans masque", bare_weights))
    for layer, name in (("plongement", "embedding"), ("sortie", "output"))
}
show(lines("Taille du gradient, première et dernière couche", sizes, "époque", "norme", log=True))
means = {name: float(np.mean(values)) for name, values in sizes.items()}
for name, value in means.items():
    measured(f"gradient moyen, {name}", f"{number(value, 3)}")


def growth(printer: WeightPrinter) -> float:
    """De combien la norme du plongement a grandi."""
    norms = [float(row["norm"]) for row in printer.rows if "embedding" in str(row["name"])]
    return norms[-1] - norms[0]


moved = growth(masked_weights), growth(bare_weights)
measured("croissance du plongement, avec et sans masque", [number(v) for v in moved])

# %% [markdown]
# ## Question 3
#
# **Sans le masque, qu'est-ce qui le trahit dans les courbes d'entraînement ? Que montrent les
# poids ? Expliquez simplement la disparition du gradient.**
#
# *Votre réponse :*
#
# …
#
# <details><summary>Indice</summary>
#
# Comparez la courbe sans masque à la ligne plate de qui connaît les parts des classes et ne lit
# rien. Regardez ensuite quelle couche reçoit encore un gradient et laquelle n'en reçoit plus :
# laquelle est la plus proche de la perte ?
#
# </details>

# %% [markdown]
# ## Le gradient qui explose
#
# Le même produit peut grandir. Des valeurs initiales orthogonales conservent entier le gradient de
# tous les pas ; avec la descente de gradient simple et le pas d'apprentissage de 0,5 de l'atelier,
# quelques messages à la suite poussent alors les poids beaucoup trop loin. **L'écrêtage**
# raccourcit un gradient plus long qu'une limite, en gardant sa direction :
#
# $$ g \leftarrow g \cdot \min\left(1, \frac{limite}{\lVert g \rVert}\right) $$

# %%
FAST = PLAIN | {"optimizer": "sgd", "learning_rate": 0.5, "warmup": 0.0, "decay": "none"}
runs = {}
for name, limit in (("sans écrêtage", 0.0), ("écrêté à 1", 1.0)):
    runs[name] = TextClassifier(architecture="rnn", epochs=5, clip_norm=limit, **FAST)
    runs[name].fit(*parts.train, validation=parts.validation)
    measured(
        f"{name} : perte d'apprentissage par époque",
        [number(v) for v in column(runs[name], "loss")],
    )
    measured(
        f"{name} : norme moyenne du gradient",
        [number(v, 1) for v in column(runs[name], "gradient_norm")],
    )
losses = {name: column(model, "loss") for name, model in runs.items()}
show(lines("Un pas de 0,5, avec et sans écrêtage", losses, "époque", "perte d'apprentissage"))

# %% [markdown]
# ## Question 4
#
# **Pourquoi la sigmoïde a-t-elle mauvaise réputation ? Pourquoi l'initialisation et la
# normalisation aident-elles ? Que fait l'écrêtage ?**
#
# *Votre réponse :*
#
# …
#
# <details><summary>Indice</summary>
#
# Lisez les cinq courbes d'avant l'entraînement par paires qui ne diffèrent qu'en une chose. Pour
# l'écrêtage, demandez-vous ce qu'il change à un gradient, et s'il pourrait aider un gradient trop
# petit.
#
# </details>

# %% [markdown]
# ## Réponses
#
# Elles parlent des messages fournis. Avec d'autres données, la dernière cellule dit de chaque
# affirmation si elle tient encore (✓) ou non (✗).
#
# <details><summary>Réponse à la question 3</summary>
#
# **Les courbes** : sans le masque, la perte d'apprentissage descend à 0,60 et n'en bouge plus.
# C'est la perte de qui sait que 30 % des messages sont des spams et ne lit rien (0,61) ;
# l'exactitude est de 70 %, celle de toujours répondre *ham*. Apprentissage et validation se
# superposent : ce n'est pas du sur-apprentissage, rien n'a été appris des mots. Avec le masque, le
# même réseau, parti des mêmes poids, descend nettement plus bas et a raison pour 78 %.
#
# **Les poids** : la couche de sortie, voisine de la perte, reçoit un gradient aussi grand qu'avec
# le masque (elle apprend les parts des classes, et ne peut rien apprendre d'autre). Le plongement,
# qui se trouve au-delà du bourrage, reçoit un gradient environ huit fois plus petit, et ne bouge
# presque pas.
#
# **Simplement** : l'erreur est un message que l'on se passe de mot en mot, et chacun n'en transmet
# qu'une partie. Après vingt mains, il n'en reste rien. On ne dit pas aux premiers mots ce qu'ils
# ont fait de travers ; ils ne changent donc pas.
#
# </details>
#
# <details><summary>Réponse à la question 4</summary>
#
# **La sigmoïde** transmet au plus un quart à chaque pas, et moins encore là où elle sature : 20
# pas en arrière, il reste 2 × 10⁻¹³ du gradient même avec des valeurs initiales orthogonales, et
# 10⁻²⁰ avec de petites valeurs au hasard. tanh transmet jusqu'à 1 : avec les mêmes valeurs
# orthogonales, il reste 0,04.
#
# **L'initialisation** règle l'autre facteur du produit. Une matrice $U$ orthogonale a toutes ses
# valeurs singulières égales à 1 : elle tourne les vecteurs sans les rétrécir. La plus grande de la
# petite $U$ au hasard vaut environ 0,8 : avec tanh, on tombe de 0,04 à 5 × 10⁻⁹.
#
# **La normalisation** divise ce qui entre dans $\phi$ par sa propre dispersion ; la matrice ne
# peut donc plus le rétrécir : avec les mêmes petites valeurs au hasard, le gradient 20 pas en
# arrière remonte de 5 × 10⁻⁹ à 0,01.
#
# **L'écrêtage** borne la longueur d'un pas. Sans lui, la perte d'apprentissage saute à 7,2, et la
# norme moyenne du gradient à 2 500 à une époque ; avec lui, le même pas d'apprentissage apprend.
# Il ne peut rien pour un gradient qui disparaît : il ne fait que raccourcir.
#
# </details>

# %%
check("un quart à la puissance vingt n'est rien", 0.25**20 < 1e-12)
flat = abs(column(bare, "loss")[-1] - entropy) < 0.04 and abs(accuracies[1] - majority) < 0.03
check("sans masque, seules les parts s'apprennent", flat, DATA)
better = column(masked, "loss")[-1] < entropy - 0.1 and accuracies[0] > majority + 0.04
check("avec le masque, les mots aussi", better, DATA)
near, far = (
    means[f"{layer}, avec masque"] / means[f"{layer}, sans masque"]
    for layer in ("sortie", "plongement")
)
check("le gradient se perd au plongement, non à la sortie", far > 3 and near < 3, DATA)
check("le plongement ne bouge presque pas", moved[0] > 5 * abs(moved[1]), DATA)
small_sigmoid, sigmoid, small, normalised, orthogonal = (way[20] for way in ways.values())
check("sigmoïde : presque rien après 20 pas", small_sigmoid < 1e-17 and sigmoid < 1e-11, DATA)
check("tanh et orthogonale : des centièmes", orthogonal > 5e-3 and small < 1e-7, DATA)
check("la normalisation ramène le gradient", normalised > 1e4 * small, DATA)
steep = [largest["tanh, petites au hasard"], largest["tanh, orthogonale"]]
check("orthogonale : valeurs singulières égales à 1", steep[0] < 0.95 and abs(steep[1] - 1) < 1e-4)
free, clipped = runs.values()
wild = max(column(free, "gradient_norm")) > 5 * max(column(clipped, "gradient_norm"))
check(
    "l'écrêtage dompte le pas de 0,5",
    wild and max(column(free, "loss")) > 1 > max(column(clipped, "loss")),
    DATA,
)
