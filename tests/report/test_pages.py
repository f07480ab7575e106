import re
from html.parser import HTMLParser

import pytest
from report_samples import SCRIPT

from attentif.errors import DataError
from attentif.report.diagram import Block, diagram
from attentif.report.html import Number
from attentif.report.pages import Drawing, Page, Passage, Section, Table, render
from attentif.report.tokens import shaded, signed

EVIL = f"{SCRIPT} \"' & <img src=x onerror=alert(2)> \x00"
SVG = diagram([Block("output", EVIL, EVIL, ("B",), 1)])
PAGE = Page(
    title=EVIL,
    headline=[EVIL, "Second."],
    numbers=[Number(EVIL, 0.5, note=EVIL), Number("share", 0.97, percent=True),
             Number("none", float("nan"))],
    alarming=True,
    provenance={EVIL: EVIL},
    sections=[
        Section(EVIL, [EVIL], [
            Drawing("one", SVG, EVIL),
            Passage(shaded([(EVIL, 0.5)]), EVIL),
            Passage(signed([(EVIL, -0.5)])),
            Table(EVIL, (EVIL, "number"), [(EVIL, EVIL), ("b", "2")], words=(1,), note=EVIL),
        ]),
        Section("Second", parts=[Passage(shaded([("a", 1.0)]))]),
    ],
)  # fmt: skip


class Outline(HTMLParser):
    """Tags and attributes; complains when tags do not match."""

    def __init__(self, text):
        super().__init__()
        self.tags, self.keys, self.ids, self.stack, self.text = [], [], [], [], ""
        self.feed(text)
        self.close()
        assert not self.stack

    def handle_starttag(self, tag, attrs):
        self.tags.append(tag)
        self.keys += [key for key, _ in attrs]
        self.ids += [value for key, value in attrs if key == "id"]
        if tag not in ("meta", "img", "br"):
            self.stack.append(tag)

    def handle_startendtag(self, tag, attrs):
        self.tags.append(tag)

    def handle_endtag(self, tag):
        assert self.stack.pop() == tag

    def handle_data(self, data):
        self.text += data


@pytest.fixture(scope="module")
def outline():
    return Outline(render(PAGE))


def test_hostile_text_stays_text(outline):
    assert not {"script", "img", "iframe", "object"} & set(outline.tags)
    assert not [key for key in outline.keys if key.startswith("on")]
    assert outline.text.count(SCRIPT) >= 14


def test_the_page_is_self_contained():
    text = render(PAGE)
    assert "default-src 'none'" in text and not re.search(r"https?:|@import", text)
    assert render(PAGE) == text


def test_parts_stand_in_their_order(outline):
    assert outline.tags.count("ol") == 1 + 2  # contents, and one list for neighbours
    assert outline.tags.count("li") == 2 + 3
    order = [tag for tag in outline.tags if tag in ("figure", "ol", "table")]
    assert order == ["ol", "figure", "ol", "table", "ol"]
    assert outline.ids[:1] == ["section-1"] and len(set(outline.ids)) == len(outline.ids)


def test_numbers_and_alarm(outline):
    text = outline.text.replace("\N{NO-BREAK SPACE}", " ")
    assert "0.500" in text and "97.0 %" in text and "–" in text
    assert 'class="verdict long beaten"' in render(PAGE)
    assert 'class="verdict long"' in render(PAGE._replace(alarming=False))


def test_a_foreign_drawing_is_refused():
    page = Page("t", ["h"], [Section("s", parts=[Drawing("x", "<svg><script/></svg>")])])
    with pytest.raises(DataError, match="must be an SVG of to_svg"):
        render(page)
