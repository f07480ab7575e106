"""Time and memory of what stands before the network: reading, checks, split, text step, batches.

    python -m benchmarks.stages FOUND.json messages.tsv

A program of its own, so that the memory is its own; FOUND.json gets, for each stage in order,
`seconds` of processor time, which other programs do not lengthen, and `peak_mib`, the most that
the process has held up to the end of the stage.
"""

import json
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

import numpy as np
import torch

from attentif.config import Settings
from attentif.data.check import summarise
from attentif.data.read import read
from attentif.data.split import stratified
from attentif.text.batches import packed_batches
from attentif.text.encode import FrontEnd
from attentif.train.batch import training_batches
from benchmarks.machine import peak_memory

T = TypeVar("T")
READ = 256  # texts a batch when the network only answers


def main() -> None:
    """Each stage once, on the results of those before."""
    found: dict[str, dict[str, float]] = {}
    target, source = map(Path, sys.argv[1:3])

    def stage(name: str, work: Callable[[], T]) -> T:
        began = time.process_time()
        result = work()
        found[name] = {"seconds": time.process_time() - began, "peak_mib": peak_memory()}
        return result

    settings = Settings()
    reading = stage("read", lambda: read(source))
    stage("check", lambda: summarise(reading))
    texts, labels = reading.texts, reading.labels
    stage("split", lambda: stratified(labels, texts, test=0.2, validation=0.16, seed=0))
    front_end = stage("vocabulary", lambda: FrontEnd.fit(texts, settings))
    encoded = stage("encode", lambda: front_end.encode(texts))
    names = sorted(set(labels))
    targets = torch.from_numpy(np.array([names.index(label) for label in labels]))
    size = settings.batch_size

    def exhaust(batches: Any) -> int:
        return sum(len(batch.rows) for batch in batches)

    stage(
        f"batches of {size}",
        lambda: exhaust(training_batches(encoded, targets, batch_size=size, seed=0, epoch=1)),
    )
    stage("batches to read", lambda: exhaust(packed_batches(encoded, batch_size=READ)))
    target.write_text(json.dumps(found), encoding="utf-8")


if __name__ == "__main__":
    main()
