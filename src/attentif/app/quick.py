"""The verbs that answer texts, without typer: it takes longer to load than they to answer.

Only lines that are plainly right are understood here, by the same tables of flags; all others,
`--help` among them, are left to `commands`, where typer has the last word.
"""

from collections.abc import Callable, Sequence
from dataclasses import fields
from functools import partial
from pathlib import Path
from typing import Any, NamedTuple

from attentif.app.options import JsonOption, PredictOptions
from attentif.app.transducer_flags import WritingOptions
from attentif.data.options import ReadOptions


class Line(NamedTuple):
    """The arguments of a line, and its flags in their types."""

    arguments: list[str]
    flags: dict[str, Any]


def understood(line: Sequence[str]) -> Callable[[], None] | None:
    """What a line asks for, ready to be done; None where it is not plain."""
    verb, *rest = line
    if verb == "predict":
        found = parsed(rest, PredictOptions, ReadOptions)
        return partial(predict, found) if found and 1 <= len(found.arguments) <= 2 else None
    if verb == "explain":
        found = parsed(rest, JsonOption)
        return partial(explain, found) if found and len(found.arguments) >= 2 else None
    return None


def predict(line: Line) -> None:
    """`attentif predict MODEL [FILE]`."""
    model, source = [*line.arguments, "-"][:2]
    chosen = PredictOptions(**given(line, PredictOptions)), ReadOptions(**given(line, ReadOptions))
    from attentif.ship.folder import is_transducer

    if is_transducer(Path(model)):
        from attentif.app.write import predict as write

        return write(Path(model), source, *chosen, WritingOptions())
    from attentif.app.predict import run

    run(Path(model), source, *chosen)


def explain(line: Line) -> None:
    """`attentif explain MODEL TEXT...`."""
    model, *texts = line.arguments
    chosen = JsonOption(**given(line, JsonOption))
    from attentif.ship.folder import is_transducer

    if is_transducer(Path(model)):
        from attentif.app.explain import given as lines_of
        from attentif.app.write import explain as align

        return align(Path(model), lines_of(texts), chosen, page="")
    from attentif.app.explain import run

    run(Path(model), texts, chosen)


def given(line: Line, group: type) -> dict[str, Any]:
    """The flags of the line that are of a group."""
    return {f.name: line.flags[f.name] for f in fields(group) if f.name in line.flags}


def parsed(words: Sequence[str], *groups: type) -> Line | None:
    """A line in its parts; None where typer must look at it.

    >>> parsed(["model", "--json", "--threads=2", "-"], PredictOptions)
    Line(arguments=['model', '-'], flags={'json': True, 'threads': 2})
    """
    kinds = {f.name: type(f.default) for group in groups for f in fields(group)}
    arguments: list[str] = []
    flags: dict[str, Any] = {}
    rest = iter(words)
    for word in rest:
        if word == "-" or not word.startswith("-"):
            arguments.append(word)
            continue
        dashed, equals, value = word.removeprefix("--").partition("=")
        name, on = dashed.replace("-", "_"), True
        if kinds.get(name.removeprefix("no_")) is bool:
            name, on = name.removeprefix("no_"), not name.startswith("no_")
        kind = kinds.get(name)
        if kind not in (bool, int, str) or "_" in dashed or (kind is bool and equals):
            return None
        if kind is bool:
            flags[name] = on
            continue
        value = value if equals else next(rest, "")
        if kind is int and not value.removeprefix("-").isdecimal() or not (value or equals):
            return None
        flags[name] = kind(value)
    return Line(arguments, flags)
