"""A classifier as a comparison takes it (see `measure.compare.Contender`)."""

from typing import Self

import numpy as np

from attentif.config import Settings
from attentif.estimator import TextClassifier
from attentif.train.callbacks import INTERRUPTED


class Contestant:
    """A network that takes part; Ctrl-C ends the comparison, not only this training.

    Example:
        >>> Contestant(Settings(architecture="gru", seed=3)).model.seed
        3
    """

    def __init__(self, settings: Settings) -> None:
        self.model = TextClassifier.from_settings(settings)

    @property
    def classes_(self) -> list[str]:
        """Labels in the order of the probabilities' columns."""
        return self.model.classes_.tolist()

    @property
    def n_parameters_(self) -> int:
        """Numbers that training may change."""
        return self.model.n_parameters_

    def fit(self, texts: list[str], labels: list[str], /) -> Self:
        """Learn.

        Raises:
            KeyboardInterrupt: the training was stopped by Ctrl-C.
        """
        self.model.fit(texts, labels)
        if self.model.stop_reason_ == INTERRUPTED:
            raise KeyboardInterrupt
        return self

    def predict_proba(self, texts: list[str], /) -> np.ndarray:
        """(N, C) probabilities."""
        return self.model.predict_proba(texts)
