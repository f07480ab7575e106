"""All figures of the house and the ways to keep them, under one name."""

from attentif.report.confusion import confusion
from attentif.report.counts import class_counts, lengths
from attentif.report.curves import curves
from attentif.report.save import save, to_png, to_svg
from attentif.report.scores import comparison, scores
from attentif.report.thresholds import calibration, precision_recall

__all__ = [
    "calibration",
    "class_counts",
    "comparison",
    "confusion",
    "curves",
    "lengths",
    "precision_recall",
    "save",
    "scores",
    "to_png",
    "to_svg",
]
