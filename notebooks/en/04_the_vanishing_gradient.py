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
# # 4. The vanishing gradient, and the exploding one, measured
#
# **About 30 minutes to read and run; the code takes about half a minute.**
#
# You will learn
#
# - why the gradient shrinks or grows on its way back through time, and by how much;
# - to see it: at each word, on real messages, before any training;
# - what happens when the mask is taken away and the network must remember across the padding;
# - what the activation, the first values, normalisation and clipping each do about it.
#
# Notebook 3 does back-propagation through time by hand; it is good to have read it, but not needed
# here.

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
DATA = "messages"  # or "sms-spam"

# %% [markdown]
# ## A chain of slopes
#
# Take the recurrent equation with a single neuron, $h' = \phi(W x + U h + b)$. How much does the
# last state change when the first one changes? Each step multiplies by its slope, so after $T$
# steps
#
# $$ \frac{\partial h_T}{\partial h_0} = \prod_{t=1}^{T} U \, \phi'(a_t) $$
#
# where $a_t$ is what goes into $\phi$. The slope of the sigmoid is **at most one quarter**; the
# slope of tanh is at most 1. A product of twenty numbers below one is nearly nothing; a product of
# twenty numbers above one is huge.

# %%
a = np.linspace(-6, 6, 121)
s = 1 / (1 + np.exp(-a))
steepest = {"sigmoid": float((s * (1 - s)).max()), "tanh": float((1 - np.tanh(a) ** 2).max())}
for name, slope in steepest.items():
    measured(f"steepest slope, {name}", number(slope))
products = {
    f"U = {number(u, 1)}": [(u * slope) ** t for t in range(21)]
    for u, slope in ((1.0, 0.25), (4.0, 0.25), (6.0, 0.25))
}
title = "The sigmoid at its steepest: the product after t steps"
show(lines(title, products, "steps back", "product", first=0, log=True))
measured("one quarter to the power of twenty", size(0.25**20))

# %% [markdown]
# Even at its best place the sigmoid needs $U = 4$ to keep the gradient, and beyond that it
# explodes. There is no comfortable middle. With matrices, the largest singular value of $U$ takes
# the part of the single number.
#
# ## On real messages, before any training
#
# `back_in_time` sends messages through a network, and gives the size of the loss's gradient at
# each step back from the last word. Five networks, all untrained, differ in one or two things
# only.

# %%
parts = parts_of(DATA)
VARIANTS = {
    "sigmoid, small random": {"activation": "sigmoid", "recurrent_init": "normal"},
    "sigmoid, orthogonal": {"activation": "sigmoid"},
    "tanh, small random": {"recurrent_init": "normal"},
    "the same, normalised": {"recurrent_init": "normal", "layer_norm": True},
    "tanh, orthogonal": {},
}
front_end = FrontEnd.fit(parts.train.texts, Settings(**PLAIN))


def untrained(changes: dict[str, object]) -> Subject:
    """A network with its first weights."""
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
        f"{name}: largest singular value of U, gradient 20 steps back",
        [number(largest[name]), size(found.parts[20])],
    )
title = "What is left of the gradient, before training"
show(lines(title, ways, "steps back from the last word", "part of the last one", first=0, log=True))

# %% [markdown]
# Half of the shipped messages have 17 words or more, and the first is often the telling one
# ("Congratulations ..."). With the sigmoid its gradient is smaller than a computer's rounding
# error: the network cannot learn from it, however long it is trained.
#
# ## Take the mask away
#
# Now the workshop's experiment. With `masking=False` the network reads the padding as if it were
# words, so the last state comes after many steps in which nothing was said. Batches are drawn
# blindly here, so that a short message is followed by much padding (about half of all places, as
# notebook 1 measured; two thirds in the SMS). `WeightPrinter` is the workshop's weight printer: at
# each epoch, the size of each weight and of its gradient.

# %%
LONG = PLAIN | {"batching": "random", "batch_size": 64, "learning_rate": 0.004}


