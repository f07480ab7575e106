"""What a run needs to go on after an interruption as if there had been none.

Random state is not stored: the loop derives it from the seed and the epoch's number.
Tensors and numbers (as JSON, in its header) stand in one safetensors file, so that they
are replaced together or not at all; nothing is pickled.
"""

import json
import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from safetensors import SafetensorError, safe_open
from safetensors.torch import save_file
from torch import Tensor

from attentif.errors import ArtifactError
from attentif.train.callbacks import History, KeepBest
from attentif.train.loop import Callback, Run

FILE = "checkpoint.safetensors"
UNFINISHED = FILE + ".part"  # while it is written


class Checkpoint(Callback):
    """After each finished epoch, write all that a resumed run needs.

    Stands after `KeepBest` and `History`, and before whatever may interrupt the run: a run
    that `KeepBest` ended is known to have ended, one that a later callback stopped goes on.

    Args:
        folder: made when training starts; `discard` deletes it.
        settings: those that must be the same when the run goes on.
        best, history: callbacks of the same run, whose state is kept too.
        resume: go on from what the folder holds.
    """

    def __init__(
        self,
        folder: Path,
        settings: Mapping[str, Any],
        best: KeepBest,
        history: History,
        *,
        resume: bool = False,
    ) -> None:
        self.folder, self.settings = folder, json.loads(json.dumps(settings))
        self.best, self.history, self.resume = best, history, resume

    def on_start(self, run: Run) -> None:
        """Go on where the folder's run stopped.

        Raises:
            ArtifactError: nothing to resume, a damaged file, other settings, or a folder
                that cannot be made.
        """
        if self.resume:
            path = self.folder / FILE
            numbers, tensors = read_checkpoint(path)
            self.compare(numbers.get("settings", {}))
            try:
                self.restore(run, numbers, tensors)
            except (KeyError, RuntimeError, TypeError, ValueError) as error:
                raise ArtifactError(
                    f"{path} does not fit this network: another version wrote it. Start anew."
                ) from error
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise ArtifactError(
                f"{self.folder} cannot hold a checkpoint ({error.strerror}). Choose another folder."
            ) from error

    def on_epoch(self, run: Run) -> None:
        """Write; an epoch cut short by Ctrl-C is not a place to go on from."""
        if run.stop_now:
            return
        state = run.optimizer.state_dict()
        tensors = {f"model.{name}": value for name, value in run.model.state_dict().items()}
        tensors |= {f"best.{name}": value for name, value in self.best.weights.items()}
        tensors |= {
            f"optimizer.{index}.{name}": value
            for index, values in state["state"].items()
            for name, value in values.items()
            if isinstance(value, Tensor)
        }
        numbers = {
            "settings": self.settings,
            "param_groups": state["param_groups"],
            "epoch": run.epoch,
            "step": run.step,
            "stop_reason": run.stop_reason,
            "best_epoch": self.best.epoch,
            "best_value": self.best.value,
            "history": self.history.rows,
        }
        whole = {name: value.contiguous() for name, value in tensors.items()}
        save_file(whole, self.folder / UNFINISHED, {"numbers": json.dumps(numbers)})
        os.replace(self.folder / UNFINISHED, self.folder / FILE)

    def compare(self, kept: Mapping[str, Any]) -> None:
        """Refuse other settings than the interrupted run's."""
        for name, value in self.settings.items():
            if kept.get(name) != value:
                raise ArtifactError(
                    f"the interrupted training had {name} = {kept.get(name)!r}, now it is"
                    f" {value!r}. Resume with the same settings and rows, or start anew."
                )

    def restore(self, run: Run, numbers: Mapping[str, Any], tensors: Mapping[str, Tensor]) -> None:
        """Put everything back where `on_epoch` found it."""
        run.model.load_state_dict(under(tensors, "model."))
        run.optimizer.load_state_dict(
            {"state": optimizer_state(tensors), "param_groups": numbers["param_groups"]}
        )
        run.epoch, run.step = numbers["epoch"], numbers["step"]
        run.stop_reason = numbers["stop_reason"]
        self.best.epoch, self.best.value = numbers["best_epoch"], numbers["best_value"]
        self.best.weights = under(tensors, "best.")
        self.history.rows = numbers["history"]


def read_checkpoint(path: Path) -> tuple[dict[str, Any], dict[str, Tensor]]:
    """Numbers and tensors of a checkpoint.

    Raises:
        ArtifactError: there is none, or it is damaged.
    """
    if not path.is_file():
        raise ArtifactError(
            f"{path.parent} holds no interrupted training to resume. Train without --resume."
        )
    try:
        with safe_open(path, framework="pt") as file:
            numbers = json.loads((file.metadata() or {})["numbers"])
            return numbers, {name: file.get_tensor(name).clone() for name in file.keys()}
    except (KeyError, OSError, SafetensorError, ValueError) as error:
        raise ArtifactError(
            f"{path} is damaged and cannot be resumed ({error}). Start anew."
        ) from error


def discard(folder: Path) -> None:
    """Forget a run: it came to its end, and its model is saved."""
    for name in (FILE, UNFINISHED):
        (folder / name).unlink(missing_ok=True)
    if folder.is_dir() and not any(folder.iterdir()):
        folder.rmdir()


def under(tensors: Mapping[str, Tensor], prefix: str) -> dict[str, Tensor]:
    """Those whose name begins so, without the prefix."""
    return {k.removeprefix(prefix): v for k, v in tensors.items() if k.startswith(prefix)}


def optimizer_state(tensors: Mapping[str, Tensor]) -> dict[int, dict[str, Tensor]]:
    """The optimizer's tensors by weight and name.

    >>> optimizer_state({"optimizer.0.step": Tensor([3]), "model.x": Tensor([0])})
    {0: {'step': tensor([3.])}}
    """
    state: dict[int, dict[str, Tensor]] = {}
    for name, value in under(tensors, "optimizer.").items():
        index, _, part = name.partition(".")
        state.setdefault(int(index), {})[part] = value
    return state
