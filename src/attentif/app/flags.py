"""Command-line flags made from the tables of settings, so that they cannot drift apart.

`learning_rate: float = setting(0.002, "step size ...", "> 0")` becomes
`--learning-rate FLOAT  step size ... [default: 0.002]`. A flag that is not given leaves
the value to the preset or to the default.
"""

import inspect
from collections.abc import Callable
from dataclasses import Field, field, fields, make_dataclass
from typing import Any

import typer
from rich.markup import escape

from attentif.config import TransducerSettings

Command = Callable[..., None]
OF_TRANSDUCERS = {f.name: f for f in fields(TransducerSettings)}


def with_flags(**groups: dict[str, type]) -> Callable[[Command], Command]:
    """Give a command one flag for each setting of some dataclasses.

    Args:
        groups: the command's parameter -> the dataclasses whose flags it receives, by the
            heading they have in the help. The parameter gets a dict of the flags given.
    """

    def decorate(command: Command) -> Command:
        signature = inspect.signature(command)
        own = [p for p in signature.parameters.values() if p.name not in groups]
        made: list[inspect.Parameter] = []
        names: dict[str, list[str]] = {}
        for parameter, headed in groups.items():
            for heading, group in headed.items():
                made += [flag(f, heading) for f in fields(group)]
                names.setdefault(parameter, []).extend(f.name for f in fields(group))

        def run(**given: Any) -> None:
            taken = {
                parameter: {name: given.pop(name) for name in flags}
                for parameter, flags in names.items()
            }
            chosen = {
                parameter: {name: value for name, value in flags.items() if value is not None}
                for parameter, flags in taken.items()
            }
            command(**given, **chosen)

        run.__name__, run.__doc__ = command.__name__, command.__doc__
        vars(run)["__signature__"] = signature.replace(parameters=[*own, *made])
        run.__annotations__ = {p.name: p.annotation for p in [*own, *made]}
        return run

    return decorate


def flag(f: "Field[Any]", heading: str) -> inspect.Parameter:
    """One setting as a keyword parameter that typer turns into a flag."""
    kind = str if isinstance(f.default, tuple) else type(f.default)
    name = "--" + f.name.replace("_", "-")
    allowed, default = f.metadata["allowed"], f.default
    words = [escape(f.metadata["help"])]
    if isinstance(allowed, tuple):
        words.append(f"({', '.join(allowed)})")
    if kind is bool:
        name = f"{name}/--no-{name[2:]}"
    if default not in ("", ()):
        pairs = f.metadata.get("pairs", "")
        words.append(f"\\[default: {written(default)}{pairs and f'; pairs: {pairs}'}]")
    option = typer.Option(None, name, help=" ".join(words), rich_help_panel=heading)
    return inspect.Parameter(
        f.name, inspect.Parameter.KEYWORD_ONLY, default=option, annotation=kind | None
    )


def written(default: Any) -> str:
    """A default as the help shows it.

    >>> written(True), written(("urls", "nfkc")), written(0.5)
    ('on', 'urls,nfkc', '0.5')
    """
    if isinstance(default, bool):
        return "on" if default else "off"
    return ",".join(default) if isinstance(default, tuple) else str(default)


def with_pairs(group: type) -> type:
    """A group of settings whose flags also tell the default of pairs, where it is another."""
    return make_dataclass(
        group.__name__,
        [
            (f.name, f.type, field(default=f.default, metadata={**f.metadata, "pairs": told(f)}))
            for f in fields(group)
        ],
        kw_only=True,
    )


def told(own: "Field[Any]") -> str:
    """What the help adds of a setting for pairs; empty where they share all of it.

    Their choices stand beside the default where they are others.
    """
    shared = OF_TRANSDUCERS.get(own.name)
    if shared is None or shared.default == own.default:
        return ""
    allowed = shared.metadata["allowed"]
    others = isinstance(allowed, tuple) and allowed != own.metadata["allowed"]
    return written(shared.default) + (f" ({', '.join(allowed)})" if others else "")
