"""Writing a target: greedy and beam search, from the source alone.

Letters: S sources, R rows (open hypotheses of all sources), T source time, V target units.
A hypothesis that is finished leaves the batch; so does a source without open ones.
"""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
import torch
from jaxtyping import Float, Int
from numpy.typing import NDArray
from torch import Tensor

from attentif.nn.decoder import DecoderState, Memory
from attentif.nn.seq2seq import Seq2Seq, Sources

NEVER = float("-inf")


class Hypothesis(NamedTuple):
    """One output of a source.

    units: without the marks of start and end.
    log_probability: of the units and, unless it was cut, of the end, in nats.
    score: log_probability / length ** length_penalty, the end counted in the length.
    cut: the limit was met before the end.
    weights: attention, an output unit a row, (U, T) of the source without padding; None
        where the network has none.
    """

    units: tuple[int, ...]
    log_probability: float
    score: float
    cut: bool
    weights: NDArray[np.float32] | None


class Search(NamedTuple):
    """How outputs are searched for.

    beam: hypotheses kept at each step.
    n_best: of them given back, at most.
    length_penalty: the power of the length by which log-probabilities are divided.
    never: units that are not written, such as padding and the mark of the start.
    """

    beam: int = 1
    n_best: int = 1
    length_penalty: float = 1.0
    never: tuple[int, ...] = (0,)


GREEDY = Search()


class Trail:
    """What was chosen at each step, so that a hypothesis can be followed back to its start."""

    def __init__(self) -> None:
        self.parents: list[NDArray[np.int64]] = []  # row of the step before
        self.units: list[NDArray[np.int64]] = []
        self.weights: list[NDArray[np.float32]] = []

    def add(self, parents: NDArray[np.int64], units: NDArray[np.int64]) -> None:
        """The rows of one more step."""
        self.parents.append(parents)
        self.units.append(units)

    def follow(self, row: int, steps: int, length: int) -> tuple[list[int], list[NDArray]]:
        """Units of a hypothesis that ends in a row of a step, and its attention.

        Args:
            steps: how many steps it has.
            length: T of its source.
        """
        units, weights = [], []
        for step in range(steps - 1, -1, -1):
            units.append(int(self.units[step][row]))
            row = int(self.parents[step][row])
            if self.weights:
                weights.append(self.weights[step][row, :length])
        return units[::-1], weights[::-1]


def decode(
    model: Seq2Seq, source: Sources, limits: Sequence[int], search: Search = GREEDY
) -> list[list[Hypothesis]]:
    """Outputs of each source, the best first; one at least, all different.

    Args:
        limits: most units of each output, at least 1.
    """
    find = greedy if search.beam == 1 else beam
    with torch.inference_mode():
        return find(model, source, np.asarray(limits), search)


def greedy(
    model: Seq2Seq, source: Sources, limits: NDArray[np.int64], search: Search
) -> list[list[Hypothesis]]:
    """The most probable unit at each step."""
    memory, state = model.read(source)
    lengths = source.mask.sum(dim=1).numpy()
    trail, found = Trail(), [Hypothesis((), 0.0, 0.0, True, None)] * len(lengths)
    owners, last = np.arange(len(lengths)), torch.full((len(lengths),), model.start_id)
    total = torch.zeros(len(lengths))  # (R,)
    for step in range(int(limits.max()) + 1):
        log_p, state = advance(model, last, state, memory, trail, search.never)
        chance, last = log_p.max(dim=1)
        trail.add(np.arange(len(owners)), last.numpy())
        ended = (last == model.end_id).numpy()
        over = ended | (limits[owners] == step)
        after = total + chance
        for row in over.nonzero()[0].tolist():
            logs = after[row] if ended[row] else total[row]
            found[owners[row]] = hypothesis(
                trail, row, step, float(logs), not ended[row], int(lengths[owners[row]]), search
            )
        if over.all():
            break
        total = after
        if over.any():
            kept = (~over).nonzero()[0]
            rows = torch.from_numpy(kept)
            memory, state = pick_memory(memory, rows), pick_state(state, rows)
            owners, total, last = owners[kept], total[rows], last[rows]
            trail.parents[-1], trail.units[-1] = kept, trail.units[-1][kept]
    return [[one] for one in found]


