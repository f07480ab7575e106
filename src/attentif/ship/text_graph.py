"""The network as two ONNX graphs, written node by node from its settings and weights.

No tracing: ONNX's recurrent nodes take the lengths of the texts, so that padding never counts,
and every part of the network is one small function here or in `ship.word_graph`. There are two
graphs since most words come again: that of the words makes the rows of N distinct words, once
for many batches; that of the texts reads B texts whose words are places among those rows:

    vectors  (N, F)      of each distinct word; and only where there is evidence:
    alone    (N, C + 1)  what it says by itself, and its q
    grams    (N, C + 1)  what its n-grams say, and their q
    ids      (N,)        its own piece, by which it pairs with the word before it
    words    (B, T)      the texts: places among the N words, whatever on padding, at the end
    lengths  (B,)        tokens of each text, at least 1

Whole numbers are int32, so that any engine can feed them, a browser's too. It gives `logits`
(B, C) and, where the pooling weighs tokens, `weights` (B, T).

Letters: B texts, T time, N distinct words, F width of a word's vector, and C more where
evidence is heard, H hidden width, D memory width (H or 2H), A attention width, C classes.
"""

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray
from onnx import TensorProto

from attentif.config import NetworkSettings, cell_and_pooling, choose
from attentif.errors import ArtifactError
from attentif.nn.evidence import LOUDNESS, SPREAD
from attentif.ship.nodes import Nodes, Weights, column, described
from attentif.ship.word_graph import EVIDENCE, OF_WORDS, widths

SMALLEST = 1e-7  # outputs other than softmax are kept from 0 and 1, as in `nn.classifier`
CELLS = {"rnn": "RNN", "lstm": "LSTM", "gru": "GRU"}
GATES = {  # ours, which are torch's, in the order in which ONNX wants them
    "rnn": [0],
    "lstm": [0, 3, 1, 2],  # i f g o -> i o f g
    "gru": [1, 0, 2],  # r z n -> z r n
}
ACTIVATIONS = {"tanh": "Tanh", "sigmoid": "Sigmoid", "relu": "Relu", "linear": "Affine"}
INPUTS = {"ids": "N", "words": "BT", "lengths": "B"}
BATCH_FIRST, TIME_FIRST = [2, 0, 1, 3], [0, 2, 1, 3]  # of a node's states (T, directions, B, H)


def lacking(settings: NetworkSettings) -> str:
    """The part of a network that no node of ONNX can do, or nothing."""
    if settings.layer_norm:
        return "layer_norm"
    return "" if settings.masking else "masking=False"


def text_graph(
    settings: NetworkSettings, weights: Weights, saved: bytes, about: Mapping[str, Any], file: str
) -> bytes:
    """The ONNX file that reads texts; equal networks give equal bytes.

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
    x, states, last, parts = nodes.add("Gather", ["vectors", by_time(nodes)]), "", "", ""
    if EVIDENCE in weights:
        parts = evidence(nodes)
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
    unknown = weights.keys() - nodes.used - OF_WORDS
    if unknown:
        raise ArtifactError(f"no ONNX graph is known for the network's part {min(unknown)}.")
    outputs = [described("logits", TensorProto.FLOAT, ["B", "C"])]
    if attention:
        nodes.call(attention, "weights")
        outputs.append(described("weights", TensorProto.FLOAT, ["B", "T"]))
    rows = [described(name, TensorProto.FLOAT, ["N", width]) for name, width in widths(weights)]
    whole = [
        described(name, TensorProto.INT32, [*letters])
        for name, letters in INPUTS.items()
        if name != "ids" or EVIDENCE in weights
    ]
    return nodes.model(rows + whole, outputs, about)


def by_time(nodes: Nodes) -> str:
    """The texts with time first, (T, B), as recurrent nodes read."""
    return nodes.add("Transpose", ["words"], {"perm": [1, 0]})


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


def evidence(nodes: Nodes) -> str:
    """The part of each token in what words, pairs of words and n-grams say, (T, B, C)."""
    texts = by_time(nodes)
    pairs = nodes.add("Gather", [nodes.weight("evidence.pairs"), pairs_of(nodes, texts)])
    tokens = nodes.add("Add", [nodes.add("Gather", ["alone", texts]), pairs])  # (T, B, C + 1)
    real = nodes.add("Transpose", [real_tokens(nodes)], {"perm": [1, 0]})
    real = nodes.add("Unsqueeze", [real, nodes.constant([2])])
    tokens = nodes.add("Where", [real, tokens, nodes.constant(np.float32(0))])
    grams = nodes.add("Gather", ["grams", texts])  # zero on padding, which has no n-gram
    return nodes.add("Add", [of_length_one(nodes, half) for half in (tokens, grams)])


def pairs_of(nodes: Nodes, texts: str) -> str:
    """The row that each word shares with the word before it, (T, B); the first one's is 0."""
    ids = nodes.add("Cast", ["ids"], {"to": TensorProto.INT64})
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


def lowest(nodes: Nodes) -> str:
    """Minus infinity."""
    return nodes.constant(np.float32(-np.inf))
