"""The network as an ONNX graph, written node by node from its settings and weights.

No tracing: ONNX's recurrent nodes take the lengths of the texts, so that padding never counts,
and every part of the network is one small function here. The graph reads what
`text.batches.pack` makes, all of it int32, so that any engine can feed it, a browser's too:

    pieces   (P,)     ids of the pieces of the N distinct words, one word after the other
    owners   (P,)     which of the N words each piece belongs to
    sizes    (N,)     pieces of each word, at least 1
    shapes   (N,)     shape of each word; only where the network has a table of them
    words    (B, T)   the texts: places among the N words, whatever on padding, at the end
    lengths  (B,)     tokens of each text, at least 1

It gives `logits` (B, C) and, where the pooling weighs tokens, `weights` (B, T).

Letters: B texts, T time, N distinct words, P their pieces, E and S widths of vectors of words
and shapes, F = E + S, and C more where evidence is heard, H hidden width, D memory width (H or
2H), A attention width, C classes.
"""

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray
from onnx import TensorProto

from attentif.config import NetworkSettings, cell_and_pooling, choose
from attentif.errors import ArtifactError
from attentif.nn.evidence import LOUDNESS, SPREAD
from attentif.ship.compact import SCALE, TABLE
from attentif.ship.nodes import Nodes, Weights, described

EVIDENCE = "evidence.pieces"  # the other table that is read by pieces
SMALLEST = 1e-7  # outputs other than softmax are kept from 0 and 1, as in `nn.classifier`
CELLS = {"rnn": "RNN", "lstm": "LSTM", "gru": "GRU"}
GATES = {  # ours, which are torch's, in the order in which ONNX wants them
    "rnn": [0],
    "lstm": [0, 3, 1, 2],  # i f g o -> i o f g
    "gru": [1, 0, 2],  # r z n -> z r n
}
ACTIVATIONS = {"tanh": "Tanh", "sigmoid": "Sigmoid", "relu": "Relu", "linear": "Affine"}
INPUTS = {"pieces": "P", "owners": "P", "sizes": "N", "shapes": "N", "words": "BT", "lengths": "B"}
BATCH_FIRST, TIME_FIRST = [2, 0, 1, 3], [0, 2, 1, 3]  # of a node's states (T, directions, B, H)


def lacking(settings: NetworkSettings) -> str:
    """The part of a network that no node of ONNX can do, or nothing."""
    if settings.layer_norm:
        return "layer_norm"
    return "" if settings.masking else "masking=False"


def graph_of(
    settings: NetworkSettings, weights: Weights, saved: bytes, about: Mapping[str, Any], file: str
) -> bytes:
    """The ONNX file; equal networks give equal bytes.

    Args:
        weights, saved, file: see `ship.nodes.Nodes`.
        about: JSON-ready entries for the file's metadata.

    Raises:
        ArtifactError: the network has a part that ONNX lacks.
    """
    if lacking(settings):
        raise ArtifactError(f"no ONNX graph can hold a network with {lacking(settings)}.")
    nodes = Nodes(weights, saved, file)
    cell, pooling = cell_and_pooling(settings)
    sums = sums_of_pieces(nodes)
    x, states, last, parts = embed(nodes, sums[TABLE]), "", "", ""
    if EVIDENCE in weights:
        parts = evidence(nodes, sums[EVIDENCE])
        x = nodes.add("Concat", [x, heard(nodes, parts)], {"axis": 2})
    for layer in range(settings.layers):
        if layer:
            x = side_by_side(nodes, states, TIME_FIRST)
        states, last = unroll(nodes, cell, f"recurrent.layers.{layer}", x, settings)
    vector, attention = choose(POOLINGS, pooling, "pooling")(nodes, states, last)
    if "combine.weight" in weights:
        vector = combine(nodes, vector, last)
    logits = score(nodes, vector, settings.output_activation)
    if parts:
        logits = nodes.add("Add", [logits, opinion(nodes, parts)])
    nodes.call(logits, "logits")
    unknown = weights.keys() - nodes.used
    if unknown:
        raise ArtifactError(f"no ONNX graph is known for the network's part {min(unknown)}.")
    outputs = [described("logits", TensorProto.FLOAT, ["B", "C"])]
    if attention:
        nodes.call(attention, "weights")
        outputs.append(described("weights", TensorProto.FLOAT, ["B", "T"]))
    inputs = [
        described(name, TensorProto.INT32, [*letters])
        for name, letters in INPUTS.items()
        if name != "shapes" or "embedding.shapes.weight" in weights
    ]
    return nodes.model(inputs, outputs, about)


