import re
from html.parser import HTMLParser

import pytest
from report_samples import NASTY, SCRIPT, full_report

from attentif.errors import DataError
from attentif.report import plots
from attentif.report.html import PLACES, Report, inlined, render
from attentif.report.palette import BLUE, INK

VOID = {"meta", "img", "br", "link", "input", "hr"}


class Outline(HTMLParser):
    """Tags, attributes and texts of a page; complains when tags do not match."""

    def __init__(self, page):
        super().__init__()
        self.tags, self.attributes, self.ids, self.stack, self.text = [], [], [], [], ""
        self.feed(page)
        self.close()
        assert not self.stack

    def handle_starttag(self, tag, attrs):
        self.tags.append(tag)
        self.attributes += attrs
        self.ids += [value for key, value in attrs if key == "id"]
        if tag not in VOID:
            self.stack.append(tag)

    def handle_startendtag(self, tag, attrs):
        self.handle_starttag(tag, attrs)
        if tag not in VOID:
            self.stack.pop()

    def handle_endtag(self, tag):
        assert self.stack.pop() == tag

    def handle_data(self, data):
        self.text += data


@pytest.fixture(scope="module")
def figures():
    return {
        "class_counts": plots.to_svg(plots.class_counts(dict.fromkeys(NASTY, 3))),
        "confusion": plots.to_svg(plots.confusion([[3, 1], [0, 2]], ["ham", SCRIPT])),
        "curves": plots.to_svg(plots.curves([{"train_loss": 1.0}] * 3, 1, "accuracy")),
        "of my own": plots.to_svg(plots.class_counts({"a": 1})),
    }


@pytest.fixture(scope="module")
def page(figures):
    return render(full_report(figures))


def test_no_text_becomes_a_tag_or_an_attribute(page):
    outline = Outline(page)
    assert not {"script", "img", "iframe", "link", "object", "base", "form"} & set(outline.tags)
    assert not [key for key, _ in outline.attributes if key.startswith("on")]
    assert "<script" not in page and "<img" not in page
    assert outline.text.count(SCRIPT) > 20


def test_the_page_is_self_contained(page):
    assert not re.search(r"https?:|@import|//\w", page)
    for key, value in Outline(page).attributes:
        if key in ("src", "href", "xlink:href", "action", "srcset"):
            assert value.startswith(("#", "data:image/png;base64,"))
    (policy,) = re.findall(r'Content-Security-Policy" content="([^"]*)"', page)
    assert policy == "default-src 'none'; style-src 'unsafe-inline'; img-src data:"


def test_the_same_report_gives_the_same_bytes(figures, page):
    assert render(full_report(dict(figures))) == page


def test_ids_are_unique_and_every_link_has_its_target(page):
    outline = Outline(page)
    assert len(outline.ids) == len(set(outline.ids))
    links = {value[1:] for key, value in outline.attributes if "href" in key and value[0] == "#"}
    assert links <= set(outline.ids)
    assert set(re.findall(r"url\(#([^)]*)\)", page)) <= set(outline.ids)


def test_the_verdict_comes_first_and_a_beaten_model_is_flagged(page):
    body = page.partition("<body>")[2]
    first = body.index("A baseline scores higher")
    assert first < body.index('class="numbers"') < body.index("<main>")
    assert '<p class="verdict beaten">A baseline scores higher' in body
    winner = Report("t", ["Ahead."], baselines=[{"name": "m", "value": 1.0, "is_baseline": False}])
    assert '<p class="verdict">Ahead.' in render(winner)


def test_no_figure_is_lost_and_each_stands_in_its_section(figures, page):
    assert page.count("<svg") == len(figures)
    order = [page.index(f'id="{id}"') for id in ("mistakes", "figure-confusion", "data")]
    assert order == sorted(order)
    assert page.index('id="more"') < page.index('id="figure-of-my-own"')
    assert {name for names in PLACES.values() for name in names} >= set(figures) - {"of my own"}


def test_numbers_are_written_with_their_intervals(page):
    text = Outline(page).text.replace("\N{NO-BREAK SPACE}", " ")
    for written in ("0.952 0.931 to 0.968", "0.6 % 0.3 % to 1.0 %", "5,574", "16384", "97.3 %"):
        assert written in text
    assert "line 4521" in text and "12345" in text


def test_plain_values_are_words(page):
    text = Outline(page).text
    assert "headeryes" in text and "none–" in text and "cleannone" in text


def test_an_empty_report_has_no_empty_section():
    page = render(Report("Nothing", []))
    Outline(page)
    assert "<section" not in page and "<li" not in page and "<figure" not in page


def test_control_codes_do_not_reach_the_page():
    page = render(Report("a\x00\x1b[31m", ["b\ud800"]))
    assert "␀␛[31m" in page
    page.encode("utf-8")


def test_a_figure_takes_the_colours_and_ids_of_its_page(figures):
    svg = inlined("curves", figures["curves"])
    assert BLUE not in svg and INK not in svg and "var(--ink)" in svg
    ids = re.findall(r" id=\"([^\"]*)\"", svg)
    assert ids and all(name.startswith("curves-") for name in ids)
    assert "xmlns" not in svg and 'style="--widest: 50.00rem"' in svg


def test_a_colour_in_a_label_is_no_colour():
    svg = plots.to_svg(plots.class_counts({f"{BLUE} id=": 1}))
    assert f">{BLUE} id=<" in inlined("x", svg)


@pytest.mark.parametrize(
    "inside",
    [
        "<script>alert(1)</script>",
        "<foreignObject/>",
        "<style>*{}</style>",
        '<g onload="alert(1)"/>',
        '<g ONLOAD="alert(1)"/>',
        '<image href="https://example.org/a.png"/>',
        '<a href="javascript:alert(1)"/>',
        '<image xlink:href="data:image/svg+xml;base64,AAAA"/>',
        '<path style="fill: url(https://example.org/#a)"/>',
        "<!-- --><g/>",
        "<g>",
    ],
)
def test_a_figure_that_is_not_ours_is_refused(inside):
    head = '<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink">'
    with pytest.raises(DataError, match="figure 'x' must be an SVG"):
        render(Report("t", [], figures={"x": f"{head}{inside}</svg>"}))


def test_light_dark_phone_and_print_are_provided_for(page):
    for rule in (
        "prefers-color-scheme: dark",
        "max-width: 34rem",
        "@media print",
        "width=device-width",
    ):
        assert rule in page
