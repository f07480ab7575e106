"""`attentif explain`: texts of the command line or of standard input, for people and machines."""

import os

import pytest

from app.samples import refused, run, said
from attentif.app.explain import as_typed

WINNING = ("win", "prize")


def test_each_token_has_its_part(model):
    [found] = said("explain", model, "Win the é 😀")
    assert found["text"] == "Win the é 😀"
    assert found["label"] == found["explained"] == "spam"
    assert 0.5 < found["probability"] <= 1
    assert [token["text"] for token in found["tokens"]] == ["Win", "the", "é", "😀"]
    assert sum(token["attention"] for token in found["tokens"]) == pytest.approx(1)
    assert -1 <= found["agreement"] <= 1


def test_several_texts_in_order(model):
    found = said("explain", model, "win a prize", "", "lunch at home")
    assert [row["label"] for row in found[::2]] == ["spam", "ham"]
    assert [token["text"] for token in found[1]["tokens"]] == [""]  # the empty text


def test_lines_of_standard_input(model):
    found = said("explain", model, "-", stdin="win é\n\nlunch 😀".encode())
    assert [row["text"] for row in found] == ["win é", "", "lunch 😀"]


def test_a_person_sees_the_text_twice(model):
    out = run("explain", model, "win a prize", "").out
    assert out.startswith("spam  probability ")
    assert "attention: where the network looked" in out
    assert "without the word: what speaks for spam" in out
    assert "Attention and leaving out" in out
    assert "The text is empty" in out


def test_gradients_stand_beside_the_others(model):
    found = said("explain", model, "win a prize at noon", "", "--gradients")
    for token in found[0]["tokens"]:
        assert -1 < token["integrated"] < 1 and -5 < token["gradient"] < 5
    assert max(found[0]["tokens"], key=lambda token: token["integrated"])["text"] in WINNING
    assert len(found[1]["tokens"]) == 1  # the empty text
    out = run("explain", model, "win a prize at noon", "--gradients").out
    assert "gradient times input: what speaks for spam" in out
    assert "integrated gradients: what speaks for spam" in out


def test_a_page_beside_the_terminal(model, tmp_path):
    page = tmp_path / "why.html"
    assert "spam  probability" in run("explain", model, "win a <b>prize</b>", "--page", page).out
    assert "win a &lt;b&gt;prize&lt;/b&gt;" in page.read_text(encoding="utf-8")


def test_the_help_of_gradients():
    assert "[default: off]" in " ".join(
        run("explain", "--help").out.split("--gradients")[1].split()
    )


def test_an_argument_whose_bytes_the_locale_could_not_read():
    assert as_typed(os.fsdecode("café 😀".encode())) == "café 😀"
    assert as_typed("caf\udcc3\udca9") == "café"
    assert as_typed("caf\udce9") == "caf\udce9"  # no UTF-8: left as it is


def test_no_text_and_no_model(model, tmp_path):
    assert "Missing argument 'TEXT...'" in refused("explain", model)
    assert "no model at" in refused("explain", tmp_path / "none", "a text")
