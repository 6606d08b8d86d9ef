"""A cohort as a Parquet file: its columns, and any stretch of its rows."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, BinaryIO

from imgstats.cohort.columns import COLUMNS, ID
from imgstats.cohort.files.long_cells import LONG, shortened
from imgstats.errors import InputError
from imgstats.extras import need_packages
from imgstats.files.readable import readable

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Mapping
    from contextlib import AbstractContextManager

    import pyarrow as pa

    from imgstats.cohort.columns import Columns

__all__ = ["column_names", "need_pyarrow", "open_parquet", "row_batches", "values_and_codes"]

_BATCH = 1 << 16
_BUFFER = 1 << 20
_LARGEST = 1 << 26
_TODO = "write it again, for example with pandas' DataFrame.to_parquet"


def need_pyarrow() -> None:
    """Say that the extra is missing, before anything else is done.

    Raises
    ------
    InputError
        If pyarrow is not installed.
    """
    need_packages("score", "pyarrow")


def _readable() -> AbstractContextManager[None]:
    return readable(".parquet", "a Parquet file", _TODO)


def open_parquet(stream: BinaryIO) -> Any:  # noqa: ANN401  pyarrow has no types
    """Return a file's reader, which has read the end of the file only.

    Text is kept as a dictionary of the distinct values of a column wherever the file has it so, and
    little is read ahead: a file may have one row group of many millions of rows. Ids are all
    distinct, and a dictionary of them would be for nothing; they are kept as one where the file's
    own has long texts, since a file of some bytes may say one of these in every row.

    Raises
    ------
    InputError
        If it is no Parquet file, or has far more text than the rows of a cohort.
    """
    need_pyarrow()
    from pyarrow import parquet

    with _readable():
        metadata = parquet.read_metadata(stream)
        schema = metadata.schema.to_arrow_schema()
        text = {field.name for field in schema if _is_text(field.type)}
        ids = {name for name in text if name.strip() == ID}
        _refuse_much_text(metadata, {*text, *_bytes_columns(schema)})
        long = _with_long_values(stream, metadata, ids | _bytes_columns(schema))
        return _opened(stream, (text - ids) | long, metadata)


def _opened(stream: BinaryIO, dictionaries: Iterable[str], metadata: object = None) -> Any:  # noqa: ANN401
    from pyarrow import parquet

    stream.seek(0)
    return parquet.ParquetFile(
        stream,
        metadata=metadata,
        read_dictionary=sorted(dictionaries),
        buffer_size=_BUFFER,
        pre_buffer=False,
    )


def _is_text(kind: Any) -> bool:  # noqa: ANN401
    from pyarrow import types

    return bool(types.is_string(kind) or types.is_large_string(kind))


def _bytes_columns(schema: Any) -> set[str]:  # noqa: ANN401
    from pyarrow import types

    return {
        each.name
        for each in schema
        if types.is_binary(each.type) or types.is_large_binary(each.type)
    }


def _chunks(metadata: Any, names: Collection[str]) -> Iterator[tuple[int, Any]]:  # noqa: ANN401
    """Yield row group and what the file says of a column there, for the known ones among some."""
    for group in range(metadata.num_row_groups):
        found = metadata.row_group(group)
        for at in range(found.num_columns):
            chunk = found.column(at)
            if chunk.path_in_schema in names and chunk.path_in_schema.strip() in COLUMNS:
                yield group, chunk


def _refuse_much_text(metadata: Any, names: Collection[str]) -> None:  # noqa: ANN401
    """Refuse text that takes long to unpack: some kilobytes may hold one cell of a gigabyte."""
    for _, chunk in _chunks(metadata, names):
        size, rows = chunk.total_uncompressed_size, chunk.num_values
        if size > _LARGEST and size > LONG * rows:
            raise InputError(
                f"column {chunk.path_in_schema.strip()} holds {size:,} bytes of text in "
                f"{rows:,} row{'' if rows == 1 else 's'}",
                f"up to {LONG:,} bytes a row where there are more than {_LARGEST:,}",
                "shorten its cells",
            )


def _with_long_values(
    stream: BinaryIO,
    metadata: Any,  # noqa: ANN401
    names: set[str],
) -> set[str]:
    """Return the columns whose dictionaries in the file have a long value.

    A dictionary is read with the first row of its row group, and no other row is.
    """
    from pyarrow import compute

    long: set[str] = set()
    file = None
    for group, chunk in _chunks(metadata, names):
        name = chunk.path_in_schema
        if name in long or not chunk.has_dictionary_page or not chunk.num_values:
            continue
        file = file or _opened(stream, names, metadata)
        batches = file.iter_batches(1, row_groups=[group], columns=[name], use_threads=False)
        values = next(batches).column(0).dictionary
        if (compute.max(compute.binary_length(values)).as_py() or 0) > LONG:
            long.add(name)
    return long


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
            found = {field: shortened(part.column(name)) for field, name in wanted.items()}
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
