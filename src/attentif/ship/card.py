"""The model card: what a stranger must know before using the model, as Markdown.

Source:
    Mitchell et al. 2019, arXiv:1810.03993 (the sections that apply to a small classifier).
"""

from collections.abc import Mapping, Sequence
from typing import Any

from attentif.config import Settings, cell_and_pooling

NAMES = {"accuracy": "Accuracy", "macro_f1": "Macro F1", "mcc": "MCC"}


def model_card(settings: Settings, labels: Sequence[str | int], metrics: Mapping[str, Any]) -> str:
    """The folder's README.md.

    Args:
        metrics: the content of `metrics.json`; what it does not hold is said to be unknown.
    """
    cell, pooling = cell_and_pooling(settings)
    size = f"{settings.layers} layer{'s' if settings.layers > 1 else ''} of {settings.hidden_size}"
    both = ", both directions" if settings.bidirectional else ""
    sections = [
        f"# {settings.architecture} classifier: {', '.join(map(str, labels))}",
        *metrics.get("verdict", ["Nothing was measured with this model."]),
        "## What it is\n\n"
        f"A recurrent network ({cell.upper()}, {size}{both}; pooling: {pooling}) that answers a"
        f" short text with one of {len(labels)} labels. Made with attentif.",
        data_section(metrics),
        scores_section(metrics),
        limits_section(metrics),
        "## Use\n\n```\nattentif predict THIS_FOLDER new.csv\n"
        'attentif explain THIS_FOLDER "a message"\n```',
    ]
    return "\n\n".join(section for section in sections if section) + "\n"


def data_section(metrics: Mapping[str, Any]) -> str:
    """What it was trained on, and how that was split."""
    if "data" not in metrics:
        return ""
    data, split = metrics["data"], metrics["split"]
    counts = ", ".join(f"{label}: {count:,}" for label, count in data["labels"].items())
    provenance = metrics.get("provenance") or "the user's own file"
    lines = [
        f"- Source: {metrics['source']} ({provenance})",
        f"- {data['rows']:,} rows used ({counts}), {data['n_dropped']:,} dropped",
        f"- Split: {split['how']}: {split['train']:,} to train, {split['validation']:,} to choose"
        f" the epoch, {split['test']:,} to judge on",
        *(f"- {warning}" for warning in data["warnings"]),
    ]
    return "## Data\n\n" + "\n".join(escaped(line) for line in lines)


def scores_section(metrics: Mapping[str, Any]) -> str:
    """Figures with their 95 % intervals, the baselines beside."""
    part = metrics.get("judged_on", "")
    if part not in metrics:
        return ""
    rows = [("this model", metrics[part])] + [(row["name"], row) for row in metrics["baselines"]]
    head = "| | " + " | ".join(NAMES.values()) + " |\n|" + "---|" * (len(NAMES) + 1)
    table = [
        f"| {name} | " + " | ".join(with_interval(scores, key) for key in NAMES) + " |"
        for name, scores in rows
    ]
    own = metrics[part]
    per_class = [
        f"| {escaped(label)} | {row['precision']:.3f} | {row['recall']:.3f} | {row['f1']:.3f}"
        f" | {row['support']:,} |"
        for label, row in own["per_class"].items()
    ]
    said = [
        f"## Scores on the {part} rows ({own['n']:,})",
        "With 95 % intervals. Always answering the largest class has accuracy"
        f" {own['majority']:.3f}.",
        "\n".join([head, *table]),
        "\n".join(
            ["| class | precision | recall | F1 | rows |", "|---|---|---|---|---|", *per_class]
        ),
    ]
    if own["positive"] is not None:
        said.append(
            f"{own['positive']} caught: {own['positive_caught']:.1%}; others blocked:"
            f" {own['negative_blocked']:.2%}. Threshold:"
            f" {'the most probable class' if own['threshold'] is None else own['threshold']}."
        )
    return "\n\n".join(said)


def limits_section(metrics: Mapping[str, Any]) -> str:
    """What it cannot do."""
    limits = [
        "It knows the language and the kinds of text of its training rows, and no others.",
        "People who want to pass a filter change their wording: judge it again on recent texts.",
        "Attention weights show where the network looked, which is not a reason for the answer.",
        *metrics.get("notes", []),
    ]
    return "## Known limits\n\n" + "\n".join(f"- {escaped(limit)}" for limit in limits)


def with_interval(scores: Mapping[str, Any], name: str) -> str:
    """A score and its interval."""
    low, high = scores["intervals"][name]
    return f"{scores[name]:.3f} ({low:.3f} to {high:.3f})"


def escaped(text: str) -> str:
    """Text in which Markdown and HTML see no markup."""
    for sign in "\\`*_[]<>|#":
        text = text.replace(sign, "\\" + sign)
    return text
