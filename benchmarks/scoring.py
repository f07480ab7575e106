"""How fast are texts answered, and how soon does the command start?

    python -m benchmarks.scoring [MODEL] [--messages 50000] [--repeats 3] [--json FILE]

Without MODEL a network of the default's size is trained for a moment: how fast it answers does
not depend on what it knows. The messages are made from the SMS collection with a
seeded corruption (see `benchmarks.messages`), so that new words keep coming. Every figure is of
a whole process, from its start to its last answer on the disk, in turn with the peers; the
latency is that of a library call in a warm process. Medians, with their range in brackets.
"""

import argparse
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any, NamedTuple

from attentif.data.corpora import load
from attentif.errors import AttentifError
from attentif.ship.answers import answers
from attentif.ship.folder import GRAPHS, MODEL, VOCABULARY, WEIGHTS
from attentif.ship.runtime import open_model
from benchmarks.growth import run
from benchmarks.messages import many, write
from benchmarks.peers.ask import surroundings
from benchmarks.peers.environments import ROOT
from benchmarks.record import Goal, Section, exit_code, keep

QUESTION = "How fast are texts answered?"
SMALL = "--epochs 1 --max-rows 1000 --no-baselines --no-report --quiet".split()
STARTS, LATE = 10, 500  # times that a start, and one message, are measured
RATE, TIMES_CHAR = 25_000, 3
SOON, HELP, SHARE_OF_TORCH = 0.6, 0.2, 1 / 3  # seconds
LATENCY, MEMORY_MB, FOLDER_MB = 1.0, 300, 5  # milliseconds, megabytes
OURS, CHAR, WORD = "attentif predict", "character SVM", "word SVM"


class Scored(NamedTuple):
    """One contender's runs: seconds of each, and the most memory of any, in MiB."""

    seconds: list[float]
    peak_mib: float


