"""`read_cohort`: the applicants of a spreadsheet, and what is wrong with its bad rows."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from imgstats.applicant import Applicant, shown
from imgstats.cohort.columns import ID, refuse_no_rows
from imgstats.cohort.judging import Judge, same_id
from imgstats.cohort.plain_files import MOST_BYTES, MOST_ROWS, kind_of, open_plain, too_large
from imgstats.cohort.raw_tables import opened_tables
from imgstats.cohort.rows import BadRow, Cohort, CohortRow, Problem
from imgstats.errors import InputError
from imgstats.own_tables.words import printable
from imgstats.tables.published import PublishedTables

if TYPE_CHECKING:
    from collections.abc import Iterator

    from imgstats.cohort.judging import Judged
    from imgstats.cohort.table_rows import RawTable

__all__ = ["read_cohort"]

_LONGEST_SHOWN_ID = 60


def read_cohort(
    path: str | Path, *, ignore_columns: bool = False, tables: PublishedTables | None = None
) -> Cohort:
    r"""Read a cohort from a ``.csv``, ``.xlsx`` or ``.parquet`` file.

    Parameters
    ----------
    path : path
        The file: a header with ``id`` and fields of `Applicant`, and a row for each applicant.
    ignore_columns : bool
        Whether unknown columns are passed over instead of refused.
    tables : PublishedTables, optional
        Tables that say which specialties there are. Default: those that ship.

    Returns
    -------
    Cohort
        Good and bad rows. An empty cell is a value that was not given. Of two rows with the same id
        the later one is bad.

    Raises
    ------
    InputError
        If the file cannot be read, is too large, has no rows, or its columns are not those of an
        applicant.

    Examples
    --------
    >>> import tempfile
    >>> folder = tempfile.TemporaryDirectory()
    >>> file = Path(folder.name, "cohort.csv")
    >>> _ = file.write_text("id,group,step2_ck\\nA-01,non-us-img,242\\nA-02,us-img,\\n")
    >>> cohort = read_cohort(file)
    >>> cohort.rows[0].applicant.step2_ck, str(cohort.bad[0]).partition(";")[0]
    (242, 'line 3: step2_ck is missing')
    >>> folder.cleanup()
    """
    file = Path(path)
    kind = kind_of(file)
    names = (tables or PublishedTables()).frame("counts")["specialty"]
    reader = _Reader(Judge(str(each) for each in names))
    try:
        with (
            open_plain(file, MOST_BYTES) as stream,
            opened_tables(stream, kind, ignore=ignore_columns) as (columns, raw),
        ):
            for table in raw:
                reader.take(table)
    except InputError as e:
        if e.found.startswith(shown(str(file))[:-1]):
            raise
        raise InputError(f"{file.name}: {e.found}", e.allowed, e.todo) from e
    refuse_no_rows(reader.count)
    return Cohort(rows=tuple(reader.rows), bad=tuple(reader.bad), ignored=columns.ignored)


class _Reader:
    """Collects good and bad rows."""

    def __init__(self, judge: Judge) -> None:
        self.judge = judge
        self.rows: list[CohortRow] = []
        self.bad: list[BadRow] = []
        self.count = 0
        self._lines: dict[str, int] = {}

    def take(self, table: RawTable) -> None:
        """Judge the rows of one table."""
        self.count += len(table.lines)
        if self.count > MOST_ROWS:
            raise too_large(f"more than {MOST_ROWS:,} rows")
        judged = {name: self.judge.cells(name, cells) for name, cells in table.cells.items()}
        for at, line in enumerate(table.lines):
            row = {name: cells[at] for name, cells in judged.items()}
            problems = list(self._problems(line, row))
            if at in table.faults:
                problems.insert(0, table.faults[at])
            if problems:
                identity = _safe_id(table.cells[ID][at])
                self.bad.append(BadRow(line=line, id=identity, problems=tuple(problems)))
            else:
                self.rows.append(_good_row(line, row))

    def _problems(self, line: int, row: dict[str, Judged]) -> Iterator[Problem]:
        for name, cell in row.items():
            if cell.problem is not None:
                yield cell.problem
            elif name == ID:
                first = self._lines.setdefault(same_id(str(cell.value)), line)
                if first != line:
                    yield Problem(
                        column=ID,
                        value=shown(cell.value),
                        reason=f"line {first} has the same id; give each applicant their own",
                    )


def _good_row(line: int, row: dict[str, Judged]) -> CohortRow:
    values = {
        name: cell.value for name, cell in row.items() if name != ID and cell.value is not None
    }
    return CohortRow(line=line, id=str(row[ID].value), applicant=Applicant.model_validate(values))


def _safe_id(cell: object) -> str:
    """Return an id as read, on one line, printable and cut."""
    text = "" if cell is None else " ".join(str(cell).split())
    cut = text if len(text) <= _LONGEST_SHOWN_ID else f"{text[:_LONGEST_SHOWN_ID]}..."
    return cut if printable(cut) else shown(cut)
