"""Formulas: MathML that is well formed, escaped, and refused where it cannot be read."""

from xml.etree import ElementTree

import pytest

from attentif.errors import DataError
from attentif.report.formula import GREEK, NAMES, OVER, SIGNS, formula


def said(tex: str) -> str:
    """All that a reader sees of a formula, without its form."""
    return "".join(ElementTree.fromstring(formula(tex)).itertext())


@pytest.mark.parametrize("name", [*GREEK, *SIGNS, *NAMES])
def test_every_command_without_arguments_is_drawn(name):
    assert said(rf"a \{name} b").strip("ab") in {*GREEK.values(), *SIGNS.values(), *NAMES}


@pytest.mark.parametrize(
    ("tex", "inside"),
    [
        ("h_t", "<msub><mi>h</mi><mi>t</mi></msub>"),
        ("W^2", "<msup><mi>W</mi><mn>2</mn></msup>"),
        ("x_i^2", "<msubsup><mi>x</mi><mi>i</mi><mn>2</mn></msubsup>"),
        ("x^2_i", "<msubsup><mi>x</mi><mi>i</mi><mn>2</mn></msubsup>"),
        (r"\sum_t", "<munder><mo>∑</mo><mi>t</mi></munder>"),
        (r"\sum^T", "<mover><mo>∑</mo><mi>T</mi></mover>"),
        (r"\prod_a^b", "<munderover><mo>∏</mo><mi>a</mi><mi>b</mi></munderover>"),
        (r"\frac{a}{2}", "<mfrac><mrow><mi>a</mi></mrow><mrow><mn>2</mn></mrow></mfrac>"),
        (r"\sqrt n", "<msqrt><mi>n</mi></msqrt>"),
        (r"\text{a b}", "<mtext>a b</mtext>"),
        ("0,25", "<mn>0,25</mn>"),
        ("a = b", "<mo>=</mo>"),
        (r"a \; b", '<mspace width="0.4em"/>'),
    ],
)
def test_the_form(tex, inside):
    assert inside in formula(tex)


@pytest.mark.parametrize(("name", "sign"), OVER.items())
def test_a_sign_over_a_letter(name, sign):
    assert f'<mover accent="true"><mi>c</mi><mo>{sign}</mo></mover>' in formula(rf"\{name} c")


def test_a_sum_with_something_in_it_is_no_sign_with_limits():
    assert "<msub><mrow>" in formula(r"{\sum x}_t")


def test_a_power_of_a_function_and_of_a_bracket_has_one_base():
    power = '<msup><mrow><mi>tanh</mi><mspace width="0.15em"/></mrow><mn>2</mn></msup>'
    assert power in formula(r"\tanh^2 a")
    assert '<msup><mo stretchy="false">)</mo><mi>k</mi></msup>' in formula("(a b)^k")
    assert "<mo>)</mo>" in formula("(a b)")


def test_hostile_text_stays_text():
    assert "<script" not in formula(r"\text{<script>} < b & c")
    assert said(r"\text{<script>} < & c") == "<script><&c"


@pytest.mark.parametrize(
    ("tex", "what"),
    [
        (r"\unknown x", "known"),
        ("x_{a", "stays open"),
        ("a}", "must match"),
        ("x_", "must not end"),
        (r"\frac a", "must not end"),
    ],
)
def test_what_cannot_be_read_is_refused(tex, what):
    with pytest.raises(DataError, match=what):
        formula(tex)
