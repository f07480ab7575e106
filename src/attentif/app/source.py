"""What a user names: a file, standard input, or data by name."""

from collections.abc import Sequence
from dataclasses import fields, replace
from pathlib import Path

from attentif.data.corpora import NAMES, Loaded, resolve
from attentif.data.options import ReadOptions
from attentif.data.pair_corpora import NAMES as NAMES_OF_PAIRS
from attentif.data.pair_corpora import LoadedPairs, load_pairs
from attentif.data.pairs import PairReading
from attentif.data.read import Reading
from attentif.errors import ConfigError, DataError


def load(source: str, options: ReadOptions) -> Loaded:
    """Read it; of data by name, `--max-rows` cuts the training rows.

    Raises:
        ConfigError: another option on how to read, for data whose form is known.
        DataError: neither a file nor a name, or the file cannot be used.
    """
    if names(source, NAMES_OF_PAIRS):
        raise DataError(
            f"{source} is pairs of texts, expected labelled texts. `train` and `compare` take it"
            " with --task transduce."
        )
    if not names(source, NAMES):
        return resolve(source, options)
    check_form_known(source, options)
    loaded = resolve(source)
    reading, most = loaded.train, options.max_rows
    if not 0 < most < len(reading.examples):
        return loaded
    warnings = [*reading.warnings, cut_at(most)]
    cut = replace(reading, examples=reading.examples[:most], warnings=warnings)
    return replace(loaded, train=cut, groups=loaded.groups and loaded.groups[:most])


def load_paired(
    source: str, options: ReadOptions, *, target: str = "", day_first: bool = True
) -> LoadedPairs:
    """Pairs, in the same way.

    Args:
        target: the file of the targets, if they stand apart from the sources.
        day_first: of the name `dates`.

    Raises:
        ConfigError: another option on how to read, for pairs whose form is known.
        DataError: neither a file nor a name, or the file cannot be used.
    """
    if names(source, NAMES):
        raise DataError(
            f"{source} is labelled texts, expected pairs of texts. `train` and `compare` take it"
            " without --task transduce."
        )
    if target or not names(source, NAMES_OF_PAIRS):
        return load_pairs(source, target=target, options=options)
    check_form_known(source, options)
    loaded = load_pairs(source, day_first=day_first)
    return replace(loaded, train=first_of(loaded.train, options.max_rows))


def first_of(reading: PairReading, most: int) -> PairReading:
    """The first pairs, which is said where there are more; 0: all."""
    if not 0 < most < len(reading.pairs):
        return reading
    warnings = [*reading.warnings, cut_at(most)]
    return replace(reading, pairs=reading.pairs[:most], warnings=warnings)


def names(source: str, known: Sequence[str]) -> bool:
    """Whether it is one of these names; a file that exists comes before a name."""
    return source in known and not Path(source).is_file()


def check_form_known(source: str, options: ReadOptions) -> None:
    """Refuse what says how to read data whose form is known."""
    for f in fields(options):
        if f.name != "max_rows" and getattr(options, f.name) != f.default:
            raise ConfigError(
                f"--{f.name.replace('_', '-')} is for files; how {source} is read is known."
                " Leave the option out, or name the data set's file."
            )


def cut_at(most: int) -> str:
    """What is said of data that was not taken whole."""
    return f"Only the first {most:,} rows were read (--max-rows); there are more."


def to_judge(loaded: Loaded) -> Reading:
    """The rows a model is judged on: the data set's own test rows, or all rows of a file."""
    return loaded.test or loaded.train
