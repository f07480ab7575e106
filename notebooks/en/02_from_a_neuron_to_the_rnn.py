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
# # 2. From one neuron to the recurrent network
#
# **About 30 minutes to read and run; the code takes about half a minute.**
#
# You will learn
#
# - what one neuron computes, and how it learns;
# - why a neuron that sees all words at once cannot know their order;
# - the recurrent network: its equation, one step worked by hand, the same step in `attentif`;
# - what an embedding is for;
# - to recognise over-fitting in two curves.
#
# Letters: $x$ what comes in, $h$ the hidden state, $W$, $U$ matrices, $b$ a bias. They are the
# letters of `attentif/nn/cells.py`, which you may open beside this page.

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
DATA = "messages"  # or "sms-spam"

# %% [markdown]
# ## One neuron
#
# A neuron weighs its inputs, adds a bias and squeezes the sum between 0 and 1:
#
# $$ p = \sigma(w \cdot x + b), \qquad \sigma(a) = \frac{1}{1 + e^{-a}} $$
#
# Take as inputs the five clues of notebook 1, and let $p$ be the probability of spam. Learning
# means to move $w$ and $b$ a little, again and again, so that the loss falls. For the
# cross-entropy the gradient is pleasantly short: $\partial L / \partial a = p - y$, with $y = 1$
# for spam.

# %%
parts = parts_of(DATA)
CLUES = (r"\d", r"http|www\.|\.example|\.com", r"\b[A-Z]{3,}\b", r"[£€$]", "!")


def clues(texts: list[str]) -> np.ndarray:
    """(N, 5): 1 where a text holds the clue."""
    return np.array([[bool(re.search(clue, text)) for clue in CLUES] for text in texts], float)


def sigmoid(a: np.ndarray) -> np.ndarray:
    """Between 0 and 1."""
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
measured("weights of the clues", [number(v, 1) for v in w])
measured("accuracy of one neuron on the test messages", percent(neuron))
measured("always answering ham", percent(majority))

# %% [markdown]
# The neuron learnt by itself that a link speaks for spam. But we chose the clues, and it sees them
# all at once: *"you owe me, I do not owe you"* and *"I owe you, you do not owe me"* give it the
# same input.
#
# ## The same neuron, with a memory
#
# A message is read word by word. Let the neurons receive, besides the word $x$, what they said
# after the word before, the **hidden state** $h$:
#
# $$ h' = \tanh(W x + U h + b) $$
#
# That is the whole recurrent network: the same $W$, $U$ and $b$ at every word. Work one step by
# hand, with two neurons:
#
# $$
# W = \begin{pmatrix} 0.5 & -0.3 \\ 0.2 & 0.8 \end{pmatrix}, \quad
# U = \begin{pmatrix} 0.4 & 0.1 \\ -0.2 & 0.6 \end{pmatrix}, \quad
# b = \begin{pmatrix} 0.1 \\ 0 \end{pmatrix}, \quad
# x = \begin{pmatrix} 1 \\ 2 \end{pmatrix}, \quad
# h = \begin{pmatrix} 0.5 \\ -0.5 \end{pmatrix}
# $$
#
# 1. $W x = (0.5 \cdot 1 - 0.3 \cdot 2, \; 0.2 \cdot 1 + 0.8 \cdot 2) = (-0.1, \; 1.8)$
# 2. $U h = (0.4 \cdot 0.5 - 0.1 \cdot 0.5, \; -0.2 \cdot 0.5 - 0.6 \cdot 0.5) = (0.15, \; -0.4)$
# 3. $W x + U h + b = (0.15, \; 1.4)$
# 4. $h' = \tanh(0.15, \; 1.4) = (0.149, \; 0.885)$
#
# Now three times by machine: in numpy, by the library's cell, and by the library's layer, which
# reads a whole message.

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
measured("the cell", vector(by_cell[0], 3))

# %% [markdown]
# Two words now, in both orders. The sum of the inputs is the same; the states are not. This is
# what the single neuron lacked.

# %%
first, second = np.array([1.0, 2.0]), np.array([-1.0, 0.5])
forth, back = step(second, step(first, np.zeros(2))), step(first, step(second, np.zeros(2)))
with torch.no_grad():
    message = torch.tensor(np.array([[first, second]]))
    by_layer = layer(message, torch.tensor([[True, True]])).last[0].numpy()
measured("one order", vector(forth, 3))
measured("the other order", vector(back, 3))
measured("the layer, one order", vector(by_layer, 3))

# %% [markdown]
# ## The embedding
#
# A word is an id, such as 163. The size of that number means nothing: word 164 is no neighbour of
# word 163. So each id gets a row of a table, the **embedding**, and the rows are learnt like all
# other weights. Looking a row up is the same as multiplying by a vector with a single 1.

# %%
table = np.random.default_rng(0).normal(size=(5, 3))
only_one = np.array([0, 0, 1, 0, 0])
measured("looking up is multiplying", bool(np.allclose(only_one @ table, table[2])))

# %% [markdown]
# ## Training, and over-fitting
#
# Now a whole network: embedding, recurrent layer, and one output neuron per class that reads the
# last state. `PLAIN` is the bare network, without anything that would hold it back; the second one
# drops half of the embeddings and outputs at random, and a fifth of the words, at each step of the
# training.

