"""Which column holds the texts, and which the labels: by option, by name, by content."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from typing import NamedTuple

from attentif.data.findings import excerpt
from attentif.data.names import KNOWN_VALUES, LABEL_NAMES, TEXT_NAMES, plain, rank
from attentif.data.options import ReadOptions
from attentif.data.repair import trim
from attentif.errors import DataError

LONGEST_LABEL = 40
MOST_LABELS = 100
FEW_ROWS = 10  # so few that one value that comes again tells
_DATE = re.compile(r"\d{1,4}[-/.]\d{1,2}[-/.]\d{1,4}.*|\d{1,2}:\d{2}(:\d{2})?")


class Choice(NamedTuple):
    """Positions of the two columns, and the reason in words."""

    text: int
    label: int | None
    why: str


@dataclass(frozen=True)
class Content:
    """What the first rows say about a column."""

    filled: int
    different: int
    longest: int
    mean_length: float
    mean_words: float
    dates: int
    known: bool

    @property
    def constant(self) -> bool:
        """One value only."""
        return self.different <= 1

    @property
    def label_like(self) -> bool:
        """Few different short values, or values known to be labels."""
        few = self.different <= max(2, min(MOST_LABELS, self.filled // 2))
        few = few or self.different < self.filled <= FEW_ROWS
        short = 0 < self.longest <= LONGEST_LABEL and self.mean_words < 3
        return self.known or (few and short and not self.dates)

    @property
    def text_like(self) -> bool:
        """Words rather than numbers, names or dates."""
        return self.mean_words >= 1.5 and not self.dates


def content_of(cells: Sequence[str]) -> Content:
    """Look at a column's cells."""
    filled = [cell for cell in map(trim, cells) if cell]
    different = set(filled)
    n = max(1, len(filled))
    return Content(
        filled=len(filled),
        different=len(different),
        longest=max(map(len, filled), default=0),
        mean_length=sum(map(len, filled)) / n,
        mean_words=sum(len(cell.split()) for cell in filled) / n,
        dates=sum(bool(_DATE.fullmatch(cell)) for cell in filled),
        known=bool(different) and {plain(cell) for cell in different} <= KNOWN_VALUES,
    )


