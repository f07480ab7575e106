"""The cases that are about answering, through the verb itself."""

import json
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from attentif.app import ahead, predict
from attentif.app.options import PredictOptions
from attentif.data.options import ReadOptions

if TYPE_CHECKING:
    from attentif import TextClassifier

CASES = Path(__file__).resolve().parents[1] / "cases"
ORDER = CASES / "23-predict-every-line-in-order" / "input.txt"
BATCH = CASES / "26-batch-does-not-change-the-answer" / "input.txt"
CLOSE = 0.00001


@pytest.fixture(scope="module")
def model(tiny_classifier: "TextClassifier", tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tiny_classifier.save(tmp_path_factory.mktemp("model") / "model")


def answered(model: Path, content: str, folder: Path) -> list[dict[str, Any]]:
    """What `attentif predict MODEL file.txt --json --out answers.jsonl` writes."""
    source, out = folder / "input.txt", folder / "answers.jsonl"
    source.write_bytes(content.encode("utf-8"))
    predict.run(model, str(source), PredictOptions(json=True, out=str(out)), ReadOptions())
    return [json.loads(line) for line in out.read_text(encoding="utf-8").splitlines()]


@pytest.mark.parametrize("end", ["", "\n"])
def test_case_23_every_line_is_answered_in_order(model, tmp_path, capsys, end):
    found = answered(model, ORDER.read_text(encoding="utf-8").removesuffix("\n") + end, tmp_path)
    assert [row["line"] for row in found] == [1, 2, 3, 4, 5, 6]
    assert [row["text"] for row in found] == [
        "See you at six", "", "   ", "😀😀", "qzxv wkrp", "Win now",
    ]  # fmt: skip
    notes = [row["note"] for row in found]
    assert notes[1] == notes[2] == "empty"
    assert notes[3] == notes[4] == "no known word"
    assert notes[5] == "" and found[5]["label"] == "spam"
    assert all(0 <= chance <= 1 for row in found for chance in row["probabilities"].values())
    said = capsys.readouterr().err
    assert "6 texts answered (2 empty, 2 no known word)." in said


def test_case_23_a_final_newline_changes_nothing(model, tmp_path):
    content = ORDER.read_text(encoding="utf-8").removesuffix("\n")
    assert answered(model, content, tmp_path) == answered(model, content + "\n", tmp_path)


def test_case_26_no_text_changes_another_s_answer(model, tmp_path, monkeypatch):
    lines = BATCH.read_text(encoding="utf-8").splitlines()
    assert len(lines) == 3
    ways = [list(chain(*(answered(model, line, tmp_path) for line in lines)))]
    for size in (1, 2, 3):
        monkeypatch.setattr(ahead, "CHUNK", size)
        ways.append(answered(model, "\n".join(lines), tmp_path))
        ways.append(answered(model, "\n".join(reversed(lines)), tmp_path)[::-1])
    for way in ways[1:]:
        assert [row["text"] for row in way] == lines
        assert [row["label"] for row in way] == [row["label"] for row in ways[0]]
        for row, alone in zip(way, ways[0], strict=True):
            assert row["probabilities"] == pytest.approx(alone["probabilities"], abs=CLOSE)
