import io

import pytest
from rich.console import Console

from attentif.errors import DataError, ShapeError
from attentif.report.terminal_tokens import shaded_text, signed_text


def shown(renderable, color=None, no_color=False):
    console = Console(
        file=io.StringIO(), width=80, force_terminal=color is not None, color_system=color,
        no_color=no_color,
    )  # fmt: skip
    console.print(renderable)
    return console.file.getvalue()


def test_colour_follows_the_weight():
    words, weights = ["you", "won", "a", "car", "!"], [0.1, 0.4, 0.0, 0.0, 0.0]
    text = shown(shaded_text(words, weights), "truecolor")
    assert "48;2;11;103;168mwon\x1b[0m" in text
    assert text.startswith("\x1b[38;2;0;0;0;48;2;168;208;236myou")
    assert text.rstrip("\n").endswith(" a car !")


@pytest.mark.parametrize("no_color", [False, True])
def test_without_colour_the_weight_is_written(no_color):
    text = shown(
        shaded_text(["you", "won", "a"], [0.1, 0.4, 0.0]),
        "standard" if no_color else None,
        no_color,
    )
    plain = text.replace("\x1b[1m", "").replace("\x1b[0m", "")
    assert plain == "you(0.10) won(0.40) a\n"


def test_even_attention_is_pale_so_that_no_word_seems_to_stand_out():
    text = shown(shaded_text(["a", "b"], [0.5, 0.5]), "truecolor")
    assert text.count("48;2;168;208;236m") == 2


def test_signs_are_seen_with_and_without_colour():
    renderable = signed_text(["good", "bad", "dull"], [0.4, -0.4, 0.01])
    assert shown(renderable) == "good(+0.40) bad(-0.40) dull\n"
    coloured = shown(renderable, "truecolor")
    assert "48;2;11;103;168mgood" in coloured and "\x1b[1;4;" in coloured


def test_small_changes_have_the_decimals_that_show_them():
    assert shown(signed_text(["won", "a"], [0.0042, -0.0021])) == "won(+0.004) a(-0.002)\n"
    assert shown(signed_text(["won", "a"], [0.042, -0.021])) == "won(+0.04) a(-0.02)\n"
    assert shown(signed_text(["won", "a"], [0.0, 0.0])) == "won a\n"


def test_texts_are_neither_markup_nor_orders_to_the_terminal():
    assert shown(shaded_text(["[red]a[/red]", "\x1b[31m"], [0, 0])) == "[red]a[/red] ␛[31m\n"


def test_tokens_may_carry_their_own_spaces():
    renderable = shaded_text(["won ", " \n", "now"], [0.5, 0.5, 0.0], separator="")
    assert shown(renderable).split() == ["won(0.50)", "now"]


def test_no_number_is_no_shade():
    assert shown(shaded_text(["odd", "won"], [float("nan"), 0.5])) == "odd won(0.50)\n"


def test_lengths_must_agree_and_attention_has_no_sign():
    with pytest.raises(ShapeError, match="each of the 2 tokens, got 1"):
        signed_text(["a", "b"], [0.1])
    with pytest.raises(DataError, match="0 or more, got -0.1"):
        shaded_text(["a"], [-0.1])
