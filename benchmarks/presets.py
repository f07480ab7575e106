"""The workshop's three recipes as they are, and repaired one cause after another.

    python -m benchmarks.presets [rnn lstm attention] [--seeds 3] [--keras] [--json FILE]

Data: the SMS collection with the workshop's own split (a third for the test, drawn with seed
17, equal texts on both sides), so the figures can be held against the workshop's. The
repairs were read off the training curves and the diagnosis, not off the test rows. With --keras
the recipe as it is also runs in Keras on TensorFlow, on the same rows, in the environment of
`benchmarks.peers.environments`.
"""

import argparse
import json
import statistics
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np

from attentif.account import Account, Fitting, train_and_judge
from attentif.app.material import gather
from attentif.app.options import Splitting
from attentif.config import Settings
from attentif.data.options import ReadOptions
from attentif.errors import AttentifError
from attentif.lab.presets import preset
from attentif.measure.metrics import score
from benchmarks.peers.ask import ask
from benchmarks.training_speed import asked, workshop_material

REPAIRS: dict[str, list[tuple[str, dict[str, Any]]]] = {
    "rnn": [
        ("embedding started at random, not at zeros", {"embedding_init": "uniform"}),
        ("tanh instead of the sigmoid", {"activation": "tanh"}),
        ("orthogonal recurrent weights", {"recurrent_init": "orthogonal"}),
        ("Adam .002 instead of SGD .5", {"optimizer": "adam", "learning_rate": 0.002}),
    ],
    "lstm": [
        ("learning rate .001 instead of .04", {"learning_rate": 0.001}),
        ("sigmoid gates instead of ReLU", {"gate_activation": "sigmoid"}),
        ("gradient clipped to norm 1", {"clip_norm": 1.0}),
    ],
    "attention": [
        ("softmax outputs instead of ReLU", {"output_activation": "softmax"}),
        ("learning rate .001 instead of .04", {"learning_rate": 0.001}),
        ("sigmoid gates instead of ReLU", {"gate_activation": "sigmoid"}),
        ("dropout .5, early stopping", {"dropout": 0.5, "patience": 5}),
    ],
}


def main() -> None:
    """Run each recipe, then each repair on top of the ones before."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("names", nargs="*", default=list(REPAIRS))
    parser.add_argument("--seeds", type=int, default=3)
    parser.add_argument("--keras", action="store_true", help="the recipe in Keras too")
    parser.add_argument("--json", type=Path)
    arguments = parser.parse_args()
    rows = []
    try:
        for name in arguments.names:
            for row in repaired(name, arguments.seeds, keras_too=arguments.keras):
                show(row)
                rows.append(row)
    except AttentifError as error:
        print(f"skipped: {error}", file=sys.stderr)
        return
    if arguments.json:
        arguments.json.write_text(json.dumps(rows, indent=1), encoding="utf-8")


def repaired(name: str, seeds: int, *, keras_too: bool) -> Iterator[dict[str, Any]]:
    """A recipe as it is, perhaps in Keras too, and each repair on top of the ones before."""
    if keras_too:
        yield {"change": f"workshop-{name} in Keras", "runs": keras(name, seeds)}
    changed: dict[str, Any] = {}
    for words, change in [(f"workshop-{name}, as it is", {}), *REPAIRS[name]]:
        changed |= change
        yield {"change": words, "runs": runs_of(name, changed, seeds)}


def runs_of(name: str, changed: dict[str, Any], seeds: int) -> list[dict[str, Any]]:
    """One run a seed."""
    found = []
    for seed in range(seeds):
        settings = Settings.from_dict(preset(f"workshop-{name}") | changed | {"seed": seed})
        material = gather("sms-spam", ReadOptions(), settings, Splitting(), workshop=True)
        account: Account = train_and_judge(
            settings, material.parts, baselines=(), fitting=Fitting()
        )
        judged, model = account.judged, account.model
        if judged is None:
            raise SystemExit("nothing to judge on.")
        found.append(
            {
                "accuracy": judged.scores.accuracy,
                "f1": judged.scores.per_class["spam"].f1,
                "epochs": len(model.history_),
                "stop_reason": model.stop_reason_,
                "diverged": model.diverged_,
                "seconds": model.seconds_,
            }
        )
        print(f"{name} {changed} seed {seed}: {found[-1]}", file=sys.stderr)
    return found


def keras(name: str, seeds: int) -> list[dict[str, Any]]:
    """The recipe's own stack on the same rows, one run a seed; it returns its last epoch.

    Raises:
        PeerMissing: Keras's environment is not there.
    """
    material, found = workshop_material(), []
    for seed in range(seeds):
        answer = ask("keras_workshop", asked(material, {"model": name}, 1, seed))
        labels = material.job.classes
        truth = np.array([labels.index(label) for label in material.truth])
        scores = score(truth, np.array(answer.probabilities), labels)
        f1 = scores.per_class["spam"].f1
        found.append({
            "accuracy": scores.accuracy, "f1": f1, "diverged": False, "seconds": answer.fit_seconds,
        })  # fmt: skip
        print(f"{name} in Keras, seed {seed}: {found[-1]}", file=sys.stderr)
    return found


def show(row: dict[str, Any]) -> None:
    """One line of the table."""
    runs = row["runs"]
    accuracy, f1 = ([run[key] for run in runs] for key in ("accuracy", "f1"))
    diverged = sum(run["diverged"] for run in runs)
    print(
        f"| {row['change']} | {spread(accuracy)} | {spread(f1)} | {diverged} of {len(runs)} |"
        f" {statistics.median(run['seconds'] for run in runs):.0f} s |",
        flush=True,
    )


def spread(values: list[float]) -> str:
    """Mean and range."""
    return f"{statistics.fmean(values):.3f} ({min(values):.3f} to {max(values):.3f})"


if __name__ == "__main__":
    main()
