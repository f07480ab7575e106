"""The character classes hold what they say, whatever Unicode this Python has."""

import re
import sys
import unicodedata

import pytest

from attentif.text.patterns import JAMO, MAIL, MARKS, NUMBER, URL

EVERYTHING = "".join(map(chr, range(sys.maxunicode + 1)))


def test_marks_are_all_the_combining_marks():
    marks = {c for c in EVERYTHING if unicodedata.category(c).startswith("M")}
    assert set(re.findall(f"[{MARKS}]", EVERYTHING)) == marks


def test_what_composes_with_the_character_before_is_a_mark_or_jamo():
    seconds = set()
    for character in EVERYTHING:
        parts = unicodedata.normalize("NFD", character)
        if len(parts) > 1 and unicodedata.normalize("NFC", parts) == character:
            seconds.update(parts[1:])
    assert seconds
    assert all(re.match(f"[{MARKS}{JAMO}]", second) for second in seconds)


@pytest.mark.parametrize("pattern", [URL, MAIL, NUMBER])
def test_no_pattern_captures(pattern):
    assert re.compile(pattern).groups == 0
