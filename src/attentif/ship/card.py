"""The model card: what a stranger must know before using the model, as Markdown.

Source:
    Mitchell et al. 2019, arXiv:1810.03993 (the sections that apply to a small classifier).
"""

import html
from collections.abc import Mapping, Sequence
from typing import Any

from attentif import __version__
from attentif.config import Settings, cell_and_pooling

NAMES = {"accuracy": "Accuracy", "macro_f1": "Macro F1", "mcc": "MCC"}
NAMED = 6  # labels that the title names
MARKUP = "\\`*_{}[]|#~$"
USE = """## Use

```
attentif predict THIS_FOLDER new.csv
attentif explain THIS_FOLDER "a message"
```

```python
from attentif import TextClassifier

TextClassifier.load("THIS_FOLDER").predict_proba(["a message"])
```"""


def model_card(settings: Settings, labels: Sequence[str | int], metrics: Mapping[str, Any]) -> str:
    """The folder's README.md.

    Args:
        metrics: the content of `metrics.json`; what it does not hold is left out.
    """
    named = ", ".join(escaped(str(label)) for label in labels[:NAMED])
    others = f" and {len(labels) - NAMED} others" if len(labels) > NAMED else ""
    sections = [
        f"# A classifier of short texts: {named}{others}",
        *metrics.get("verdict", ["Nothing was measured with this model."]),
        network_section(settings, len(labels), metrics),
        data_section(metrics),
        scores_section(metrics),
        limits_section(metrics),
        USE,
    ]
    return "\n\n".join(section for section in sections if section) + "\n"


def network_section(settings: Settings, n_labels: int, metrics: Mapping[str, Any]) -> str:
    """What it is, and how its training went."""
    cell, pooling = cell_and_pooling(settings)
    size = f"{settings.layers} layer{'s' if settings.layers > 1 else ''} of {settings.hidden_size}"
    both = ", both directions" if settings.bidirectional else ""
    kind = "pooling" if pooling in ("last", "mean", "max") else "attention"
    said = [
        f"A recurrent network ({cell.upper()}, {size}{both}, {pooling} {kind}) that answers a"
        f" short text with one of {n_labels} labels. Made with attentif {__version__}."
    ]
    if training := metrics.get("training"):
        said.append(
            f"Epoch {training['best_epoch']} of {training['epochs']} was kept;"
            f" {training['parameters']:,} weights."
        )
        if training["stop_reason"]:
            said.append(f"Training ended early: {escaped(training['stop_reason']).rstrip('.')}.")
    return "## What it is\n\n" + " ".join(said)


def data_section(metrics: Mapping[str, Any]) -> str:
    """What it was trained on, and how that was split."""
    if not {"source", "data", "split"} <= metrics.keys():
        return ""
    data, split = metrics["data"], metrics["split"]
    counts = ", ".join(f"{label}: {count:,}" for label, count in data["labels"].items())
    provenance = metrics.get("provenance") or "the user's own file"
    lines = [
        f"Source: {metrics['source']} ({provenance}).",
        f"{data['rows']:,} rows used ({counts}), {data['n_dropped']:,} dropped.",
        f"{split['train']:,} rows to train, {split['validation']:,} to choose the epoch,"
        f" {split['test']:,} to judge on; {split['how']}.",
        *data["warnings"],
    ]
    return "## Data\n\n" + bullets(lines)


def scores_section(metrics: Mapping[str, Any]) -> str:
    """Figures with their 95 % intervals, the baselines beside."""
    part = metrics.get("judged_on", "")
    if part not in metrics:
        return ""
    own = metrics[part]
    rows = [("this model", own)] + [(row["name"], row) for row in metrics.get("baselines", [])]
    compared = [[name, *(with_interval(scores, key) for key in NAMES)] for name, scores in rows]
    per_class = [
        [escaped(label), *(f"{row[key]:.3f}" for key in ("precision", "recall", "f1"))]
        + [f"{row['support']:,}"]
        for label, row in own["per_class"].items()
    ]
    said = [
        f"## Scores on the {part} rows ({own['n']:,})",
        "With 95 % intervals. Always answering the largest class has accuracy"
        f" {own['majority']:.3f}.",
        table(["", *NAMES.values()], compared),
        table(["Class", "Precision", "Recall", "F1", "Rows"], per_class),
        decision_sentences(own),
    ]
    return "\n\n".join(part for part in said if part)


def decision_sentences(own: Mapping[str, Any]) -> str:
    """What the threshold lets through, and how often there is no answer."""
    said = []
    if own["positive"] is not None:
        name, at = escaped(own["positive"]), own["threshold"]
        border = "the most probable class"
        if at is not None:
            border = f"{name} from probability {at:.6g} on" if at <= 1 else f"never {name}"
        said.append(
            f"{name} caught: {with_interval(own, 'positive_caught', '.1%')}; others blocked:"
            f" {with_interval(own, 'negative_blocked', '.2%')}. Answered: {border}."
        )
    if unsure := sum(own["unsure"]):
        said.append(f"{unsure:,} of {own['n']:,} rows got the answer “unsure”, counted as wrong.")
    return " ".join(said)


def limits_section(metrics: Mapping[str, Any]) -> str:
    """What it cannot do."""
    limits = [
        "It knows the language and the kinds of text of its training rows, and no others.",
        "People who want to pass a filter change their wording: judge it again on recent texts.",
        "Attention weights show where the network looked, which is not a reason for the answer.",
        *metrics.get("notes", []),
    ]
    return "## Known limits\n\n" + bullets(limits)


def bullets(lines: Sequence[str]) -> str:
    """A list, its texts without markup."""
    return "\n".join(f"- {escaped(line)}" for line in lines)


def table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """A table, the first column to the left and the figures to the right.

    >>> print(table(["", "F1"], [["this model", "0.9"]]))
    |  | F1 |
    |:---|---:|
    | this model | 0.9 |
    """
    lines = [f"| {' | '.join(row)} |" for row in (head, *rows)]
    return "\n".join([lines[0], "|:---|" + "---:|" * (len(head) - 1), *lines[1:]])


def with_interval(scores: Mapping[str, Any], name: str, form: str = ".3f") -> str:
    """A score and its interval."""
    low, high = scores["intervals"][name]
    return f"{scores[name]:{form}} ({low:{form}} to {high:{form}})"


def escaped(text: str) -> str:
    r"""Text on one line, in which Markdown and HTML see no markup.

    >>> print(escaped("<b>5 * 3</b>\n& more"))
    &lt;b&gt;5 \* 3&lt;/b&gt; &amp; more
    """
    line = html.escape(" ".join(text.split()), quote=False)
    return "".join("\\" + sign if sign in MARKUP else sign for sign in line)
