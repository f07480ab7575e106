"""Texts in, answers out: as many, in the same order, each with what its reader must know."""

from collections.abc import Sequence
from typing import NamedTuple

from attentif.measure.decision import UNSURE, Decision
from attentif.text.encode import FrontEnd
from attentif.text.readings import Read

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
    read: Read, front_end: FrontEnd, decision: Decision, texts: Sequence[str]
) -> list[Answer]:
    """Answer each text; none is left out, whatever it holds."""
    if not texts:
        return []
    encoded = front_end.encode(texts)
    probabilities = decision.probabilities(read(encoded).logits)
    told = zip(
        decision.decide(probabilities).tolist(),
        probabilities.tolist(),
        (encoded.unknown / encoded.lengths).tolist(),
        encoded.empty.tolist(),
        encoded.cut.tolist(),
        strict=True,
    )
    found = []
    for answer, chances, unknown, empty, cut in told:
        unsure = answer == UNSURE
        label = "unsure" if unsure else decision.labels[answer]
        chance = max(chances) if unsure else chances[answer]
        named = dict(zip(decision.labels, chances, strict=True))
        note = EMPTY if empty else NO_KNOWN_WORD if unknown == 1 else CUT if cut else ""
        found.append(Answer(label, chance, named, unknown, note))
    return found
