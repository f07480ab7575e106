"""How good are the defaults beside what their users would pick instead, on real data?

    python -m benchmarks.quality [NAME ...] [--seeds 5] [--set name=value ...] [--json FILE]

Names are those of `protocols.PROTOCOLS`; without one, all. A protocol with an official split
is trained with so many seeds, one that draws its splits with twice as many splits (the five
videos always once each). The settings are the defaults. About a hundred settings were tried by
cross-validation (see `choices`); twelve of them were also judged on Almeida's test rows, so
that row is not a clean one. Test rows are judged once a training.

Rivals (untuned linear models of scikit-learn, fastText with its defaults and with n-grams)
learn from training and validation rows together, once for each split. The network is held
against each of them: with one split by a bootstrap over rows and seeds, with several by Nadeau
and Bengio's corrected t. The verdict is that against the one which scores best on the test rows
themselves, a bar set a little too high. "No difference" means that p is .05 or more. One of
them, marks+char-svm, reads punctuation and single letters as our own tokens do, and comes with
attentif; on Almeida's split both it and the best of the others are to be beaten.

Data: by name, found in the folder that ATTENTIF_DATA names, or fetched where that is
possible; what is missing is skipped, and said. With --json a row is written as soon as it is
found, beside those that the file has already.
"""

import statistics
import sys
import time
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np

from attentif.account import Parts, train_and_judge
from attentif.config import Settings
from attentif.data.check import key_of
from attentif.errors import AttentifError
from attentif.measure.metrics import METRICS, Scores
from attentif.measure.paired import METRIC_NAMES, Difference, corrected_t, verdict
from benchmarks.protocol_runs import run_protocols
from benchmarks.protocols import PROTOCOLS, Protocol, Trial, load_for
from benchmarks.record import Goal, Section
from benchmarks.rivals import Judged, rivals_on
from benchmarks.significance import over_seeds

QUESTION = "How good are the answers?"
NETWORK = "the network"
ALPHA = 0.05
ALMEIDA_MCC = 0.952
OWN_TOKENS = "marks+char-svm"  # a rival that nobody has without attentif
MAY_LOSE = ("sst2",)  # without outside data nobody's recurrent network wins there


class Tried(NamedTuple):
    """One training: the network, and the rivals of its split."""

    trial: Trial
    network: Judged
    best_epoch: int
    rivals: Mapping[str, Judged]


def main() -> int:
    """Run the protocols; 1 when a goal falls short."""
    return run_protocols(
        __doc__ or "", QUESTION, PROTOCOLS, section_of, defaults=Settings().to_dict(), seeds=5
    )


def section_of(name: str, protocol: Protocol, seeds: int, given: Mapping[str, Any]) -> Section:
    """One protocol: all its trainings, the table, the sentence, the goals."""
    tried, missing = run(name, protocol, seeds, given)
    splits = len({one.trial.split for one in tried})
    again = statistics.fmean(taught_too(one.trial.parts) for one in tried)
    sizes = sorted({len(parts.test.texts) for parts in parts_of(tried)})
    about = " to ".join(f"{size:,}" for size in dict.fromkeys((sizes[0], sizes[-1])))
    about += f" rows to judge on, {splits} splits" if splits > 1 else " rows to judge on, one split"
    about += f", {len(tried)} trainings"
    leads = {rival: against(tried, rival, protocol.metric) for rival in shared_by(tried)}
    head, rows = columns(protocol.metric), table(tried, leads)
    section = Section(f"{protocol.about}: {about}", head, rows, missing)
    if again:
        section.sentences.append(f"{again:.0f} of the texts to judge on are also taught.")
    if given:
        section.sentences.append(f"Settings that are not the defaults: {given}.")
    best = best_of(tried, protocol.metric)
    said = verdict(NETWORK, best, leads[best], metric=protocol.metric)
    section.sentences.append(f"{outcome_of(leads[best]).capitalize()}. {said}")
    section.sentences += [f"Published: {anchor}." for anchor in protocol.anchors]
    section.goals = goals_of(name, tried, protocol.metric, leads)
    section.data = raw(tried, best, leads[best])
    return section


