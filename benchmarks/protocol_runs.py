"""Protocols by name, one after the other: what can be given, and what is kept of each."""

import argparse
import sys
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import Any, TypeVar

from attentif.config import choose
from attentif.errors import AttentifError
from benchmarks.record import Section, exit_code, keep

Protocol = TypeVar("Protocol")


def run_protocols(
    about: str,
    question: str,
    protocols: Mapping[str, Protocol],
    section_of: Callable[[str, Protocol, int, Mapping[str, Any]], Section],
    *,
    defaults: Mapping[str, Any],
    seeds: int,
) -> int:
    """Run those that the command line names, or all; 1 when a goal falls short.

    Args:
        about: of the program, for its help.
        question: under which the sections are kept.
        section_of: (name, protocol, seeds, settings given) -> what was found.
        defaults: of the settings that can be given.
        seeds: how many where the line does not say.
    """
    parser = argparse.ArgumentParser(description=about.splitlines()[0])
    parser.add_argument("names", nargs="*", default=list(protocols), metavar="NAME")
    parser.add_argument("--seeds", type=int, default=seeds)
    parser.add_argument("--set", action="append", default=[], metavar="NAME=VALUE")
    parser.add_argument("--json", type=Path)
    arguments = parser.parse_args()
    given = typed(dict(pair.split("=", 1) for pair in arguments.set), defaults)
    sections = []
    for name in arguments.names:
        try:
            protocol = choose(protocols, name, "a protocol")
            sections.append(section_of(name, protocol, arguments.seeds, given))
        except AttentifError as error:
            print(f"{name}: skipped: {error}", file=sys.stderr)
            continue
        sections[-1].show()
        keep(arguments.json, question, name, sections[-1])
    return exit_code(sections)


def each_of(
    names: Iterable[str], section_of: Callable[[str], Section], question: str, path: Path | None
) -> None:
    """A section for each data set, shown and kept; what is missing is skipped, and said."""
    for name in names:
        try:
            section = section_of(name)
        except AttentifError as error:
            print(f"{name}: skipped: {error}", file=sys.stderr)
            continue
        section.show()
        keep(path, question, name, section)


def typed(given: Mapping[str, str], defaults: Mapping[str, Any]) -> dict[str, Any]:
    """Settings from the command line in the types of their defaults.

    >>> typed({"size": "64", "words": "False"}, {"size": 1, "words": True})
    {'size': 64, 'words': False}
    """
    found: dict[str, Any] = {}
    for name, value in given.items():
        default = choose(defaults, name, "a setting's name")
        if isinstance(default, bool):
            found[name] = value == "True"
        else:
            found[name] = value if isinstance(default, tuple) else type(default)(value)
    return found
