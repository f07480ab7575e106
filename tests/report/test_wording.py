import math

import pytest

from attentif.report.wording import count, interval, plural, score, several, share


def plain(text: str) -> str:
    return text.replace("\N{NO-BREAK SPACE}", " ")


@pytest.mark.parametrize(
    ("part", "written"),
    [
        (0, "0.0 %"),
        (0.00049, "< 0.1 %"),
        (0.0005, "0.1 %"),
        (0.5, "50.0 %"),
        (0.99949, "99.9 %"),
        (0.9995, "> 99.9 %"),
        (1, "100.0 %"),
        (math.nan, "–"),
        (None, "–"),
    ],
)
def test_shares_never_round_some_to_none_or_most_to_all(part, written):
    assert plain(share(part)) == written


def test_missing_values_are_a_dash_and_a_missing_end_no_interval():
    assert score(math.inf) == score(None) == "–"
    assert interval(0.1, math.nan) == interval(None, 0.2) == ""
    assert interval(-0.1, 0.25) == "-0.100 to 0.250"


def test_counts_and_nouns():
    assert count(1234567) == "1,234,567"
    assert plural(1, "class") == "1 class"
    assert plural(2, "text") == "2 texts"
    assert several("box") == "boxes"
