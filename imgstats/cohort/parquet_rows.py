"""A cohort as a Parquet file: its columns, and any stretch of its rows."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, BinaryIO

from imgstats.cohort.readable import readable
from imgstats.extras import need_packages

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from contextlib import AbstractContextManager

    import pyarrow as pa

    from imgstats.cohort.columns import Columns

__all__ = ["column_names", "need_pyarrow", "open_parquet", "row_batches", "values_and_codes"]

_BATCH = 1 << 16
_BUFFER = 1 << 20
_TODO = "write it again, for example with pandas' DataFrame.to_parquet"


def need_pyarrow() -> None:
    """Say that the extra is missing, before anything else is done.

    Raises
    ------
    InputError
        If pyarrow is not installed.
    """
    need_packages("batch", "pyarrow")


def _readable() -> AbstractContextManager[None]:
    return readable(".parquet", "a Parquet file", _TODO)


def open_parquet(stream: BinaryIO) -> Any:  # noqa: ANN401  pyarrow has no types
    """Return a file's reader, which has read the end of the file only.

    Text is kept as a dictionary of the distinct values of a column wherever the file has it so, and
    little is read ahead: a file may have one row group of many millions of rows.

    Raises
    ------
    InputError
        If it is no Parquet file.
    """
    need_pyarrow()
    from pyarrow import parquet, types

    with _readable():
        schema = parquet.read_schema(stream)
        stream.seek(0)
        # Not the ids: they are all distinct, and a dictionary of them would be for nothing.
        text = [
            field.name
            for field in schema
            if (types.is_string(field.type) or types.is_large_string(field.type))
            and field.name.strip() != "id"
        ]
        return parquet.ParquetFile(
            stream, read_dictionary=text, buffer_size=_BUFFER, pre_buffer=False
        )


def column_names(file: Any) -> list[str]:  # noqa: ANN401
    """Return the names of a file's columns as they are written."""
    return [str(name) for name in file.schema_arrow.names]


def row_batches(
    file: Any,  # noqa: ANN401
    columns: Columns,
    start: int,
    stop: int,
) -> Iterator[Mapping[str, pa.Array]]:
    """Yield the known columns of the rows start..stop (stop not included), some rows at a time.

    Parameters
    ----------
    file : pyarrow.parquet.ParquetFile
        The file.
    columns : Columns
        Which column is which.
    start, stop : int
        The first row and the one after the last, counted from 0.

    Raises
    ------
    InputError
        If the file is broken there.
    """
    names = column_names(file)
    wanted = {field: names[place] for field, place in columns.places.items()}
    groups, at = _groups_of(file, start, stop)
    with _readable():
        batches = file.iter_batches(
            batch_size=_BATCH, row_groups=groups, columns=list(wanted.values()), use_threads=False
        )
    while at < stop:
        with _readable():
            batch = next(batches, None)
            if batch is None:
                return
            first, last = max(start - at, 0), min(stop - at, batch.num_rows)
            at += batch.num_rows
            if last <= first:
                continue
            part = batch.slice(first, last - first)
            found = {field: part.column(name) for field, name in wanted.items()}
        yield found


def _groups_of(file: Any, start: int, stop: int) -> tuple[list[int], int]:  # noqa: ANN401
    """Return the row groups that hold some rows, and the number of the first group's first row."""
    groups: list[int] = []
    first = at = 0
    for group in range(file.metadata.num_row_groups):
        rows = file.metadata.row_group(group).num_rows
        if rows and at < stop and at + rows > start:
            if not groups:
                first = at
            groups.append(group)
        at += rows
    return groups, first


def values_and_codes(column: pa.Array) -> tuple[list[object], Any]:
    """Return a column's distinct values, and for each row which of them it holds.

    Parameters
    ----------
    column : pyarrow.Array, length n
        Of any type.

    Returns
    -------
    list of object
        Distinct values as Python has them, the last of them None for what is missing.
    ndarray of int64, shape (n,)
        Positions in the list.

    Raises
    ------
    InputError
        If a value has no place in Python.

    Examples
    --------
    >>> import pyarrow as pa
    >>> values, codes = values_and_codes(pa.array(["b", None, "b"]))
    >>> values, codes.tolist()
    (['b', None], [0, 1, 0])
    """
    import pyarrow as pa

    with _readable():
        if not pa.types.is_dictionary(column.type):
            try:
                column = column.dictionary_encode()
            except (pa.ArrowNotImplementedError, pa.ArrowInvalid):
                # A list in a cell has no hash here. It is refused below as any other odd cell is.
                values = column.to_pylist()
                return [*values, None], _counted(len(values))
        values = column.dictionary.to_pylist()
        codes = column.indices.cast(pa.int64()).fill_null(len(values))
        return [*values, None], codes.to_numpy(zero_copy_only=False)


def _counted(n: int) -> Any:  # noqa: ANN401
    import numpy as np

    return np.arange(n)
