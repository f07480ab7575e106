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
# # 1. The data and their traps
#
# **About 20 minutes to read and run; the code takes some seconds.**
#
# Before any network there are messages, and they decide most of what follows. In this notebook you
# will learn
#
# - to look at a data set before you believe it: classes, lengths, repeats, odd characters;
# - what a fair split is, and how a careless one flatters;
# - how a text becomes numbers: tokens, vocabulary, ids;
# - why a batch is padded, and what the mask is for.
#
# The messages shipped with `attentif` are invented, in English and in French, and were written to
# be hard: honest messages with prices and codes, scams without a link. With `DATA = "sms-spam"`
# the same notebook runs on the public SMS Spam Collection.

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
DATA = "messages"  # or "sms-spam"

# %% [markdown]
# ## Read first, count second
#
# Read thirty messages with your own eyes before you compute anything. Here are eight.

# %%
everything = all_rows(DATA)
for text, label in list(zip(*everything, strict=True))[:8]:
    print(f"{label:5} {text[:110]}")

# %% [markdown]
# `summarise` counts what one should always count: rows, classes, lengths, repeats, labels that
# contradict each other, and characters that betray a bad encoding.

# %%
summary = summarise(load(DATA).train)
measured("messages", number(summary.rows, 0))
measured("of each class", summary.labels)
measured("always answering the largest class is right for", percent(summary.largest_share))
measured(
    "words of a message, median and longest",
    [number(v, 0) for v in (summary.words.median, summary.words.longest)],
)
measured("repeats of an earlier message", summary.repeats)
measured("texts with two labels", len(summary.conflicts))

# %% [markdown]
# Remember the share of the largest class: a model that reads nothing reaches that accuracy. Every
# accuracy in this course must be held against it.
#
# ## What tells the classes apart?
#
# Before training anything, ask simple questions of each message. Is it long? Does it hold a digit,
# a link, a word in capitals, a currency sign?

# %%
CLUES = {
    "a digit": r"\d",
    "a link": r"http|www\.|\.example|\.com",
    "a word in capitals": r"\b[A-Z]{3,}\b",
    "a currency sign": r"[£€$]",
    "an exclamation mark": "!",
}


def share(pattern: str, label: str) -> float:
    """Share of a class's messages in which the pattern is found."""
    own = [text for text, of in zip(*everything, strict=True) if of == label]
    return sum(bool(re.search(pattern, text)) for text in own) / len(own)


shares = {name: (share(p, "ham"), share(p, "spam")) for name, p in CLUES.items()}
for name, (ham, spam) in shares.items():
    measured(name, f"ham {percent(ham)}, spam {percent(spam)}")


def draw_clues(axes: Axes) -> None:
    """Two bars for each clue."""
    places = np.arange(len(shares))
    for shift, of, colour in ((-0.2, 0, GREY), (0.2, 1, ORANGE)):
        values = [100 * pair[of] for pair in shares.values()]
        axes.barh(places + shift, values, height=0.36, color=colour, label=("ham", "spam")[of])
    axes.set_yticks(places, list(shares))
    axes.invert_yaxis()
    axes.legend(frameon=False)


show(drawing("How many messages hold ...", draw_clues, "% of the class"))

# %%
lengths = {
    label: [len(text.split()) for text, of in zip(*everything, strict=True) if of == label]
    for label in ("ham", "spam")
}
for label, own in lengths.items():
    measured(f"mean number of words, {label}", number(float(np.mean(own)), 1))


def draw_lengths(axes: Axes) -> None:
    """A histogram for each class, as shares."""
    edges = np.arange(0, 52, 2)
    for (label, own), colour in zip(lengths.items(), (GREY, ORANGE), strict=True):
        weights = [100 / len(own)] * len(own)
        axes.hist(own, edges, weights=weights, color=colour, alpha=0.6, label=label)
    axes.legend(frameon=False)


show(drawing("Length of the messages", draw_lengths, "words", "% of the class"))

# %% [markdown]
# No single question settles it. That is the reason to learn from examples, and it is also a
# measure of how hard the data are: on the SMS collection a single digit gives spam away nearly
# every time; on the shipped messages it hardly helps.
#
# ## Trap 1: the encoding
#
# A file is bytes. Whoever wrote it chose how letters become bytes, and rarely says so. Read with
# the wrong table, `é` becomes `Ã©`, and the network learns words that do not exist.

# %%
written = "label,text\nspam,Gagnez 500 € dès l'été\nham,Où êtes-vous ?\n".encode("cp1252")
print(written.decode("latin-1").splitlines()[1].encode("unicode_escape").decode())
reading = read(io.BytesIO(written))
print(reading.encoding, "->", reading.examples[0].text)

# %% [markdown]
# The euro sign was lost by the wrong table (`\x80` is an invisible character); `attentif` saw
# which table the bytes belong to, and says which one it took.
#
# ## Trap 2: the same message on both sides
#
# People forward messages, and spammers send the same one a thousand times. If a message stands
# both in the training part and in the test part, the test asks what the model has seen. Let us
# plant that trap: copy one message in ten, then split twice.

# %%
texts = everything.texts + everything.texts[::10]
labels = everything.labels + everything.labels[::10]


def on_both_sides(train: np.ndarray, test: np.ndarray) -> float:
    """Share of the test messages that training has seen."""
    seen = {key_of(texts[row]) for row in train}
    return float(np.mean([key_of(texts[row]) in seen for row in test]))


