"""Tables as .xlsx files: text stays text, and the same rows are the same bytes."""

from __future__ import annotations

import io
import zipfile
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

from imgstats.extras import need_packages
from imgstats.text import visible

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

__all__ = ["sheet_bytes"]

_WIDEST, _NARROWEST = 60, 10
_MARK = "FFF2B3"
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
    from openpyxl.comments import Comment
    from openpyxl.styles import Font, PatternFill
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
    fill = PatternFill("solid", fgColor=_MARK)
    for at, row in enumerate(rows):
        cells = []
        for place, value in enumerate(row):
            cell = _cell(WriteOnlyCell(sheet), value)
            note = (marks or {}).get((at, place))
            if note is not None:
                cell.fill, cell.comment = fill, Comment(note, "imgstats")
            cells.append(cell)
        sheet.append(cells)
    book.properties.created = book.properties.modified = _WHEN
    return _steady(book)


def _steady(book: Any) -> bytes:  # noqa: ANN401  openpyxl has no types
    """Return a workbook's bytes without the moment at which it is saved."""
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
            new.writestr(part, core if name == ARC_CORE else old.read(name))
    return stream.getvalue()


def _cell(cell: Any, value: object) -> Any:  # noqa: ANN401  openpyxl has no types
    """Fill a cell: a number stays one, and a text that begins as a formula does is no formula."""
    if value is None or isinstance(value, bool | int | float | date):
        cell.value = value
    else:
        cell.value = visible(str(value))
        cell.data_type = "s"
    return cell
