"""Why this answer: what the attention weighed, and what changes when a word is left out.

Attention says where the network looked; it is not by itself a reason (Jain and Wallace
2019, arXiv:1902.10186; Wiegreffe and Pinter 2019, arXiv:1908.04626). Leaving each word out
asks the network itself: how much would the answer change without it?
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from attentif.measure.decision import UNSURE, Decision
from attentif.text.encode import Encoded, FrontEnd
from attentif.text.readings import Read

EVEN = 0.995  # evenness from which no word stands out


class TokenReason(NamedTuple):
    """One token: its place in the text and its part in the answer.

    attention: its weight; the same for all tokens where the network takes their mean, None
        where it weighs none.
    left_out: probability of the answer with the token minus without it, from -1 to 1:
        above 0 where the token speaks for the answer.
    """

    text: str
    start: int
    end: int
    known: bool
    attention: float | None
    left_out: float


@dataclass(frozen=True)
class Explanation:
    """An answer and the part of each token in it.

    label: what the model decides ("unsure" within its band); explained: the class whose
        probability the tokens are judged by, the most probable one when unsure.
    agreement: Kendall's tau between attention and the size of the left-out changes, from
        -1 to 1; None with fewer than two tokens, without attention, or when either side is
        the same for all tokens.
    """

    text: str
    label: str
    explained: str
    probabilities: dict[str, float]
    tokens: list[TokenReason]
    agreement: float | None

    @property
    def evenness(self) -> float | None:
        """Of the attention; None without one, or with fewer than two tokens."""
        weights = [token.attention for token in self.tokens if token.attention is not None]
        return evenness(weights) if len(weights) > 1 else None

    def to_dict(self) -> dict[str, Any]:
        """Ready for JSON."""
        return {
            "text": self.text,
            "label": self.label,
            "explained": self.explained,
            "probability": self.probabilities[self.explained],
            "probabilities": self.probabilities,
            "tokens": [token._asdict() for token in self.tokens],
            "agreement": self.agreement,
            "evenness": self.evenness,
        }


def explain(read: Read, front_end: FrontEnd, decision: Decision, text: str) -> Explanation:
    """Explain the answer to one text.

    Args:
        read: the network, whatever engine runs it.
        text: any string; a blank one is read as one unknown token of no characters.
    """
    encoded = front_end.encode([text])
    whole = read(encoded)
    probabilities = decision.probabilities(whole.logits)
    answer = int(decision.decide(probabilities)[0])
    explained = int(probabilities[0].argmax()) if answer == UNSURE else answer
    tokens = front_end.tokens(text)
    # What is left of a one-word text without its word is the empty text.
    left = without_each(encoded) if len(tokens) > 1 else front_end.encode([""])
    without = decision.probabilities(read(left).logits)
    changes = probabilities[0, explained] - without[:, explained]
    weights = whole.weights[0]
    reasons = [
        TokenReason(*token, float(weights[t]) if len(weights) else None, float(changes[t]))
        for t, token in enumerate(tokens)
    ]
    labels = decision.labels
    return Explanation(
        text=text,
        label="unsure" if answer == UNSURE else labels[answer],
        explained=labels[explained],
        probabilities={name: float(p) for name, p in zip(labels, probabilities[0], strict=True)},
        tokens=reasons,
        agreement=rank_agreement(weights, np.abs(changes)),
    )


def without_each(encoded: Encoded) -> Encoded:
    """One text of n > 1 tokens -> n texts of n - 1, the t-th without token t."""
    n = len(encoded.words)
    kept = ~np.eye(n, dtype=bool)
    words = np.broadcast_to(encoded.words, (n, n))[kept].astype(np.int32)
    return Encoded(
        words=words,
        starts=np.arange(n + 1, dtype=np.int64) * (n - 1),
        pieces=encoded.pieces,
        unknown=np.zeros(n, np.int32),
        cut=np.zeros(n, bool),
        empty=np.zeros(n, bool),
    )


def evenness(weights: Sequence[float] | NDArray[np.floating]) -> float:
    """Entropy of one text's weights, two or more, as a part of the largest that it can be.

    >>> round(evenness([0.5, 0.5]), 3), abs(evenness([1.0, 0.0]))
    (1.0, 0.0)
    """
    some = np.array([weight for weight in weights if weight > 0], float)
    return float(-(some * np.log(some)).sum() / np.log(len(weights)))


def rank_agreement(weights: NDArray[np.floating], changes: NDArray[np.floating]) -> float | None:
    """Kendall's tau-b between two judgements of the same tokens, None where it has no value.

    Source:
        Kendall 1945, "The treatment of ties in ranking problems".

    >>> rank_agreement(np.array([0.1, 0.2, 0.7]), np.array([0.0, 0.3, 0.4]))
    1.0
    """
    if len(weights) < 2 or len(weights) != len(changes):
        return None
    order = np.sign(weights[:, None] - weights)  # (n, n): is t above u, below, or tied?
    other = np.sign(changes[:, None] - changes)
    pairs = np.sqrt((order**2).sum() * (other**2).sum())
    return float((order * other).sum() / pairs) if pairs else None


def pieces_of(explanation: Explanation) -> list[str]:
    """The whole text: each token with what stands before it, then what stands after the last."""
    pieces, last = [], 0
    for token in explanation.tokens:
        pieces.append(explanation.text[last : token.end])
        last = max(last, token.end)
    return [*pieces, explanation.text[last:]]


def shaded_pieces(explanation: Explanation) -> list[tuple[str, float]]:
    """The pieces, each with its token's attention."""
    weights = [token.attention or 0.0 for token in explanation.tokens]
    return list(zip(pieces_of(explanation), [*weights, 0.0], strict=True))
