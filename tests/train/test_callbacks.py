import math
import os
import signal
import threading

import numpy as np
import pytest
import torch
from toy import go, outcome_of, run_of

from attentif.train.callbacks import (
    AttentionSnapshots,
    ClipNorm,
    History,
    KeepBest,
    Schedule,
    StopOnInterrupt,
    StopOnNonFinite,
    WeightPrinter,
)
from attentif.train.loop import Callback, Outcome, Run

VALUES = [5.0, 3.0, 4.0, 6.0, 7.0, 1.0]  # the best but one is epoch 2's, the best epoch 6's


class Weights(Callback):
    """The weight after each epoch."""

    def __init__(self):
        self.after = [0.0]

    def on_epoch(self, run):
        self.after.append(run.model.w.item())


class At(Callback):
    """Does something in the first step of an epoch, before the optimizer moves."""

    def __init__(self, epoch, act):
        self.epoch, self.act = epoch, act

    def on_gradients(self, run):
        if run.epoch == self.epoch:
            self.act(run)


def validating(values, name="validation_loss"):
    """A validation that gives those values, one an epoch."""
    each = iter(values)
    return lambda model: {"validation_loss": 1.0} | {name: next(each)}


def fail(error):
    def act(run):
        raise error

    return act


# KeepBest


@pytest.mark.parametrize("epochs", [6, 5, 2, 1])
def test_the_best_epoch_is_given_back_when_training_reaches_its_last_one(epochs):
    best, weights, run = KeepBest("loss", patience=0), Weights(), run_of(epochs=epochs)
    go(best, weights, run=run, validate=validating(VALUES))
    expected = {6: 6, 5: 2, 2: 2, 1: 1}[epochs]
    assert (best.epoch, best.value) == (expected, VALUES[expected - 1])
    assert run.model.w.item() == weights.after[expected]
    assert run.stop_reason == ""


@pytest.mark.parametrize(("patience", "last"), [(1, 3), (2, 4), (3, 5)])
def test_patience_counts_the_epochs_without_a_better_one(patience, last):
    best, weights, run = KeepBest("loss", patience=patience), Weights(), run_of(epochs=6)
    go(best, weights, run=run, validate=validating(VALUES))
    assert (run.epoch, best.epoch) == (last, 2)
    assert run.model.w.item() == weights.after[2]
    assert run.stop_reason == f"no better validation loss for {patience} epochs"


def test_an_equal_value_is_not_a_better_one():
    best, run = KeepBest(patience=2), run_of(epochs=6)
    go(best, run=run, validate=validating([1.0] * 6))
    assert (run.epoch, best.epoch) == (3, 1)


@pytest.mark.parametrize("error", [RuntimeError("broken"), KeyboardInterrupt()])
def test_the_best_epoch_is_given_back_after_an_error(error):
    best, weights, run = KeepBest(), Weights(), run_of(epochs=6)
    with pytest.raises(type(error)):
        go(best, weights, At(4, fail(error)), run=run, validate=validating(VALUES))
    assert run.model.w.item() == weights.after[2]


def test_the_first_weights_are_given_back_when_no_epoch_was_finished():
    best, run = KeepBest(), run_of()
    with pytest.raises(RuntimeError):
        go(best, At(1, lambda run: run.step and fail(RuntimeError())(run)), run=run)
    assert (best.epoch, run.model.w.item()) == (0, 0.0)


def test_an_error_before_the_start_is_not_hidden():
    broken = type("Broken", (Callback,), {"on_start": lambda self, run: fail(OSError("disk"))(run)})
    with pytest.raises(OSError, match="disk"):
        go(broken(), KeepBest())


def test_macro_f1_is_better_when_larger():
    best, weights, run = KeepBest("macro_f1", patience=2), Weights(), run_of(epochs=6)
    scores = [0.2, 0.9, 0.8, 0.7, 0.6, 0.5]
    go(best, weights, run=run, validate=validating(scores, "validation_macro_f1"))
    assert (run.epoch, best.epoch, best.value) == (4, 2, -0.9)
    assert run.model.w.item() == weights.after[2]
    assert run.stop_reason == "no better validation macro f1 for 2 epochs"


