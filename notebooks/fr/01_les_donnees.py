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
# # 1. Les données et leurs pièges
#
# **Environ 20 minutes de lecture et d'essais ; le code prend quelques secondes.**
#
# Avant tout réseau il y a des messages, et ce sont eux qui décident de presque tout. Dans ce
# carnet, vous apprendrez
#
# - à regarder un jeu de données avant de s'y fier : classes, longueurs, répétitions, caractères
#   étranges ;
# - ce qu'est un découpage honnête, et comment un découpage négligent flatte les résultats ;
# - comment un texte devient une suite de nombres : mots, vocabulaire, identifiants ;
# - pourquoi l'on complète les textes d'un lot, et à quoi sert le masque.
#
# Les messages fournis avec `attentif` sont inventés, en anglais et en français, et choisis
# difficiles : des messages honnêtes avec des prix et des codes, des arnaques sans lien. Avec `DATA
# = "sms-spam"`, le même carnet tourne sur la collection publique SMS Spam Collection.

# %%
import io
import re

import numpy as np
from course import all_rows, bars, check, drawing, measured, number, parts_of, percent, show
from matplotlib.axes import Axes

from attentif.config import TextSettings
from attentif.data.check import key_of, summarise
from attentif.data.corpora import load
from attentif.data.read import read
from attentif.data.split import stratified
from attentif.report.palette import GREY, ORANGE
from attentif.text.encode import FrontEnd
from attentif.text.tokenize import tokenize
from attentif.train.batch import gather

# %%
DATA = "messages"  # ou "sms-spam"

# %% [markdown]
# ## Lire d'abord, compter ensuite
#
# Lisez une trentaine de messages avant de calculer quoi que ce soit. En voici huit.

# %%
everything = all_rows(DATA)
for text, label in list(zip(*everything, strict=True))[:8]:
    print(f"{label:5} {text[:110]}")

# %% [markdown]
# `summarise` compte ce qu'il faut toujours compter : lignes, classes, longueurs, répétitions,
# étiquettes qui se contredisent, et caractères qui trahissent un mauvais encodage.

# %%
summary = summarise(load(DATA).train)
measured("messages", number(summary.rows, 0))
measured("de chaque classe", summary.labels)
measured("toujours répondre la plus grande classe a raison pour", percent(summary.largest_share))
measured(
    "mots d'un message, médiane et maximum",
    [number(v, 0) for v in (summary.words.median, summary.words.longest)],
)
measured("répétitions d'un message antérieur", summary.repeats)
measured("textes à deux étiquettes", len(summary.conflicts))

# %% [markdown]
# Retenez la part de la plus grande classe : un modèle qui ne lit rien atteint cette exactitude.
# Toute exactitude, dans ce cours, se compare à elle.
#
# ## Qu'est-ce qui distingue les classes ?
#
# Avant d'entraîner quoi que ce soit, posons des questions simples à chaque message. Est-il long ?
# Contient-il un chiffre, un lien, un mot en capitales, un symbole monétaire ?

# %%
CLUES = {
    "un chiffre": r"\d",
    "un lien": r"http|www\.|\.example|\.com",
    "un mot en capitales": r"\b[A-Z]{3,}\b",
    "un symbole monétaire": r"[£€$]",
    "un point d'exclamation": "!",
}


def share(pattern: str, label: str) -> float:
    """Part des messages d'une classe où le motif se trouve."""
    own = [text for text, of in zip(*everything, strict=True) if of == label]
    return sum(bool(re.search(pattern, text)) for text in own) / len(own)


shares = {name: (share(p, "ham"), share(p, "spam")) for name, p in CLUES.items()}
for name, (ham, spam) in shares.items():
    measured(name, f"ham {percent(ham)}, spam {percent(spam)}")


def draw_clues(axes: Axes) -> None:
    """Deux barres par indice."""
    places = np.arange(len(shares))
    for shift, of, colour in ((-0.2, 0, GREY), (0.2, 1, ORANGE)):
        values = [100 * pair[of] for pair in shares.values()]
        axes.barh(places + shift, values, height=0.36, color=colour, label=("ham", "spam")[of])
    axes.set_yticks(places, list(shares))
    axes.invert_yaxis()
    axes.legend(frameon=False)


show(drawing("Combien de messages contiennent…", draw_clues, "% de la classe"))

# %%
lengths = {
    label: [len(text.split()) for text, of in zip(*everything, strict=True) if of == label]
    for label in ("ham", "spam")
}
for label, own in lengths.items():
    measured(f"nombre moyen de mots, {label}", number(float(np.mean(own)), 1))


