import unicodedata

from hypothesis import given
from hypothesis import strategies as st

from attentif.report.printable import around, one_line, printable, short_word, shortened


@given(st.text(st.characters(codec=None, exclude_categories=())))
def test_nothing_is_left_that_a_terminal_obeys_or_xml_forbids(text):
    shown = printable(text)
    assert len(shown) == len(text)
    assert all(unicodedata.category(c) not in ("Cc", "Cs") or c in "\n\t" for c in shown)
    shown.encode("utf-8")


def test_ordinary_text_is_untouched():
    text = "été 😀 да 日本語 العربية हिन्दी 👩‍👩‍👧 <b> & \"'\n\tend"
    assert printable(text) == text


def test_codes_become_visible():
    assert printable("\x1b[2J\x7f\x85\ud800\ufffe\u202e") == "␛[2J␡����"


def test_one_line_has_no_break():
    assert one_line("a\r\n b\u2028c\td ") == "a b c d"


@given(st.text(max_size=40), st.integers(1, 30))
def test_a_shortened_text_fits_and_a_fitting_one_is_kept(text, limit):
    cut = shortened(text, limit)
    assert len(cut) <= limit
    if len(text) <= limit:
        assert cut == text
    else:
        assert "…" in cut and len(cut) == limit


@given(st.text("ab ", max_size=60), st.integers(0, 60), st.integers(20, 40))
def test_an_excerpt_holds_its_word(before, after, limit):
    text = f"{before} number {'a b ' * after}"
    cut = around(text, "number", limit)
    assert len(cut) <= limit and "number" in cut
    if len(text) <= limit:
        assert cut == text


def test_a_part_of_another_word_is_not_the_word():
    text = "unaware " * 10 + "that u know " + "unaware " * 10
    assert " u " in around(text, "u", 40)
    assert around(text, "gone", 40) == shortened(text, 40)


def test_only_a_long_word_is_cut():
    assert short_word("x" * 60) == "x" * 60
    assert len(short_word("x" * 61)) == 60
    assert short_word("so many words " * 9) == "so many words " * 9


def test_both_ends_are_kept():
    assert shortened("location: city", 7) == "loc…ity"
    assert shortened("location: city", 0.5) == "…"
