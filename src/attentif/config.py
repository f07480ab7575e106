"""Every setting, once: its name, type, default, allowed values and help text.

`model.json`, the Python call, the command line and the documentation all read this
table, so a default cannot differ between them. Each room takes the group of settings
that concerns it; `Settings` is all of them together, and alone is compared by value: the
estimator inherits the groups, and two estimators are never the same.
"""

import dataclasses
import math
import sys
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, fields
from difflib import get_close_matches
from typing import Any, Self, TypeVar

from attentif.errors import ConfigError

T = TypeVar("T")

CELLS = ("rnn", "lstm", "gru")
POOLINGS = ("last", "mean", "max", "dot", "general", "additive")
ARCHITECTURES = {  # name -> (cell, pooling)
    "rnn": ("rnn", "last"),
    "lstm": ("lstm", "last"),
    "gru": ("gru", "last"),
    "attention": ("lstm", "general"),
}
ACTIVATIONS = ("tanh", "sigmoid", "relu", "linear")
INITIALISERS = ("uniform", "xavier", "orthogonal", "normal", "spread", "zeros")
UNITS = ("characters", "words", "spaced", "subwords")

RANGES: dict[str, Callable[[Any], bool]] = {
    "": lambda value: True,
    "> 0": lambda value: value > 0,
    ">= 0": lambda value: value >= 0,
    ">= 1": lambda value: value >= 1,
    "from 0 to 1": lambda value: 0 <= value <= 1,
    "from 0 up to 1, without 1": lambda value: 0 <= value < 1,
    "from 0 to 4294967295": lambda value: 0 <= value < 2**32,
}


def setting(default: Any, help: str, allowed: str | tuple[str, ...] = "") -> Any:
    """One field: `allowed` is a key of RANGES (the words the user sees) or the names."""
    return field(default=default, metadata={"help": help, "allowed": allowed})


def choose(options: Mapping[str, T], name: str, what: str) -> T:
    """Look a name up in a table; the only place where a string becomes code.

    Raises:
        ConfigError: the name is not in the table; the nearest one is proposed.
    """
    if name not in options:
        near = get_close_matches(str(name), options, n=1)
        hint = f" Did you mean {near[0]!r}?" if near else ""
        raise ConfigError(f"{what} must be one of {sorted(options)}, got {name!r}.{hint}")
    return options[name]


@dataclass(kw_only=True, eq=False)
class TextSettings:
    """How a text becomes tokens, and tokens become ids."""

    clean: tuple[str, ...] = setting((), "cleaning steps, in order (see `attentif.text.clean`)")
    lowercase: bool = setting(True, "'WIN' and 'win' are one word (its shape is kept beside it)")
    tokens: str = setting("words-and-marks", "how a text is cut", ("words-and-marks", "workshop"))
    subwords: bool = setting(True, "a word is the mean of its own vector and its n-grams'")
    ngram_min: int = setting(2, "shortest character n-gram, < and > of the word included", ">= 1")
    ngram_max: int = setting(5, "longest character n-gram", ">= 1")
    ngram_buckets: int = setting(65536, "numbers that n-grams are hashed into", ">= 1")
    shapes: bool = setting(True, "embed the shape (case, digits, length) beside the word")
    min_count: int = setting(2, "rarer words have no vector of their own", ">= 1")
    max_words: int = setting(0, "most words in the vocabulary; 0 for no limit", ">= 0")
    max_length: int = setting(
        0, "most tokens of a text that are read; 0: 99.9 % of the training texts fit", ">= 0"
    )
    truncate: str = setting("end", "which end of a longer text is cut off", ("end", "start"))
    vocabulary_from: str = setting(
        "training",
        "rows the vocabulary may see ('all' is the workshop's leak)",
        ("training", "all"),
    )


