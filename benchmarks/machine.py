"""The machine and the versions that a figure was measured with; no names of hosts or people."""

import datetime
import os
import platform
import sys
from collections.abc import Sequence
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

PACKAGES = ("attentif", "torch", "numpy", "scikit-learn", "onnxruntime")


def about_this_run() -> dict[str, Any]:
    """Date, machine, versions and the command."""
    return {
        "date": datetime.date.today().isoformat(),
        "machine": machine(),
        "versions": versions(),
        "command": " ".join(["python -m", module_of(sys.argv[0]), *without_places(sys.argv[1:])]),
    }


def machine() -> str:
    """Processor, cores, memory, system in one line."""
    processor = first_value(read("/proc/cpuinfo"), "model name") or platform.processor()
    memory = first_value(read("/proc/meminfo"), "MemTotal").removesuffix("kB").strip()
    gigabytes = f", {int(memory) / 2**20:.0f} GiB of memory" if memory.isdigit() else ""
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count()
    return f"{processor or 'unknown processor'}, {cores} cores{gigabytes}, {platform.system()}"


def versions() -> dict[str, str]:
    """Of Python and of the packages that matter, as far as they are here."""
    found = {"python": platform.python_version()}
    for name in PACKAGES:
        try:
            found[name] = version(name)
        except PackageNotFoundError:
            continue
    return found


def first_value(text: str, name: str) -> str:
    r"""The value after the first `name:` of a file such as /proc/meminfo; empty without one.

    >>> first_value("processor : 0\nmodel name\t: Some CPU @ 2 GHz\n", "model name")
    'Some CPU @ 2 GHz'
    """
    for line in text.splitlines():
        key, colon, value = line.partition(":")
        if colon and key.strip() == name:
            return value.strip()
    return ""


def peak_memory() -> float:
    """The most memory that this process has held so far, in MiB; NaN where nobody tells.

    VmHWM and not getrusage, which counts what the parent process held before the start.
    """
    value = first_value(read("/proc/self/status"), "VmHWM").removesuffix("kB").strip()
    return int(value) / 1024 if value.isdigit() else float("nan")


def memory_with_workers() -> float:
    """What this process and those that it started hold now, in MiB; 0.0 where it has none.

    Pages that several of them share count once in all (PSS); 0.0 where nobody tells it.
    """
    tasks = Path("/proc/self/task").glob("*/children")
    workers = [number for task in tasks for number in read(str(task)).split()]
    return sum(map(held_by, ["self", *workers])) if workers else 0.0


def held_by(process: str) -> float:
    """A process's part of the machine's memory in MiB; 0.0 where it is gone."""
    try:
        value = first_value(read(f"/proc/{process}/smaps_rollup"), "Pss")
    except OSError:
        return 0.0
    kilobytes = value.removesuffix("kB").strip()
    return int(kilobytes) / 1024 if kilobytes.isdigit() else 0.0


def read(path: str) -> str:
    """A file's text; empty where there is none."""
    file = Path(path)
    return file.read_text(encoding="utf-8", errors="replace") if file.is_file() else ""


def without_places(arguments: Sequence[str]) -> list[str]:
    """The arguments but for --json FILE: where a record lies is nobody's business.

    >>> without_places(["trec-6", "--json", "somewhere/found.json", "--seeds", "5"])
    ['trec-6', '--seeds', '5']
    """
    if "--json" not in arguments:
        return list(arguments)
    place = list(arguments).index("--json")
    return [*arguments[:place], *arguments[place + 2 :]]


def module_of(program: str) -> str:
    """As it is given to `python -m`.

    >>> module_of("somewhere/benchmarks/growth.py")
    'benchmarks.growth'
    """
    parts = Path(program).with_suffix("").parts
    where = parts.index("benchmarks") if "benchmarks" in parts else len(parts) - 1
    return ".".join(parts[where:])
