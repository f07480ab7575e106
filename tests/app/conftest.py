"""A labelled file, a model that knows it, and what a training with its report leaves."""

from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import pytest
from app.samples import TINY, Ran, run, toy_rows, write_rows

if TYPE_CHECKING:
    from attentif import TextClassifier


class Trained(NamedTuple):
    """A model's folder, and what the command said."""

    folder: Path
    ran: Ran


@pytest.fixture(scope="session", autouse=True)
def one_thread(one_thread_of_torch: None) -> None:
    """Of all the commands that run in this process."""


@pytest.fixture(scope="session")
def toy(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A file of 60 labelled messages."""
    return write_rows(tmp_path_factory.mktemp("toy") / "toy.csv", toy_rows())


@pytest.fixture(scope="session")
def model(tiny_classifier: "TextClassifier", tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of a model that has learnt the toy messages; leave it as it is."""
    return tiny_classifier.save(tmp_path_factory.mktemp("model") / "model")


@pytest.fixture(scope="session")
def trained(toy: Path, tmp_path_factory: pytest.TempPathFactory) -> Trained:
    """Made by `attentif train`, with the baselines and the report; leave it as it is."""
    folder = tmp_path_factory.mktemp("trained") / "my model"
    return Trained(folder, run("train", toy, "--out", folder, *TINY, "--json"))
