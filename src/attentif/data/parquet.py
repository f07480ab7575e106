"""Parquet files, with pyarrow (an optional part)."""

import io
from collections.abc import Iterator
from typing import Any

from attentif.data.objects import as_text
from attentif.data.records import Row
from attentif.data.source import Source
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


def _parquet(source: Source) -> Any:
    try:
        import pyarrow
        import pyarrow.parquet
    except ImportError as error:
        raise MissingExtraError(
            f"{source.name}: expected pyarrow to read Parquet, but it is not installed."
            " Run: pip install 'attentif[tables]', or save the file as CSV."
        ) from error
    plain = source.path if source.path and not source.name.endswith(".gz") else None
    try:
        return pyarrow.parquet.ParquetFile(plain or io.BytesIO(b"".join(source.chunks())))
    except (pyarrow.ArrowException, OSError, ValueError) as error:
        raise DataError(f"{source.name}: the Parquet file is damaged ({error}).") from error