# From pieces to vectors: nn.embedding


def embed(nodes: Nodes, sums: str) -> str:
    """Vectors of all tokens, (T, B, F): each distinct word's mean of pieces, and its shape's."""
    words = nodes.add("Div", [sums, sizes(nodes)])
    if "embedding.shapes.weight" in nodes.weights:
        shapes = nodes.add("Gather", [nodes.weight("embedding.shapes.weight"), "shapes"])
        words = nodes.add("Concat", [words, shapes], {"axis": 1})  # (N, F)
    return nodes.add("Gather", [words, by_time(nodes)])


def by_time(nodes: Nodes) -> str:
    """The texts with time first, (T, B), as recurrent nodes read."""
    return nodes.add("Transpose", ["words"], {"perm": [1, 0]})


def sums_of_pieces(nodes: Nodes) -> dict[str, str]:
    """For each distinct word the sum of its pieces' rows, (N, width), of each table.

    Tables of floats are laid side by side, which an engine does once, when it loads the graph:
    rows are then fetched and added once.
    """
    tables = [table for table in (TABLE, EVIDENCE) if table in nodes.weights]
    if len(tables) < 2 or SCALE in nodes.weights:
        return {table: sum_of_rows(nodes, *rows_of(nodes, table)) for table in tables}
    widths = [nodes.weights[table].shape[1] for table in tables]
    both = nodes.add("Concat", list(map(nodes.weight, tables)), {"axis": 1})
    sums = sum_of_rows(nodes, nodes.add("Gather", [both, "pieces"]), sum(widths))
    parts = nodes.add_many("Split", [sums, nodes.constant(widths)], 2, {"axis": 1})
    return dict(zip(tables, parts, strict=True))


def rows_of(nodes: Nodes, table: str) -> tuple[str, int]:
    """The pieces' rows of a table, each times its scale where it is in eight bits; its width."""
    width = nodes.weights[table].shape[1]
    rows = nodes.add("Gather", [nodes.weight(table), "pieces"])
    if table != TABLE or SCALE not in nodes.weights:
        return rows, width
    units = nodes.add("Cast", [rows], {"to": TensorProto.FLOAT})
    scale = nodes.add("Gather", [nodes.weight(SCALE), "pieces"])
    return nodes.add("Mul", [units, scale]), width


def sum_of_rows(nodes: Nodes, rows: str, width: int) -> str:
    """Rows (P, width) of pieces, summed by the word that they belong to: (N, width)."""
    size = nodes.add(
        "Concat", [nodes.add("Shape", ["sizes"]), nodes.constant([width])], {"axis": 0}
    )
    zeros = nodes.add("ConstantOfShape", [size])
    owners = column(nodes, nodes.add("Cast", ["owners"], {"to": TensorProto.INT64}))
    return nodes.add("ScatterND", [zeros, owners, rows], {"reduction": "add"})


def sizes(nodes: Nodes) -> str:
    """Pieces of each distinct word as a column of numbers: (N, 1)."""
    return column(nodes, nodes.add("Cast", ["sizes"], {"to": TensorProto.FLOAT}))


# From vectors to states: nn.recurrent


