"""How do time and memory grow with the number of messages?

    python -m benchmarks.growth [--sizes 5000 50000 500000] [--json FILE]

Messages are made from the SMS collection with a seeded corruption (see `benchmarks.messages`),
so that the vocabulary grows as it does in life. At each size, each in a process of its own:
`attentif train` for one epoch with its defaults, `attentif predict` with the model of the
smallest size, and the stages before the network one by one. Time and memory are those of the
whole process. An exponent of 1 is growth in proportion, 2 is quadratic; between small sizes
the start of the program hides the growth.
"""

import argparse
import json
import math
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any, NamedTuple

from attentif.data.corpora import load
from attentif.errors import AttentifError
from benchmarks.messages import Row, write
from benchmarks.peers.ask import surroundings
from benchmarks.peers.environments import ROOT
from benchmarks.record import Goal, Section, exit_code, keep

QUESTION = "How do time and memory grow?"
SIZES = (5_000, 50_000, 500_000)
STEEPEST = 1.1  # exponent that still counts as in proportion: caches get colder
SCORING_MIB = 300 * 1e6 / 2**20
NOTICEABLE = 1.0  # seconds below which a stage's exponent says nothing
VERBS = {
    "training, one epoch": "train {file} --out {model} --epochs 1 --no-baselines --no-report"
    " --quiet",
    "scoring": "predict {first} {file} --out {answers}",
}


class Cost(NamedTuple):
    """Seconds and the most memory, in MiB, for n messages."""

    n: int
    seconds: float
    peak_mib: float


def main() -> int:
    """Measure each size; 1 when a goal falls short."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--sizes", type=int, nargs="+", default=SIZES)
    parser.add_argument("--json", type=Path)
    arguments = parser.parse_args()
    try:
        rows = [(example.label, example.text) for example in load("sms-spam").train.examples]
    except AttentifError as error:
        print(f"skipped: {error}", file=sys.stderr)
        return 0
    verbs, stages = measured(rows, sorted(arguments.sizes))
    sections = {"verbs": verbs_section(verbs), "stages": stages_section(stages)}
    for key, section in sections.items():
        section.show()
        keep(arguments.json, QUESTION, key, section)
    return exit_code(sections.values())


def measured(rows: Sequence[Row], sizes: Sequence[int]) -> tuple[dict, dict]:
    """Costs of the verbs and of the stages, by name."""
    verbs: dict[str, list[Cost]] = {name: [] for name in VERBS}
    stages: dict[str, list[Cost]] = {}
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        for n in sizes:
            file = write(folder / f"messages-{n}.csv", rows, n)
            places = {
                "file": file, "model": folder / f"model-{n}",
                "first": folder / f"model-{sizes[0]}", "answers": folder / "answers.csv",
            }  # fmt: skip
            for verb, words in VERBS.items():
                arguments = [word.format(**places) for word in words.split()]
                found = run("benchmarks.watched", folder, arguments)
                verbs[verb].append(Cost(n, **found))
                print(f"{verb}, {n:,} messages: {found['seconds']:.1f} s", file=sys.stderr)
            for stage, found in run("benchmarks.stages", folder, [str(file)]).items():
                stages.setdefault(stage, []).append(Cost(n, **found))
            file.unlink()
    return verbs, stages


def run(program: str, folder: Path, arguments: Sequence[str]) -> dict[str, Any]:
    """What a program of this folder found; its own words where it fails."""
    found = folder / "found.json"
    command = [sys.executable, "-m", program, str(found), *arguments]
    ran = subprocess.run(command, cwd=ROOT, env=surroundings(1), capture_output=True, text=True)
    if ran.returncode:
        raise SystemExit(f"{program} {' '.join(arguments)} failed: {ran.stderr.strip()[-400:]}")
    return json.loads(found.read_text(encoding="utf-8"))


def exponent(a: float, b: float, smaller: int, larger: int) -> float:
    """How something grows from a at the smaller size to b at the larger one.

    >>> exponent(2.0, 20.0, 1000, 10_000), exponent(2.0, 200.0, 1000, 10_000)
    (1.0, 2.0)
    """
    return math.log(b / a) / math.log(larger / smaller)


def exponents(costs: Sequence[Cost], what: str) -> list[float]:
    """From each size to the next."""
    return [
        exponent(getattr(a, what), getattr(b, what), a.n, b.n)
        for a, b in zip(costs, costs[1:], strict=False)
    ]


def verbs_section(verbs: dict[str, list[Cost]]) -> Section:
    """The whole commands."""
    columns = ("", "messages", "s", "exponent", "messages/s", "memory", "exponent")
    section = Section("Whole commands", columns)
    for name, costs in verbs.items():
        times, peaks = exponents(costs, "seconds"), exponents(costs, "peak_mib")
        for place, cost in enumerate(costs):
            grown = [f"{e[place - 1]:.2f}" if place else "" for e in (times, peaks)]
            section.rows.append(
                [name, f"{cost.n:,}", f"{cost.seconds:.1f}", grown[0]]
                + [f"{cost.n / cost.seconds:,.0f}", f"{cost.peak_mib:.0f} MiB", grown[1]]
            )
        if times:
            wanted = f"time of {name} in proportion: exponent at most {STEEPEST}"
            section.goals.append(Goal(wanted, f"{times[-1]:.2f}", times[-1] <= STEEPEST))
            a, b = costs[-2:]
            more = (b.peak_mib - a.peak_mib) / (b.n - a.n) * 1e6
            section.sentences.append(f"Memory of {name}: {more:,.0f} MiB more a million messages.")
    last = verbs["scoring"][-1]
    wanted = f"scoring {last.n:,} messages in at most 300 MB"
    measured = f"{last.peak_mib * 2**20 / 1e6:.0f} MB"
    section.goals.append(Goal(wanted, measured, last.peak_mib <= SCORING_MIB))
    section.data = verbs
    return section


def stages_section(stages: dict[str, list[Cost]]) -> Section:
    """The stages before the network; a steep one is named."""
    sizes = [cost.n for cost in next(iter(stages.values()))]
    columns = ["stage", *(f"s at {n:,}" for n in sizes), "exponent", "memory so far"]
    section = Section("Before the network, in processor time", columns, data=stages)
    steep = []
    for name, costs in stages.items():
        times = exponents(costs, "seconds")
        shown = f"{times[-1]:.2f}" if times else ""
        section.rows.append(
            [name, *(f"{c.seconds:.2f}" for c in costs), shown, f"{costs[-1].peak_mib:.0f} MiB"]
        )
        if times and costs[-1].seconds >= NOTICEABLE and times[-1] > STEEPEST:
            steep.append(f"{name} ({times[-1]:.2f})")
    if len(sizes) > 1:
        wanted = f"no stage steeper than {STEEPEST}"
        section.goals.append(Goal(wanted, ", ".join(steep) or "none", not steep))
    return section


if __name__ == "__main__":
    sys.exit(main())