def draw_lengths(axes: Axes) -> None:
    """Un histogramme par classe, en parts."""
    edges = np.arange(0, 52, 2)
    for (label, own), colour in zip(lengths.items(), (GREY, ORANGE), strict=True):
        weights = [100 / len(own)] * len(own)
        axes.hist(own, edges, weights=weights, color=colour, alpha=0.6, label=label)
    axes.legend(frameon=False)


show(drawing("Longueur des messages", draw_lengths, "mots", "% de la classe"))

# %% [markdown]
# Aucune question ne suffit à elle seule. C'est la raison d'apprendre à partir d'exemples, et c'est
# aussi une mesure de la difficulté : dans la collection de SMS, un seul chiffre trahit presque
# toujours le spam ; dans les messages fournis, il n'aide guère.
#
# ## Piège n° 1 : l'encodage
#
# Un fichier est une suite d'octets. Celui qui l'a écrit a choisi comment les lettres deviennent
# des octets, et le dit rarement. Lu avec la mauvaise table, `é` devient `Ã©`, et le réseau apprend
# des mots qui n'existent pas.

# %%
written = "label,text\nspam,Gagnez 500 € dès l'été\nham,Où êtes-vous ?\n".encode("cp1252")
print(written.decode("latin-1").splitlines()[1].encode("unicode_escape").decode())
reading = read(io.BytesIO(written))
print(reading.encoding, "->", reading.examples[0].text)

# %% [markdown]
# Le symbole de l'euro est perdu avec la mauvaise table (`\x80` est un caractère invisible) ;
# `attentif` a reconnu la table d'où viennent les octets, et dit laquelle il a prise.
#
# ## Piège n° 2 : le même message des deux côtés
#
# Les gens transfèrent des messages, et un spammeur envoie mille fois le même. Si un message figure
# à la fois dans la partie d'apprentissage et dans celle de test, on interroge le modèle sur ce
# qu'il a déjà vu. Tendons ce piège : copions un message sur dix, puis découpons de deux façons.

# %%
texts = everything.texts + everything.texts[::10]
labels = everything.labels + everything.labels[::10]


def on_both_sides(train: np.ndarray, test: np.ndarray) -> float:
    """Part des messages de test que l'apprentissage a vus."""
    seen = {key_of(texts[row]) for row in train}
    return float(np.mean([key_of(texts[row]) in seen for row in test]))


