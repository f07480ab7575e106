"""A network drawn with its shapes, as SVG, from a plain list of its blocks.

Sizes are points; the drawing is 504 wide, as the figures are, and is read from the words at
the top to the classes at the bottom. Beside each block stand its shape and its weights.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import NamedTuple
from xml.sax.saxutils import escape

from attentif.errors import ShapeError
from attentif.report.palette import BLUE, FAINT, GREY, INK, MUTED, ORANGE, PAPER
from attentif.report.printable import one_line, shortened
from attentif.report.save import FONTS
from attentif.report.wording import count

WIDTH = 504
COLUMNS = (30.0, 82.0, 134.0, 226.0)  # middles of the tokens 1, 2, 3 and T
DOTS = 180.0  # where the tokens left out would stand
CENTRE = 128.0
TEXT, RIGHT = 284.0, 498.0
CELL, TALL = 38.0, 22.0  # a cell's width and height
STEP, GAP = 34.0, 28.0  # between the two directions; between two blocks
TOP = 58.0  # where the first block begins
STATE = COLUMNS[3] + 12  # where the last state goes down
DASHED = "; stroke-dasharray: 3 2.5"
TITLE, SMALL, TINY = 10.0, 8.5, 8.0
WEIGHTS = (0.9, 2.6, 1.2, 1.7)  # strokes of the attention's lines: some words weigh more
LETTERS = 42  # that a line beside the drawing has room for


@dataclass(frozen=True)
class Block:
    """One part of a network.

    Args:
        part: "words", "embedding", "recurrent", "pooling", "combine", "output" or "evidence".
        title, detail: what it is, in words.
        shape: of what it gives; letters for sizes that vary (B texts, T tokens).
        parameters: numbers that training may change.
        label: what is written in its boxes: the cell's name, the pooling's, the formula.
        both_ways: a recurrent layer that reads from both ends.
        weighted: a pooling whose weights are learnt.
    """

    part: str
    title: str
    detail: str
    shape: tuple[str, ...]
    parameters: int = 0
    label: str = ""
    both_ways: bool = False
    weighted: bool = False


class Look(NamedTuple):
    """How a text is set; `anchor` as SVG names it."""

    size: float = SMALL
    colour: str = INK
    anchor: str = "middle"
    bold: bool = False


PLAIN, FINE = Look(), Look(TINY)
QUIET = Look(TINY, MUTED, "start")


class Pen:
    """Collects the elements of a drawing."""

    def __init__(self) -> None:
        self.elements: list[str] = []

    def box(self, x: float, y: float, width: float, height: float, *, colour: str = BLUE) -> None:
        """A rounded rectangle around (x, y), which is its middle."""
        place = (
            f'x="{x - width / 2:g}" y="{y - height / 2:g}" width="{width:g}" height="{height:g}"'
        )
        self.elements.append(
            f'<rect {place} rx="3" style="fill: {colour}; fill-opacity: 0.12; stroke: {colour};'
            ' stroke-width: 1"/>'
        )

    def line(self, points: Sequence[tuple[float, float]], *, look: str = "", head: bool = True,
             width: float = 1.0, colour: str = GREY) -> None:  # fmt: skip
        """A path through points, with an arrow's head at the last."""
        path = "M" + " L".join(f"{x:g} {y:g}" for x, y in points)
        style = f"fill: none; stroke: {colour}; stroke-width: {width:g}{look}"
        self.elements.append(f'<path d="{path}" style="{style}"/>')
        if head:
            self.head(points[-2], points[-1], colour)

    def head(self, start: tuple[float, float], end: tuple[float, float], colour: str) -> None:
        """The head of an arrow that ends at `end`."""
        dx, dy = end[0] - start[0], end[1] - start[1]
        length = (dx * dx + dy * dy) ** 0.5 or 1.0
        ux, uy = dx / length, dy / length
        back = (end[0] - 5 * ux, end[1] - 5 * uy)
        left = (back[0] - 2.6 * uy, back[1] + 2.6 * ux)
        right = (back[0] + 2.6 * uy, back[1] - 2.6 * ux)
        corners = " L".join(f"{x:.2f} {y:.2f}" for x, y in (end, left, right))
        self.elements.append(f'<path d="M{corners} Z" style="fill: {colour}"/>')

    def text(self, x: float, y: float, words: str, look: Look = PLAIN, below: str = "") -> None:
        """One line of text on the baseline y; `below` is set as an index."""
        weight = "; font-weight: 700" if look.bold else ""
        style = f"font-size: {look.size:g}px; fill: {look.colour}; text-anchor: {look.anchor}"
        index = f'<tspan style="font-size: {look.size * 0.75:g}px" dy="2">{escape(below)}</tspan>'
        self.elements.append(
            f'<text x="{x:g}" y="{y:g}" style="{style}{weight}">{escape(one_line(words))}'
            f"{index if below else ''}</text>"
        )

    def dots(self, y: float) -> None:
        """The tokens that are left out."""
        self.text(DOTS, y + 3, "· · ·", Look(TITLE, MUTED))