def beam(
    model: Seq2Seq, source: Sources, limits: NDArray[np.int64], search: Search
) -> list[list[Hypothesis]]:
    """The best of several hypotheses kept at each step.

    One that is finished takes its place in the beam with it, so that a beam of one is
    greedy search. A source is done when its beam is empty, or when no open hypothesis can
    become better than its n best finished ones: at most, its log-probability stays as it is
    and its length grows to the limit.

    Source:
        Graves 2012, arXiv:1211.3711, algorithm 1; lengths: Boulanger-Lewandowski et al. 2013,
        and as in Wu et al. 2016, arXiv:1609.08144, eq. 14, with the length itself.
    """
    memory, state = model.read(source)
    lengths, n = source.mask.sum(dim=1).numpy(), len(limits)
    trail, found = Trail(), [list[Hypothesis]() for _ in range(n)]
    owners, total = np.arange(n), np.zeros(n)
    last = torch.full((n,), model.start_id)
    for step in range(int(limits.max()) + 1):
        log_p, state = advance(model, last, state, memory, trail, search.never)
        room = np.array([search.beam - len(each) for each in found])
        parents, units, after = best_of(log_p, total, owners, room, search.beam)
        before, owners = total[parents], owners[parents]
        trail.add(parents, units)
        ended = units == model.end_id
        over = ended | (limits[owners] == step)
        for row in over.nonzero()[0].tolist():
            owner, logs = owners[row], after[row] if ended[row] else before[row]
            found[owner].append(
                hypothesis(trail, row, step, float(logs), not ended[row], int(lengths[owner]),
                           search)
            )  # fmt: skip
        over |= beaten(found, owners, after, limits, search)
        kept = (~over).nonzero()[0]
        if not len(kept):
            break
        trail.parents[-1], trail.units[-1] = parents[kept], units[kept]
        rows = torch.from_numpy(parents[kept])
        memory, state = pick_memory(memory, rows), pick_state(state, rows)
        owners, total, last = owners[kept], after[kept], torch.from_numpy(units[kept])
    return [ranked(each)[: search.n_best] for each in found]


def advance(
    model: Seq2Seq,
    last: Int[Tensor, " R"],
    state: DecoderState,
    memory: Memory,
    trail: Trail,
    never: Sequence[int],
) -> tuple[Float[Tensor, "R V"], DecoderState]:
    """Log-probabilities of the next unit; the attention is noted."""
    decoded, state = model.decoder.step(last, state, memory)
    log_p = model.decoder.logits(decoded.vectors).log_softmax(dim=1)
    log_p[:, list(never)] = NEVER
    if decoded.weights is not None:
        trail.weights.append(decoded.weights.numpy())
    return log_p, state


def best_of(
    log_p: Float[Tensor, "R V"],
    total: NDArray[np.float64],
    owners: NDArray[np.int64],
    room: NDArray[np.int64],
    beam: int,
) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.float64]]:
    """The best continuations of each source, as many as its beam has room for.

    Args:
        total: (R,) log-probability of each open hypothesis.
        owners: (R,) their sources, in order.
        room: (S,) places in each source's beam.

    Returns:
        Of the rows of the next step, by source and the best first: the row that each
        continues, its unit, its log-probability.
    """
    chances, units = (part.numpy() for part in log_p.topk(min(beam, log_p.shape[1]), dim=1))
    sums = (total[:, None] + chances).ravel()  # (R * K,)
    order = np.lexsort((-sums, np.repeat(owners, chances.shape[1])))
    sources = owners[order // chances.shape[1]]
    first = np.searchsorted(sources, sources)  # where each source's own begin
    order = order[(np.arange(len(order)) - first < room[sources]) & (sums[order] > NEVER)]
    return order // chances.shape[1], units.ravel()[order], sums[order]


def beaten(
    found: Sequence[Sequence[Hypothesis]],
    owners: NDArray[np.int64],
    total: NDArray[np.float64],
    limits: NDArray[np.int64],
    search: Search,
) -> NDArray[np.bool_]:
    """Which rows cannot become one of their source's n best any more, nor make its beam full."""
    worst = np.full(len(found), NEVER)
    for source, each in enumerate(found):
        whole = sorted((one.score for one in each if not one.cut), reverse=True)
        if len(whole) >= search.n_best:
            worst[source] = whole[search.n_best - 1]
    most = total / (limits[owners] + 1.0) ** search.length_penalty
    return most <= worst[owners]


def hypothesis(
    trail: Trail, row: int, step: int, logs: float, cut: bool, length: int, search: Search
) -> Hypothesis:
    """The one that ends in a row of the trail's last step, its last unit left away."""
    units, weights = trail.follow(row, step + 1, length)
    n = len(units) - cut  # units with the end, if it has one
    return Hypothesis(
        tuple(units[:-1]),
        logs,
        logs / max(1, n) ** search.length_penalty,
        cut,
        np.stack(weights[:-1]) if len(weights) > 1 else empty(length) if weights else None,
    )


def empty(length: int) -> NDArray[np.float32]:
    """The attention of an output without units."""
    return np.empty((0, length), np.float32)


def ranked(found: Sequence[Hypothesis]) -> list[Hypothesis]:
    """Whole ones before cut ones, then by score; of those with the same units, the first."""
    ordered = sorted(found, key=lambda one: (one.cut, -one.score))
    first = {one.units: one for one in reversed(ordered)}
    return [one for one in ordered if first[one.units] is one]


def pick_memory(memory: Memory, rows: Int[Tensor, " R"]) -> Memory:
    """Those rows of it."""
    return Memory(*(part[rows] for part in memory))


def pick_state(state: DecoderState, rows: Int[Tensor, " R"]) -> DecoderState:
    """Those rows of it."""
    layers = tuple(tuple(part[rows] for part in layer) for layer in state.layers)
    return DecoderState(layers, state.fed[rows])