order = np.random.default_rng(0).permutation(len(texts))
careless = on_both_sides(order[len(order) // 5 :], order[: len(order) // 5])
fair_split = stratified(labels, texts, test=0.2, validation=0.0, seed=0)
fair = on_both_sides(fair_split.train, fair_split.test)
measured("messages de test déjà vus, lignes tirées à l'aveugle", percent(careless))
measured("messages de test déjà vus, découpage d'attentif", percent(fair))

# %% [markdown]
# ## Du texte aux nombres
#
# Un réseau multiplie et additionne. L'encodage mène du texte aux nombres, en trois étapes : couper
# le texte en **unités** (mots, signes), donner à chaque unité connue un **identifiant**, et garder
# l'ordre. La façon de couper décide de ce que le réseau pourra voir : le filtre de l'atelier jette
# les capitales, la ponctuation et une partie des symboles.

# %%
EXAMPLE = "WIN $1,000 now!!! Reply YES :-)"
for style in ("words-and-marks", "workshop"):
    print(f"{style:16}", [token.text for token in tokenize(EXAMPLE, style, ())])

# %%
parts = parts_of(DATA)
front_end = FrontEnd.fit(parts.train.texts, TextSettings(subwords=False, shapes=False))
words = [token.text for token in front_end.tokens("Call me now, zorglub!")]
ids = {word: front_end.vocabulary.id(word.lower()) for word in words}
measured("unités et leurs identifiants", ids)
measured("mots du vocabulaire", number(len(front_end.vocabulary.words), 0))

# %% [markdown]
# `zorglub` a reçu l'identifiant du **mot inconnu** : le vocabulaire vient de la seule partie
# d'apprentissage, et un mot vu une seule fois n'a pas d'identifiant à lui. Quelle part d'un
# message nouveau est inconnue ?

# %%
known, new = front_end.encode(parts.train.texts), front_end.encode(parts.test.texts)
unknown = float(new.unknown.sum() / new.lengths.sum())
measured("unités inconnues dans les messages de test", percent(unknown))

# %% [markdown]
# ## Lots, complétion et masque
#
# Un processeur est rapide sur des rectangles de nombres, et les messages ont toutes les longueurs.
# On complète donc les messages d'un lot jusqu'au plus long avec l'identifiant 0, le **bourrage**
# (*padding*). Le **masque** dit quelles places sont réelles. Dans `attentif`, le bourrage ne
# change aucun état, ne reçoit aucune attention et n'entre dans aucune perte ; au carnet 4, on
# retire le masque et l'on regarde ce qui se passe.

# %%
rows = np.random.default_rng(3).permutation(len(parts.train.texts))[:24]
batch = gather(known, rows)
print("forme du lot", tuple(batch.inputs.words.shape))


def draw_mask(axes: Axes) -> None:
    """Les places réelles en bleu."""
    axes.pcolormesh(batch.inputs.mask.numpy(), cmap="Blues", vmax=1.4, edgecolors="white", lw=0.3)
    axes.invert_yaxis()


title = "Le masque d'un lot : en bleu une unité, en blanc du bourrage"
show(drawing(title, draw_mask, "place dans le message", "message"))


def padding(order: np.ndarray, size: int = 32) -> float:
    """Part de bourrage si l'on coupe les lots dans cet ordre."""
    cut = [known.lengths[order[at : at + size]] for at in range(0, len(order), size)]
    return 1 - sum(own.sum() for own in cut) / sum(len(own) * own.max() for own in cut)


shuffled = np.random.default_rng(0).permutation(len(known.lengths))
paddings = {
    "tous aussi longs que le plus long": 1 - known.lengths.mean() / known.lengths.max(),
    "lots tirés à l'aveugle": padding(shuffled),
    "lots de longueurs voisines": padding(np.argsort(known.lengths)),
}
for name, part in paddings.items():
    measured(f"bourrage, {name}", percent(part))
show(bars("Quelle part du calcul est du bourrage", paddings, "part"))

# %% [markdown]
# ## Question 1
#
# **Qu'avez-vous remarqué dans les données ? Que fait l'encodage, et pourquoi compléter les
# textes ?**
#
# *Votre réponse :*
#
# …
#
# <details><summary>Indice</summary>
#
# Regardez à nouveau la part de la plus grande classe, les deux barres de chaque indice et le
# nombre moyen de mots. Pour le bourrage, demandez-vous à quoi doit ressembler une matrice, et
# comparez les trois parts.
#
# </details>

# %% [markdown]
# ## Réponses
#
# Elles parlent des messages fournis. Avec d'autres données, la dernière cellule dit de chaque
# affirmation si elle tient encore (✓) ou non (✗).
#
# <details><summary>Réponse à la question 1</summary>
#
# **Les classes sont inégales** : toujours répondre *ham* a raison pour 70 % des messages fournis
# (87 % de la collection de SMS) ; une exactitude de 0,70 ne vaut donc rien. **Le spam est plus
# long** : 21 mots en moyenne contre 16. **Aucun indice ne suffit** : un lien figure dans 39 % des
# spams et dans 6 % des hams, c'est le plus fort des cinq, et pourtant la plupart des spams n'en
# ont pas ; un chiffre figure dans 67 % contre 56 %, autant dire rien. Ni répétition ni
# contradiction ici ; la collection de SMS compte 416 répétitions, qu'un découpage à l'aveugle met
# des deux côtés.
#
# **L'encodage** change un texte en une suite de nombres entiers, dans l'ordre, sans quoi rien ne
# peut être multiplié. Il décide aussi de ce qui se perd : 24 % des unités des messages de test
# sont inconnues d'un vocabulaire formé des 1 580 mots vus au moins deux fois à l'apprentissage.
# C'est pourquoi `attentif` lit aussi, par défaut, les n-grammes de caractères de chaque mot.
#
# **Le bourrage** fait des rectangles de lignes inégales. Il coûte du calcul : si tous les messages
# sont complétés jusqu'au plus long, 71 % du travail est du bourrage ; dans des lots tirés à
# l'aveugle 49 % ; dans des lots de longueurs voisines 7 %. Et il faut le masquer, sinon le réseau
# le lit comme du texte.
#
# </details>

# %%
ham, spam = shares["un lien"]
check("toujours répondre ham a raison pour environ 70 %", 0.65 < summary.largest_share < 0.75, DATA)
check("le spam est plus long", np.mean(lengths["spam"]) > 1.2 * np.mean(lengths["ham"]), DATA)
check("un lien est un indice fort, mais rare", ham < 0.1 < 0.3 < spam < 0.5, DATA)
ham, spam = shares["un chiffre"]
check("un chiffre ne dit presque rien", abs(spam - ham) < 0.2, DATA)
check("environ un quart des unités nouvelles est inconnu", 0.15 < unknown < 0.3, DATA)
check("un découpage à l'aveugle fuit, celui d'attentif non", careless > 0.1 and fair == 0, DATA)
longest, blind, alike = paddings.values()
check("bourrage : l'essentiel, la moitié, un peu", longest > 0.6 > blind > 0.4 > 0.15 > alike, DATA)
