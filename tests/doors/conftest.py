"""The command line in a process of its own, and a model for it."""

import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path

import pytest

from attentif import TextClassifier

SRC = Path(__file__).resolve().parents[2] / "src"
Start = Callable[..., subprocess.Popen]


@pytest.fixture
def start(tmp_path: Path) -> Iterator[Start]:
    """Starts `attentif ...` with pipes on all sides, in tmp_path; what still runs is killed."""
    running: list[subprocess.Popen] = []

    def begin(*arguments: object, **environment: str) -> subprocess.Popen:
        known = {**os.environ, "PYTHONPATH": str(SRC), "OMP_NUM_THREADS": "1", **environment}
        running.append(
            subprocess.Popen(
                [sys.executable, "-m", "attentif", *map(str, arguments)],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.PIPE,
                cwd=tmp_path,
                env=known,
            )
        )
        return running[-1]

    yield begin
    for process in running:
        process.kill()  # does nothing to one that has ended
        process.wait()
        for pipe in (process.stdin, process.stdout, process.stderr):
            with suppress(BrokenPipeError):
                pipe.close()


@pytest.fixture(scope="session")
def model(tiny_classifier: TextClassifier, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of a model that has learnt the toy messages; leave it as it is."""
    return tiny_classifier.save(tmp_path_factory.mktemp("model") / "model")
