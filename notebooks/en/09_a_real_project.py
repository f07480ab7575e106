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
# # 9. A real project: your own data, a threshold, a model card
#
# **About 25 minutes to read and run; the code takes about a quarter of a minute.**
#
# You will learn to go the whole way with a file of your own:
#
# - read it, whatever program wrote it, and see what was wrong with it;
# - split, train, judge beside simple models, once;
# - choose the threshold by what an error costs;
# - read the errors;
# - save a folder that others can use, with a model card that says what it is and is not good for;
# - load it again and answer.
#
# All of it is one command as well: `attentif train my-file.csv --max-false-positive-rate 0.02`.

# %%
import tempfile
from pathlib import Path

import numpy as np
from course import all_rows, bars, check, document, measured, number, percent, show

from attentif import TextClassifier
from attentif.account import Parts, Rows, metrics_of, train_and_judge
from attentif.config import Settings
from attentif.data.check import summarise
from attentif.data.read import read
from attentif.data.split import stratified
from attentif.inspect.explain import Explanation
from attentif.measure.metrics import METRICS
from attentif.measure.paired import bootstrap_difference

# %%
DATA = "messages"  # or "sms-spam"
FILE = ""  # the path of a file of your own; empty: one is made

# %% [markdown]
# ## The file
#
# If you have no file, here is one as offices make them: semicolons, an old Windows encoding, a
# column too many, a row without a text, rows pasted twice.

# %%
folder = tempfile.TemporaryDirectory()
place = Path(FILE or Path(folder.name) / "export.csv")
if not FILE:
    pairs = list(zip(*all_rows(DATA), strict=True))
    quoted = [(i, label, text.replace('"', '""')) for i, (text, label) in enumerate(pairs)]
    table = [f'{i};{label};"{text}"' for i, label, text in [*quoted, *quoted[:40]]]
    table.insert(10, '9999;ham;""')
    content = "\n".join(["number;class;message", *table])
    place.write_bytes(content.encode("cp1252", errors="replace"))
reading = read(place)
measured("encoding, delimiter", [reading.encoding, repr(reading.delimiter)])
measured("columns of the text and of the label", [reading.text_column, reading.label_column])
measured(
    "rows of the file, usable ones",
    [number(n, 0) for n in (reading.records, len(reading.examples))],
)
words = {"empty text": "no text"}
reasons = [f"{words.get(one.reason, one.reason)}, line {one.line}" for one in reading.dropped]
measured("dropped", reasons)
summary = summarise(reading)
measured("of each class", summary.labels)
measured("repeats", summary.repeats)

# %% [markdown]
# Nothing was lost in silence: what was dropped is counted, with its line. The repeats stay, but
# the split keeps equal texts on one side.
#
# ## Before training: what does an error cost?
#
# Decide this *before* you see a score. Here: an honest message that is hidden costs more than a
# scam that gets through, so at most 2 % of the honest ones may be blocked. The threshold for it is
# chosen on the validation rows.

# %%
examples = reading.examples
everything = Rows(
    [e.text for e in examples], [e.label for e in examples], [e.line for e in examples]
)
split = stratified(everything.labels, everything.texts, test=0.2, validation=0.2, seed=0)
parts = Parts(
    everything.at(split.train),
    everything.at(split.validation),
    everything.at(split.test),
    "3/5, 1/5, 1/5, seed 0",
)
settings = Settings(
    architecture="attention", hidden_size=32, bidirectional=False, epochs=6, batch_size=64,
    learning_rate=0.006, max_false_positive_rate=0.02,
)  # fmt: skip
account = train_and_judge(settings, parts, baselines=("majority", "word-svm", "marks+char-svm"))
model = account.model

# %% [markdown]
# `Settings()` without arguments are the library's defaults, which take a little longer and are a
# little better. Note that here the **evidence** is on, as by default: a linear model of the same
# words speaks to the recurrent network, word by word, and beside it (notebook 8 showed that they
# err on different messages).
#
# ## The verdict
#
# It is about the test rows, which were seen once, now. The last figure sets it beside the best of
# the baselines: where its interval holds 0, no difference can be shown. `account.verdict` says it
# in a sentence.

