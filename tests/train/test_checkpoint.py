import json
import os
import signal

import numpy as np
import pytest
import torch
from safetensors.torch import load_file, save_file
from toy import go, run_of
from train_samples import NOTHING, Forget, messages, same_bits, small, weights_of
from train_samples import train as train_on

from attentif.errors import ArtifactError, ConfigError
from attentif.train.callbacks import History, KeepBest
from attentif.train.checkpoint import FILE, Checkpoint, discard, read_checkpoint
from attentif.train.classify import Labelled
from attentif.train.loop import Callback

CLOCK = {"seconds", "texts_per_second"}  # of a history's row: the only numbers that may differ


class StopAfter(Callback):
    """Interrupts at the end of an epoch."""

    def __init__(self, epoch):
        self.epoch = epoch

    def on_epoch(self, run):
        if run.epoch == self.epoch:
            run.stop("interrupted")


class PressIn(Callback):
    """Presses Ctrl-C in the middle of an epoch."""

    def __init__(self, epoch):
        self.epoch = epoch

    def on_gradients(self, run):
        if run.epoch == self.epoch:
            os.kill(os.getpid(), signal.SIGINT)


class Fail(Callback):
    """Breaks in the middle of an epoch."""

    def on_gradients(self, run):
        if run.epoch == 3:
            raise RuntimeError("power cut")


def train(settings, training=None, validation=None, **options):
    """Train on few rows: what is learned does not matter here."""
    training = messages(24, seed=1) if training is None else training
    validation = messages(16, seed=2) if validation is None else validation
    return train_on(settings, training, validation, **options)


def numbers_of(trained):
    """The history without the clock's columns."""
    return [
        {name: value for name, value in row.items() if name not in CLOCK} for row in trained.history
    ]


def assert_same(resumed, whole):
    assert same_bits(weights_of(resumed), weights_of(whole))
    assert numbers_of(resumed) == numbers_of(whole)
    assert resumed.decision == whole.decision
    assert resumed.best_epoch == whole.best_epoch
    assert resumed.stop_reason == whole.stop_reason


@pytest.fixture(scope="module")
def settings():
    return small(epochs=4, dropout=0.3, word_dropout=0.2, patience=0, validation=0.0)


@pytest.fixture(scope="module")
def whole(settings):
    return train(settings)


@pytest.fixture
def interrupted(settings, tmp_path):
    """A folder that holds two epochs of four."""
    train(settings, callbacks=[StopAfter(2)], checkpoint=tmp_path)
    return tmp_path


def test_two_epochs_and_two_more_are_four_bit_for_bit(settings, whole, interrupted):
    assert_same(train(settings, checkpoint=interrupted, resume=True), whole)
    assert len(whole.history) == 4


@pytest.mark.parametrize("optimizer", ["sgd", "adamw"])
def test_so_for_the_other_optimizers(optimizer, tmp_path):
    plan = small(epochs=3, optimizer=optimizer, learning_rate=0.1, weight_decay=0.01)
    first = train(plan, callbacks=[StopAfter(1)], checkpoint=tmp_path)
    assert len(first.history) == 1
    assert_same(train(plan, checkpoint=tmp_path, resume=True), train(plan))


def test_ctrl_c_in_an_epoch_goes_on_from_the_one_before(settings, whole, tmp_path):
    cut = train(settings, callbacks=[PressIn(3)], checkpoint=tmp_path)
    assert cut.stop_reason == "stopped by Ctrl-C"
    assert len(cut.history) == 3
    assert_same(train(settings, checkpoint=tmp_path, resume=True), whole)


def test_an_error_in_an_epoch_goes_on_from_the_one_before(settings, whole, tmp_path):
    with pytest.raises(RuntimeError, match="power cut"):
        train(settings, callbacks=[Fail()], checkpoint=tmp_path)
    assert_same(train(settings, checkpoint=tmp_path, resume=True), whole)


def test_a_checkpoint_changes_nothing_in_the_run_itself(settings, whole, tmp_path):
    assert_same(train(settings, checkpoint=tmp_path / "made" / "here"), whole)