def trained(masking: bool) -> tuple[TextClassifier, WeightPrinter]:
    """A sigmoid RNN with or without the mask, and the sizes of its weights."""
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
    "masked, training": column(masked, "loss"),
    "masked, validation": column(masked, "validation_loss"),
    "unmasked, training": column(bare, "loss"),
    "unmasked, validation": column(bare, "validation_loss"),
    "knowing the shares only": [entropy] * 8,
}
show(lines("With and without the mask: the loss", curves, "epoch", "loss"))
measured("loss of knowing the shares of the classes only", number(entropy))
measured(
    "training loss at the end, masked and unmasked",
    [number(column(m, "loss")[-1]) for m in (masked, bare)],
)
accuracies = [column(model, "validation_accuracy")[-1] for model in (masked, bare)]
majority = parts.validation.labels.count("ham") / len(parts.validation.labels)
measured("validation accuracy at the end, masked and unmasked", [percent(v) for v in accuracies])
measured("always answering ham", percent(majority))


# %%
def gradients(printer: WeightPrinter, name: str) -> list[float]:
    """Size of a weight's gradient at the end of each epoch."""
    return [float(row["gradient_norm"]) for row in printer.rows if name in str(row["name"])]


sizes = {
    f"{layer}, {way}": gradients(printer, name)
    for way, printer in (("masked", masked_weights), ("unmasked", bare_weights))
    for layer, name in (("embedding", "embedding"), ("output", "output"))
}
show(lines("Size of the gradient, first and last layer", sizes, "epoch", "norm", log=True))
means = {name: float(np.mean(values)) for name, values in sizes.items()}
for name, value in means.items():
    measured(f"mean gradient, {name}", f"{number(value, 3)}")


def growth(printer: WeightPrinter) -> float:
    """How much longer the embedding's vector of all weights has become."""
    norms = [float(row["norm"]) for row in printer.rows if "embedding" in str(row["name"])]
    return norms[-1] - norms[0]


moved = growth(masked_weights), growth(bare_weights)
measured("growth of the embedding, masked and unmasked", [number(v) for v in moved])

# %% [markdown]
# ## Question 3
#
# **Without the mask, what in the training curves gives it away? What do the weights show? Explain
# the vanishing gradient simply.**
#
# *Your answer:*
#
# ...
#
# <details><summary>Hint</summary>
#
# Compare the unmasked curve with the flat line of someone who knows the shares of the classes and
# reads nothing. Then look at which layer still gets a gradient, and which does not: which of them
# is nearer to the loss?
#
# </details>

# %% [markdown]
# ## The gradient that explodes
#
# The same product can grow. Orthogonal first values keep the gradient of all steps whole; with
# plain gradient descent and the workshop's rate of .5, a few messages in a row then push the
# weights far too far. **Clipping** shortens a gradient that is longer than a limit, and keeps its
# direction:
#
# $$ g \leftarrow g \cdot \min\left(1, \frac{limit}{\lVert g \rVert}\right) $$

# %%
FAST = PLAIN | {"optimizer": "sgd", "learning_rate": 0.5, "warmup": 0.0, "decay": "none"}
runs = {}
for name, limit in (("no clipping", 0.0), ("clipped to 1", 1.0)):
    runs[name] = TextClassifier(architecture="rnn", epochs=5, clip_norm=limit, **FAST)
    runs[name].fit(*parts.train, validation=parts.validation)
    measured(f"{name}: training loss by epoch", [number(v) for v in column(runs[name], "loss")])
    measured(
        f"{name}: mean norm of the gradient",
        [number(v, 1) for v in column(runs[name], "gradient_norm")],
    )
losses = {name: column(model, "loss") for name, model in runs.items()}
show(lines("A rate of .5, with and without clipping", losses, "epoch", "training loss"))

