"""Attention while it learns, as one self-contained page: a slider over the epochs, and play.

The words stand in the page as text; the script, which never sees them, only moves their
shades. It is the one script that may run: the page names its hash. Without scripts the
last epoch is shown.
"""

import base64
import hashlib
import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from markupsafe import Markup
from numpy.typing import NDArray

from attentif.report.attention_frames import Message, check, shades_of
from attentif.report.pages import environment
from attentif.report.palette import BLUE, channels
from attentif.report.printable import printable
from attentif.report.save import whole

SCRIPT = """
"use strict";
const data = JSON.parse(document.getElementById("data").textContent);
const slider = document.getElementById("epoch"), play = document.getElementById("play");
const messages = [...document.querySelectorAll(".words-of")];
const words = messages.map((message) => [...message.querySelectorAll("span")]);
let timer = 0;
function show(epoch) {
  slider.value = epoch;
  document.getElementById("number").textContent = epoch;
  document.getElementById("caption").textContent = data.captions[epoch - 1] || "";
  slider.setAttribute("aria-valuetext", "epoch " + epoch);
  words.forEach((own, m) => own.forEach((word, t) => {
    word.style.setProperty("--shade", data.shades[epoch - 1][m][t]);
    word.title = data.weights[epoch - 1][m][t].toFixed(3);
  }));
}
function stop() { clearInterval(timer); timer = 0; play.textContent = "Play"; }
play.addEventListener("click", () => {
  if (timer) { stop(); return; }
  const last = data.shades.length;
  let epoch = Number(slider.value) < last ? Number(slider.value) : 0;
  play.textContent = "Stop";
  const next = () => { epoch += 1; show(epoch); if (epoch >= last) stop(); };
  timer = setInterval(next, 800);
  next();
});
slider.addEventListener("input", () => { stop(); show(Number(slider.value)); });
document.getElementById("controls").hidden = false;
show(data.shades.length);
"""


def page(
    messages: Sequence[Message],
    frames: Sequence[Sequence[NDArray[Any]]],
    *,
    captions: Sequence[str] = (),
    title: str = "Attention while it learns",
) -> str:
    """The page.

    Args:
        messages: words and, in `label`, what is written before them.
        frames: of each epoch the weights of each message, without padding.
        captions: of each epoch, such as its validation loss.

    Raises:
        ShapeError: no epoch, or weights that do not fit the words.
    """
    check(messages, frames)
    shades = [[shades_of(alpha) for alpha in weights] for weights in frames]
    weights = [[[round(float(w), 4) for w in alpha] for alpha in ws] for ws in frames]
    said = [f": {printable(caption)}" for caption in captions]
    content = {"shades": shades, "weights": weights, "captions": said}
    script = Markup(SCRIPT)
    return environment().get_template("attention.html.jinja").render(
        title=title,
        messages=[(m.label, list(zip(m.words, last, strict=True)))
                  for m, last in zip(messages, shades[-1], strict=True)],
        epochs=len(frames),
        caption=said[len(frames) - 1] if len(said) >= len(frames) else "",
        data=Markup(embedded(content)),
        script=script,
        hash=hash_of(SCRIPT),
        colour=", ".join(map(str, channels(BLUE))),
    )  # fmt: skip


def write_page(
    messages: Sequence[Message],
    frames: Sequence[Sequence[NDArray[Any]]],
    path: str | Path,
    *,
    captions: Sequence[str] = (),
    title: str = "Attention while it learns",
) -> None:
    """Write the page to a file, through a temporary name."""
    text = page(messages, frames, captions=captions, title=title)
    with whole(Path(path)) as unfinished:
        unfinished.write_text(text, encoding="utf-8")


def embedded(content: Any) -> str:
    """JSON that may stand in a page: nothing in it can end the element or begin one.

    >>> embedded("</script>")
    '"\\\\u003c/script\\\\u003e"'
    """
    text = json.dumps(content, allow_nan=False, separators=(",", ":"))
    for character in "<>&":
        text = text.replace(character, f"\\u{ord(character):04x}")
    return text


def hash_of(script: str) -> str:
    """What a content security policy calls the script by."""
    digest = hashlib.sha256(script.encode("utf-8")).digest()
    return "sha256-" + base64.b64encode(digest).decode("ascii")
