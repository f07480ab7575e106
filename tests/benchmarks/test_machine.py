"""Memory of a process and of those that it started."""

import subprocess
import sys

import pytest
from benchmarks.machine import held_by, memory_with_workers, read


@pytest.mark.skipif(not read("/proc/self/smaps_rollup"), reason="only Linux tells it")
def test_workers_count_while_they_live():
    before = memory_with_workers()
    command = [sys.executable, "-c", "x = bytes(range(256)) * 200_000; print(flush=True); input()"]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as worker:
        assert worker.stdout is not None
        worker.stdout.readline()
        mine, its = held_by("self"), held_by(str(worker.pid))
        assert its > 40  # MiB of the bytes
        assert memory_with_workers() == pytest.approx(max(before, mine) + its, rel=0.2)
        worker.communicate(b"\n")
    assert held_by(str(worker.pid)) == 0.0
    assert memory_with_workers() == pytest.approx(before, rel=0.2)
