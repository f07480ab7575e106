"""What each verb can be told beside the settings of a classifier; light, for `--help`."""

from dataclasses import dataclass, fields

from attentif.config import checked, setting

SHARE = "from 0 up to 1, without 1"


@dataclass(frozen=True, kw_only=True)
class Options:
    """Options that are checked when made."""

    def __post_init__(self) -> None:
        for f in fields(self):
            object.__setattr__(self, f.name, checked(f, getattr(self, f.name)))


@dataclass(frozen=True, kw_only=True)
class Splitting(Options):
    """How rows to judge on are kept aside."""

    test: float = setting(0.2, "share of the rows kept aside to judge on; 0: none", SHARE)
    first: int = setting(0, "train on the first N rows, judge on the others; 0: draw", ">= 0")
    split_column: str = setting("", "column that says train, validation or test")
    test_file: str = setting("", "judge on the rows of this file")

    @property
    def ways(self) -> list[str]:
        """The flags that choose the rows to judge on, of those that were given a value.

        >>> Splitting(first=5, test=0.3).ways
        ['--test', '--first']
        """
        given = [f.name for f in fields(self) if getattr(self, f.name) != f.default]
        return [f"--{name.replace('_', '-')}" for name in given]


@dataclass(frozen=True, kw_only=True)
class TrainOptions(Options):
    """What `train` makes, and how it tells of it."""

    out: str = setting("model", "folder for the model and its report")
    preset: str = setting("", "start from a recipe: workshop-rnn, -lstm or -attention")
    baselines: bool = setting(True, "judge the baselines beside the network")
    report: bool = setting(True, "write report.html and the pictures")
    attention: bool = setting(
        False, "draw the attention at each epoch: attention.html and attention.gif"
    )
    resume: bool = setting(False, "go on with an interrupted training of the same settings")
    quiet: bool = setting(False, "no progress on standard error")
    json: bool = setting(False, "print the content of metrics.json")


@dataclass(frozen=True, kw_only=True)
class PredictOptions(Options):
    """Where and how answers are written."""

    out: str = setting("", "write to this file; empty: standard output")
    lines: bool = setting(False, "one text a line, whatever the file's name")
    escape: bool = setting(True, "disarm formulas in CSV (an apostrophe before = + - @)")
    threads: int = setting(
        0, "processes that answer a large file; 0: one a processor, up to 4", ">= 0"
    )
    json: bool = setting(False, "JSON lines instead of CSV")


@dataclass(frozen=True, kw_only=True)
class DataOptions(Options):
    """What `data` prints."""

    rows: bool = setting(False, "with --json: the examples themselves too")
    json: bool = setting(False, "print JSON")


@dataclass(frozen=True, kw_only=True)
class CompareOptions(Options):
    """Who takes part in a comparison, and on how many splits."""

    splits: int = setting(5, "random splits, the same for all", ">= 1")
    test: float = setting(0.2, "share of the rows to judge on, in each split", SHARE)
    architectures: str = setting("rnn,lstm,gru,attention", "networks, by name; or all, none")
    baselines: str = setting("all", "baselines, by name; or all, none")
    quiet: bool = setting(False, "no progress on standard error")
    json: bool = setting(False, "print JSON")


@dataclass(frozen=True, kw_only=True)
class InspectOptions(Options):
    """How much is looked at, and where it is written."""

    out: str = setting("inside", "folder for the page, the numbers and the drawing")
    texts: int = setting(300, "texts looked at, drawn from the file; 0: all", ">= 0")
    training: str = setting(
        "", "labelled rows: train the controls on them too (twice the time of a training)"
    )
    seed: int = setting(0, "of the texts drawn and the random orders", "from 0 to 4294967295")
    quiet: bool = setting(False, "no progress on standard error")
    json: bool = setting(False, "print the numbers as JSON")


@dataclass(frozen=True, kw_only=True)
class LabOptions(Options):
    """Where an experiment is written, and in which language."""

    out: str = setting("", "folder for the page, the pictures and the numbers; empty: lab/NAME")
    language: str = setting(
        "auto", "of the page; auto: the system's where it is one of these", ("auto", "en", "fr")
    )
    seed: int = setting(
        0, "of all that is drawn: rows, first weights, order", "from 0 to 4294967295"
    )
    minutes: float = setting(
        0.0, "most minutes, of experiments with a time budget; 0: their own", ">= 0"
    )
    quiet: bool = setting(False, "no progress on standard error")
    json: bool = setting(False, "print the numbers as JSON")


@dataclass(frozen=True, kw_only=True)
class ExportOptions(Options):
    """Where the smaller folder goes."""

    out: str = setting("model-small", "folder for the smaller model")
    json: bool = setting(False, "print JSON")


@dataclass(frozen=True, kw_only=True)
class JsonOption(Options):
    """For people, or for machines."""

    json: bool = setting(False, "print JSON")
