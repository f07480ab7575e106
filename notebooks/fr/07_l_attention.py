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
# # 7. L'attention : celle de Luong, celle de Bahdanau, et la forme plusieurs-vers-un
#
# **Environ 35 minutes de lecture et d'essais ; le code prend environ une demi-minute.**
#
# Vous apprendrez
#
# - la seule idée derrière toute attention : score, softmax, moyenne pondérée ;
# - trois façons de calculer le score, de quelques lignes chacune ;
# - comment l'attention sert à un classifieur, qui n'écrit pas de suite : la forme
#   plusieurs-vers-un ;
# - à regarder l'attention trouver ce qu'elle doit trouver, dans une tâche dont on connaît la
#   réponse ;
# - ce qu'elle fait, en 20 époques, sur les messages, et ce que valent ses cartes.
#
# Les lettres : $q$ la requête, $m_t$ la mémoire (l'état après le mot $t$), $e_t$ le score
# d'alignement, $\alpha_t$ le poids, $c$ le vecteur de contexte.

# %%
import numpy as np
import torch
from course import (
    PLAIN,
    Rows,
    check,
    column,
    lines,
    measured,
    number,
    parts_of,
    percent,
    show,
    vector,
)

from attentif import TextClassifier
from attentif.config import Settings
from attentif.inspect.faith import believe, mean_evenness
from attentif.inspect.learning import to_watch, watching
from attentif.inspect.subject import Subject, sample_of
from attentif.nn.attention import Additive, Dot, General
from attentif.report.attention_frames import attention_over
from attentif.text.encode import FrontEnd

# %%
DATA = "messages"  # ou "sms-spam"

# %% [markdown]
# ## Une seule idée
#
# Un réseau a lu un texte et tient un état par mot, $m_1 \dots m_T$. Il a une question, la
# **requête** $q$. Il regarde chaque état, lui donne un score qui dit s'il convient à la question,
# change les scores en poids de somme 1, et prend la moyenne pondérée :
#
# $$
# e_t = \mathrm{score}(q, m_t), \qquad \alpha = \mathrm{softmax}(e), \qquad
# c = \sum_t \alpha_t \, m_t
# $$
#
# Tout le reste est le choix du score d'alignement :
#
# | nom | score | source |
# | --- | --- | --- |
# | produit scalaire (*dot*) | $e_t = q^\top m_t$ | Luong, Pham, Manning 2015 |
# | général (*general*) | $e_t = q^\top W m_t$ | les mêmes |
# | additif (*additive*) | $e_t = v^\top \tanh(W q + U m_t)$ | Bahdanau, Cho, Bengio 2015 |
#
# Le premier demande si les deux vecteurs pointent dans la même direction. Le deuxième apprend
# *quoi* de la requête doit répondre à *quoi* de l'état. Le troisième est à lui seul un petit
# réseau. À la main, pour trois mots de deux nombres :

# %%
q, m = np.array([1.0, 0.5]), np.array([[0.2, 0.1], [1.5, 1.0], [-0.5, 0.8]])


