"""The peers on scoring speed: TF-IDF and a linear SVM of scikit-learn, learnt and answering.

    python -m benchmarks.svm_scoring FOUND.json learn MODEL.joblib (word|char) messages.csv
    python -m benchmarks.svm_scoring FOUND.json answer MODEL.joblib messages.csv answers.csv

A program of its own, so that time and memory are those of a whole process; FOUND.json gets
`peak_mib`. Texts are answered in chunks, as anyone would who has more of them than memory.
"""

import csv
import json
import sys
from collections.abc import Iterator
from itertools import islice
from pathlib import Path

import joblib
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.pipeline import Pipeline
from sklearn.svm import LinearSVC

from benchmarks.machine import peak_memory

CHUNK = 10_000  # texts; smaller ones are slower
FEATURES = {
    "word": {"ngram_range": (1, 2)},
    "char": {"analyzer": "char_wb", "ngram_range": (2, 5)},
}


def main() -> None:
    """Learn or answer."""
    found, verb, model, *rest = sys.argv[1:]
    if verb == "learn":
        learn(Path(model), *rest)
    else:
        answer(Path(model), *rest)
    Path(found).write_text(json.dumps({"peak_mib": peak_memory()}), encoding="utf-8")


def learn(model: Path, kind: str, source: str) -> None:
    """Fit on the labelled rows of a file."""
    labels, texts = zip(*rows_of(source), strict=True)
    pipeline = Pipeline([("features", TfidfVectorizer(**FEATURES[kind])), ("svm", LinearSVC())])
    joblib.dump(pipeline.fit(texts, labels), model)


def answer(model: Path, source: str, target: str) -> None:
    """A CSV file with an answer for each row."""
    pipeline, rows = joblib.load(model), rows_of(source)
    with open(target, "w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(["label", "text", "prediction"])
        while chunk := list(islice(rows, CHUNK)):
            found = pipeline.predict([text for _, text in chunk])
            writer.writerows((*row, label) for row, label in zip(chunk, found, strict=True))


def rows_of(source: str) -> Iterator[tuple[str, str]]:
    """Labels and texts, one by one."""
    with open(source, encoding="utf-8", newline="") as file:
        yield from ((row["label"], row["text"]) for row in csv.DictReader(file))


if __name__ == "__main__":
    main()
