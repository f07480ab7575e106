"""A model folder that answers without torch: its two graphs run on ONNX Runtime."""

from collections.abc import Iterator, Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import Any, NamedTuple, cast

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
from attentif.ship.folder import AGAIN, GRAPHS, WEIGHTS, load_core, one_line, unchanged
from attentif.text.batches import Packed, packed_groups
from attentif.text.encode import Encoded, FrontEnd
from attentif.text.pieces import Pieces
from attentif.text.readings import Batch, Read, Readings, in_order

BATCH, WORDS = 96, 512  # texts read at once, words embedded at once: more leave the cache
TOGETHER = 2048  # texts, about, of which each distinct word is embedded once
CPU = ["CPUExecutionProvider"]
Arrays = dict[str, NDArray[Any]]
FAILURES = tuple(
    kind for kind in vars(engine).values() if isinstance(kind, type) and issubclass(kind, Exception)
)


class Sessions(NamedTuple):
    """What runs the graph that makes the rows of words, and the one that reads texts."""

    words: InferenceSession
    texts: InferenceSession


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
    if all(name in core.hashes for name in GRAPHS):
        graphs = [unchanged(folder, name, core.hashes[name]) for name in GRAPHS]
        saved = unchanged(folder, WEIGHTS, core.hashes.get(WEIGHTS))
        sizes = sizes_of(core.front_end, core.labels)
        run_by = partial(read, sessions_of(graphs, saved, sizes, folder, threads=threads))
    else:
        run_by = torch_reader(folder, core.without_graph, threads)
    return Model(core.front_end, core.decision, run_by)


def sessions_of(
    graphs: Sequence[bytes],
    saved: bytes,
    sizes: Mapping[str, int],
    folder: Path,
    *,
    threads: int = 1,
) -> Sessions:
    """What runs the graphs with the weights that they point at.

    Args:
        graphs: in the order of GRAPHS.
        sizes: what they must be made for.
        folder: where they were read, for the message.

    Raises:
        ArtifactError: they are no graphs of such a model.
    """
    places = (folder / name for name in GRAPHS)
    words, texts = (
        session_of(graph, saved, sizes, place, threads)
        for graph, place in zip(graphs, places, strict=True)
    )
    return Sessions(words, texts)


def session_of(
    graph: bytes, saved: bytes, sizes: Mapping[str, int], place: Path, threads: int
) -> InferenceSession:
    """What runs the graph that was read at a place; the rest as of `sessions_of`."""
    options = SessionOptions()
    options.intra_op_num_threads, options.inter_op_num_threads = threads, 1
    options.log_severity_level = 4  # what goes wrong is raised, and said once
    options.add_session_config_entry("session.intra_op.allow_spinning", "0")
    options.add_external_initializers_from_files_in_memory([WEIGHTS], [saved], [len(saved)])
    try:
        session = InferenceSession(graph, options, providers=CPU)
    except FAILURES as error:
        raise ArtifactError(f"{place} cannot be run: {one_line(error)}. {AGAIN}") from error
    found = session.get_modelmeta().custom_metadata_map
    for name, size in sizes.items():
        if found.get(name) != str(size):
            raise ArtifactError(
                f"{place} does not fit the settings of the model: {name} must be {size},"
                f" got {found.get(name, 'nothing')}. {AGAIN}"
            )
    return session


def sizes_of(front_end: FrontEnd, labels: Sequence[str | int]) -> dict[str, int]:
    """What the graphs of such a model are made for, as their metadata say."""
    return {
        "n_pieces": front_end.n_pieces,
        "n_shapes": front_end.n_shapes,
        "n_classes": len(labels),
    }


def read(sessions: Sessions, encoded: Encoded, *, batch_size: int = BATCH) -> Readings:
    """Run the graphs over all texts."""
    together = max(1, TOGETHER // batch_size)

    def answered() -> Iterator[tuple[Packed, Batch]]:
        for group in packed_groups(encoded, batch_size=batch_size, together=together):
            rows = embed(sessions.words, group[0].pieces)
            for batch in group:
                yield batch, run(sessions.texts, rows, batch)

    return in_order(len(encoded.lengths), answered())


def embed(session: InferenceSession, pieces: Pieces) -> Arrays:
    """The rows of distinct words, and the ids by which they pair, as `ship.text_graph` reads."""
    names = [entry.name for entry in session.get_outputs()]
    parts = [
        session.run(None, needed(session, words_from(pieces, first)))
        for first in range(0, len(pieces.shapes), WORDS)
    ]
    rows = {name: np.concatenate(part) for name, *part in zip(names, *parts, strict=True)}
    return rows | {"ids": pieces.ids[pieces.starts[:-1]]}


def words_from(pieces: Pieces, first: int) -> Arrays:
    """Some of the distinct words, as `ship.word_graph` reads them."""
    starts = pieces.starts[first : first + WORDS + 1]
    sizes = np.diff(starts).astype(np.int32)
    return {
        "pieces": pieces.ids[starts[0] : starts[-1]],
        "owners": np.repeat(np.arange(len(sizes), dtype=np.int32), sizes),
        "sizes": sizes,
        "shapes": pieces.shapes[first : first + WORDS],
    }


def run(session: InferenceSession, rows: Arrays, batch: Packed) -> Batch:
    """The graph of texts on one batch. Never on none: 0 texts would end the process."""
    places = {"words": batch.words.astype(np.int32), "lengths": batch.lengths.astype(np.int32)}
    found = session.run(None, needed(session, rows | places))
    logits, *weights = cast(list[NDArray[np.float32]], found)
    return logits, weights[0] if weights else None


def needed(session: InferenceSession, arrays: Arrays) -> Arrays:
    """Those of the arrays that a graph asks for."""
    return {entry.name: arrays[entry.name] for entry in session.get_inputs()}


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