order = np.random.default_rng(0).permutation(len(texts))
careless = on_both_sides(order[len(order) // 5 :], order[: len(order) // 5])
fair_split = stratified(labels, texts, test=0.2, validation=0.0, seed=0)
fair = on_both_sides(fair_split.train, fair_split.test)
measured("test messages already seen, rows drawn blindly", percent(careless))
measured("test messages already seen, attentif's split", percent(fair))

# %% [markdown]
# ## From text to numbers
#
# A network multiplies and adds. Encoding is the way from text to numbers, in three steps: cut the
# text into **tokens**, give each known token an **id**, and keep the order. How the text is cut
# decides what the network can see at all: the workshop's filter throws away case, punctuation and
# some of the symbols.

# %%
EXAMPLE = "WIN $1,000 now!!! Reply YES :-)"
for style in ("words-and-marks", "workshop"):
    print(f"{style:16}", [token.text for token in tokenize(EXAMPLE, style, ())])

# %%
parts = parts_of(DATA)
front_end = FrontEnd.fit(parts.train.texts, TextSettings(subwords=False, shapes=False))
words = [token.text for token in front_end.tokens("Call me now, zorglub!")]
ids = {word: front_end.vocabulary.id(word.lower()) for word in words}
measured("tokens and their ids", ids)
measured("words of the vocabulary", number(len(front_end.vocabulary.words), 0))

# %% [markdown]
# `zorglub` got the id of the **unknown word**: the vocabulary comes from the training part only,
# and words that occur once have no id of their own. How much of a new message is unknown?

# %%
known, new = front_end.encode(parts.train.texts), front_end.encode(parts.test.texts)
unknown = float(new.unknown.sum() / new.lengths.sum())
measured("unknown tokens in the test messages", percent(unknown))

# %% [markdown]
# ## Batches, padding and the mask
#
# A processor is fast on rectangles of numbers, and messages have all lengths. So a batch of
# messages is filled up to its longest one with the id 0, the **padding**. The **mask** says which
# places are real. In `attentif` padding never changes a state, gets no attention and is in no
# loss; in notebook 4 we take the mask away and watch what happens.

# %%
rows = np.random.default_rng(3).permutation(len(parts.train.texts))[:24]
batch = gather(known, rows)
print("shape of the batch", tuple(batch.inputs.words.shape))


def draw_mask(axes: Axes) -> None:
    """Real places in blue."""
    axes.pcolormesh(batch.inputs.mask.numpy(), cmap="Blues", vmax=1.4, edgecolors="white", lw=0.3)
    axes.invert_yaxis()


title = "The mask of one batch: blue is a token, white is padding"
show(drawing(title, draw_mask, "place in the message", "message"))


def padding(order: np.ndarray, size: int = 32) -> float:
    """Share of padding when batches are cut from the rows in this order."""
    cut = [known.lengths[order[at : at + size]] for at in range(0, len(order), size)]
    return 1 - sum(own.sum() for own in cut) / sum(len(own) * own.max() for own in cut)


shuffled = np.random.default_rng(0).permutation(len(known.lengths))
paddings = {
    "all as long as the longest": 1 - known.lengths.mean() / known.lengths.max(),
    "batches drawn blindly": padding(shuffled),
    "batches of like length": padding(np.argsort(known.lengths)),
}
for name, part in paddings.items():
    measured(f"padding, {name}", percent(part))
show(bars("How much of what is computed is padding", paddings, "share"))

# %% [markdown]
# ## Question 1
#
# **What did you notice in the data? What does encoding do, and why pad?**
#
# *Your answer:*
#
# ...
#
# <details><summary>Hint</summary>
#
# Look again at the share of the largest class, at the two bars of each clue, and at the mean
# number of words. For the padding, think of what a matrix must look like, and compare the three
# shares.
#
# </details>

# %% [markdown]
# ## Answers
#
# They speak of the shipped messages. With other data the last cell says, claim by claim, whether
# it still holds (✓) or not (✗).
#
# <details><summary>Answer to question 1</summary>
#
# **The classes are uneven**: always answering *ham* is right for 70 % of the shipped messages (87
# % of the SMS collection), so an accuracy of .70 is worth nothing. **Spam is longer**: 21 words on
# average against 16. **No clue is enough**: a link stands in 39 % of the spam and in 6 % of the
# ham, which is the strongest of the five, yet most spam has none; a digit stands in 67 % against
# 56 %, next to nothing. There are no repeats and no contradictions here; the SMS collection has
# 416 repeats, which a blind split puts on both sides.
#
# **Encoding** turns a text into a row of whole numbers, in order, without which nothing can be
# multiplied. It also decides what is lost: 24 % of the tokens in the test messages are unknown to
# a vocabulary of the 1,580 words that occur at least twice in training. This is why `attentif` by
# default also reads the character n-grams of each word.
#
# **Padding** makes rectangles of rows of unequal length. It costs computing: with every message
# filled up to the longest, 71 % of the work is padding; in batches drawn blindly 49 %; in batches
# of like length 7 %. And it must be masked, or the network reads it as if it were text.
#
# </details>

# %%
ham, spam = shares["a link"]
check("always answering ham is right for about 70 %", 0.65 < summary.largest_share < 0.75, DATA)
check("spam is longer", np.mean(lengths["spam"]) > 1.2 * np.mean(lengths["ham"]), DATA)
check("a link is a strong clue, and most spam has none", ham < 0.1 < 0.3 < spam < 0.5, DATA)
ham, spam = shares["a digit"]
check("a digit says next to nothing", abs(spam - ham) < 0.2, DATA)
check("about a quarter of the new tokens is unknown", 0.15 < unknown < 0.3, DATA)
check("a blind split leaks, attentif's does not", careless > 0.1 and fair == 0, DATA)
longest, blind, alike = paddings.values()
check("padding: most of all, half, a little", longest > 0.6 > blind > 0.4 > 0.15 > alike, DATA)
