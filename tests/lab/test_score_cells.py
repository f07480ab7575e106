"""Scores as cells, and the sentence that says how much chance is in them."""

from attentif.lab.language import LANGUAGES, WIDE
from attentif.lab.score_cells import score_cells, score_heads, score_note

SCORES = type("S", (), {"accuracy": 0.825, "mcc": 0.5678, "n": 1330, "majority": 0.7,
                        "intervals": {"accuracy": (0.78, 0.86)}})  # fmt: skip
TRIAL = type("T", (), {"scores": SCORES})
EN, FR = LANGUAGES["en"], LANGUAGES["fr"]


def test_cells_stand_under_their_heads():
    assert score_cells(TRIAL, EN) == (f"82.5{WIDE}%", "0.57")
    assert score_cells(TRIAL, FR) == (f"82,5{WIDE}%", "0,57")
    assert score_heads(FR) == ["exactitude", "MCC"]


def test_the_note_says_rows_interval_and_majority():
    for language, parts in (
        (EN, ("1,330", "78.0", "86.0", "70.0")),
        (FR, ("78,0", "86,0", "70,0")),
    ):
        assert all(part in score_note(TRIAL, language) for part in parts)
