"""An environment for each peer that would not fit ours, made when it is first asked for.

They live in the folder that ATTENTIF_BENCH names, by default `.bench` in the repository,
beside the results. Without a network and without such an environment a peer is missing, and
the benchmark says so and goes on.
"""

import os
import subprocess
import sys
import venv
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
FOLDER = Path(os.environ.get("ATTENTIF_BENCH") or ROOT / ".bench")
REQUIREMENTS: dict[str, tuple[str, ...]] = {
    "own": (),  # that of the benchmark itself
    "tensorflow": ("tensorflow-cpu==2.21.0", "keras==3.15.1"),
    "fasttext": ("fasttext-wheel==0.9.2", "numpy<2"),  # its predict needs the older numpy
}
PEERS = {  # program -> environment
    "attentif_peer": "own",
    "torch_tutorial": "own",
    "keras_workshop": "tensorflow",
    "fasttext_peer": "fasttext",
}


class PeerMissing(Exception):
    """A peer that cannot be asked here; the message says why in one sentence."""


def python_of(peer: str) -> str:
    """The interpreter that runs a peer; its environment is made if it is not there.

    Raises:
        PeerMissing: it could not be made.
    """
    name = PEERS[peer]
    if not REQUIREMENTS[name]:
        return sys.executable
    place = FOLDER / name
    python = place / ("Scripts" if os.name == "nt" else "bin") / "python"
    finished = place / "installed.txt"
    wanted = "\n".join(REQUIREMENTS[name])
    if not finished.is_file() or finished.read_text(encoding="utf-8") != wanted:
        install(name, place, python)
        finished.write_text(wanted, encoding="utf-8")
    return str(python)


def install(name: str, place: Path, python: Path) -> None:
    """Make the environment with pip; it is whole only when this returns."""
    print(f"installing {', '.join(REQUIREMENTS[name])} into {place} (once) ...", file=sys.stderr)
    venv.create(place, with_pip=True, clear=True)
    command = [python, "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
    ran = subprocess.run([*command, *REQUIREMENTS[name]], capture_output=True, text=True)
    if ran.returncode:
        said = next(
            (line for line in reversed(ran.stderr.splitlines()) if line.startswith("ERROR")),
            f"pip ended with {ran.returncode}",
        )
        raise PeerMissing(f"{name} could not be installed ({said.removeprefix('ERROR: ')}).")