def unroll(
    nodes: Nodes, cell: str, layer: str, x: str, settings: NetworkSettings
) -> tuple[str, str]:
    """One recurrent layer over (T, B, F): its states (T, directions, B, H), and the last (B, D)."""
    ways = ["forwards", "backwards"] if settings.bidirectional else ["forwards"]
    read = [gates_of(nodes, cell, f"{layer}.{way}") for way in ways]
    constants = [nodes.constant(np.stack(parts)) for parts in zip(*read, strict=True)]
    gate, own = (ACTIVATIONS[name] for name in (settings.gate_activation, settings.activation))
    activations = {"rnn": [own], "lstm": [gate, own, own], "gru": [gate, own]}[cell] * len(ways)
    attributes: dict[str, Any] = {
        "hidden_size": settings.hidden_size,
        "direction": "bidirectional" if settings.bidirectional else "forward",
        "activations": activations,
    }
    if "Affine" in activations:  # alpha x + beta
        attributes["activation_alpha"] = [1.0] * activations.count("Affine")
        attributes["activation_beta"] = [0.0] * activations.count("Affine")
    if cell == "gru":
        attributes["linear_before_reset"] = 1
    states, ends = nodes.add_many(CELLS[cell], [x, *constants, "lengths"], 2, attributes)
    ends = nodes.add("Transpose", [ends], {"perm": [1, 0, 2]})  # (B, directions, H)
    return states, nodes.add("Reshape", [ends, nodes.constant([0, -1])])


def gates_of(nodes: Nodes, cell: str, way: str) -> tuple[NDArray[np.float32], ...]:
    """W (kH, F), U (kH, H) and both biases (2kH,) of one direction, gates as ONNX wants them."""
    W, U, b = (nodes.values(f"{way}.{name}") for name in ("W.weight", "U.weight", "W.bias"))
    b_u = np.zeros_like(b)
    if cell == "gru":
        b_u[-U.shape[1] :] = nodes.values(f"{way}.b_u")

    def ordered(stacked: NDArray[np.float32]) -> NDArray[np.float32]:
        blocks = np.split(stacked, len(GATES[cell]))
        return np.concatenate([blocks[gate] for gate in GATES[cell]])

    return ordered(W), ordered(U), np.concatenate([ordered(b), ordered(b_u)])


def side_by_side(nodes: Nodes, states: str, order: list[int]) -> str:
    """Both directions' states in one vector a token: (B, T, D), or (T, B, D)."""
    turned = nodes.add("Transpose", [states], {"perm": order})
    return nodes.add("Reshape", [turned, nodes.constant([0, 0, -1])])


# From states to one vector: nn.attention. Each gives it, (B, D), and the attention, (B, T) or "".


def last_state(nodes: Nodes, states: str, last: str) -> tuple[str, str]:
    """No attention: the last state."""
    return last, ""


def mean_state(nodes: Nodes, states: str, last: str) -> tuple[str, str]:
    """Equal weights on the real tokens."""
    real = nodes.add("Cast", [real_tokens(nodes)], {"to": TensorProto.FLOAT})
    lengths = column(nodes, nodes.add("Cast", ["lengths"], {"to": TensorProto.FLOAT}))
    memory = side_by_side(nodes, states, BATCH_FIRST)
    return average(nodes, nodes.add("Div", [real, lengths]), memory)


def max_state(nodes: Nodes, states: str, last: str) -> tuple[str, str]:
    """Each unit's largest value over the real tokens."""
    memory = side_by_side(nodes, states, BATCH_FIRST)
    real = nodes.add("Unsqueeze", [real_tokens(nodes), nodes.constant([2])])
    masked = nodes.add("Where", [real, memory, lowest(nodes)])
    return nodes.add("ReduceMax", [masked, nodes.constant([1])], {"keepdims": 0}), ""


def dot(nodes: Nodes, states: str, last: str) -> tuple[str, str]:
    """Luong's dot score: the last state by each state."""
    return attend(nodes, last, side_by_side(nodes, states, BATCH_FIRST))


