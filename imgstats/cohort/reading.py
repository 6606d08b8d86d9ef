"""`read_cohort`: the applicants of a spreadsheet, and what is wrong with its bad rows."""

from __future__ import annotations

import gc
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from imgstats.applicant import Applicant
from imgstats.cohort.columns import ID, read_words, refuse_no_rows
from imgstats.cohort.files.kinds import MOST_ROWS, kind_of, named, open_cohort, too_large
from imgstats.cohort.files.tables import opened_tables
from imgstats.cohort.judging import Judge, same_id
from imgstats.cohort.rows import BadRow, Cohort, CohortRow, Problem
from imgstats.tables.published import PublishedTables
from imgstats.text import printable, shown

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from imgstats.cohort.columns import HeaderAsked, MoreFields
    from imgstats.cohort.files.rows import RawTable

__all__ = ["read_cohort"]

_LONGEST_SHOWN_ID = 60


def read_cohort(
    path: str | Path,
    *,
    ignore_columns: bool = False,
    columns: Mapping[str, str] | None = None,
    sheet: str = "",
    more: MoreFields | None = None,
    tables: PublishedTables | None = None,
) -> Cohort:
    r"""Read a cohort from a ``.csv``, ``.xlsx`` or ``.parquet`` file.

    Parameters
    ----------
    path : str or pathlib.Path
        The file: a header with ``id`` and fields of `Applicant`, and a row for each applicant.
        ``id``, ``group`` and ``step2_ck`` are needed. CSV has commas, semicolons or tabs and is
        UTF-8, or UTF-16 with a byte order mark. Up to 256 MiB and 200,000 rows.
    ignore_columns : bool
        Whether unknown columns are passed over instead of refused.
    columns : mapping of str to str, optional
        Fields of some headers, such as ``{"Result": "step2_ck"}``. Headers and values that mean a
        field or a value in other words, such as ``Step 2 CK`` and ``Non-US IMG``, are taken anyway.
    sheet : str
        Name of the sheet of a workbook. Default: the only one with content that is not hidden.
    more : MoreFields, optional
        Fields that may stand beside those of `Applicant`. Default: none.
    tables : PublishedTables, optional
        Tables that say which specialties there are. Default: those that ship.

    Returns
    -------
    Cohort
        Good and bad rows. An empty cell is a value that was not given, and a row without any value
        is passed over. Of two rows with the same id the later one is bad.

    Raises
    ------
    InputError
        If the file cannot be read, is too large, has no rows, or its columns are not those of an
        applicant.
    DataChangedError
        If a file of the tables is not the one whose hash was recorded.

    Examples
    --------
    >>> import tempfile
    >>> folder = tempfile.TemporaryDirectory()
    >>> file = Path(folder.name, "cohort.csv")
    >>> _ = file.write_text("id,group,step2_ck\nA-01,non-us-img,242\nA-02,us-img,\n")
    >>> cohort = read_cohort(file)
    >>> cohort.rows[0].applicant.step2_ck, str(cohort.bad[0]).partition(";")[0]
    (242, 'line 3: step2_ck is missing')
    >>> folder.cleanup()
    """
    file = Path(path)
    kind = kind_of(file)
    names = (tables or PublishedTables()).specialties
    reader = _Reader(Judge((str(each) for each in names), more=more))
    with open_cohort(file, whole=True) as stream, named(file), _without_collector():
        asked: HeaderAsked = {"ignore": ignore_columns, "named": columns or {}}
        if more is not None:
            asked["words"] = more.words
        with opened_tables(stream, kind, sheet=sheet, **asked) as (found, raw):
            for table in raw:
                reader.take(table)
        refuse_no_rows(reader.count)
    return Cohort(
        rows=tuple(reader.rows),
        bad=tuple(reader.bad),
        ignored=found.ignored,
        read=(*read_words(found.read), *reader.judge.read_words()),
    )


class _Reader:
    """Collects good and bad rows."""

    def __init__(self, judge: Judge) -> None:
        self.judge = judge
        self.rows: list[CohortRow] = []
        self.bad: list[BadRow] = []
        self._lines: dict[str, int] = {}

    @property
    def count(self) -> int:
        """Number of rows so far."""
        return len(self.rows) + len(self.bad)

    def take(self, table: RawTable) -> None:
        """Judge the rows of one table."""
        if self.count + len(table.lines) > MOST_ROWS:
            raise too_large(f"more than {MOST_ROWS:,} rows")
        names = tuple(table.cells)  # the id, which is needed, is the first
        columns = [self.judge.cells(name, table.cells[name]) for name in names]
        for at, (line, row) in enumerate(zip(table.lines, zip(*columns, strict=True), strict=True)):
            problems = [each.problem for each in row if each.problem is not None]
            if row[0].value is not None:
                problems[:0] = self._said_before(str(row[0].value), line)
            if at in table.faults:
                problems.insert(0, table.faults[at])
            if problems:
                cells = {column: table.cells[column][at] for column in names}
                name = _safe_id(cells[ID])
                row_problems = tuple(problems)
                self.bad.append(BadRow(line=line, id=name, problems=row_problems, cells=cells))
                continue
            values = {name: each.value for name, each in zip(names, row, strict=True)}
            self.rows.append(_good_row(line, values))

    def _said_before(self, name: str, line: int) -> list[Problem]:
        first = self._lines.setdefault(same_id(name), line)
        if first == line:
            return []
        reason = f"line {first} has the same id; give each applicant their own"
        return [Problem(column=ID, value=shown(name), reason=reason)]


def _good_row(line: int, values: Mapping[str, Any]) -> CohortRow:
    given = {name: value for name, value in values.items() if name != ID and value is not None}
    more = {name: given.pop(name) for name in tuple(given) if name not in Applicant.model_fields}
    applicant = Applicant.model_validate(given)
    return CohortRow(line=line, id=str(values[ID]), applicant=applicant, more=more)


@contextmanager
def _without_collector() -> Iterator[None]:
    """Pause the collector of cycles: no row is one, and it would walk through all of them often.

    That takes half of the time that 200,000 rows take.
    """
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()


def _safe_id(cell: object) -> str:
    """Return an id as read, on one line, printable and cut."""
    text = "" if cell is None else " ".join(str(cell).split())
    cut = text if len(text) <= _LONGEST_SHOWN_ID else f"{text[:_LONGEST_SHOWN_ID]}..."
    return cut if printable(cut) else shown(cut)
