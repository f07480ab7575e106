"""Parquet files, with pyarrow (an optional part)."""

import io
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from attentif.data.findings import excerpt
from attentif.data.objects import as_text
from attentif.data.records import Row
from attentif.data.source import PARQUET, Source
from attentif.errors import DataError, MissingExtraError

ROWS_AT_ONCE = 1024


def parquet_columns(source: Source) -> list[str]:
    """The columns' names."""
    with _parquet(source) as file:
        return list(file.schema_arrow.names)


def parquet_rows(source: Source) -> Iterator[Row]:
    """The rows, a thousand in memory at a time; `line` is the row's number."""
    number = 0
    with _parquet(source) as file:
        for batch in file.iter_batches(batch_size=ROWS_AT_ONCE):
            for values in zip(*(column.to_pylist() for column in batch.columns), strict=True):
                number += 1
                yield Row(number, [as_text(value) for value in values])


@contextmanager
def _parquet(source: Source) -> Iterator[Any]:
    """The open file; what pyarrow finds wrong with it becomes one of our errors.

    Raises:
        MissingExtraError: pyarrow is not installed.
        DataError: the file is damaged.
    """
    try:
        import pyarrow
        import pyarrow.parquet
    except ImportError as error:
        raise MissingExtraError(
            f"{source.name}: expected pyarrow to read Parquet, but it is not installed."
            " Run: pip install 'attentif[tables]', or save the file as CSV."
        ) from error
    plain = source.path if next(source.packed(), b"").startswith(PARQUET) else None
    try:
        with pyarrow.parquet.ParquetFile(plain or io.BytesIO(b"".join(source.chunks()))) as file:
            yield file
    except (pyarrow.ArrowException, OSError) as error:
        why = excerpt(str(error), 100)
        raise DataError(f"{source.name}: the Parquet file is damaged ({why}).") from error