def test_the_calibrated_loss_is_better_when_smaller_whatever_the_plain_one_does():
    best, numbers = KeepBest(patience=0), iter([(1.0, 0.9), (2.0, 0.5), (0.5, 0.7)])
    names = ("validation_loss", "validation_calibrated_loss")
    go(best, run=run_of(epochs=3), validate=lambda m: dict(zip(names, next(numbers), strict=True)))
    assert (best.epoch, best.value) == (2, 0.5)


@pytest.mark.parametrize("monitor", ["calibrated_loss", "loss", "macro_f1"])
def test_an_epoch_of_undefined_loss_is_never_the_best(monitor):
    best, names = KeepBest(monitor, patience=0), ("validation_loss", "validation_macro_f1")
    numbers = iter([(1.0, 0.5), (math.nan, 0.9), (math.inf, 0.9)])
    go(best, run=run_of(epochs=3), validate=lambda m: dict(zip(names, next(numbers), strict=True)))
    assert best.epoch == 1


@pytest.mark.parametrize("monitor", ["calibrated_loss", "loss", "macro_f1"])
def test_without_validation_rows_the_training_loss_chooses(monitor):
    best, run = KeepBest(monitor, patience=2), run_of(epochs=9, rate=1.5)  # overshoots: it grows
    go(best, run=run)
    assert (best.epoch, run.epoch) == (1, 3)
    assert run.stop_reason == "no better loss for 2 epochs"


# ClipNorm


class Two(torch.nn.Module):
    """Two weights whose gradients are (3, 4) and (0, 12): norms 5 and 12, together 13."""

    def __init__(self):
        super().__init__()
        self.a, self.b = (torch.nn.Parameter(torch.zeros(2)) for _ in range(2))
        self.unused = torch.nn.Parameter(torch.zeros(2))


def two_of(model, rows):
    loss = model.a @ torch.tensor([3.0, 4.0]) + model.b @ torch.tensor([0.0, 12.0])
    return Outcome(loss, rows, 0)


def clipped(clip):
    """Both gradients and the norm, after the callback."""
    model, found = Two(), []
    keep = At(1, lambda run: found.append((model.a.grad.tolist(), model.b.grad.tolist())))
    run = Run(model, torch.optim.SGD(model.parameters(), lr=1.0), 1)
    go(clip, keep, run=run, sizes=[4], outcome=two_of)
    return *found[0], run.gradient_norm


def test_all_gradients_are_shortened_together():
    a, b, norm = clipped(ClipNorm(6.5))
    assert norm == pytest.approx(13)
    assert (a, b) == (pytest.approx([1.5, 2.0], rel=1e-5), pytest.approx([0, 6.0], rel=1e-5))


def test_each_gradient_is_shortened_on_its_own():
    a, b, norm = clipped(ClipNorm(6, each=True))
    assert norm == pytest.approx(13)
    assert (a, b) == (pytest.approx([3.0, 4.0]), pytest.approx([0, 6.0], rel=1e-5))


@pytest.mark.parametrize("clip", [ClipNorm(0), ClipNorm(0, each=True), ClipNorm(14)])
def test_no_limit_or_a_wide_one_changes_no_gradient(clip):
    assert clipped(clip) == ([3.0, 4.0], [0.0, 12.0], pytest.approx(13))


# StopOnNonFinite


def breaking(epoch, step, what):
    """An outcome whose loss or gradient breaks at one step (both counted from 1, all epochs)."""
    count = iter(range(1, 100))

    def outcome(model, rows):
        found = outcome_of(model, rows)
        if next(count) != step:
            return found
        if what == "loss":
            return found._replace(loss=found.loss * math.nan)
        return found._replace(loss=found.loss + (model.w - model.w.detach()).sqrt().sum())

    return outcome


