import pytest
import torch
from toy import go, outcome_of, run_of

from attentif.errors import InputTypeError
from attentif.train.loop import Callback, Outcome, fit, heard


class Spy(Callback):
    """Writes down what happens."""

    def __init__(self):
        self.seen = []

    def on_start(self, run):
        self.seen.append("start")

    def on_gradients(self, run):
        self.seen.append("gradients")

    def on_step(self, run):
        self.seen.append("step")

    def on_epoch(self, run):
        self.seen.append("epoch")

    def on_end(self, run):
        self.seen.append("end")


def test_events_come_in_order():
    spy = Spy()
    go(spy, run=run_of(epochs=2))
    epoch = [*["gradients", "step"] * 2, "epoch"]
    assert spy.seen == ["start", *epoch * 2, "end"]


def test_what_is_no_callback_is_refused():
    spy = Spy()
    assert heard(iter([spy])) == [spy]
    with pytest.raises(InputTypeError, match=r"a list of callbacks, got Spy. Put it in \[ \]"):
        heard(spy)
    with pytest.raises(InputTypeError, match=r"got 'x' \(str\) at position 1. Inherit from"):
        heard([spy, "x"])


def test_callbacks_are_told_in_their_order():
    seen = []

    class Named(Callback):
        def __init__(self, name):
            self.name = name

        def on_epoch(self, run):
            seen.append(self.name)

        def on_end(self, run):
            seen.append(self.name.upper())

    go(Named("a"), Named("b"), run=run_of(epochs=1))
    assert seen == ["a", "b", "A", "B"]


def test_a_callback_stops_after_the_epoch_and_says_why():
    class Enough(Callback):
        def on_gradients(self, run):
            run.stop("enough")
            run.stop("a later reason does not replace the first")

    run = go(Enough(), run=run_of(epochs=9))
    assert (run.epoch, run.step, run.stop_reason) == (1, 2, "enough")


@pytest.mark.parametrize(("event", "steps"), [("on_gradients", 2), ("on_step", 3)])
def test_stop_now_ends_between_two_steps_and_still_validates(event, steps):
    def third(self, run):
        if run.step == (2 if event == "on_gradients" else 3):
            run.stop("now", now=True)

    spy = Spy()
    stopper = type("Stopper", (Callback,), {event: third})()
    run = go(stopper, spy, sizes=[4] * 5, run=run_of(epochs=9))
    assert (run.epoch, run.step, run.seen) == (1, steps, 4 * steps)
    assert spy.seen[-2:] == ["epoch", "end"]


def test_an_epoch_without_one_step_is_no_epoch():
    class AtOnce(Callback):
        def on_gradients(self, run):
            run.stop("at once", now=True)

    spy = Spy()
    run = go(spy, AtOnce(), validate=lambda model: {"validation_loss": 1.0})
    assert spy.seen == ["start", "gradients", "end"]
    assert (run.step, run.metrics, run.model.w.item()) == (0, {}, 0.0)


def test_a_misspelt_event_is_refused():
    with pytest.raises(TypeError, match="Bad.on_epoch_end is no event; events are on_start"):
        type("Bad", (Callback,), {"on_epoch_end": lambda self, run: None})


def test_same_weights_as_plain_gradient_descent_by_hand():
    run, w = go(run=run_of(epochs=3)), 0.0
    for _ in range(6):
        w -= 0.1 * 2 * (w - 2)  # d/dw (w - 2)^2
    assert run.model.w.item() == pytest.approx(w)
    assert (run.epoch, run.step) == (3, 6)


def test_trains_in_train_mode_and_validates_in_eval_mode_without_gradients():
    seen = []

    class Mode(Callback):
        def on_gradients(self, run):
            seen.append(run.model.training)

    def validate(model):
        seen.append((model.training, torch.is_inference_mode_enabled()))
        return {}

    go(Mode(), run=run_of(epochs=2), sizes=[4], validate=validate)
    assert seen == [True, (False, True)] * 2


@pytest.mark.parametrize("event", ["on_start", "on_gradients", "on_step", "on_epoch"])
@pytest.mark.parametrize("error", [RuntimeError, KeyboardInterrupt])
def test_on_end_is_called_after_an_error(event, error):
    def fail(self, run):
        raise error("broken")

    before, after = Spy(), Spy()
    with pytest.raises(error, match="broken"):
        go(before, type("Broken", (Callback,), {event: fail})(), after)
    assert before.seen.count("end") == after.seen.count("end") == 1


def test_every_on_end_is_called_although_one_of_them_fails():
    def fail(self, run):
        raise RuntimeError("broken")

    spy = Spy()
    with pytest.raises(RuntimeError, match="broken"):
        go(type("Broken", (Callback,), {"on_end": fail})(), spy)
    assert spy.seen[-1] == "end"


def drawn(seed, epochs=2):
    """The random numbers that each batch sees."""
    seen = []

    def outcome(model, rows):
        seen.append(torch.rand(1).item())
        return outcome_of(model, rows)

    go(run=run_of(epochs), outcome=outcome, seed=seed)
    return seen


def test_dropout_depends_on_seed_and_epoch_and_leaves_the_callers_random_state():
    torch.manual_seed(123)
    before = torch.random.get_rng_state()
    first = drawn(seed=1)
    assert torch.equal(torch.random.get_rng_state(), before)
    assert len(set(first)) == 4
    assert drawn(seed=1) == first
    assert drawn(seed=2) != first


def test_a_seed_as_large_as_a_date_and_time_does():
    assert drawn(seed=20_260_101_123_456) == drawn(seed=20_260_101_123_456)


def test_a_run_goes_on_from_its_epoch_with_that_epochs_random_numbers():
    seen = []
    run = run_of(epochs=3)
    run.epoch = 2

    def outcome(model, rows):
        seen.append(torch.rand(1).item())
        return outcome_of(model, rows)

    fit(run, outcome, lambda epoch: [epoch], validate=lambda model: {}, seed=1)
    torch.manual_seed(1 * 1_000_003 + 3)
    assert seen == [torch.rand(1).item()]


def test_a_finished_run_does_nothing_more():
    run = run_of(epochs=2)
    run.epoch = 2
    spy = Spy()
    go(spy, run=run)
    assert spy.seen == ["start", "end"]


def test_loss_and_accuracy_are_means_over_rows_not_over_batches():
    def outcome(model, rows):
        loss = model.w.sum() * 0 + (5.0 if rows == 1 else 1.0)
        return Outcome(loss, rows, 1)

    run = go(run=run_of(epochs=1), sizes=(3, 1), outcome=outcome)
    assert run.metrics == {"loss": (3 * 1.0 + 5.0) / 4, "accuracy": 0.5}


def test_an_epochs_numbers_are_its_own():
    seen = []

    class Look(Callback):
        def on_epoch(self, run):
            seen.append((run.seen, round(run.metrics["loss"], 6), run.metrics["validation_w"]))

    go(
        Look(), run=run_of(epochs=2), sizes=(4,),
        validate=lambda model: {"validation_w": round(model.w.item(), 6)},
    )  # fmt: skip
    assert seen == [(4, 4.0, 0.4), (4, 2.56, 0.72)]


def test_gradients_do_not_add_up_over_steps():
    norms = []

    class Look(Callback):
        def on_gradients(self, run):
            norms.append(run.model.w.grad.item())

    go(Look(), run=run_of(epochs=1, rate=1e-9), sizes=[4] * 3)
    assert norms == pytest.approx([-4.0] * 3)
