"""Why an answer, on the terminal: the text shaded by what its words weigh."""

from rich.console import Console
from rich.text import Text

from attentif.app.output import sentence
from attentif.inspect.explain import Explanation, shaded_pieces
from attentif.report.printable import printable
from attentif.report.terminal_tokens import shaded_text, signed_text

NO_WORD_DECIDES = 0.05  # change of the probability below which no word alone is the reason


def show_explanation(console: Console, explanation: Explanation) -> None:
    """The answer, the text twice: shaded by attention, and by what leaving words out changes."""
    label, explained = printable(explanation.label), printable(explanation.explained)
    chance = f"{explanation.probabilities[explanation.explained]:.3f}"
    sure = explanation.label == explanation.explained
    beside = f"  probability {chance}" if sure else f"  (most probable: {explained}, {chance})"
    console.print(Text.assemble((label, "bold"), beside))
    if not explanation.text.strip():
        sentence(console, "The text is empty: this is the answer to no word at all.", "dim")
    else:
        show_reasons(console, explanation)
    console.print()


def show_reasons(console: Console, explanation: Explanation) -> None:
    """The text twice, and whether the two agree."""
    pieces = shaded_pieces(explanation)
    shown = [word for word, _ in pieces]
    if any(token.attention is not None for token in explanation.tokens):
        sentence(console, "attention: where the network looked", "dim")
        console.print(shaded_text(shown, [weight for _, weight in pieces], separator=""))
    sentence(console, f"without the word: what speaks for {explanation.explained}", "dim")
    changes = [*(token.left_out for token in explanation.tokens), 0.0]
    console.print(signed_text(shown, changes, separator=""))
    if (most := max(map(abs, changes))) < NO_WORD_DECIDES:
        words = (
            "No single word decides: without any one of them the probability changes by"
            f" {most:.1g} at most."
        )
        sentence(console, words, "dim")
    if explanation.agreement is not None:
        sentence(console, belief(explanation.agreement), "dim")


def belief(agreement: float) -> str:
    """What the agreement of the two says about the attention.

    >>> belief(0.1)
    'The two orders hardly agree (tau 0.10): here the attention is no explanation.'
    """
    if agreement >= 0.5:
        return f"The two orders agree (tau {agreement:.2f}): the attention points at what counts."
    if agreement >= 0.2:
        return f"The two orders agree a little (tau {agreement:.2f}): trust the second more."
    return (
        f"The two orders hardly agree (tau {agreement:.2f}): here the attention is no explanation."
    )
