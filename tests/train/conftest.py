"""One thread for every test of this room, so that it says the same on any machine."""

import pytest
import torch


@pytest.fixture(autouse=True, scope="session")
def one_thread():
    """Torch's own choice comes back afterwards."""
    before = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(before)
