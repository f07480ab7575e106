"""Texts in, answers out: as many, in the same order, each with what its reader must know."""

from collections.abc import Sequence
from typing import NamedTuple

from attentif.measure.decision import UNSURE, Decision
from attentif.nn.classifier import Classifier
from attentif.text.encode import FrontEnd
from attentif.train.predict import read

EMPTY, NO_KNOWN_WORD, CUT = "empty", "no known word", "cut"


class Answer(NamedTuple):
    """What the model says of one text.

    label: one of the labels, or "unsure".
    probability: of that label; when unsure, of the most probable one.
    probabilities: of each label.
    unknown: share of the tokens that the vocabulary does not have.
    note: "empty", "no known word", "cut" (longer than what is read), or "".
    """

    label: str
    probability: float
    probabilities: dict[str, float]
    unknown: float
    note: str


def answers(
    network: Classifier, front_end: FrontEnd, decision: Decision, texts: Sequence[str]
) -> list[Answer]:
    """Answer each text; none is left out, whatever it holds."""
    if not texts:
        return []
    encoded = front_end.encode(texts)
    probabilities = decision.probabilities(read(network, encoded).logits)
    found = []
    for row, answer in enumerate(decision.decide(probabilities).tolist()):
        chances = dict(zip(decision.labels, probabilities[row].tolist(), strict=True))
        label = "unsure" if answer == UNSURE else decision.labels[answer]
        unknown = float(encoded.unknown[row] / encoded.lengths[row])
        note = EMPTY if encoded.empty[row] else NO_KNOWN_WORD if unknown == 1 else ""
        found.append(
            Answer(
                label,
                chances.get(label, max(chances.values())),
                chances,
                unknown,
                note or (CUT if encoded.cut[row] else ""),
            )
        )
    return found
