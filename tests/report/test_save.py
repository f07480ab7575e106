import re
from xml.etree import ElementTree

import pytest
from matplotlib.figure import Figure
from report_samples import FIFTY, HISTORY, NASTY, ROWS

from attentif.report import plots
from attentif.report.save import _smaller, save, to_png, to_svg

EVERY = {
    "class_counts": lambda: plots.class_counts(dict.fromkeys(NASTY, 3)),
    "fifty": lambda: plots.class_counts(dict.fromkeys(FIFTY, 3)),
    "lengths": lambda: plots.lengths({"ham": range(90), "spam": range(40, 60)}, "token", 80),
    "curves": lambda: plots.curves(HISTORY, 3, "macro_f1"),
    "confusion": lambda: plots.confusion([[i + j for i in range(6)] for j in range(6)], NASTY),
    "precision_recall": lambda: plots.precision_recall([1, 0], [0, 1], (0.5, 0.5), 0.5),
    "calibration": lambda: plots.calibration([(0.1, 0.2, 30), (0.9, 0.8, 5)], 0.1),
    "scores": lambda: plots.scores(ROWS),
}


@pytest.fixture(params=EVERY)
def draw(request):
    return EVERY[request.param]


def test_the_same_figure_gives_the_same_bytes(draw, tmp_path):
    first, second = save(draw(), tmp_path / "a", "x"), save(draw(), tmp_path / "b", "x")
    for one, other in zip(first, second, strict=True):
        assert one.read_bytes() == other.read_bytes()


def test_an_svg_is_small_and_reaches_for_nothing_outside_it(draw):
    svg = to_svg(draw())
    assert len(svg.encode()) < 40_000
    root = ElementTree.fromstring(svg)
    kinds = {element.tag.rpartition("}")[2] for element in root.iter()}
    assert kinds <= {"svg", "g", "path", "use", "text", "defs", "clipPath", "rect", "image"}
    assert set(re.findall(r"https?://[^\"' ]*", svg)) == {
        "http://www.w3.org/2000/svg",
        "http://www.w3.org/1999/xlink",
    }
    for element in root.iter():
        for key, value in element.attrib.items():
            assert not key.startswith("on")
            if key.endswith("href"):
                assert value.startswith(("#", "data:image/png;base64,"))


def test_every_reference_has_its_target(draw):
    svg = to_svg(draw())
    wanted = set(re.findall(r"(?:href=\"|url\()#([^\")]+)", svg))
    assert wanted == set(re.findall(r" id=\"([^\"]+)\"", svg))


def test_text_stays_text_escaped_and_whole():
    figure = plots.class_counts(
        {"été 😀 да": 1, '<b>&"1.23456"': 2, "$x$": 3, "--> font: 9px a": 4}
    )
    svg = to_svg(figure)
    for text in ("été 😀 да", '&lt;b&gt;&amp;"1.23456"', "$x$", "--&gt; font: 9px a"):
        assert f">{text}<" in svg
    assert "<b>" not in svg
    assert "DejaVu" not in svg and "system-ui" in svg


def test_the_older_form_of_a_font_is_understood():
    svg = "<svg><text style=\"font: 700 9px 'DejaVu Sans', sans-serif; fill: #fff\">a</text></svg>"
    assert 'style="font-weight: 700; font-size: 9px; fill: #fff"' in _smaller(svg)


def test_no_half_written_file_is_left(tmp_path, monkeypatch):
    def fail(*args, **kwargs):
        args[1].write_bytes(b"half")
        raise OSError("disk full")

    figure = plots.class_counts({"a": 1})
    to_png(figure, tmp_path / "x.png")
    before = (tmp_path / "x.png").read_bytes()
    monkeypatch.setattr(Figure, "savefig", fail)
    with pytest.raises(OSError, match="disk full"):
        to_png(figure, tmp_path / "x.png")
    assert (tmp_path / "x.png").read_bytes() == before
    assert not list(tmp_path.glob("*.part"))


def test_both_files_are_written_and_nothing_else(tmp_path):
    picture, drawing = save(plots.class_counts({"a": 1}), tmp_path / "new", "counts")
    assert picture.read_bytes().startswith(b"\x89PNG") and b"Software" not in picture.read_bytes()
    assert drawing.read_text(encoding="utf-8").startswith("<svg ")
    assert sorted(path.name for path in (tmp_path / "new").iterdir()) == [
        "counts.png",
        "counts.svg",
    ]
