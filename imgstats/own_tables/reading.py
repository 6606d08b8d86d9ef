"""Reading a CSV file without believing it: little is read, and it is checked before it is parsed.

Nothing heavy is imported here, so that a file which is refused costs neither time nor memory.
"""

from __future__ import annotations

import codecs
import csv
import os
import re
import stat
from dataclasses import dataclass
from typing import TYPE_CHECKING

from imgstats.characters import printable
from imgstats.errors import InputError, TableError, did_you_mean
from imgstats.own_tables.words import shown

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from imgstats.own_tables.kinds import Column

__all__ = ["MOST_BYTES", "MOST_ROWS", "Row", "bounded_bytes", "is_formula", "rows_of"]

MOST_BYTES = 5_000_000
MOST_ROWS = 10_000
_LONGEST_LINE = 4_000
_LONGEST_PATH = 200
_CHUNK = 1 << 16
_LINE_END = re.compile(r"\r\n|\n|\r")
_WIDE = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE, codecs.BOM_UTF32_LE, codecs.BOM_UTF32_BE)
_SAVE = "save it as 'CSV UTF-8 (comma delimited)'"
# What spreadsheets take for the beginning of a formula; the wide forms are typed in East Asia.
_FORMULA = "=+@-\uff1d\uff0b\uff20\uff0d"
_NEGATIVE = re.compile(r"-[0-9.]+")


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


def bounded_bytes(path: Path, most: int = MOST_BYTES, *, follow: bool = True) -> bytes:
    """Return the bytes of a plain file that is not too large.

    Parameters
    ----------
    path : pathlib.Path
        The file.
    most : int
        Most bytes it may have; no more than one above it is ever read.
    follow : bool
        Whether the path may be a symbolic link to a plain file.

    Returns
    -------
    bytes
        The content.

    Raises
    ------
    InputError
        If it is no plain file (a folder, a pipe, a device), cannot be read or is too large.
    """
    flags = os.O_RDONLY | os.O_CLOEXEC | (0 if follow else os.O_NOFOLLOW)
    label = shown(str(path), _LONGEST_PATH)
    try:
        # Asked first, because opening some devices has effects; again below, since it may change.
        _refuse_other_than_file(path.stat(follow_symlinks=follow), label, most)
        # Without O_NONBLOCK, opening a pipe that nobody writes to would wait for ever.
        descriptor = os.open(path, flags | os.O_NONBLOCK)
        try:
            _refuse_other_than_file(os.fstat(descriptor), label, most)
            data = _read_up_to(descriptor, most + 1)
        finally:
            os.close(descriptor)
    except (OSError, ValueError) as e:
        why = getattr(e, "strerror", None) or e
        raise InputError(f"{label}: {why}", "a CSV file that can be read") from e
    if len(data) > most:
        raise _too_large(label, most)
    return data


def _refuse_other_than_file(found: os.stat_result, label: str, most: int) -> None:
    kinds = ((stat.S_ISDIR, "a folder"), (stat.S_ISFIFO, "a pipe"), (stat.S_ISSOCK, "a socket"))
    if not stat.S_ISREG(found.st_mode):
        what = next((name for is_it, name in kinds if is_it(found.st_mode)), "a device or a link")
        raise InputError(f"{label} is {what}", "a CSV file")
    if found.st_size > most:
        raise _too_large(label, most)


def _too_large(label: str, most: int) -> InputError:
    return InputError(
        f"{label} is larger than {most:,} bytes", f"up to {most:,} bytes", "give one table a file"
    )


def _read_up_to(descriptor: int, most: int) -> bytes:
    parts: list[bytes] = []
    left = most
    while left > 0 and (part := os.read(descriptor, min(left, _CHUNK))):
        parts.append(part)
        left -= len(part)
    return b"".join(parts)


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


def is_formula(cell: str) -> bool:
    """Return whether a spreadsheet would run a cell instead of showing it.

    Examples
    --------
    >>> is_formula(" =1+1"), is_formula("-5"), is_formula("never")
    (True, False, False)
    """
    text = cell.lstrip()
    return text[:1] != "" and text[0] in _FORMULA and _NEGATIVE.fullmatch(text) is None


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
