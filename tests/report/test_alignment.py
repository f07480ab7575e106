"""The alignment, for a terminal and as a picture."""

import numpy as np
import pytest

from attentif.errors import ShapeError
from attentif.report.alignment import alignment_map, alignment_text, visible
from attentif.report.save import to_svg

WEIGHTS = np.array([[0.9, 0.1, 0.0], [0.0, 0.5, 0.5]])


def test_letters_stand_over_their_columns():
    assert str(alignment_text(["a", " ", "c"], ["x", "yz"], WEIGHTS)).split("\n") == [
        "   a␣c",
        " x █",
        "yz  ▒▒",
    ]


def test_words_are_numbered_and_listed():
    lines = str(alignment_text(["see", "you", "."], ["à", "+"], WEIGHTS)).split("\n")
    assert lines[0] == "    1  2  3"
    assert lines[1] == "à ███"
    assert lines[-1] == "1 see 2 you 3 ."


def test_letters_of_no_and_of_two_cells_keep_the_columns():
    nasal, wide = "ɔ̃", "漢"  # two code points in one cell; one in two cells
    lines = str(alignment_text(["a", nasal, "c"], ["x", nasal], WEIGHTS)).split("\n")
    assert lines == [f"  a{nasal}c", "x █", f"{nasal}  ▒▒"]
    lines = str(alignment_text(["a", wide, "c"], ["x", wide], WEIGHTS)).split("\n")
    assert lines == [f"    a{wide} c", " x ██", f"{wide}   ▒▒▒▒"]


def test_an_empty_output_is_an_empty_table():
    assert str(alignment_text(["a"], [], np.empty((0, 1)))) == " a"
    assert alignment_map(["a"], [], np.empty((0, 1))) is not None


@pytest.mark.parametrize("draw", [alignment_text, alignment_map])
def test_weights_must_fit(draw):
    with pytest.raises(ShapeError, match="one row for each of the 1 units written"):
        draw(["a", "b", "c"], ["x"], WEIGHTS)


def test_a_picture_holds_the_units_as_text():
    svg = to_svg(alignment_map(["<b>", "$x$", "漢"], ["a" * 60, "z"], WEIGHTS))
    assert "<b>" not in svg and "&lt;b&gt;" in svg
    assert "z" in svg


def test_control_codes_are_not_obeyed():
    assert visible("\x1b[31m") == "␛[31m"