# %%
plain = TextClassifier(architecture="rnn", epochs=10, **PLAIN)
plain.fit(*parts.train, validation=parts.validation)
held = TextClassifier(
    architecture="rnn", epochs=10, **PLAIN | {"dropout": 0.5, "word_dropout": 0.2}
)
held.fit(*parts.train, validation=parts.validation)
curves = {
    "plain, training": column(plain, "loss"),
    "plain, validation": column(plain, "validation_loss"),
    "with dropout, training": column(held, "loss"),
    "with dropout, validation": column(held, "validation_loss"),
}
show(lines("The loss, epoch by epoch", curves, "epoch", "loss"))
lowest = int(np.argmin(column(plain, "validation_loss"))) + 1
measured("plain: lowest validation loss in epoch", lowest)
accuracies = column(plain, "validation_accuracy")
measured(
    "plain: validation accuracy in that epoch and in the last",
    [percent(accuracies[lowest - 1]), percent(accuracies[-1])],
)
for name, values in curves.items():
    measured(f"{name}, lowest and last", [number(min(values)), number(values[-1])])

# %% [markdown]
# ## What did the embedding learn?
#
# To see it with our eyes, give each word **two numbers** only, started near 0, and let the output
# read the mean of the states, so that every word counts. A word's *spam share* is the part of its
# training messages that are spam; the network is never told. Does a word's place say something
# about it? The *correlation* below is that between the spam share and the best straight-line guess
# from the two coordinates: 0 if the place says nothing, 1 if it says everything.

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
    """Between the words' spam share and a linear guess from their vectors."""
    known = np.column_stack([vectors(subject, words), np.ones(len(words))])
    guess = known @ np.linalg.lstsq(known, spam_share, rcond=None)[0]
    return float(np.corrcoef(guess, spam_share)[0, 1])


before, after = correlation(fresh), correlation(trained)
measured("words that stand in eight messages or more", len(words))
measured("correlation before training", number(before))
measured("correlation after training", number(after))


def draw_words(axes: Axes) -> None:
    """Each word at its place; the names of those at the two ends."""
    places = vectors(trained, words)
    dots = axes.scatter(*places.T, c=spam_share, cmap="coolwarm", s=14, alpha=0.8)
    bar = axes.figure.colorbar(dots, label="spam share")
    bar.ax.yaxis.set_major_formatter(axes.yaxis.get_major_formatter())
    order = np.argsort(spam_share, kind="stable")
    scale = np.ptp(places, axis=0) * (0.12, 0.04)  # the room of a name
    named: list[np.ndarray] = []
    for at in [*order[:12], *order[-12:]]:
        if all((np.abs(places[at] - other) > scale).any() for other in named):
            named.append(places[at])
            colour = BLUE if spam_share[at] < 0.5 else ORANGE
            axes.text(*places[at], f" {words[at]}", size=8, color=colour)


title = "The two numbers of each word, after training"
show(drawing(title, draw_words, height=4.4))

# %% [markdown]
# ## Question 2
#
# **What is the embedding for? When is it over-fitting?**
#
# *Your answer:*
#
# ...
#
# <details><summary>Hint</summary>
#
# Compare the two correlations, before and after training. For the second half, look for the epoch
# from which the two curves of the plain network go different ways, and ask what the network can
# still be learning then.
#
# </details>

# %% [markdown]
# ## Answers
#
# They speak of the shipped messages. With other data the last cell says, claim by claim, whether
# it still holds (✓) or not (✗).
#
# <details><summary>Answer to question 2</summary>
#
# **The embedding** turns an id, whose size means nothing, into coordinates that mean something for
# the task. Before training, the place of a word says nothing about it (correlation .09). After six
# epochs, two numbers a word are enough for a correlation of .57 with its spam share: nobody told
# the network which words belong together, it moved them so because that made the loss smaller.
# Words that are used alike come to lie together, so what is learnt of one helps with the other;
# and 50 numbers a word instead of 1,580 keep the matrices small.
#
# **Over-fitting** begins where the training loss still falls while the validation loss rises. For
# the plain network that is from the third epoch on: its training loss goes to .02, so it knows the
# training messages by heart, while its validation loss climbs from .54 to .77. It has become sure
# of its errors. With dropout the training loss stays at .51, and the validation loss ends at .52,
# its lowest value. Note that the accuracy hardly shows it; the loss does.
#
# </details>

# %%
check(
    "the cell is the equation",
    np.allclose(by_hand, by_cell[0].numpy()) and np.allclose(forth, by_layer),
)
check("the order changes the state", bool(np.abs(forth - back).max() > 0.1))
check("one neuron beats doing nothing", neuron > majority + 0.02, DATA)
check("before training the place of a word says nothing", before < 0.25, DATA)
check("after training it tells its spam share", after > 0.4 and after > 2 * before, DATA)
losses = {
    name: column(model, "validation_loss") for name, model in (("plain", plain), ("held", held))
}
rises = losses["plain"][-1] > 1.2 * min(losses["plain"])
check("the plain network over-fits after a few epochs", lowest <= 6 and rises, DATA)
check("and knows its training messages by heart", column(plain, "loss")[-1] < 0.1, DATA)
lower = min(losses["held"]) < min(losses["plain"]) and losses["held"][-1] < losses["plain"][-1]
check("dropout over-fits less, and reaches a lower loss", lower, DATA)
