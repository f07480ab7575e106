"""`attentif inspect`: what a network does inside, and whether its attention can be believed."""

import json
from collections.abc import Sequence
from itertools import zip_longest
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from rich.console import Console

from attentif.app.inside import Found, page_of
from attentif.app.lines import print_json
from attentif.app.options import InspectOptions
from attentif.app.output import sentence
from attentif.app.source import load, to_judge
from attentif.data.corpora import NAMES
from attentif.data.options import ReadOptions
from attentif.data.read import Reading
from attentif.data.stream import open_records
from attentif.errors import DataError
from attentif.estimator import TextClassifier, split_rows
from attentif.inspect.attribute import attribute
from attentif.inspect.embeddings import embedding_map
from attentif.inspect.faith import Retraining, believe
from attentif.inspect.gates import gate_use, watch
from attentif.inspect.gradients import back_in_time, spectra
from attentif.inspect.subject import Subject, sample_of
from attentif.inspect.summary import summarize
from attentif.inspect.words import words_that_move
from attentif.report.diagram import diagram
from attentif.report.pages import render
from attentif.report.save import whole
from attentif.ship.folder import strict
from attentif.train.classify import Labelled

PAGE, NUMBERS, DRAWING = "inside.html", "inside.json", "network.svg"
SHOWN = 4  # examples on the page
NAMED = 60  # words on the map


def run(folder: Path, source: str, wishes: InspectOptions, reading: ReadOptions) -> None:
    """Look inside a model with the texts of a file; write page, numbers and drawing."""
    model = TextClassifier.load(folder)
    errors = Console(stderr=True, quiet=wishes.quiet)
    texts, labels = texts_of(source, reading, wishes)
    truth = known(model, labels)
    retraining = None
    if wishes.training:
        retraining = retraining_of(model, to_judge(load(wishes.training, reading)))
        sentence(errors, "Training the controls ...", "dim")
    found = look(model, texts, truth, retraining, wishes.seed)
    about = {"Model": folder.resolve().name, "Texts": f"{len(texts):,} of {source}"}
    content = strict(to_dict(found) | {"model": str(folder), "source": source})
    out = Path(wishes.out)
    out.mkdir(parents=True, exist_ok=True)
    files = {
        PAGE: render(page_of(found, about)),
        NUMBERS: json.dumps(content, ensure_ascii=False, allow_nan=False, indent=1) + "\n",
        DRAWING: diagram(found.summary.blocks),
    }
    for name, text in files.items():
        with whole(out / name) as unfinished:
            unfinished.write_text(text, encoding="utf-8")
    if wishes.json:
        print_json(content)
        return
    console = Console()
    sentence(console, found.faith.verdict.sentence)
    sentence(console, f"Page: {out / PAGE}")


def look(
    model: TextClassifier,
    texts: Sequence[str],
    truth: NDArray[np.int64] | None,
    retraining: Retraining | None,
    seed: int,
) -> Found:
    """Everything that the page shows."""
    subject = Subject(model.network_, model.front_end_, model.decision_)
    faith = believe(subject, texts, truth=truth, retraining=retraining, seed=seed)
    words = words_that_move(subject, texts, seed=seed)
    sample = sample_of(subject, texts)
    order = np.argsort(np.abs(sample.lengths - np.median(sample.lengths)), kind="stable")
    answers = sample.explained[order]
    turns = [order[answers == answer] for answer in np.unique(answers)]
    chosen = [int(rows[k]) for k in range(SHOWN) for rows in turns if k < len(rows)][:SHOWN]
    ranks = zip_longest(*words.effects.values())  # the strongest word of each class first
    moving = [effect.word for rank in ranks for effect in rank if effect]
    frequent = subject.front_end.vocabulary.words[:NAMED]
    return Found(
        faith=faith,
        words=words,
        examples=[attribute(subject, texts[row]) for row in chosen],
        watched=watch(subject, texts[chosen[-1]]),
        gates=gate_use(subject, sample),
        gradients=back_in_time(subject, sample, truth),
        spectra=spectra(subject.network),
        embeddings=embedding_map(subject, [*moving, *frequent], most=NAMED),
        summary=summarize(subject.network),
    )


def to_dict(found: Found) -> dict[str, object]:
    """All numbers, ready for JSON."""
    return {
        "faith": found.faith.to_dict(),
        "words": found.words.to_dict(),
        "examples": [one.to_dict() for one in found.examples],
        "gates": [one.to_dict() for one in found.gates],
        "gradients": [one.to_dict() for one in found.gradients],
        "singular_values": [one.to_dict() for one in found.spectra],
        "embeddings": found.embeddings.to_dict(),
        "network": found.summary.to_dict(),
    }


def texts_of(
    source: str, reading: ReadOptions, wishes: InspectOptions
) -> tuple[list[str], list[str | None]]:
    """The texts that are looked at, blank ones left out, and their labels where there are any.

    Raises:
        DataError: no text.
    """
    if source in NAMES and not Path(source).is_file():
        rows = [(one.text, one.label) for one in to_judge(load(source, reading)).examples]
    else:
        with open_records(source, reading, lines=False) as records:
            rows = [(one.text, one.label) for one in records if one.text.strip()]
    if not rows:
        raise DataError(f"{source} has no text to look at. Give one a line, or a table of them.")
    if 0 < wishes.texts < len(rows):
        order = np.random.default_rng(wishes.seed).permutation(len(rows))
        rows = [rows[row] for row in np.sort(order[: wishes.texts])]
    return [text for text, _ in rows], [label for _, label in rows]


def known(model: TextClassifier, labels: Sequence[str | None]) -> NDArray[np.int64] | None:
    """The classes of the texts, where the model knows all of them."""
    places = {label: place for place, label in enumerate(model.decision_.labels)}
    found = [places.get(label or "") for label in labels]
    if None in found:
        return None
    return np.array(found, np.int64)


def retraining_of(model: TextClassifier, reading: Reading) -> Retraining:
    """The rows of the controls, split as those of the model were."""
    labels = [example.label for example in reading.examples]
    truth = known(model, labels)
    if truth is None:
        raise DataError(
            f"the rows to train the controls on must have the model's labels"
            f" {list(model.decision_.labels)}, got others. Give the rows of its training."
        )
    rows = Labelled([example.text for example in reading.examples], truth)
    training, validation, _ = split_rows(model.settings_, labels, rows)
    return Retraining(model.settings_, training, validation)
