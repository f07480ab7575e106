"""What a user names: a file, standard input, or data by name."""

from dataclasses import fields, replace
from pathlib import Path

from attentif.data.corpora import NAMES, Loaded, resolve
from attentif.data.options import ReadOptions
from attentif.data.read import Reading
from attentif.errors import ConfigError


def load(source: str, options: ReadOptions) -> Loaded:
    """Read it; of data by name, `--max-rows` cuts the training rows.

    Raises:
        ConfigError: another option on how to read, for data whose form is known.
        DataError: neither a file nor a name, or the file cannot be used.
    """
    if source not in NAMES or Path(source).is_file():
        return resolve(source, options)
    for f in fields(options):
        if f.name != "max_rows" and getattr(options, f.name) != f.default:
            raise ConfigError(
                f"--{f.name.replace('_', '-')} is for files; how {source} is read is known."
                " Leave the option out, or name the data set's file."
            )
    loaded = resolve(source)
    reading, most = loaded.train, options.max_rows
    if not 0 < most < len(reading.examples):
        return loaded
    said = f"Only the first {most:,} rows were read (--max-rows); there are more."
    cut = replace(reading, examples=reading.examples[:most], warnings=[*reading.warnings, said])
    return replace(loaded, train=cut, groups=loaded.groups and loaded.groups[:most])


def to_judge(loaded: Loaded) -> Reading:
    """The rows a model is judged on: the data set's own test rows, or all rows of a file."""
    return loaded.test or loaded.train
