"""Run attentif's command line in a process that writes down its own time and memory.

    python -m benchmarks.watched FOUND.json train messages.tsv --out model

FOUND.json gets `seconds` (imports included, the start of Python not) and `peak_mib`: the most
memory of this process, or of it and the workers that it started, looked at twice a second.
"""

import atexit
import json
import runpy
import sys
import time
from pathlib import Path
from threading import Thread

from benchmarks.machine import memory_with_workers, peak_memory

PAUSE = 0.5  # seconds between two looks: each takes some milliseconds


def main() -> None:
    """Hand the other arguments to attentif."""
    began, found = time.perf_counter(), Path(sys.argv[1])
    seen = [0.0]

    def look() -> None:
        while True:
            time.sleep(PAUSE)
            seen[0] = max(seen[0], memory_with_workers())

    def write() -> None:
        numbers = {
            "seconds": time.perf_counter() - began,
            "peak_mib": max(peak_memory(), seen[0]),
        }
        found.write_text(json.dumps(numbers), encoding="utf-8")

    atexit.register(write)
    Thread(target=look, daemon=True).start()
    sys.argv = ["attentif", *sys.argv[2:]]
    runpy.run_module("attentif", run_name="__main__")


if __name__ == "__main__":
    main()