def main() -> int:
    """Measure; 1 when a goal falls short."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("model", type=Path, nargs="?")
    parser.add_argument("--messages", type=int, default=50_000)
    parser.add_argument("--repeats", type=int, default=3)
    parser.add_argument("--json", type=Path)
    arguments = parser.parse_args()
    try:
        rows = [(example.label, example.text) for example in load("sms-spam").train.examples]
    except AttentifError as error:
        print(f"skipped: {error}", file=sys.stderr)
        return 0
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        known = write(folder / "known.csv", rows, len(rows), seed=1)
        file = write(folder / "new.csv", rows, arguments.messages)
        model = arguments.model or trained(known, folder)
        scored = scoring(model.resolve(), known, file, folder, arguments.repeats)
        texts = [text for _, text in many(rows, LATE, seed=2)]
        sections = {
            "scoring": scoring_section(scored, arguments.messages),
            "start": start_section(starts(model.resolve())),
            "latency": latency_section(latencies(model, texts), megabytes_of(model)),
        }
    for key, section in sections.items():
        section.show()
        keep(arguments.json, QUESTION, key, section)
    return exit_code(sections.values())


def trained(known: Path, folder: Path) -> Path:
    """A network of the size that the goals are about."""
    model = folder / "model"
    run("benchmarks.watched", folder, ["train", str(known), "--out", str(model), *SMALL])
    return model


def scoring(model: Path, known: Path, file: Path, folder: Path, repeats: int) -> dict[str, Scored]:
    """All contenders on the same file, in turn."""
    svm, out = "benchmarks.svm_scoring", str(folder / "answers")
    for kind in ("word", "char"):
        run(svm, folder, ["learn", str(folder / kind), kind, str(known)])
    ours = ["predict", str(model), str(file), "--out", out]
    contenders = {
        OURS: ("benchmarks.watched", ours),
        f"{OURS} --json": ("benchmarks.watched", [*ours, "--json"]),
        f"{OURS} --threads 1": ("benchmarks.watched", [*ours, "--threads", "1"]),
        WORD: (svm, ["answer", str(folder / "word"), str(file), out]),
        CHAR: (svm, ["answer", str(folder / "char"), str(file), out]),
    }
    found = {name: Scored([], 0.0) for name in contenders}
    for repeat in range(repeats):
        for name, (program, arguments) in contenders.items():
            began = time.perf_counter()
            peak = run(program, folder, arguments)["peak_mib"]
            seconds = [*found[name].seconds, time.perf_counter() - began]
            found[name] = Scored(seconds, max(peak, found[name].peak_mib))
            print(f"{name}, {repeat + 1}: {seconds[-1]:.1f} s", file=sys.stderr)
    return found


def scoring_section(scored: dict[str, Scored], n: int) -> Section:
    """Messages a second and memory of each, and what is wanted of ours."""
    columns = ("", "messages/s", "times the character SVM", "memory")
    section = Section(f"Answering {n:,} messages, whole processes", columns, data=scored)
    rates = {name: [n / second for second in one.seconds] for name, one in scored.items()}
    medians = {name: statistics.median(rate) for name, rate in rates.items()}
    for name, rate in rates.items():
        shown = f"{medians[name]:,.0f} ({min(rate):,.0f} to {max(rate):,.0f})"
        times = f"{medians[name] / medians[CHAR]:.2f}"
        section.rows.append([name, shown, times, f"{scored[name].peak_mib:.0f} MiB"])
    ours, peak = medians[OURS], scored[OURS].peak_mib * 2**20 / 1e6
    ratio = ours / medians[CHAR]
    far = ours / medians[WORD]
    section.goals = [
        Goal(f"at least {RATE:,} messages/s", f"{ours:,.0f}", ours >= RATE),
        Goal(f"at least {TIMES_CHAR} times {CHAR}", f"{ratio:.2f}", ratio >= TIMES_CHAR),
        Goal(f"not slower than the {WORD}", f"{far:.2f} times", far >= 1),
        Goal(f"at most {MEMORY_MB} MB of memory", f"{peak:.0f} MB", peak <= MEMORY_MB),
    ]
    return section


def starts(model: Path) -> dict[str, list[float]]:
    """Seconds from a cold start to the end, of each command, in turn."""
    python = [sys.executable, "-m", "attentif"]
    commands = {
        "attentif predict MODEL, one line": [*python, "predict", str(model)],
        "attentif --help": [*python, "--help"],
        "import torch": [sys.executable, "-c", "import torch"],
    }
    found: dict[str, list[float]] = {name: [] for name in commands}
    for _ in range(STARTS):
        for name, command in commands.items():
            began = time.perf_counter()
            subprocess.run(
                command, cwd=ROOT, env=surroundings(1), input=b"win a prize now\n", check=True,
                capture_output=True,
            )  # fmt: skip
            found[name].append(time.perf_counter() - began)
    return found


def start_section(found: dict[str, list[float]]) -> Section:
    """How soon each command has done its work."""
    section = Section("From a cold start", ("", "median s", "least", "most"), data=found)
    for name, seconds in found.items():
        shown = (statistics.median(seconds), min(seconds), max(seconds))
        section.rows.append([name, *(f"{second:.2f}" for second in shown)])
    predict, help, torch = (statistics.median(seconds) for seconds in found.values())
    share = predict / torch
    section.goals = [
        Goal(f"one line answered in at most {SOON} s", f"{predict:.2f} s", predict <= SOON),
        Goal(f"--help in at most {HELP} s", f"{help:.2f} s", help <= HELP),
        Goal("one line in a third of importing torch", f"{share:.2f}", share <= SHARE_OF_TORCH),
    ]
    return section


def latencies(model: Path, texts: Sequence[str]) -> list[float]:
    """Milliseconds for one message each, by a library call in a warm process."""
    opened = open_model(model)
    found = []
    for text in texts:
        began = time.perf_counter()
        answers(opened.read, opened.front_end, opened.decision, [text])
        found.append(1000 * (time.perf_counter() - began))
    return found


def megabytes_of(model: Path) -> float:
    """What the files take that answers depend on."""
    files = (model / name for name in (*GRAPHS, MODEL, VOCABULARY, WEIGHTS))
    return sum(os.path.getsize(file) for file in files if file.is_file()) / 1e6


def latency_section(found: Sequence[float], megabytes: float) -> Section:
    """One message at a time, and the size on the disk."""
    middle, late = statistics.median(found), statistics.quantiles(found, n=100)[98]
    size: dict[str, Any] = {"milliseconds": found, "megabytes": megabytes}
    section = Section("One message, warm", ("", "median ms", "99th percentile"), data=size)
    section.rows = [["library call", f"{middle:.2f}", f"{late:.2f}"]]
    section.goals = [
        Goal(f"under {LATENCY:g} ms at the median", f"{middle:.2f} ms", middle < LATENCY),
        Goal(f"a model of at most {FOLDER_MB} MB", f"{megabytes:.1f} MB", megabytes <= FOLDER_MB),
    ]
    return section


if __name__ == "__main__":
    sys.exit(main())