@dataclass(kw_only=True, eq=False)
class NetworkSettings:
    """The network: embedding, recurrent layers, pooling or attention, output layer."""

    architecture: str = setting(
        "attention", "the family: a cell and a pooling", tuple(ARCHITECTURES)
    )
    cell: str = setting("auto", "recurrent cell; auto: the architecture's", ("auto", *CELLS))
    pooling: str = setting(
        "auto", "how the states become one vector; auto: the architecture's", ("auto", *POOLINGS)
    )
    embedding_size: int = setting(50, "E, width of a word's vector", ">= 1")
    ngram_vectors: int = setting(
        16384, "vectors of n-grams: buckets share them, which the linear model tells apart", ">= 1"
    )
    shape_size: int = setting(16, "width of a shape's vector", ">= 1")
    embedding_init: str = setting("spread", "first values of the vectors", INITIALISERS)
    hidden_size: int = setting(32, "H, width of the hidden state, each direction", ">= 1")
    layers: int = setting(1, "recurrent layers on top of each other", ">= 1")
    bidirectional: bool = setting(True, "read the text from both ends")
    activation: str = setting("tanh", "of the candidate and of the memory", ACTIVATIONS)
    gate_activation: str = setting("sigmoid", "of the gates", ACTIVATIONS)
    recurrent_init: str = setting("orthogonal", "first values of U", INITIALISERS)
    attention_size: int = setting(64, "width of the attention vector tanh(W_c [c; h])", ">= 1")
    attention_bias: bool = setting(True, "a bias in the attention vector")
    output_activation: str = setting(
        "softmax", "of the output layer; relu is the workshop's", ("softmax", "sigmoid", "relu")
    )
    dropout: float = setting(
        0.5, "share of embeddings and outputs dropped in training", "from 0 up to 1, without 1"
    )
    word_dropout: float = setting(
        0.2, "share of tokens blanked in training", "from 0 up to 1, without 1"
    )
    layer_norm: bool = setting(False, "normalise each recurrent layer's pre-activations")
    evidence: bool = setting(
        True, "a linear model of the same pieces speaks to the recurrent network, and beside it"
    )
    masking: bool = setting(True, "False lets padding count: the workshop's experiment only")


@dataclass(kw_only=True, eq=False)
class TrainingSettings:
    """How the weights are found, and which epoch's are kept."""

    optimizer: str = setting("adam", "update rule", ("adam", "adamw", "sgd"))
    learning_rate: float = setting(0.002, "step size at its highest", "> 0")
    weight_decay: float = setting(0.0, "pull of the weights towards zero, each step", ">= 0")
    batch_size: int = setting(32, "texts a step", ">= 1")
    batching: str = setting(
        "like_length",
        "which texts share a batch: like_length pads least",
        ("like_length", "random"),
    )
    epochs: int = setting(10, "most passes over the training rows", ">= 1")
    patience: int = setting(
        5, "epochs without a better validation before stopping; 0: never stop early", ">= 0"
    )
    monitor: str = setting(
        "calibrated_loss",
        "what 'better' means on validation rows",
        ("calibrated_loss", "loss", "macro_f1"),
    )
    warmup: float = setting(0.1, "share of the steps in which the rate rises", "from 0 to 1")
    decay: str = setting("linear", "how the rate falls afterwards", ("none", "linear", "cosine"))
    clip_norm: float = setting(1.0, "largest gradient norm; 0: no clipping", ">= 0")
    clip_each: bool = setting(False, "clip each weight's own norm (Keras's clipnorm), not all's")
    loss: str = setting("cross_entropy", "what is made small", ("cross_entropy", "binary"))
    label_smoothing: float = setting(
        0.0, "probability kept for the other classes", "from 0 up to 1, without 1"
    )
    class_weight: str = setting(
        "none", "weight of each class's errors: none, balanced or 'spam=6,ham=1'"
    )
    validation: float = setting(
        0.1,
        "share of the training rows kept aside to choose the epoch",
        "from 0 up to 1, without 1",
    )
    validation_rows: str = setting(
        "stratified", "which rows: drawn, or the last ones (the workshop's)", ("stratified", "last")
    )
    seed: int = setting(0, "fixes weights, order and dropout", "from 0 to 4294967295")
    threads: int = setting(1, "processor threads; 0: as many as torch likes", ">= 0")


@dataclass(kw_only=True, eq=False)
class DecisionSettings:
    """How probabilities become an answer (two classes)."""

    positive_label: str = setting(
        "", "the class looked for; empty: 'spam', the yes of 0 and 1 and the like, or the rarer one"
    )
    max_false_positive_rate: float = setting(
        0.0,
        "choose the threshold so that at most this share of the other class is blocked;"
        " 0: no such wish",
        "from 0 up to 1, without 1",
    )
    min_precision: float = setting(
        0.0,
        "choose the threshold for at least this precision; 0: no such wish",
        "from 0 up to 1, without 1",
    )
    unsure: float = setting(
        0.0,
        "answer 'unsure' within this distance of the threshold; 0: always answer",
        "from 0 up to 1, without 1",
    )


