"""What the tests of all rooms share: patience, one thread, a small trained model, data."""

import os
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from hypothesis import settings
from toy_messages import messages, tiny

if TYPE_CHECKING:
    from attentif import TextClassifier

os.environ.setdefault("OMP_NUM_THREADS", "1")  # read when torch is first imported, after this
settings.register_profile("no-deadline", deadline=None)  # a busy machine is no failure
settings.load_profile("no-deadline")


@pytest.fixture(scope="session")
def one_thread_of_torch() -> None:
    """The same numbers on any machine, whatever OMP_NUM_THREADS says."""
    import torch

    torch.set_num_threads(1)


@pytest.fixture(scope="session")
def tiny_classifier(one_thread_of_torch: None) -> "TextClassifier":
    """A small network with attention that has learnt the toy messages; leave it as it is."""
    return tiny(epochs=12).fit(*messages(120, seed=1))


@pytest.fixture(scope="session")
def data_folder() -> Path:
    """The folder of the public data sets."""
    beside = Path(__file__).resolve().parents[2] / "shared" / "data"
    folder = Path(os.environ.get("ATTENTIF_DATA", beside))
    if not folder.is_dir():
        pytest.skip(f"{folder} is not there; set ATTENTIF_DATA to the folder of the data sets")
    return folder
