import numpy as np
import pytest
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.patches import FancyBboxPatch
from PIL import Image
from report_samples import NASTY, SCRIPT

from attentif.errors import ShapeError
from attentif.report.attention_frames import (
    DEEPEST,
    LAST,
    MILLISECONDS,
    Message,
    animation,
    attention_over,
    laid_out,
    pixels,
    shades_of,
)
from attentif.report.save import to_svg
from attentif.report.style import house

MESSAGES = [Message(["win", "a", "prize"], "spam"), Message(["lunch"] * 40, "ham")]
FRAMES = [
    [np.array([0.2, 0.3, 0.5]), np.full(40, 1 / 40)],
    [np.array([1.0, 0.0, 0.0]), np.full(40, 1 / 40)],
]


def patches(figure):
    return [patch for patch in figure.axes[0].patches if isinstance(patch, FancyBboxPatch)]


def test_every_word_is_written_once_and_padding_is_not_there(texts_of):
    figure = attention_over(MESSAGES, FRAMES[1], title="Title", second="second")
    written = texts_of(figure)
    assert written.count("lunch") == 40 and written.count("win") == 1
    assert len(patches(figure)) == 43
    assert {"spam", "ham", "Title", "second"} <= set(written)


def test_shades_are_the_weights_of_the_message():
    shades = [patch.get_alpha() for patch in patches(attention_over(MESSAGES, FRAMES[1]))]
    assert shades[:3] == [DEEPEST, 0, 0]
    assert len(set(shades[3:])) == 1 and shades[3] < DEEPEST / 2  # even: pale as a whole
    assert shades_of(np.array([np.nan, 1.0, 0.0, 0.0])) == [0.0, DEEPEST, 0.0, 0.0]


def test_words_do_not_overlap_nor_leave_the_page():
    words = ["a", "word", "w" * 300, "", "b"] * 8
    spots = laid_out(words, 5.0)
    assert all(spot.left >= 0 and spot.left + spot.width <= 5.0 + 1e-9 for spot in spots)
    for one, other in zip(spots, spots[1:], strict=False):
        assert other.line > one.line or other.left >= one.left + one.width
    assert spots[-1].line > 0


def test_a_text_from_right_to_left_is_laid_out_so():
    words = ["1", "مرحبا", "win"] * 9
    spots, other = laid_out(words, 3.0), laid_out(["a"], 3.0)
    assert other[0].left == 0 and spots[0].left + spots[0].width == 3.0
    assert spots[1].left + spots[1].width < spots[0].left and spots[-1].line > 0
    assert all(spot.left >= -1e-9 for spot in spots)


def test_a_word_is_no_wider_in_pixels_than_its_shade():
    word = "https://boxoffice.example/thedrowsyfoxes"
    figure = attention_over([Message([word])], [np.ones(1)])
    picture = pixels(figure)
    renderer = FigureCanvasAgg(figure).get_renderer()
    (text,) = [text for text in figure.axes[0].texts if text.get_text() == word]
    with house():
        figure.draw(renderer)
        written = text.get_window_extent(renderer).width
    shade = patches(figure)[0].get_window_extent(renderer).width
    assert picture.width == renderer.width and written <= shade


def test_hostile_words_stay_words(texts_of):
    words = [*NASTY, SCRIPT, "", "$x$"]
    figure = attention_over([Message(words, SCRIPT)], [np.ones(len(words)) / len(words)])
    svg = to_svg(figure)
    assert "<script" not in svg and "&lt;script" in svg
    assert "$x$" in texts_of(figure)


def test_the_animation_shows_every_epoch_and_rests_on_the_last(tmp_path):
    path = tmp_path / "attention.gif"
    animation(MESSAGES, FRAMES, path, captions=["loss 0.5", "<b>" * 60])
    with Image.open(path) as opened:
        assert (opened.n_frames, opened.info["loop"]) == (2, 0)
        shown, pixels = [], []
        for frame in range(2):
            opened.seek(frame)
            shown.append(opened.info["duration"])
            below = np.asarray(opened.convert("RGB"), int)[80:]  # without the caption
            pixels.append(below)
    assert shown == [MILLISECONDS, LAST]
    assert np.abs(pixels[0] - pixels[1]).max() > 50
    assert list(tmp_path.iterdir()) == [path]


@pytest.mark.parametrize(
    ("messages", "frames"),
    [
        (MESSAGES, []),
        ([], [[]]),
        (MESSAGES, [FRAMES[0], [np.ones(2), np.ones(40)]]),
        (MESSAGES, [[np.ones(3)]]),
    ],
)
def test_what_does_not_fit_is_refused(messages, frames, tmp_path):
    with pytest.raises(ShapeError):
        animation(messages, frames, tmp_path / "x.gif")
    assert not list(tmp_path.iterdir())
