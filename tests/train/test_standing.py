"""What stands around every training."""

import pytest
import torch
from torch import nn

from attentif.config import Settings, TrainingSettings, TransducerSettings, TransducingSettings
from attentif.errors import ConfigError
from attentif.train.callbacks import ClipNorm, History, KeepBest, Schedule, StopOnNonFinite
from attentif.train.checkpoint import Checkpoint
from attentif.train.loop import Run
from attentif.train.standing import advice, hashed, saving, threads, watchers


@pytest.mark.parametrize("settings", [TrainingSettings(), TransducingSettings()])
def test_gradients_are_clipped_before_they_are_checked_and_then_the_rate_is_set(settings):
    kinds = [type(guard) for guard in watchers(settings, steps=10)]
    assert kinds == [ClipNorm, StopOnNonFinite, Schedule]


@pytest.mark.parametrize(("each", "clipped"), [(False, [0.6, 0.8]), (True, [1.0, 1.0])])
def test_each_weight_is_clipped_alone_on_request(each, clipped):
    model = nn.ParameterList([nn.Parameter(torch.zeros(1)), nn.Parameter(torch.zeros(1))])
    for weight, size in zip(model, (3.0, 4.0), strict=True):
        weight.grad = torch.tensor([size])
    guard = watchers(TrainingSettings(clip_norm=1.0), steps=10, each=each)[0]
    guard.on_gradients(Run(model, torch.optim.SGD(model.parameters()), epochs=1))
    assert [round(float(weight.grad), 4) for weight in model] == clipped


SLOWER = "Try a learning rate ten times smaller"


@pytest.mark.parametrize(
    ("settings", "more"),
    [
        (Settings(clip_norm=1.0), "."),
        (Settings(clip_norm=0.0), ", or clip_norm 1."),
        (
            Settings(clip_norm=0.0, gate_activation="relu", activation="linear"),
            ", clip_norm 1, activation tanh instead of linear, or gate_activation sigmoid instead"
            " of relu.",
        ),
        (
            Settings(clip_norm=5.0, activation="relu", cell="gru"),
            ", or activation tanh instead of relu.",
        ),
        (Settings(clip_norm=1.0, architecture="rnn", gate_activation="relu"), "."),
        (TransducerSettings(clip_norm=1.0), "."),
        (TransducerSettings(clip_norm=0.0), ", or clip_norm 1."),
    ],
)
def test_what_is_done_already_is_no_advice(settings, more):
    assert advice(settings) == SLOWER + more


def test_the_advice_of_the_settings_ends_the_reason():
    guard = watchers(TrainingSettings(clip_norm=0.0), steps=10)[1]
    run = Run(nn.Linear(1, 1), torch.optim.SGD([torch.zeros(1)]), epochs=1)
    run.loss = float("nan")
    guard.on_gradients(run)
    assert run.stop_reason.endswith(f"). {SLOWER}, or clip_norm 1.")


def test_a_checkpoint_needs_its_folder(tmp_path):
    best, history = KeepBest("loss", 0), History()
    assert saving(None, {}, best, history, resume=False) == []
    [one] = saving(tmp_path, {}, best, history, resume=False)
    assert isinstance(one, Checkpoint)
    with pytest.raises(ConfigError, match="resume needs the folder to go on from"):
        saving(None, {}, best, history, resume=True)


def test_the_hash_tells_rows_answers_and_their_order():
    seen = {hashed(*rows) for rows in [(["a", "b"], [0, 1]), (["b", "a"], [0, 1]), (["a"], [0])]}
    assert len(seen) == 3 and hashed(["a", "b"], [0, 1]) != hashed(["a", "b"], [1, 1])
    assert hashed(["a"], [0]).startswith("1, hash ")


def test_threads_are_given_back_also_after_an_error():
    before = torch.get_num_threads()
    with pytest.raises(ValueError, match="stop"), threads(2):
        assert torch.get_num_threads() == 2
        raise ValueError("stop")
    with threads(0):
        assert torch.get_num_threads() == before
    assert torch.get_num_threads() == before
