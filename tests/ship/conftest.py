"""A saved model that the tests of this room read and damage."""

import shutil
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from attentif import TextClassifier


@pytest.fixture(scope="session")
def saved(tiny_classifier: "TextClassifier", tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The tiny classifier's folder; leave it as it is."""
    return tiny_classifier.save(tmp_path_factory.mktemp("saved") / "model")


@pytest.fixture
def damaged(saved: Path, tmp_path: Path) -> Callable[[], Path]:
    """Fresh copies of that folder, to be changed."""
    made: list[Path] = []

    def copy() -> Path:
        made.append(shutil.copytree(saved, tmp_path / f"model-{len(made)}"))
        return made[-1]

    return copy