def test_resuming_a_finished_run_gives_its_result_again(settings, whole, tmp_path):
    train(settings, checkpoint=tmp_path)
    assert_same(train(settings, checkpoint=tmp_path, resume=True), whole)


def test_resuming_a_run_that_patience_ended_trains_no_further(tmp_path):
    plan = small(epochs=9, patience=1, monitor="loss")
    ended = train(plan, callbacks=[Forget(3)], checkpoint=tmp_path)
    assert ended.stop_reason == "no better validation loss for 1 epochs"
    assert_same(train(plan, checkpoint=tmp_path, resume=True), ended)  # nothing is forgotten now


def test_patience_is_counted_across_the_interruption(tmp_path):
    plan = small(epochs=9, patience=2, monitor="loss")
    ended = train(plan, callbacks=[Forget(3)])
    last = len(ended.history)
    assert 3 <= last <= 4
    train(plan, callbacks=[Forget(3), StopAfter(last - 1)], checkpoint=tmp_path)
    resumed = train(plan, callbacks=[Forget(3)], checkpoint=tmp_path, resume=True)
    assert_same(resumed, ended)


def test_without_validation_rows_too(settings, tmp_path):
    train(settings, validation=NOTHING, callbacks=[StopAfter(2)], checkpoint=tmp_path)
    resumed = train(settings, validation=NOTHING, checkpoint=tmp_path, resume=True)
    assert_same(resumed, train(settings, validation=NOTHING))


@pytest.mark.parametrize(
    ("changed", "sentence"),
    [
        ({"learning_rate": 0.02}, "had learning_rate = 0.01, now it is 0.02"),
        ({"epochs": 8}, "had epochs = 4, now it is 8"),
        ({"clean": ("nfkc",)}, r"had clean = \[\], now it is \['nfkc'\]"),
    ],
)
def test_other_settings_are_refused(settings, interrupted, changed, sentence):
    other = type(settings).from_dict(settings.to_dict() | changed)
    with pytest.raises(ArtifactError, match=f"the interrupted training {sentence}. Resume with"):
        train(other, checkpoint=interrupted, resume=True)


def test_other_rows_are_refused(settings, interrupted):
    training = messages(24, seed=1)
    other = Labelled([*training.texts[:-1], "another text"], training.labels)
    with pytest.raises(ArtifactError, match="rows to train on = '24, hash .*now it is '24, hash"):
        train(settings, other, checkpoint=interrupted, resume=True)
    relabelled = Labelled(training.texts, 1 - training.labels)
    with pytest.raises(ArtifactError, match="rows to train on = "):
        train(settings, relabelled, checkpoint=interrupted, resume=True)
    with pytest.raises(ArtifactError, match="rows to validate on = '16, hash .*now it is '0, hash"):
        train(settings, validation=NOTHING, checkpoint=interrupted, resume=True)
    with pytest.raises(ArtifactError, match=r"labels = \['ham', 'spam'\], now it is"):
        train(settings, labels=["no", "yes"], checkpoint=interrupted, resume=True)


def test_a_refused_folder_stays_as_it_is(settings, interrupted):
    before = (interrupted / FILE).read_bytes()
    with pytest.raises(ArtifactError):
        train(small(epochs=9), checkpoint=interrupted, resume=True)
    assert (interrupted / FILE).read_bytes() == before


def test_nothing_to_resume_is_said(settings, tmp_path):
    missing = tmp_path / "none"
    with pytest.raises(ArtifactError, match="none holds no interrupted training to resume"):
        train(settings, checkpoint=missing, resume=True)
    assert not missing.exists()
    with pytest.raises(ConfigError, match="resume needs the folder to go on from, got none"):
        train(settings, resume=True)


def test_a_place_that_cannot_be_a_folder_is_refused_before_training(settings, tmp_path):
    (tmp_path / "file").write_text("", encoding="utf-8")
    with pytest.raises(ArtifactError, match="file cannot hold a checkpoint .* Choose another"):
        train(settings, checkpoint=tmp_path / "file")


def cut_short(path):
    path.write_bytes(path.read_bytes()[:-100])


def emptied(path):
    path.write_bytes(b"")


def not_safetensors(path):
    path.write_text('{"epoch": 2}', encoding="utf-8")


