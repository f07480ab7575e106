"""What a network is made of: its blocks with their shapes and parameters, as plain data."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from torch import nn

from attentif.nn.attention import ATTENDING
from attentif.nn.cells import Cell
from attentif.nn.classifier import Classifier
from attentif.nn.recurrent import Recurrent
from attentif.report.diagram import Block
from attentif.report.wording import count

NAMES = {"RNNCell": "RNN", "LSTMCell": "LSTM", "GRUCell": "GRU"}
FORMULAS = {  # pooling -> what it is, in one line
    "Dot": "score q · m",
    "General": "score q · W m",
    "Additive": "score v · tanh(W q + U m)",
    "Last": "the state after the last token",
    "Mean": "all tokens weigh the same",
    "Max": "each unit's largest value",
}


@dataclass(frozen=True)
class Layer:
    """One row of the table: a weight's place, its shape, and how many numbers it holds."""

    name: str
    shape: tuple[int, ...]
    parameters: int


@dataclass(frozen=True)
class Summary:
    """A network's blocks, in the order in which a text goes through them, and its weights."""

    blocks: tuple[Block, ...]
    layers: tuple[Layer, ...]

    @property
    def parameters(self) -> int:
        """Numbers that training may change."""
        return sum(layer.parameters for layer in self.layers)

    def to_dict(self) -> dict[str, Any]:
        """Ready for JSON."""
        return {
            "parameters": self.parameters,
            "blocks": [
                {
                    "title": block.title,
                    "detail": block.detail,
                    "shape": list(block.shape),
                    "parameters": block.parameters,
                }
                for block in self.blocks
            ],
            "weights": [{"name": layer.name, "shape": list(layer.shape)} for layer in self.layers],
        }


def summarize(network: Classifier) -> Summary:
    """The blocks of a classifier. The parameters of all blocks are those of the network.

    Example:
        >>> from attentif.config import NetworkSettings
        >>> settings = NetworkSettings(evidence=False)
        >>> network = Classifier(settings, n_pieces=9, n_shapes=0, n_classes=2)
        >>> [block.title for block in summarize(network).blocks]
        ['Words', 'Embedding', 'LSTM, both ways', 'General attention', 'Attention vector', 'Output']
    """
    layers = [
        Layer(name, tuple(weight.shape), weight.numel())
        for name, weight in network.named_parameters()
    ]
    return Summary(tuple(blocks_of(network)), tuple(layers))


def blocks_of(network: Classifier) -> Iterator[Block]:
    """From the words to the classes."""
    yield Block("words", "Words", "tokens, padded to the longest", ("B", "T"))
    yield embedding_of(network)
    layers = [module for module in network.recurrent.layers if isinstance(module, Recurrent)]
    for number, layer in enumerate(layers, 1):
        yield recurrent_of(layer, number if len(layers) > 1 else 0)
    size = str(network.recurrent.memory_size)
    kind = type(network.attend).__name__
    attending = isinstance(network.attend, ATTENDING)
    yield Block(
        "pooling",
        f"{kind} attention" if attending else {"Last": "Last state"}.get(kind, f"{kind} of states"),
        FORMULAS[kind],
        ("B", size),
        weights_of(network.attend),
        label=kind.lower(),
        both_ways=layers[-1].backwards is not None,
        weighted=attending,
    )
    if network.combine is not None:
        shape = ("B", str(network.combine.out_features))
        own = weights_of(network.combine)
        words = "context c and last state h"
        yield Block("combine", "Attention vector", words, shape, own, label="tanh W[c; h]")
    classes, own = str(network.output.out_features), weights_of(network.output)
    how = "softmax" if network.softmaxed else network.activation.__name__
    if network.softmaxed and network.evidence is not None:
        how = "logits"  # the softmax comes after the evidence
    yield Block("output", "Output", f"{classes} classes", ("B", classes), own, label=how)
    if network.evidence is not None:
        numbers = count(sum(table.numel() for table in network.evidence.buffers()) - 1)
        detail = f"{numbers} numbers of a linear fit"
        label = f"+ {network.evidence.share.item():.2g} e, softmax"
        yield Block("evidence", "Evidence e, added", detail, ("B", classes), label=label)


def embedding_of(network: Classifier) -> Block:
    """The tables of words and of shapes, and what is heard beside each word."""
    embedding, width = network.embedding, network.embedding.embedding_size
    detail = f"{count(embedding.pieces.num_embeddings)} vectors"
    if embedding.shapes is not None:
        detail += f", {count(embedding.shapes.num_embeddings)} shapes"
    if network.evidence is not None:
        detail, width = detail + ", evidence", width + network.output.out_features
    shape = ("B", "T", str(width))
    return Block("embedding", "Embedding", detail, shape, weights_of(embedding))


def recurrent_of(layer: Recurrent, number: int) -> Block:
    """One recurrent layer; its number where there are several."""
    cell: Cell = layer.forwards
    name, both = NAMES[type(cell).__name__], layer.backwards is not None
    title = f"{name}{f' {number}' if number else ''}{', both ways' if both else ''}"
    detail = f"{cell.hidden_size} units{' each way' if both else ''}, {cell.options.activation}"
    if hasattr(cell, "gate"):
        detail += f", gates {cell.options.gate_activation}"
    shape = ("B", "T", str(layer.memory_size))
    own = weights_of(layer)
    return Block("recurrent", title, detail, shape, own, label=name, both_ways=both)


def weights_of(module: nn.Module) -> int:
    """Numbers that training may change in it."""
    return sum(weight.numel() for weight in module.parameters())
