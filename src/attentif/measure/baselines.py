"""What a network must beat: the linear models that anyone fits in a second.

scikit-learn's untuned defaults apart from the n-gram ranges, so that nobody can say the
baseline was chosen to lose, nor to win. In the last one punctuation marks are words too, as
they are for our networks: on short messages the marks alone tell a good deal.
"""

from collections.abc import Callable, Sequence
from functools import partial
from typing import Any, Self

import numpy as np
from sklearn.dummy import DummyClassifier
from sklearn.feature_extraction.text import CountVectorizer, TfidfVectorizer
from sklearn.naive_bayes import MultinomialNB
from sklearn.pipeline import FeatureUnion, Pipeline
from sklearn.svm import LinearSVC

from attentif.errors import DataError, NotFittedError
from attentif.inputs import texts_of


class Baseline:
    """A classifier of texts made of a scikit-learn pipeline, with the face of our networks.

    Args:
        name: one of BASELINES, for messages.
        steps: the pipeline; made anew for each baseline.

    Attributes:
        classes_: labels, sorted, in the order of the probabilities' columns.
        n_parameters_: numbers that were learnt.

    Example:
        >>> model = BASELINES["word-svm"]().fit(["win cash", "see you", "win"], ["s", "h", "s"])
        >>> model.predict(["win now", "see me"])
        ['s', 'h']
    """

    def __init__(self, name: str, steps: Sequence[tuple[str, Any]]) -> None:
        self.name = name
        self._pipeline = Pipeline(list(steps))
        self.classes_: list[str] = []

    def fit(self, texts: Sequence[str], labels: Sequence[str]) -> Self:
        """Learn from texts and their labels.

        Raises:
            InputTypeError: one string instead of a list, or something that is no string.
            DataError: lengths differ, a single class, or no word in any text.
        """
        texts, labels = texts_of(texts), list(labels)
        if len(texts) != len(labels):
            raise DataError(f"each text needs a label, got {len(texts)} and {len(labels)}.")
        if len(set(labels)) < 2:
            raise DataError(f"a baseline needs two classes, got {sorted(set(labels))}.")
        try:
            self._pipeline.fit(texts, labels)
        except ValueError as error:
            raise DataError(
                f"{self.name} needs at least one word of two letters, got none in {len(texts)}"
                f" texts ({error}). Leave this baseline out."
            ) from error
        self.classes_ = [str(label) for label in self._pipeline.classes_]
        return self

    def predict(self, texts: Sequence[str]) -> list[str]:
        """The label of each text: the most probable class, the first of equals."""
        return [self.classes_[place] for place in self.predict_proba(texts).argmax(axis=1)]

    def predict_proba(self, texts: Sequence[str]) -> np.ndarray:
        """(N, C) numbers from 0 to 1 that sum to 1 in each row.

        Naive Bayes gives its own, which are far too sure. An SVM has none: these are the
        softmax of its margins, in the right order but **not calibrated**.

        Raises:
            NotFittedError: `fit` was not called.
        """
        if not self.classes_:
            raise NotFittedError(f"{self.name} must be fitted first, got texts. Call fit.")
        texts = texts_of(texts)
        if not texts:
            return np.zeros((0, len(self.classes_)))
        if not isinstance(self._pipeline.steps[-1][1], LinearSVC):
            return self._pipeline.predict_proba(texts)
        margins = self._pipeline.decision_function(texts)
        if margins.ndim == 1:  # two classes: the margin of the second
            margins = np.stack([-margins, margins], axis=1)
        powers = np.exp(margins - margins.max(axis=1, keepdims=True))
        return powers / powers.sum(axis=1, keepdims=True)

    @property
    def n_parameters_(self) -> int:
        """Numbers that were learnt by the last step."""
        learnt = vars(self._pipeline.steps[-1][1])
        names = ("coef_", "intercept_", "feature_log_prob_", "class_log_prior_", "class_prior_")
        return sum(int(np.size(learnt[name])) for name in names if name in learnt)


MARKS = r"\w+|[^\w\s]"  # every run of letters and digits, and every other character


def _words() -> TfidfVectorizer:
    """TF-IDF of words of two letters or more, and of pairs of them."""
    return TfidfVectorizer(ngram_range=(1, 2))


def _words_and_marks() -> TfidfVectorizer:
    """TF-IDF of words of any length and punctuation marks, and of pairs of them."""
    return TfidfVectorizer(ngram_range=(1, 2), token_pattern=MARKS)


def _characters() -> TfidfVectorizer:
    """TF-IDF of 2 to 5 characters inside words, blanks at the edges included."""
    return TfidfVectorizer(analyzer="char_wb", ngram_range=(2, 5))


def _majority() -> Baseline:
    return Baseline("majority", [("class", DummyClassifier(strategy="prior"))])


def _naive_bayes() -> Baseline:
    return Baseline("naive-bayes", [("words", CountVectorizer()), ("class", MultinomialNB())])


def _svm(name: str, features: Callable[[], Any]) -> Baseline:
    return Baseline(name, [("features", features()), ("class", LinearSVC(random_state=0))])


def _beside_characters(words: Callable[[], Any]) -> FeatureUnion:
    """Words and characters side by side."""
    return FeatureUnion([("words", words()), ("characters", _characters())])


BASELINES: dict[str, Callable[[], Baseline]] = {
    "majority": _majority,
    "naive-bayes": _naive_bayes,
    "word-svm": partial(_svm, "word-svm", _words),
    "char-svm": partial(_svm, "char-svm", _characters),
    "word+char-svm": partial(_svm, "word+char-svm", partial(_beside_characters, _words)),
    "marks+char-svm": partial(
        _svm, "marks+char-svm", partial(_beside_characters, _words_and_marks)
    ),
}
