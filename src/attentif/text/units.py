"""Texts as numbered units and back: characters, words, what stands between blanks, subwords.

A text is cleaned as everywhere (see `attentif.text.clean`), runs of white space are one
blank; beyond that nothing is lost: `join` gives back the cleaned text.
"""

import json
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from itertools import chain
from typing import TYPE_CHECKING, Any, NamedTuple, Protocol, Self

from attentif.config import UnitSettings, choose
from attentif.errors import ArtifactError, MissingExtraError
from attentif.text.clean import clean, span
from attentif.text.tokenize import STYLES
from attentif.text.vocabulary import UNKNOWN, Vocabulary

if TYPE_CHECKING:
    from tokenizers import Tokenizer

START, END = 2, 3  # marks of a target; 0 and 1 are padding and unknown, as everywhere
MARKS = ("start of text", "end of text")  # no unit holds a blank beside other characters
PIECE_MARKS = ("\ue000", "\ue001", "\ue002", "\ue003")  # padding, unknown, start, end
UNREADABLE = "\u2047"  # written for an unknown unit
JOINER = "\uffed"  # before a word that no blank stands before
BLANK = "\u2581"  # the blank before a subword
FEWEST = 2  # times that a pair of subwords must be seen to be joined


class Unit(NamedTuple):
    """A unit as the vocabulary has it, its number, and its place in the original text."""

    text: str
    id: int
    start: int
    end: int


class Units(Protocol):
    """One side of a transducer: a text as numbers, and back."""

    kind: str

    def __len__(self) -> int:
        """How many numbers there are, the four marks included."""
        ...

    def cut(self, text: str) -> list[Unit]:
        """The units of a text, in order."""
        ...

    def text_of(self, unit: int) -> str:
        """A unit from its number; an unknown one is a sign."""
        ...

    def join(self, units: Iterable[str]) -> str:
        """The text that units make."""
        ...

    def to_json(self) -> dict[str, Any]:
        """What `units_from_json` reads."""
        ...


class PlainUnits:
    """Characters, words or what stands between blanks, with a vocabulary.

    Words are those of `attentif.text.tokenize`, marks apart; a word that no blank stands
    before begins with a joiner, as in OpenNMT's tokeniser, so that joining is exact.

    Args:
        kind: "characters", "words" or "spaced".
        lowercase: read lower case.
        vocabulary: begins with the marks of start and end.

    Example:
        >>> units = PlainUnits.fit(["Well, no."], "words", UnitSettings())
        >>> [unit.text for unit in units.cut("Well, no!")]
        ['Well', '\uffed,', 'no', '\uffed!']
        >>> [unit.id for unit in units.cut("Well, no!")][-1] == UNKNOWN
        True
        >>> units.join(unit.text for unit in units.cut("Well,  no!"))
        'Well, no!'
    """

    def __init__(self, kind: str, lowercase: bool, vocabulary: Vocabulary) -> None:
        self.kind, self.lowercase, self.vocabulary = kind, lowercase, vocabulary
        self._find = choose(FINDS, kind, "units")

    @classmethod
    def fit(cls, texts: Iterable[str], kind: str, settings: UnitSettings) -> Self:
        """Number the units of some texts."""
        bare = cls(kind, settings.lowercase, Vocabulary(()))
        counted = Vocabulary.count(
            ([unit.text for unit in bare.cut(text)] for text in texts),
            min_count=settings.min_count,
            max_words=settings.max_units,
        )
        return cls(kind, settings.lowercase, Vocabulary((*MARKS, *counted.words)))

    def __len__(self) -> int:
        return len(self.vocabulary)

    def cut(self, text: str) -> list[Unit]:
        """The units of a text, in order."""
        cleaned, origin = clean(text)
        found, last = [], -1
        for match in self._find.finditer(cleaned.rstrip()):
            start, end = match.span()
            if not found and match[0].isspace():
                continue
            unit = " " if match[0].isspace() else match[0]
            if self.kind == "words" and start == last:
                unit = JOINER + unit
            unit, last = unit.lower() if self.lowercase else unit, end
            found.append(Unit(unit, self.vocabulary.id(unit), *span(origin, start, end, text)))
        return found

    def text_of(self, unit: int) -> str:
        """A unit from its number; an unknown one is a sign."""
        return UNREADABLE if unit <= UNKNOWN else self.vocabulary.words[unit - 2]

    def join(self, units: Iterable[str]) -> str:
        """The text that units make."""
        if self.kind == "characters":
            return "".join(units)
        return " ".join(units).replace(" " + JOINER, "").removeprefix(JOINER)

    def to_json(self) -> dict[str, Any]:
        """What `units_from_json` reads."""
        return {
            "kind": self.kind,
            "lowercase": self.lowercase,
            "vocabulary": self.vocabulary.to_json(),
        }

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Self:
        """Read back what `to_json` gave."""
        vocabulary = Vocabulary.from_json(data["vocabulary"])
        return cls(data["kind"], bool(data["lowercase"]), vocabulary)