@pytest.mark.parametrize(("what", "value"), [("loss", "nan"), ("gradient", "inf")])
def test_it_stops_before_the_step_and_says_where(what, value):
    best, weights, run = KeepBest(), Weights(), run_of(epochs=9)
    watch = [ClipNorm(0), StopOnNonFinite("Try less."), best]
    go(*watch, weights, run=run, sizes=[4] * 3, outcome=breaking(2, 5, what))
    assert run.diverged
    assert (run.epoch, run.step, best.epoch) == (2, 4, 1)
    assert run.model.w.item() == weights.after[1]
    before = 4 * (1 - 0.2) ** 3  # the gradient 2 (w - 2) shrinks by a fifth each step
    assert run.stop_reason == (
        f"diverged: the {what} became {value} in epoch 2, step 5, a batch of 4 texts of up to 7"
        f" tokens (learning rate 0.1, norm of the last finite gradient {before:.3g}). Try less."
    )


def test_at_the_first_step_there_is_no_norm_to_name():
    run = run_of()
    go(ClipNorm(0), StopOnNonFinite(), KeepBest(), run=run, outcome=breaking(1, 1, "loss"))
    assert "(learning rate 0.1). Try" in run.stop_reason
    assert run.model.w.item() == 0.0


def test_it_sees_what_the_last_step_of_an_epoch_broke():
    best, run = KeepBest(), run_of(epochs=2)
    go(
        ClipNorm(0), StopOnNonFinite(), best,
        run=run, validate=validating([1.0, math.nan]),
    )  # fmt: skip
    assert run.diverged
    assert best.epoch == 1
    assert "the validation loss became nan in epoch 2, step 4, its last (" in run.stop_reason


def test_a_weight_that_overflows_without_validation_is_not_given_back():
    best, run = KeepBest(), run_of(epochs=2, rate=1e38)
    outcome = lambda model, rows: outcome_of(model, rows)._replace(loss=-100 * model.w.sum())
    go(ClipNorm(0), StopOnNonFinite(), best, run=run, sizes=[4], outcome=outcome)
    assert run.diverged
    assert "a weight became infinite or undefined in epoch 1, step 1, its last" in run.stop_reason
    assert (best.epoch, run.model.w.item()) == (0, 0.0)


# Schedule, History


def test_the_rate_is_set_before_each_step():
    run = run_of(epochs=2)
    go(Schedule(lambda step: [0.1, 0.2, 0.3, 0.4][step], rate=0.5), run=run)
    w = 0.0
    for factor in (0.1, 0.2, 0.3, 0.4):
        w -= 0.5 * factor * 2 * (w - 2)
    assert run.model.w.item() == pytest.approx(w)


def test_history_has_a_row_an_epoch():
    history = History()
    go(
        ClipNorm(0), history, run=run_of(epochs=2), sizes=[4, 4],
        validate=validating([0.5, 0.25]),
    )  # fmt: skip
    assert [row["epoch"] for row in history.rows] == [1, 2]
    assert [row["validation_loss"] for row in history.rows] == [0.5, 0.25]
    first, second = history.rows
    assert first["loss"] == pytest.approx((4 + 1.6**2) / 2)
    assert first["gradient_norm"] == pytest.approx((4 + 3.2) / 2)
    assert second["gradient_norm"] == pytest.approx((2.56 + 2.048) / 2)
    assert first["learning_rate"] == 0.1
    assert first["texts_per_second"] == pytest.approx(8 / first["seconds"])
    assert 0 < first["seconds"] < 10


def test_history_goes_on_after_earlier_rows():
    history = History([{"epoch": 1, "loss": 9.0}])
    go(history, run=run_of(epochs=1))
    assert [row["loss"] for row in history.rows] == [9.0, pytest.approx(3.28)]


# StopOnInterrupt


def press(run):
    """Ctrl-C, as the terminal sends it."""
    os.kill(os.getpid(), signal.SIGINT)