class Chooser:
    """Chooses the columns of one file.

    Args:
        columns: their names.
        rows: the cells of the first rows, each as long as `columns`.
        options: may name the columns.
        header: whether the names come from the file.
        name: of the file, for messages.
    """

    def __init__(
        self,
        columns: list[str],
        rows: Sequence[list[str]],
        options: ReadOptions,
        *,
        header: bool,
        name: str,
    ) -> None:
        self.columns, self.options, self.header, self.name = columns, options, header, name
        self.samples = [next((r[i] for r in rows if trim(r[i])), "") for i in range(len(columns))]
        self.contents = [content_of([row[i] for row in rows]) for i in range(len(columns))]

    def labelled(self) -> Choice:
        """Both columns.

        Raises:
            DataError: one cannot be told; the message lists all columns.
        """
        text, label, how = self._named()
        by_name = label
        if label is None:
            label = self._label_by_content(text)
        if text is None:
            text = self._text_by_content(label)
            how.append("texts by their length")
            if label is None:
                label = self._label_by_content(text)
        if by_name is None:
            how.append("labels by their few short values")
        if text is None or label is None:
            raise DataError(self._question("which column is the text and which the label?"))
        return self._checked(text, label, how)

    def unlabelled(self) -> Choice:
        """The texts; the labels too if an option or a name tells them.

        Raises:
            DataError: the texts cannot be told.
        """
        text, label, how = self._named(optional_label=True)
        if text is None and len(self.columns) == 1:
            text = 0
            how.append("the only column")
        if text is None:
            text = self._text_by_content(self._label_by_content(None) if label is None else label)
            how.append("texts by their length")
        if text is None:
            raise DataError(self._question("which column is the text?"))
        if label is None and not self.header:
            others = [i for i in range(len(self.columns)) if i != text]
            known = [i for i in others if self.contents[i].known]
            label = known[0] if len(known) == 1 else None
        return self._checked(text, None if label == text else label, how)

    def sources(self) -> Choice:
        """The sources of pairs: as `unlabelled`, but two columns without names that tell are
        source and target in their order, as they are when a transducer learns from them.

        Raises:
            DataError: the sources cannot be told.
        """
        text, label, _ = self._named(optional_label=True)
        if text is None and label is None and len(self.columns) == 2:
            return self._checked(0, 1, ["the two in their order"])
        return self.unlabelled()

    def _named(self, optional_label: bool = False) -> tuple[int | None, int | None, list[str]]:
        """What options and names tell, and how it was told."""
        how: list[str] = []
        text = self._asked(self.options.text_column, "text")
        if optional_label and not self._exists(self.options.label_column):
            label = None
        else:
            label = self._asked(self.options.label_column, "label")
        if text is not None or label is not None:
            how.append("by the options")
        if self.header:
            by_name = text is None, label is None
            if text is None:
                text = self._by_name(TEXT_NAMES, label)
            if label is None:
                label = self._by_name(LABEL_NAMES, text)
            if (by_name[0] and text is not None) or (by_name[1] and label is not None):
                how.append("by their names")
        return text, label, how

    def _exists(self, asked: str) -> bool:
        bare = {plain(column) for column in self.columns}
        return plain(asked) in bare or self._is_number(asked)

    def _is_number(self, asked: str) -> bool:
        return asked.isdecimal() and len(asked) < 9 and 1 <= int(asked) <= len(self.columns)

    def _asked(self, asked: str, what: str) -> int | None:
        """The column that an option names, exactly, then but for case and accents, then by number.

        Raises:
            DataError: there is no such column, or more than one.
        """
        if not asked:
            return None
        exact = [i for i, column in enumerate(self.columns) if column == trim(asked)]
        close = [i for i, column in enumerate(self.columns) if plain(column) == plain(asked)]
        found = exact or close
        if len(found) == 1:
            return found[0]
        if not found and self._is_number(asked):
            return int(asked) - 1
        near = get_close_matches(asked, self.columns, n=1)
        hint = f" Did you mean {near[0]!r}?" if near and not found else ""
        what_is_wrong = "more than one column" if found else "no column"
        raise DataError(
            self._question(f"{what_is_wrong} is called {asked!r} (--{what}-column).{hint}")
        )

    def _by_name(self, known: tuple[frozenset[str], ...], taken: int | None) -> int | None:
        """The column with the best known name; of several equally good, the one that fits."""
        ranks = {i: rank(c, known) for i, c in enumerate(self.columns) if i != taken}
        best = min(ranks.values(), default=3)
        if best == 3:
            return None
        found = [i for i, r in ranks.items() if r == best]
        if len(found) > 1:
            texts = known is TEXT_NAMES
            found = [
                i
                for i in found
                if (self.contents[i].text_like if texts else self.contents[i].label_like)
            ]
        return found[0] if len(found) == 1 else None

    def _text_by_content(self, label: int | None) -> int | None:
        """The only column left, or the one with clearly the longest cells among those of words."""
        others = [i for i in range(len(self.columns)) if i != label]
        if len(others) == 1:
            return others[0]
        wordy = [i for i in others if self.contents[i].text_like]
        ordered = sorted(wordy, key=lambda i: -self.contents[i].mean_length)
        if not ordered:
            return None
        first, *rest = (self.contents[i].mean_length for i in ordered)
        return ordered[0] if not rest or first >= 1.5 * rest[0] else None

    def _label_by_content(self, text: int | None) -> int | None:
        """The one column whose values can be labels.

        As long as the texts are not known either, only values that are known labels tell,
        or that there are two columns.
        """
        others = [i for i in range(len(self.columns)) if i != text]
        known = [i for i in others if self.contents[i].known]
        if len(known) == 1:
            return known[0]
        found = [i for i in others if self.contents[i].label_like]
        if len(self.columns) > 2:
            found = [i for i in found if text is not None and not self.contents[i].constant]
        return found[0] if len(found) == 1 else None

    def _checked(self, text: int, label: int | None, how: list[str]) -> Choice:
        if text == label:
            raise DataError(
                self._question(f"column {self.columns[text]!r} cannot be text and label.")
            )
        said = f"the texts are in column {self.columns[text]!r}"
        if label is not None:
            said += f", the labels in {self.columns[label]!r}"
        listed = ", ".join(map(repr, self.columns))
        return Choice(text, label, f"{said} (chosen: {', '.join(how)}; columns: {listed})")

    def _question(self, problem: str) -> str:
        """A problem with the columns, all of them with a sample value, and what to do."""
        listed = ", ".join(
            f"{i} {column!r} (as {excerpt(sample, 30)!r})"
            for i, (column, sample) in enumerate(zip(self.columns, self.samples, strict=True), 1)
        )
        alone = (
            " Only one column was found: is the delimiter another one (--delimiter; 'space' for"
            " a label, a blank and a text)?"
            if len(self.columns) == 1
            else ""
        )
        return (
            f"{self.name}: {problem} Columns: {listed}.{alone} Choose with --text-column and"
            " --label-column, a name or a number."
        )
