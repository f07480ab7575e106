"""The report of a training: its pictures, and the page that holds them."""

import os
import shlex
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

from matplotlib.figure import Figure

from attentif import __version__
from attentif.account import JUDGED_BY, Account, Judged, score_rows
from attentif.app.show import ended_early
from attentif.measure.calibration import precision_recall, reliability
from attentif.measure.metrics import Scores
from attentif.report import html
from attentif.report.confusion import confusion
from attentif.report.counts import class_counts, lengths
from attentif.report.curves import curves
from attentif.report.save import save, to_svg
from attentif.report.scores import scores as scores_figure
from attentif.report.thresholds import calibration
from attentif.report.thresholds import precision_recall as precision_recall_figure
from attentif.ship.saving import versions
from attentif.train.callbacks import INTERRUPTED

PAGE, PICTURES = "report.html", "pictures"
SCORE_NAMES = {"accuracy": "Accuracy", "macro_f1": "Macro F1", "mcc": "MCC"}
CAPTIONS = {
    "confusion": "Each row is what the texts are, each column what the model says.",
    "calibration": "On the diagonal, a stated 90 % is right nine times in ten.",
    "lengths": "In tokens, as the model reads them.",
}


def write(account: Account, metrics: Mapping[str, Any], folder: Path, command: str) -> Path:
    """Write report.html and the pictures (PNG and SVG) into the model's folder.

    Args:
        metrics: the content of metrics.json.
        command: the line that made the model.

    Returns:
        The page's path.
    """
    figures = draw(account)
    for name, figure in figures.items():
        save(figure, folder / PICTURES, name)
    svgs = {name: to_svg(figure) for name, figure in figures.items()}
    page, beside = folder / PAGE, folder / f".{PAGE}.part"
    beside.write_text(html.render(report_of(account, metrics, svgs, folder, command)), "utf-8")
    os.replace(beside, page)
    return page


def draw(account: Account) -> dict[str, Figure]:
    """All pictures that the account has the numbers for, by name."""
    model, parts, judged = account.model, account.parts, account.judged
    labels = model.decision_.labels
    learnt = [*parts.train.labels, *parts.validation.labels, *parts.test.labels]
    sizes: dict[str, list[int]] = {label: [] for label in labels}
    encoded = model.front_end_.encode(parts.train.texts)
    for label, size in zip(parts.train.labels, encoded.lengths.tolist(), strict=True):
        sizes[label].append(size)
    figures = {
        "class_counts": class_counts({label: learnt.count(label) for label in labels}),
        "lengths": lengths(sizes, "token", model.front_end_.max_length),
    }
    if model.history_:
        named = [
            {**row, "train_loss": row["loss"], "train_accuracy": row["accuracy"]}
            for row in model.history_
        ]
        figures["curves"] = curves(named, model.best_epoch_, "accuracy")
    if judged:
        figures["confusion"] = confusion(judged.scores.confusion, labels)
        figures["calibration"] = calibrated(judged)
        if judged.scores.positive is not None:
            figures["precision_recall"] = caught(judged, labels.index(judged.scores.positive))
        figures["scores"] = scores_figure(score_rows(account), SCORE_NAMES[JUDGED_BY])
    return figures


def calibrated(judged: Judged) -> Figure:
    """Is the most probable class right as often as its probability says?"""
    sure = judged.probabilities.max(axis=1)
    right = judged.probabilities.argmax(axis=1) == judged.truth
    bins = reliability(right, sure)
    triples = list(zip(bins.mean.tolist(), bins.observed.tolist(), bins.rows.tolist(), strict=True))
    return calibration(triples, judged.scores.calibration_error)


def caught(judged: Judged, positive: int) -> Figure:
    """Precision against recall of the class looked for, and where the model stands."""
    curve = precision_recall(judged.truth == positive, judged.probabilities[:, positive])
    own = judged.scores.per_class[judged.scores.labels[positive]]
    return precision_recall_figure(
        curve.recall.tolist(),
        curve.precision.tolist(),
        (own.recall, own.precision),
        judged.scores.average_precision or 0.0,
    )


