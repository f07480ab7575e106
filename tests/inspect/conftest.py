"""A trained network, its front end and its decision, and some texts it has read."""

from typing import TYPE_CHECKING

import pytest
from toy_messages import messages, tiny

if TYPE_CHECKING:
    from attentif import TextClassifier
    from attentif.inspect.subject import Sample, Subject


def subject_of(model: "TextClassifier") -> "Subject":
    """What is looked into."""
    from attentif.inspect.subject import Subject

    return Subject(model.network_, model.front_end_, model.decision_)


@pytest.fixture(scope="session")
def subject(tiny_classifier: "TextClassifier") -> "Subject":
    """With attention; leave it as it is."""
    return subject_of(tiny_classifier)


@pytest.fixture(scope="session")
def even_subject(one_thread_of_torch: None) -> "Subject":
    """A network that has learnt the same messages with all words weighing the same."""
    return subject_of(tiny(pooling="mean", epochs=12).fit(*messages(120, seed=1)))


@pytest.fixture(scope="session")
def last_subject(one_thread_of_torch: None) -> "Subject":
    """A two-layered network without attention."""
    model = tiny(architecture="gru", layers=2, bidirectional=False, epochs=12)
    return subject_of(model.fit(*messages(120, seed=1)))


@pytest.fixture(scope="session")
def sample(subject: "Subject") -> "Sample":
    """Twelve texts of different lengths, one of a single token."""
    from attentif.inspect.subject import sample_of

    return sample_of(subject, [*messages(11, seed=6)[0], "prize"])
