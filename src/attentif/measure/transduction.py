"""How right written outputs are: whole, unit by unit, and by the length of the source.

A reference is a list of right outputs, one or several: a word may have two pronunciations,
a sentence two translations. The nearest one counts.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import asdict, dataclass
from typing import Any, NamedTuple

import numpy as np

from attentif.errors import DataError, MissingExtraError
from attentif.measure.calibration import wilson

References = Sequence[Sequence[str]]
Cut = Callable[[str], Sequence[str]]
GROUPS = 6  # of source lengths, at most


class Machine(NamedTuple):
    """A score of machine translation, from 0 to 100, and how sacrebleu computed it."""

    score: float
    signature: str


class LengthGroup(NamedTuple):
    """The scores of sources of some lengths, in units, both included.

    bleu: None where it was not asked for.
    """

    shortest: int
    longest: int
    n: int
    exact_match: float
    unit_error: float
    bleu: float | None


@dataclass(frozen=True, kw_only=True)
class TransductionScores:
    """How right the outputs are; free-running: each was written from its source alone.

    exact_match: share of outputs that are a right one as a whole, the headline.
    exact_interval: its 95 % interval (Wilson).
    unit_accuracy: share of the reference's units that stand at their place in the output.
    unit_error: edits that make outputs right, as a share of the reference's units
        (characters, words or phones: what the target is cut into).
    character_error, word_error: the same in characters, and in what stands between blanks.
    bleu, chrf: None where they were not asked for.
    cut: share of outputs that met the limit before their end. empty: without a unit.
    by_length: the scores by the length of the source.
    """

    n: int
    exact_match: float
    exact_interval: tuple[float, float]
    unit_accuracy: float
    unit_error: float
    character_error: float
    word_error: float
    bleu: Machine | None
    chrf: Machine | None
    cut: float
    empty: float
    by_length: tuple[LengthGroup, ...]

    def to_dict(self) -> dict[str, Any]:
        """For JSON."""
        found = asdict(self)
        for name in ("bleu", "chrf"):
            machine = getattr(self, name)
            found[name] = None if machine is None else machine._asdict()
        return found | {"by_length": [group._asdict() for group in self.by_length]}


class Outputs(NamedTuple):
    """What a model wrote.

    texts: N outputs.
    lengths: of their sources, in units.
    cut: whether each met the limit before its end.
    """

    texts: Sequence[str]
    lengths: Sequence[int]
    cut: Sequence[bool]


def score_outputs(
    references: References, outputs: Outputs, *, units: Cut, machine: bool = False
) -> TransductionScores:
    """Every score of some outputs.

    Args:
        units: cuts a text as the target is cut.
        machine: compute BLEU and chrF too, for which sacrebleu is needed.

    Raises:
        DataError: no outputs, as many references as outputs there are not, or an empty list.
        MissingExtraError: sacrebleu is needed and not installed.
    """
    texts = outputs.texts
    if not texts or len(references) != len(texts) or not all(references):
        raise DataError(
            f"each output needs a reference, one pair at least, got {len(texts)} outputs and"
            f" {sum(map(bool, references))} references. Give a right output for each."
        )
    right = [text in each for text, each in zip(texts, references, strict=True)]
    n = len(texts)
    low, high = wilson(np.array(sum(right)), np.array(n))
    return TransductionScores(
        n=n,
        exact_match=sum(right) / n,
        exact_interval=(float(low), float(high)),
        unit_accuracy=accuracy(references, texts, units),
        unit_error=error_rate(references, texts, units),
        character_error=error_rate(references, texts, list),
        word_error=error_rate(references, texts, str.split),
        bleu=bleu(references, texts) if machine else None,
        chrf=chrf(references, texts) if machine else None,
        cut=sum(outputs.cut) / n,
        empty=sum(not text for text in texts) / n,
        by_length=by_length(references, outputs, units, machine=machine),
    )


def by_length(
    references: References, outputs: Outputs, units: Cut, *, machine: bool
) -> tuple[LengthGroup, ...]:
    """Scores of groups of about equal size, from short sources to long ones.

    Source:
        Bahdanau, Cho, Bengio 2015, arXiv:1409.0473, figure 2.
    """
    order = sorted(range(len(outputs.texts)), key=lambda row: outputs.lengths[row])
    groups, found = list[list[int]](), list[LengthGroup]()
    for row in order:
        same = groups and outputs.lengths[groups[-1][-1]] == outputs.lengths[row]
        if not groups or not (same or len(groups[-1]) * GROUPS < len(order)):
            groups.append([])
        groups[-1].append(row)
    for rows in groups:
        own, texts = [references[row] for row in rows], [outputs.texts[row] for row in rows]
        right = sum(text in each for text, each in zip(texts, own, strict=True))
        found.append(
            LengthGroup(
                outputs.lengths[rows[0]],
                outputs.lengths[rows[-1]],
                len(rows),
                right / len(rows),
                error_rate(own, texts, units),
                bleu(own, texts).score if machine else None,
            )
        )
    return tuple(found)


def distance(one: Sequence[Any], other: Sequence[Any]) -> int:
    """Fewest insertions, deletions and replacements from one to the other (Levenshtein 1966).

    >>> distance("kitten", "sitting"), distance(["a", "b"], [])
    (3, 2)
    """
    if one == other:
        return 0
    row = list(range(len(other) + 1))
    for i, left in enumerate(one, 1):
        before, row[0] = row[0], i
        for j, right in enumerate(other, 1):
            kept = before if left == right else 1 + min(before, row[j], row[j - 1])
            before, row[j] = row[j], kept
    return row[-1]


def error_rate(references: References, texts: Iterable[str], units: Cut) -> float:
    """Edits as a share of the units of the references; above 1 is possible.

    >>> error_rate([["2024-01-02"], ["ab", "b"]], ["2024-01-03", "b"], list)
    0.09090909090909091
    """
    edits, total = 0, 0
    for text, each in zip(texts, references, strict=True):
        written = units(text)
        known = [(distance(right, written), len(right)) for right in map(units, each)]
        nearest = min(known)
        edits, total = edits + nearest[0], total + nearest[1]
    return edits / max(1, total)


def accuracy(references: References, texts: Iterable[str], units: Cut) -> float:
    """Share of the references' units that stand at their place: padding cannot count.

    >>> accuracy([["2024-01-02"], ["a"]], ["2024-01-03", "b"], list)
    0.8181818181818182
    """
    hits, total = 0, 0
    for text, each in zip(texts, references, strict=True):
        written = units(text)
        known = [
            (sum(a == b for a, b in zip(right, written, strict=False)), -len(right))
            for right in map(units, each)
        ]
        most = max(known)
        hits, total = hits + most[0], total - most[1]
    return hits / max(1, total)


def bleu(
    references: References, texts: Sequence[str], *, lowercase: bool = False, tokenize: str = "13a"
) -> Machine:
    """BLEU of a corpus.

    Args:
        tokenize: sacrebleu's tokeniser; "none" for texts that are cut already.

    Source:
        Papineni et al. 2002; Post 2018, arXiv:1804.08771, whose library computes it.
    """
    metric = sacrebleu().BLEU(lowercase=lowercase, tokenize=tokenize, force=True)
    return scored(metric, references, texts)


def chrf(references: References, texts: Sequence[str]) -> Machine:
    """chrF of a corpus: character n-grams (Popović 2015)."""
    return scored(sacrebleu().CHRF(), references, texts)


def scored(metric: Any, references: References, texts: Sequence[str]) -> Machine:
    """A metric of sacrebleu, with as many references for each text as there are."""
    most = max(map(len, references))
    streams = [[each[i] if i < len(each) else None for each in references] for i in range(most)]
    score = float(metric.corpus_score(list(texts), streams).score)
    return Machine(score, str(metric.get_signature()))


def sacrebleu() -> Any:
    """The metrics of sacrebleu.

    Raises:
        MissingExtraError: it is not installed.
    """
    try:
        from sacrebleu import metrics
    except ImportError as error:
        raise MissingExtraError(
            "BLEU and chrF need sacrebleu, which is not installed."
            " Run: pip install 'attentif[transduce]'"
        ) from error
    return metrics
