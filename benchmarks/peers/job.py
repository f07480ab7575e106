"""What a peer is asked and what it answers; standard library only, for any environment.

A peer is a program: `python -m benchmarks.peers.NAME JOB.json ANSWER.json`. It imports what
it needs, learns, answers the test texts, and writes what it measured.
"""

import json
import os
import sys
from collections.abc import Callable
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from benchmarks.machine import peak_memory


@dataclass(frozen=True, kw_only=True)
class Job:
    """What to learn and what to answer.

    validation_texts, validation_labels: looked at after each epoch; may be empty.
    settings: the peer's own, by name.
    threads: processor threads.
    """

    texts: list[str]
    labels: list[str]
    validation_texts: list[str] = field(default_factory=list)
    validation_labels: list[str] = field(default_factory=list)
    test_texts: list[str] = field(default_factory=list)
    settings: dict[str, Any] = field(default_factory=dict)
    threads: int = 1
    seed: int = 0

    @property
    def classes(self) -> list[str]:
        """The labels, sorted."""
        return sorted(set(self.labels))


@dataclass(kw_only=True)
class Answer:
    """What a peer found.

    probabilities: one row a test text, one column a class of `Job.classes`; NaN as null.
    epoch_seconds: of each epoch, validation included; empty where the peer does not tell.
    fit_seconds: from texts to a trained model. score_seconds: of all test texts.
    peak_mib: the most memory of the whole process.
    wall_seconds: of the whole process, from start to end; the asker's watch.
    """

    probabilities: list[list[float]]
    epoch_seconds: list[float] = field(default_factory=list)
    fit_seconds: float = 0.0
    score_seconds: float = 0.0
    peak_mib: float = 0.0
    wall_seconds: float = 0.0
    versions: dict[str, str] = field(default_factory=dict)
    more: dict[str, float] = field(default_factory=dict)


def serve(answer: Callable[[Job], Answer]) -> None:
    """The main function of a peer: read the job that is named, write the answer."""
    source, target = map(Path, sys.argv[1:3])
    found = answer(Job(**json.loads(source.read_text(encoding="utf-8"))))
    found.peak_mib = peak_memory()
    unfinished = target.with_suffix(".part")
    unfinished.write_text(json.dumps(asdict(found)), encoding="utf-8")
    os.replace(unfinished, target)
