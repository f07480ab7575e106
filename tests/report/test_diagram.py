import re
from xml.etree import ElementTree

import pytest
from report_samples import SCRIPT

from attentif.errors import ShapeError
from attentif.report.diagram import DRAWN, Block, diagram
from attentif.report.html import inlined

BLOCKS = [
    Block("words", "Words", "tokens", ("B", "T")),
    Block("embedding", "Embedding", "9 vectors", ("B", "T", "4"), 36),
    Block("recurrent", "LSTM, both ways", "3 units", ("B", "T", "6"), 1234, "LSTM", True),
    Block("pooling", "General attention", "score", ("B", "6"), 36, "general", True, True),
    Block("combine", "Attention vector", "c and h", ("B", "5"), 65, "tanh W[c; h]"),
    Block("output", "Output", "2 classes", ("B", "2"), 12, "softmax"),
    Block("evidence", "Evidence", "9 numbers", ("B", "2"), 0, "logits + 2 e"),
]


def texts(svg: str) -> list[str]:
    spaces = {"svg": "http://www.w3.org/2000/svg"}
    found = ElementTree.fromstring(svg).iterfind(".//svg:text", spaces)
    return ["".join(text.itertext()) for text in found]


def test_every_block_stands_with_its_shape_and_parameters():
    written = texts(diagram(BLOCKS))
    for block in BLOCKS:
        assert block.title in written and " × ".join(block.shape) in written
        assert not block.parameters or f"{block.parameters:,}" in written
    assert "1,383 parameters. B texts of T tokens each." in written
    assert written.count("LSTM") == 8  # four tokens, both ways
    assert written.count("wordT") == 1 and written.count("α2") == 1


def test_one_way_and_without_attention():
    plain = [BLOCKS[0], Block("recurrent", "RNN", "", ("B", "T", "3"), 1, "RNN"),
             Block("pooling", "Last state", "", ("B", "3"), 0, "last")]  # fmt: skip
    svg = diagram(plain)
    assert texts(svg).count("RNN") == 4 + 1
    orange = re.findall(r'<path d="M[^"]*" style="fill: none; stroke: #c2510c', svg)
    assert len(orange) == 1  # only the last state
    mean = [*plain[:2], Block("pooling", "Mean", "", ("B", "3"), 0, "mean")]
    orange = re.findall(r'<path d="M[^"]*" style="fill: none; stroke: #c2510c', diagram(mean))
    assert len(orange) == 4


def test_it_fits_a_page_and_takes_its_colours():
    found = inlined("network", diagram(BLOCKS))
    assert "var(--blue)" in found and "#0b67a8" not in found and "504pt" not in found


def test_it_grows_with_the_network():
    tall = lambda blocks: float(re.findall(r'height="([\d.]+)pt"', diagram(blocks))[0])  # noqa: E731
    more = [*BLOCKS[:3], BLOCKS[2], *BLOCKS[3:]]
    assert tall(more) > tall(BLOCKS)


def test_hostile_text_stays_text():
    block = Block("output", SCRIPT, f"{SCRIPT} \x00", (SCRIPT,), 1, SCRIPT)
    svg = diagram([block], SCRIPT)
    ElementTree.fromstring(svg)
    assert "<script" not in svg
    inlined("x", svg)


@pytest.mark.parametrize("blocks", [[], [Block("cell", "", "", ())]])
def test_what_cannot_be_drawn_is_refused(blocks):
    with pytest.raises(ShapeError, match="blocks of the parts"):
        diagram(blocks)
    assert len(DRAWN) == 7
