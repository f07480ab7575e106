"""Why an answer, on the terminal: the text shaded by what its words weigh."""

from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import NamedTuple

from rich.console import Console
from rich.text import Text

from attentif.app.output import sentence
from attentif.inspect.explain import EVEN, Explanation, pieces_of
from attentif.report.printable import printable
from attentif.report.terminal_tokens import shaded_text, signed_text

MEASURES = {"gradient": "gradient times input", "integrated": "integrated gradients"}
ALIKE = "The attention weighs all words alike, or almost: it explains nothing here."
EMPTY = "The text is empty: this is the answer to no word at all."
Others = Mapping[str, Sequence[float]]
"""Further measures, of `MEASURES`, a signed value for each token."""
NOTHING: Others = MappingProxyType({})
NO_WORD_DECIDES = 0.05  # change of the probability below which no word alone is the reason


class Reading(NamedTuple):
    """The text once: what its shades say, and a value for each token. signs: below 0 too."""

    said: str
    values: Sequence[float]
    signs: bool = True


def show_explanation(console: Console, explanation: Explanation, others: Others = NOTHING) -> None:
    """The answer, and the text once by each measure.

    Args:
        others: further measures.
    """
    answer, beside = answer_of(explanation)
    console.print(Text.assemble((answer, "bold"), beside))
    if not explanation.text.strip():
        sentence(console, EMPTY, "dim")
    else:
        pieces = pieces_of(explanation)
        for said, values, signs in readings_of(explanation, others):
            sentence(console, said, "dim")
            weighed = signed_text if signs else shaded_text
            console.print(weighed(pieces, [*values, 0.0], separator=""))
        for said in beliefs(explanation):
            sentence(console, said, "dim")
    console.print()


def answer_of(explanation: Explanation) -> tuple[str, str]:
    """The label, and how sure it is."""
    label, explained = printable(explanation.label), printable(explanation.explained)
    chance = f"{explanation.probabilities[explanation.explained]:.3f}"
    sure = explanation.label == explanation.explained
    return label, f"  probability {chance}" if sure else f"  (most probable: {explained}, {chance})"


def readings_of(explanation: Explanation, others: Others = NOTHING) -> list[Reading]:
    """Attention, if there is one, leaving out, and the others."""
    tokens, what = explanation.tokens, f"what speaks for {printable(explanation.explained)}"
    found = [Reading(f"without the word: {what}", [token.left_out for token in tokens])]
    if any(token.attention is not None for token in tokens):
        weights = [token.attention or 0.0 for token in tokens]
        found.insert(0, Reading("attention: where the network looked", weights, signs=False))
    return found + [Reading(f"{MEASURES[name]}: {what}", values) for name, values in others.items()]


def beliefs(explanation: Explanation) -> list[str]:
    """What must be known before the shades are believed."""
    found = []
    most = max((abs(token.left_out) for token in explanation.tokens), default=0.0)
    if most < NO_WORD_DECIDES:
        found.append(
            "No single word decides: without any one of them the probability changes by"
            f" {most:.1g} at most."
        )
    if (explanation.evenness or 0.0) >= EVEN:
        found.append(ALIKE)
    elif explanation.agreement is not None:
        found.append(belief(explanation.agreement))
    return found


def belief(agreement: float) -> str:
    """What the agreement of the two orders says about the attention.

    >>> belief(0.1)
    'Attention and leaving out hardly agree (tau 0.10): here the attention is no explanation.'
    """
    order = f"(tau {agreement:.2f})"
    if agreement >= 0.5:
        return f"Attention and leaving out agree {order}: the attention points at what counts."
    if agreement >= 0.2:
        return f"Attention and leaving out agree a little {order}: trust leaving out more."
    return f"Attention and leaving out hardly agree {order}: here the attention is no explanation."
