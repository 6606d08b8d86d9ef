"""Reading a CSV file without believing it: little is read, and it is checked before it is parsed.

Nothing heavy is imported here, so that a file which is refused costs neither time nor memory.
"""

from __future__ import annotations

import codecs
import csv
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from imgstats.errors import TableError, did_you_mean
from imgstats.files.opening import Wanted
from imgstats.text import is_formula, printable, shown

if TYPE_CHECKING:
    from collections.abc import Sequence

    from imgstats.own_tables.kinds import Column

__all__ = ["MOST_BYTES", "MOST_ROWS", "TABLE_FILE", "Row", "rows_of"]

MOST_BYTES = 5_000_000
TABLE_FILE = Wanted(what="a CSV file", most=MOST_BYTES, todo="give one table a file")
MOST_ROWS = 10_000
_LONGEST_LINE = 4_000
_LINE_END = re.compile(r"\r\n|\n|\r")
_WIDE = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE, codecs.BOM_UTF32_LE, codecs.BOM_UTF32_BE)
_SAVE = "save it as 'CSV UTF-8 (comma delimited)'"


@dataclass(frozen=True, slots=True)
class Row:
    """One row as text.

    Attributes
    ----------
    line : int
        Its line in the file; the header is line 1.
    cells : dict of str to str
        Cells by column, without spaces at their ends.
    """

    line: int
    cells: dict[str, str]


def rows_of(data: bytes, columns: Sequence[Column]) -> list[Row]:
    r"""Return the rows of a CSV file as text.

    Parameters
    ----------
    data : bytes
        The file; UTF-8, with or without a byte order mark.
    columns : sequence of Column
        The columns it may have, in any order.

    Returns
    -------
    list of Row
        At least one; lines without any character are passed over.

    Raises
    ------
    TableError
        If it is not such a file. The message names the line.

    Examples
    --------
    >>> from imgstats.own_tables.kinds import COLUMNS
    >>> rows_of(b"matched,not_matched\n30,10\n", COLUMNS["count"])
    [Row(line=2, cells={'matched': '30', 'not_matched': '10'})]
    """
    lines = _lines(_text(data))
    number, header = next(((n, line) for n, line in enumerate(lines, 1) if line), (1, ""))
    names = _header(header, number, columns)
    rows = [
        Row(place, dict(zip(names, _cells(line, place, len(names)), strict=True)))
        for place, line in enumerate(lines[number:], number + 1)
        if line
    ]
    if not rows:
        raise TableError("the file has a header and no row", f"1 to {MOST_ROWS:,} rows")
    for row in rows:
        _refuse_unfit_cells(row)
    return rows


def _text(data: bytes) -> str:
    """Decode, and name the line where that is not possible."""
    if data.startswith(_WIDE):
        raise TableError("the file is UTF-16 or UTF-32", "UTF-8 text", _SAVE)
    place = data.find(b"\0")
    if place >= 0:
        raise TableError(f"line {_line_at(data, place)} holds a NUL byte", "UTF-8 text", _SAVE)
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as e:
        raise TableError(
            f"line {_line_at(data, e.start)}: byte 0x{data[e.start]:02x} is not UTF-8",
            "UTF-8 text",
            _SAVE,
        ) from e


def _line_at(data: bytes, place: int) -> int:
    return data.count(b"\n", 0, place) + 1


def _lines(text: str) -> list[str]:
    """Return the lines, none of which is long; counted before any is cut out."""
    if not text.strip():
        raise TableError("the file is empty", "a header and at least one row")
    # A line ends with CR, LF or both: at most two characters each, and the header is one more.
    most = MOST_ROWS + 1
    if text.count("\n") > most or text.count("\r") > most:
        raise _too_many_rows()
    lines = _LINE_END.split(text)
    for number, line in enumerate(lines, 1):
        if len(line) > _LONGEST_LINE:
            raise TableError(
                f"line {number} has {len(line):,} characters", f"up to {_LONGEST_LINE:,} a line"
            )
    if sum(map(bool, lines)) > most:
        raise _too_many_rows()
    return lines


def _too_many_rows() -> TableError:
    return TableError(
        f"more than {MOST_ROWS:,} rows",
        f"1 to {MOST_ROWS:,} rows: a row for each band, outcome or answer",
        "add up the applicants of each band first",
    )


def _split(line: str, number: int) -> list[str]:
    # One line at a time: no cell may hold a line end, and an open quote is found where it stands.
    try:
        rows = list(csv.reader([line], strict=True, skipinitialspace=True))
    except csv.Error as e:
        found = "a quote is not closed" if "unexpected end" in str(e) else str(e)
        raise TableError(
            f"line {number}: {found}", "CSV, a row on each line", 'close each " or leave it out'
        ) from e
    return rows[0] if rows else []


def _header(line: str, number: int, columns: Sequence[Column]) -> list[str]:
    names = [name.strip(" ") for name in _split(line, number)]
    known = [column.name for column in columns]
    separator = next((sign for sign in ";\t|" if sign in line), None)
    if separator is not None and len(names) < len(line.split(separator)):
        raise TableError(
            f"the header is separated by {shown(separator)}", "commas between columns", _SAVE
        )
    for name in names:
        if name not in known:
            raise TableError(
                f"unknown column {shown(name)}" if name else "a column has no name",
                ", ".join(known),
                did_you_mean(name[:100].lower().replace(" ", "_"), known) or "remove it",
            )
        if names.count(name) > 1:
            raise TableError(f"column {name} stands twice", "each column once", "remove one")
    missing = [column.name for column in columns if column.needed and column.name not in names]
    if missing:
        raise TableError(
            f"columns {', '.join(names)}", f"also {', '.join(missing)}", "add the missing columns"
        )
    return names


def _cells(line: str, number: int, wanted: int) -> list[str]:
    cells = _split(line, number)
    if len(cells) != wanted:
        raise TableError(
            f"line {number} has {len(cells)} cells",
            f"{wanted} cells, as the header has",
            "write numbers without thousands separators, and text with a comma in quotes",
        )
    return [cell.strip(" ") for cell in cells]


def _refuse_unfit_cells(row: Row) -> None:
    for name, cell in row.cells.items():
        if is_formula(cell):
            raise TableError(
                f"line {row.line}: {name} is {shown(cell)}, a formula",
                "a plain number or text",
                "copy the column and paste its values only",
            )
        if not printable(cell):
            raise TableError(
                f"line {row.line}: {name} is {shown(cell)}",
                "printable characters",
                "type the cell again",
            )
