import pytest

from attentif.report import palette


def contrast(one: str, other: str) -> float:
    """Contrast ratio of two colours, as WCAG 2 defines it."""

    def light(colour: str) -> float:
        parts = [value / 255 for value in palette.channels(colour)]
        linear = [p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts]
        return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]

    low, high = sorted((light(one), light(other)))
    return (high + 0.05) / (low + 0.05)


@pytest.mark.parametrize("colour", [palette.INK, palette.MUTED, palette.BLUE, palette.ORANGE])
def test_text_can_be_read_on_a_light_and_on_a_dark_page(colour):
    assert contrast(colour, palette.PAPER) >= 4.5
    assert contrast(palette.DARK[colour], palette.DARK[palette.PAPER]) >= 4.5


@pytest.mark.parametrize("colour", [palette.TERMINAL_BLUE, palette.TERMINAL_ORANGE])
def test_terminal_colours_are_seen_on_black_and_on_white(colour):
    assert min(contrast(colour, "#000000"), contrast(colour, "#ffffff")) >= 3


def test_every_themed_colour_has_one_name_and_a_dark_twin():
    assert set(palette.NAMES) == set(palette.DARK)
    assert len(set(palette.NAMES.values())) == len(palette.NAMES)
    assert palette.ON_FILL not in palette.NAMES