def general(nodes: Nodes, states: str, last: str) -> tuple[str, str]:
    """Luong's general score q W m: W goes to the one query, not to all states."""
    query = nodes.add("MatMul", [last, nodes.weight("attend.W.weight")])
    return attend(nodes, query, side_by_side(nodes, states, BATCH_FIRST))


def additive(nodes: Nodes, states: str, last: str) -> tuple[str, str]:
    """Bahdanau's score v tanh(W q + U m)."""
    memory = side_by_side(nodes, states, BATCH_FIRST)
    query = nodes.add("Unsqueeze", [linear(nodes, last, "attend.W"), nodes.constant([1])])
    keys = nodes.add("MatMul", [memory, turned(nodes, "attend.U.weight")])  # (B, T, A)
    hidden = nodes.add("Tanh", [nodes.add("Add", [query, keys])])
    scores = nodes.add("MatMul", [hidden, turned(nodes, "attend.v.weight")])  # (B, T, 1)
    scores = nodes.add("Squeeze", [scores, nodes.constant([2])])
    return average(nodes, masked_softmax(nodes, scores), memory)


def attend(nodes: Nodes, query: str, memory: str) -> tuple[str, str]:
    """Weigh each state by its product with the query (B, D)."""
    query = nodes.add("Unsqueeze", [query, nodes.constant([2])])
    scores = nodes.add("Squeeze", [nodes.add("MatMul", [memory, query]), nodes.constant([2])])
    return average(nodes, masked_softmax(nodes, scores), memory)


def average(nodes: Nodes, weights: str, memory: str) -> tuple[str, str]:
    """The context vector (B, D), and the weights (B, T) it was made with."""
    row = nodes.add("Unsqueeze", [weights, nodes.constant([1])])
    return nodes.add("Squeeze", [nodes.add("MatMul", [row, memory]), nodes.constant([1])]), weights


def masked_softmax(nodes: Nodes, scores: str) -> str:
    """Scores (B, T) normalised over the real tokens; padding gets zero."""
    masked = nodes.add("Where", [real_tokens(nodes), scores, lowest(nodes)])
    return nodes.add("Softmax", [masked], {"axis": 1})


def real_tokens(nodes: Nodes) -> str:
    """The mask (B, T), True = real token."""
    zero, one = nodes.constant(np.int32(0)), nodes.constant(np.int32(1))
    width = nodes.add("Gather", [nodes.add("Shape", ["words"]), nodes.constant(np.int64(1))])
    width = nodes.add("Cast", [width], {"to": TensorProto.INT32})
    return nodes.add("Less", [nodes.add("Range", [zero, width, one]), column(nodes, "lengths")])


POOLINGS: dict[str, Callable[[Nodes, str, str], tuple[str, str]]] = {
    "last": last_state,
    "mean": mean_state,
    "max": max_state,
    "dot": dot,
    "general": general,
    "additive": additive,
}


# From the vector to the logits: nn.classifier


def combine(nodes: Nodes, context: str, last: str) -> str:
    """The attention vector tanh(W [c; h] + b), (B, A)."""
    both = nodes.add("Concat", [context, last], {"axis": 1})
    return nodes.add("Tanh", [linear(nodes, both, "combine")])


def score(nodes: Nodes, vector: str, activation: str) -> str:
    """Logits (B, C): the logarithm of what another activation than softmax gives."""
    outputs = linear(nodes, vector, "output")
    if activation == "softmax":
        return outputs
    bounds = [nodes.constant(np.float32(bound)) for bound in (SMALLEST, 1 - SMALLEST)]
    activated = nodes.add(ACTIVATIONS[activation], [outputs])
    return nodes.add("Log", [nodes.add("Clip", [activated, *bounds])])


# Beside the recurrent network: nn.evidence


