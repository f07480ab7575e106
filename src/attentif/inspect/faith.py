"""Can the attention be believed? Six measures of one network, and a sentence that rests on them.

1. Does the attention put the words in the order in which leaving them out, or the gradient,
   puts them (Kendall's tau; as a ceiling, how far these two agree)?
2. Does the answer change when the same weights go to other words (permutation)?
3. Does the answer, or the score, get worse when all words weigh the same (control)?
4. The same with weights drawn by place (control); with training rows, trained so.
5. With training rows: does the attention help a simpler model that knows nothing of this one?
6. Is the answer gone sooner when the words that weigh most are taken away (deletion)?

Source:
    Jain and Wallace 2019, arXiv:1902.10186; Wiegreffe and Pinter 2019, arXiv:1908.04626.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from attentif.config import Settings
from attentif.errors import DataError
from attentif.inspect.agreement import PUBLISHED, SOURCE, Agreement, agreement
from attentif.inspect.attribute import gradient_times_input
from attentif.inspect.controls import (
    CHANGES,
    Control,
    Permutation,
    compared,
    exchanged,
    permutation,
    retrained,
    scores_of,
)
from attentif.inspect.deletion import Deletions, deletions
from attentif.inspect.explain import EVEN, evenness
from attentif.inspect.guided import Guided, guided
from attentif.inspect.leave_out import distances, left_out
from attentif.inspect.subject import Sample, Subject, probabilities_of, sample_of
from attentif.inspect.verdict import Verdict, judged, no_attention, too_few
from attentif.train.classify import Labelled

TIMES = 100  # permutations a text, as Jain and Wallace


class Retraining(NamedTuple):
    """What is needed to train the controls: the network's own settings and rows."""

    settings: Settings
    training: Labelled
    validation: Labelled


@dataclass(frozen=True)
class OfAttention:
    """What was found of the attention itself.

    Args:
        evenness: mean entropy of the weights as a part of the most that it can be: 1 where
            all words weigh the same.
        gradient, left_out: attention beside `|gradient x input|`, the attention held fixed,
            and beside the change of the answer without the word.
        guided: None without rows to train on.
    """

    evenness: float
    gradient: Agreement
    left_out: Agreement
    permutation: Permutation
    controls: tuple[Control, ...]
    guided: Guided | None

    @property
    def even(self) -> bool:
        """Whether all words weigh the same, or so nearly that none stands out."""
        return self.evenness >= EVEN

    def to_dict(self) -> dict[str, Any]:
        """Ready for JSON."""
        return {
            "evenness": self.evenness,
            "with_gradient": self.gradient.to_dict(),
            "with_leave_one_out": self.left_out.to_dict(),
            "permutation": self.permutation.to_dict(),
            "controls": [control.to_dict() for control in self.controls],
            "guided": self.guided and self.guided.to_dict(),
        }


@dataclass(frozen=True)
class Faith:
    """All that was found.

    Args:
        texts: judged; `short` of them have a single token and no order.
        attention: None where the network gives no weights to words.
        ceiling: gradient and leave-one-out beside each other.
        accuracy, macro_f1: of the network's own most probable classes, where labels are known.
    """

    texts: int
    short: int
    attention: OfAttention | None
    ceiling: Agreement
    deletions: Deletions
    accuracy: float | None
    macro_f1: float | None

    @property
    def verdict(self) -> Verdict:
        """One sentence that rests on the numbers, and how many tests were passed."""
        own = self.attention
        if own is None:
            return no_attention()
        compared = self.texts - self.short
        if compared < 2 and not own.even:
            return too_few(compared)
        effects = own.permutation.mean, *self.deletions.ahead("attention")
        return judged(own.evenness, own.left_out, self.ceiling, effects)

    def to_dict(self) -> dict[str, Any]:
        """Ready for JSON."""
        return {
            "conclusion": self.verdict.sentence,
            "tests_passed": self.verdict.passed,
            "texts": self.texts,
            "texts_of_one_token": self.short,
            "accuracy": self.accuracy,
            "macro_f1": self.macro_f1,
            "attention": self.attention and self.attention.to_dict(),
            "gradient_with_leave_one_out": self.ceiling.to_dict(),
            "deletions": self.deletions.to_dict(),
            "published": {"source": SOURCE, **PUBLISHED},
        }


def believe(
    subject: Subject,
    texts: Sequence[str],
    *,
    truth: NDArray[np.int64] | None = None,
    retraining: Retraining | None = None,
    times: int = TIMES,
    seed: int = 0,
) -> Faith:
    """Judge the attention of a network on some texts, some hundreds of them at best.

    Args:
        truth: ids of their classes, for the controls' scores.
        retraining: train the controls too (as long as the network itself took, for each).
        times: permutations a text.
        seed: of the permutations and of the random orders.

    Raises:
        DataError: no text has two tokens.
    """
    sample = sample_of(subject, texts)
    if not (sample.lengths > 1).any():
        raise DataError("judging the attention needs a text of two tokens or more, got none.")
    without = distances(sample, left_out(subject, sample))
    fixed = gradient_times_input(subject, sample, through_attention=False)
    slopes = [np.abs(part) for part in fixed]
    measures = {"left_out": without, "gradient": slopes}
    attention = None
    if sample.weights is not None:
        measures = {"attention": sample.weights, **measures}
        attention = OfAttention(
            mean_evenness(sample.weights),
            agreement(sample.weights, slopes),
            agreement(sample.weights, without),
            permutation(subject, sample, times=times, seed=seed),
            tuple(controls(subject, sample, truth, retraining)),
            guided(subject, sample, truth, retraining.training) if retraining else None,
        )
    return Faith(
        len(sample),
        int((sample.lengths < 2).sum()),
        attention,
        agreement(slopes, without),
        deletions(subject, sample, measures, seed=seed),
        *scores_of(sample.probabilities, truth),
    )


def controls(
    subject: Subject,
    sample: Sample,
    truth: NDArray[np.int64] | None,
    retraining: Retraining | None,
) -> list[Control]:
    """The network under the attentions of `CHANGES`, and others trained under them."""
    found = [exchanged(subject, sample, truth, name) for name in CHANGES]
    if retraining is None:
        return found
    settings, training, validation = retraining
    for name in CHANGES:
        other, frozen = retrained(settings, subject.decision.labels, training, validation, name)
        try:
            answers = probabilities_of(other, other.front_end.encode(sample.texts))
        finally:
            frozen.release()
        found.append(compared(sample, answers, truth, name, retrained=True))
    return found


def mean_evenness(weights: Sequence[NDArray[np.floating]]) -> float:
    """Mean over the texts of two tokens or more.

    >>> round(mean_evenness([np.array([0.5, 0.5]), np.array([1.0, 0.0]), np.array([1.0])]), 3)
    0.5
    """
    parts = [evenness(alpha) for alpha in weights if len(alpha) > 1]
    return float(np.mean(parts)) if parts else math.nan