def report_of(
    account: Account,
    metrics: Mapping[str, Any],
    figures: Mapping[str, str],
    folder: Path,
    command: str,
) -> html.Report:
    """The page's content."""
    model, parts, data = account.model, account.parts, metrics["data"]
    dropped, place = [row["reason"] for row in data["dropped"]], shlex.quote(str(folder))
    return html.Report(
        title=f"{metrics['source']}: {model.settings_.architecture}",
        headline=account.verdict,
        numbers=large_numbers(account.judged.scores) if account.judged else [],
        provenance={
            "Data": metrics["provenance"] or "the user's own file",
            "Made": f"{datetime.now().astimezone():%Y-%m-%d %H:%M %Z} by attentif {__version__}",
            "Command": command,
        },
        facts=facts_of(account, metrics),
        splits={
            "training": len(parts.train.texts),
            "validation": len(parts.validation.texts),
            "test": len(parts.test.texts),
        },
        warnings=[*data["warnings"], *model.notes_, *ended_early(trouble(account))],
        label_counts=data["labels"],
        dropped={reason: dropped.count(reason) for reason in dict.fromkeys(dropped)},
        dropped_rows=[
            html.DroppedRow(row["line"], row["reason"], row["sample"]) for row in data["dropped"]
        ],
        score_tables=score_tables(account),
        baselines=score_rows(account),
        decision=decided(account),
        figures=figures,
        captions={name: text for name, text in CAPTIONS.items() if name in figures},
        mistakes=[
            html.Mistake(m.tokens, m.true, m.predicted, m.probability, m.line)
            for m in account.mistakes
        ],
        separator="",
        settings=model.settings_.to_dict(),
        versions=versions(),
        commands=[
            ("Judge it on rows it never saw", f"attentif test {place} held-out.csv"),
            ("Answer new texts", f"attentif predict {place} new.csv"),
            ("Ask why", f'attentif explain {place} "a message"'),
        ],
    )


def trouble(account: Account) -> str:
    """Why training broke off, if it did; an early stop as planned is none."""
    model = account.model
    broken_off = model.diverged_ or model.stop_reason_ == INTERRUPTED
    return model.stop_reason_ if broken_off else ""


def facts_of(account: Account, metrics: Mapping[str, Any]) -> dict[str, object]:
    """Where the rows came from and what training was, by name."""
    model, data = account.model, metrics["data"]
    return {
        "Source": metrics["source"],
        "Encoding": data["encoding"],
        "Delimiter": data["delimiter"],
        "Text column": data["text_column"],
        "Label column": data["label_column"],
        "Rows": data["rows"],
        "Split": account.parts.how,
        "Best epoch": f"{model.best_epoch_} of {len(model.history_)}",
        "Parameters": model.n_parameters_,
        "Seconds to train": f"{model.seconds_:.1f}",
    }


def score_tables(account: Account) -> list[html.ScoreTable]:
    """The scores on test and validation rows, where there are any."""
    parts = (
        ("Test", account.test, "Rows that training never saw."),
        ("Validation", account.validation, "Rows that chose the epoch: a little flattering."),
    )
    return [score_table(title, judged.scores, note) for title, judged, note in parts if judged]


def large_numbers(scores: Scores) -> list[html.Number]:
    """The two or three numbers a reader takes away."""

    def number(name: str, key: str, value: float | None, note: str) -> html.Number:
        low, high = scores.intervals[key]
        return html.Number(name, value or 0.0, low, high, note, percent=key != "mcc")

    if scores.positive is not None:
        return [
            number(f"{scores.positive} caught", "positive_caught", scores.positive_caught, ""),
            number("others blocked", "negative_blocked", scores.negative_blocked, ""),
            number("MCC", "mcc", scores.mcc, "1 is perfect, 0 is guessing"),
        ]
    return [
        number("Accuracy", "accuracy", scores.accuracy, f"{scores.majority:.1%} for doing nothing"),
        number("Macro F1", "macro_f1", scores.macro_f1, "every class counts the same"),
    ]


def score_table(title: str, scores: Scores, note: str) -> html.ScoreTable:
    """The scores of one part."""
    overall = [
        html.Number(SCORE_NAMES[name], getattr(scores, name), *scores.intervals[name])
        for name in SCORE_NAMES
    ]
    overall.append(html.Number("Calibration error", scores.calibration_error))
    if scores.average_precision is not None:
        overall.append(html.Number("Average precision", scores.average_precision))
    classes = [
        html.ClassScores(label, row.precision, row.recall, row.f1, row.support)
        for label, row in scores.per_class.items()
    ]
    return html.ScoreTable(title, overall, classes, note)


def decided(account: Account) -> str:
    """How a probability becomes an answer, in a sentence."""
    decision = account.model.decision_
    if decision.threshold is None or decision.positive is None:
        said = "The most probable class is the answer."
    else:
        wish = account.model.settings_
        aim = (
            f"at most {wish.max_false_positive_rate:.2%} of the others blocked"
            if wish.max_false_positive_rate
            else f"a precision of at least {wish.min_precision:.1%}"
        )
        said = (
            f"{decision.labels[decision.positive]} is answered from a probability of"
            f" {decision.threshold:.4f} on, chosen on the validation rows for {aim}."
        )
    if decision.unsure:
        said += f" Nearer than {decision.unsure:g} to the border the answer is 'unsure'."
    if decision.temperature != 1:
        said += f" Logits are divided by {decision.temperature:.2f} (fitted on validation rows)."
    return said