# %%
judged = account.judged
scores = judged.scores
measured("accuracy, macro F1", [number(scores.accuracy), number(scores.macro_f1)])
measured(
    "spam caught, ham blocked",
    [percent(scores.positive_caught), percent(scores.negative_blocked, 1)],
)
low, high = scores.intervals["negative_blocked"]
measured("ham blocked, 95 % interval", [percent(low, 1), percent(high, 1)])
compared = {"the network": scores.macro_f1} | {
    row.name: row.scores.macro_f1 for row in account.baselines
}
show(bars("Macro F1 on the test messages", compared, "macro F1"))
best = max(account.baselines, key=lambda row: row.scores.macro_f1)
gap = bootstrap_difference(judged.truth, judged.answers, best.answers, METRICS["macro_f1"])
measured(
    f"the network minus {best.name}: points of macro F1, from, to",
    [number(100 * value, 1) for value in gap[:3]],
)

# %% [markdown]
# The network is judged at its strict threshold, the baselines at one half: a strict threshold
# costs macro F1. Compare like with like before you conclude anything.
#
# ## Read the errors
#
# Numbers say how many; only reading says *which*. These are the wrong answers it was surest of. Is
# the label right, by the way?

# %%
for mistake in account.mistakes:
    sure = percent(mistake.probability)
    print(f"{mistake.true} -> {mistake.predicted} ({sure}) {mistake.text[:90]}")

# %% [markdown]
# And why did it answer so? For each word: how much less sure would the network be without it?


# %%
def strongest(explanation: Explanation, most: int = 6) -> dict[str, float]:
    """The words whose absence changes the answer most."""
    ordered = sorted(explanation.tokens, key=lambda token: -abs(token.left_out))
    return {f"{token.text} ({token.start})": token.left_out for token in ordered[:most]}


known = zip(parts.test.texts, parts.test.labels, strict=True)
spam = next(text for text, label in known if label == "spam" and len(text) > 60)
explanation = model.explain(spam)
print(spam)
measured("answer", [explanation.label, percent(explanation.probabilities["spam"])])
title = "Without this word, the answer loses"
show(bars(title, strongest(explanation), "probability"))

# %% [markdown]
# ## Save, with a card
#
# A model is a folder: weights, vocabulary, settings, threshold, what was measured, and a **model
# card** that says it in words. Without the last two nobody knows later what it is good for.
# Here is the card.

# %%
about = {
    "source": place.name,
    "data": {
        "rows": len(examples),
        "labels": summary.labels,
        "n_dropped": len(reading.dropped),
        "warnings": reading.warnings,
    },
}
home = model.save(Path(folder.name) / "my-model", metrics=metrics_of(account, about))
for file in sorted(home.iterdir()):
    measured(file.name, f"{number(file.stat().st_size / 1000, 0)} kB")
card = (home / "README.md").read_text(encoding="utf-8")
document(card)

# %% [markdown]
# Add by hand what no program knows: who may be harmed by an error, whose messages these were and
# whether they agreed, in which languages and which year, and who answers for the model.
#
# ## Load, and answer
#
# The answers of the loaded model are those of the model that was saved. In the shell: `attentif
# predict my-model new.csv`.

# %%
loaded = TextClassifier.load(home)
before, after = (own.predict_proba(parts.test.texts) for own in (model, loaded))
same = bool(np.allclose(before, after, atol=1e-6))
measured("the same answers", same)
for text in (
    "Win a 500 gift card now, click prize-draw.example",
    "Tu passes prendre le pain ? Bisous",
):
    measured(text, [str(loaded.predict(text)), percent(float(loaded.predict_proba(text)[1]))])
folder.cleanup()

# %% [markdown]
# ## Before it goes into use
#
# - Was the test set touched once only? If you go back and change a setting because of what you saw
#   here, you need new test messages.
# - Does the wish hold on the test rows, *with its interval*? On the 190 honest
#   messages of the shipped data, a rate of 2 % may well be 1 % or 5 %.
# - Are the languages, the year and the kind of message those it will meet? Spam changes its
#   clothes: keep a hundred fresh messages a month, label them, and run `attentif test` on them.
# - Who reads the messages it is unsure about? `unsure=0.1` answers "unsure" near the threshold.
# - Would the linear model do? If no difference can be shown, take the simpler one.

# %%
if not FILE:
    check(
        "the file was understood", reading.encoding == "cp1252" and reading.delimiter == ";", DATA
    )
    check("nothing was lost in silence", len(reading.dropped) == 1 and summary.repeats >= 40, DATA)
    majority = next(row.scores for row in account.baselines if row.name == "majority")
    check("the network beats doing nothing", scores.macro_f1 > majority.macro_f1 + 0.1, DATA)
    check("the interval of the blocked ham is wide", high - low > 0.02, DATA)
    check("the card states the verdict", account.verdict[0][:30] in card, DATA)
    check("the loaded model answers alike", same, DATA)