def test_ctrl_c_ends_training_in_order_in_the_middle_of_an_epoch():
    before = signal.getsignal(signal.SIGINT)
    history, best, run = History(), KeepBest(), run_of(epochs=9)
    third = At(2, lambda run: run.step == 4 and press(run))
    go(history, best, third, StopOnInterrupt(), run=run, sizes=[4] * 3)
    assert run.stop_reason == "stopped by Ctrl-C"
    assert (run.epoch, run.step, run.diverged) == (2, 5, False)
    assert len(history.rows) == 2
    assert signal.getsignal(signal.SIGINT) is before


def test_ctrl_c_during_validation_ends_training_after_that_epoch():
    history, run = History(), run_of(epochs=9)
    go(history, StopOnInterrupt(), run=run, validate=lambda model: press(None) or {})
    assert (run.epoch, run.step, len(history.rows)) == (1, 2, 1)
    assert run.stop_reason == "stopped by Ctrl-C"


def test_a_second_ctrl_c_aborts():
    before = signal.getsignal(signal.SIGINT)
    run = run_of(epochs=9)
    with pytest.raises(KeyboardInterrupt):
        go(At(1, lambda run: press(run) or press(run)), StopOnInterrupt(), run=run)
    assert run.step == 0
    assert signal.getsignal(signal.SIGINT) is before


def test_the_signal_is_restored_although_another_callback_fails_at_the_end():
    before = signal.getsignal(signal.SIGINT)
    broken = type("Broken", (Callback,), {"on_end": lambda self, run: fail(OSError())(run)})
    with pytest.raises(OSError):
        go(broken(), StopOnInterrupt())
    assert signal.getsignal(signal.SIGINT) is before


def test_outside_the_main_thread_signals_are_left_alone():
    before, run = signal.getsignal(signal.SIGINT), run_of()
    thread = threading.Thread(target=go, args=[StopOnInterrupt()], kwargs={"run": run})
    thread.start()
    thread.join()
    assert run.epoch == 3
    assert signal.getsignal(signal.SIGINT) is before


# WeightPrinter, AttentionSnapshots


def test_the_weight_printer_prints_one_line_a_weight_and_epoch():
    lines = []
    printer = WeightPrinter(lines.append)
    model = Two()
    run = Run(model, torch.optim.SGD(model.parameters(), lr=1.0), 2)
    go(printer, run=run, sizes=[4], outcome=two_of)
    assert [(row["epoch"], row["name"]) for row in printer.rows] == [
        (1, "a"), (1, "b"), (1, "unused"), (2, "a"), (2, "b"), (2, "unused"),
    ]  # fmt: skip
    first = printer.rows[0]  # a = -(3, 4) after one step
    expected = {"norm": 5.0, "mean": -3.5, "std": 0.5, "gradient_norm": 5.0}
    assert {name: first[name] for name in expected} == pytest.approx(expected)
    assert printer.rows[2]["gradient_norm"] == 0.0
    assert len(lines) == 6
    assert lines[0].split() == [
        "epoch", "1", "a", "norm", "5.0000", "mean", "-3.50000", "gradient", "5.000e+00",
    ]  # fmt: skip


def test_the_weight_printer_shows_the_weights_asked_for():
    printer = WeightPrinter(lambda line: None, names=["b"])
    model = Two()
    run = Run(model, torch.optim.SGD(model.parameters(), lr=1.0), 1)
    go(printer, run=run, outcome=two_of)
    assert [row["name"] for row in printer.rows] == ["b"]


def test_the_weight_printer_prints_on_the_terminal_by_itself(capsys):
    go(WeightPrinter(), run=run_of(epochs=1))
    assert capsys.readouterr().out.startswith("epoch   1  w ")


def test_attention_is_kept_at_each_epoch_from_the_network_as_it_is_then():
    modes = []

    def weights_of(model):
        modes.append((model.training, torch.is_inference_mode_enabled()))
        return [np.array([model.w.item()], np.float32)]

    snapshots, weights = AttentionSnapshots(weights_of), Weights()
    go(snapshots, weights, run=run_of(epochs=3))
    assert [frame[0].item() for frame in snapshots.frames] == pytest.approx(weights.after[1:])
    assert modes == [(False, True)] * 3
