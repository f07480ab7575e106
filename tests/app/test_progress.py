"""What is seen while training runs: lines where there is no terminal, a bar where there is one."""

import io

import torch
from rich.console import Console
from torch import nn

from attentif.app.progress import ProgressBar
from attentif.train.callbacks import INTERRUPTED, StopOnInterrupt
from attentif.train.loop import Run


def a_run(**known) -> Run:
    network = nn.Linear(1, 1)
    return Run(network, torch.optim.SGD(network.parameters(), lr=0.1), epochs=4, **known)


def watched(run: Run, *, terminal: bool = False) -> str:
    """One step, the end of its epoch, and the end of training."""
    file = io.StringIO()
    bar = ProgressBar(Console(file=file, force_terminal=terminal, width=80), rows=10)
    bar.on_start(run)
    run.epoch += 1
    run.seen, run.loss = 10, 0.25
    bar.on_step(run)
    if terminal:
        bar.bar.refresh()
    bar.on_epoch(run)
    assert bar.bar.tasks[0].completed == 10 * run.epoch
    assert bar.bar.tasks[0].total == 40
    bar.on_end(run)
    return file.getvalue()


def test_one_line_an_epoch():
    numbers = {"loss": 0.5, "accuracy": 0.75}
    validated = {
        "validation_loss": 0.625, "validation_accuracy": 0.875, "validation_macro_f1": 0.25
    }  # fmt: skip
    assert watched(a_run(metrics=numbers)).startswith("epoch   1  loss 0.5000  accuracy 0.750  ")
    said = watched(a_run(metrics=numbers | validated))
    assert said.startswith(
        "epoch   1  loss 0.5000  validation: loss 0.6250 accuracy 0.875 F1 0.250  "
    )
    assert said.count("\n") == 1


def test_a_resumed_run_says_so_and_starts_where_it_was():
    said = watched(a_run(epoch=2, metrics={"loss": 0.5, "accuracy": 0.75}))
    assert said.startswith("resumed after epoch 2\nepoch   3  ")


def test_the_reason_for_an_early_end_is_told():
    said = watched(a_run(metrics={"loss": 1.0, "accuracy": 0.5}, stop_reason="diverged: [x]"))
    assert said.endswith("diverged: [x]\n")


def test_a_bar_on_a_terminal():
    said = watched(a_run(metrics={"loss": 0.5, "accuracy": 0.75}), terminal=True)
    assert "epoch 1/4" in said and "loss 0.2500" in said and "━" in said


def test_the_interruption_is_known_by_its_words():
    run, interrupt = a_run(), StopOnInterrupt()
    interrupt.asked = True
    interrupt.on_step(run)
    assert run.stop_reason == INTERRUPTED
