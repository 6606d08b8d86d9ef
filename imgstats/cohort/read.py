"""`read_cohort`: the applicants of a CSV, Excel or Parquet file, each judged as any other."""

from __future__ import annotations

from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO

from imgstats.applicant import Applicant, shown
from imgstats.cohort.columns import ID, NEEDED, match_columns, refuse_no_rows
from imgstats.cohort.csv_rows import csv_records
from imgstats.cohort.judging import Judge, same_id
from imgstats.cohort.plain_files import MOST_BYTES, MOST_ROWS, kind_of, open_plain, too_large
from imgstats.cohort.rows import BadRow, Cohort, CohortRow, Problem
from imgstats.cohort.sheet_rows import sheet_records
from imgstats.cohort.table_rows import RawTable, is_empty, tables_of
from imgstats.errors import InputError
from imgstats.tables.published import PublishedTables

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from imgstats.cohort.columns import Columns

__all__ = ["read_cohort", "row_tables", "specialties_of"]

_CHUNK = 20_000
_LONGEST_ID = 200


def read_cohort(
    path: str | Path, *, ignore_columns: bool = False, tables: PublishedTables | None = None
) -> Cohort:
    r"""Read a cohort: a row for each applicant.

    Parameters
    ----------
    path : str or pathlib.Path
        A ``.csv`` (comma, semicolon or tab; UTF-8, or UTF-16 with a byte order mark), ``.xlsx``
        (one sheet with content) or ``.parquet`` file of up to 256 MiB and 200,000 rows. Its columns
        are ``id`` and the fields of `Applicant`; ``id``, ``group`` and ``step2_ck`` are needed.
    ignore_columns : bool
        Whether other columns are passed over instead of refused.
    tables : PublishedTables, optional
        The tables that name the specialties. Default: those that ship with the package.

    Returns
    -------
    Cohort
        Good and bad rows in the order of the file. An empty cell is a value that was not given,
        and a row without any value is passed over. Of rows with the same id the first stands.

    Raises
    ------
    InputError
        If the file is none of these, cannot be read, is too large or has no rows, or a column is
        unknown, stands twice or is missing.
    DataChangedError
        If a file of the tables is not the one whose hash was recorded.

    Examples
    --------
    >>> import tempfile
    >>> folder = tempfile.TemporaryDirectory()
    >>> file = Path(folder.name, "cohort.csv")
    >>> _ = file.write_text("id,group,step2_ck\nA-01,non-us-img,242\nA-02,us-img,abc\n")
    >>> cohort = read_cohort(file)
    >>> cohort.rows[0].applicant.step2_ck
    242
    >>> print(cohort.bad[0])
    line 3: step2_ck is 'abc'; allowed: a whole number from 1 to 300; give the three-digit Step 2 \
CK score
    >>> folder.cleanup()
    """
    judge = Judge(specialties_of(tables or PublishedTables()))
    sorter = _Sorter(judge)
    with row_tables(Path(path), ignore=ignore_columns) as (columns, found):
        for table in found:
            sorter.add(table)
            if sorter.count > MOST_ROWS:
                raise too_large(f"the file has more than {MOST_ROWS:,} rows")
    refuse_no_rows(sorter.count)
    return Cohort(rows=tuple(sorter.rows), bad=tuple(sorter.bad), ignored=columns.ignored)


def specialties_of(tables: PublishedTables) -> Iterable[str]:
    """Return the names of specialties that the tables know."""
    return {str(each) for each in tables.frame("counts")["specialty"]}


@contextmanager
def row_tables(
    path: Path,
    *,
    ignore: bool,
    needed: Sequence[str] = NEEDED,
    most: int | None = MOST_BYTES,
    rows: int = _CHUNK,
) -> Iterator[tuple[Columns, Iterator[RawTable]]]:
    """Open a cohort file of any kind and give its columns, and its rows some at a time.

    Parameters
    ----------
    path : pathlib.Path
        The file.
    ignore : bool
        Whether unknown columns are passed over.
    needed : sequence of str
        Columns that must be there.
    most : int, optional
        Most bytes of the file.
    rows : int
        Most rows at a time.

    Yields
    ------
    (Columns, iterator of RawTable)
        The tables can be read while the block lasts.

    Raises
    ------
    InputError
        As `read_cohort`.
    """
    kind = kind_of(path)
    with open_plain(path, most) as stream:
        if kind == ".xlsx":
            with sheet_records(stream) as records:
                yield _headed(records, rows, padded=True, needed=needed, ignore=ignore)
        elif kind == ".csv":
            yield _headed(csv_records(stream), rows, needed=needed, ignore=ignore)
        else:
            yield _parquet(stream, rows, needed=needed, ignore=ignore)


