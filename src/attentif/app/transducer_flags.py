"""What `train` can be told when it trains a transducer; light, for `--help`."""

from collections.abc import Iterable
from dataclasses import dataclass, field, fields, make_dataclass

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
class PairOptions(Options):
    """Which task, and where its pairs are."""

    task: str = setting("classify", "what is learnt", ("classify", "transduce"))
    target_file: str = setting("", "the targets, a text a line, where the file has sources only")
    day_first: bool = setting(True, "with `dates`: numbers name the day before the month")


@dataclass(frozen=True, kw_only=True)
class WritingOptions(Options):
    """How a transducer's outputs are searched for."""

    beam: int = setting(0, "hypotheses kept at each step; 0: as the model was made", ">= 0")
    n_best: int = setting(1, "outputs of each text, with --json; at most the beam", ">= 1")
    copy: bool = setting(False, "unknown units: copy the source's with most attention, marked")


@dataclass(frozen=True, kw_only=True)
class DecoderOptions(Options):
    """Which kinds of decoder are compared, how often, and where the picture goes."""

    decoders: str = setting("all", "kinds of decoder, by name; or all")
    seeds: int = setting(3, "trainings of each kind, each with a seed of its own", ">= 1")
    picture: str = setting(
        "decoders.svg", "draw the scores by source length into this .svg or .png; '': do not"
    )


def check_flags(given: Iterable[str], task: str) -> None:
    """Refuse the settings of the other task.

    Raises:
        ConfigError: one of them was given.
    """
    settings = {"classify": Settings, "transduce": TransducerSettings}[task]
    own = {f.name for f in fields(settings)}
    for name in given:
        if name not in own:
            raise ConfigError(
                f"--{name.replace('_', '-')} is no setting of --task {task}: leave it out, or give"
                " the other task."
            )
