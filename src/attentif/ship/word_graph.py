"""The part of the network that makes the rows of words, as an ONNX graph; see `ship.text_graph`.

It reads what `text.pieces` holds of N distinct words, all of it int32:

    pieces   (P,)     ids of their pieces, one word after the other
    owners   (P,)     which of the N words each piece belongs to
    sizes    (N,)     pieces of each word, at least 1
    shapes   (N,)     shape of each word; only where the network has a table of them

and gives the `vectors` (N, F) of `nn.embedding`; where there is evidence, also what each word
says `alone` (N, C + 1), and what its `grams` (N, C + 1) say: the tables of `nn.evidence`.

Letters: N distinct words, P their pieces, F width of a word's vector, C classes.
"""

from collections.abc import Mapping
from typing import Any

import numpy as np
from onnx import TensorProto

from attentif.config import NetworkSettings
from attentif.ship.compact import SCALE, TABLE
from attentif.ship.nodes import Nodes, Weights, column, described

EVIDENCE, SHAPES = "evidence.pieces", "embedding.shapes.weight"
OF_WORDS = {TABLE, SCALE, SHAPES, EVIDENCE}  # weights that are read here, and nowhere else
INPUTS = {"pieces": "P", "owners": "P", "sizes": "N", "shapes": "N"}


def word_graph(
    settings: NetworkSettings, weights: Weights, saved: bytes, about: Mapping[str, Any], file: str
) -> bytes:
    """The ONNX file that reads words; the arguments are those of `text_graph`."""
    nodes = Nodes(weights, saved, file)
    nodes.call(vectors(nodes, settings.ngram_vectors), "vectors")
    if EVIDENCE in weights:
        rows = nodes.add("Gather", [nodes.weight(EVIDENCE), "pieces"])
        alone = nodes.call(own_rows(nodes), "alone")
        nodes.call(nodes.add("Sub", [sum_by_word(nodes, rows, EVIDENCE), alone]), "grams")
    inputs = [
        described(name, TensorProto.INT32, [*letters])
        for name, letters in INPUTS.items()
        if name != "shapes" or SHAPES in weights
    ]
    outputs = [described(name, TensorProto.FLOAT, ["N", width]) for name, width in widths(weights)]
    return nodes.model(inputs, outputs, about)


def widths(weights: Weights) -> list[tuple[str, int]]:
    """What is made of each word, by name, and how wide."""
    shapes = weights[SHAPES].shape[1] if SHAPES in weights else 0
    made = [("vectors", weights[TABLE].shape[1] + shapes)]
    if EVIDENCE in weights:
        made += [(name, weights[EVIDENCE].shape[1]) for name in ("alone", "grams")]
    return made


def vectors(nodes: Nodes, shared: int) -> str:
    """Each word's mean of pieces, with its shape's vector beside it, (N, F)."""
    sums = sum_by_word(nodes, rows_of(nodes, shared), TABLE)
    words = nodes.add("Div", [sums, sizes(nodes)])
    if SHAPES not in nodes.weights:
        return words
    shapes = nodes.add("Gather", [nodes.weight(SHAPES), "shapes"])
    return nodes.add("Concat", [words, shapes], {"axis": 1})


def rows_of(nodes: Nodes, shared: int) -> str:
    """The pieces' rows of the table, (P, E), each times its scale where it is in eight bits."""
    pieces = places_of(nodes, len(nodes.weights[TABLE]), shared)
    rows = nodes.add("Gather", [nodes.weight(TABLE), pieces])
    if SCALE not in nodes.weights:
        return rows
    units = nodes.add("Cast", [rows], {"to": TensorProto.FLOAT})
    return nodes.add("Mul", [units, nodes.add("Gather", [nodes.weight(SCALE), pieces])])


def places_of(nodes: Nodes, n: int, shared: int) -> str:
    """The place of each piece in a table of n rows, of which those beyond share the last."""
    rows, last = (nodes.constant(np.int32(number)) for number in (n, n - shared))
    beyond = nodes.add("Sub", ["pieces", rows])
    taken = nodes.add("Mod", [beyond, nodes.constant(np.int32(shared))])
    within = nodes.add("Less", ["pieces", rows])
    return nodes.add("Where", [within, "pieces", nodes.add("Add", [taken, last])])


def sum_by_word(nodes: Nodes, rows: str, table: str) -> str:
    """Rows of a table, one a piece, summed by the word that they belong to: (N, width)."""
    width = nodes.constant([nodes.weights[table].shape[1]])
    size = nodes.add("Concat", [nodes.add("Shape", ["sizes"]), width], {"axis": 0})
    zeros = nodes.add("ConstantOfShape", [size])
    owners = column(nodes, nodes.add("Cast", ["owners"], {"to": TensorProto.INT64}))
    return nodes.add("ScatterND", [zeros, owners, rows], {"reduction": "add"})


def own_rows(nodes: Nodes) -> str:
    """The evidence's row of each word's first piece, which is the word itself, (N, C + 1)."""
    starts = nodes.add("CumSum", ["sizes", nodes.constant(np.int64(0))], {"exclusive": 1})
    ids = nodes.add("Gather", ["pieces", starts])
    return nodes.add("Gather", [nodes.weight(EVIDENCE), ids])


def sizes(nodes: Nodes) -> str:
    """Pieces of each distinct word as a column of numbers: (N, 1)."""
    return column(nodes, nodes.add("Cast", ["sizes"], {"to": TensorProto.FLOAT}))
