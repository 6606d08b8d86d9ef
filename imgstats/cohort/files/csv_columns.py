"""A cohort as CSV, read as whole columns where its bytes are plain, and else record by record."""

from __future__ import annotations

import io
import re
from contextlib import closing, contextmanager
from csv import Error
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, BinaryIO, Unpack

from imgstats.cohort.columns import NEEDED_FIELDS, match_columns
from imgstats.cohort.files.csv_rows import (
    LONGEST_HEADER,
    SEPARATOR_LINE,
    csv_records,
    header_cells,
    records_after,
    separator_of,
)
from imgstats.cohort.files.parquet import values_and_codes
from imgstats.cohort.files.rows import tables_of
from imgstats.cohort.files.tables import ROWS, with_header
from imgstats.errors import InputError
from imgstats.files.workbooks.cells import is_empty

if TYPE_CHECKING:
    from collections.abc import Generator, Iterable, Iterator, Mapping, Sequence

    import pyarrow as pa

    from imgstats.cohort.columns import Columns, HeaderAsked
    from imgstats.cohort.files.rows import RawTable
    from imgstats.cohort.rows import Problem

__all__ = ["ColumnTable", "opened_csv"]

_BLOCK = 1 << 22
_LONGEST_LINE = 1 << 24
_MARK = b"\xef\xbb\xbf"
_LONE_RETURN = re.compile(rb"\r(?!\n)")


@dataclass(frozen=True, slots=True, kw_only=True)
class ColumnTable:
    """Some rows of a file, column by column.

    Attributes
    ----------
    lines : ndarray of int64, shape (n,)
        Line of each row as a person sees it.
    columns : mapping of str to pyarrow.Array, length n each
        Cells by column, in the order of `columns.COLUMNS`.
    faults : mapping of int to Problem
        What is wrong with a row as a whole, by its position.
    """

    lines: Any
    columns: Mapping[str, pa.Array]
    faults: Mapping[int, Problem] = field(default_factory=dict)

    def part(self, start: int, stop: int) -> ColumnTable:
        """Return the rows start..stop, stop not included."""
        return ColumnTable(
            lines=self.lines[start:stop],
            columns={name: each.slice(start, stop - start) for name, each in self.columns.items()},
            faults={at - start: each for at, each in self.faults.items() if start <= at < stop},
        )


@dataclass(frozen=True, slots=True)
class _Plain:
    """A file whose header can be split without asking what a quote means."""

    columns: Columns
    names: Sequence[str]
    separator: str
    start: int


@contextmanager
def opened_csv(
    stream: BinaryIO, **asked: Unpack[HeaderAsked]
) -> Iterator[tuple[Columns, Iterator[ColumnTable]]]:
    """Open a CSV file's content as its columns and an iterator of tables of some rows each.

    The tables hold what those of `opened_tables` do, without the need of an id, and the same is
    said of a broken file.

    Parameters
    ----------
    stream : binary file
        At its beginning.
    **asked
        As in `match_columns`; an id is not needed.

    Raises
    ------
    InputError
        If the file is no such file, or its columns are not those of an applicant.
    """
    asked = {"needed": NEEDED_FIELDS, **asked}
    plain = _plain_header(stream, asked)
    stream.seek(0)
    if plain is None:
        with closing(csv_records(stream)) as records:
            columns, tables = with_header(records, padded=False, **asked)
            yield columns, map(_as_columns, tables)
        return
    with closing(_pieces(stream, plain)) as pieces:
        yield plain.columns, _regrouped(pieces)


def _plain_header(stream: BinaryIO, asked: HeaderAsked) -> _Plain | None:
    """Return what a header says; None where it takes the reader of records to tell."""
    first = stream.readline(LONGEST_HEADER)
    line = first.removeprefix(_MARK)
    is_plain = line.endswith(b"\n") and not _LONE_RETURN.search(line) and b"\0" not in line
    if not is_plain or not _is_utf8(line):
        return None
    separator = separator_of(line.decode())
    try:
        cells = header_cells(line.decode(), separator, strict=True)
    except Error:  # a quote holds the next line, too
        return None
    if is_empty(cells) or SEPARATOR_LINE.fullmatch(line.decode().strip(" \r\n")):
        return None
    try:
        columns = match_columns(cells, **asked)
    except InputError:  # that reader looks further down for a header
        return None
    if columns.width != len(cells):
        return None
    names = {place: name for name, place in columns.places.items()}
    every = [names.get(at, f"other {at}") for at in range(len(cells))]
    return _Plain(columns, every, separator, len(first))


def _is_odd(data: bytes) -> bool:
    """Say whether lines of bytes are something else than records."""
    return b'"' in data or (b"\r" in data and _LONE_RETURN.search(data) is not None)


