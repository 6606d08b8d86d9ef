"""Reading a CSV file, or a sheet as one, without believing it.

Little is read, and it is checked before it is parsed.

Nothing heavy is imported here, so that a file which is refused costs neither time nor memory.
"""

from __future__ import annotations

import codecs
import csv
import io
import re
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from imgstats.errors import InputError, TableError
from imgstats.files.opening import Wanted, read_plain
from imgstats.own_tables.meanings import column_of, own_column
from imgstats.own_tables.problems import Problems
from imgstats.text import is_formula, plain_number, printable, shown

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from imgstats.measures import OutcomeWords
    from imgstats.own_tables.kinds import Column

__all__ = [
    "MOST_BYTES",
    "MOST_ROWS",
    "TABLE_FILE",
    "Row",
    "Sheet",
    "content_of",
    "first_row",
    "named",
    "rows_of",
]

MOST_BYTES = 5_000_000
TABLE_FILE = Wanted(what="a CSV or .xlsx file", most=MOST_BYTES, todo="give one table a file")
_WORKBOOK_FILE = replace(TABLE_FILE, what="an .xlsx file")
MOST_ROWS = 10_000
_LONGEST_LINE = 4_000
_LINE_END = re.compile(r"\r\n|\n|\r")
_WIDE = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE, codecs.BOM_UTF32_LE, codecs.BOM_UTF32_BE)
_SAVE = "save it as 'CSV UTF-8 (comma delimited)'"
_WORKBOOK = ".xlsx"
_OTHER_SPREADSHEETS = {".xls", ".xlsm", ".xlsb", ".ods", ".numbers"}
_SPREADSHEET = (b"PK\x03\x04", b"\xd0\xcf\x11\xe0")


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


@dataclass(frozen=True, slots=True)
class Sheet:
    """What a file holds.

    Attributes
    ----------
    rows : list of Row
        At least one, unless all of them are refused.
    said : tuple of str
        Which columns were read by another name, a line each.
    """

    rows: list[Row]
    said: tuple[str, ...]


def content_of(file: Path, sheet: str) -> bytes:
    """Return a file as CSV in bytes.

    Parameters
    ----------
    file : pathlib.Path
        A CSV file, as it is; or an .xlsx file, whose row 7 becomes line 7.
    sheet : str
        Name of the sheet of a workbook. Default: the only one with content.

    Raises
    ------
    InputError
        If it is neither, cannot be read, is too large, or has no such sheet.
    """
    kind, label = file.suffix.lower(), shown(file.name)
    if kind in _OTHER_SPREADSHEETS:
        raise InputError(f"{label} is a {kind} file", "a CSV or .xlsx file", "save it as .xlsx")
    if kind != _WORKBOOK:
        if sheet:
            raise InputError(f"{label} has no sheets", "an .xlsx file", "leave --sheet out")
        return read_plain(file, TABLE_FILE)
    from imgstats.files.workbooks.as_csv import sheet_as_csv

    data = read_plain(file, _WORKBOOK_FILE)
    with named(label):
        return sheet_as_csv(io.BytesIO(data), sheet, most=MOST_BYTES)


@contextmanager
def named(label: str) -> Iterator[None]:
    """Name the file of whatever is refused inside."""
    try:
        yield
    except InputError as e:
        raise type(e)(f"{label}: {e.found}", e.allowed, e.todo) from e


def first_row(data: bytes, names: Sequence[str]) -> dict[str, str]:
    r"""Return what the first row holds in some columns that are named so; nothing else is read.

    Nothing is returned of a header or row that is no CSV: `rows_of` says so.

    Raises
    ------
    TableError
        If the file is no text, or too long.

    Examples
    --------
    >>> first_row(b"n,measure\n4,gpa\n", ["measure", "measure_low"])
    {'measure': 'gpa'}
    """
    filled = [line for line in _lines(_text(data)) if line][:2]
    try:
        cells = [[cell.strip(" ") for cell in _split(line)] for line in filled]
    except TableError:
        return {}
    found = dict(zip(*cells, strict=False)) if len(cells) > 1 else {}
    return {name: found[name] for name in names if name in found}


