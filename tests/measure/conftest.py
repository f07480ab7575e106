"""Data for the tests that need a public set."""

import os
from pathlib import Path

import pytest
from hypothesis import settings

settings.register_profile("no-deadline", deadline=None)  # a busy machine is no failure
settings.load_profile("no-deadline")


@pytest.fixture(scope="session")
def sms() -> tuple[list[str], list[str]]:
    """Texts and labels of the SMS Spam Collection, in the order of the file."""
    root = os.environ.get("ATTENTIF_DATA") or Path(__file__).parents[3] / "shared" / "data"
    path = Path(root) / "sms-spam" / "SMSSpamCollection"
    if not path.is_file():
        pytest.skip(f"{path} is not there; set ATTENTIF_DATA to the folder of the data sets")
    lines = path.read_text(encoding="utf-8").split("\n")
    rows = [line.split("\t", 1) for line in lines if line]
    return [text for _, text in rows], [label for label, _ in rows]
