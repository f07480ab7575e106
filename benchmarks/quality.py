"""How good are the defaults, beside the baselines, on real data: mean and spread over seeds.

    python -m benchmarks.quality [NAME ...] [--seeds 5] [--json FILE]

Protocol: the settings are the defaults. About forty settings were tried by cross-validation
inside training rows; three of them were also judged on Almeida's test rows before today's was
fixed, so that row is not a clean one. Each seed draws its own validation rows from the
training rows, first weights, order and dropout; test rows are judged once a seed.
Baselines learn from training and validation rows together.

Data: by name, found in the folder that ATTENTIF_DATA names, or fetched where that is
possible; what is missing is skipped, and said.
"""

import argparse
import json
import statistics
import sys
import time
from pathlib import Path

from attentif.account import Account, Fitting, train_and_judge
from attentif.app.material import gather
from attentif.app.options import Splitting
from attentif.config import Settings
from attentif.data.options import ReadOptions
from attentif.errors import AttentifError

DATA = ("sms-spam-almeida", "trec", "french-tv-reviews", "youtube-spam", "messages")


def main() -> None:
    """Run and print one table a data set."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("names", nargs="*", default=DATA)
    parser.add_argument("--seeds", type=int, default=5)
    parser.add_argument("--json", type=Path)
    parser.add_argument("--set", action="append", default=[], metavar="NAME=VALUE")
    arguments = parser.parse_args()
    given = dict(pair.split("=", 1) for pair in arguments.set)
    results = {}
    for name in arguments.names:
        try:
            results[name] = judged(name, arguments.seeds, given)
        except AttentifError as error:
            print(f"{name}: skipped: {error}", file=sys.stderr)
            continue
        show(name, results[name])
    if arguments.json:
        arguments.json.write_text(json.dumps(results, indent=1), encoding="utf-8")


def judged(name: str, seeds: int, given: dict[str, str]) -> dict[str, list[dict]]:
    """Scores of the network for each seed, and of the baselines, by model."""
    rows: dict[str, list[dict]] = {}
    for seed in range(seeds):
        settings = Settings.from_dict({"seed": seed, **typed(given)})
        material = gather(name, ReadOptions(), settings, Splitting(), workshop=False)
        began = time.perf_counter()
        account: Account = train_and_judge(settings, material.parts, fitting=Fitting())
        found = account.judged
        if found is None:
            raise AttentifError("nothing to judge on.")
        row = found.scores.to_dict() | {
            "seconds": account.model.seconds_,
            "epoch": account.model.best_epoch_,
        }
        rows.setdefault("network", []).append(row)
        for line in account.baselines:
            own = line.scores.to_dict() | {"seconds": line.fit_seconds}
            rows.setdefault(line.name, []).append(own)
        print(
            f"{name} seed {seed}: MCC {found.scores.mcc:.4f} accuracy {found.scores.accuracy:.4f}"
            f" ({time.perf_counter() - began:.0f} s)",
            file=sys.stderr,
        )
    return rows


def typed(given: dict[str, str]) -> dict[str, object]:
    """Settings from the command line in their types."""
    defaults = Settings().to_dict()
    return {
        name: value == "True" if isinstance(defaults[name], bool) else type(defaults[name])(value)
        for name, value in given.items()
    }


def show(name: str, rows: dict[str, list[dict]]) -> None:
    """One line a model: mean and standard deviation over the seeds."""
    first = rows["network"][0]
    print(f"\n{name}: {first['n']:,} rows to judge on, {len(rows['network'])} seeds")
    print(f"{'':16s}{'accuracy':>16s}{'macro F1':>16s}{'MCC':>16s}{'caught':>16s}{'blocked':>16s}")
    for model, runs in rows.items():
        cells = [
            spread([run[key] for run in runs])
            for key in ("accuracy", "macro_f1", "mcc", "positive_caught", "negative_blocked")
        ]
        seconds = statistics.median(run["seconds"] for run in runs)
        print(f"{model:16s}" + "".join(f"{cell:>16s}" for cell in cells) + f"{seconds:8.1f} s")


def spread(values: list[float | None]) -> str:
    """Mean and standard deviation."""
    known = [value for value in values if value is not None]
    if not known:
        return ""
    deviation = statistics.stdev(known) if len(known) > 1 else 0.0
    return f"{statistics.fmean(known):.4f} ±{deviation:.4f}"


if __name__ == "__main__":
    main()
