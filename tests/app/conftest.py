"""A labelled file, a model that knows it, and what a training with its report leaves."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

import pytest
from toy_messages import DECISIVE, messages, tiny

from app.samples import TINY, Ran, run, toy_rows, write_rows
from attentif import TextClassifier
from attentif.account import Account, Parts, Rows, train_and_judge
from attentif.config import Settings

NONE = Rows([], [], [])


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
def model(tiny_classifier: TextClassifier, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of a model that has learnt the toy messages; leave it as it is."""
    return tiny_classifier.save(tmp_path_factory.mktemp("model") / "model")


@pytest.fixture(scope="session")
def trained(toy: Path, tmp_path_factory: pytest.TempPathFactory) -> Trained:
    """Made by `attentif train`, with the baselines and the report; leave it as it is."""
    folder = tmp_path_factory.mktemp("trained") / "my model"
    return Trained(folder, run("train", toy, "--out", folder, *TINY, "--json"))


def account_of(parts: Parts, baselines: tuple[str, ...]) -> Account:
    settings = Settings.from_dict(tiny(epochs=2).get_params())
    return train_and_judge(settings, parts, baselines=baselines)


@pytest.fixture(scope="session")
def account() -> Account:
    """Of a training with rows to judge on, some of which it cannot get right."""
    mixed = {"ham": ["lunch", "win"], "spam": ["prize", "lunch"]}
    parts = [rows(40, 1), rows(10, 2), rows(20, 3, mixed)]
    return account_of(Parts(*parts, "drawn by hand"), ("majority", "word-svm"))


@pytest.fixture(scope="session")
def untested() -> Account:
    """Of a training that used all rows."""
    return account_of(Parts(rows(30, 1), NONE, NONE, "all"), ())


def rows(n: int, seed: int, decisive: Mapping[str, Sequence[str]] = DECISIVE) -> Rows:
    """Rows of toy messages."""
    return Rows(*messages(n, seed, decisive), list(range(2, n + 2)))
