"""Findings: tables and pictures in their order, wishes with sound defaults."""

from matplotlib.figure import Figure

from attentif.lab.results import Chapter, Findings, Picture, Wishes, silent
from attentif.report.pages import Table


def test_tables_and_pictures_in_their_order():
    parts = [Table("a", (), ()), Picture("p", Figure()), Table("b", (), ()), Picture("q", Figure())]
    chapters = [Chapter("one", (), parts[:2]), Chapter("two"), Chapter("three", (), parts[2:])]
    found = Findings("n", "t", "q", "a", (), (), chapters, {}, {})
    assert [table.caption for table in found.tables] == ["a", "b"]
    assert [picture.name for picture in found.pictures] == ["p", "q"]


def test_wishes_without_a_wish():
    wishes = Wishes()
    assert (wishes.seed, wishes.data, wishes.language.name) == (0, "messages", "en")
    assert silent("anything") is None
