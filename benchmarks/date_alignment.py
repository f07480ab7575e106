"""Does the network look at the year when it writes the year? Dates, whose parts can be told.

    python -m benchmarks.date_alignment [--picture FILE] [--json FILE]

The model of `benchmarks.pairs dates` (trained here if it is not kept yet) writes the test
part. In sources whose numbers say where year, day and, if it is a number, month stand, the
attention of each figure written is compared with the place of its part: does the source's
unit with most weight lie there, and how much of the weight does. The picture is that of one
text of the test part.
"""

import argparse
import re
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import numpy as np

from attentif.data.pair_corpora import LoadedPairs
from attentif.errors import AttentifError, DataError
from attentif.report.alignment import alignment_map
from attentif.report.save import to_svg, whole
from attentif.transducer import Transducer
from benchmarks.pair_protocols import PROTOCOLS, load_for, settings_for
from benchmarks.pair_training import learnt
from benchmarks.peers.environments import FOLDER
from benchmarks.record import Goal, Section, exit_code, keep

QUESTION = "Does the network look where the parts of a date stand?"
NAME, SHOWN = "dates", "Monday, July 17th, 2028"
FIGURES = {"year": (0, 1, 2, 3), "month": (5, 6), "day": (8, 9)}  # of 1999-11-14
WANTED = 0.9  # share of the figures
NUMBER = re.compile(r"\d+")


class Look(NamedTuple):
    """One figure written: whether the most weight lay on its part, and how much lay there."""

    part: str
    there: bool
    weight: float


def main() -> int:
    """Measure and draw; 1 when a goal falls short."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--picture", type=Path, help="an .svg file")
    parser.add_argument("--json", type=Path)
    arguments = parser.parse_args()
    try:
        loaded = load_for(NAME)
        model = trained(loaded)
    except AttentifError as error:
        print(f"skipped: {error}", file=sys.stderr)
        return 0
    if arguments.picture:
        draw(model, SHOWN, arguments.picture)
    section = section_of(model, loaded)
    section.show()
    keep(arguments.json, QUESTION, NAME, section)
    return exit_code([section])


def trained(loaded: LoadedPairs) -> Transducer:
    """The model of the protocol, seed 0."""
    if loaded.validation is None:
        raise DataError(f"{NAME} has no part to choose the epoch by.")
    settings = settings_for(loaded, PROTOCOLS[NAME], 0, {})
    place = FOLDER / "transducers" / f"{NAME}-seed-0"
    return learnt(place, settings, loaded.train, loaded.validation).model


def places_of(text: str) -> dict[str, tuple[int, int]]:
    """Where the parts stand, as far as the numbers say it; nothing where they do not.

    >>> places_of("Sunday, 14 November 1999"), places_of("7.3.1986")["month"], places_of("3/4/05")
    ({'day': (8, 10), 'year': (20, 24)}, (2, 3), {})
    """
    found = [match.span() for match in NUMBER.finditer(text)]
    long = [end - start == 4 for start, end in found]
    orders = {
        (False, True): ("day", "year"),
        (True, False): ("year", "day"),
        (False, False, True): ("day", "month", "year"),
        (True, False, False): ("year", "month", "day"),
    }
    return dict(zip(orders.get(tuple(long), ()), found, strict=False))


def looks_of(model: Transducer, texts: list[str], right: list[str]) -> Iterator[Look]:
    """Every figure whose part can be told, of the outputs that are right."""
    for text, wanted, output in zip(texts, right, model.write(texts), strict=True):
        if output.text != wanted or output.weights is None:
            continue
        middles = np.array([(unit.start + unit.end) / 2 for unit in output.source])
        for part, (start, end) in places_of(text).items():
            inside = (start <= middles) & (middles <= end)
            for row in FIGURES[part]:
                weights = output.weights[row]
                yield Look(part, bool(inside[weights.argmax()]), float(weights[inside].sum()))


def section_of(model: Transducer, loaded: LoadedPairs) -> Section:
    """A line a part."""
    if loaded.test is None:
        raise DataError(f"{NAME} has no part to judge on.")
    looks = list(looks_of(model, loaded.test.sources, loaded.test.targets))
    section = Section(
        "Dates: where the attention lies while a part is written",
        ("", "figures", "most weight on the part %", "weight on the part %"),
        sentences=[loaded.provenance],
    )
    for part in FIGURES:
        own = [look for look in looks if look.part == part]
        there = float(np.mean([look.there for look in own]))
        weight = float(np.mean([look.weight for look in own]))
        section.rows.append([part, f"{len(own):,}", f"{100 * there:.1f}", f"{100 * weight:.1f}"])
        section.goals.append(
            Goal(
                f"the {part}: most weight on it for at least {WANTED:.0%} of its figures",
                f"{100 * there:.1f} %",
                there >= WANTED,
            )
        )
    return section


def draw(model: Transducer, text: str, path: Path) -> None:
    """Write the alignment of one text, through a temporary name."""
    found = model.explain(text)
    if found.weights is None:
        raise DataError("this model has no attention to draw.")
    source = [unit.text for unit in found.source]
    second = f"{text} → {found.output.text}"
    figure = alignment_map(source, found.target, found.weights, second=second)
    with whole(path) as unfinished:
        unfinished.write_text(to_svg(figure), encoding="utf-8")


if __name__ == "__main__":
    sys.exit(main())
