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

from attentif.ship.compact import SCALE, TABLE
from attentif.ship.nodes import Nodes, Weights, column, described

EVIDENCE, SHAPES = "evidence.pieces", "embedding.shapes.weight"
OF_WORDS = {TABLE, SCALE, SHAPES, EVIDENCE}  # weights that are read here, and nowhere else
INPUTS = {"pieces": "P", "owners": "P", "sizes": "N", "shapes": "N"}


def word_graph(weights: Weights, saved: bytes, about: Mapping[str, Any], file: str) -> bytes:
    """The ONNX file that reads words; the arguments are those of `text_graph`."""
    nodes = Nodes(weights, saved, file)
    sums = sums_of_pieces(nodes)
    nodes.call(vectors(nodes, sums[TABLE]), "vectors")
    if EVIDENCE in weights:
        alone = nodes.call(own_rows(nodes), "alone")
        nodes.call(nodes.add("Sub", [sums[EVIDENCE], alone]), "grams")
    inputs = [
        described(name, TensorProto.INT32, [*letters])
        for name, letters in INPUTS.items()
        if name != "shapes" or SHAPES in weights
    ]
    rows = [described(name, TensorProto.FLOAT, ["N", width]) for name, width in widths(weights)]
    return nodes.model(inputs, rows, about)


def widths(weights: Weights) -> list[tuple[str, int]]:
    """What is made of each word, by name, and how wide."""
    shapes = weights[SHAPES].shape[1] if SHAPES in weights else 0
    made = [("vectors", weights[TABLE].shape[1] + shapes)]
    if EVIDENCE in weights:
        made += [(name, weights[EVIDENCE].shape[1]) for name in ("alone", "grams")]
    return made


def vectors(nodes: Nodes, sums: str) -> str:
    """Each word's mean of pieces, with its shape's vector beside it, (N, F)."""
    words = nodes.add("Div", [sums, sizes(nodes)])
    if SHAPES not in nodes.weights:
        return words
    shapes = nodes.add("Gather", [nodes.weight(SHAPES), "shapes"])
    return nodes.add("Concat", [words, shapes], {"axis": 1})


def own_rows(nodes: Nodes) -> str:
    """The evidence's row of each word's first piece, which is the word itself, (N, C + 1)."""
    starts = nodes.add("CumSum", ["sizes", nodes.constant(np.int64(0))], {"exclusive": 1})
    ids = nodes.add("Gather", ["pieces", starts])
    return nodes.add("Gather", [nodes.weight(EVIDENCE), ids])


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
