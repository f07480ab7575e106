"""`attentif data`: what a person reads, and the same for machines."""

import pytest

from app.samples import refused, run, said, toy_rows, write_rows


@pytest.fixture(scope="module")
def messy(tmp_path_factory):
    rows = [*toy_rows(20), ["ham", "", "x", "y"], ["", "no label", "x", "y"], ["ham", "Été 😀"]]
    return write_rows(tmp_path_factory.mktemp("messy") / "messy.csv", rows)


def test_json_holds_all_that_is_told(messy):
    [found] = said("data", messy)
    assert found["rows"] == 21
    assert found["labels"] == {"ham": 11, "spam": 10}
    assert (found["encoding"], found["delimiter"]) == ("utf-8", ",")
    assert (found["text_column"], found["label_column"]) == ("text", "label")
    assert [(row["reason"], row["line"]) for row in found["dropped"]] == [
        ("empty text", 22),
        ("empty label", 23),
    ]
    assert any("1 row dropped for empty label" in words for words in found["warnings"])
    assert found["records"] == 23 and found["lines"] == 24 and found["header"] is True
    assert "examples" not in found


def test_rows_are_the_examples_themselves(messy):
    [found] = said("data", messy, "--rows")
    assert len(found["examples"]) == 21
    assert found["examples"][-1] == {"text": "Été 😀", "label": "ham", "line": 24}


def test_a_person_reads_sentences_and_bars(messy):
    ran = run("data", messy)
    assert ran.code == 0 and ran.err == ""
    for words in ("21 examples (ham 11, spam 10)", "Classes", "Lengths in words", "What to know"):
        assert words in ran.out
    assert "line 22: empty text" in ran.out
    assert "less than 0.1 MB" in ran.out
    assert "right for 52.4% of the rows" in ran.out
    assert "The file" not in ran.out  # it is named already


def test_many_dropped_rows_are_not_all_listed(tmp_path):
    rows = [*toy_rows(20), *([["ham", "", "x", "y"]] * 15)]
    out = run("data", write_rows(tmp_path / "holes.csv", rows)).out
    assert out.count(": empty text: ") == 10
    assert "and 5 more" in out


def test_no_word_is_the_shipped_messages():
    [found] = said("data")
    assert found["rows"] > 1000 and set(found["labels"]) == {"ham", "spam"}
    assert found["provenance"].startswith("Invented messages")
    assert "Invented messages" in run("data").out


def test_standard_input():
    [found] = said("data", "-", stdin=b"label,text\nham,see you\nspam,win now\n")
    assert found["rows"] == 2


def test_one_class_is_told_and_no_mistake(tmp_path):
    path = write_rows(tmp_path / "one.csv", [["label", "text"], ["ham", "a b"], ["ham", "c d"]])
    assert (
        "There is one class only, 'ham'; training needs two." in said("data", path)[0]["warnings"]
    )


def test_what_cannot_be_read_is_one_sentence(tmp_path):
    assert "no such file" in refused("data", tmp_path / "none.csv")
    assert "folder" in refused("data", tmp_path)
    (tmp_path / "empty.csv").write_bytes(b"")
    assert "the file is empty" in refused("data", tmp_path / "empty.csv", "--json")
    assert "is empty" in refused("data", "-")
    assert "is for files" in refused("data", "messages", "--text-column", "x")
