"""Data sets by name, each with its licence, its citation and its own split."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from difflib import get_close_matches
from importlib import resources
from pathlib import Path

from attentif.data.fetch import DataFile, locate
from attentif.data.options import ReadOptions
from attentif.data.read import DEFAULTS, Example, Reading, read
from attentif.errors import DataError

SHIPPED = "messages"


@dataclass(frozen=True, kw_only=True)
class Corpus:
    """A data set that is known by name.

    Attributes:
        about: one sentence.
        train, validation, test: its files; those of one part are read one after another.
        options: how they are read.
        first: so many lines are for training, the others for the test; 0: no such split.
        grouped: each file of `train` is a group that should be held out as a whole.
        relabel: changes each label.
        home: where a person finds it.
    """

    about: str
    train: tuple[DataFile, ...]
    validation: tuple[DataFile, ...] = ()
    test: tuple[DataFile, ...] = ()
    options: ReadOptions = DEFAULTS
    first: int = 0
    grouped: bool = False
    relabel: Callable[[str], str] | None = None
    licence: str
    citation: str
    home: str


@dataclass(frozen=True, kw_only=True)
class Loaded:
    """Data ready to be split or used as their authors split them.

    Attributes:
        train: the examples; all of them when there is no official test part.
        groups: for each example of `train`, the group it belongs to, if there are groups.
        provenance: one sentence on where the data come from.
    """

    name: str
    train: Reading
    validation: Reading | None = None
    test: Reading | None = None
    groups: list[str] | None = None
    licence: str = ""
    citation: str = ""
    provenance: str = ""


def load(name: str) -> Loaded:
    """A data set by its name.

    Raises:
        DataError: no such name (the nearest is proposed), or a file that is not here and
            cannot be fetched (the message says where to put it).

    Example:
        >>> sorted(set(load("messages").train.labels))
        ['ham', 'spam']
    """
    if name == SHIPPED:
        return _shipped()
    if name not in CORPORA:
        near = get_close_matches(name, NAMES, n=1)
        hint = f" Did you mean {near[0]!r}?" if near else ""
        raise DataError(f"expected a data set of {', '.join(NAMES)}, got {name!r}.{hint}")
    corpus = CORPORA[name]
    parts = [_part(corpus, files) for files in (corpus.train, corpus.validation, corpus.test)]
    train = parts[0][0]
    validation, test = (_joined(name, readings) for readings in parts[1:])
    groups = None
    if corpus.grouped:
        groups = [Path(r.source).stem for r in parts[0] for _ in r.examples]
    if len(parts[0]) > 1:
        train = _joined(name, parts[0]) or train
    if corpus.first:
        train, test = _cut(train, corpus.first)
    return Loaded(
        name=name, train=train, validation=validation, test=test, groups=groups,
        licence=corpus.licence, citation=corpus.citation,
        provenance=f"{corpus.about} {corpus.citation}. {corpus.licence}. {corpus.home}",
    )  # fmt: skip


def resolve(source: str | Path | None, options: ReadOptions = DEFAULTS) -> Loaded:
    """What a user means by a word: nothing, a file, standard input, or a data set's name.

    Args:
        source: None for the shipped messages; a file that exists comes before a name.
        options: for files.

    Raises:
        DataError: neither a file nor a name, or the file cannot be used.
    """
    if source is None:
        return load(SHIPPED)
    given = str(source)
    if given in NAMES and not Path(given).is_file():
        return load(given)
    try:
        reading = read(source, options)
    except DataError as error:
        if "no such file" not in str(error) or Path(given).suffix or "/" in given:
            raise
        near = get_close_matches(given, NAMES, n=1)
        hint = f" Did you mean {near[0]!r}?" if near else ""
        raise DataError(
            f"expected a file or a data set ({', '.join(NAMES)}), got {given!r}, which is"
            f" neither.{hint}"
        ) from error
    return Loaded(name=reading.source, train=reading, provenance=f"The file {reading.source}.")


def _shipped() -> Loaded:
    """The messages that come with this package."""
    with resources.as_file(resources.files("attentif.data") / "messages.csv") as path:
        reading = replace(read(path), source=SHIPPED)
    return Loaded(
        name=SHIPPED, train=reading, licence="CC0 1.0",
        provenance="Invented messages in English and French, shipped with this package:"
        " a demonstration, not a benchmark.",
    )  # fmt: skip


def _part(corpus: Corpus, files: tuple[DataFile, ...]) -> list[Reading]:
    """The files of one part, read."""
    readings = [read(locate(file, corpus.home), corpus.options) for file in files]
    relabel = corpus.relabel
    if relabel is None:
        return readings
    return [
        replace(r, examples=[e._replace(label=relabel(e.label)) for e in r.examples])
        for r in readings
    ]


def _joined(name: str, readings: list[Reading]) -> Reading | None:
    """One reading from those of several files; lines are those of each file."""
    if len(readings) < 2:
        return readings[0] if readings else None
    return replace(
        readings[0],
        source=name,
        examples=[example for r in readings for example in r.examples],
        dropped=[dropped for r in readings for dropped in r.dropped],
        warnings=[f"{Path(r.source).name}: {said}" for r in readings for said in r.warnings],
        records=sum(r.records for r in readings),
        lines=sum(r.lines for r in readings),
    )


def _cut(reading: Reading, first: int) -> tuple[Reading, Reading]:
    """The examples up to a line, and those after it."""
    head: list[Example] = []
    tail: list[Example] = []
    for example in reading.examples:
        (head if example.line <= first else tail).append(example)
    parts = (replace(reading, examples=part, records=len(part)) for part in (head, tail))
    return next(parts), next(parts)


def _coarse(label: str) -> str:
    """The class before the colon: NUM of NUM:date."""
    return label.partition(":")[0]


def _label_and_text(delimiter: str, encoding: str = "utf-8") -> ReadOptions:
    """A label and a text on each line, without names and without special quotes."""
    return ReadOptions(
        encoding=encoding, delimiter=delimiter, header="no", quotes="no",
        label_column="1", text_column="2",
    )  # fmt: skip


_SMS = Corpus(
    about="SMS Spam Collection: 5,574 messages in English, 747 of them spam.",
    train=(
        DataFile(
            "sms-spam/SMSSpamCollection",
            "https://archive.ics.uci.edu/static/public/228/sms+spam+collection.zip",
            "7d039a24a6083ed9ef0f806ebad56bbb976e3aeb8de05669173bfdc4996c239d",
            "SMSSpamCollection",
        ),
    ),
    options=_label_and_text("tab"),
    licence="CC BY 4.0",
    citation="Almeida, Gómez Hidalgo, Yamakami 2011, Contributions to the Study of SMS Spam"
    " Filtering: New Collection and Results, DocEng",
    home="https://archive.ics.uci.edu/dataset/228/sms+spam+collection",
)  # fmt: skip
_TREC = Corpus(
    about="TREC questions: what kind of answer is asked for; 6 classes, official split.",
    train=(
        DataFile(
            "trec/TREC.train",
            "https://cogcomp.seas.upenn.edu/Data/QA/QC/train_5500.label",
            "9e4c8bdcaffb96ed61041bd64b564183d52793a8e91d84fc3a8646885f466ec3",
        ),
    ),
    test=(
        DataFile(
            "trec/TREC.test",
            "https://cogcomp.seas.upenn.edu/Data/QA/QC/TREC_10.label",
            "033f22c028c2bbba9ca682f68ffe204dc1aa6e1cf35dd6207f2d4ca67f0d0e8e",
        ),
    ),
    options=_label_and_text("space", "latin-1"),
    relabel=_coarse,
    licence="for research",
    citation="Li, Roth 2002, Learning Question Classifiers, COLING",
    home="https://cogcomp.seas.upenn.edu/Data/QA/QC/",
)


def _sst(kind: str, about: str) -> Corpus:
    """The Stanford Sentiment Treebank's sentences in two or five classes."""
    train, validation, test = (
        (DataFile(f"sst2/stsa.{kind}.{part}"),) for part in ("train", "dev", "test")
    )
    return Corpus(
        about=about, train=train, validation=validation, test=test,
        options=_label_and_text("space"),
        licence="for research",
        citation="Socher et al. 2013, Recursive Deep Models for Semantic Compositionality Over a"
        " Sentiment Treebank, EMNLP",
        home="https://nlp.stanford.edu/sentiment/",
    )  # fmt: skip


