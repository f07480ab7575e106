"""Make the pictures of docs/gallery.md anew: python docs/pictures.py (some minutes).

Each is what a command writes on the shipped messages; only its place is changed here.
"""

import re
import subprocess
import sys
from pathlib import Path

from attentif.report.palette import NAMES

WORK = Path("build/gallery")
IMAGES = Path(__file__).parent / "images"
COMMANDS = (
    f"train messages --attention --out {WORK}/model",
    f"inspect {WORK}/model messages --out {WORK}/inside",
    f"lab vanishing-gradient --out {WORK}/vanishing-gradient",
    f"lab exploding-gradient --out {WORK}/exploding-gradient",
    f"lab known-answer --out {WORK}/known-answer",
    f"lab long-lags --out {WORK}/long-lags",
)
FILES = {
    "scores.svg": "model/pictures/scores.svg",
    "curves.svg": "model/pictures/curves.svg",
    "confusion.svg": "model/pictures/confusion.svg",
    "calibration.svg": "model/pictures/calibration.svg",
    "attention.gif": "model/attention.gif",
    "network.svg": "inside/network.svg",
    "way-back.svg": "vanishing-gradient/way-back-before.svg",
    "repairs.svg": "vanishing-gradient/repairs.svg",
    "memory.svg": "exploding-gradient/memory-by-step.svg",
    "known-answer.svg": "known-answer/map-marked.svg",
    "long-lags.svg": "long-lags/loss-adding.svg",
}
DRAWINGS = ("order", "deletion", "gates-1-forwards", "gradient", "embeddings")
NAMESPACES = 'xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink"'
PAGE = "inside/inside.html"


def drawing(page: str, name: str) -> str:
    """The SVG of a page's figure of that name, in the colours of a light page."""
    found = re.search(
        rf'<figure aria-label="{name}">\s*<div class="drawing">(<svg.*?</svg>)', page, re.DOTALL
    )
    if found is None:
        sys.exit(f"{PAGE} has no figure {name!r}.")
    svg = found[1].replace("<svg", f"<svg {NAMESPACES}", 1)
    for colour, variable in NAMES.items():
        svg = svg.replace(f"var(--{variable})", colour)
    return svg


def main() -> None:
    """Run the commands, copy what they drew."""
    for command in COMMANDS:
        subprocess.run([sys.executable, "-m", "attentif", *command.split()], check=True)
    for name, place in FILES.items():
        (IMAGES / name).write_bytes((WORK / place).read_bytes())
    page = (WORK / PAGE).read_text(encoding="utf-8")
    for name in DRAWINGS:
        (IMAGES / f"{name}.svg").write_text(drawing(page, name), encoding="utf-8")


if __name__ == "__main__":
    main()
