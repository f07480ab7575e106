"""fastText, supervised.

Settings of a job: arguments of `fasttext.train_supervised` by their names, such as
wordNgrams, minn, maxn, epoch, lr; none for its defaults.

The texts are lower-cased with blanks around marks, as fastText's own tutorial prepares them.
"""

import re
import tempfile
import time
from importlib.metadata import version
from pathlib import Path

import fasttext

from benchmarks.peers.job import Answer, Job, serve

PREFIX = "__label__"
MARK = re.compile(r"([^\w\s])")


def prepared(text: str) -> str:
    r"""One line, lower case, marks apart.

    >>> prepared("Win £5!\nNow")
    'win £ 5 ! now'
    """
    return " ".join(MARK.sub(r" \1 ", text.lower()).split())


def answer(job: Job) -> Answer:
    """Write fastText's file, fit, predict; validation rows are learnt from as well."""
    classes = job.classes
    texts, labels = job.texts + job.validation_texts, job.labels + job.validation_labels
    began = time.perf_counter()
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder, "train.txt")
        lines = (
            f"{PREFIX}{classes.index(label)} {prepared(text)}\n"
            for text, label in zip(texts, labels, strict=True)
        )
        file.write_text("".join(lines), encoding="utf-8")
        model = fasttext.train_supervised(
            str(file), thread=job.threads, verbose=0, **{"seed": job.seed, **job.settings}
        )
    fitted = time.perf_counter()
    found = [[0.0] * len(classes) for _ in job.test_texts]
    answers = model.predict([prepared(text) for text in job.test_texts], k=len(classes))
    for row, names, values in zip(found, *answers, strict=True):
        for name, value in zip(names, values, strict=True):
            row[int(name.removeprefix(PREFIX))] = float(value)
    return Answer(
        probabilities=found,
        fit_seconds=fitted - began,
        score_seconds=time.perf_counter() - fitted,
        versions={"fasttext": version("fasttext-wheel")},
    )


if __name__ == "__main__":
    serve(answer)