def _pieces(stream: BinaryIO, plain: _Plain) -> Generator[ColumnTable]:
    """Yield what stands in the file, some lines at a time."""
    line, at = 2, plain.start
    while True:
        stream.seek(at)
        data = stream.read(_BLOCK)
        if not data:
            return
        data += b"" if data.endswith(b"\n") else stream.readline(_LONGEST_LINE)
        is_cut = len(data) >= _LONGEST_LINE and not data.endswith(b"\n")
        if is_cut or _is_odd(data):  # a quote may hold the rest of the file
            stream.seek(at)
            with closing(records_after(stream, line, plain.separator)) as records:
                yield from map(_as_columns, tables_of(records, plain.columns, ROWS))
            return
        piece = _plain_piece(data, line, plain)
        if piece is not None:
            yield piece
        else:
            with closing(records_after(io.BytesIO(data), line, plain.separator)) as records:
                yield from map(_as_columns, tables_of(records, plain.columns, ROWS))
        line, at = line + data.count(b"\n"), at + len(data)


def _plain_piece(data: bytes, line: int, plain: _Plain) -> ColumnTable | None:
    """Return lines as columns; None where they have not one record each, of as many cells."""
    import numpy as np
    import pyarrow as pa
    from pyarrow import compute, csv

    body = data.rstrip(b"\r\n")
    # pyarrow takes a mark there for one of its own.
    if not body or body.startswith(_MARK) or b"\0" in body or not _is_utf8(body):
        return None
    known = list(plain.columns.places)
    try:
        table = csv.read_csv(
            pa.BufferReader(body),
            csv.ReadOptions(use_threads=False, block_size=len(body) + 1, column_names=plain.names),
            csv.ParseOptions(delimiter=plain.separator, quote_char=False),
            csv.ConvertOptions(
                check_utf8=False,
                column_types=dict.fromkeys(known, pa.string()),
                include_columns=known,
                strings_can_be_null=False,
            ),
        )
    except pa.ArrowInvalid:
        return None
    if table.num_rows != body.count(b"\n") + 1:
        return None
    columns = {name: compute.utf8_ltrim(table.column(name).combine_chunks(), " ") for name in known}
    lines = np.arange(line, line + table.num_rows)
    return _without_empty(ColumnTable(lines=lines, columns=columns))


def _is_utf8(data: bytes) -> bool:
    if data.isascii():
        return True
    try:
        data.decode()
    except UnicodeDecodeError:
        return False
    return True


def _without_empty(table: ColumnTable) -> ColumnTable:
    """Leave out the rows in which nothing is given."""
    import numpy as np
    import pyarrow as pa

    values, codes = values_and_codes(table.columns["group"])
    is_blank = np.array([is_empty([each]) for each in values])
    if not is_blank[codes].any():
        return table
    places = np.flatnonzero(is_blank[codes])
    rows = zip(
        *(each.take(pa.array(places)).to_pylist() for each in table.columns.values()), strict=True
    )
    keep = np.ones(len(codes), dtype=bool)
    keep[places] = [not is_empty(row) for row in rows]
    mask = pa.array(keep)
    return ColumnTable(
        lines=table.lines[keep],
        columns={name: each.filter(mask) for name, each in table.columns.items()},
    )


def _as_columns(table: RawTable) -> ColumnTable:
    import numpy as np
    import pyarrow as pa

    return ColumnTable(
        lines=np.asarray(table.lines, dtype=np.int64),
        columns={name: pa.array(cells, pa.string()) for name, cells in table.cells.items()},
        faults=table.faults,
    )


def _regrouped(pieces: Iterable[ColumnTable]) -> Iterator[ColumnTable]:
    """Yield the same rows, as many at a time as a table of records has."""
    waiting: list[ColumnTable] = []
    count = 0
    for piece in pieces:
        start, rows = 0, len(piece.lines)
        while start < rows:
            stop = min(rows, start + ROWS - count)
            waiting.append(piece.part(start, stop))
            count, start = count + stop - start, stop
            if count == ROWS:
                yield _joined(waiting)
                waiting, count = [], 0
    if waiting:
        yield _joined(waiting)


def _joined(parts: Sequence[ColumnTable]) -> ColumnTable:
    import numpy as np
    import pyarrow as pa

    faults: dict[int, Problem] = {}
    start = 0
    for each in parts:
        faults |= {start + at: problem for at, problem in each.faults.items()}
        start += len(each.lines)
    names = parts[0].columns
    return ColumnTable(
        lines=np.concatenate([each.lines for each in parts]),
        columns={name: pa.concat_arrays([each.columns[name] for each in parts]) for name in names},
        faults=faults,
    )