# %% [markdown]
# ## Question 4
#
# **Why is the sigmoid known for trouble? Why do the first values and normalisation help? What does
# clipping do?**
#
# *Your answer:*
#
# ...
#
# <details><summary>Hint</summary>
#
# Read the five curves before training in pairs that differ in one thing. For clipping, ask what it
# changes about a gradient, and whether it could help one that is too small.
#
# </details>

# %% [markdown]
# ## Answers
#
# They speak of the shipped messages. With other data the last cell says, claim by claim, whether
# it still holds (✓) or not (✗).
#
# <details><summary>Answer to question 3</summary>
#
# **The curves**: without the mask the training loss falls to .60 and stays there. That is the loss
# of someone who knows that 30 % of the messages are spam and reads nothing (.61); the accuracy is
# 70 %, that of always answering *ham*. Training and validation lie on each other: this is not
# over-fitting, nothing was learnt from the words. With the mask, the same network with the same
# weights goes well below, and is right for 78 %.
#
# **The weights**: the output layer, next to the loss, gets a gradient as large as with the mask
# (it learns the shares of the classes, and that is all it can learn). The embedding, which lies
# beyond the padding, gets a gradient about eight times smaller, and hardly moves.
#
# **Simply**: the error is a message handed back from word to word, and each one passes on only a
# part of what it got. After twenty hands nothing is left. The first words are not told what they
# did wrong, so they do not change.
#
# </details>
#
# <details><summary>Answer to question 4</summary>
#
# **The sigmoid** passes on at most a quarter at each step, and less where it is saturated: 20
# steps back, the gradient is 2 × 10⁻¹³ of its size even with orthogonal first values, and 10⁻²⁰
# with small random ones. tanh passes on up to 1: with the same orthogonal values .04 is left.
#
# **The first values** set the other factor of the product. An orthogonal $U$ has all its singular
# values at 1: it turns vectors and does not shrink them. The small random $U$ has a largest one of
# about .8: tanh falls from .04 to 5 × 10⁻⁹.
#
# **Normalisation** divides what enters $\phi$ by its own spread, so the matrix no longer shrinks
# it: with the same small random values the gradient 20 steps back rises from 5 × 10⁻⁹ to .01.
#
# **Clipping** bounds the length of a step. Without it the training loss jumps to 7.2, and the mean
# norm of the gradient to 2,500 in one epoch; with it the same rate learns. It does nothing for a
# gradient that vanishes: it only shortens.
#
# </details>

# %%
check("a quarter to the power of twenty is nothing", 0.25**20 < 1e-12)
flat = abs(column(bare, "loss")[-1] - entropy) < 0.04 and abs(accuracies[1] - majority) < 0.03
check("without the mask only the shares are learnt", flat, DATA)
better = column(masked, "loss")[-1] < entropy - 0.1 and accuracies[0] > majority + 0.04
check("with the mask the words are", better, DATA)
near, far = (
    means[f"{layer}, masked"] / means[f"{layer}, unmasked"] for layer in ("output", "embedding")
)
check("the gradient is lost at the embedding, not at the output", far > 3 and near < 3, DATA)
check("the embedding hardly moves", moved[0] > 5 * abs(moved[1]), DATA)
small_sigmoid, sigmoid, small, normalised, orthogonal = (way[20] for way in ways.values())
check("sigmoid: next to nothing after 20 steps", small_sigmoid < 1e-17 and sigmoid < 1e-11, DATA)
check("tanh and orthogonal: hundredths", orthogonal > 5e-3 and small < 1e-7, DATA)
check("normalisation brings the gradient back", normalised > 1e4 * small, DATA)
steep = [largest["tanh, small random"], largest["tanh, orthogonal"]]
check("orthogonal: singular values of 1", steep[0] < 0.95 and abs(steep[1] - 1) < 1e-4)
free, clipped = runs.values()
wild = max(column(free, "gradient_norm")) > 5 * max(column(clipped, "gradient_norm"))
check(
    "clipping tames the rate of .5",
    wild and max(column(free, "loss")) > 1 > max(column(clipped, "loss")),
    DATA,
)