def draw_words(pen: Pen, y: float, block: Block) -> float:
    """The tokens; returns the height that was used, as all of these functions do."""
    for x, index in zip(COLUMNS, ("1", "2", "3", "T"), strict=True):
        pen.box(x, y + 9, CELL, 18, colour=GREY)
        pen.text(x - 1, y + 12, "word", FINE, index)
    pen.dots(y + 9)
    return 18


def draw_embedding(pen: Pen, y: float, block: Block) -> float:
    """A vector for each token."""
    for x in COLUMNS:
        pen.line([(x, y - GAP), (x, y - 1)])
        pen.box(x, y + 6.5, CELL, 13)
        for part in (-1, 0, 1):
            at = x + part * CELL / 4
            pen.line([(at, y), (at, y + 13)], head=False, colour=BLUE, width=0.6)
    pen.dots(y + 6.5)
    return 13


def draw_recurrent(pen: Pen, y: float, block: Block) -> float:
    """A row of cells that hand their state on, or one for each direction."""
    rows = (1, -1) if block.both_ways else (1,)
    for x in COLUMNS:
        pen.line([(x, y - GAP), (x, y - 1)])
        if block.both_ways:
            pen.line([(x, y + TALL), (x, y + STEP)], head=False, look=DASHED)
    for place, way in enumerate(rows):
        middle = y + TALL / 2 + STEP * place
        for x in COLUMNS:
            pen.box(x, middle, CELL, TALL)
            pen.text(x, middle + 3, block.label, FINE)
        pen.dots(middle)
        stops = [*COLUMNS[:3], DOTS, COLUMNS[3]]
        for left, right in zip(stops, stops[1:], strict=False):
            gaps = [14 if at == DOTS else CELL / 2 for at in (left, right)]
            ends = [(left + gaps[0] + 1, middle), (right - gaps[1] - 1, middle)]
            pen.line(ends[::way], colour=BLUE, width=1.3)
    return TALL + STEP * (len(rows) - 1)


def draw_pooling(pen: Pen, y: float, block: Block) -> float:
    """Which states become the one vector, and how much of each."""
    top = y + 24
    ends_read = (COLUMNS[0], COLUMNS[-1])[0 if block.both_ways else 1 :]
    for x, width in zip(COLUMNS, WEIGHTS, strict=True):
        if block.label == "last" and x not in ends_read:
            continue
        look = width if block.weighted else 1.2
        end = (CENTRE + (x - CENTRE) * 0.2, top - 1)
        pen.line([(x, y - GAP), end], colour=ORANGE, width=look)
    if block.weighted:
        for x, index in zip(COLUMNS, ("1", "2", "3", "T"), strict=True):
            at = x + (CENTRE - x) * 0.32
            pen.text(at + (13 if x > CENTRE else -11), y, "α", Look(colour=ORANGE), index)
        turn = (STATE, top + TALL / 2)
        pen.line([(STATE, y - GAP), turn, (CENTRE + 31, turn[1])], look=DASHED)
        pen.text(STATE + 4, turn[1] - 6, "query h", QUIET)
    pen.box(CENTRE, top + TALL / 2, 60, TALL, colour=ORANGE)
    pen.text(CENTRE, top + TALL / 2 + 3, "Σ α h" if block.weighted else block.label)
    return 24 + TALL


