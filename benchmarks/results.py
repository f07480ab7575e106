"""Gather what the benchmarks found into one page.

    python -m benchmarks.results [FOLDER] [--out benchmarks/RESULTS.md]

FOLDER holds the records that the benchmarks wrote with --json, by default `.bench/results`.
1 when a goal of any of them falls short.
"""

import argparse
import json
import os
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from benchmarks.peers.environments import FOLDER
from benchmarks.record import Goal

RECORDS = {
    "quality": "quality",
    "choices": "choices",
    "shares": "shares",
    "training": "training_speed",
    "scoring": "scoring",
    "growth": "growth",
    "pairs": "pairs",
    "bottleneck": "bottleneck",
    "alignment": "date_alignment",
    "transducing": "transducing_speed",
}
PAGE = Path(__file__).resolve().parent / "RESULTS.md"
HEAD = """# Results

Written by `make bench` (or `python -m benchmarks.results`); not edited by hand. Every figure is
measured: contenders run in turn, on the same machine and the same rows; a spread is a standard
deviation or, in brackets, a range. Ratios carry over to other machines better than seconds do.
"""


def main() -> int:
    """Write the page."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("folder", type=Path, nargs="?", default=FOLDER / "results")
    parser.add_argument("--out", type=Path, default=PAGE)
    arguments = parser.parse_args()
    records = {name: record_of(arguments.folder / f"{name}.json") for name in RECORDS}
    unfinished = arguments.out.with_suffix(".part")
    unfinished.write_text(page(records), encoding="utf-8")
    os.replace(unfinished, arguments.out)
    short = [goal for record in records.values() for _, goal in goals_of(record) if not goal.passed]
    for goal in short:
        print(goal)
    print(f"{arguments.out}: {len(short)} lines fall short.")
    return int(bool(short))


def record_of(path: Path) -> dict[str, Any]:
    """A record's content; empty where the benchmark was not run."""
    if not path.is_file():
        return {}
    found = json.loads(path.read_text(encoding="utf-8"))
    if not isinstance(found, dict) or "sections" not in found:
        raise SystemExit(f"{path} is no record of a benchmark. Run it again with --json {path}.")
    return found


def goals_of(record: Mapping[str, Any]) -> list[tuple[str, Goal]]:
    """Each goal with the title of its section."""
    return [
        (section["title"], Goal(**goal))
        for section in record.get("sections", {}).values()
        for goal in section["goals"]
    ]


def page(records: Mapping[str, Mapping[str, Any]]) -> str:
    """The whole page."""
    parts = [HEAD, "## The list", goal_table(records)]
    for name, record in records.items():
        if not record:
            parts.append(f"Not measured yet: `python -m benchmarks.{RECORDS[name]}`.")
    for record in filter(None, records.values()):
        parts.append(f"## {record['question']}")
        parts += [text_of(section) for section in record["sections"].values()]
    return "\n\n".join(part.strip() for part in parts) + "\n"


def goal_table(records: Mapping[str, Mapping[str, Any]]) -> str:
    """Every line that must hold, and whether it does."""
    rows = [
        [title, goal.wanted, goal.measured, "PASS" if goal.passed else "**FALLS SHORT**"]
        for record in records.values()
        for title, goal in goals_of(record)
    ]
    return table(("where", "wanted", "measured", ""), rows)


def text_of(section: Mapping[str, Any]) -> str:
    """One section: heading, table, sentences, goals, and what it was measured with."""
    parts = [f"### {section['title']}"]
    if section["rows"]:
        parts.append(table(section["columns"], section["rows"]))
    told = [*section["sentences"], *(str(Goal(**goal)) for goal in section["goals"])]
    if told:
        parts.append("\n".join(f"- {plain(line)}" for line in told))
    about = section["about"]
    versions = ", ".join(f"{name} {number}" for name, number in about["versions"].items())
    parts.append(f"*{about['date']}; {about['machine']}; {versions}; `{about['command']}`*")
    return "\n\n".join(parts)


def table(columns: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """As Markdown, the first column to the left, the others to the right.

    >>> print(table(("model", "s"), [["a|b", "2.0"]]))
    | model | s |
    |---|---:|
    | a\\|b | 2.0 |
    """
    rule = "|---|" + "---:|" * (len(columns) - 1)
    lines = ["| " + " | ".join(map(plain, row)) + " |" for row in (columns, *rows)]
    return "\n".join([lines[0], rule, *lines[1:]])


def plain(cell: str) -> str:
    """On one line, without what Markdown would take for its own."""
    return " ".join(cell.split()).replace("|", "\\|").replace("<", "&lt;")


if __name__ == "__main__":
    sys.exit(main())
