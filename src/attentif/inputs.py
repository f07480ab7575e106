"""What a caller may give as texts: checked once, in one place, with one sentence."""

from collections.abc import Iterable, Mapping
from typing import Any

from numpy.typing import NDArray

from attentif.errors import InputTypeError


def texts_of(X: Iterable[str]) -> list[str]:
    """The texts as a list, or one sentence that says what was given instead.

    Raises:
        InputTypeError: one string (a list of letters otherwise), bytes, numbers, None, NaN,
            a table of several columns, a set (which has no order).

    >>> texts_of(text for text in ("a", "b"))
    ['a', 'b']
    """
    if isinstance(X, str):
        raise InputTypeError(f"expected a list of texts, got one text: {X[:40]!r}. Put it in [ ].")
    if isinstance(X, bytes | Mapping | set | frozenset) or not isinstance(X, Iterable):
        raise InputTypeError(f"expected a list of texts, got {type(X).__name__}.")
    if getattr(X, "ndim", 1) != 1:
        raise InputTypeError(
            f"expected one column of texts, got a table of shape {getattr(X, 'shape', '?')}."
            " Give its text column."
        )
    texts = list(X)
    for position, text in enumerate(texts):
        if not isinstance(text, str):
            raise InputTypeError(
                f"expected texts, got {text!r} ({type(text).__name__}) at position {position}."
                " Convert it with str, or drop the row."
            )
    return [str(text) for text in texts]


def one_text(text: str) -> str:
    """The one text that is explained, or one sentence that says what was given instead.

    Raises:
        InputTypeError: a list, or anything else that is no text.
    """
    if not isinstance(text, str):
        raise InputTypeError(
            f"expected one text to explain, got {type(text).__name__}. Of a list, give one text"
            " at a time."
        )
    return str(text)


def alone(X: Iterable[str] | str, answers: NDArray[Any]) -> NDArray[Any]:
    """One answer for one text, all of them for a list."""
    return answers[0] if isinstance(X, str) else answers
