"""Figures as files: small SVG that stays text, and PNG; the same bytes each time."""

import io
import os
import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from matplotlib.figure import Figure

from attentif.report.style import house

FONTS = "system-ui, -apple-system, 'Segoe UI', Roboto, 'Helvetica Neue', Arial, sans-serif"
DPI = 200  # of a PNG: a figure of 7 inches has 1,400 pixels


def _longhand(found: re.Match[str]) -> str:
    """matplotlib's shorter form of a font, as before 3.11, without its families."""
    weight, size = found.groups()
    return (f"font-weight: {weight}; " if weight else "") + f"font-size: {size}"


_NOTHING = {"Date": None, "Creator": None, "Format": None, "Type": None}
_UNSEEN = re.compile(r"\A.*?(?=<svg)|<style type=\"text/css\">[^<]*</style>|<!--.*?-->", re.DOTALL)
_BETWEEN = re.compile(r">\s*\n\s*<")
_EMPTY = re.compile(r"<defs></defs>|<defs/>")
_TAG = re.compile(r"<[^>]*>")
_IN_TAG = (  # pattern -> what stands for it inside a tag, never in a text
    (re.compile(r" font-family: [^;\"]*;?"), ""),
    (re.compile(r"font: (?:(\d+) )?([\d.]+px) [^;\"]*"), _longhand),
    (re.compile(r" transform=\"rotate\(-?0 [^)]*\)\""), ""),
    (re.compile(r"(?<=[\w.]) ?\n(?=[\w\"])"), " "),
    (re.compile(r"-?\d+\.\d{3,}"), lambda found: f"{float(found[0]):.2f}"),
)
_ID = re.compile(r" id=\"([^\"]*)\"")


def to_svg(figure: Figure) -> str:
    """The figure as an SVG element: no date, no metadata, no script, nothing outside it.

    Texts stay texts, so that a browser finds a font for them and a reader can search
    them. The same figure gives the same characters each time.
    """
    written = io.StringIO()
    with house():
        figure.savefig(written, format="svg", metadata=_NOTHING)
    return _smaller(written.getvalue())


def to_png(figure: Figure, path: str | Path) -> None:
    """Write the figure as a PNG file, through a temporary name."""
    with whole(Path(path)) as unfinished, house():
        figure.savefig(unfinished, format="png", dpi=DPI, metadata={"Software": None})


def save(figure: Figure, folder: str | Path, name: str) -> tuple[Path, Path]:
    """Write `name.png` and `name.svg` into a folder, made if it is not there.

    Returns:
        The two paths, PNG first.
    """
    place = Path(folder)
    place.mkdir(parents=True, exist_ok=True)
    picture, drawing = place / f"{name}.png", place / f"{name}.svg"
    to_png(figure, picture)
    with whole(drawing) as unfinished:
        unfinished.write_text(to_svg(figure), encoding="utf-8")
    return picture, drawing


@contextmanager
def whole(path: Path) -> Iterator[Path]:
    """A temporary name beside the path, renamed to it once all is written; else removed."""
    unfinished = path.with_name(f".{path.name}.part")
    try:
        yield unfinished
        os.replace(unfinished, path)
    finally:
        unfinished.unlink(missing_ok=True)


def _smaller(svg: str) -> str:
    """Without what a reader never sees: prologue, unused names, digits below a hundredth."""
    svg = _BETWEEN.sub("><", _UNSEEN.sub("", svg))
    svg = _TAG.sub(_shorter, _EMPTY.sub("", svg))
    used = set(re.findall(r"#([\w.-]+)", svg))
    svg = _TAG.sub(lambda tag: _ID.sub(lambda i: i[0] if i[1] in used else "", tag[0]), svg)
    head = f'<svg font-family="{FONTS}" stroke-linejoin="round" stroke-linecap="butt"'
    return svg.replace("<svg", head, 1).strip() + "\n"


def _shorter(tag: re.Match[str]) -> str:
    """One tag, its attributes in fewer characters."""
    text = tag[0]
    for pattern, short in _IN_TAG:
        text = pattern.sub(short, text)
    return text
