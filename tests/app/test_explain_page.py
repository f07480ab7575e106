"""The page of `attentif explain`: every measure once, hostile text as text."""

import pytest

from app.test_reasons import EXPLANATION
from attentif.app.explain_page import section_of, write_page
from attentif.app.reasons import NOTHING
from attentif.errors import ConfigError
from attentif.inspect.explain import Explanation, TokenReason

SCRIPT = "<script>alert(1)</script>"


def of(text: str) -> Explanation:
    token = TokenReason(text, 0, len(text), False, 1.0, 0.2)
    return Explanation(text, "spam", "spam", {"spam": 1.0}, [token], None)


def test_a_passage_for_each_measure():
    section = section_of(EXPLANATION, {"gradient": [0.1, 0.2], "integrated": [0.1, -0.2]})
    assert [part.said.partition(":")[0] for part in section.parts] == [
        "attention", "without the word", "gradient times input", "integrated gradients",
    ]  # fmt: skip
    assert section.paragraphs[0] == "spam  probability 0.750"
    assert "Attention and leaving out agree" in section.paragraphs[-1]
    assert "-0.200" in section.parts[3].shaded


def test_an_empty_text_has_no_passage():
    assert section_of(of(" "), NOTHING).parts == ()


def test_hostile_texts_stay_text_and_long_words_are_cut(tmp_path):
    write_page([(of(text), NOTHING) for text in (SCRIPT, "x" * 5000, "")], tmp_path, tmp_path / "a")
    page = (tmp_path / "a").read_text(encoding="utf-8")
    assert "<script" not in page and "&lt;script&gt;alert(1)" in page
    assert "x" * 61 not in page
    assert [path.name for path in tmp_path.iterdir()] == ["a"]


def test_a_page_that_cannot_be_written_is_named(tmp_path):
    with pytest.raises(ConfigError, match=r"why.html cannot be written .* --page"):
        write_page([(of("win"), NOTHING)], tmp_path, tmp_path / "none" / "why.html")
