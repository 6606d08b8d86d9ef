"""Tables as .xlsx files: text stays text, and the same rows are the same bytes."""

from __future__ import annotations

import io
import zipfile
from datetime import date, datetime
from math import isfinite
from typing import TYPE_CHECKING, Any
from xml.sax.saxutils import escape

from imgstats.extras import need_packages
from imgstats.text import visible

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

__all__ = ["sheet_bytes"]

_WIDEST, _NARROWEST = 60, 10
_NO_TEXT = (bool, int, float, date)
_MARK = "FFF2B3"
# The one sheet, and what ends its rows.
_SHEET, _END = "xl/worksheets/sheet1.xml", b"</sheetData>"
# What a workbook says of the time of its making, and each of its parts in the archive.
_WHEN = datetime(2000, 1, 1)  # noqa: DTZ001  no moment of anybody's day


def sheet_bytes(
    title: str,
    header: Sequence[str],
    rows: Iterable[Sequence[object]],
    marks: Mapping[tuple[int, int], str] | None = None,
) -> bytes:
    """Return a workbook with one sheet; the same rows give the same bytes.

    Parameters
    ----------
    title : str
        Name of the sheet.
    header : sequence of str
        First row.
    rows : iterable of sequences of object
        Text, numbers, true and false, dates; None for nothing. Anything else is written as text.
    marks : mapping of (int, int) to str, optional
        Note on a cell by its place among the rows and columns, from 0; the cell is coloured.
    """
    need_packages("score", "openpyxl")
    from openpyxl import Workbook
    from openpyxl.cell import WriteOnlyCell
    from openpyxl.styles import Font
    from openpyxl.utils import get_column_letter

    book = Workbook(write_only=True)
    sheet = book.create_sheet(title)
    sheet.freeze_panes = "A2"
    for at, name in enumerate(header, start=1):
        width = min(max(_NARROWEST, len(name) + 2), _WIDEST)
        sheet.column_dimensions[get_column_letter(at)].width = width
    head = [WriteOnlyCell(sheet, name) for name in header]
    for each in head:
        each.font = Font(bold=True)
    sheet.append(head)
    body = [[_plain(value) for value in row] for row in rows]
    # openpyxl takes long for each cell, and is needed for notes and dates alone.
    quick = not marks and not any(isinstance(each, date) for row in body for each in row)
    if not quick:
        _append(sheet, body, marks or {})
    book.properties.created = book.properties.modified = _WHEN
    return _steady(book, _rows_xml(body) if quick else b"")


def _append(
    sheet: Any,  # noqa: ANN401  openpyxl has no types
    body: Iterable[Sequence[object]],
    notes: Mapping[tuple[int, int], str],
) -> None:
    """Write rows with openpyxl, each note on its cell."""
    from openpyxl.cell import WriteOnlyCell
    from openpyxl.comments import Comment
    from openpyxl.styles import PatternFill

    fill = PatternFill("solid", fgColor=_MARK)
    for at, row in enumerate(body):
        cells = []
        for place, value in enumerate(row):
            cell, note = WriteOnlyCell(sheet, value), notes.get((at, place))
            if isinstance(value, str):
                cell.data_type = "s"  # a text that begins as a formula does is none
            if note is not None:
                cell.fill, cell.comment = fill, Comment(note, "imgstats")
            cells.append(cell)
        sheet.append(cells)


def _steady(book: Any, more: bytes) -> bytes:  # noqa: ANN401  openpyxl has no types
    """Return a workbook's bytes with more rows, without the moment at which it is saved."""
    from openpyxl.xml.constants import ARC_CORE
    from openpyxl.xml.functions import tostring

    saved, stream = io.BytesIO(), io.BytesIO()
    book.save(saved)  # it writes the time of day into the book's properties
    book.properties.modified = _WHEN
    core = tostring(book.properties.to_tree())
    with zipfile.ZipFile(saved) as old, zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            part = zipfile.ZipInfo(name, _WHEN.timetuple()[:6])
            part.compress_type = zipfile.ZIP_DEFLATED
            content = core if name == ARC_CORE else old.read(name)
            if name == _SHEET:
                content = content.replace(_END, more + _END)
            new.writestr(part, content)
    return stream.getvalue()


def _plain(value: object) -> object:
    """Return what a cell holds: a number stays one, and anything else is text."""
    is_plain = value is None or isinstance(value, _NO_TEXT)
    return value if is_plain else visible(str(value))


def _rows_xml(body: Sequence[Sequence[object]]) -> bytes:
    """Return rows from the second on as a sheet's XML."""
    from openpyxl.utils import get_column_letter

    letters = [get_column_letter(at) for at in range(1, max(map(len, body), default=0) + 1)]
    lines = []
    for number, row in enumerate(body, start=2):
        cells = (
            _cell_xml(f"{letter}{number}", value)
            for letter, value in zip(letters, row, strict=False)
            if value is not None
        )
        lines.append(f'<row r="{number}">{"".join(cells)}</row>')
    return "".join(lines).encode()


def _cell_xml(place: str, value: object) -> str:
    if isinstance(value, bool):
        return f'<c r="{place}" t="b"><v>{value:d}</v></c>'
    if isinstance(value, (int, float)):
        # numpy's numbers write themselves otherwise; one that is none leaves its cell empty.
        number = f"{float(value)!r}" if isinstance(value, float) else f"{value:d}"
        return f'<c r="{place}"><v>{number}</v></c>' if isfinite(value) else ""
    text = escape(str(value))
    return f'<c r="{place}" t="inlineStr"><is><t xml:space="preserve">{text}</t></is></c>'
