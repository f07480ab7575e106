"""A model folder that answers without torch: its graph runs on ONNX Runtime."""

from collections.abc import Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import NamedTuple, cast

import numpy as np
from numpy.typing import NDArray
from onnxruntime import (
    InferenceSession,
    SessionOptions,  # pyright: ignore[reportAttributeAccessIssue]
)
from onnxruntime.capi import (
    onnxruntime_pybind11_state as engine,  # pyright: ignore[reportAttributeAccessIssue]
)

from attentif.errors import ArtifactError, MissingExtraError
from attentif.measure.decision import Decision
from attentif.ship.answers import Answer, answers
from attentif.ship.folder import AGAIN, GRAPH, WEIGHTS, load_core, one_line, unchanged
from attentif.text.batches import Packed
from attentif.text.encode import Encoded, FrontEnd
from attentif.text.readings import Batch, Read, Readings, read_in_batches

BATCH = 96  # texts: more leave the processor's cache, fewer embed the same words more often
CPU = ["CPUExecutionProvider"]
FAILURES = tuple(
    kind for kind in vars(engine).values() if isinstance(kind, type) and issubclass(kind, Exception)
)


class Model(NamedTuple):
    """All that answering needs."""

    front_end: FrontEnd
    decision: Decision
    read: Read

    def answers(self, texts: Sequence[str]) -> list[Answer]:
        """Answer each text; none is left out, whatever it holds."""
        return answers(self.read, self.front_end, self.decision, texts)


def open_model(folder: str | Path, *, threads: int = 1) -> Model:
    """Read a model folder: its graph, or the network in torch where it has none.

    Args:
        threads: of the processor, within one batch.

    Raises:
        ArtifactError: no model there, a file missing or changed, another format.
        MissingExtraError: there is no graph, and no torch.
    """
    folder = Path(folder)
    core = load_core(folder)
    if GRAPH in core.hashes:
        graph = unchanged(folder, GRAPH, core.hashes[GRAPH])
        saved = unchanged(folder, WEIGHTS, core.hashes.get(WEIGHTS))
        sizes = sizes_of(core.front_end, core.labels)
        run_by = partial(read, session_of(graph, saved, sizes, folder, threads=threads))
    else:
        run_by = torch_reader(folder, core.without_graph, threads)
    return Model(core.front_end, core.decision, run_by)


def session_of(
    graph: bytes, saved: bytes, sizes: Mapping[str, int], folder: Path, *, threads: int = 1
) -> InferenceSession:
    """What runs a graph with the weights that it points at.

    Args:
        sizes: what the graph must be made for.
        folder: where they were read, for the message.

    Raises:
        ArtifactError: they are no graph of such a model.
    """
    options = SessionOptions()
    options.intra_op_num_threads, options.inter_op_num_threads = threads, 1
    options.log_severity_level = 4  # what goes wrong is raised, and said once
    options.add_session_config_entry("session.intra_op.allow_spinning", "0")
    options.add_external_initializers_from_files_in_memory([WEIGHTS], [saved], [len(saved)])
    try:
        session = InferenceSession(graph, options, providers=CPU)
    except FAILURES as error:
        raise ArtifactError(
            f"{folder / GRAPH} cannot be run: {one_line(error)}. {AGAIN}"
        ) from error
    found = session.get_modelmeta().custom_metadata_map
    for name, size in sizes.items():
        if found.get(name) != str(size):
            raise ArtifactError(
                f"{folder / GRAPH} does not fit the settings of the model: {name} must be {size},"
                f" got {found.get(name, 'nothing')}. {AGAIN}"
            )
    return session


def sizes_of(front_end: FrontEnd, labels: Sequence[str | int]) -> dict[str, int]:
    """What the graph of such a model is made for, as its metadata say."""
    return {
        "n_pieces": front_end.n_pieces,
        "n_shapes": front_end.n_shapes,
        "n_classes": len(labels),
    }


def read(session: InferenceSession, encoded: Encoded, *, batch_size: int = BATCH) -> Readings:
    """Run a graph over all texts."""
    return read_in_batches(encoded, partial(run, session), batch_size=batch_size)


def run(session: InferenceSession, batch: Packed) -> Batch:
    """The graph on one batch. Never on none: 0 texts would end the process."""
    inputs = feed(batch)
    needed = {entry.name: inputs[entry.name] for entry in session.get_inputs()}
    logits, *weights = cast(list[NDArray[np.float32]], session.run(None, needed))
    return logits, weights[0] if weights else None


def feed(batch: Packed) -> dict[str, NDArray[np.int32]]:
    """A batch as the graph's inputs; see `ship.graph`."""
    sizes = np.diff(batch.pieces.starts).astype(np.int32)
    return {
        "pieces": batch.pieces.ids,
        "owners": np.repeat(np.arange(len(sizes), dtype=np.int32), sizes),
        "sizes": sizes,
        "shapes": batch.pieces.shapes,
        "words": batch.words.astype(np.int32),
        "lengths": batch.lengths.astype(np.int32),
    }


def torch_reader(folder: Path, why: str, threads: int) -> Read:
    """What reads texts with the network in torch, for a folder without a graph."""
    try:
        import torch

        from attentif.ship.artifact import load_folder
        from attentif.ship.network import network_of
        from attentif.train.predict import read as read_with_torch
    except ModuleNotFoundError as error:
        reason = f" ({why})" if why else ""
        raise MissingExtraError(
            f"{folder} has no ONNX graph{reason}, so its answers need PyTorch; {error.name} is not"
            " installed. Run: pip install 'attentif[train]'"
        ) from error
    torch.set_num_threads(threads)
    return partial(read_with_torch, network_of(load_folder(folder), folder))