def attend(e: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Poids et contexte à partir des scores."""
    alpha = np.exp(e) / np.exp(e).sum()
    return alpha, alpha @ m


torch.manual_seed(0)
general, additive = General(2, 2).double(), Additive(2, 2, 3).double()
layers = general.W, additive.W, additive.U, additive.v
W, Wq, Um, v = (layer.weight.detach().numpy() for layer in layers)
scores = {"dot": m @ q, "general": q @ W @ m.T, "additive": np.tanh(Wq @ q + m @ Um.T) @ v[0]}
query, memory = torch.tensor(q)[None], torch.tensor(m)[None]
agree = []
for (name, e), module in zip(scores.items(), (Dot(), general, additive), strict=True):
    alpha, c = attend(e)
    with torch.no_grad():
        found = module(query, module.keys(memory), memory, torch.ones(1, 3, dtype=torch.bool))
    agree.append(np.allclose(alpha, found.weights[0]) and np.allclose(c, found.context[0]))
    measured(f"{name} : scores, poids", [vector(e), vector(alpha)])
measured("la bibliothèque dit la même chose", agree)

# %% [markdown]
# Le bourrage reçoit le score $-\infty$, donc exactement le poids 0.
#
# ## La forme plusieurs-vers-un
#
# En traduction, la requête est l'état du décodeur, et il y en a une par mot écrit (carnet 6). Un
# classifieur n'écrit rien. Sa requête est l'état après le dernier mot : *maintenant que j'ai tout
# lu, quels mots dois-je revoir ?* Puis, comme dans l'équation 5 de Luong,
#
# $$ a = \tanh(W_c \, [c \, ; h] + b_c), \qquad p = \mathrm{softmax}(W_y a + b_y) $$
#
# où $h$ est le dernier état. Le gradient a désormais un chemin direct de la perte à chaque mot,
# par $c$, sans remonter pas à pas.
#
# ## Une tâche dont on connaît la réponse
#
# Est-il vrai que l'attention trouve ce qui compte ? Interrogeons-la là où l'on sait ce qui compte.
# Chaque texte a 30 mots ; parmi eux plusieurs *red* et *blue*, et l'étiquette est la couleur qui
# suit immédiatement le mot *key*. Une seule place compte, n'importe où dans le texte.

# %%
LENGTH = 30


def riddles(n: int, seed: int) -> tuple[Rows, list[int]]:
    """Des textes, leurs étiquettes, et la place du mot qui décide."""
    draw = np.random.default_rng(seed)
    texts, labels, places = [], [], []
    for _ in range(n):
        words = [f"w{number}" for number in draw.integers(40, size=LENGTH)]
        for place in draw.choice(LENGTH, 6, replace=False):
            words[place] = str(draw.choice(["red", "blue"]))
        place = int(draw.integers(1, LENGTH))
        words[place - 1 : place + 1] = "key", str(draw.choice(["red", "blue"]))
        texts.append(" ".join(words))
        labels.append(words[place])
        places.append(place)
    return Rows(texts, labels), places


(learn, _), (judge, places) = riddles(600, 1), riddles(300, 2)
SMALL = PLAIN | {"hidden_size": 32, "embedding_size": 16, "learning_rate": 0.005, "epochs": 12}
without = TextClassifier(architecture="lstm", **SMALL).fit(*learn, validation=judge)
looking = TextClassifier(architecture="attention", pooling="additive", **SMALL)
seen = watching(FrontEnd.fit(learn.texts, Settings(**SMALL)), judge.texts)
looking.fit(*learn, validation=judge, callbacks=[seen.snapshots])
riddle = {
    "dernier état seul": column(without, "validation_accuracy"),
    "avec attention": column(looking, "validation_accuracy"),
}
show(lines("La couleur après la clef : exactitude", riddle, "époque", "exactitude de validation"))
solved = {name: next((e for e, a in enumerate(v, 1) if a > 0.9), 99) for name, v in riddle.items()}
for name, epoch in solved.items():
    measured(f"{name} : époque où neuf sur dix sont justes", epoch)

# %% [markdown]
# Pendant l'entraînement, `watching` a gardé l'attention après chaque époque. Voici un texte
# pendant que son attention se forme et, pour tous les textes, la part de ceux dont le mot le plus
# lourd est celui qui décide.


# %%
def found_it(frame: list[np.ndarray]) -> float:
    """Part des textes dont le mot le plus lourd décide."""
    return float(np.mean([w.argmax() == at for w, at in zip(frame, places, strict=True)]))


frames = seen.snapshots.frames
hits = [found_it(frame) for frame in frames]
measured("le mot le plus lourd décide, par époque", [percent(hit) for hit in hits])
measured("au hasard", percent(1 / LENGTH))
shown = [1, 5, 6, 12]
messages = [seen.messages[0]._replace(label=f"époque {epoch}") for epoch in shown]
second = "Le mot qui décide suit « key »."
title = "L'attention pendant qu'elle apprend"
show(attention_over(messages, [frames[e - 1][0] for e in shown], title=title, second=second))

# %% [markdown]
# ## Sur les messages, en 20 époques
#
# Les deux mêmes réseaux, avec le score général de Luong comme dans l'atelier, sans arrêt
# anticipé ; puis le second une fois encore, avec lui.

# %%
parts = parts_of(DATA)
TWENTY = PLAIN | {"batch_size": 64, "epochs": 20}
models = {
    "LSTM": TextClassifier(architecture="lstm", **TWENTY),
    "attention": TextClassifier(architecture="attention", **TWENTY),
    "arrêt anticipé": TextClassifier(architecture="attention", **TWENTY | {"patience": 3}),
}
accuracy = {}
for name, model in models.items():
    model.fit(*parts.train, validation=parts.validation)
    accuracy[name] = model.score(*parts.test)
    measured(
        f"{name} : exactitude de test, époques faites, époque gardée",
        [percent(accuracy[name]), len(model.history_), model.best_epoch_],
    )
curves = {
    f"{name}, {part}": column(models[name], key)
    for name in ("LSTM", "attention")
    for part, key in (("apprentissage", "loss"), ("validation", "validation_loss"))
}
show(lines("Vingt époques : la perte", curves, "époque", "perte"))
fast = {
    name: next((e for e, v in enumerate(column(models[name], "loss"), 1) if v < 0.3), 99)
    for name in ("LSTM", "attention")
}
rise = {
    name: column(models[name], "validation_loss")[-1] / min(column(models[name], "validation_loss"))
    for name in fast
}
for name in fast:
    measured(f"{name} : époque où la perte d'apprentissage passe sous 0,3", fast[name])
    measured(
        f"{name} : dernière perte de validation, rapportée à son minimum", number(rise[name], 1)
    )

# %% [markdown]
# Les cartes, maintenant. `believe` demande si l'on peut les croire : à quel point les poids sont
# égaux (1 : tous les mots pèsent autant), et si les réponses changent quand on donne le même poids
# à chaque mot.

# %%
attentive = models["attention"]
subject = Subject(attentive.network_, attentive.front_end_, attentive.decision_)
rows = to_watch(*parts.test, 6)
sample = sample_of(subject, [parts.test.texts[row] for row in rows])
chosen = watching(attentive.front_end_, sample.texts, [parts.test.labels[row] for row in rows])
show(attention_over(chosen.messages, sample.weights, title="L'attention sur six messages"))
faith = believe(subject, parts.test.texts[:100], times=20)
uniform = faith.attention.controls[0]
even = {
    "messages": faith.attention.evenness,
    "la couleur après la clef": mean_evenness(frames[-1]),
}
for name, value in even.items():
    measured(f"égalité des poids, {name}", percent(value))
measured("même réponse si tous les mots pèsent autant", percent(uniform.agreement))
measured(
    "accord avec le retrait de chaque mot (tau, de -1 à 1)", number(faith.attention.left_out.mean)
)

# %% [markdown]
# ## Question 6
#
# **L'attention en 20 époques : résultats, vitesse de convergence, sur-apprentissage ? Que change
# l'arrêt anticipé ? Que montrent les cartes d'attention ?**
#
# *Votre réponse :*
#
# …
#
# <details><summary>Indice</summary>
#
# Répondez séparément pour les deux tâches : celle où une seule place décide, et les messages. Pour
# les cartes, regardez l'égalité des poids avant de regarder les couleurs.
#
# </details>

# %% [markdown]
# ## Réponses
#
# Elles parlent des messages fournis. Avec d'autres données, la dernière cellule dit de chaque
# affirmation si elle tient encore (✓) ou non (✗).
#
# <details><summary>Réponse à la question 6</summary>
#
# **Là où une seule place décide**, l'attention est payante : neuf réponses sur dix sont justes à
# l'époque 5, contre l'époque 8 avec le dernier état seul, et sa carte est juste aussi : après
# l'entraînement, le mot le plus lourd est celui qui décide dans 92 % des textes (au hasard : 3 %),
# et les poids sont loin d'être égaux (21 %).
#
# **Sur les messages, non.** *Résultats* : 82 % et 81 % sur 264 messages de test, une différence
# que le hasard suffit largement à donner (carnet 8). *Vitesse* : tous deux passent sous une perte
# d'apprentissage de 0,3 à l'époque 6. *Sur-apprentissage* : tous deux apprennent les messages par
# cœur ; la perte de validation finit à 2,1 fois son minimum avec le LSTM et à 2,9 fois avec
# l'attention, qui a plus de poids pour le faire.
#
# **L'arrêt anticipé** change la durée, pas le résultat : les poids de la meilleure époque sont
# rendus dans tous les cas, et c'est la même époque, la cinquième, qui est gardée ; mais on fait 8
# époques au lieu de 20. Sans l'un ni l'autre (les poids de la dernière époque), on aurait le
# réseau sur-appris.
#
# **Les cartes**, sur les messages, ne montrent presque rien : les poids sont égaux à 99 %, et avec
# des poids exactement égaux, 99 % des réponses restent les mêmes. Une carte dessinée relativement
# au mot le plus lourd, comme beaucoup, aurait pourtant l'air de dire quelque chose ; ici, la
# teinte la plus foncée est réservée à trois fois le poids moyen, et les cartes restent pâles. Une
# carte d'attention mérite qu'on la regarde une fois qu'on lui a demandé si elle compte.
#
# </details>

# %%
check("les trois scores sont ceux de la bibliothèque", all(agree))
alone, helped = solved.values()
check("si une place décide, l'attention apprend plus tôt", helped < alone)
check("et regarde cette place", hits[-1] > 0.6 and even["la couleur après la clef"] < 0.6)
check(
    "sur les messages, les exactitudes se valent",
    abs(accuracy["LSTM"] - accuracy["attention"]) < 0.06,
    DATA,
)
check("et la vitesse aussi", abs(fast["LSTM"] - fast["attention"]) <= 2, DATA)
check(
    "les deux sur-apprennent, l'attention davantage", rise["attention"] > rise["LSTM"] > 1.3, DATA
)
stopped = models["arrêt anticipé"]
check(
    "l'arrêt anticipé garde la même époque pour moins de travail",
    stopped.best_epoch_ == attentive.best_epoch_ and len(stopped.history_) < 12,
    DATA,
)
check(
    "les cartes sont presque égales, et les remplacer change peu",
    even["messages"] > 0.95 and uniform.agreement > 0.93,
    DATA,
)
