"""`attentif inspect`: the page and the numbers, for any file, with labels or without."""

import io
import json
from contextlib import redirect_stderr, redirect_stdout

import pytest
from toy_messages import THREE, messages, tiny

from app.samples import strict_json, toy_rows, write_rows
from attentif.app.inspect import DRAWING, NUMBERS, PAGE, InspectOptions, known, run, texts_of
from attentif.data.options import ReadOptions
from attentif.errors import ConfigError, DataError

SCRIPT = "<script>alert(1)</script> win \x1b[31m"


def ran(folder, source, **wishes):
    """What the verb prints."""
    out = io.StringIO()
    with redirect_stdout(out), redirect_stderr(io.StringIO()):
        run(folder, str(source), InspectOptions(**wishes), ReadOptions())
    return out.getvalue()


@pytest.fixture(scope="module")
def written(model, toy, tmp_path_factory):
    """The folder and the JSON of one run."""
    out = tmp_path_factory.mktemp("inspect") / "new folder"
    return out, strict_json(ran(model, toy, out=str(out), texts=25, json=True))


def test_the_numbers_for_machines(written, model, toy):
    _, found = written
    assert found["faith"]["texts"] == 25
    assert found["faith"]["accuracy"] > 0.9
    assert {row["word"] for row in found["words"]["words"]["spam"][:2]} <= {"win", "prize"}
    assert set(found) == {"model", "source", "faith", "words", "examples", "gates", "gradients",
                          "singular_values", "embeddings", "network"}  # fmt: skip
    assert found["model"] == str(model) and found["source"] == str(toy)


def test_the_page_has_every_section(written):
    out, found = written
    assert {path.name for path in out.iterdir()} == {PAGE, NUMBERS, DRAWING}
    assert json.loads((out / NUMBERS).read_text(encoding="utf-8")) == found
    assert (out / DRAWING).read_text(encoding="utf-8").startswith("<svg ")
    page = (out / PAGE).read_text(encoding="utf-8")
    sections = ("Can the attention be believed?", "Examples", "The words that move the answer",
                "Gates and memory", "The gradient through time", "Words as vectors",
                "The network")  # fmt: skip
    places = [page.index(f"<h2>{section}</h2>") for section in sections]
    assert places == sorted(places)
    assert page.count("<svg") == 3 + 2 + 2 + 1 + 1
    assert found["faith"]["conclusion"].partition(":")[0] in page


def test_a_person_reads_the_conclusion_first(model, toy, tmp_path):
    out = ran(model, toy, out=str(tmp_path / "x"), texts=10)
    assert out.startswith("The attention ")
    assert "Page: " in out and PAGE in out


def test_texts_without_labels_and_hostile_ones(model, tmp_path):
    lines = tmp_path / "new.txt"
    lines.write_text(f"{SCRIPT}\n\nlunch at home\nwin a prize é 😀\n", encoding="utf-8")
    found = strict_json(ran(model, lines, out=str(tmp_path / "x"), json=True))
    assert found["faith"]["texts"] == 3 and found["faith"]["accuracy"] is None
    page = (tmp_path / "x" / PAGE).read_text(encoding="utf-8")
    assert "<script" not in page and "&lt;" in page and "\x1b" not in page


@pytest.mark.parametrize(
    "settings", [{"architecture": "rnn"}, {"pooling": "mean"}, {"layers": 2, "cell": "gru"}]
)
def test_every_kind_of_network(settings, tmp_path):
    texts, labels = messages(45, seed=2, decisive=THREE)
    folder = tiny(**settings, epochs=2).fit(texts, labels).save(tmp_path / "model")
    rows = write_rows(tmp_path / "rows.csv", [["label", "text"], *zip(labels, texts, strict=True)])
    out = ran(folder, rows, out=str(tmp_path / "x"), texts=12)
    if settings == {"architecture": "rnn"}:
        assert "no attention to believe" in out
        page = (tmp_path / "x" / PAGE).read_text(encoding="utf-8")
        assert "the attention" not in page.lower().replace("it has no attention", "")
        assert "This cell has no gates" in page
    if settings == {"pooling": "mean"}:
        assert "it is the same for every word" in out


def test_the_controls_are_trained_on_rows(model, toy, tmp_path):
    found = strict_json(
        ran(model, toy, out=str(tmp_path / "x"), texts=10, training=str(toy), json=True)
    )
    attention = found["faith"]["attention"]
    assert [one["retrained"] for one in attention["controls"]] == [False, False, True, True]
    assert attention["guided"]["even_accuracy"] > 0.5
    assert "trained so" in (tmp_path / "x" / PAGE).read_text(encoding="utf-8")


def test_rows_of_other_labels_cannot_train_the_controls(model, toy, tmp_path):
    other = write_rows(tmp_path / "o.csv", [["label", "text"], ["x", "a"], ["y", "b"]])
    with pytest.raises(DataError, match="must have the model's labels"):
        ran(model, toy, out=str(tmp_path / "x"), training=str(other))
    assert not (tmp_path / "x").exists()


def test_the_texts_are_drawn_by_the_seed(tmp_path):
    rows = write_rows(tmp_path / "rows.csv", toy_rows(60))
    drawn = [
        texts_of(str(rows), ReadOptions(), InspectOptions(texts=20, seed=seed))[0]
        for seed in (0, 0, 1)
    ]
    assert drawn[0] == drawn[1] != drawn[2] and len(drawn[0]) == 20
    assert len(texts_of(str(rows), ReadOptions(), InspectOptions(texts=0))[0]) == 60


def test_nothing_to_look_at(model, tmp_path):
    empty = tmp_path / "empty.txt"
    empty.write_text("\n  \n", encoding="utf-8")
    with pytest.raises(DataError):
        ran(model, empty, out=str(tmp_path / "x"))
    with pytest.raises(ConfigError, match="texts must be >= 0"):
        InspectOptions(texts=-1)


def test_labels_the_model_does_not_know(tiny_classifier):
    assert known(tiny_classifier, ["ham", "spam"]).tolist() == [0, 1]
    assert known(tiny_classifier, ["ham", "eggs"]) is None
    assert known(tiny_classifier, ["ham", None]) is None