def _headed(
    records: Iterator[tuple[int, Sequence[object]]],
    rows: int,
    *,
    padded: bool = False,
    needed: Sequence[str],
    ignore: bool,
) -> tuple[Columns, Iterator[RawTable]]:
    _, header = next(records, (1, ()))
    if is_empty(header):
        raise InputError(
            "the first row is empty",
            "a header in the first row",
            "begin with the names of the columns",
        )
    columns = match_columns(header, needed=needed, ignore=ignore)
    return columns, tables_of(records, columns, rows, padded=padded)


def _parquet(
    stream: BinaryIO, rows: int, *, needed: Sequence[str], ignore: bool
) -> tuple[Columns, Iterator[RawTable]]:
    from imgstats.cohort.parquet_rows import column_names, open_parquet

    file = open_parquet(stream)
    columns = match_columns(column_names(file), needed=needed, ignore=ignore)
    return columns, _parquet_tables(file, columns, rows)


def _parquet_tables(file: Any, columns: Columns, rows: int) -> Iterator[RawTable]:  # noqa: ANN401  pyarrow has no types
    from imgstats.cohort.parquet_rows import row_batches, values_and_codes

    line, names = 2, tuple(columns.places)  # the header, if it had one, would be line 1
    for batch in row_batches(file, columns, 0, file.metadata.num_rows):
        coded = [values_and_codes(batch[name]) for name in names]
        cells = [[values[code] for code in codes.tolist()] for values, codes in coded]
        lines = range(line, line + len(cells[0]))
        line = lines.stop
        for at in range(0, len(lines), rows):
            picked = zip(*(each[at : at + rows] for each in cells), strict=True)
            kept = [
                (number, row)
                for number, row in zip(lines[at : at + rows], picked, strict=True)
                if not is_empty(row)
            ]
            if kept:
                columns_of = zip(*(row for _, row in kept), strict=True)
                yield RawTable(
                    lines=[number for number, _ in kept],
                    cells=dict(zip(names, columns_of, strict=True)),
                )


class _Sorter:
    """Sorts rows into good and bad, table by table."""

    def __init__(self, judge: Judge) -> None:
        self._judge = judge
        self._first_lines: dict[str, int] = {}
        self.rows: list[CohortRow] = []
        self.bad: list[BadRow] = []

    @property
    def count(self) -> int:
        """Number of rows so far."""
        return len(self.rows) + len(self.bad)

    def add(self, table: RawTable) -> None:
        """Sort the rows of one table."""
        names = tuple(table.cells)
        judged = [self._judge.cells(name, table.cells[name]) for name in names]
        fields = names[1:] if names[0] == ID else names
        for at, (line, row) in enumerate(zip(table.lines, zip(*judged, strict=True), strict=True)):
            problems = [each.problem for each in row if each.problem is not None]
            if at in table.faults:
                problems.insert(0, table.faults[at])
            name = row[0].value if names[0] == ID else None
            if isinstance(name, str):
                problems += self._said_before(name, line)
            if problems:
                raw = table.cells[ID][at] if ID in table.cells else ""
                self._add_bad(line, raw, problems)
                continue
            given = {
                field: each.value
                for field, each in zip(fields, row[-len(fields) :], strict=True)
                if each.value is not None
            }
            self.rows.append(CohortRow(line=line, id=str(name), applicant=_applicant(given)))

    def _said_before(self, name: str, line: int) -> list[Problem]:
        first = self._first_lines.setdefault(same_id(name), line)
        if first == line:
            return []
        reason = f"line {first} has the same id; give each applicant an id of its own"
        return [Problem(column=ID, value=shown(name), reason=reason)]

    def _add_bad(self, line: int, raw: object, problems: list[Problem]) -> None:
        self.bad.append(BadRow(line=line, id=_readable_id(raw), problems=tuple(problems)))


def _applicant(given: Mapping[str, Any]) -> Applicant:
    """Return an applicant of values that were judged one by one."""
    return Applicant.model_construct(_fields_set=set(given), **given)


def _readable_id(raw: object) -> str:
    """Return whatever stands in the cell of an id as a short printable line."""
    if raw is None:
        return ""
    text = " ".join(str(raw)[: 4 * _LONGEST_ID].split())
    kept = "".join(each if each.isprintable() else "\ufffd" for each in text)
    return kept if len(kept) <= _LONGEST_ID else f"{kept[: _LONGEST_ID - 3]}..."
