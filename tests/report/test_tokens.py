import re
from html.parser import HTMLParser

import pytest
from hypothesis import given
from hypothesis import strategies as st

from attentif.errors import DataError
from attentif.report.printable import printable
from attentif.report.tokens import shaded, signed


class Read(HTMLParser):
    """What a browser would make of it."""

    def __init__(self, page):
        super().__init__()
        self.tags, self.titles, self.text = [], [], ""
        self.feed(str(page))
        self.close()

    def handle_starttag(self, tag, attrs):
        self.tags.append((tag, {key for key, _ in attrs}))
        self.titles += [value for key, value in attrs if key == "title"]

    def handle_data(self, data):
        self.text += data


def opacities(page):
    return [float(found) for found in re.findall(r"rgba\(\d+,\d+,\d+,([\d.]+)\)", page)]


@given(st.lists(st.tuples(st.text(), st.floats(0, 1)), max_size=5), st.text(max_size=3))
def test_only_our_spans_come_out_and_the_text_is_whole(tokens, separator):
    for page in (shaded(tokens, separator=separator), signed(tokens, separator=separator)):
        read = Read(page)
        assert {tag for tag, _ in read.tags} == {"span"}
        assert set().union(*(keys for _, keys in read.tags)) <= {"class", "dir", "style", "title"}
        assert read.text == separator.join(printable(text) for text, _ in tokens)


def test_script_quotes_and_ampersands_are_escaped():
    page = shaded([("<script>alert(1)</script>", 0.9), ("\"'&", 0.1)])
    assert "<script" not in page
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in page
    assert "&#34;&#39;&amp;" in page


def test_the_depth_follows_the_weight_and_the_title_says_it():
    page = shaded([("you", 0.2), ("won", 0.4), ("a", 0.0), ("car", 0.0), ("!", 0.0)])
    assert opacities(page) == [0.3, 0.6]
    assert Read(page).titles == ["0.200", "0.400", "0.000", "0.000", "0.000"]


def test_even_attention_is_pale_so_that_no_word_seems_to_stand_out():
    assert opacities(shaded([("a", 0.5), ("b", 0.5)])) == [0.2, 0.2]
    assert opacities(signed([("a", 0.5), ("b", 0.5)])) == [0.6, 0.6]


def test_a_given_heaviest_makes_two_messages_comparable():
    assert opacities(shaded([("won", 0.4)], heaviest=0.8)) == [0.3]
    assert opacities(shaded([("won", 0.9)], heaviest=0.5)) == [0.6]


def test_signs_differ_in_colour_and_in_line():
    up, down = signed([("good", 0.5)]), signed([("bad", -0.5)])
    assert "rgba(11,103,168,0.60)" in up and "underline solid" in up
    assert "rgba(194,81,12,0.60)" in down and "underline dotted" in down
    assert Read(down).titles == ["-0.500"]


def test_spaces_around_a_word_are_not_shaded():
    assert '">won</span>  ' in shaded([(" won  ", 1.0)], separator="")
    assert Read(shaded([("  ", 1.0)], separator="")).text == "  "


@pytest.mark.parametrize("weight", [float("nan"), float("inf")])
def test_no_number_is_no_shade(weight):
    page = shaded([("odd", weight), ("won", 0.5)], heaviest=0.5)
    assert opacities(page) == [0.6]
    assert Read(page).titles == ["no number", "0.500"]


def test_no_tokens_and_no_weight_are_no_error():
    assert Read(shaded([])).text == ""
    assert opacities(shaded([("a", 0.0)])) == []


def test_negative_attention_is_an_error():
    with pytest.raises(DataError, match="0 or more, got -0.1 for 'won'"):
        shaded([("won", -0.1)])
