"""A cohort file of any kind as tables of raw cells."""

from __future__ import annotations

from contextlib import closing, contextmanager
from typing import TYPE_CHECKING, BinaryIO

from imgstats.cohort.columns import NEEDED, match_columns
from imgstats.cohort.files.csv_rows import csv_records
from imgstats.cohort.files.excel import sheet_records
from imgstats.cohort.files.parquet import column_names, open_parquet, row_batches, values_and_codes
from imgstats.cohort.files.rows import RawTable, is_empty, tables_of
from imgstats.errors import InputError

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from imgstats.cohort.columns import Columns
    from imgstats.cohort.files.rows import Record

__all__ = ["HEADER_LINES", "ROWS", "opened_tables", "parquet_tables", "with_header"]

ROWS = 50_000  # of a table
# Parquet has no header line; a spreadsheet that opens it shows one.
HEADER_LINES = 1


@contextmanager
def opened_tables(
    stream: BinaryIO, kind: str, *, needed: Sequence[str] = NEEDED, ignore: bool = False
) -> Iterator[tuple[Columns, Iterator[RawTable]]]:
    """Open a file's content as its columns and an iterator of tables of some rows each.

    Parameters
    ----------
    stream : binary file
        At its beginning.
    kind : str
        ``.csv``, ``.xlsx`` or ``.parquet``.
    needed : sequence of str
        Columns that must be there.
    ignore : bool
        Whether unknown columns are passed over.

    Raises
    ------
    InputError
        If the file is no such file, or its columns are not those of an applicant.
    """
    if kind == ".parquet":
        file = open_parquet(stream)
        columns = match_columns(column_names(file), needed=needed, ignore=ignore)
        yield columns, parquet_tables(file, columns, 0, file.metadata.num_rows)
    elif kind == ".xlsx":
        with sheet_records(stream) as records:
            yield with_header(records, needed, ignore=ignore, padded=True)
    else:
        # Closed with the block, however much was read: an open one keeps the csv module's limit up.
        with closing(csv_records(stream)) as records:
            yield with_header(records, needed, ignore=ignore, padded=False)


def with_header(
    records: Iterator[Record], needed: Sequence[str], *, ignore: bool, padded: bool
) -> tuple[Columns, Iterator[RawTable]]:
    """Return the columns that the first record with content names, and tables of the others.

    Parameters
    ----------
    records : iterator of (int, sequence of object)
        Line and cells of each.
    needed, ignore
        As in `opened_tables`.
    padded : bool
        As in `tables_of`.

    Raises
    ------
    InputError
        If no record has content, or the columns are not those of an applicant.
    """
    for _, cells in records:
        if not is_empty(cells):
            columns = match_columns(cells, needed=needed, ignore=ignore)
            return columns, tables_of(records, columns, ROWS, padded=padded)
    raise InputError("the file is empty", "a header and at least one row")


def parquet_tables(file: object, columns: Columns, start: int, stop: int) -> Iterator[RawTable]:
    """Yield the rows start..stop (stop not included) of an open Parquet file as tables.

    Rows in which nothing is given are passed over, as in the other kinds of files.
    """
    line = start + HEADER_LINES + 1
    for batch in row_batches(file, columns, start, stop):
        # By distinct values: a file of some bytes may say one long text in every row.
        coded = [values_and_codes(array) for array in batch.values()]
        cells = [[values[code] for code in codes.tolist()] for values, codes in coded]
        rows = list(zip(*cells, strict=True))
        full = [at for at, row in enumerate(rows) if not is_empty(row)]
        yield RawTable(
            lines=[line + at for at in full],
            cells={
                name: [values[at] for at in full] for name, values in zip(batch, cells, strict=True)
            },
        )
        line += len(rows)