def without_numbers(path):
    save_file(load_file(path), path)


def damaged_numbers(path):
    numbers, tensors = read_checkpoint(path)
    save_file(tensors, path, {"numbers": json.dumps(numbers)[:-1]})


@pytest.mark.parametrize(
    "damage", [cut_short, emptied, not_safetensors, without_numbers, damaged_numbers]
)
def test_a_damaged_checkpoint_is_one_sentence(settings, interrupted, damage):
    damage(interrupted / FILE)
    with pytest.raises(ArtifactError, match=f"{FILE} is damaged and cannot be resumed .*Start"):
        train(settings, checkpoint=interrupted, resume=True)


def without_a_number(numbers, tensors):
    del numbers["step"]


def without_a_weight(numbers, tensors):
    del tensors["model.output.bias"]


def of_another_shape(numbers, tensors):
    tensors["model.output.bias"] = torch.zeros(7)


def of_another_optimizer(numbers, tensors):
    numbers["param_groups"] = []


@pytest.mark.parametrize(
    "change", [without_a_number, without_a_weight, of_another_shape, of_another_optimizer]
)
def test_a_checkpoint_of_another_version_is_one_sentence(settings, interrupted, change):
    path = interrupted / FILE
    numbers, tensors = read_checkpoint(path)
    change(numbers, tensors)
    save_file(tensors, path, {"numbers": json.dumps(numbers)})
    with pytest.raises(ArtifactError, match="does not fit this network: another version wrote it"):
        train(settings, checkpoint=interrupted, resume=True)


def saving_toy(folder, *callbacks, epochs=3):
    best, history = KeepBest(), History()
    checkpoint = Checkpoint(folder, {"rate": 0.1}, best, history)
    return go(best, history, checkpoint, *callbacks, run=run_of(epochs=epochs))


def test_the_file_is_replaced_whole_or_not_at_all(tmp_path, monkeypatch):
    saving_toy(tmp_path, epochs=1)
    before = (tmp_path / FILE).read_bytes()

    def full(*arguments):
        raise OSError("disk full")

    with monkeypatch.context() as patched:
        patched.setattr("attentif.train.checkpoint.os.replace", full)
        with pytest.raises(OSError, match="disk full"):
            saving_toy(tmp_path, epochs=2)
    assert (tmp_path / FILE).read_bytes() == before
    saving_toy(tmp_path, epochs=2)
    assert [path.name for path in tmp_path.iterdir()] == [FILE]
    assert read_checkpoint(tmp_path / FILE)[0]["epoch"] == 2


def test_it_holds_the_last_and_the_best_weights(tmp_path):
    best, history = KeepBest(), History()
    losses = iter([2.0, 1.0, 3.0])
    seen = []

    class Look(Callback):
        def on_epoch(self, run):
            seen.append(run.model.w.item())

    go(
        best, history, Checkpoint(tmp_path, {}, best, history), Look(),
        run=run_of(epochs=3), validate=lambda model: {"validation_loss": next(losses)},
    )  # fmt: skip
    numbers, tensors = read_checkpoint(tmp_path / FILE)
    assert (numbers["epoch"], numbers["best_epoch"], numbers["best_value"]) == (3, 2, 1.0)
    assert (tensors["model.w"].item(), tensors["best.w"].item()) == (seen[2], seen[1])


def test_discard_removes_the_folder_unless_it_holds_something_else(tmp_path):
    folder = tmp_path / "checkpoint"
    saving_toy(folder)
    discard(folder)
    assert not folder.exists()
    saving_toy(folder)
    (folder / "notes.txt").write_text("mine", encoding="utf-8")
    (folder / (FILE + ".part")).write_bytes(b"half")
    discard(folder)
    assert [path.name for path in folder.iterdir()] == ["notes.txt"]
    discard(tmp_path / "none")


def test_no_weight_of_the_checkpoint_is_lost_on_the_way(interrupted):
    tensors = read_checkpoint(interrupted / FILE)[1]
    parts = {name.partition(".")[0] for name in tensors}
    assert parts == {"model", "best", "optimizer"}
    assert all(np.isfinite(value.numpy()).all() for value in tensors.values())
