"""What the experiments' tests share: one thread, a small file, its parts, and wishes."""

from collections.abc import Callable

import pytest
from matplotlib.figure import Figure
from matplotlib.text import Text
from toy_messages import messages

from attentif.lab.results import Wishes
from attentif.lab.rows import Parts, parts_of


@pytest.fixture(scope="session", autouse=True)
def one_thread(one_thread_of_torch: None) -> None:
    """The same numbers on any machine."""


@pytest.fixture(scope="session")
def toy_file(tmp_path_factory: pytest.TempPathFactory) -> str:
    """A file of 80 messages of 2 to 6 words."""
    path = tmp_path_factory.mktemp("lab") / "toy.csv"
    texts, labels = messages(80, seed=3)
    rows = [f"{label},{text}" for text, label in zip(texts, labels, strict=True)]
    path.write_text("\n".join(["label,text", *rows]) + "\n", encoding="utf-8")
    return str(path)


@pytest.fixture(scope="session")
def wishes(toy_file: str) -> Wishes:
    """The toy messages, in English."""
    return Wishes(data=toy_file)


@pytest.fixture(scope="session")
def parts(toy_file: str) -> Parts:
    """The toy messages, split."""
    return parts_of(toy_file, 0)


@pytest.fixture
def texts_of() -> Callable[[Figure], list[str]]:
    """All that is written in a figure."""
    return lambda figure: [text.get_text() for text in figure.findobj(Text) if text.get_text()]
