"""What a benchmark found, in one form: sections with a table, sentences and goals.

A record is a JSON file of sections by key. A section is written as soon as it is found, so
that an interrupted run keeps what it has and a later one may add to the same file; each
carries its own date, machine and versions.
"""

import json
import os
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any, NamedTuple

from benchmarks.machine import about_this_run


class Goal(NamedTuple):
    """One line that must hold.

    wanted: the line; measured: the figure; passed: whether it holds.
    """

    wanted: str
    measured: str
    passed: bool

    def __str__(self) -> str:
        """The line that is printed.

        >>> print(Goal("at least 3.5 times faster", "2.9 times", False))
        FALLS SHORT  at least 3.5 times faster: 2.9 times
        """
        return f"{'PASS' if self.passed else 'FALLS SHORT'}  {self.wanted}: {self.measured}"


@dataclass
class Section:
    """One question's answer.

    title: a heading. columns, rows: a table, all cells ready to be shown.
    sentences: what follows from it. data: the raw numbers.
    """

    title: str
    columns: Sequence[str] = ()
    rows: list[list[str]] = field(default_factory=list)
    sentences: list[str] = field(default_factory=list)
    goals: list[Goal] = field(default_factory=list)
    data: Any = None

    def show(self) -> None:
        """Print it for a person."""
        print(f"\n{self.title}")
        if self.rows:
            print(aligned([list(self.columns), *self.rows]))
        for line in (*self.sentences, *self.goals):
            print(line, flush=True)


def keep(path: Path | None, question: str, key: str, section: Section) -> None:
    """Add a section to the record, or replace the one of that key; None keeps nothing."""
    if path is None:
        return
    record = json.loads(path.read_text(encoding="utf-8")) if path.is_file() else {}
    sections = record.get("sections", {})
    sections[key] = asdict(section) | {
        "goals": [goal._asdict() for goal in section.goals],
        "about": about_this_run(),
    }
    path.parent.mkdir(parents=True, exist_ok=True)
    unfinished = path.with_suffix(".part")
    whole = {"question": question, "sections": sections}
    unfinished.write_text(json.dumps(whole, indent=1), encoding="utf-8")
    os.replace(unfinished, path)


def exit_code(sections: Iterable[Section]) -> int:
    """0 when every goal is reached, 1 when one falls short."""
    return int(any(not goal.passed for section in sections for goal in section.goals))


def aligned(rows: Sequence[Sequence[str]]) -> str:
    """Columns under each other, the first to the left, the others to the right.

    >>> print(aligned([["model", "s"], ["keras", "2.01"], ["ours", "0.58"]]))
    model     s
    keras  2.01
    ours   0.58
    """
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    return "\n".join(
        "  ".join(
            cell.rjust(width) if place else cell.ljust(width)
            for place, (cell, width) in enumerate(zip(row, widths, strict=True))
        ).rstrip()
        for row in rows
    )
