"""Where a network looked for each unit that it wrote: one table, for terminal and page.

Rows are the units written, columns those of the source, as in figure 3 of Bahdanau, Cho,
Bengio 2015, arXiv:1409.0473.
"""

from collections.abc import Sequence

import numpy as np
from matplotlib.figure import Figure
from numpy.typing import NDArray
from rich.cells import cell_len
from rich.text import Text

from attentif.errors import ShapeError
from attentif.report.palette import INK
from attentif.report.printable import one_line
from attentif.report.style import (
    HEAD,
    MARGIN,
    SMALL,
    WIDTH,
    fitted,
    house,
    new_figure,
    panel,
    text_width,
)

SHADES = " ░▒▓█"  # by fifths of the whole weight
LETTERS = 1.2  # inches that a unit has beside the map
CELL = 0.17  # inches that a row is high
BLANK = "␣"


def check(source: Sequence[str], target: Sequence[str], weights: NDArray[np.floating]) -> None:
    """Refuse weights that are not one row a written unit and one column a source unit.

    Raises:
        ShapeError: they are not.
    """
    if weights.shape != (len(target), len(source)):
        raise ShapeError(
            f"weights must have one row for each of the {len(target)} units written and one"
            f" column for each of the {len(source)} source units, got the shape {weights.shape}."
        )


def visible(unit: str) -> str:
    """A unit as a label: on one line, a blank as a sign.

    >>> visible(" "), visible("no")
    ('␣', 'no')
    """
    return one_line(unit) or BLANK


def alignment_text(
    source: Sequence[str], target: Sequence[str], weights: NDArray[np.floating]
) -> Text:
    """The table in signs, which need no colour: the darker, the more weight.

    Units of the source that are longer than a letter are numbered, and listed below.

    Raises:
        ShapeError: weights that do not fit the units.

    Example:
        >>> print(alignment_text(["a", "b"], ["B"], np.array([[0.1, 0.9]])))
          ab
        B  █
    """
    check(source, target, weights)
    left = max((cell_len(visible(unit)) for unit in target), default=0)
    columns = [visible(unit) for unit in source]
    single = all(1 in (len(unit), cell_len(unit)) for unit in columns)  # ɔ̃ has two code points
    widest = max([1, *map(cell_len, columns)])
    wide = widest if single else max(3, len(str(len(columns))) + 1)
    heads = columns if single else [str(n) for n in range(1, len(columns) + 1)]
    lines = [" " * (left + 1) + "".join(to_the_right(head, wide) for head in heads)]
    for unit, row in zip(target, weights, strict=True):
        cells = "".join(SHADES[min(4, round(float(weight) * 4))] * wide for weight in row)
        lines.append(f"{to_the_right(visible(unit), left)} {cells.rstrip()}")
    if not single:
        lines.append(" ".join(f"{n} {unit}" for n, unit in enumerate(columns, 1)))
    return Text("\n".join(lines), no_wrap=True)


def to_the_right(text: str, cells: int) -> str:
    """A text at the right of that many cells of a terminal, of which a letter takes 0, 1 or 2.

    >>> [to_the_right(text, 3) for text in ("a", "e\u0303", "漢")]
    ['  a', '  ẽ', ' 漢']
    """
    return " " * (cells - cell_len(text)) + text


@house()
def alignment_map(
    source: Sequence[str],
    target: Sequence[str],
    weights: NDArray[np.floating],
    *,
    title: str = "Alignment",
    second: str = "",
) -> Figure:
    """The table as a picture.

    Raises:
        ShapeError: weights that do not fit the units.
    """
    check(source, target, weights)
    rows = [fitted(visible(unit), LETTERS, SMALL) for unit in target]
    columns = [fitted(visible(unit), LETTERS, SMALL) for unit in source]
    left = MARGIN + max((text_width(unit, SMALL) for unit in rows), default=0) + 0.1
    foot = max((text_width(unit, SMALL) for unit in columns), default=0) + 0.2
    tall = max(0.4, CELL * len(rows))
    wide = min(WIDTH - left - MARGIN, max(0.4, 1.5 * CELL * len(columns)))
    figure = new_figure(HEAD + tall + foot, title, second)
    axes = panel(figure, left, foot, wide, tall)
    if weights.size:
        axes.imshow(weights, cmap="Blues", vmin=0, vmax=1, aspect="auto", interpolation="nearest")
    turned = any(len(unit) > 1 for unit in columns)
    axes.set_xticks(range(len(columns)), columns, rotation=90 if turned else 0)
    axes.set_yticks(range(len(rows)), rows)
    axes.tick_params(length=0, labelsize=SMALL, labelcolor=INK)
    return figure
