"""A workbook's sheet as CSV text, for readers that take lines of text."""

from __future__ import annotations

import csv
import io
from typing import TYPE_CHECKING

from imgstats.errors import InputError
from imgstats.files.workbooks.cells import is_empty
from imgstats.files.workbooks.sheets import sheet_records

if TYPE_CHECKING:
    from collections.abc import Iterable
    from typing import BinaryIO

__all__ = ["sheet_as_csv"]


def sheet_as_csv(stream: BinaryIO, sheet: str = "", *, most: int) -> bytes:
    """Return a sheet as CSV in UTF-8, row 7 of the sheet in line 7.

    Parameters
    ----------
    stream : binary file
        The .xlsx file.
    sheet : str
        Name of the sheet. Default: the only one with content that is not hidden.
    most : int
        Most bytes of the CSV.

    Raises
    ------
    InputError
        As in `sheet_records`, and if the text is longer.
    """
    data, line = bytearray(), 0
    with sheet_records(stream, sheet) as records:
        for number, cells in records:
            if is_empty(cells):  # written once a row follows: a sheet may end with thousands
                continue
            data += b"\n" * (number - line - 1) + _line(cells)
            line = number
            if len(data) > most:
                raise InputError(
                    f"the sheet holds more than {most:,} bytes of text",
                    f"up to {most:,}",
                    "save the part that is meant as a file of its own",
                )
    return bytes(data)


def _line(cells: Iterable[object]) -> bytes:
    """Return a row as a line of CSV, with its end."""
    text = io.StringIO(newline="")
    csv.writer(text, lineterminator="\n").writerow([_text(each) for each in cells])
    return text.getvalue().encode()


def _text(cell: object) -> str:
    """Return a cell as text on one line: a header often holds a line end."""
    return "" if cell is None else " ".join(str(cell).split())
