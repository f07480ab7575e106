"""The page of an experiment: in the order of a lesson, in its language, nothing but text."""

import pytest
from report_samples import SCRIPT

from attentif.errors import DataError
from attentif.report.experiment_page import ExperimentPage, Formula, Headings, render_experiment
from attentif.report.named_lines import Curve, Labels, named_lines
from attentif.report.pages import Drawing, Section, Table
from attentif.report.save import to_svg

EVIL = f"{SCRIPT} \"' & <img src=x onerror=alert(2)>"
FIGURE = to_svg(named_lines({EVIL: Curve([0, 1], [1, 2])}, Labels(EVIL, EVIL, EVIL)))


def page(**changes) -> str:
    table = Table(EVIL, (EVIL, "n"), [(EVIL, "1")], words=(1,), note=EVIL)
    given = ExperimentPage(
        language="fr",
        title=EVIL,
        headings=Headings("Question ?", "Réponse", "Équations", "Sommaire"),
        question=EVIL,
        answer=EVIL,
        details=[EVIL, "second"],
        formulas=[Formula(r"h_t = \tanh a", EVIL)],
        sections=[Section(EVIL, [EVIL], [Drawing("curve", FIGURE, EVIL), table])],
        provenance={EVIL: EVIL},
    )
    return render_experiment(given._replace(**changes))


def test_every_part_is_there_in_its_order():
    html = page(title="Le titre", question="Pourquoi", answer="Parce que")
    parts = ("Le titre", "Pourquoi", "Parce que", "second", "<math", "<svg", "<table", "<footer>")
    places = [html.index(part) for part in parts]
    assert places == sorted(places)
    assert '<html lang="fr">' in html and "Sommaire" in html


def test_hostile_text_stays_text():
    html = page()
    assert "<script" not in html and "<img" not in html and "\x1b" not in html
    assert html.count("&lt;script&gt;") >= 12


def test_it_needs_nothing_from_outside():
    html = page()
    assert "http" not in html.replace("http-equiv", "")
    assert "default-src 'none'" in html


def test_an_option_of_the_command_is_not_broken_at_its_hyphens():
    html = page(provenance={"Again": "attentif lab masking --language en --seed 0"})
    whole = '<span class="whole">{}</span>'.format
    said = f"<bdi>attentif lab masking {whole('--language')} en {whole('--seed')} 0</bdi>"
    assert said in html and "footer .whole { white-space: nowrap; }" in html


def test_without_equations_there_is_no_such_part():
    html = page(formulas=[], provenance={})
    assert "Équations" not in html and "<footer>" not in html


def test_a_drawing_that_is_not_ours_is_refused():
    foreign = Drawing("x", "<svg><script/></svg>")
    with pytest.raises(DataError):
        page(sections=[Section("s", [], [foreign])])
