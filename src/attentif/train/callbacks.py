"""What happens beside the loop, one idea a class."""

import math
import signal
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from types import FrameType
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn

from attentif.train.loop import Callback, Run

Weights = dict[str, Tensor]
LARGER_IS_BETTER = ("macro_f1", "exact_match")
INTERRUPTED = "stopped by Ctrl-C"  # the reason that `StopOnInterrupt` gives


def copy_weights(model: nn.Module) -> Weights:
    """The weights as they are now, apart from the model."""
    return {name: value.detach().clone() for name, value in model.state_dict().items()}


class KeepBest(Callback):
    """Early stopping, and the best epoch's weights given back however training ends.

    Args:
        monitor: a number that validation gives as `validation_<monitor>`, such as
            "calibrated_loss", "loss" or "token_error" (smaller is better), "macro_f1" or
            "exact_match" (larger is); without validation rows, the training loss. The
            calibrated loss is that at the best temperature: a network that grows too sure of
            itself while it still learns to tell the classes apart is not stopped for it, since
            the temperature of the decision mends that afterwards.
        patience: epochs without a better one before stopping; 0: never stop early.

    After training: `epoch` is the best one (0: none was finished, the weights are the
    first ones), `value` what it scored.

    Source:
        Berta, Holzmueller, Jordan, Bach 2025, arXiv:2501.19195, "Rethinking early stopping:
        refine, then calibrate", section 5.
    """

    def __init__(self, monitor: str = "calibrated_loss", patience: int = 5) -> None:
        self.monitor, self.patience = monitor, patience
        self.epoch, self.value = 0, math.inf
        self.weights: Weights = {}

    def on_start(self, run: Run) -> None:
        """The first weights are the best so far."""
        if not self.weights:
            self.weights = copy_weights(run.model)

    def on_epoch(self, run: Run) -> None:
        """Compare, keep, perhaps stop."""
        value = self.measured(run.metrics)
        if value < self.value and not run.diverged:
            self.epoch, self.value = run.epoch, value
            self.weights = copy_weights(run.model)
        elif self.patience and run.epoch - self.epoch >= self.patience:
            run.stop(f"no better {self.named(run.metrics)} for {self.patience} epochs")

    def on_end(self, run: Run) -> None:
        """Give the best weights back, if training started at all."""
        if self.weights:
            run.model.load_state_dict(self.weights)

    def named(self, metrics: Mapping[str, float]) -> str:
        """What is compared, in words."""
        if "validation_loss" not in metrics:
            return "loss"
        return f"validation {self.monitor}".replace("_", " ")

    def measured(self, metrics: Mapping[str, float]) -> float:
        """This epoch's value, the smaller the better; infinite where the loss is undefined."""
        loss = metrics.get("validation_loss", metrics["loss"])
        if not math.isfinite(loss):
            return math.inf
        value = metrics.get(f"validation_{self.monitor}")
        if value is None:
            return loss
        return -value if self.monitor in LARGER_IS_BETTER else value


class ClipNorm(Callback):
    """Measure the gradient's norm at every step, and shorten it to at most `limit`.

    Args:
        limit: largest norm; 0 measures only.
        each: clip each weight's own gradient, as Keras's clipnorm, instead of all together.

    Source:
        Pascanu, Mikolov, Bengio 2013, arXiv:1211.5063, algorithm 1.
    """

    def __init__(self, limit: float, each: bool = False) -> None:
        self.limit, self.each = limit, each

    def on_gradients(self, run: Run) -> None:
        """Clip in place."""
        weights = [p for p in run.model.parameters() if p.grad is not None]
        limit = self.limit if self.limit and not self.each else math.inf
        run.gradient_norm = float(nn.utils.clip_grad_norm_(weights, limit))
        if self.limit and self.each:
            for weight in weights:
                nn.utils.clip_grad_norm_(weight, self.limit)


class StopOnNonFinite(Callback):
    """Stop before the first step that infinite or undefined numbers would spoil, and say why.

    Stands after `ClipNorm`, which measures the norm, and before `KeepBest`, which keeps no
    epoch that ended so. The message is `run.stop_reason`.

    Args:
        advice: one sentence at its end: what these settings leave to try.
    """

    def __init__(self, advice: str = "Try a learning rate ten times smaller.") -> None:
        self.advice, self.last_norm = advice, math.nan

    def on_gradients(self, run: Run) -> None:
        """Look at the loss and the norm of the gradient."""
        if math.isfinite(run.loss) and math.isfinite(run.gradient_norm):
            self.last_norm = run.gradient_norm
            return
        what = "gradient" if math.isfinite(run.loss) else "loss"
        value = run.gradient_norm if what == "gradient" else run.loss
        where = f"step {run.step + 1}"
        if run.batch is not None:
            rows, longest = run.batch.inputs.mask.shape
            where += f", a batch of {rows} texts of up to {longest} tokens"
        self.stop(run, f"the {what} became {value} in epoch {run.epoch}, {where}")

    def on_epoch(self, run: Run) -> None:
        """Look at what the epoch's last step left, which no gradient will show."""
        loss, where = run.metrics.get("validation_loss", run.loss), f"step {run.step}, its last"
        if not math.isfinite(loss):
            self.stop(run, f"the validation loss became {loss} in epoch {run.epoch}, {where}")
        elif not all(weight.isfinite().all() for weight in run.model.parameters()):
            self.stop(run, f"a weight became infinite or undefined in epoch {run.epoch}, {where}")

    def stop(self, run: Run, what: str) -> None:
        """End the run, saying what to try."""
        run.diverged = True
        state = f"learning rate {run.optimizer.param_groups[0]['lr']:.3g}"
        if not math.isnan(self.last_norm):
            state += f", norm of the last finite gradient {self.last_norm:.3g}"
        run.stop(f"diverged: {what} ({state}). {self.advice}", now=True)