def cell_and_pooling(settings: NetworkSettings) -> tuple[str, str]:
    """Their names, 'auto' replaced by what the architecture means.

    >>> cell_and_pooling(NetworkSettings(architecture="attention", cell="gru"))
    ('gru', 'general')
    """
    cell, pooling = choose(ARCHITECTURES, settings.architecture, "architecture")
    return (
        cell if settings.cell == "auto" else settings.cell,
        pooling if settings.pooling == "auto" else settings.pooling,
    )


class Joined:
    """Groups of settings together: checked when made, read from and written to a dict."""

    def __post_init__(self) -> None:
        for f in fields(self):  # pyright: ignore[reportArgumentType]
            setattr(self, f.name, checked(f, getattr(self, f.name)))

    @classmethod
    def from_dict(cls, given: Mapping[str, Any]) -> Self:
        """Build from a file's content; an unknown key is an error, never ignored."""
        known = {f.name: f for f in fields(cls)}  # pyright: ignore[reportArgumentType]
        for name in given:
            choose(known, name, "a setting's name")
        return cls(**given)

    def to_dict(self) -> dict[str, Any]:
        """All values, for the model folder."""
        return dataclasses.asdict(self)  # pyright: ignore[reportArgumentType]


@dataclass(kw_only=True)
class Settings(TextSettings, NetworkSettings, TrainingSettings, DecisionSettings, Joined):
    """All settings of a classifier, checked when made."""

    def __post_init__(self) -> None:
        super().__post_init__()
        if self.ngram_max < self.ngram_min:
            raise ConfigError(
                f"ngram_max must be at least ngram_min ({self.ngram_min}), got {self.ngram_max}."
            )
        if self.max_false_positive_rate and self.min_precision:
            raise ConfigError(
                "max_false_positive_rate and min_precision both choose the threshold; give one."
            )


def checked(f: "dataclasses.Field[Any]", value: Any) -> Any:
    """The value in its field's type, or one sentence that says what was expected.

    Raises:
        ConfigError: wrong type, out of range, or not one of the names.
    """
    allowed, default = f.metadata["allowed"], f.default
    if isinstance(default, tuple):
        return steps_of(f.name, value)
    if hasattr(value, "item"):  # numpy's numbers, as of a grid
        value = value.item() if getattr(value, "ndim", 0) == 0 else value
    if isinstance(default, float) and type(value) is int:
        value = float(value) if abs(value) <= sys.float_info.max else math.inf
    if type(value) is not type(default):
        kind, given = type(default).__name__, type(value).__name__
        raise ConfigError(
            f"{f.name} must be of type {kind}, got {value!r} ({given})."
            f" It is: {f.metadata['help']}."
        )
    if isinstance(allowed, tuple):
        choose(dict.fromkeys(allowed), value, f.name)
    elif not RANGES[allowed](value) or value == math.inf:
        wanted = "a finite number" if value == math.inf else allowed
        raise ConfigError(f"{f.name} must be {wanted}, got {value!r}.")
    return value


def steps_of(name: str, value: Any) -> tuple[str, ...]:
    """Names in order, from a tuple, a list, or one string with commas between them."""
    if isinstance(value, str):
        value = (step for step in value.split(",") if step)
    steps = tuple(value) if isinstance(value, Iterable) else (value,)
    if not all(isinstance(step, str) for step in steps):
        raise ConfigError(f"{name} must be a list of names, got {value!r}.")
    return steps


@dataclass(kw_only=True, eq=False)
class UnitSettings:
    """How the two texts of a pair are cut into units."""

    source_units: str = setting("characters", "what the source is cut into", UNITS)
    target_units: str = setting("characters", "what the target is cut into", UNITS)
    lowercase: bool = setting(False, "read and write lower case only")
    min_count: int = setting(1, "rarer units are unknown (not for subwords)", ">= 1")
    max_units: int = setting(
        8000, "most units of a vocabulary; subwords: of the one vocabulary of both texts", ">= 1"
    )
    max_length: int = setting(
        0, "training pairs with more units on one side are left out; 0: none is", ">= 0"
    )


