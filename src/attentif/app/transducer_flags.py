"""What `train` can be told when it trains a transducer; light, for `--help`."""

from collections.abc import Iterable
from dataclasses import dataclass, field, fields, make_dataclass
from pathlib import Path

from attentif.app.options import Options
from attentif.config import Settings, TransducerSettings, setting
from attentif.errors import ConfigError

SHARED = {f.name for f in fields(Settings)} & {f.name for f in fields(TransducerSettings)}
TransducerFlags = make_dataclass(  # the settings whose flags a classifier does not have too
    "TransducerFlags",
    [
        (f.name, f.type, field(default=f.default, metadata=f.metadata))
        for f in fields(TransducerSettings)
        if f.name not in SHARED
    ],
    kw_only=True,
)


@dataclass(frozen=True, kw_only=True)
class Apart(Options):
    """Where the targets are, if not in the file of the sources."""

    target_file: str = setting("", "the targets, a text a line, where the file has sources only")


@dataclass(frozen=True, kw_only=True)
class PairOptions(Apart):
    """Which task, and where its pairs are."""

    task: str = setting("classify", "what is learnt", ("classify", "transduce"))
    day_first: bool = setting(True, "with `dates`: numbers name the day before the month")


@dataclass(frozen=True, kw_only=True)
class SearchOptions(Options):
    """How a transducer's outputs are searched for."""

    beam: int = setting(0, "hypotheses kept at each step; 0: as the model was made", ">= 0")
    copy: bool = setting(False, "unknown units: copy the source's with most attention, marked")


@dataclass(frozen=True, kw_only=True)
class WritingOptions(SearchOptions):
    """The same, and how many outputs are written."""

    n_best: int = setting(1, "outputs of each text, with --json; the beam is made as wide", ">= 1")


@dataclass(frozen=True, kw_only=True)
class DecoderOptions(Options):
    """Which kinds of decoder are compared, how often, and where the picture goes."""

    decoders: str = setting("all", "kinds of decoder, by name; or all")
    seeds: int = setting(3, "trainings of each kind, each with a seed of its own", ">= 1")
    picture: str = setting(
        "decoders.svg", "draw the scores by source length into this .svg or .png; '': do not"
    )


OF_CLASSIFIERS = {f.name for f in fields(Settings)} - SHARED | {
    "preset", "baselines", "report", "attention", "splits", "architectures",
}  # fmt: skip
OF_PAIRS = {
    f.name for group in (TransducerFlags, PairOptions, DecoderOptions) for f in fields(group)
} - {"task"}


def check_flags(given: Iterable[str], task: str) -> None:
    """Refuse the flags of the other task.

    Raises:
        ConfigError: one of them was given.
    """
    other, words = {
        "classify": (OF_PAIRS, "for pairs: leave it out, or give --task transduce too"),
        "transduce": (OF_CLASSIFIERS, "for classifiers: leave it out, or --task transduce"),
    }[task]
    for name in given:
        if name in other:
            raise ConfigError(f"{flag_of(name)} is {words}.")


def refuse_for_classifiers(folder: Path, given: Iterable[str]) -> None:
    """Refuse the flags of transducers where the model is none.

    A folder without a model passes: what is wrong with it, opening it says.

    Raises:
        ConfigError: one was given.
    """
    from attentif.ship.folder import MODEL

    if not (folder / MODEL).is_file():
        return
    for name in given:
        raise ConfigError(f"{flag_of(name)} is for transducers, and this is none: leave it out.")


def flag_of(name: str) -> str:
    """A setting as it is written on the command line."""
    return f"--{name.replace('_', '-')}"
