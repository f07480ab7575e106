"""Ask a peer: a process of its own, so that time and memory are those of the whole program."""

import json
import os
import subprocess
import tempfile
import time
from dataclasses import asdict
from pathlib import Path

from benchmarks.peers.environments import ROOT, PeerMissing, python_of
from benchmarks.peers.job import Answer, Job

LONGEST = 3600  # seconds after which a peer is given up
TOLD = 400  # characters of what a failing peer said that are repeated


def ask(peer: str, job: Job) -> Answer:
    """Run the peer on the job.

    Raises:
        PeerMissing: no environment for it, or it failed; the message says why.
    """
    python = python_of(peer)
    with tempfile.TemporaryDirectory() as folder:
        question, answer = Path(folder, "job.json"), Path(folder, "answer.json")
        question.write_text(json.dumps(asdict(job)), encoding="utf-8")
        command = [python, "-m", f"benchmarks.peers.{peer}", str(question), str(answer)]
        began = time.perf_counter()
        ran = subprocess.run(
            command, cwd=ROOT, env=surroundings(job.threads), capture_output=True, text=True,
            timeout=LONGEST,
        )  # fmt: skip
        seconds = time.perf_counter() - began
        if ran.returncode or not answer.is_file():
            raise PeerMissing(f"{peer} failed: {ran.stderr.strip()[-TOLD:]}")
        found = Answer(**json.loads(answer.read_text(encoding="utf-8")))
    found.wall_seconds = seconds
    return found


def surroundings(threads: int) -> dict[str, str]:
    """The environment variables of a peer: quiet, and no more threads than told."""
    paths = [str(ROOT), str(ROOT / "src"), os.environ.get("PYTHONPATH", "")]
    return os.environ | {
        "OMP_NUM_THREADS": str(threads),
        "PYTHONPATH": os.pathsep.join(path for path in paths if path),
        "TF_CPP_MIN_LOG_LEVEL": "3",
    }
