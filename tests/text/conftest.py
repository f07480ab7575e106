"""Data that the tests of this room may use where it is present."""

import os
from pathlib import Path

import pytest


@pytest.fixture(scope="session")
def sms() -> list[str]:
    """The texts of the SMS Spam Collection."""
    here = Path(__file__).resolve().parents[2]
    folder = Path(os.environ.get("ATTENTIF_DATA", here.parent / "shared" / "data"))
    path = folder / "sms-spam" / "SMSSpamCollection"
    if not path.exists():
        pytest.skip("the SMS Spam Collection is not here; set ATTENTIF_DATA to its folder")
    lines = path.read_text(encoding="utf-8").split("\n")
    return [line.split("\t", 1)[1] for line in lines if line]
