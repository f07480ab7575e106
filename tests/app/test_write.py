"""`predict` and `explain` on a transducer: as many outputs as texts, each with its doubts."""

import csv
import io
import json

import pytest

from attentif.app.options import JsonOption, PredictOptions
from attentif.app.transducer_flags import WritingOptions
from attentif.app.write import explain, kind_of, predict
from attentif.data.options import ReadOptions
from attentif.errors import ConfigError, DataError
from attentif.text.units import UNREADABLE
from attentif.transducer import Transducer

SOURCES = ["ab", "ba", "abb", "bab", "bba", "aab"] * 15


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    model = Transducer(hidden_size=32, embedding_size=8, epochs=12, learning_rate=0.01)
    model.validation = 0.0
    model.fit(SOURCES, [source[::-1] for source in SOURCES])
    return model.save(tmp_path_factory.mktemp("writer") / "model", metrics={"source": "dates"})


@pytest.fixture
def texts(tmp_path):
    path = tmp_path / "texts.txt"
    path.write_text("abb\n\nbab\n=b\n31/02/2020\n", encoding="utf-8")
    return str(path)


def test_a_row_for_every_text(folder, texts, capsys):
    predict(folder, texts, PredictOptions(), ReadOptions())
    found = capsys.readouterr()
    rows = list(csv.DictReader(io.StringIO(found.out)))
    assert [row["text"] for row in rows] == ["abb", "", "bab", "'=b", "31/02/2020"]
    assert [row["output"] for row in rows][:3] == ["bba", "", "bab"]
    assert rows[1]["note"] == "empty" and rows[3]["unknown"] == "'="
    assert "5 texts written (" in found.err and "1 empty" in found.err


def test_json_with_the_next_best(folder, texts, capsys):
    writing = WritingOptions(beam=4, n_best=3)
    predict(folder, texts, PredictOptions(json=True), ReadOptions(), writing)
    rows = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert len(rows) == 5 and rows[0]["output"] == "bba"
    assert len({rows[0]["output"], *(o["output"] for o in rows[0]["others"])}) == 3


def test_a_row_holds_one_output(folder, texts):
    with pytest.raises(ConfigError, match="--n-best needs --json"):
        predict(folder, texts, PredictOptions(), ReadOptions(), WritingOptions(n_best=2))


def test_a_page_that_cannot_be_written(folder, tmp_path):
    page = str(tmp_path / "none" / "a.html")
    with pytest.raises(ConfigError, match=r"a\.html cannot be written \(No such file.*--page"):
        explain(folder, ["ab"], JsonOption(), page=page)


def test_dates_are_never_guessed_in_silence(folder, tmp_path, capsys):
    path = tmp_path / "dates.txt"
    path.write_text("03/04/2020 \nab 31/02/2020\n", encoding="utf-8")
    predict(folder, str(path), PredictOptions(json=True), ReadOptions())
    notes = [json.loads(line)["note"] for line in capsys.readouterr().out.splitlines()]
    assert all(notes)


def test_notes_are_counted_by_their_kind(folder, tmp_path, capsys, monkeypatch):
    path = tmp_path / "dates.txt"
    path.write_text("".join(f"2021-02-{day}\n" for day in range(10, 40)), encoding="utf-8")
    predict(folder, str(path), PredictOptions(), ReadOptions())
    said = " ".join(capsys.readouterr().err.split())
    assert "30 texts written (30 no known unit)." in said
    assert kind_of("no such day with the day first; 2020-12-25 in the other order") == kind_of(
        "no such day with the day first; 2021-11-13 in the other order"
    )
    assert kind_of("the year 2022 is not in the text") == "the year is not in the text"


def test_what_was_copied_is_marked_in_the_table(tmp_path, capsys):
    sources, targets = ["a b c", "b c a", "c a b"] * 20, ["a b x", "b x a", "x a b"] * 20
    targets = [f"{target} z{n}" for n, target in enumerate(targets)]  # each seen once
    model = Transducer(
        source_units="words", target_units="words", min_count=2, hidden_size=16, epochs=8,
        embedding_size=8, validation=0.0, learning_rate=0.02,
    )  # fmt: skip
    place = model.fit(sources, targets).save(tmp_path / "model")
    (tmp_path / "texts.txt").write_text("a b c\n", encoding="utf-8")
    source = str(tmp_path / "texts.txt")
    predict(place, source, PredictOptions(), ReadOptions())
    [plain] = csv.DictReader(io.StringIO(capsys.readouterr().out))
    assert UNREADABLE in plain["output"] and "copied" not in plain
    predict(place, source, PredictOptions(), ReadOptions(), WritingOptions(copy=True))
    [row] = csv.DictReader(io.StringIO(capsys.readouterr().out))
    assert UNREADABLE not in row["output"] and row["copied"] in ("a", "b", "c")
    assert list(row) == ["text", "output", "note", "unknown", "copied", "score"]
    page = tmp_path / "a.html"
    explain(place, ["a b c"], JsonOption(), WritingOptions(copy=True), str(page))
    assert f"Copied: {row['copied']} (attention" in page.read_text(encoding="utf-8")


def test_the_page_says_what_is_doubtful(folder, tmp_path):
    page = tmp_path / "a.html"
    explain(folder, ["ab 31/02/2020", "ab☃"], JsonOption(), page=str(page))
    found = page.read_text(encoding="utf-8")
    assert "Note: no such day." in found and "Unknown in the source: ☃" in found


def test_an_empty_input_is_an_error(folder, tmp_path):
    (tmp_path / "none.txt").write_text("", encoding="utf-8")
    with pytest.raises(DataError, match="there is no text"):
        predict(folder, str(tmp_path / "none.txt"), PredictOptions(), ReadOptions())


def test_an_alignment_on_the_terminal_in_json_and_as_a_page(folder, tmp_path, capsys):
    explain(folder, ["abb"], JsonOption())
    shown = capsys.readouterr().out
    assert "bba" in shown and "   abb".strip() in shown
    explain(folder, ["abb", ""], JsonOption(json=True))
    first, second = (json.loads(line) for line in capsys.readouterr().out.splitlines())
    assert len(first["weights"]) == 3 and second["note"] == "empty"
    explain(folder, ["a<script>b"], JsonOption(), page=str(tmp_path / "a.html"))
    page = (tmp_path / "a.html").read_text(encoding="utf-8")
    assert "<script>b" not in page and "<svg" in page
    assert "Rows are what was written" in page and folder.name in page
    assert "Unknown in the source" in capsys.readouterr().out