def run(
    name: str, protocol: Protocol, seeds: int, given: Mapping[str, Any]
) -> tuple[list[Tried], list[str]]:
    """Train on each trial; the rivals once for each split."""
    tried: list[Tried] = []
    rivals: dict[int, Mapping[str, Judged]] = {}
    missing: list[str] = []
    for trial in protocol.trials(load_for(protocol), seeds):
        began = time.perf_counter()
        settings = Settings.from_dict({"seed": trial.seed, **given})
        account = train_and_judge(settings, trial.parts, baselines=())
        found = account.judged
        if found is None:
            raise AttentifError("nothing to judge on.")
        network = Judged(found.scores, found.answers, account.model.seconds_)
        if trial.split not in rivals:
            learnt = trial.parts.train.and_also(trial.parts.validation)
            rivals[trial.split], missing = rivals_on(learnt, trial.parts.test, found.scores)
        tried.append(Tried(trial, network, account.model.best_epoch_, rivals[trial.split]))
        print(
            f"{name} split {trial.split} seed {trial.seed}: MCC {found.scores.mcc:.4f} accuracy"
            f" {found.scores.accuracy:.4f} ({time.perf_counter() - began:.0f} s)",
            file=sys.stderr,
        )
    return tried, missing


def taught_too(parts: Parts) -> int:
    """How many texts to judge on are among those that teach."""
    taught = {key_of(text) for text in [*parts.train.texts, *parts.validation.texts]}
    return sum(key_of(text) in taught for text in parts.test.texts)


def best_of(tried: Sequence[Tried], metric: str, *, but: str = "") -> str:
    """The rival with the best mean, one of them perhaps left aside."""
    per_split = {one.trial.split: one for one in tried}
    return max(
        sorted(shared_by(tried) - {but}),
        key=lambda name: statistics.fmean(
            value_of(one.rivals[name].scores, metric) for one in per_split.values()
        ),
    )


def shared_by(tried: Sequence[Tried]) -> set[str]:
    """The rivals that every trial has."""
    return set.intersection(*(set(one.rivals) for one in tried))


def against(tried: Sequence[Tried], rival: str, metric: str) -> Difference:
    """How far the network is ahead of a rival."""
    if len({one.trial.split for one in tried}) == 1:
        labels = tried[0].network.scores.labels
        truth = np.array([labels.index(label) for label in tried[0].trial.parts.test.labels])
        networks = [one.network.answers for one in tried]
        return over_seeds(truth, networks, tried[0].rivals[rival].answers, METRICS[metric])
    gaps = [
        value_of(one.network.scores, metric) - value_of(one.rivals[rival].scores, metric)
        for one in tried
    ]
    shares = [len(p.test.texts) / sum(len(part.texts) for part in p[:3]) for p in parts_of(tried)]
    return corrected_t(gaps, statistics.fmean(shares))


def parts_of(tried: Sequence[Tried]) -> list[Parts]:
    """The rows of each trial."""
    return [one.trial.parts for one in tried]


def value_of(scores: Scores, metric: str) -> float:
    """One score by name."""
    return {"accuracy": scores.accuracy, "mcc": scores.mcc, "macro_f1": scores.macro_f1}[metric]


def outcome_of(found: Difference) -> str:
    """One word or two.

    >>> outcome_of(Difference(-0.01, -0.02, -0.001, 0.03)), outcome_of(Difference(0, -1, 1, 0.9))
    ('lost', 'no difference')
    """
    if found.p_value >= ALPHA or found.low <= 0 <= found.high:
        return "no difference"
    return "won" if found.mean > 0 else "lost"


