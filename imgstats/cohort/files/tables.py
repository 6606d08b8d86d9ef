"""A cohort file of any kind as tables of raw cells."""

from __future__ import annotations

import re
from contextlib import closing, contextmanager
from itertools import islice
from typing import TYPE_CHECKING, BinaryIO, Unpack

from imgstats.cohort.columns import APPLICANT, match_columns
from imgstats.cohort.files.csv_rows import csv_records
from imgstats.cohort.files.parquet import column_names, open_parquet, row_batches, values_and_codes
from imgstats.cohort.files.rows import RawTable, tables_of
from imgstats.errors import InputError
from imgstats.files.workbooks.cells import is_empty
from imgstats.files.workbooks.sheets import sheet_records

if TYPE_CHECKING:
    from collections.abc import Iterator

    from imgstats.cohort.columns import Columns, HeaderAsked, Vocabulary
    from imgstats.cohort.files.rows import Record

__all__ = ["HEADER_LINES", "ROWS", "opened_tables", "parquet_tables", "with_header"]

ROWS = 50_000  # of a table
_MOST_TITLES = 20
# Parquet has no header line; a spreadsheet that opens it shows one.
HEADER_LINES = 1


@contextmanager
def opened_tables(
    stream: BinaryIO,
    kind: str,
    *,
    sheet: str = "",
    rows: int | None = None,
    **asked: Unpack[HeaderAsked],
) -> Iterator[tuple[Columns, Iterator[RawTable]]]:
    """Open a file's content as its columns and an iterator of tables of some rows each.

    Parameters
    ----------
    stream : binary file
        At its beginning.
    kind : str
        ``.csv``, ``.xlsx`` or ``.parquet``.
    sheet : str
        Name of the sheet of a workbook. Default: the only one with content that is not hidden.
    rows : int, optional
        Most rows of a table of a sheet or a CSV file. Default: `ROWS`.
    **asked
        As in `match_columns`.

    Raises
    ------
    InputError
        If the file is no such file, or its columns are not those that are asked for.
    """
    if sheet and kind != ".xlsx":
        raise InputError(f"a {kind} file has no sheets", "an .xlsx file", "leave --sheet out")
    if kind == ".parquet":
        file = open_parquet(stream)
        columns = match_columns(column_names(file), **asked)
        yield columns, parquet_tables(file, columns, 0, file.metadata.num_rows)
    elif kind == ".xlsx":
        with sheet_records(stream, sheet) as records:
            yield with_header(records, padded=True, rows=rows, **asked)
    elif kind == ".csv":
        with closing(csv_records(stream)) as records:
            yield with_header(records, padded=False, rows=rows, **asked)
    else:
        raise ValueError(f"no reader of {kind} files")


def with_header(
    records: Iterator[Record],
    *,
    padded: bool,
    rows: int | None = None,
    **asked: Unpack[HeaderAsked],
) -> tuple[Columns, Iterator[RawTable]]:
    """Return the columns that the first record with content names, and tables of the others.

    Parameters
    ----------
    records : iterator of (int, sequence of object)
        Line and cells of each.
    padded : bool
        As in `tables_of`.
    rows : int, optional
        Most rows of a table. Default: `ROWS`.
    **asked
        As in `match_columns`.

    Raises
    ------
    InputError
        If no record has content, or the columns are not those that are asked for. Where a later
        line holds their names, it is named.
    """
    for line, cells in records:
        if not is_empty(cells):
            try:
                columns = match_columns(cells, **asked)
            except InputError:
                _refuse_title(line, records, asked.get("words", APPLICANT))
                raise
            return columns, tables_of(records, columns, rows or ROWS, padded=padded)
    raise InputError("the file is empty", "a header and at least one row")


def _refuse_title(line: int, records: Iterator[Record], known: Vocabulary) -> None:
    """Refuse lines above the header, if there is one a little further down."""
    for later, cells in islice(records, _MOST_TITLES):
        words = [str(each) for each in cells if each is not None]
        if len(words) == 1:  # the title has no separator, and so it was not known
            words = re.split("[,;\t]", words[0])
        if set(known.core) <= {known.field_of(each) for each in words}:
            raise InputError(
                f"line {line} is a title: the names of the columns stand in line {later}",
                "the header in the first line",
                f"delete what stands above line {later}",
            )


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
