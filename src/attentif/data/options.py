"""How a file is to be read, where its content should not decide."""

from dataclasses import dataclass, fields

from attentif.config import checked, choose, setting
from attentif.errors import ConfigError

# Every separator by the name that messages use. "space" cuts at the first blank only.
DELIMITERS = {"tab": "\t", ";": ";", "|": "|", ",": ",", "space": " ", "none": ""}
ALIASES = {"\t": "tab", "\\t": "tab", " ": "space", "comma": ",", "semicolon": ";", "pipe": "|"}
ANSWERS = ("auto", "yes", "no")


@dataclass(frozen=True, kw_only=True)
class ReadOptions:
    """What the user insists on; an empty text, "auto" and 0 leave it to the content."""

    encoding: str = setting("", "the file's encoding, as 'utf-8' or 'cp1252'; empty: found")
    delimiter: str = setting(
        "", "what stands between columns: tab, ',', ';', '|', space, none; empty: found"
    )
    header: str = setting("auto", "whether the first row holds the columns' names", ANSWERS)
    quotes: str = setting("auto", "whether a cell in quotes is unwrapped; no: a letter", ANSWERS)
    text_column: str = setting("", "the column with the texts, a name or a number from 1")
    label_column: str = setting("", "the column with the labels, a name or a number from 1")
    max_rows: int = setting(0, "most rows read; 0: all", ">= 0")
    merge_case: bool = setting(False, "labels that differ only by case become one")

    def __post_init__(self) -> None:
        for name in ("text_column", "label_column"):
            value = getattr(self, name)
            if isinstance(value, int) and not isinstance(value, bool):
                object.__setattr__(self, name, str(value))
        for f in fields(self):
            checked(f, getattr(self, f.name))
        delimiter = ALIASES.get(self.delimiter, self.delimiter)
        if len(delimiter) > 1:
            choose(DELIMITERS, delimiter, "delimiter")
        if delimiter in ('"', "\n", "\r"):
            raise ConfigError(f"delimiter must not be a quote or a line break, got {delimiter!r}.")
        object.__setattr__(self, "delimiter", delimiter)

    def separator(self) -> str:
        """The delimiter's character; empty when it is to be found (or is 'none')."""
        return DELIMITERS.get(self.delimiter, self.delimiter)
