import os
import subprocess
import sys

import matplotlib
import pytest
from report_samples import NASTY

from attentif.report.style import HOUSE, families, fitted, house, new_figure, text_width


def test_the_users_settings_are_left_alone_and_not_followed():
    with matplotlib.rc_context({"text.color": "red", "text.usetex": True}):
        before = dict(matplotlib.rcParams)
        with house():
            assert matplotlib.rcParams["text.color"] == HOUSE["text.color"]
            assert not matplotlib.rcParams["text.usetex"]
        assert dict(matplotlib.rcParams) == before


def test_settings_come_back_after_an_error():
    before = dict(matplotlib.rcParams)
    with pytest.raises(RuntimeError), house():
        raise RuntimeError
    assert dict(matplotlib.rcParams) == before


def test_pyplot_is_never_loaded():
    code = (
        "import sys; from attentif.report import plots;"
        "plots.to_svg(plots.class_counts({'a': 1, 'b': 2}));"
        "sys.exit('matplotlib.pyplot' in sys.modules or 'torch' in sys.modules)"
    )
    subprocess.run(
        [sys.executable, "-c", code],
        check=True,
        env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)},
    )


@pytest.mark.parametrize("label", NASTY)
def test_a_label_is_cut_to_the_room_it_has(label):
    with house():
        cut = fitted(label, 0.6)
        assert text_width(cut) <= 0.6
        assert "\n" not in cut and "\x1b" not in cut


def test_a_wider_text_takes_more_inches():
    assert text_width("wide") > text_width("i") > 0
    assert text_width("wide", 18) == pytest.approx(2 * text_width("wide", 9), rel=0.05)


def test_only_installed_fonts_are_asked_for():
    installed = set(matplotlib.font_manager.fontManager.get_font_names())
    assert set(families()) <= installed


def test_a_second_line_stays_inside_the_figure():
    with house():
        figure = new_figure(1, "Title", "word " * 60, width=4)
        assert text_width(figure.texts[1].get_text()) <= 4
