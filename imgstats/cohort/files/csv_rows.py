"""A cohort as CSV: what separates its columns, how its text is written, and its records."""

from __future__ import annotations

import codecs
import csv
import io
import re
from typing import TYPE_CHECKING, BinaryIO

from imgstats.errors import InputError
from imgstats.meanings import field_of
from imgstats.text import shown

if TYPE_CHECKING:
    from collections.abc import Generator, Iterable

__all__ = [
    "LONGEST_HEADER",
    "SEPARATOR_LINE",
    "csv_records",
    "header_cells",
    "records_after",
    "separator_of",
]

_SEPARATORS = (",", ";", "\t")
LONGEST_HEADER = 1 << 16
# A quote that is never closed, or a file on one line, must not fill the memory.
_LONGEST_CELL = 1 << 26
SEPARATOR_LINE = re.compile(r'"?sep=(.)"?[,;\t]*', re.IGNORECASE)
_SAVE = "save it as 'CSV UTF-8 (comma delimited)'"
# What stands for bytes that are no text of the file's encoding.
_NO_TEXT = re.compile("[\udc80-\udcff]")
_WIDE = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
_WIDER = (codecs.BOM_UTF32_LE, codecs.BOM_UTF32_BE)


def csv_records(stream: BinaryIO) -> Generator[tuple[int, list[str]]]:
    r"""Yield line and cells of each record of a CSV file, the header first.

    Parameters
    ----------
    stream : binary file
        Comma, semicolon or tab between columns, as its first line has them; UTF-8 with or without
        a byte order mark, or UTF-16 with one.

    Yields
    ------
    (int, list of str)
        The line on which the record begins, the first being 1, and its cells. An empty line has
        no cells.

    Raises
    ------
    InputError
        If it is no such text, or a quote is not closed. The message names the line.

    Examples
    --------
    >>> import io
    >>> list(csv_records(io.BytesIO(b"id;group\nA;us-img\n")))
    [(1, ['id', 'group']), (2, ['A', 'us-img'])]
    """
    text = io.TextIOWrapper(
        stream, encoding=_encoding(stream), errors="surrogateescape", newline=""
    )
    try:
        yield from _records(text)
    except UnicodeDecodeError as e:
        raise InputError(f"the file is not {e.encoding} text ({e.reason})", "", _SAVE) from e
    finally:
        if not stream.closed:  # by its owner, while these records were left half-read
            text.detach()


def _encoding(stream: BinaryIO) -> str:
    start = stream.read(4)
    stream.seek(0)
    if start.startswith(_WIDER):
        raise InputError("the file is UTF-32", "UTF-8 or UTF-16 text", _SAVE)
    return "utf-16" if start.startswith(_WIDE) else "utf-8-sig"


def records_after(stream: BinaryIO, line: int, separator: str) -> Generator[tuple[int, list[str]]]:
    """Yield line and cells of each record from a line on, as `csv_records` does.

    Parameters
    ----------
    stream : binary file
        UTF-8, at the beginning of the line.
    line : int
        Its number, the header being 1.
    separator : str
        What separates the columns.

    Raises
    ------
    InputError
        As `csv_records` does.
    """
    text = io.TextIOWrapper(stream, encoding="utf-8", errors="surrogateescape", newline="")
    try:
        yield from _parsed(_lines(text, text.readline(_LONGEST_CELL), line), line, separator)
    finally:
        if not stream.closed:
            text.detach()


def _records(text: io.TextIOWrapper) -> Generator[tuple[int, list[str]]]:
    header = text.readline(LONGEST_HEADER)
    if not header.strip():
        raise InputError(
            "the file is empty" if not header else "the first line is empty",
            "a header and at least one row",
            "begin with the names of the columns",
        )
    _refuse_odd_header(header)
    said, line = SEPARATOR_LINE.fullmatch(header.strip(" \r\n")), 1
    if said:  # Excel's own way to say what separates the columns
        header, line = text.readline(LONGEST_HEADER), 2
        _refuse_odd_header(header)
    yield from _parsed(_lines(text, header, line), line, said[1] if said else separator_of(header))


def _parsed(lines: Iterable[str], begin: int, separator: str) -> Generator[tuple[int, list[str]]]:
    # The module's own limit would refuse a whole file for one long cell.
    csv.field_size_limit(max(csv.field_size_limit(), _LONGEST_CELL))
    reader = csv.reader(lines, delimiter=separator, strict=True, skipinitialspace=True)
    before = begin - 1
    try:
        for cells in reader:
            yield begin, cells
            begin = before + reader.line_num + 1
    except csv.Error as e:
        found = "a quote is not closed" if "unexpected end" in str(e) else str(e)
        raise InputError(
            f"line {begin}: {found}", "CSV", 'close each quote ("), or leave it out'
        ) from e


def _refuse_odd_header(header: str) -> None:
    if "\0" in header:
        raise InputError("the first line holds a NUL byte", "UTF-8 text", _SAVE)
    if len(header) >= LONGEST_HEADER:
        raise InputError(
            f"the first line has more than {LONGEST_HEADER:,} characters", "a header", _SAVE
        )


def header_cells(header: str, separator: str, *, strict: bool = False) -> list[str]:
    """Return the cells of the first line.

    Raises
    ------
    csv.Error
        If it is none by itself: of a strict reader because a quote is not closed there.
    """
    reader = csv.reader([header], delimiter=separator, skipinitialspace=True, strict=strict)
    return next(reader, [])


def separator_of(header: str) -> str:
    """Return what separates the columns: what shows most of the known names, then most cells."""

    def names(separator: str) -> tuple[int, int]:
        try:
            cells = header_cells(header, separator)
        except csv.Error:
            return 0, 0
        return sum(field_of(cell) is not None for cell in cells), len(cells)

    return max(_SEPARATORS, key=names)


def _lines(text: io.TextIOWrapper, line: str, number: int) -> Iterable[str]:
    """Yield a line and those after it, none of which is endless or holds bytes that are no text."""
    while line:
        if not line.isascii() and (wrong := _NO_TEXT.search(line)):
            byte = ord(wrong.group()) - 0xDC00
            raise InputError(
                f"line {number}: byte 0x{byte:02x} is not UTF-8",
                "UTF-8 text, or UTF-16 with a byte order mark",
                _SAVE,
            )
        if len(line) >= _LONGEST_CELL:
            raise InputError(f"line {number} begins {shown(line)} and has no end", "", _SAVE)
        yield line
        number, line = number + 1, text.readline(_LONGEST_CELL)
