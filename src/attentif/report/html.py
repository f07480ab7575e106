"""The report of a training as one page: self-contained, escaped, light and dark."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from xml.etree import ElementTree

from jinja2 import Environment, PackageLoader, StrictUndefined, Template
from markupsafe import Markup

from attentif.errors import DataError
from attentif.report import wording
from attentif.report.palette import DARK, NAMES
from attentif.report.printable import printable
from attentif.report.ranking import Row, baseline_wins, ranked
from attentif.report.tokens import shaded

PLACES = {  # section -> the figures that stand in it, by name
    "scores": ("scores", "comparison"),
    "decision": ("precision_recall", "calibration"),
    "mistakes": ("confusion",),
    "data": ("class_counts", "lengths"),
    "training": ("curves",),
}
"""A figure of another name stands in a section of its own, "More figures"."""

REM_A_POINT = 50 / 504  # a figure of 7 inches is 50 rem wide where there is room
ELEMENTS = frozenset(
    "svg g path use text tspan defs clipPath rect image title desc".split()
)  # all that `to_svg` writes
_ID = re.compile(r"(?<=\bid=\")|(?<=href=\"#)|(?<=url\(#)")
_NAMESPACE = re.compile(r" xmlns(:\w+)?=\"[^\"]*\"")
_SIZE = re.compile(r" width=\"([\d.]+)pt\" height=\"[\d.]+pt\"")
_TAG = re.compile(r"<[^>]*>")


@dataclass(frozen=True)
class Number:
    """One of the two or three large numbers at the top, with its interval."""

    name: str
    value: float
    low: float | None = None
    high: float | None = None
    note: str = ""
    percent: bool = False


@dataclass(frozen=True)
class ClassScores:
    """The scores of one class; `support` is its number of texts."""

    label: str
    precision: float
    recall: float
    f1: float
    support: int


@dataclass(frozen=True)
class ScoreTable:
    """The scores on one split, such as "Test": of all texts together, and of each class."""

    title: str
    overall: Sequence[Number]
    classes: Sequence[ClassScores] = ()
    note: str = ""


@dataclass(frozen=True)
class Mistake:
    """A text that was answered wrongly, its tokens with their weights."""

    tokens: Sequence[tuple[str, float]]
    true: str
    predicted: str
    probability: float
    line: int | None = None


@dataclass(frozen=True)
class DroppedRow:
    """A row of the file that was not used, and why."""

    line: int
    reason: str
    text: str


@dataclass(frozen=True)
class Report:
    """All that the page says, as plain data; an empty part leaves its section out.

    Args:
        title: of the page.
        headline: sentences, the first one the honest verdict: a baseline that wins is
            said first (see `ranking.verdict`).
        numbers: the two or three that are written large.
        provenance: who made this, when, from what; name -> value, at the foot.
        facts: about the source: name, encoding, columns, rows; name -> value. Whole
            numbers get their thousands set apart; give a seed as a text.
        splits: split -> number of texts.
        warnings: sentences.
        label_counts: class -> number of texts.
        dropped: reason -> number of rows.
        dropped_rows: the rows themselves, or the first of them.
        score_tables: validation, and test when there is one.
        baselines: the model beside the baselines; mappings as for `scores.scores`, and
            `note`, such as what a paired test says.
        decision: the threshold, what it was chosen for, what it gave.
        figures: name -> SVG of `save.to_svg`; see `PLACES` for the names.
        captions: name of a figure -> sentence below it.
        mistakes: the ones worth reading.
        separator: what stands between two tokens of a mistake.
        settings: name -> value, written as it can be typed again.
        versions: name -> version.
        commands: (what it does, command line) to use the model again.
    """

    title: str
    headline: Sequence[str]
    numbers: Sequence[Number] = ()
    provenance: Mapping[str, object] = field(default_factory=dict)
    facts: Mapping[str, object] = field(default_factory=dict)
    splits: Mapping[str, int] = field(default_factory=dict)
    warnings: Sequence[str] = ()
    label_counts: Mapping[str, int] = field(default_factory=dict)
    dropped: Mapping[str, int] = field(default_factory=dict)
    dropped_rows: Sequence[DroppedRow] = ()
    score_tables: Sequence[ScoreTable] = ()
    baselines: Sequence[Row] = ()
    decision: str = ""
    figures: Mapping[str, str] = field(default_factory=dict)
    captions: Mapping[str, str] = field(default_factory=dict)
    mistakes: Sequence[Mistake] = ()
    separator: str = " "
    settings: Mapping[str, object] = field(default_factory=dict)
    versions: Mapping[str, str] = field(default_factory=dict)
    commands: Sequence[tuple[str, str]] = ()


def render(report: Report) -> str:
    """The page. It needs no network, runs no script, and escapes every text.

    Raises:
        DataError: a figure is not an SVG as `to_svg` writes it.
    """
    drawn = {name: inlined(name, svg) for name, svg in report.figures.items()}
    placed = {name for names in PLACES.values() for name in names}
    places = {
        section: [name for name in names if name in drawn] for section, names in PLACES.items()
    }
    return _template().render(
        report=report,
        figures=drawn,
        places=places | {"more": [name for name in drawn if name not in placed]},
        beaten=baseline_wins(report.baselines),
        rows=ranked(report.baselines) if report.baselines else [],
        noted=any(row.get("note") for row in report.baselines),
        light={name: colour for colour, name in NAMES.items()},
        dark={name: DARK[colour] for colour, name in NAMES.items()},
    )


def inlined(name: str, svg: str) -> Markup:
    """A figure as an element of the page, in the page's colours and with ids of its own.

    Args:
        name: of the figure; its ids start with it.
        svg: what `to_svg` gave; anything else is refused, for it is not escaped here.

    Raises:
        DataError: an element, an attribute or a reference that `to_svg` never writes.
    """
    _refuse_foreign(name, svg)
    width = _SIZE.search(svg)
    widest = f"{float(width[1]) * REM_A_POINT:.2f}rem" if width else "100%"
    prefix = f"{_slug(name)}-"

    def themed(tag: re.Match[str]) -> str:
        text = _ID.sub(prefix, tag[0])
        for colour, variable in NAMES.items():
            text = text.replace(colour, f"var(--{variable})")
        return text

    body = _TAG.sub(themed, svg)
    first, rest = body.split(">", 1)
    first = _NAMESPACE.sub("", _SIZE.sub("", first))
    return Markup(f'{first} style="--widest: {widest}">{rest.strip()}')


def _refuse_foreign(name: str, svg: str) -> None:
    """Raise for whatever could load or run something."""
    problem = ""
    try:
        if "<!" in svg or "<?" in svg:
            raise DataError(f"figure {name!r} must be an SVG element of to_svg, got a document.")
        for element in ElementTree.fromstring(svg).iter():
            kind = element.tag.rpartition("}")[2]
            if kind not in ELEMENTS:
                problem = f"the element <{kind}>"
            for key, value in element.attrib.items():
                if not _harmless(key.rpartition("}")[2], value):
                    problem = f"the attribute {key}"
    except ElementTree.ParseError as error:
        problem = f"text that is not XML ({error})"
    if problem:
        raise DataError(f"figure {name!r} must be an SVG of to_svg, got {problem}.")


def _harmless(key: str, value: str) -> bool:
    """Whether an attribute neither runs anything nor points outside the figure."""
    if key.lower().startswith("on"):
        return False
    if key == "href":
        return value.startswith(("#", "data:image/png;base64,"))
    return "url(" not in value.replace("url(#", "")


def _slug(name: str) -> str:
    """A name as an id of the page may be."""
    return re.sub(r"\W", "-", name)


@cache
def _template() -> Template:
    """The page's template; escaping is on for all of it."""
    environment = Environment(
        loader=PackageLoader("attentif.report"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters |= {
        "count": wording.count,
        "share": wording.share,
        "score": wording.score,
        "slug": _slug,
        "shown": _shown,
        "literal": _literal,
    }
    environment.globals |= {"interval": wording.interval, "shaded": shaded, "figure_of": _figure_of}
    return environment.get_template("report.html.jinja")


def _figure_of(number: Number) -> tuple[str, str]:
    """A number and its interval as they are written."""
    if not number.percent:
        return wording.score(number.value), wording.interval(number.low, number.high)
    low, high = wording.share(number.low), wording.share(number.high)
    between = "" if wording.MISSING in (low, high) else f"{low} to {high}"
    return wording.share(number.value), between


def _shown(value: object) -> str:
    """A plain value as a reader writes it, thousands set apart."""
    if isinstance(value, int) and not isinstance(value, bool):
        return wording.count(value)
    return _literal(value)


def _literal(value: object) -> str:
    """A setting's value as it can be typed again, lists with commas."""
    if isinstance(value, bool) or value is None:
        return {True: "yes", False: "no", None: wording.MISSING}[value]
    if isinstance(value, float):
        return f"{value:g}"
    if isinstance(value, (list, tuple)):
        return ", ".join(_literal(part) for part in value) or "none"
    return printable(str(value)) or "(empty)"
