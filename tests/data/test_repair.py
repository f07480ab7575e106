import pytest

from attentif.data.repair import Mender, trim


@pytest.mark.parametrize(
    ("text", "mended"),
    [
        ("I\x92m \x93here\x94 \x85", "I’m “here” …"),
        ("5\x80", "5€"),
        ("a\x81b", "a\x81b"),  # no meaning in cp1252
        ("half \ud83d pair", "half \ufffd pair"),
        ("déjà vu 😀", "déjà vu 😀"),
    ],
)
def test_mending(text, mended):
    assert Mender().mend(text, 1) == mended


def test_what_was_met_is_counted_with_lines():
    mender = Mender()
    for line, text in enumerate(["a\x92", "b &amp; c", "Ã©tÃ©", "â€™", "ðŸ˜€", "plain", "AT&T;)"]):
        mender.mend(text, line)
    assert (mender.c1.count, mender.entities.count, mender.double.count) == (1, 1, 3)
    assert mender.double.lines == [2, 3, 4]
    assert len(mender.warnings()) == 3
    assert Mender().warnings() == []


def test_right_accents_are_no_double_encoding():
    mender = Mender()
    for text in ("Âge, Ã, ÉTÉ, Ñandú", "« Bonjour »", "20 °C", "naïve", "Ðe", "âge"):
        mender.mend(text, 1)
    assert mender.double.count == 0


def test_trimming():
    assert trim(" \t\u00a0\u200b\ufeffa b\u2003\r\n") == "a b"
    assert trim("\u00a0\u200b\u2060") == ""
    inside = "a" + "\u00a0" * 1_000_000 + "b"  # quadratic, this would take hours
    assert trim(inside) == inside