class Subwords:
    """Byte-pair encoding: frequent words are one unit, rare ones several.

    A unit before which a blank stood begins with a sign for it. Marks of punctuation are
    kept apart from words.

    Args:
        tokenizer: of the library `tokenizers`.
        lowercase: read lower case.

    Source:
        Sennrich, Haddow, Birch 2016, arXiv:1508.07909; Kudo, Richardson 2018,
        arXiv:1808.06226 (blanks as a sign).
    """

    kind = "subwords"

    def __init__(self, tokenizer: "Tokenizer", lowercase: bool) -> None:
        self.lowercase, self._tokenizer = lowercase, tokenizer
        self._kept: dict[str, list[Unit]] = {}

    @classmethod
    def fit(cls, texts: Iterable[str], settings: UnitSettings) -> Self:
        """Learn the units of some texts: of both sides together.

        Raises:
            MissingExtraError: `tokenizers` is not installed.
        """
        tokenizers = library()
        tokenizer = tokenizers.Tokenizer(tokenizers.models.BPE(unk_token=PIECE_MARKS[UNKNOWN]))
        pre = tokenizers.pre_tokenizers
        tokenizer.pre_tokenizer = pre.Sequence(
            [pre.Metaspace(replacement=BLANK, prepend_scheme="always"), pre.Punctuation()]
        )
        trainer = tokenizers.trainers.BpeTrainer(
            vocab_size=max(settings.max_units, len(PIECE_MARKS)),
            min_frequency=max(settings.min_count, FEWEST),
            special_tokens=list(PIECE_MARKS),
            show_progress=False,
        )
        stretches = chain.from_iterable(clean(text).text.split() for text in texts)
        lower = map(str.lower, stretches) if settings.lowercase else stretches
        tokenizer.train_from_iterator(lower, trainer)
        return cls(tokenizer, settings.lowercase)

    def __len__(self) -> int:
        return self._tokenizer.get_vocab_size()

    def cut(self, text: str) -> list[Unit]:
        """The units of a text, in order."""
        cleaned, origin = clean(text)
        found = []
        for match in re.finditer(r"\S+", cleaned):
            for unit, number, start, end in self._pieces(match[0]):
                at = span(origin, match.start() + start, match.start() + end, text)
                found.append(Unit(unit, number, *at))
        return found

    def _pieces(self, stretch: str) -> list[Unit]:
        """The units of a stretch without blanks, their places in it; each is cut once."""
        found = self._kept.get(stretch)
        if found is None:
            read = stretch.lower() if self.lowercase else stretch
            coded = self._tokenizer.encode(read, add_special_tokens=False)
            last = len(stretch)  # a lower-cased letter may be longer than it was
            found = [
                Unit(
                    unit if number > END else read[start:end],
                    number if number > END else UNKNOWN,
                    min(start, last - 1),
                    min(max(end, start + 1), last),
                )
                for unit, number, (start, end) in zip(
                    coded.tokens, coded.ids, coded.offsets, strict=True
                )
            ]
            self._kept[stretch] = found
        return found

    def text_of(self, unit: int) -> str:
        """A unit from its number; an unknown one is a sign."""
        return UNREADABLE if unit <= END else str(self._tokenizer.id_to_token(unit))

    def join(self, units: Iterable[str]) -> str:
        """The text that units make."""
        return "".join(units).replace(BLANK, " ").strip()

    def to_json(self) -> dict[str, Any]:
        """What `units_from_json` reads."""
        return {
            "kind": self.kind,
            "lowercase": self.lowercase,
            "tokenizer": json.loads(self._tokenizer.to_str()),
        }

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Self:
        """Read back what `to_json` gave."""
        tokenizer = library().Tokenizer.from_str(json.dumps(data["tokenizer"]))
        return cls(tokenizer, bool(data["lowercase"]))


