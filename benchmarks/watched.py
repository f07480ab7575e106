"""Run attentif's command line in a process that writes down its own time and memory.

    python -m benchmarks.watched FOUND.json train messages.tsv --out model

FOUND.json gets `seconds` (imports included, the start of Python not) and `peak_mib`, of this
process and of the largest process that it started.
"""

import atexit
import json
import runpy
import sys
import time
from pathlib import Path

from benchmarks.machine import peak_memory

try:
    import resource
except ImportError:  # not on Windows
    resource = None


def main() -> None:
    """Hand the other arguments to attentif."""
    began, found = time.perf_counter(), Path(sys.argv[1])

    def write() -> None:
        peak = peak_memory()
        if resource is not None:
            peak = max(peak, resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024)
        numbers = {"seconds": time.perf_counter() - began, "peak_mib": peak}
        found.write_text(json.dumps(numbers), encoding="utf-8")

    atexit.register(write)
    sys.argv = ["attentif", *sys.argv[2:]]
    runpy.run_module("attentif", run_name="__main__")


if __name__ == "__main__":
    main()
