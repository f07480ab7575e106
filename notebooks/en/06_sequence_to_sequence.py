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
# # 6. From sequence to sequence, and the bottleneck
#
# **About 25 minutes to read and run; the code takes about half a minute.**
#
# You will learn
#
# - how two recurrent networks, an encoder and a decoder, turn one sequence into another;
# - what teacher forcing is, and why its score flatters;
# - the bottleneck: all that was read must pass through one vector;
# - what attention changes about it, measured on the same pairs;
# - to read an alignment.
#
# The task is small and useful: people write dates in many ways (*Thursday 8 March 2001*, *27 AVR.
# 97*); the network writes them as `2001-03-08`. It is translation with a short vocabulary. The
# forms come from Unicode's own tables, by way of `babel`: install `attentif[all]`.

# %%
import numpy as np
from course import check, column, lines, measured, percent, show

from attentif import Transducer
from attentif.data.dates import dates
from attentif.report.alignment import alignment_map

# %%
PAIRS, EPOCHS = 1000, 9  # more pairs and more epochs: better, and slower
LOCALES = ("en_GB", "fr_FR")

# %%
learn, choose, judge = (
    dates(n, seed=seed, locales=LOCALES) for n, seed in ((PAIRS, 1), (100, 2), (200, 3))
)
for pair in judge[:6]:
    print(f"{pair.text:32} {pair.iso}")

# %% [markdown]
# ## Encoder and decoder
#
# The **encoder** reads the source, character by character, and ends in a state $h$. The
# **decoder** is a recurrent network of its own: it starts from that state and writes one character
# at a time, reading the one it wrote before, $y_u$:
#
# $$
# s_0 = \tanh(W_s h + b_s), \qquad
# s_u = \mathrm{cell}(e(y_u), s_{u-1}), \qquad
# p(y_{u+1}) = \mathrm{softmax}(W_y a_u + b_y)
# $$
#
# Without attention $a_u = s_u$. Everything about the source that is still needed must be in $s_0$:
# a few dozen numbers, whatever the length of the text. That is the **bottleneck**.
#
# With attention the decoder may look back at every state $m_t$ of the encoder at each character it
# writes:
#
# - **Luong**: step first, then look, $c_u = \mathrm{attend}(s_u)$, $a_u = \tanh(W_c [c_u ; s_u])$;
# - **Bahdanau**: look first, then step, $c_u = \mathrm{attend}(s_{u-1})$, $s_u =
#   \mathrm{cell}([e(y_u) ; c_u], s_{u-1})$.
#
# While training, the decoder is fed the *right* character before, not its own: **teacher
# forcing**. A score measured that way is too kind, because a real output builds on its own
# mistakes. So `attentif` chooses the epoch by what the model writes alone, and we judge by **exact
# match**: the whole date is right, or it is wrong.

# %%
SMALL = {
    "hidden_size": 64, "embedding_size": 32, "batch_size": 64, "learning_rate": 0.01,
    "epochs": EPOCHS, "patience": 0,
}  # fmt: skip
texts, right = [pair.text for pair in judge], [pair.iso for pair in judge]
chosen = [pair.text for pair in choose], [pair.iso for pair in choose]
models, exact = {}, {}
NAMES = {"none": "no attention", "luong": "Luong", "bahdanau": "Bahdanau"}
for kind in NAMES:
    model = Transducer(decoder=kind, **SMALL)
    models[kind] = model.fit([p.text for p in learn], [p.iso for p in learn], validation=chosen)
    exact[kind] = model.score(texts, right)
    forced = column(model, "validation_teacher_forced_accuracy")[-1]
    measured(f"{NAMES[kind]}: characters right when the teacher holds its hand", percent(forced))
    measured(f"{NAMES[kind]}: dates right, on its own", percent(exact[kind]))
curves = {NAMES[kind]: column(model, "validation_exact_match") for kind, model in models.items()}
show(lines("Dates written without an error", curves, "epoch", "share of the validation dates"))

# %% [markdown]
# ## Where does it go wrong?
#
# A date has ten characters: four of the year, a dash, two of the month, a dash, two of the day.
# How often is each one right?

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
        "Each character of the date",
        {NAMES[kind]: shares for kind, shares in by_place.items()},
        "place in the output",
        "share that is right",
    )
)
for text, iso in list(zip(texts, right, strict=True))[:3]:
    print(f"{text:28} {iso}")
    for kind, model in models.items():
        print(f"{NAMES[kind]:>28} {model.predict(text)}")

# %% [markdown]
# The network without attention writes dates that *look* right: it has learnt the grammar of the
# output, the dashes, the possible months. What it lacks is the content of this very source.
#
# ## Reading an alignment
#
# The rows are the characters written, the columns those of the source; dark is much weight.

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
    show(alignment_map(source, found.target, found.weights, title="Where Luong's decoder looked"))


def on_year(text: str, iso: str) -> tuple[float, float]:
    """Weight on the year and the character after it while the year is written; and by chance."""
    looked = luong.explain(text).weights
    at = text.index(iso[:4])
    return float(looked[:4, at : at + 5].sum() / 4), len(text[at : at + 5]) / len(text)


whole = [(t, i) for t, i in zip(texts, right, strict=True) if i[:4] in t and luong.predict(t) == i]
weight, chance = np.mean([on_year(text, iso) for text, iso in whole], axis=0)
measured("weight on the year and the character after it while the year is written", percent(weight))
measured("if it looked everywhere alike", percent(chance))

# %% [markdown]
# ## What we saw
#
# <details><summary>The bottleneck, in figures</summary>
#
# With the same pairs, the same sizes and the same number of epochs, no date is right without
# attention (0 %), 79 % are with Luong's, and 40 % with Bahdanau's, which is on its way and needs
# more epochs. Held by the teacher's hand, the network without attention has 68 % of the characters
# right: that score hides what the exact match shows. Place by place, its dashes are always right
# and the last figure of the day is right one time in ten, which is guessing.
#
# The alignment is not decoration: while the year is written, 99 % of the weight lies on it or on
# the character after it, against 32 % if it lay everywhere alike. Here, unlike for the messages of
# notebook 7, each output needs *its own* part of the source; that is the situation for which
# attention was invented.
#
# **To go further**: double `PAIRS` and `EPOCHS`; set `hidden_size` to 256 for the decoder without
# attention. Does a wider bottleneck help as much as attention does?
#
# </details>

# %%
check("without attention hardly any date is right", exact["none"] < 0.1)
check("with Luong's most are", exact["luong"] > 0.5)
check("Bahdanau's is on its way", exact["bahdanau"] > exact["none"] + 0.1)
forced = column(models["none"], "validation_teacher_forced_accuracy")[-1]
check("the teacher's hand hides it", 0.55 < forced < 0.85 and exact["none"] < forced - 0.4)
dashes, days = [by_place["none"][at] for at in (4, 7)], [by_place["none"][at] for at in (8, 9)]
check("the dashes are right, the day is guessed", min(dashes) > 0.9 and min(days) < 0.25)
check("the year is written while looking at the year", weight > 1.5 * chance)