class BothUnits(NamedTuple):
    """The units of sources and of targets; one and the same where they share a vocabulary."""

    source: Units
    target: Units

    def to_json(self) -> dict[str, Any]:
        """What `BothUnits.from_json` reads."""
        shared = self.source is self.target
        return {
            "source": self.source.to_json(),
            "target": None if shared else self.target.to_json(),
        }

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Self:
        """Read back what `to_json` gave.

        Raises:
            ArtifactError: it is something else.
        """
        try:
            source = units_from_json(data["source"])
            return cls(source, units_from_json(data["target"]) if data["target"] else source)
        except (KeyError, TypeError, ValueError) as error:
            if isinstance(error, ArtifactError):
                raise
            raise ArtifactError(
                f"the units cannot be read ({type(error).__name__}: {error})."
                " Copy the whole folder again, or train again."
            ) from error


def fit_units(
    sources: Sequence[str], targets: Sequence[str], settings: UnitSettings, *, shared: bool
) -> BothUnits:
    """Choose the units from training rows.

    Args:
        shared: one vocabulary for both sides; subwords always have one.
    """
    if settings.source_units == "subwords":
        both = Subwords.fit(chain(sources, targets), settings)
        return BothUnits(both, both)
    if shared:
        both = PlainUnits.fit(chain(sources, targets), settings.source_units, settings)
        return BothUnits(both, both)
    return BothUnits(
        PlainUnits.fit(sources, settings.source_units, settings),
        PlainUnits.fit(targets, settings.target_units, settings),
    )


def units_from_json(data: Mapping[str, Any]) -> Units:
    """One side's units from what their `to_json` gave."""
    kinds: dict[str, Callable[[Mapping[str, Any]], Units]] = {
        **dict.fromkeys(FINDS, PlainUnits.from_json),
        "subwords": Subwords.from_json,
    }
    return choose(kinds, data["kind"], "units")(data)


def normal(units: Units, text: str) -> str:
    """A text as the units can write it: cleaned, one blank for several, lower case if so."""
    return units.join(unit.text for unit in units.cut(text))


def shown(unit: str) -> str:
    """A unit as a person reads it: without joiner, its blank as a blank.

    >>> shown("\uffed,"), shown("\u2581no")
    (',', ' no')
    """
    return unit.removeprefix(JOINER).replace(BLANK, " ")


def library() -> Any:
    """The library of subwords.

    Raises:
        MissingExtraError: it is not installed.
    """
    try:
        import tokenizers
    except ImportError as error:
        raise MissingExtraError(
            "subwords need the library tokenizers, which is not installed."
            " Run: pip install 'attentif[transduce]'"
        ) from error
    return tokenizers


FINDS: dict[str, re.Pattern[str]] = {
    "characters": re.compile(r"\s+|\S"),
    "words": STYLES["words-and-marks"].find,
    "spaced": re.compile(r"\S+"),
}
