"""The papers' equations in plain Python numbers: the other side of the comparisons.

A vector is a list of floats, a matrix a list of rows. No tensor is computed with here; the
weights are read out of a module once, as lists, one matrix a gate.
"""

import math

from torch import nn

LETTERS = {"rnn": "h", "lstm": "ifgo", "gru": "rzn"}  # the order in which gates are stacked


def sigmoid(x: float) -> float:
    return 1 / (1 + math.exp(-x))


FUNCTIONS = {
    "tanh": math.tanh,
    "sigmoid": sigmoid,
    "relu": lambda x: x if x > 0 else 0.0,
    "linear": lambda x: x,
}


def dot(u: list[float], v: list[float]) -> float:
    return sum(a * b for a, b in zip(u, v, strict=True))


def times(matrix: list[list[float]], vector: list[float]) -> list[float]:
    return [dot(row, vector) for row in matrix]


def plus(u: list[float], v: list[float]) -> list[float]:
    return [a + b for a, b in zip(u, v, strict=True)]


def normalised(vector: list[float], gain: list[float]) -> list[float]:
    """Ba, Kiros, Hinton 2016, eq. 4 without the bias; epsilon as in `torch.nn.LayerNorm`."""
    mean = sum(vector) / len(vector)
    variance = sum((value - mean) ** 2 for value in vector) / len(vector)
    return [g * (v - mean) / math.sqrt(variance + 1e-5) for g, v in zip(gain, vector, strict=True)]


def softmax(scores: list[float]) -> list[float]:
    powers = [math.exp(score - max(scores)) for score in scores]
    return [power / sum(powers) for power in powers]


def mean_of(weights: list[float], memory: list[list[float]]) -> list[float]:
    """Sum over t of weights_t memory_t."""
    return [
        sum(w * state[d] for w, state in zip(weights, memory, strict=True))
        for d in range(len(memory[0]))
    ]


class PlainCell:
    """One cell by its equations, a text at a time.

    Args:
        kind: "rnn", "lstm" or "gru".
        cell: whose numbers are read.
        phi, sigma: names of the activation and of the gates' activation.
    """

    def __init__(self, kind: str, cell: nn.Module, phi: str = "tanh", sigma: str = "sigmoid"):
        numbers = {name: value.tolist() for name, value in cell.state_dict().items()}
        self.kind, self.letters = kind, LETTERS[kind]
        self.phi, self.sigma = FUNCTIONS[phi], FUNCTIONS[sigma]
        self.W, self.U = numbers["W.weight"], numbers["U.weight"]
        self.size = len(self.U[0])
        self.gains = numbers.get("norm_x.weight"), numbers.get("norm_h.weight")
        self.b = numbers["W.bias"] if self.gains[0] is None else numbers["norm_x.bias"]
        self.b_u = numbers.get("b_u")

    def split(self, stacked: list[float]) -> dict[str, list[float]]:
        """H numbers for each gate, by its letter."""
        return {
            letter: stacked[k * self.size : (k + 1) * self.size]
            for k, letter in enumerate(self.letters)
        }

    def step(self, x: list[float], state: tuple[list[float], ...]) -> tuple[list[float], ...]:
        """(x, (h, ...)) -> (h', ...)."""
        from_x, from_h = times(self.W, x), times(self.U, state[0])
        if self.gains[0] is not None:
            from_x, from_h = normalised(from_x, self.gains[0]), normalised(from_h, self.gains[1])
        return getattr(self, self.kind)(self.split(plus(from_x, self.b)), self.split(from_h), state)

    def rnn(self, from_x, from_h, state):
        return ([self.phi(a) for a in plus(from_x["h"], from_h["h"])],)

    def lstm(self, from_x, from_h, state):
        _, c_before = state
        h_after, c_after = [], []
        for k in range(self.size):
            i = self.sigma(from_x["i"][k] + from_h["i"][k])
            f = self.sigma(from_x["f"][k] + from_h["f"][k])
            g = self.phi(from_x["g"][k] + from_h["g"][k])
            o = self.sigma(from_x["o"][k] + from_h["o"][k])
            c_after.append(f * c_before[k] + i * g)
            h_after.append(o * self.phi(c_after[k]))
        return h_after, c_after

    def gru(self, from_x, from_h, state):
        (h_before,) = state
        h_after = []
        for k in range(self.size):
            r = self.sigma(from_x["r"][k] + from_h["r"][k])
            z = self.sigma(from_x["z"][k] + from_h["z"][k])
            n = self.phi(from_x["n"][k] + r * (from_h["n"][k] + self.b_u[k]))
            h_after.append((1 - z) * n + z * h_before[k])
        return (h_after,)

    def start(self) -> tuple[list[float], ...]:
        return tuple([0.0] * self.size for _ in range(2 if self.kind == "lstm" else 1))

    def read(self, text: list[list[float]]) -> list[list[float]]:
        """The hidden state after each token of one text without padding."""
        state, states = self.start(), []
        for x in text:
            state = self.step(x, state)
            states.append(state[0])
        return states