def draw_combine(pen: Pen, y: float, block: Block) -> float:
    """Context and last state together."""
    pen.line([(STATE, y - GAP - TALL / 2), (STATE, y + TALL / 2), (CENTRE + 46, y + TALL / 2)],
             look=DASHED)  # fmt: skip
    return draw_output(pen, y, block)


def draw_output(pen: Pen, y: float, block: Block) -> float:
    """One box, fed from the one above."""
    pen.line([(CENTRE, y - GAP), (CENTRE, y - 1)])
    pen.box(CENTRE, y + TALL / 2, 90, TALL)
    pen.text(CENTRE, y + TALL / 2 + 3, block.label)
    return TALL


def draw_evidence(pen: Pen, y: float, block: Block) -> float:
    """A linear model of the words: heard with their vectors, and added at the end."""
    middle, vectors = y + TALL / 2, TOP + 18 + GAP + 6.5  # below the words, always
    side = COLUMNS[0] - CELL / 2
    way = [(side, TOP + 9), (4, TOP + 9), (4, middle), (CENTRE - 46, middle)]
    pen.line(way, look=DASHED)
    pen.line([(4, vectors), (side - 1, vectors)], look=DASHED)
    return draw_output(pen, y, block)


DRAWN: dict[str, Callable[[Pen, float, Block], float]] = {
    "words": draw_words,
    "embedding": draw_embedding,
    "recurrent": draw_recurrent,
    "pooling": draw_pooling,
    "combine": draw_combine,
    "output": draw_output,
    "evidence": draw_evidence,
}


def diagram(blocks: Sequence[Block], title: str = "The network") -> str:
    """The drawing as an SVG element like those of `save.to_svg`.

    Args:
        blocks: from the words to the output, at least one.
        title: above it.

    Raises:
        ShapeError: no block, or a part of another name.
    """
    unknown = [block.part for block in blocks if block.part not in DRAWN]
    if not blocks or unknown:
        raise ShapeError(
            f"a diagram needs blocks of the parts {sorted(DRAWN)}, got {unknown or 'none'}."
        )
    pen, y = Pen(), TOP
    total = sum(block.parameters for block in blocks)
    pen.text(8, 16, shortened(title, 70), Look(11, INK, "start", bold=True))
    said = f"{count(total)} parameters. B texts of T tokens each."
    pen.text(8, 31, said, Look(9, MUTED, "start"))
    pen.text(RIGHT, 31, "parameters", Look(TINY, MUTED, "end"))
    for block in blocks:
        height = DRAWN[block.part](pen, y, block)
        beside(pen, y + height / 2 - 7, block)
        y += height + GAP
        rule = y - GAP / 2 + 2
        pen.line([(TEXT, rule), (RIGHT, rule)], head=False, colour=FAINT, width=0.7)
    body = "".join(pen.elements[:-1])
    return (
        f'<svg font-family="{FONTS}" stroke-linejoin="round" width="{WIDTH}pt" height="{y:g}pt"'
        f' viewBox="0 0 {WIDTH} {y:g}" xmlns="http://www.w3.org/2000/svg">'
        f'<rect x="0" y="0" width="{WIDTH}" height="{y:g}" style="fill: {PAPER}"/>{body}</svg>\n'
    )


def beside(pen: Pen, y: float, block: Block) -> None:
    """A block's name, shape, detail and number of parameters, in three lines."""
    pen.text(TEXT, y, shortened(block.title, 30), Look(TITLE, INK, "start", bold=True))
    own = count(block.parameters) if block.parameters else "–"
    pen.text(RIGHT, y, own, Look(TITLE, INK if block.parameters else MUTED, "end"))
    pen.text(TEXT, y + 12, " × ".join(block.shape), Look(SMALL, BLUE, "start"))
    pen.text(TEXT, y + 23, shortened(block.detail, LETTERS), QUIET)
