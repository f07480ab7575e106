"""What a person sees while training runs: a bar within the epoch, a line after each."""

import time

from rich.console import Console
from rich.progress import BarColumn, Progress, SpinnerColumn, TextColumn, TimeRemainingColumn

from attentif.train.loop import Callback, Run


class ProgressBar(Callback):
    """A bar over all steps on standard error; one line an epoch where it is no terminal.

    Args:
        console: writes on standard error, so that results can be piped.
        steps: of one epoch.
    """

    def __init__(self, console: Console, steps: int) -> None:
        self.console, self.steps = console, steps
        self.bar = Progress(
            SpinnerColumn(),
            TextColumn("epoch {task.fields[epoch]}/{task.fields[epochs]}"),
            BarColumn(),
            TextColumn("loss {task.fields[loss]:.4f}  {task.fields[rate]:,.0f} messages/s"),
            TimeRemainingColumn(),
            console=console,
            transient=True,
            disable=not console.is_terminal,
        )
        self.began = 0.0

    def on_start(self, run: Run) -> None:
        """Show the bar."""
        self.task = self.bar.add_task(
            "training", total=self.steps * run.epochs, epoch=run.epoch, epochs=run.epochs,
            loss=float("nan"), rate=0.0,
        )  # fmt: skip
        self.bar.start()
        self.began = time.perf_counter()

    def on_step(self, run: Run) -> None:
        """Move it."""
        seconds = time.perf_counter() - self.began
        self.bar.update(
            self.task, completed=run.step, epoch=run.epoch, loss=run.loss,
            rate=run.seen / seconds if seconds else 0.0,
        )  # fmt: skip

    def on_epoch(self, run: Run) -> None:
        """One line that stays."""
        seconds, numbers = time.perf_counter() - self.began, run.metrics
        said = (
            f"epoch {run.epoch:3d}  loss {numbers['loss']:.4f}  accuracy {numbers['accuracy']:.3f}"
        )
        if "validation_loss" in numbers:
            said += (
                f"   validation: loss {numbers['validation_loss']:.4f}"
                f"  accuracy {numbers['validation_accuracy']:.3f}"
                f"  macro F1 {numbers['validation_macro_f1']:.3f}"
            )
        self.console.print(f"{said}   {run.seen / seconds:,.0f} messages/s", highlight=False)
        self.began = time.perf_counter()

    def on_end(self, run: Run) -> None:
        """Take the bar away and say why training stopped early."""
        self.bar.stop()
        if run.stop_reason:
            self.console.print(f"stopped: {run.stop_reason}", highlight=False, markup=False)