def rows_of(
    data: bytes,
    columns: Sequence[Column],
    kind: str = "",
    problems: Problems | None = None,
    words: OutcomeWords | None = None,
) -> Sheet:
    r"""Return the rows of a CSV file as text.

    Parameters
    ----------
    data : bytes
        The file; UTF-8, with or without a byte order mark.
    columns : sequence of Column
        The columns it may have, in any order, by their names or other names of one meaning.
    kind : str
        The kind of table, for advice.
    problems : Problems, optional
        Where rows that are refused are noted. Default: all of them are told at the end.
    words : OutcomeWords, optional
        What the outcomes of a measure of one's own are called, which columns may be named by.

    Returns
    -------
    Sheet
        Lines without any character are passed over.

    Raises
    ------
    TableError
        If it is not such a file. The message names the line.

    Examples
    --------
    >>> from imgstats.own_tables.kinds import COLUMNS
    >>> found = rows_of(b"matched,unmatched\n30,10\n", COLUMNS["count"])
    >>> found.rows
    [Row(line=2, cells={'matched': '30', 'not_matched': '10'})]
    >>> found.said
    ("read 'unmatched' as not_matched",)
    """
    noted = problems or Problems()
    lines = _lines(_text(data))
    number, header = next(((n, line) for n, line in enumerate(lines, 1) if line), (1, ""))
    written, names = _header(header, number, columns, kind, words)
    rows = []
    for place, line in enumerate(lines[number:], number + 1):
        if line:
            with noted.noted(place):
                row = Row(place, dict(zip(names, _cells(line, len(names)), strict=True)))
                _refuse_unfit_cells(row)
                rows.append(row)
    if problems is None:
        noted.settle()
    if not rows and not noted.lines_are_bad:
        raise TableError("the file has a header and no row", f"1 to {MOST_ROWS:,} rows")
    renamed = [(old, new) for old, new in zip(written, names, strict=True) if old != new]
    for old, new in renamed:
        if new == "rate":
            _refuse_per_cent(old, rows)
    told = [(old, new) for old, new in renamed if not own_column(old, names, words)]
    return Sheet(rows, tuple(f"read {shown(old)} as {new}" for old, new in told))


def _refuse_per_cent(name: str, rows: Sequence[Row]) -> None:
    """Refuse a column that says it is a rate and holds other numbers than fractions."""
    for row in rows:
        value = plain_number(row.cells["rate"])
        if value is not None and not 0 <= value <= 1:
            raise TableError(
                f"column {shown(name)} holds {shown(row.cells['rate'])}: a rate in per cent?",
                "rate as a fraction from 0 to 1, with n",
                "give rate as a fraction, with n: 45 % as 0.45",
            )


def _text(data: bytes) -> str:
    """Decode, and name the line where that is not possible."""
    if data.startswith(_WIDE):
        raise TableError("the file is UTF-16 or UTF-32", "UTF-8 text", _SAVE)
    if data.startswith(_SPREADSHEET):
        raise TableError(
            "the file is a spreadsheet by its content", "a CSV file", "name it .xlsx if it is one"
        )
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


def _split_at(line: str, number: int) -> list[str]:
    try:
        return _split(line)
    except TableError as e:
        raise TableError(f"line {number}: {e.found}", e.allowed, e.todo) from e


def _split(line: str) -> list[str]:
    # One line at a time: no cell may hold a line end, and an open quote is found where it stands.
    try:
        rows = list(csv.reader([line], strict=True, skipinitialspace=True))
    except csv.Error as e:
        found = "a quote is not closed" if "unexpected end" in str(e) else str(e)
        raise TableError(found, "CSV, a row on each line", 'close each " or leave it out') from e
    return rows[0] if rows else []


def _header(
    line: str, number: int, columns: Sequence[Column], kind: str, words: OutcomeWords | None
) -> tuple[list[str], list[str]]:
    """Return the columns' names as they are written, and what they mean."""
    written = _without_blank_end([name.strip(" ") for name in _split_at(line, number)], 1)
    separator = next((sign for sign in ";\t|" if sign in line), None)
    if separator is not None and len(written) < len(line.split(separator)):
        raise TableError(
            f"the header is separated by {shown(separator)}", "commas between columns", _SAVE
        )
    names = [column_of(name, columns, kind, words) for name in written]
    for at, name in enumerate(names):
        first = names.index(name)
        if first != at and written[first] == written[at]:
            raise TableError(f"column {name} stands twice", "each column once", "remove one")
        if first != at:
            both = f"columns {shown(written[first])} and {shown(written[at])} both mean {name}"
            raise TableError(both, "each column once", "remove one")
    missing = [column.name for column in columns if column.needed and column.name not in names]
    if missing:
        raise TableError(
            f"columns {', '.join(names)}", f"also {', '.join(missing)}", "add the missing columns"
        )
    return written, names


def _cells(line: str, wanted: int) -> list[str]:
    cells = _without_blank_end(_split(line), wanted)
    if len(cells) != wanted:
        raise TableError(
            f"{len(cells)} cells",
            f"{wanted} cells, as the header has",
            "write numbers without thousands separators, and text with a comma in quotes",
        )
    return [cell.strip(" ") for cell in cells]


def _without_blank_end(cells: list[str], least: int) -> list[str]:
    """Return the cells without the empty ones that a spreadsheet puts at the end of each line."""
    end = len(cells)
    while end > least and not cells[end - 1].strip(" "):
        end -= 1
    return cells[:end]


def _refuse_unfit_cells(row: Row) -> None:
    for name, cell in row.cells.items():
        if is_formula(cell):
            raise TableError(
                f"{name} is {shown(cell)}, a formula",
                "a plain number or text",
                "copy the column and paste its values only",
            )
        if not printable(cell):
            raise TableError(
                f"{name} is {shown(cell)}",
                "printable characters",
                "type the cell again",
            )