def evidence(nodes: Nodes, sums: str) -> str:
    """The part of each token in what words, pairs of words and n-grams say, (T, B, C)."""
    starts = nodes.add("CumSum", ["sizes", nodes.constant(np.int64(0))], {"exclusive": 1})
    ids = nodes.add("Cast", [nodes.add("Gather", ["pieces", starts])], {"to": TensorProto.INT64})
    alone = nodes.add("Gather", [nodes.weight(EVIDENCE), ids])  # (N, C + 1)
    grams, texts = nodes.add("Sub", [sums, alone]), by_time(nodes)
    pairs = nodes.add("Gather", [nodes.weight("evidence.pairs"), pairs_of(nodes, ids, texts)])
    tokens = nodes.add("Add", [nodes.add("Gather", [alone, texts]), pairs])  # (T, B, C + 1)
    real = nodes.add("Transpose", [real_tokens(nodes)], {"perm": [1, 0]})
    real = nodes.add("Unsqueeze", [real, nodes.constant([2])])
    zero = nodes.constant(np.float32(0))
    halves = [
        of_length_one(nodes, nodes.add("Where", [real, half, zero]))
        for half in (tokens, nodes.add("Gather", [grams, texts]))
    ]
    return nodes.add("Add", halves)


def pairs_of(nodes: Nodes, ids: str, texts: str) -> str:
    """The row that each word shares with the word before it, (T, B); the first one's is 0."""
    words = nodes.add("Gather", [ids, texts])
    shift = nodes.constant([1, 0, -1, 0])  # one more in front, one less at the end
    before = nodes.add("Pad", [words, shift, nodes.constant(np.int64(0))])
    spread, n = np.int64(SPREAD), np.int64(len(nodes.weights["evidence.pairs"]))
    mixed = nodes.add("Add", [nodes.add("Mul", [before, nodes.constant(spread)]), words])
    return nodes.add("Mod", [mixed, nodes.constant(n)])


def of_length_one(nodes: Nodes, tokens: str) -> str:
    """w of each token over the root of the text's sum of q, the last column: (T, B, C)."""
    columns = nodes.constant([len(nodes.weights["evidence.bias"]), 1])
    w, q = nodes.add_many("Split", [tokens, columns], 2, {"axis": 2})
    total = nodes.add("ReduceSum", [q, nodes.constant([0])])  # (1, B, 1)
    length = nodes.add("Sqrt", [nodes.add("Max", [total, nodes.constant(np.float32(1e-12))])])
    return nodes.add("Div", [w, length])


def heard(nodes: Nodes, parts: str) -> str:
    """What the network hears beside each word, (T, B, C)."""
    lengths = nodes.add("Cast", ["lengths"], {"to": TensorProto.FLOAT})
    louder = nodes.add("Mul", [nodes.add("Sqrt", [lengths]), nodes.constant(np.float32(LOUDNESS))])
    return nodes.add("Mul", [parts, column(nodes, louder)])  # (B, 1) along the middle


def opinion(nodes: Nodes, parts: str) -> str:
    """What is added to the network's logits, (B, C)."""
    total = nodes.add("ReduceSum", [parts, nodes.constant([0])], {"keepdims": 0})
    opinion = nodes.add("Add", [total, nodes.weight("evidence.bias")])
    return nodes.add("Mul", [opinion, nodes.weight("evidence.share")])


def linear(nodes: Nodes, x: str, layer: str) -> str:
    """W x + b for rows x; b where the layer has one."""
    names = [name for name in (f"{layer}.weight", f"{layer}.bias") if name in nodes.weights]
    return nodes.add("Gemm", [x, *map(nodes.weight, names)], {"transB": 1})


def turned(nodes: Nodes, name: str) -> str:
    """A matrix on its side."""
    return nodes.add("Transpose", [nodes.weight(name)], {"perm": [1, 0]})


def column(nodes: Nodes, values: str) -> str:
    """A vector (n,) as (n, 1)."""
    return nodes.add("Unsqueeze", [values, nodes.constant([1])])


def lowest(nodes: Nodes) -> str:
    """Minus infinity."""
    return nodes.constant(np.float32(-np.inf))
