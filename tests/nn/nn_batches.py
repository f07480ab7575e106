"""Batches and weights made up for the tests of this room."""

import torch
from torch import Tensor, nn

from attentif.config import NetworkSettings
from attentif.nn.classifier import Classifier
from attentif.nn.embedding import Inputs
from attentif.nn.recurrent import Stack

TORCH_LAYERS = {"rnn": nn.RNN, "lstm": nn.LSTM, "gru": nn.GRU}


def mask_of(lengths: list[int], steps: int = 0) -> Tensor:
    """True for the first `length` tokens of each row; `steps` wide, or as the longest."""
    return torch.arange(steps or max(lengths))[None, :] < torch.tensor(lengths)[:, None]


def randomised(module: nn.Module, scale: float = 0.7) -> nn.Module:
    """The module with every weight drawn anew, so that none hides behind a zero."""
    with torch.no_grad():
        for parameter in module.parameters():
            parameter.normal_(std=scale)
    return module


def padded(x: Tensor, steps: int, value: float) -> Tensor:
    """(B, T, ...) with further steps that hold the value."""
    return torch.cat([x, torch.full_like(x[:, :1], value).repeat_interleave(steps, dim=1)], dim=1)


N_PIECES, N_SHAPES = 40, 5
WORDS = [[0], *[[n, 10 + 2 * n, 11 + 2 * n] for n in range(1, 10)]]  # the pieces of each word


def inputs_of(rows: list[list[int]], steps: int = 0, words: list[list[int]] = WORDS) -> Inputs:
    """A batch from the numbers of the words of each text; 0 is padding.

    A word's shape is its number modulo 4, plus 1; padding's is 0.
    """
    width = steps or max(len(row) for row in rows)
    sizes = torch.tensor([len(pieces) for pieces in words])
    return Inputs(
        words=torch.tensor([row + [0] * (width - len(row)) for row in rows]),
        mask=mask_of([len(row) for row in rows], width),
        pieces=torch.tensor([piece for pieces in words for piece in pieces]),
        starts=sizes.cumsum(0) - sizes,
        shapes=torch.tensor([0, *[n % 4 + 1 for n in range(1, len(words))]]),
    )


TEXTS = [[1, 2, 3, 4, 5], [6], [7, 8, 9, 1], [3, 3]]


def small(n_classes: int = 3, **settings) -> Classifier:
    """A small classifier without dropout, as other settings say."""
    sizes = {"embedding_size": 6, "shape_size": 2, "hidden_size": 5, "attention_size": 4}
    quiet = {"dropout": 0.0, "word_dropout": 0.0}
    return Classifier(
        NetworkSettings(**{**sizes, **quiet, **settings}),
        n_pieces=N_PIECES,
        n_shapes=N_SHAPES,
        n_classes=n_classes,
    )


def torch_layers(stack: Stack, kind: str) -> nn.RNNBase:
    """Torch's own layers with our weights."""
    bidirectional = stack.layers[0].backwards is not None
    theirs = TORCH_LAYERS[kind](
        3, 4, len(stack.layers), batch_first=True, bidirectional=bidirectional
    ).double()
    with torch.no_grad():
        for depth, layer in enumerate(stack.layers):
            cells = {"": layer.forwards, "_reverse": layer.backwards}
            for suffix, cell in cells.items():
                if cell is None:
                    continue
                getattr(theirs, f"weight_ih_l{depth}{suffix}").copy_(cell.W.weight)
                getattr(theirs, f"weight_hh_l{depth}{suffix}").copy_(cell.U.weight)
                getattr(theirs, f"bias_ih_l{depth}{suffix}").copy_(cell.W.bias)
                bias = getattr(theirs, f"bias_hh_l{depth}{suffix}").zero_()
                if kind == "gru":
                    bias[8:] = cell.b_u
    return theirs


def with_outputs(model: Classifier, outputs: list[float]) -> Classifier:
    """The classifier whose output layer gives these numbers for any text."""
    with torch.no_grad():
        model.output.weight.zero_()
        model.output.bias.copy_(torch.tensor(outputs))
    return model
