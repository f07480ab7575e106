"""Labels, messages and a report as a user may bring them, the nasty ones first."""

from attentif.report.html import (
    ClassScores,
    DroppedRow,
    Mistake,
    Number,
    Report,
    ScoreTable,
)

SCRIPT = "<script>alert(1)</script> win"
NASTY = [
    "été 😀 да",
    SCRIPT,
    '$100$ & "prizes"',
    "日本語 العربية हिन्दी",
    "a label that never ends and goes on until the margin is gone, and then some",
    "x\x1b[31m\x00\nred",
]
FIFTY = [f"{kind}:{part}" for kind in "abcde" for part in range(10)]

ROWS = [
    {"name": "words, SVM", "value": 0.930, "low": 0.905, "high": 0.950, "is_baseline": True},
    {"name": "attention", "value": 0.952, "low": 0.931, "high": 0.968, "is_baseline": False},
    {"name": "majority", "value": 0.464, "low": None, "high": None, "is_baseline": True},
]
BEATEN = [{**ROWS[0], "value": 0.961}, *ROWS[1:]]

HISTORY = [
    {
        "epoch": epoch,
        "train_loss": 1 / epoch,
        "validation_loss": 1 / epoch + 0.01 * epoch,
        "train_macro_f1": 1 - 0.5 / epoch,
        "validation_macro_f1": 0.9 - 0.4 / epoch,
    }
    for epoch in range(1, 9)
]


def full_report(figures: dict[str, str]) -> Report:
    """A report with every part, and hostile text wherever text can be."""
    evil = f"{SCRIPT} \"' & <img src=x onerror=alert(2)>"
    return Report(
        title=evil,
        headline=[f"A baseline scores higher: {evil}", evil],
        numbers=[
            Number(evil, 0.952, 0.931, 0.968, evil),
            Number("b", 0.0056, 0.003, 0.01, "", True),
        ],
        provenance={evil: evil},
        facts={evil: evil, "rows": 5574, "header": True, "rate": 0.5, "none": None},
        splits={evil: 3, "test": 1},
        warnings=[evil],
        label_counts={evil: 10, "ham": 90},
        dropped={evil: 2},
        dropped_rows=[DroppedRow(12345, evil, evil)],
        score_tables=[
            ScoreTable(evil, [Number(evil, 0.9)], [ClassScores(evil, 0.1, 0.2, 0.3, 4)], evil)
        ],
        baselines=[{**row, "note": evil} for row in BEATEN],
        decision=evil,
        figures=figures,
        captions=dict.fromkeys(figures, evil),
        mistakes=[Mistake([(evil, 0.75), ("ok", 0.25)], evil, evil, 0.973, 4521)],
        settings={evil: (evil, 1), "ngram_buckets": 16384, "clean": ()},
        versions={evil: evil},
        commands=[(evil, evil)],
    )
