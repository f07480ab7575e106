"""What the tests of figures share: a log without complaints, and texts of a figure."""

import logging
from collections.abc import Callable, Iterator

import pytest
from matplotlib.figure import Figure
from matplotlib.text import Text


@pytest.fixture(autouse=True)
def a_quiet_log(caplog: pytest.LogCaptureFixture) -> Iterator[None]:
    """matplotlib must not complain to the user, in its log either; warnings are errors anyway."""
    yield
    complaints = [r for r in caplog.records if r.levelno >= logging.WARNING]
    assert not complaints


@pytest.fixture
def texts_of() -> Callable[[Figure], list[str]]:
    """All that is written in a figure."""
    return lambda figure: [text.get_text() for text in figure.findobj(Text) if text.get_text()]