CORPORA: dict[str, Corpus] = {
    "sms-spam": _SMS,
    "sms-spam-almeida": replace(
        _SMS, about=_SMS.about + " Its authors' split: the first 1,674 lines teach.", first=1674
    ),
    "youtube-spam": Corpus(
        about="YouTube Spam Collection: 1,956 comments under five videos, 1,005 of them spam.",
        train=tuple(
            DataFile(f"youtube-spam/youtube0{i}-{video}.csv")
            for i, video in enumerate(("psy", "katyperry", "lmfao", "eminem", "shakira"), 1)
        ),
        grouped=True,
        licence="CC BY 4.0",
        citation="Alberto, Lochter, Almeida 2015, TubeSpam: Comment Spam Filtering on YouTube,"
        " ICMLA",
        home="https://archive.ics.uci.edu/dataset/380/youtube+spam+collection",
    ),
    "trec": _TREC,
    "trec-fine": replace(_TREC, about=_TREC.about.replace("6 classes", "50 classes"), relabel=None),
    "french-tv-reviews": Corpus(
        about="Reviews of television series in French, positive (1) or negative (0).",
        train=(DataFile("french-tv-reviews/train.tsv"),),
        validation=(DataFile("french-tv-reviews/dev.tsv"),),
        test=(DataFile("french-tv-reviews/test.tsv"),),
        options=_label_and_text("tab"),
        licence="for research",
        citation="Dong, de Melo 2018, A Helping Hand: Transfer Learning for Deep Sentiment"
        " Analysis, ACL",
        home="https://aclanthology.org/P18-1235/",
    ),
    "sst2": _sst("binary", "Stanford Sentiment Treebank: sentences, positive (1) or negative (0)."),
    "sst5": _sst("fine", "Stanford Sentiment Treebank: sentences, from very negative 0 to 4."),
    "sms-french": replace(
        _SMS,
        about="The SMS Spam Collection, translated to French by a machine: noisy, no real"
        " French SMS.",
        train=(DataFile("sms-french-mt/sms-fr.csv"),),
        options=DEFAULTS,
    ),
}
NAMES = (SHIPPED, *CORPORA)
