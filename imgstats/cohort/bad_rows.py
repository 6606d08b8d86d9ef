"""The bad rows of a cohort as a file of their own, to be mended and read again."""

from __future__ import annotations

import csv
import io
from dataclasses import replace
from typing import TYPE_CHECKING

from imgstats.cohort.columns import COLUMNS, ID
from imgstats.cohort.files.excel_out import sheet_bytes
from imgstats.cohort.judging import same_id
from imgstats.cohort.rows import BadRow, Problem
from imgstats.text import harmless, shown

if TYPE_CHECKING:
    from collections.abc import Sequence

    from imgstats.cohort.rows import Cohort, CohortRow

__all__ = ["bad_rows_csv", "bad_rows_xlsx", "with_mended"]

# A reader passes over it.
_PROBLEM = "problem"


def _header(bad: Sequence[BadRow]) -> list[str]:
    given = dict.fromkeys(name for row in bad for name in row.cells)
    # Fields beside an applicant's come last, as they do in a row's cells.
    return [*(name for name in COLUMNS if name in given), *(x for x in given if x not in COLUMNS)]


def _problem(row: BadRow) -> str:
    return f"line {row.line}: {row.reasons}"


def bad_rows_csv(bad: Sequence[BadRow]) -> bytes:
    r"""Return bad rows as CSV, with what is wrong with each in a last column.

    Parameters
    ----------
    bad : sequence of BadRow
        Rows with their cells.

    Examples
    --------
    >>> from imgstats.cohort.rows import BadRow, Problem
    >>> wrong = Problem(column="step2_ck", value="'abc'", reason="allowed: a number")
    >>> row = BadRow(line=3, id="A", problems=(wrong,), cells={"id": "A", "step2_ck": "abc"})
    >>> bad_rows_csv([row]).decode("utf-8-sig").splitlines()
    ['id,step2_ck,problem', "A,abc,line 3: step2_ck is 'abc'; allowed: a number"]
    """
    header = _header(bad)
    text = io.StringIO(newline="")
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerow([*header, _PROBLEM])
    for row in bad:
        cells = ["" if (cell := row.cells.get(name)) is None else str(cell) for name in header]
        writer.writerow([*map(harmless, cells), _problem(row)])
    return text.getvalue().encode("utf-8-sig")


def bad_rows_xlsx(bad: Sequence[BadRow]) -> bytes:
    """Return bad rows as a workbook: each wrong cell is coloured and bears the reason.

    Parameters
    ----------
    bad : sequence of BadRow
        Rows with their cells.
    """
    header = _header(bad)
    marks = {
        (at, header.index(each.column)): str(each)
        for at, row in enumerate(bad)
        for each in row.problems
        if each.column in header
    }
    rows = ([*(row.cells.get(name) for name in header), _problem(row)] for row in bad)
    return sheet_bytes("bad rows", [*header, _PROBLEM], rows, marks)


def with_mended(cohort: Cohort, mended: Cohort) -> Cohort:
    """Return a cohort whose bad rows are replaced by the rows of another file.

    Parameters
    ----------
    cohort : Cohort
        The file as read.
    mended : Cohort
        Its bad rows, mended. One that has the id of a good row is bad again.
    """
    known = {same_id(row.id): row.line for row in cohort.rows}
    again = [row for row in mended.rows if same_id(row.id) in known]
    twice = tuple(
        BadRow(line=row.line, id=row.id, problems=(_taken(row, known[same_id(row.id)]),))
        for row in again
    )
    return replace(
        cohort,
        rows=(*cohort.rows, *(row for row in mended.rows if row not in again)),
        bad=(*mended.bad, *twice),
        read=(*cohort.read, *mended.read),
    )


def _taken(row: CohortRow, line: int) -> Problem:
    reason = f"line {line} of the cohort has the same id; give each applicant their own"
    return Problem(column=ID, value=shown(row.id), reason=reason)
