"""Are the graphs the network? Both read the same texts before a model is saved."""

import random
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from attentif.errors import ArtifactError
from attentif.ship.artifact import Artifact
from attentif.ship.network import network_of
from attentif.ship.runtime import read, sessions_of, sizes_of
from attentif.text.encode import FrontEnd
from attentif.train.predict import read as read_with_torch

CLOSE = 1e-5
LONGEST = 60  # tokens of the texts that are read; longer ones would make saving slow
BATCHES = (1, 5, 64)


def check_parity(artifact: Artifact, graphs: Sequence[bytes], saved: bytes) -> None:
    """Refuse graphs that do not answer as the network does.

    Raises:
        ArtifactError: a probability or an attention weight differs by more than 1e-5.
    """
    place = Path("the model")
    sessions = sessions_of(graphs, saved, sizes_of(artifact.front_end, artifact.labels), place)
    encoded = artifact.front_end.encode(samples(artifact.front_end))
    expected = read_with_torch(network_of(artifact, place), encoded)
    chances = artifact.decision.probabilities(expected.logits)
    for size in BATCHES:
        found = read(sessions, encoded, batch_size=size)
        apart = np.abs(artifact.decision.probabilities(found.logits) - chances).max()
        for alpha, beta in zip(found.weights, expected.weights, strict=True):
            apart = max(apart, np.abs(alpha - beta).max(initial=0.0))
        if not apart <= CLOSE:
            raise ArtifactError(
                f"the ONNX graphs must answer as the network does to {CLOSE:g}, got a difference of"
                f" {apart:.2g}. Report this, with the settings."
            )


def samples(front_end: FrontEnd) -> Sequence[str]:
    """Texts of many lengths from the model's own words, with an empty and an unknown one."""
    draw = random.Random(0)
    words = [*front_end.vocabulary.words[:2000], "qzxv", "QZXV99", "!"]
    longest = min(LONGEST, front_end.max_length)
    lengths = [*range(1, 13), *(draw.randint(1, longest) for _ in range(11)), longest]
    return ["", "qzxv", *(" ".join(draw.choices(words, k=length)) for length in lengths)]