def goals_of(
    name: str, tried: Sequence[Tried], metric: str, leads: Mapping[str, Difference]
) -> list[Goal]:
    """What is the least that is accepted of a row, by the network's lead over each rival."""
    if name in MAY_LOSE:
        return []
    best = best_of(tried, metric)
    if name != "sms-almeida":
        wanted = f"not significantly worse than the best rival ({best})"
        outcome = outcome_of(leads[best])
        return [Goal(wanted, outcome, outcome != "lost")]
    mean = statistics.fmean(one.network.scores.mcc for one in tried)
    others = best_of(tried, metric, but=OWN_TOKENS)
    return [
        Goal(f"a mean MCC of at least {ALMEIDA_MCC}", f"{mean:.4f}", mean >= ALMEIDA_MCC),
        to_win(f"significantly better than the best rival of others ({others})", leads[others]),
        to_win(f"significantly better than the best rival ({best})", leads[best]),
    ]


def to_win(wanted: str, found: Difference) -> Goal:
    """A goal that is reached by a significant difference."""
    outcome = outcome_of(found)
    return Goal(wanted, f"{outcome}: {told(found)}", outcome == "won")


HEADER = ("", "accuracy", "macro F1", "MCC", "F1", "caught", "blocked", "s to fit")


def columns(metric: str) -> list[str]:
    """The table's head; last how far the network is ahead, each p of that comparison alone."""
    return [*HEADER, f"network ahead, points of {METRIC_NAMES.get(metric, metric)}"]


def table(tried: Sequence[Tried], leads: Mapping[str, Difference]) -> list[list[str]]:
    """One line a model: mean and standard deviation over trainings or splits, then the lead."""
    splits = list({one.trial.split: one for one in tried}.values())
    rows = [[*line(NETWORK, [one.network for one in tried]), ""]]
    for name in splits[0].rivals:
        judged = [one.rivals[name] for one in splits if name in one.rivals]
        rows.append([*line(name, judged), told(leads[name]) if name in leads else ""])
    return rows


def told(found: Difference) -> str:
    """A difference in points, and how probable one as large is by chance.

    >>> told(Difference(0.0117, 0.002, 0.02, 0.0314)), told(Difference(0.4, 0.3, 0.5, 0.0))
    ('+1.2, p = 0.031', '+40.0, p < 0.001')
    """
    p = f"p = {found.p_value:.3f}" if found.p_value >= 0.001 else "p < 0.001"
    return f"{100 * found.mean:+.1f}, {p}"


def line(name: str, runs: Sequence[Judged]) -> list[str]:
    """A model's line; F1 is that of the class looked for."""
    scores = [run.scores for run in runs]
    f1 = [s.per_class[s.positive].f1 if s.positive else None for s in scores]
    columns = (
        [s.accuracy for s in scores], [s.macro_f1 for s in scores], [s.mcc for s in scores], f1,
        [s.positive_caught for s in scores], [s.negative_blocked for s in scores],
    )  # fmt: skip
    seconds = statistics.median(run.fit_seconds for run in runs)
    return [name, *map(spread, columns), f"{seconds:.1f}"]


def spread(values: Sequence[float | None]) -> str:
    """Mean and standard deviation.

    >>> spread([0.5, 0.7]), spread([0.5]), spread([None])
    ('0.6000 ±0.1414', '0.5000', '')
    """
    known = [value for value in values if value is not None]
    if len(known) < 2:
        return f"{known[0]:.4f}" if known else ""
    return f"{statistics.fmean(known):.4f} ±{statistics.stdev(known):.4f}"


def raw(tried: Sequence[Tried], best: str, found: Difference) -> dict[str, Any]:
    """All numbers of a protocol, for the record."""

    def numbers(judged: Judged) -> dict[str, Any]:
        kept = judged.scores.to_dict()
        return {**{k: kept[k] for k in KEPT}, "fit_seconds": judged.fit_seconds}

    return {
        "best_rival": best,
        "difference": found._asdict(),
        "runs": [
            {
                "split": one.trial.split,
                "seed": one.trial.seed,
                "best_epoch": one.best_epoch,
                "network": numbers(one.network),
                "rivals": {name: numbers(judged) for name, judged in one.rivals.items()},
            }
            for one in tried
        ],
    }


KEPT = ("n", "accuracy", "macro_f1", "mcc", "positive_caught", "negative_blocked", "log_loss")


if __name__ == "__main__":
    sys.exit(main())
