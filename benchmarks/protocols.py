"""The protocols of the quality benchmark: which rows teach, choose and judge, and how often.

A protocol with one split is repeated with several seeds; one with several splits is trained
once on each. Whatever is chosen (epoch, temperature) is chosen on validation rows, drawn from
the training rows where the data bring none of their own.
"""

from collections.abc import Callable, Iterator
from typing import NamedTuple

import numpy as np

from attentif.account import Parts, Rows
from attentif.app.material import rows_of
from attentif.config import Settings
from attentif.data.check import key_of
from attentif.data.corpora import Loaded, load
from attentif.data.split import stratified
from attentif.errors import DataError

TEST = 0.2  # share of the rows to judge on, where a protocol draws them


class Trial(NamedTuple):
    """One training: trials of one split have the same test rows and the same rows to learn."""

    split: int
    seed: int
    parts: Parts


class Protocol(NamedTuple):
    """How one row of the table is found.

    about: which rows, in words.
    data: name of the data set.
    metric: what is compared: "accuracy" or "mcc".
    trials: (data, number of seeds) -> the trainings.
    anchors: published figures, with their source; not measured here.
    """

    about: str
    data: str
    metric: str
    trials: Callable[[Loaded, int], Iterator[Trial]]
    anchors: tuple[str, ...] = ()


def fixed(loaded: Loaded, seeds: int) -> Iterator[Trial]:
    """The authors' own split, one trial a seed."""
    if loaded.test is None:
        raise DataError(f"{loaded.name} has no test part of its own. Draw one.")
    train, test = rows_of(loaded.train), rows_of(loaded.test)
    for seed in range(seeds):
        if loaded.validation is None:
            yield Trial(0, seed, chosen(train, test, seed))
        else:
            yield Trial(0, seed, Parts(train, rows_of(loaded.validation), test, ""))


def without_leaks(loaded: Loaded, seeds: int) -> Iterator[Trial]:
    """The same, less the test rows whose text is taught too."""
    for trial in fixed(loaded, seeds):
        train, validation, test, how = trial.parts
        taught = {key_of(text) for text in [*train.texts, *validation.texts]}
        kept = np.array([row for row, t in enumerate(test.texts) if key_of(t) not in taught])
        yield trial._replace(parts=Parts(train, validation, test.at(kept), how))


def random_splits(loaded: Loaded, seeds: int) -> Iterator[Trial]:
    """Twice as many splits as seeds, of the distinct texts, each class in its proportion."""
    rows = distinct(rows_of(loaded.train))
    for number in range(2 * seeds):
        split = stratified(rows.labels, rows.texts, test=TEST, validation=0.0, seed=number)
        train, test = rows.at(split.train), rows.at(split.test)
        yield Trial(number, number, chosen(train, test, number))


def leave_one_out(loaded: Loaded, seeds: int) -> Iterator[Trial]:
    """Each group is judged once by a model of the others; one seed, all rows as they are."""
    if loaded.groups is None:
        raise DataError(f"{loaded.name} has no groups. Draw splits.")
    rows, groups = rows_of(loaded.train), np.array(loaded.groups)
    for number, group in enumerate(sorted(set(loaded.groups))):
        train, test = (
            rows.at(np.flatnonzero(where)) for where in (groups != group, groups == group)
        )
        yield Trial(number, number, chosen(train, test, number))


def distinct(rows: Rows) -> Rows:
    """The first row of each text.

    >>> distinct(Rows(["a", "b", "a"], ["x", "y", "x"], [1, 2, 3])).lines
    [1, 2]
    """
    first = {text: place for place, text in reversed(list(enumerate(rows.texts)))}
    return rows.at(np.array(sorted(first.values())))


def chosen(train: Rows, test: Rows, seed: int) -> Parts:
    """Parts with validation rows drawn from the training rows, as the product draws them."""
    share = Settings().validation
    split = stratified(train.labels, train.texts, test=0.0, validation=share, seed=seed)
    return Parts(train.at(split.train), train.at(split.validation), test, "")


ALMEIDA = (
    "linear SVM, MCC .893: Almeida, Gómez Hidalgo, Yamakami 2011, DocEng (its authors' split)",
)
SMS = (
    "Spam Transformer, accuracy 98.92 %, F1 .961: Liu, Lu, Nayak 2021, IEEE Access (other splits)",
)
TREC = (
    "BLSTM-2DCNN 96.1: Zhou et al. 2016, COLING (GloVe vectors)",
    "ULMFiT 96.4: Howard, Ruder 2018, ACL (pre-trained on Wikipedia)",
)
SST = ("LSTM with attention 80.8 to 82.3 without outside data: Jain, Wallace 2019, NAACL",)

PROTOCOLS: dict[str, Protocol] = {
    "sms-almeida": Protocol(
        "SMS, its authors' split (1,674 / 3,900)", "sms-spam-almeida", "mcc", fixed, ALMEIDA
    ),
    "sms-distinct": Protocol(
        "SMS, random splits of the distinct texts", "sms-spam", "mcc", random_splits, SMS
    ),
    "youtube-distinct": Protocol(
        "YouTube, random splits of the distinct texts", "youtube-spam", "accuracy", random_splits
    ),
    "youtube-videos": Protocol(
        "YouTube, leave one video out", "youtube-spam", "accuracy", leave_one_out
    ),
    "trec-6": Protocol("TREC, 6 classes, official split", "trec", "accuracy", fixed, TREC),
    "trec-50": Protocol("TREC, 50 classes, official split", "trec-fine", "accuracy", fixed),
    "sst2": Protocol("SST-2, sentences, official split", "sst2", "accuracy", fixed, SST),
    "french-tv": Protocol(
        "French TV reviews, official split", "french-tv-reviews", "accuracy", fixed
    ),
    "french-tv-no-leaks": Protocol(
        "French TV reviews, less the test texts that are also taught",
        "french-tv-reviews", "accuracy", without_leaks,
    ),
    "sms-french": Protocol(
        "SMS translated to French by a machine, random splits of the distinct texts",
        "sms-french", "mcc", random_splits,
    ),
}  # fmt: skip


def load_for(protocol: Protocol) -> Loaded:
    """Its data; an error of the data room where they are missing."""
    return load(protocol.data)
