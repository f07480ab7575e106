import base64
import hashlib
import json
import re
from html.parser import HTMLParser

import numpy as np
import pytest
from report_samples import NASTY, SCRIPT

from attentif.errors import ShapeError
from attentif.report.attention_frames import DEEPEST, Message
from attentif.report.attention_page import embedded, hash_of, page, write_page

MESSAGES = [Message(["win", "a", "prize"], "spam"), Message([*NASTY, SCRIPT, "</script>"], SCRIPT)]
N = len(MESSAGES[1].words)
FRAMES = [[np.array([0.2, 0.3, 0.5]), np.full(N, 1 / N)], [np.array([1.0, 0, 0]), np.eye(N)[0]]]


class Read(HTMLParser):
    """Scripts, and the words of each message with their shades."""

    def __init__(self, text):
        super().__init__()
        self.scripts, self.messages, self.tags, self.inside = [], [], [], ""
        self.feed(text)
        self.close()

    def handle_starttag(self, tag, attrs):
        given = dict(attrs)
        self.tags.append((tag, given))
        self.inside = tag
        if tag == "script":
            self.scripts.append([given, ""])
        if given.get("class") == "words-of":
            self.messages.append([])
        if tag == "span" and "style" in given and self.messages:
            self.messages[-1].append([given["style"], ""])

    def handle_endtag(self, tag):
        self.inside = ""

    def handle_data(self, data):
        if self.inside == "script":
            self.scripts[-1][1] += data
        if self.inside == "span" and self.messages and self.messages[-1]:
            self.messages[-1][-1][1] += data


@pytest.fixture(scope="module")
def text():
    return page(MESSAGES, FRAMES, captions=["loss 1.0", f"loss 0.5 {SCRIPT}"], title=SCRIPT)


def test_words_stay_words(text):
    read = Read(text)
    assert len(read.scripts) == 2
    assert [len(own) for own in read.messages] == [3, N]
    assert [word for _, word in read.messages[0]] == ["win", "a", "prize"]
    assert read.messages[1][-1][1] == "</script>"
    assert not [key for _, given in read.tags for key in given if key.startswith("on")]
    assert not {"img", "iframe", "link", "object"} & {tag for tag, _ in read.tags}


def test_only_its_own_script_may_run(text):
    (policy,) = re.findall(r'Content-Security-Policy" content="([^"]*)"', text)
    scripts = Read(text).scripts
    digest = hashlib.sha256(scripts[1][1].encode()).digest()
    assert f"script-src 'sha256-{base64.b64encode(digest).decode()}'" in policy
    assert policy.startswith("default-src 'none'") and "unsafe-inline' ;" not in policy
    assert scripts[0][0]["type"] == "application/json"
    assert not re.search(r"https?:|@import", text)


def test_the_numbers_are_those_of_every_epoch(text):
    data = json.loads(Read(text).scripts[0][1])
    assert [[len(own) for own in frame] for frame in data["shades"]] == [[3, N]] * 2
    assert data["weights"][0][0] == [0.2, 0.3, 0.5]
    assert data["shades"][1][0][0] == DEEPEST and data["shades"][1][0][2] == 0
    assert data["captions"] == [": loss 1.0", f": loss 0.5 {SCRIPT}"]


def test_without_scripts_the_last_epoch_is_shown(text):
    read = Read(text)
    assert read.messages[0][0][0] == f"--shade: {DEEPEST}"
    assert '<b id="number">2</b> of 2' in text
    (controls,) = [given for _, given in read.tags if given.get("id") == "controls"]
    assert "hidden" in controls  # until the script runs


def test_the_same_page_each_time_and_written_whole(text, tmp_path):
    assert page(MESSAGES, FRAMES, captions=["loss 1.0", f"loss 0.5 {SCRIPT}"], title=SCRIPT) == text
    write_page(MESSAGES, FRAMES, tmp_path / "page.html")
    assert [path.name for path in tmp_path.iterdir()] == ["page.html"]


def test_embedded_json_ends_no_element():
    given = ["</script>", "<!--", "&amp;", "été\u2028"]
    assert not set("<>&") & set(embedded(given))
    assert json.loads(embedded(given)) == given
    assert hash_of("") == "sha256-47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU="


def test_what_does_not_fit_is_refused():
    with pytest.raises(ShapeError, match="one weight a word"):
        page(MESSAGES, [[np.ones(3)]])
