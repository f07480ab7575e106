"""What the tests of this room do to model folders."""

import hashlib
import json

import pytest

from attentif.errors import ArtifactError
from attentif.ship.folder import GRAPHS


def refusal(action, *arguments):
    """The one sentence with which something is refused."""
    with pytest.raises(ArtifactError) as caught:
        action(*arguments)
    sentence = str(caught.value)
    assert "\n" not in sentence and sentence.endswith((".", ")")), sentence
    return sentence


def rewrite(folder, change, name="model.json"):
    """Change a JSON file of a model."""
    about = json.loads((folder / name).read_text(encoding="utf-8"))
    change(about)
    (folder / name).write_text(json.dumps(about), encoding="utf-8")


def signed(folder):
    """Make the hashes fit again, as a forger would."""
    hashes = {
        name: hashlib.sha256((folder / name).read_bytes()).hexdigest()
        for name in ("model.safetensors", "vocabulary.json", *GRAPHS)
        if (folder / name).is_file()
    }
    rewrite(folder, lambda about: about.update(sha256=hashes))
    return folder
