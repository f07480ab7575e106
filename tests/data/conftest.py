"""Files for the tests of this room, and the real data where they are present."""

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from attentif.data.options import ReadOptions
from attentif.data.read import Reading, read

Write = Callable[..., Path]


@pytest.fixture
def write(tmp_path: Path) -> Write:
    """Write bytes (or text, as UTF-8) to a file and give its path."""

    def write(content: bytes | str, name: str = "input.csv") -> Path:
        path = tmp_path / name
        path.write_bytes(content.encode("utf-8") if isinstance(content, str) else content)
        return path

    return write


@pytest.fixture
def reads(write: Write) -> Callable[..., Reading]:
    """Read what a file with this content would hold."""

    def reads(content: bytes | str, name: str = "input.csv", **options: object) -> Reading:
        return read(write(content, name), ReadOptions(**options))  # pyright: ignore

    return reads


@pytest.fixture(scope="session")
def data_folder() -> Path:
    """The folder with the real data sets."""
    here = Path(__file__).resolve().parents[2]
    folder = Path(os.environ.get("ATTENTIF_DATA", here.parent / "shared" / "data"))
    if not folder.is_dir():
        pytest.skip("the data sets are not here; set ATTENTIF_DATA to their folder")
    return folder
