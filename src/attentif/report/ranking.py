"""Models and baselines in order, and the verdict in one plain sentence."""

import math
from collections.abc import Mapping, Sequence
from typing import Any

from attentif.errors import ShapeError
from attentif.report.printable import one_line
from attentif.report.wording import score

Row = Mapping[str, Any]
"""`name`, `value`, `low` and `high` (or None), `is_baseline`; perhaps `values`, `note`."""

FAR = 4.0  # a baseline that would make the axis this many times longer is left off it


def known(value: float | None) -> bool:
    """Whether there is a finite value."""
    return value is not None and math.isfinite(value)


def ranked(rows: Sequence[Row]) -> list[Row]:
    """The rows, the highest value first; equal ones as given, those without a value last.

    Raises:
        ShapeError: there are none.
    """
    if not rows:
        raise ShapeError("rows must hold at least one model, got none.")
    return sorted(rows, key=lambda row: -row["value"] if known(row["value"]) else math.inf)


def baseline_wins(rows: Sequence[Row]) -> bool:
    """Whether some baseline is above every model; a tie is no win of the baseline.

    Example:
        >>> svm = {"name": "SVM", "value": 0.95, "is_baseline": True}
        >>> baseline_wins([svm, {"name": "lstm", "value": 0.94, "is_baseline": False}])
        True
    """
    values = {True: -math.inf, False: -math.inf}
    for row in rows:
        kind = bool(row.get("is_baseline"))
        if known(row["value"]):
            values[kind] = max(values[kind], row["value"])
    return values[True] > values[False]


def verdict(rows: Sequence[Row]) -> str:
    """Who is highest, in one plain sentence that says first when it is a baseline.

    Example:
        >>> verdict([{"name": "SVM", "value": 0.95, "is_baseline": True},
        ...          {"name": "lstm", "value": 0.94, "is_baseline": False}])
        'A baseline scores higher: SVM, 0.950; the model is 0.010 behind.'
    """
    order = ranked(rows)
    models = [row for row in order if not row.get("is_baseline")]
    best = next((row for row in models if row["value"] == order[0]["value"]), order[0])
    if not baseline_wins(rows):
        return f"Highest: {one_line(best['name'])}, {score(best['value'])}."
    behind = ""
    if models and known(models[0]["value"]):
        difference = best["value"] - models[0]["value"]
        model = "the best model" if len(models) > 1 else "the model"
        less = score(difference) if float(score(difference)) else "less than 0.0005"
        behind = f"; {model} is {less} behind"
    return f"A baseline scores higher: {one_line(best['name'])}, {score(best['value'])}{behind}."


def reach(rows: Sequence[Row]) -> tuple[float, float]:
    """Ends of an axis that holds all values and intervals.

    A baseline so far below that the others would shrink to dots is left outside it.
    """
    kept = [row for row in ranked(rows) if known(row["value"])]
    while len(kept) > 2 and kept[-1].get("is_baseline"):
        rest, everything = _drawn(kept[:-1]), _drawn(kept)
        if max(everything) - min(everything) < FAR * (max(rest) - min(rest)):
            break
        kept.pop()
    drawn = _drawn(kept) or [0.0, 1.0]
    return min(drawn), max(drawn)


def _drawn(rows: Sequence[Row]) -> list[float]:
    """All that an axis has to hold."""
    return [
        value
        for row in rows
        for value in (row["value"], row.get("low"), row.get("high"), *row.get("values", ()))
        if value is not None and math.isfinite(value)
    ]
