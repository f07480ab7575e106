"""A trial: trained by the library's loop, judged on rows it never saw, honest when it breaks."""

import numpy as np
import pytest
import torch

from attentif.config import Settings
from attentif.lab.frames import Frame
from attentif.lab.trials import judged, train
from attentif.lab.variants import PLAIN
from attentif.train.loop import Callback

QUICK = PLAIN | {"architecture": "lstm", "min_count": 1, "hidden_size": 8, "embedding_size": 8,
                 "learning_rate": 0.05, "batch_size": 16, "epochs": 8}  # fmt: skip


@pytest.fixture(scope="module")
def trial(parts):
    return train(Settings.from_dict(QUICK), parts)


def test_it_learns_and_tells_of_it(trial):
    found = trial.to_dict()
    assert found["accuracy"] > 0.85 and found["mcc"] > 0.7
    low, high = found["accuracy_interval"]
    assert low <= found["accuracy"] <= high
    assert found["epochs"] == len(trial.history) == 8 and 1 <= found["best_epoch"] <= 8
    assert found["steps"] == 8 * 3 and not found["diverged"]  # 48 texts, 16 a step


def test_first_is_the_network_before_its_first_step(trial, parts):
    fresh = train(Settings.from_dict(QUICK | {"epochs": 1}), parts).first
    for name, weight in trial.first.state_dict().items():
        assert torch.equal(weight, fresh.state_dict()[name])
    moved = trial.network.state_dict()["network.output.weight"]
    assert not torch.equal(moved, trial.first.state_dict()["network.output.weight"])


def test_the_frame_changes_what_is_learnt_without_the_mask_only(parts, trial):
    framed = train(Settings.from_dict(QUICK), parts, frame=Frame(20))
    assert framed.scores.accuracy == trial.scores.accuracy
    unmasked = QUICK | {"masking": False}
    losses = [
        train(Settings.from_dict(unmasked | {"epochs": 1}), parts, frame=Frame(n)).history[0][
            "loss"
        ]
        for n in (10, 30)
    ]
    assert losses[0] != losses[1]


def test_callbacks_are_told(parts):
    class Count(Callback):
        steps = 0

        def on_step(self, run):
            self.steps += 1

    count = Count()
    trial = train(Settings.from_dict(QUICK | {"epochs": 1}), parts, callbacks=[count])
    assert count.steps == trial.steps == 3


def test_a_run_that_breaks_says_so_and_is_judged_all_the_same(parts):
    wild = QUICK | {"optimizer": "sgd", "learning_rate": 1e38, "clip_norm": 0.0, "epochs": 3}
    trial = train(Settings.from_dict(wild), parts)
    assert trial.diverged and trial.stop_reason.startswith("diverged")
    assert 0 <= trial.scores.accuracy <= 1 and len(trial.history) < 3


def test_undefined_answers_count_as_the_first_class(trial, parts):
    with torch.no_grad():
        spoilt = trial.network
        bias = spoilt.network.output.bias
        kept = bias.clone()
        bias.fill_(torch.nan)
        scores = judged(spoilt, trial.front_end, parts)
        bias.copy_(kept)
    assert scores.accuracy == np.mean(parts.test.labels == 0)