@dataclass(kw_only=True, eq=False)
class Seq2SeqSettings:
    """Encoder, decoder, and the attention between them."""

    decoder: str = setting(
        "luong", "kind of decoder, by its attention over the source", ("none", "luong", "bahdanau")
    )
    attention_score: str = setting("general", "of Luong's attention", ("dot", "general", "concat"))
    input_feeding: bool = setting(False, "Luong's attention vector enters the next step")
    cell: str = setting("gru", "recurrent cell", CELLS)
    embedding_size: int = setting(64, "E, width of a unit's vector", ">= 1")
    hidden_size: int = setting(
        128, "H, width of a state; of the encoder's two directions together", ">= 1"
    )
    layers: int = setting(1, "recurrent layers, of the encoder and of the decoder", ">= 1")
    bidirectional: bool = setting(True, "the encoder reads the source from both ends")
    dropout: float = setting(
        0.2,
        "share of embeddings, lower layers' states and outputs dropped in training",
        "from 0 up to 1, without 1",
    )
    tied: str = setting(
        "none",
        "one table for: target and output layer (output), source too (all)",
        ("none", "output", "all"),
    )
    layer_norm: bool = setting(False, "normalise each recurrent layer's pre-activations")


@dataclass(kw_only=True, eq=False)
class TransducingSettings:
    """How the weights are found, and which epoch's are kept: by what the model writes alone."""

    optimizer: str = setting("adam", "update rule", ("adam", "adamw", "sgd"))
    learning_rate: float = setting(0.003, "step size at its highest", "> 0")
    weight_decay: float = setting(0.0, "pull of the weights towards zero, each step", ">= 0")
    batch_size: int = setting(64, "pairs a step", ">= 1")
    epochs: int = setting(20, "most passes over the training pairs", ">= 1")
    patience: int = setting(
        5, "epochs without a better validation before stopping; 0: never stop early", ">= 0"
    )
    monitor: str = setting(
        "token_error",
        "what 'better' means on validation pairs; all but loss: of greedy, free-running output",
        ("token_error", "exact_match", "loss"),
    )
    warmup: float = setting(0.05, "share of the steps in which the rate rises", "from 0 to 1")
    decay: str = setting("linear", "how the rate falls afterwards", ("none", "linear", "cosine"))
    clip_norm: float = setting(1.0, "largest gradient norm; 0: no clipping", ">= 0")
    label_smoothing: float = setting(
        0.0, "probability kept for the other units", "from 0 up to 1, without 1"
    )
    own_outputs: float = setting(
        0.0,
        "share of steps fed with the model's own last output, not the right one, in the last"
        " epoch; it rises evenly from 0 in the first",
        "from 0 to 1",
    )
    validation: float = setting(
        0.1,
        "share of the training pairs kept aside to choose the epoch",
        "from 0 up to 1, without 1",
    )
    seed: int = setting(0, "fixes weights, order and dropout", "from 0 to 4294967295")
    threads: int = setting(1, "processor threads; 0: as many as torch likes", ">= 0")


@dataclass(kw_only=True, eq=False)
class DecodingSettings:
    """How the output is searched for."""

    beam: int = setting(1, "hypotheses kept at each step; 1: greedy", ">= 1")
    length_penalty: float = setting(
        1.0, "log-probabilities are divided by length to this power; 0: as they are", ">= 0"
    )
    copy_unknown: bool = setting(
        False, "put the source unit with most attention in the place of an unknown one, and say so"
    )


@dataclass(kw_only=True)
class TransducerSettings(
    UnitSettings, Seq2SeqSettings, TransducingSettings, DecodingSettings, Joined
):
    """All settings of a transducer, checked when made."""

    def __post_init__(self) -> None:
        super().__post_init__()
        if self.bidirectional and self.hidden_size % 2:
            raise ConfigError(
                "hidden_size must be even, half of it for each direction of the encoder, got"
                f" {self.hidden_size}."
            )
        both = {self.source_units, self.target_units}
        if len(both) > 1 and ("subwords" in both or self.tied == "all"):
            why = "subwords are of one vocabulary" if "subwords" in both else "tied is 'all'"
            raise ConfigError(
                f"source_units and target_units must be the same where {why}, got"
                f" {self.source_units!r} and {self.target_units!r}."
            )