class Schedule(Callback):
    """Set the learning rate before every step.

    Args:
        factor: (step from 0) -> what the settings' rate is multiplied with.
        rate: the settings' learning rate.
    """

    def __init__(self, factor: Callable[[int], float], rate: float) -> None:
        self.factor, self.rate = factor, rate

    def on_gradients(self, run: Run) -> None:
        """Before the optimizer moves."""
        for group in run.optimizer.param_groups:
            group["lr"] = self.rate * self.factor(run.step)


class History(Callback):
    """One row of numbers an epoch, for curves and for history.csv."""

    def __init__(self, rows: Sequence[Mapping[str, float]] = ()) -> None:
        self.rows: list[dict[str, float]] = [dict(row) for row in rows]
        self.began, self.norms = 0.0, []

    def on_start(self, run: Run) -> None:
        """Start the watch."""
        self.began = time.perf_counter()

    def on_step(self, run: Run) -> None:
        """Remember the gradient's norm."""
        self.norms.append(run.gradient_norm)

    def on_epoch(self, run: Run) -> None:
        """Write the row."""
        seconds = time.perf_counter() - self.began
        self.rows.append(
            {
                "epoch": run.epoch,
                **run.metrics,
                "learning_rate": run.optimizer.param_groups[0]["lr"],
                "gradient_norm": float(np.mean(self.norms)) if self.norms else math.nan,
                "texts_per_second": run.seen / seconds if seconds else math.nan,
                "seconds": seconds,
            }
        )
        self.began, self.norms = time.perf_counter(), []


class StopOnInterrupt(Callback):
    """The first Ctrl-C ends training in good order, so that it is saved; a second one aborts.

    Signals can be caught in the main thread only; elsewhere this does nothing.
    """

    def __init__(self) -> None:
        self.asked = False
        self.before: Any = None

    def on_start(self, run: Run) -> None:
        """Listen."""
        if threading.current_thread() is threading.main_thread():
            self.before = signal.signal(signal.SIGINT, self.interrupted)

    def interrupted(self, number: int, frame: FrameType | None) -> None:
        """Ctrl-C was pressed."""
        if self.asked:
            raise KeyboardInterrupt
        self.asked = True

    def on_step(self, run: Run) -> None:
        """Stop between two steps."""
        if self.asked:
            run.stop(INTERRUPTED, now=True)

    def on_epoch(self, run: Run) -> None:
        """Pressed during validation: this epoch is whole."""
        if self.asked:
            run.stop(INTERRUPTED)

    def on_end(self, run: Run) -> None:
        """Leave the signal as it was."""
        if self.before is not None:
            signal.signal(signal.SIGINT, self.before)
            self.before = None


class WeightPrinter(Callback):
    """The workshop's weight printer: size of each weight and of its gradient, an epoch a row.

    Args:
        write: where the lines go, `print` by default.
        names: only weights whose name holds one of these; empty for all.

    `rows` keeps the numbers: epoch, name, norm, mean, standard deviation, gradient norm.
    """

    def __init__(self, write: Callable[[str], None] = print, names: Sequence[str] = ()) -> None:
        self.write, self.names = write, tuple(names)
        self.rows: list[dict[str, float | str]] = []
        self.gradients: dict[str, float] = {}

    def on_gradients(self, run: Run) -> None:
        """The last gradient of the epoch is the one shown."""
        for name, weight in self.shown(run.model):
            self.gradients[name] = 0.0 if weight.grad is None else weight.grad.norm().item()

    def on_epoch(self, run: Run) -> None:
        """Print one line a weight."""
        for name, weight in self.shown(run.model):
            row: dict[str, float | str] = {
                "epoch": run.epoch,
                "name": name,
                "norm": weight.norm().item(),
                "mean": weight.mean().item(),
                "std": weight.std(unbiased=False).item(),
                "gradient_norm": self.gradients.get(name, 0.0),
            }
            self.rows.append(row)
            self.write(
                f"epoch {run.epoch:3d}  {name:44s} norm {row['norm']:9.4f}"
                f"  mean {row['mean']:+9.5f}  gradient {row['gradient_norm']:.3e}"
            )

    def shown(self, model: nn.Module) -> list[tuple[str, Tensor]]:
        """The weights that are looked at."""
        return [
            (name, weight)
            for name, weight in model.named_parameters()
            if not self.names or any(part in name for part in self.names)
        ]


class AttentionSnapshots(Callback):
    """The attention over some messages, kept at each epoch, to be drawn afterwards.

    Args:
        weights_of: model -> attention weights of each chosen message, without padding.

    `frames[e][m]` are the weights of message m after epoch e + 1.
    """

    def __init__(self, weights_of: Callable[[nn.Module], list[NDArray[np.float32]]]) -> None:
        self.weights_of = weights_of
        self.frames: list[list[NDArray[np.float32]]] = []

    def on_epoch(self, run: Run) -> None:
        """Look."""
        with torch.inference_mode():
            self.frames.append(self.weights_of(run.model))
