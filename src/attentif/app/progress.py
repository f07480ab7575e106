"""What a person sees while training runs: a bar over all epochs, a line after each."""

import time

from rich.console import Console
from rich.progress import BarColumn, Progress, SpinnerColumn, TextColumn, TimeRemainingColumn

from attentif.app.output import sentence
from attentif.train.loop import Callback, Run


class ProgressBar(Callback):
    """A bar over all epochs on standard error; lines only where that is no terminal.

    Args:
        console: writes on standard error, so that results can be piped.
        rows: of one epoch.
    """

    def __init__(self, console: Console, rows: int) -> None:
        self.console, self.rows = console, rows
        self.bar = Progress(
            SpinnerColumn(),
            TextColumn("epoch {task.fields[epoch]}/{task.fields[epochs]}"),
            BarColumn(bar_width=None),
            TextColumn("{task.fields[numbers]}"),
            TimeRemainingColumn(),
            console=console,
            transient=True,
            disable=not console.is_terminal,
        )
        self.began = 0.0

    def on_start(self, run: Run) -> None:
        """Show the bar; a resumed run is on its way already."""
        self.task = self.bar.add_task(
            "training", total=self.rows * run.epochs, completed=self.rows * run.epoch,
            epoch=run.epoch + 1, epochs=run.epochs, numbers="",
        )  # fmt: skip
        if run.epoch:
            sentence(self.console, f"resumed after epoch {run.epoch}")
        self.bar.start()
        self.began = time.perf_counter()

    def on_step(self, run: Run) -> None:
        """Move it."""
        rate = run.seen / max(time.perf_counter() - self.began, 1e-9)
        self.bar.update(
            self.task, completed=self.rows * (run.epoch - 1) + run.seen, epoch=run.epoch,
            numbers=f"loss {run.loss:.4f}  {rate:,.0f} messages/s",
        )  # fmt: skip

    def on_epoch(self, run: Run) -> None:
        """One line that stays."""
        seconds, numbers = max(time.perf_counter() - self.began, 1e-9), run.metrics
        said = f"epoch {run.epoch:3}  loss {numbers['loss']:.4f}"
        if "validation_loss" in numbers:
            said += (
                f"  validation: loss {numbers['validation_loss']:.4f}"
                f" accuracy {numbers['validation_accuracy']:.3f}"
                f" F1 {numbers['validation_macro_f1']:.3f}"
            )
        else:
            said += f"  accuracy {numbers['accuracy']:.3f}"
        sentence(self.console, f"{said}  {run.seen / seconds:,.0f}/s")
        self.began = time.perf_counter()

    def on_end(self, run: Run) -> None:
        """Take the bar away and say why training ended early."""
        self.bar.stop()
        if run.stop_reason:
            sentence(self.console, run.stop_reason)
