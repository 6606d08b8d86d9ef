"""A workbook's sheet as CSV text, for readers that take lines of text."""

from __future__ import annotations

import csv
import io
from typing import TYPE_CHECKING

from imgstats.errors import InputError
from imgstats.files.workbooks.cells import is_empty
from imgstats.files.workbooks.sheets import sheet_records

if TYPE_CHECKING:
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
        Most bytes of text.

    Raises
    ------
    InputError
        As in `sheet_records`, and if the text is longer.
    """
    text = io.StringIO(newline="")
    writer = csv.writer(text, lineterminator="\n")
    line = 0
    with sheet_records(stream, sheet) as records:
        for number, cells in records:
            if is_empty(cells):  # written once a row follows: a sheet may end with thousands
                continue
            text.write("\n" * (number - line - 1))
            line = number
            writer.writerow([_text(each) for each in cells])
            if text.tell() > most:
                raise InputError(
                    f"the sheet holds more than {most:,} characters",
                    f"up to {most:,}",
                    "save the part that is meant as a file of its own",
                )
    return text.getvalue().encode()


def _text(cell: object) -> str:
    """Return a cell as text on one line: a header often holds a line end."""
    return "" if cell is None else " ".join(str(cell).split())
