"""A file of programs to fill in, with two made-up rows and a line on each column."""

from __future__ import annotations

import csv
import io
from pathlib import Path
from typing import TYPE_CHECKING

from imgstats.cohort.files.excel_out import sheet_bytes
from imgstats.files.starting import start_file
from imgstats.strategy.programs.fields import (
    CHECKED_BY,
    CHECKED_ON,
    FIELDS,
    PROGRAM,
)
from imgstats.strategy.programs.reading import COMMENT

if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = ["ENDINGS", "new_programs_file", "template_rows"]

ENDINGS = (".csv", ".xlsx")
_USUAL = "programs.csv"
# A field whose rule changes from year to year may say for itself who checked it.
_OWN_CHECK = ("visa_checked_by", "visa_checked_on")
_HEADER = (*(each.name for each in FIELDS), *_OWN_CHECK)
_EXAMPLES: tuple[dict[str, str], ...] = (
    {each.name: each.example for each in FIELDS}
    | {
        PROGRAM: "EXAMPLE 1 - made up, delete this row",
        "notes": "made up: every cell filled in",
        "visa_checked_by": "B. Reader",
        "visa_checked_on": "2026-10-15",
    },
    {
        PROGRAM: "EXAMPLE 2 - made up, delete this row",
        "state": "TX",
        "type": "university",
        "visa": "none",
        "min_step2_ck": "none",
        "notes": "made up: an empty cell is not known; none says that there is no limit",
        CHECKED_BY: "A. Reader",
        CHECKED_ON: "2025-09-01",
    },
)
_SAID = (
    "Rows that begin with # are for people and are passed over.",
    "An empty cell is not known: it leaves no program out, and the plan says so.",
    f"{CHECKED_BY} and {CHECKED_ON} speak for the whole row.",
    f"A column such as {_OWN_CHECK[0]} or min_step2_ck_{CHECKED_ON} speaks for one field alone.",
)


def new_programs_file(out: str | Path | None = None) -> Path:
    """Write a file of programs that its user fills in; nothing is written over.

    Parameters
    ----------
    out : path, optional
        Its name, ending in .csv or .xlsx, or a folder that is there. Default: ``programs.csv`` in
        the working folder.

    Returns
    -------
    pathlib.Path
        The file.

    Raises
    ------
    InputError
        If something stands there already, the name ends otherwise, or no file can be written there.

    Examples
    --------
    >>> from tempfile import TemporaryDirectory
    >>> with TemporaryDirectory() as folder:
    ...     new_programs_file(folder).name
    'programs.csv'
    """
    content = _workbook() if Path(out or "").suffix == ENDINGS[1] else _csv()
    return start_file(out, content, usual=_USUAL, endings=ENDINGS)


def template_rows() -> tuple[tuple[str, ...], ...]:
    """Return the header, the made-up rows and a comment on each column."""
    rows = [tuple(row.get(name, "") for name in _HEADER) for row in _EXAMPLES]
    told = [f"{each.name}: {each.meaning}; {each.allowed}" for each in FIELDS]
    return (_HEADER, *rows, *((f"{COMMENT} {line}",) for line in (*_SAID, *told)))


def _csv() -> bytes:
    text = io.StringIO(newline="")
    csv.writer(text, lineterminator="\r\n").writerows(template_rows())
    return text.getvalue().encode("utf-8-sig")


def _workbook() -> bytes:
    header, *rows = template_rows()
    notes = {(0, at): f"{each.meaning}. Allowed: {each.allowed}" for at, each in enumerate(FIELDS)}
    return sheet_bytes("programs", header, [_typed(row) for row in rows], notes)


def _typed(row: Sequence[str]) -> list[object]:
    """Return the cells of a row: whole numbers as numbers, so that a sheet can sort them."""
    return [int(each) if each.isascii() and each.isdigit() else each or None for each in row]
